package queue

import (
	"slices"
	"strings"
	"time"
)

// Interval is half-open: a mall that is open 08:00-12:00 is closed at 12:00.
// Its ends are minutes since midnight in the mall's zone; 1440 is 24:00.
type Interval struct{ From, To int }

// On returns the hours of one weekday, and whether the week names the day at
// all. A week that does not name it is closed then.
func (w Week) On(day time.Weekday) (Hours, bool) {
	for key, hours := range w {
		if days, ok := parseDays(key); ok && slices.Contains(days, day) {
			return hours, true
		}
	}
	return Hours{}, false
}

// Intervals are the opening times of the day in the order of the clock. A text
// that is not an interval is left out; a mall that was parsed has none.
func (h Hours) Intervals() []Interval {
	var all []Interval
	for _, text := range h.Open {
		if iv, ok := parseInterval(text); ok {
			all = append(all, iv)
		}
	}
	return all
}

// LastTicketAt is the minute of the day from which no more numbers are given,
// if the mall says one.
func (h Hours) LastTicketAt() (minute int, ok bool) {
	return parseClock(h.LastTicket)
}

// dayNames are in the order of a working week, which is the order of ranges:
// "sat-sun" is one, "sun-mon" would wrap.
const dayNames = "mon tue wed thu fri sat sun"

// parseDays reads "fri" or "mon-thu".
func parseDays(key string) ([]time.Weekday, bool) {
	names := strings.Fields(dayNames)
	first, last, isRange := strings.Cut(key, "-")
	if !isRange {
		last = first
	}
	from, to := slices.Index(names, first), slices.Index(names, last)
	if from < 0 || to < from || isRange && from == to {
		return nil, false
	}
	var days []time.Weekday
	for i := from; i <= to; i++ {
		days = append(days, time.Weekday((i+1)%7))
	}
	return days, true
}

// parseInterval reads "08:00-12:00". An interval never crosses midnight,
// because a business day does not.
func parseInterval(text string) (Interval, bool) {
	from, to, _ := strings.Cut(text, "-")
	start, ok1 := parseClock(from)
	end, ok2 := parseClock(to)
	if to == "24:00" {
		end, ok2 = 24*60, true
	}
	return Interval{start, end}, ok1 && ok2 && start < end
}

// parseClock reads "HH:MM" as minutes since midnight, with both digits of the
// hour, so that times can also be compared as text.
func parseClock(text string) (int, bool) {
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, false
	}
	return t.Hour()*60 + t.Minute(), true
}
