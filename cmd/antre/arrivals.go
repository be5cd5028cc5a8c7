package main

import (
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// The shape of a day, from the measured loads: 200 people at the door in the
// first minute, 18 % of the day in the peak hour, few at lunch.
const (
	doorPeople    = 200
	doorWithin    = time.Minute
	peakFrom      = time.Hour // after opening
	peakShare     = 0.18
	lunchFrom     = 4 * time.Hour
	lunchFor      = time.Hour
	lunchQuiet    = 0.35 // arrivals at lunch, of the usual rate
	arrivalsUntil = 7 * time.Hour
)

// Shares that no source gives; these are ours.
const (
	priorityShare = 0.12 // of the visitors
	journeyShare  = 0.06 // come for two or three matters
)

// Arrival is one visitor of the simulated day.
type arrival struct {
	after    time.Duration // opening
	services []string
	order    queue.JourneyOrder
	class    queue.Class
}

// arrivals plans a day. The same seed gives the same day.
func arrivals(r *rand.Rand, services []*store.Service, visitors int) []arrival {
	pick := mix(r, services)
	var day []arrival
	add := func(n int, at func() time.Duration) {
		for range n {
			a := arrival{after: at(), services: []string{pick()}, class: queue.Regular}
			if r.Float64() < priorityShare {
				a.class = queue.Priority
			}
			if r.Float64() < journeyShare {
				a.journey(r, services)
			}
			day = append(day, a)
		}
	}
	door := min(doorPeople, visitors)
	peak := min(int(peakShare*float64(visitors)), visitors-door)
	add(door, func() time.Duration { return time.Duration(r.Float64() * float64(doorWithin)) })
	add(peak, func() time.Duration { return peakFrom + time.Duration(r.Float64()*float64(time.Hour)) })
	add(visitors-door-peak, func() time.Duration { return restOfDay(r) })
	sort.Slice(day, func(i, j int) bool { return day[i].after < day[j].after })
	return day
}

// journey adds a second matter, or a third, at other agencies.
func (a *arrival) journey(r *rand.Rand, services []*store.Service) {
	for range 1 + r.IntN(2) {
		if s := services[r.IntN(len(services))].Code; !slices.Contains(a.services, s) {
			a.services = append(a.services, s)
		}
	}
	if len(a.services) > 1 {
		a.order = []queue.JourneyOrder{queue.Fixed, queue.AnyOrder, queue.Parallel}[r.IntN(3)]
	}
}

// restOfDay is a moment outside the door's minute and the peak hour, rarer at lunch.
func restOfDay(r *rand.Rand) time.Duration {
	for {
		at := doorWithin + time.Duration(r.Float64()*float64(arrivalsUntil-doorWithin))
		if at >= peakFrom && at < peakFrom+time.Hour {
			continue
		}
		if at >= lunchFrom && at < lunchFrom+lunchFor && r.Float64() > lunchQuiet {
			continue
		}
		return at
	}
}

// mix chooses services by the measured shares of MPP Kota Malang by 11.00 on
// 16 April 2024; an agency that is not in them gets as much as the smallest.
func mix(r *rand.Rand, services []*store.Service) func() string {
	shares := []struct {
		word  string
		share float64
	}{{"DUKCAPIL", 94}, {"PTSP", 11}, {"NAKER", 11}, {"BANK", 19}, {"BAPENDA", 15}, {"BPJS", 1}}
	perAgency := map[string]int{}
	for _, s := range services {
		perAgency[s.Agency.Code]++
	}
	weights := make([]float64, len(services))
	total := 0.0
	for i, s := range services {
		weight := 1.0
		name := strings.ToUpper(s.Agency.Code + " " + s.Agency.Short)
		for _, known := range shares {
			if strings.Contains(name, known.word) {
				weight = known.share
				break
			}
		}
		weights[i] = weight / float64(perAgency[s.Agency.Code])
		total += weights[i]
	}
	return func() string {
		at := r.Float64() * total
		for i, w := range weights {
			if at -= w; at < 0 {
				return services[i].Code
			}
		}
		return services[len(services)-1].Code
	}
}
