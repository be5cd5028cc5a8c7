package store_test

import (
	"fmt"
	"strings"
	"testing"

	"antre/queue"
	"antre/queue/store"
)

// The runs after several counters of a line have taken back their calls, in any
// order, are those of a day on which nobody made these calls. One priority call
// in a row is allowed, so that whoever is next tells how the run stands.
func TestUndo_ofSeveralCountersLeavesTheRunOfTheCallsThatStand(t *testing.T) {
	for _, test := range []struct{ name, undone, next string }{
		{"nothing undone", "", "A-006"},
		{"the first priority call", "1", "A-004"},
		{"a regular's call: it waits behind every priority call", "2", "A-001"},
		{"the priority call that a regular's call cut off, then that one", "1 2", "A-004"},
		{"the regular's call, then the priority call before it", "2 1", "A-004"},
		{"a regular's call and the priority call after it", "2 3", "A-001"},
		{"both regulars' calls, then a priority call", "2 4 1", "A-001"},
		{"all, last call first", "4 3 2 1", "A-004"},
		{"all, first call first", "1 2 3 4", "A-004"},
		{"all, in another order", "2 4 1 3", "A-004"},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := openHall(t, false)
			mall := testMall()
			one := queue.Run(1)
			mall.Settings.PriorityRun = &one
			mall.Agencies[0].Counters = nil
			for n := range 5 {
				mall.Agencies[0].Counters = append(mall.Agencies[0].Counters, queue.Counter{Code: fmt.Sprint(n + 1), Services: []string{"A"}})
			}
			if err := h.Import(t.Context(), store.By{Actor: "command"}, mall); err != nil {
				t.Fatal(err)
			}
			for _, class := range []queue.Class{queue.Regular, queue.Regular, queue.Regular, queue.Priority, queue.Priority, queue.Priority} {
				h.give(class, "A")
			}
			officers := map[string]store.By{}
			for n, want := range []string{"A-004", "A-001", "A-005", "A-002"} {
				counter := fmt.Sprint(n + 1)
				officers[counter] = h.atCounter(counter)
				if got := h.next(officers[counter], counter); got != want {
					t.Fatalf("counter %s calls %s, want %s", counter, got, want)
				}
			}
			for _, counter := range strings.Fields(test.undone) {
				if _, err := h.Undo(t.Context(), officers[counter], counter); err != nil {
					t.Fatal(err)
				}
			}
			if got := h.next(h.atCounter("5"), "5"); got != test.next {
				t.Errorf("then counter 5 calls %s, want %s", got, test.next)
			}
			h.proved()
		})
	}
}
