package main

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

func malang() []*store.Service {
	dukcapil, bank := &queue.Agency{Code: "DUKCAPIL"}, &queue.Agency{Code: "BANK"}
	return []*store.Service{
		{Service: queue.Service{Code: "A"}, Agency: dukcapil}, {Service: queue.Service{Code: "B"}, Agency: dukcapil},
		{Service: queue.Service{Code: "C"}, Agency: bank},
	}
}

func TestArrivals_haveTheShapeOfAMeasuredDay(t *testing.T) {
	const visitors = 4000
	day := arrivals(rand.New(rand.NewPCG(1, 1)), malang(), visitors)
	if len(day) != visitors {
		t.Fatalf("%d arrivals, want %d", len(day), visitors)
	}
	count := func(from, to time.Duration) (n int) {
		for _, a := range day {
			if a.after >= from && a.after < to {
				n++
			}
		}
		return n
	}
	if n := count(0, doorWithin); n < doorPeople {
		t.Errorf("%d at the door in the first minute, want %d", n, doorPeople)
	}
	if n := count(peakFrom, peakFrom+time.Hour); n != visitors*18/100 {
		t.Errorf("%d in the peak hour, want 18 %% of %d", n, visitors)
	}
	if lunch, before := count(lunchFrom, lunchFrom+lunchFor), count(lunchFrom-time.Hour, lunchFrom); lunch*2 > before {
		t.Errorf("%d at lunch and %d in the hour before: no dip", lunch, before)
	}
	dukcapil := 0
	for _, a := range day {
		if a.services[0] != "C" {
			dukcapil++
		}
	}
	// 94 of 113 in the sample these weights come from.
	if share := float64(dukcapil) / visitors; share < 0.80 || share > 0.86 {
		t.Errorf("%.0f %% go to the civil registry, want about 83 %%", 100*share)
	}
}

func TestArrivals_sameSeedSameDay(t *testing.T) {
	plan := func(seed uint64) []arrival { return arrivals(rand.New(rand.NewPCG(seed, 1)), malang(), 500) }
	if !reflect.DeepEqual(plan(7), plan(7)) {
		t.Error("the same seed gave two days")
	}
	if reflect.DeepEqual(plan(7), plan(8)) {
		t.Error("another seed gave the same day")
	}
}
