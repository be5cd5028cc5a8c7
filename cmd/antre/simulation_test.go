//go:build !race

package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// playedDay simulates one whole day of a mall and the night after it, as fast
// as the machine can: the people sleep in the bubble's time.
func playedDay(t *testing.T, def *queue.Mall, visitors int, seed uint64, look func(ctx context.Context, st *store.Store)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		clock := newLapse(nextOpening(def, time.Date(2026, 11, 24, 6, 0, 0, 0, def.Settings.Location())), 1)
		s := newSimulation(clock, &demoOptions{visitors: visitors, seed: seed})
		st, err := store.Open(ctx, store.Options{Dir: t.TempDir(), Now: clock.now, Publish: s.stir})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = st.Close() }()
		if err := prepareDemo(ctx, st, def, "kata-sandi-uji"); err != nil {
			t.Fatal(err)
		}
		s.enter(st)
		s.day(ctx, 0)
		if !s.night(ctx) {
			t.Fatal("the night did not pass")
		}
		look(ctx, st)
	})
}

func TestPlayedTime_aDayOfTheDemoMakesAnEventOfEveryKind(t *testing.T) {
	def, err := demoMall("tubaba")
	if err != nil {
		t.Fatal(err)
	}
	playedDay(t, def, usualVisitors, 1, func(ctx context.Context, st *store.Store) {
		proof, err := st.Verify(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range store.EventKinds() {
			if proof.Kinds[kind] == 0 {
				t.Errorf("no event %q in a day of the demo", kind)
			}
		}
	})
}
