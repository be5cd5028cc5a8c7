package store_test

import (
	"testing"

	"antre/queue"
	"antre/queue/store"
)

// refusedUndo is the state and by of a refused undo.
func (h *hall) refusedUndo(by store.By, counter string) (code string, state, who any) {
	h.t.Helper()
	_, err := h.Undo(h.t.Context(), by, counter)
	r, ok := queue.AsRefusal(err)
	if !ok {
		h.t.Fatalf("undo at %s was not refused: %v", counter, err)
	}
	return r.Code, r.Facts["state"], r.Facts["by"]
}

func TestUndo_isRefusedWhenAnotherLegHasBeenCalledSince(t *testing.T) {
	h := openHall(t, false)
	one, three := h.atCounter("1"), h.atCounter("3")
	if _, err := h.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A", "AB"}, Order: queue.Parallel, Lang: "id"}); err != nil {
		t.Fatal(err)
	}
	h.next(one, "1")
	if _, err := h.Finish(t.Context(), one, "1"); err != nil {
		t.Fatal(err)
	}
	if got := h.next(three, "3"); got != "A-001" {
		t.Fatalf("counter 3 called %q", got)
	}
	if code, state, who := h.refusedUndo(one, "1"); code != "already_called" || state != queue.Called || who != "3" {
		t.Errorf("got %s %v %v, want already_called, called, 3", code, state, who)
	}
}

func TestUndo_namesWhoMovedTheVisitorSince(t *testing.T) {
	t.Run("called and taken back elsewhere", func(t *testing.T) {
		h := openHall(t, false)
		one, three := h.atCounter("1"), h.atCounter("3")
		h.issue("A")
		h.next(one, "1")
		if _, err := h.Transfer(t.Context(), one, "1", "AB", "", true); err != nil {
			t.Fatal(err)
		}
		h.next(three, "3")
		if _, err := h.Undo(t.Context(), three, "3"); err != nil {
			t.Fatal(err)
		}
		if code, state, who := h.refusedUndo(one, "1"); code != "wrong_state" || state != queue.Waiting || who != "3" {
			t.Errorf("got %s %v %v, want wrong_state, waiting, 3", code, state, who)
		}
	})
	t.Run("class changed elsewhere", func(t *testing.T) {
		h := openHall(t, false)
		one, two := h.atCounter("1"), h.atCounter("2")
		h.issue("A")
		h.next(one, "1")
		if _, err := h.Hold(t.Context(), one, "1", "fotokopi"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ChangeClass(t.Context(), two, "2", "A-001", queue.Priority, store.VisitorAsked); err != nil {
			t.Fatal(err)
		}
		if code, state, who := h.refusedUndo(one, "1"); code != "wrong_state" || state != queue.Held || who != "2" {
			t.Errorf("got %s %v %v, want wrong_state, held, 2", code, state, who)
		}
	})
	t.Run("cancelled by the visitor", func(t *testing.T) {
		h := openHall(t, false)
		one := h.atCounter("1")
		k := h.issue("A")
		h.next(one, "1")
		if _, err := h.Hold(t.Context(), one, "1", "fotokopi"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Cancel(t.Context(), store.By{Actor: "visitor"}, h.Token(k.ID)); err != nil {
			t.Fatal(err)
		}
		if code, state, who := h.refusedUndo(one, "1"); code != "wrong_state" || state != queue.Cancelled || who != "visitor" {
			t.Errorf("got %s %v %v, want wrong_state, cancelled, visitor", code, state, who)
		}
	})
}

func TestUndo_twoInTurnGiveTheRunBack(t *testing.T) {
	h := openHall(t, false)
	one, two := h.atCounter("1"), h.atCounter("2")
	for _, class := range []queue.Class{queue.Regular, queue.Regular, queue.Priority, queue.Priority, queue.Priority} {
		if _, err := h.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A"}, Class: class, Lang: "id"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		by            store.By
		counter, want string
	}{{one, "1", "A-003"}, {two, "2", "A-004"}, {one, "1", "A-001"}} {
		if got := h.next(c.by, c.counter); got != c.want {
			t.Fatalf("counter %s called %s, want %s", c.counter, got, c.want)
		}
	}
	for _, c := range []struct {
		by      store.By
		counter string
	}{{one, "1"}, {two, "2"}} {
		if _, err := h.Undo(t.Context(), c.by, c.counter); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.next(two, "2"); got != "A-004" {
		t.Errorf("after both were taken back counter 2 called %s, want A-004 as before", got)
	}
}
