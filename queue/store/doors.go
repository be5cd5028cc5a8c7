package store

import (
	"time"

	"antre/queue"
)

// doorsRow is what a service's counters say about it now.
type doorsRow struct {
	opened    int // counters that were open at some time today
	notClosed int
	serving   int // open counters: its own, or those that help when none of its own is open
}

// doors counts a service's counters, once a batch.
func (t *txn) doors(s *Service) (d doorsRow, err error) {
	if known, ok := t.batch.doors[s.ID]; ok {
		return known, nil
	}
	var own, helping int
	_, err = t.row([]any{&d.opened, &d.notClosed, &own, &helping}, `SELECT
		coalesce(sum(CASE WHEN k.opened_day = ? THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN k.state <> 'closed' THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN k.state = 'open' AND cs.role = 'primary' THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN k.state = 'open' AND cs.role = 'assist' THEN 1 ELSE 0 END), 0)
		FROM counter_services cs JOIN counters k ON k.id = cs.counter_id WHERE cs.service_id = ? AND k.active = 1`, t.day, s.ID)
	if d.serving = own; own == 0 {
		d.serving = helping
	}
	t.batch.doors[s.ID] = d
	return d, err
}

// catalog is the mall as this transaction leaves it.
func (t *txn) catalog() *Catalog {
	if t.batch.catalog != nil {
		return t.batch.catalog
	}
	return t.st.Catalog()
}

// gate is everything the rules ask before a number is given.
func (t *txn) gate(s *Service, l *lineRow, class queue.Class, by queue.Channel) (queue.Gate, error) {
	c := t.catalog()
	row, known := t.batch.closed[s.ID]
	if !known {
		row = calendarRow{c.calendar.Closed(c.schedule(s), t.wall)}
		t.batch.closed[s.ID] = row
	}
	g := c.quotaGate(s, t.wall, class, by, l)
	g.Closed = row.closed
	d, err := t.doors(s)
	g.OpenedToday, g.NotClosed = d.opened, d.notClosed
	return g, err
}

// quotaGate is what the definition and the line's counts say; calendar and
// counters are added by who asks.
func (c *Catalog) quotaGate(s *Service, now time.Time, class queue.Class, by queue.Channel, l *lineRow) queue.Gate {
	g := queue.Gate{Removed: !s.Active, Asked: now}
	if q := quotaToday(s, l); q != nil {
		g.Limit, g.Left, g.Limited = q.Left(l.used, class, by)
		if g.Limited && g.Left == 0 {
			g.Reset = c.calendar.NextDay(c.schedule(s), now)
		}
	}
	return g
}

// quotaToday is a service's quota with what a supervisor made of it today.
func quotaToday(s *Service, l *lineRow) *queue.Quota {
	if !l.quotaDay.Valid {
		return s.Quota
	}
	q := queue.Quota{}
	if s.Quota != nil {
		q = *s.Quota
	}
	day := int(l.quotaDay.Int64)
	// Raising the day's number raises the kiosk's share by as much, or the
	// added numbers could not be taken in the building.
	if q.Day != nil && q.Kiosk != nil {
		kiosk := max(0, *q.Kiosk+day-*q.Day)
		q.Kiosk = &kiosk
	}
	q.Day = &day
	return &q
}

// schedule is what the calendar must know of a service.
func (c *Catalog) schedule(s *Service) queue.Schedule {
	sch := queue.Schedule{Agency: s.Agency.Code, Service: s.Code, AgencyHours: s.Agency.Hours, ServiceHours: s.Hours}
	for _, k := range c.Counters {
		if serves(k.Own, s.ID) {
			sch.Counters = append(sch.Counters, k.Counter)
		}
	}
	return sch
}
