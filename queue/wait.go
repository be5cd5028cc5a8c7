package queue

import (
	"math"
	"time"
)

// Wait is how long a visitor will probably wait.
type Wait struct {
	LowS  int `json:"low_s"`  // seconds
	HighS int `json:"high_s"` // seconds
}

// The range around the plain mean. The two factors are ours, wide enough for
// officers of unequal speed; a measured estimator replaces them later.
const (
	waitLow  = 0.6
	waitHigh = 1.5
)

// EstimateWait is the people ahead times the service's minutes, shared by its
// open counters, as a range in whole minutes; above ten minutes it is rounded
// outwards to five, because nobody believes 95 to 239. It is nil when nobody
// is there to serve or the minutes are unknown: no number is better than a
// wrong one.
func EstimateWait(ahead, minutes, openCounters int) *Wait {
	if openCounters <= 0 || minutes <= 0 {
		return nil
	}
	mean := float64(ahead*minutes) / float64(openCounters)
	low, high := int(mean*waitLow), int(math.Ceil(mean*waitHigh))
	if high > 10 {
		low, high = low/5*5, (high+4)/5*5
	}
	return &Wait{LowS: 60 * low, HighS: 60 * high}
}

// NotBefore is the wait of a visitor who is not called before some time has
// passed, in whole minutes as well; of no wait it makes none.
func (w *Wait) NotBefore(d time.Duration) *Wait {
	if w == nil || d <= 0 {
		return w
	}
	least := 60 * int(math.Ceil(d.Minutes()))
	return &Wait{LowS: max(w.LowS, least), HighS: max(w.HighS, least)}
}
