package queue

import "math"

// Head is the first waiting stop of one line.
type Head struct {
	Service string
	StopID  int64
	Place   int64 // order of arrival; comparable over lines, strictly ordered within one
}

// Why says in a stable word why a visitor is next; screens translate it.
type Why string

// The reasons of this version: their turn in the counter's own lines, or the
// own lines are empty and the counter helps another.
const (
	WhyFirst  Why = "first_come"
	WhyAssist Why = "assist"
)

// Next decides who a counter calls: the earliest arrival over its own lines,
// and only when those are empty, over the lines it assists. Every preview,
// call and test asks this one function. Ties go to the line named first at the
// counter, so that two servers never disagree.
func Next(own, assisted []Head) (head Head, why Why, ok bool) {
	if head, ok = earliest(own); ok {
		return head, WhyFirst, true
	}
	if head, ok = earliest(assisted); ok {
		return head, WhyAssist, true
	}
	return Head{}, "", false
}

func earliest(heads []Head) (first Head, ok bool) {
	for _, h := range heads {
		if !ok || h.Place < first.Place {
			first, ok = h, true
		}
	}
	return first, ok
}

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
