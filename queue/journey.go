package queue

import "slices"

// JourneyOrder is how a ticket with several stops goes through them.
type JourneyOrder string

// The orders of API.md. A ticket with one stop has none.
const (
	NoJourney JourneyOrder = ""
	Fixed     JourneyOrder = "fixed"    // one after another, as asked for
	AnyOrder  JourneyOrder = "any"      // one at a time, the shortest predicted line first
	Parallel  JourneyOrder = "parallel" // waiting in several lines at once
)

// Leg is a stop of a journey: its state, and the legs that must be done before
// it, by index.
type Leg struct {
	State State
	After []int
}

// NextLegs says which planned legs begin now: as many as there is room for
// beside those that are open, in order or shortest predicted line first, and
// none before what it must follow. Ties go to the earlier leg.
func NextLegs(legs []Leg, order JourneyOrder, room int, predict func(leg int) int) (begin []int) {
	var ready []int
	for i, l := range legs {
		switch {
		case l.State == Waiting || l.State == Held || l.State.AtCounter():
			room--
		case l.State == Planned && !blocked(legs, l):
			ready = append(ready, i)
		}
	}
	if order != Fixed && len(ready) > 1 {
		minutes := map[int]int{}
		for _, i := range ready {
			minutes[i] = predict(i)
		}
		slices.SortStableFunc(ready, func(a, b int) int { return minutes[a] - minutes[b] })
	}
	return ready[:max(0, min(room, len(ready)))]
}

func blocked(legs []Leg, l Leg) bool {
	return slices.ContainsFunc(l.After, func(i int) bool { return !legs[i].State.Ended() })
}

// CheckJourney refuses a journey that nobody could walk: a service twice, or,
// in a fixed order, before one it must follow. After lists, for each service,
// the indexes of those that come first.
func CheckJourney(codes []string, order JourneyOrder, after [][]int) error {
	for i, code := range codes {
		if slices.ContainsFunc(codes[:i], func(c string) bool { return Key(c) == Key(code) }) {
			return Refuse(Invalid, "service_twice", "Layanan %s disebut dua kali.", code).English("Service %s is named twice.", code).At("services")
		}
		for _, first := range after[i] {
			if order == Fixed && first > i {
				return Refuse(Invalid, "wrong_order", "Layanan %s harus sesudah %s.", code, codes[first]).
					English("Service %s must come after %s.", code, codes[first]).At("services")
			}
		}
	}
	return nil
}
