package queue

import (
	"strings"
	"time"
)

// DayFormat is how a business day is written.
const DayFormat = "2006-01-02"

// BusinessDay is the day at a moment in the mall's own zone of time. In
// Makassar a day computed in UTC would be yesterday until 08.00.
func BusinessDay(at time.Time, mall *time.Location) string {
	return at.In(mall).Format(DayFormat)
}

// LaterDay returns the later of two business days. The day never goes back,
// even when the clock does: numbers would start at 1 again.
func LaterDay(a, b string) string {
	if strings.Compare(a, b) >= 0 {
		return a
	}
	return b
}

// ZoneName is what Indonesians call the mall's zone of time.
func ZoneName(at time.Time) string {
	_, offset := at.Zone()
	switch offset {
	case 7 * 3600:
		return "WIB"
	case 8 * 3600:
		return "WITA"
	case 9 * 3600:
		return "WIT"
	}
	return at.Format("MST")
}
