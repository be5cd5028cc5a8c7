package store_test

import (
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// All of these press within one millisecond of the clock.
func TestCallNext_keepsTheOrderOfPressesAcrossLines(t *testing.T) {
	h := openHall(t, false)
	three := h.atCounter("3")
	var want []string
	for _, service := range []string{"A1", "AB", "AB", "AB", "A1", "AB"} {
		want = append(want, h.issue(service).Code)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	h.start(false)
	for _, service := range []string{"A1", "AB"} {
		want = append(want, h.issue(service).Code)
	}
	for _, code := range want {
		if got := h.next(three, "3"); got != code {
			t.Errorf("called %s, want %s, who came before", got, code)
		}
	}
}

func TestTransfer_keepsThePlaceAmongThoseWhoPressedAtOnce(t *testing.T) {
	h := openHall(t, false)
	two, three := h.atCounter("2"), h.atCounter("3")
	h.issue("AB")
	h.issue("AB")
	h.issue("A")
	h.issue("AB")
	h.next(two, "2")
	if _, err := h.Transfer(t.Context(), two, "2", "AB", "", true); err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"AB-001", "AB-002", "A-001", "AB-003"} {
		if got := h.next(three, "3"); got != code {
			t.Errorf("called %s, want %s, who came before", got, code)
		}
	}
}

// Whoever comes back stands between the visitor called before them and the
// same visitor's place in another line, not beside it.
func TestReturn_standsBeforeTheNextLegOfWhoIsAhead(t *testing.T) {
	h := openHall(t, false)
	three := h.atCounter("3")
	h.issue("A1")
	h.next(three, "3")
	h.pass(time.Minute)
	must[store.Ticket](t)(h.NoShow(t.Context(), three, "3"))
	h.give(queue.Regular, "A1", "AB")
	must[store.Ticket](t)(h.Return(t.Context(), three, "3", "A1-001"))
	for _, code := range []string{"A1-002", "A1-001", "A1-002"} {
		if got := h.next(three, "3"); got != code {
			t.Errorf("called %s, want %s", got, code)
		}
	}
}
