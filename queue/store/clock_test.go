package store_test

import (
	"testing"
	"time"

	"antre/queue"
)

func TestCounter_previewKeepsTheStoredTimeBehindAClockThatJumpedBack(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("1")
	h.give(queue.Regular, "A")
	for range 3 {
		h.give(queue.Priority, "A")
	}
	h.next(by, "1")
	h.pass(61 * time.Minute)
	if err := h.TurnDay(t.Context()); err != nil { // the server reads the clock every few seconds
		t.Fatal(err)
	}
	h.pass(-2 * time.Hour)
	v, err := h.Counter(t.Context(), "1")
	if err != nil || len(v.Next) == 0 {
		t.Fatal(v.Next, err)
	}
	if got := h.next(by, "1"); got != v.Next[0].Code || got != "A-001" {
		t.Errorf("shown %s, called %s; want A-001, who has waited 61 minutes", v.Next[0].Code, got)
	}
	if since := v.At - v.Next[0].ArrivedAt; since != (61 * time.Minute).Milliseconds() {
		t.Errorf("A-001 is said to have waited %d ms", since)
	}
}

func TestDay_theFirstRequestOfTheMorningHasTheNewDaysTime(t *testing.T) {
	h := openHall(t, false)
	h.at = time.Date(2026, 11, 24, 23, 50, 0, 0, h.at.Location())
	h.issue("A")
	h.pass(-time.Hour) // the stored time now runs an hour ahead, also over midnight
	h.issue("A")
	h.pass(59 * time.Minute)
	h.issue("A")
	h.pass(15 * time.Minute)
	if k := h.issue("A"); k.Day != "2026-11-25" || k.IssuedAt != h.now().UnixMilli() {
		t.Errorf("%s of %s was given at %v, want the morning's own time %v", k.Code, k.Day, h.At(k.IssuedAt), h.now())
	}
	if _, err := h.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}
