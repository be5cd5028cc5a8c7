package queue

import (
	"slices"
	"time"
)

// Opening lets an agency, a service or the whole mall give numbers although
// its hours or a holiday say otherwise.
type Opening = Closure

// Calendar answers when numbers may be given, from the mall's definition and
// what supervisors added today. It holds no clock.
type Calendar struct {
	Location *time.Location
	Hours    Week
	Periods  []Period
	Holidays []Holiday
	Closures []Closure
	Openings []Opening
}

// CalendarOf is the calendar of a mall's definition.
func CalendarOf(m *Mall) Calendar {
	return Calendar{Location: m.Settings.Location(), Hours: m.Hours, Periods: m.Periods, Holidays: m.Holidays, Closures: m.Closures, Openings: m.Openings}
}

// Schedule is what the calendar must know of one service: where it belongs,
// its own weeks, and the counters that serve it.
type Schedule struct {
	Agency, Service string
	AgencyHours     Week
	ServiceHours    Week
	Counters        []Counter // empty: the service's week alone
}

// Closed says why no number is given at a moment, and when the next can be.
type Closed struct {
	Code     string    // of API.md, in its order of precedence
	Name     string    // of the holiday
	Notice   Text      // of the closing
	ReopenAt time.Time // zero: not known
}

// The codes of a closed service that the calendar knows.
const (
	ServiceClosed    = "service_closed"
	HolidayClosed    = "holiday"
	DayClosed        = "day_closed"
	NotOpenYet       = "not_open_yet"
	BreakClosed      = "break"
	LastTicketPassed = "last_ticket_passed"
)

// Closed is nil when the calendar lets the service give a number now.
func (c Calendar) Closed(s Schedule, now time.Time) *Closed {
	closed := c.at(s, now.In(c.Location))
	if closed != nil {
		closed.ReopenAt = c.reopens(s, now.In(c.Location))
	}
	return closed
}

// NextDay is the first moment of a later day at which the calendar lets the
// service give a number; zero when it is not known.
func (c Calendar) NextDay(s Schedule, now time.Time) time.Time {
	now = now.In(c.Location)
	return c.reopens(s, time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, -1, c.Location))
}

// Opens is the first moment after another at which a number can be given; zero
// when there is none within a year.
func (c Calendar) Opens(s Schedule, after time.Time) time.Time {
	return c.reopens(s, after.In(c.Location))
}

// at judges one moment, in the order of precedence.
func (c Calendar) at(s Schedule, now time.Time) *Closed {
	if cl := covering(c.Closures, s, now); cl != nil {
		return &Closed{Code: ServiceClosed, Notice: cl.Notice}
	}
	if covering(c.Openings, s, now) != nil {
		return nil
	}
	day := now.Format(DayFormat)
	for _, h := range c.Holidays {
		if h.Date == day {
			return &Closed{Code: HolidayClosed, Name: h.Name}
		}
	}
	var best *Closed
	for _, w := range c.weeks(s, day) {
		closed := w.at(now)
		if closed == nil {
			return nil
		}
		if best == nil || rank(closed.Code) < rank(best.Code) {
			best = closed
		}
	}
	return best
}

// rank orders what several counters with hours of their own would say: the one
// that opens again soonest speaks for the service.
func rank(code string) int {
	return slices.Index([]string{BreakClosed, NotOpenYet, LastTicketPassed, ServiceClosed, DayClosed}, code)
}

// covering finds the first closing (or opening) that holds for a service at a
// moment. Both ends are local times without a zone; the later end is outside.
func covering(all []Closure, s Schedule, now time.Time) *Closure {
	at := now.Format("2006-01-02T15:04:05")
	for i, cl := range all {
		if at >= cl.From+":00" && at < cl.To+":00" && cl.concerns(s) {
			return &all[i]
		}
	}
	return nil
}

func (c Closure) concerns(s Schedule) bool {
	if c.Service != "" {
		return Key(c.Service) == Key(s.Service)
	}
	return c.Agency == "" || Key(c.Agency) == Key(s.Agency)
}

// weekRule is one week that gives numbers; breaks are skipped where a counter
// works through them. No week at all is always open.
type weekRule struct {
	week          Week
	throughBreaks bool
}

// weeks are those under which the service gives numbers on a day: its own, or
// those of the counters that have one. An own week replaces the whole week
// above it; a period replaces the mall's.
func (c Calendar) weeks(s Schedule, day string) (all []weekRule) {
	base := c.Hours
	for _, p := range c.Periods {
		if day >= p.From && day <= p.To {
			base = p.Hours
		}
	}
	if len(s.AgencyHours) > 0 {
		base = s.AgencyHours
	}
	if len(s.ServiceHours) > 0 {
		base = s.ServiceHours
	}
	for _, k := range s.Counters {
		w := weekRule{week: base, throughBreaks: k.ThroughBreaks}
		if len(k.Hours) > 0 {
			w.week = k.Hours
		}
		all = append(all, w)
	}
	if len(all) == 0 {
		all = []weekRule{{week: base}}
	}
	return all
}

// at judges a moment by one week.
func (w weekRule) at(now time.Time) *Closed {
	if len(w.week) == 0 {
		return nil
	}
	hours, _ := w.week.On(now.Weekday())
	open := hours.Intervals()
	if len(open) == 0 {
		return &Closed{Code: DayClosed}
	}
	minute := now.Hour()*60 + now.Minute()
	last, limited := hours.LastTicketAt()
	inside := slices.ContainsFunc(open, func(iv Interval) bool { return minute >= iv.From && minute < iv.To })
	switch end := open[len(open)-1].To; {
	case minute < open[0].From:
		return &Closed{Code: NotOpenYet}
	case !inside && minute < end && !w.throughBreaks:
		return &Closed{Code: BreakClosed}
	case limited && minute >= last:
		return &Closed{Code: LastTicketPassed}
	case minute >= end:
		return &Closed{Code: ServiceClosed}
	}
	return nil
}

// lookAhead is how far the next opening is searched; a service that does not
// open within a year has none to announce.
const lookAhead = 366

// reopens is the next moment at which a number can be given: the first of the
// day's beginnings, or of the ends of closings, at which nothing forbids it.
func (c Calendar) reopens(s Schedule, now time.Time) time.Time {
	for d := range lookAhead {
		date := time.Date(now.Year(), now.Month(), now.Day()+d, 0, 0, 0, 0, c.Location)
		for _, minute := range c.beginnings(s, date) {
			at := time.Date(date.Year(), date.Month(), date.Day(), minute/60, minute%60, 0, 0, c.Location)
			if at.After(now) && c.at(s, at) == nil {
				return at
			}
		}
	}
	return time.Time{}
}

// beginnings are the minutes of a day at which a service may begin to give
// numbers, in the order of the clock.
func (c Calendar) beginnings(s Schedule, date time.Time) (minutes []int) {
	day := date.Format(DayFormat)
	minutes = append(minutes, 0)
	for _, w := range c.weeks(s, day) {
		hours, _ := w.week.On(date.Weekday())
		for _, iv := range hours.Intervals() {
			minutes = append(minutes, iv.From)
		}
	}
	for _, cl := range c.Closures {
		if m, ok := minuteOn(cl.To, day); ok {
			minutes = append(minutes, m)
		}
	}
	for _, o := range c.Openings {
		if m, ok := minuteOn(o.From, day); ok {
			minutes = append(minutes, m)
		}
	}
	slices.Sort(minutes)
	return slices.Compact(minutes)
}

func minuteOn(moment, day string) (int, bool) {
	if len(moment) < len(day) || moment[:len(day)] != day {
		return 0, false
	}
	return parseClock(moment[len(day)+1:])
}
