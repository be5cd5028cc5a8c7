//go:build prove

package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
	"antre/queue/store/pgtest"
)

// TestProve_aMallOfAQuarterMillionTicketsMoves fills a mall over 25 days
// through the store's own rules, moves it and verifies it where it arrived.
func TestProve_aMallOfAQuarterMillionTicketsMoves(t *testing.T) {
	const days, daily = 25, 10_000
	h := &hall{t: t, dir: t.TempDir(), at: morning(t)}
	h.start(false)
	if err := h.Import(t.Context(), store.By{Actor: "command"}, benchMall(16)); err != nil {
		t.Fatal(err)
	}
	var officers []store.By
	for i := range 16 {
		officers = append(officers, h.officer(fmt.Sprint("officer", i), fmt.Sprint(i+1)))
	}
	began := time.Now()
	for day := range days {
		for i, by := range officers {
			_ = must[store.CounterView](t)(h.OpenCounter(t.Context(), by, fmt.Sprint(i+1)))
		}
		h.fullDay(daily, officers)
		if day < days-1 {
			h.pass(24 * time.Hour)
		}
	}
	filled := time.Since(began)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	c := pgtest.NewCluster(t)
	began = time.Now()
	moved, err := store.Migrate(t.Context(), h.dir, filepath.Join(h.dir, "antre.db"), c.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	h.url = c.URL()
	h.start(false)
	began = time.Now()
	proof, err := h.Verify(t.Context())
	if err != nil || proof.Tickets != days*daily {
		t.Errorf("%d tickets arrived: %v", proof.Tickets, err)
	}
	verified := time.Since(began)
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	t.Logf("%d tickets, %d events, %d rows: filled in %v, moved and proved on both sides in %v, verified again in %v",
		proof.Tickets, proof.Events, moved.Rows, filled.Round(time.Second), took.Round(time.Second), verified.Round(time.Second))
}

// fullDay has 64 people take numbers while every counter calls.
func (h *hall) fullDay(n int, officers []store.By) {
	h.t.Helper()
	var people sync.WaitGroup
	var taken atomic.Int64
	for range 64 {
		people.Go(func() {
			for i := taken.Add(1); i <= int64(n); i = taken.Add(1) {
				if _, err := h.Issue(context.Background(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{string(rune('A' + i%16))}, Class: queue.Regular, Lang: "id"}); err != nil {
					h.t.Error(err)
					return
				}
			}
		})
	}
	for i, by := range officers {
		people.Go(func() {
			for range n / 100 {
				if _, err := h.CallNext(context.Background(), by, fmt.Sprint(i+1)); err != nil {
					h.t.Error(err)
					return
				}
			}
		})
	}
	people.Wait()
}
