package store_test

import (
	"slices"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// give is a number for a visitor of a class.
func (h *hall) give(class queue.Class, services ...string) store.Ticket {
	h.t.Helper()
	reply, err := h.Issue(h.t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: services, Class: class, Order: queue.Parallel, Lang: "id"})
	if err != nil {
		h.t.Fatal(err)
	}
	return reply.Value
}

// must is a step of a test that is not what it is about.
func must[T any](t *testing.T) func(store.Reply[T], error) T {
	t.Helper()
	return func(r store.Reply[T], err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return r.Value
	}
}

func TestCallNext_oneWhoCameBackAndHasWaitedTooLongLowersTheRun(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("1")
	h.give(queue.Regular, "A") // A-001, whom nobody sees
	h.next(by, "1")
	h.pass(55 * time.Minute)
	_ = must[store.Ticket](t)(h.NoShow(t.Context(), by, "1"))
	for range 4 {
		h.give(queue.Regular, "A")
	}
	for range 4 {
		h.give(queue.Priority, "A")
	}
	_ = must[store.Ticket](t)(h.Return(t.Context(), by, "1", "A-001"))
	h.pass(6 * time.Minute) // 61 since A-001 came
	v, err := h.Counter(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(v.Overdue, []string{"A"}) {
		t.Errorf("overdue %v, want A", v.Overdue)
	}
	var shown, called []string
	for _, u := range v.Next {
		shown = append(shown, u.Code)
	}
	for range shown {
		called = append(called, h.next(by, "1"))
	}
	if !slices.Equal(shown, called) || called[1] == "A-007" {
		t.Errorf("shown %v, called %v; want one priority call, then a regular, while A-001 waits", shown, called)
	}
}
