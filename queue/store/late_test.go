package store_test

import (
	"slices"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// shown is whom a counter sees as next, and whom as late.
func (h *hall) shown(counter string) (next, late []string) {
	h.t.Helper()
	v := h.view(counter)
	for _, u := range v.Next {
		next = append(next, u.Code)
	}
	for _, l := range v.Late {
		late = append(late, l.Code)
	}
	return next, late
}

// TestLate_isPassedOverKeepsTheirPlaceAndIsAskedOnce: ten minutes to a full
// minute, in which nobody is told that they are ahead.
func TestLate_isPassedOverKeepsTheirPlaceAndIsAskedOnce(t *testing.T) {
	h := openHall(t, false)
	by, visitor := h.atCounter("1"), store.By{Actor: "visitor"}
	first, second := h.give(queue.Regular, "A"), h.give(queue.Regular, "A")
	told := must[store.Ticket](t)(h.Late(t.Context(), visitor, h.Token(first.ID)))
	until := time.UnixMilli(told.LateUntil)
	if d := until.Sub(h.now()); d < 10*time.Minute || d >= 11*time.Minute || !until.Equal(until.Truncate(time.Minute)) {
		t.Errorf("late until %v, %v from now", until, d)
	}
	if told.State != queue.Waiting || told.Wait != nil && told.Wait.LowS < 600 {
		t.Errorf("the late visitor is told %+v", told)
	}
	if k, err := h.Ticket(t.Context(), h.Token(second.ID)); err != nil || k.Ahead != 0 {
		t.Errorf("the second has %d ahead, %v", k.Ahead, err)
	}
	if next, late := h.shown("1"); !slices.Equal(next, []string{"A-002"}) || !slices.Equal(late, []string{"A-001"}) {
		t.Errorf("next are %v, late %v", next, late)
	}
	if third := h.give(queue.Regular, "A"); third.AheadTold != 1 {
		t.Errorf("the third is told of %d ahead, want the second alone", third.AheadTold)
	}
	if got := h.next(by, "1"); got != "A-002" {
		t.Errorf("called %q, want the second", got)
	}
	_, err := h.Late(t.Context(), visitor, h.Token(second.ID))
	_ = wantRefusal(t, err, "already_called")
	_, err = h.Late(t.Context(), visitor, h.Token(first.ID))
	_ = wantRefusal(t, err, "late_already")
	h.pass(until.Sub(h.now()) - time.Millisecond)
	if next, _ := h.shown("1"); next[0] != "A-003" {
		t.Errorf("a moment too early the next are %v", next)
	}
	h.pass(time.Millisecond)
	if got := h.next(by, "1"); got != "A-001" {
		t.Errorf("called %q, want the first, who kept their place", got)
	}
	h.proved()
}

// TestHere_isCalledAtOnce: the visitor has come sooner, also in the other lines
// of a journey.
func TestHere_isCalledAtOnce(t *testing.T) {
	h := openHall(t, false)
	by, visitor := h.atCounter("1"), store.By{Actor: "visitor"}
	k := h.give(queue.Regular, "A", "AB")
	_, err := h.Here(t.Context(), visitor, h.Token(k.ID))
	_ = wantRefusal(t, err, "not_late")
	_ = must[store.Ticket](t)(h.Late(t.Context(), visitor, h.Token(k.ID)))
	if got := h.next(by, "1"); got != "" {
		t.Errorf("called %q, and the only visitor is late in both lines", got)
	}
	_ = must[store.Ticket](t)(h.Here(t.Context(), visitor, h.Token(k.ID)))
	if got := h.next(by, "1"); got != k.Code {
		t.Errorf("called %q, want %s", got, k.Code)
	}
	h.proved()
}

// TestLate_whoIsCalledOutOfOrderAndComesBackIsNotLate: an officer may call them
// sooner, and whoever then reports at the counter waits like anybody.
func TestLate_whoIsCalledOutOfOrderAndComesBackIsNotLate(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("1")
	k := h.give(queue.Regular, "A")
	_ = must[store.Ticket](t)(h.Late(t.Context(), store.By{Actor: "visitor"}, h.Token(k.ID)))
	_ = must[store.Ticket](t)(h.CallTicket(t.Context(), by, "1", k.Code, "Sudah terlihat di lobi"))
	h.pass(time.Minute)
	_ = must[store.Ticket](t)(h.NoShow(t.Context(), by, "1"))
	_ = must[store.Ticket](t)(h.Return(t.Context(), by, "1", k.Code))
	if next, late := h.shown("1"); !slices.Equal(next, []string{k.Code}) || late != nil {
		t.Errorf("next are %v, late %v", next, late)
	}
	h.proved()
}

// TestLive_nobodyIsIdleForOneWhoIsLate: an alarm needs somebody who could be called.
func TestLive_nobodyIsIdleForOneWhoIsLate(t *testing.T) {
	h := openHall(t, false)
	h.atCounter("1")
	k := h.give(queue.Regular, "A")
	_ = must[store.Ticket](t)(h.Late(t.Context(), store.By{Actor: "visitor"}, h.Token(k.ID)))
	h.pass(5 * time.Minute)
	v, err := h.Live(t.Context())
	if err != nil || len(v.Idle) != 0 || len(v.Lines) != 0 {
		t.Errorf("idle %v, lines %v, %v", v.Idle, v.Lines, err)
	}
	h.pass(7 * time.Minute)
	if v, err = h.Live(t.Context()); err != nil || len(v.Idle) != 1 {
		t.Errorf("after the ten minutes: idle %v, %v", v.Idle, err)
	}
}
