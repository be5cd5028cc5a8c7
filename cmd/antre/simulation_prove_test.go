//go:build prove

package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// The highest published load of a mall.
const fullHouse = 4000

// TestProve_fourThousandVisitorsUnderEveryRule plays the fullest day through
// the mall of 25 desks, with as many more as so many visitors need, and proves
// the record of it.
func TestProve_fourThousandVisitorsUnderEveryRule(t *testing.T) {
	def, err := demoMall("tubaba")
	if err != nil {
		t.Fatal(err)
	}
	day, kiosk, priority := 1500, 1400, 100
	registry := &def.Agencies[0]
	registry.Services[0].Quota = &queue.Quota{Day: &day, Kiosk: &kiosk, Priority: &priority}
	registry.Services[1].Quota = &queue.Quota{Day: &day, Priority: &priority}
	for i := range 24 {
		k := queue.Counter{Code: fmt.Sprintf("D%d", i+1), Services: []string{"A", "AB"}, ThroughBreaks: i < 4}
		if i%8 == 7 {
			k.Class = string(queue.Priority)
		}
		registry.Counters = append(registry.Counters, k)
	}
	for i := range def.Agencies[1:] {
		a := &def.Agencies[i+1]
		for n := range 5 {
			a.Counters = append(a.Counters, queue.Counter{Code: fmt.Sprintf("%s-%d", a.Counters[0].Code, n+2), Services: a.Counters[0].Services})
		}
	}
	began := time.Now()
	playedDay(t, def, fullHouse, 1, func(ctx context.Context, st *store.Store) {
		proof, err := st.Verify(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if proof.Tickets < 3*fullHouse/4 {
			t.Errorf("only %d of %d visitors got a number", proof.Tickets, fullHouse)
		}
		for _, kind := range store.EventKinds() {
			if proof.Kinds[kind] == 0 {
				t.Errorf("no event %q", kind)
			}
		}
		if open := proof.States[queue.Waiting] + proof.States[queue.Held] + proof.States[queue.Called] + proof.States[queue.Serving]; open != 0 {
			t.Errorf("%d visitors are still open after the night", open)
		}
		t.Logf("%d visitors, %d numbers, %d events: %v; how the stops ended: %v", fullHouse, proof.Tickets, proof.Events, proof.Kinds, proof.States)
	})
	t.Logf("played and verified in %v", time.Since(began).Round(time.Second))
}
