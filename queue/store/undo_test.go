package store_test

import (
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

func TestUndo_refusedNamingTheCounterWhereTheVisitorStandsNow(t *testing.T) {
	h := openHall(t, false)
	one, three := h.atCounter("1"), h.atCounter("3")
	h.give(queue.Regular, "A", "A1") // waits in two lines at once
	h.next(one, "1")
	_ = must[store.Ticket](t)(h.Hold(t.Context(), one, "1", "Fotokopi"))
	if got := h.next(three, "3"); got != "A-001" {
		t.Fatalf("counter 3 calls %q, want A-001", got)
	}
	_, err := h.Undo(t.Context(), one, "1")
	if r := wantRefusal(t, err, "already_called"); r.Facts["by"] != "3" {
		t.Errorf("the refusal names %v, want counter 3", r.Facts["by"])
	}
	_ = must[store.Ticket](t)(h.Finish(t.Context(), three, "3"))
	_, err = h.Undo(t.Context(), one, "1")
	_ = wantRefusal(t, err, "wrong_state")
}

func TestUndo_refusedAfterTheVisitorLeft(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("1")
	k := h.give(queue.Regular, "A", "A1")
	h.next(by, "1")
	h.pass(time.Minute)
	_ = must[store.Ticket](t)(h.NoShow(t.Context(), by, "1"))
	_ = must[store.Ticket](t)(h.Cancel(t.Context(), store.By{Actor: "visitor"}, h.Token(k.ID)))
	_, err := h.Undo(t.Context(), by, "1")
	if r := wantRefusal(t, err, "wrong_state"); r.Facts["by"] != "visitor" {
		t.Errorf("the refusal names %v, want the visitor", r.Facts["by"])
	}
}
