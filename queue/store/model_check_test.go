package store_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"antre/queue"
)

// shot is what the tables say, as text that the reference can say too.
type shot struct {
	rows    []string
	stops   []shotStop
	events  int
	changed int // the step that last changed anything
}

// shotStop is a stop with what the invariants ask.
type shotStop struct {
	key, ticket, line, class, state, counter              string
	place, number                                         int64
	arrived, called, lastCalled, started, ended, issuedAt int64
	late                                                  int64
}

// standing is everything but stops that an undo took back.
func (s shot) standing() (rows []string) {
	for _, r := range told(s.rows) {
		if !strings.Contains(r, " undone ") {
			rows = append(rows, r)
		}
	}
	return rows
}

// look reads the tables of one day, or of all when day is "".
func (w *world) look(day string) (s shot) {
	s.changed = w.seen.changed
	w.lookStops(&s, day)
	w.each(func(rows *sql.Rows) {
		var d, service string
		var number, run, quota, all, kiosk, booking, regular int
		w.must(rows.Scan(&d, &service, &number, &run, &quota, &all, &kiosk, &booking, &regular))
		s.rows = append(s.rows, lineText(d, service, number, run, quota, all, kiosk, booking, regular))
	}, `SELECT l.day, v.code, l.last_number, l.priority_run, coalesce(l.quota_day, -1), l.used_all, l.used_kiosk, l.used_booking, l.used_regular
		FROM lines l JOIN services v ON v.id = l.service_id WHERE l.day = ? OR ? = ''`, day, day)
	w.each(func(rows *sql.Rows) {
		var code, state, officer, opened string
		var asked, run int
		w.must(rows.Scan(&code, &state, &officer, &opened, &asked, &run))
		s.rows = append(s.rows, fmt.Sprintf("counter %s %s %s opened %s asked %d run %d", code, state, officer, opened, asked, run))
	}, `SELECT k.code, k.state, coalesce(p.name, ''), k.opened_day, k.close_asked, k.priority_run FROM counters k LEFT JOIN staff p ON p.id = k.officer_id`)
	slices.Sort(s.rows)
	w.must(w.peek.QueryRow("SELECT count(*) FROM events").Scan(&s.events))
	return s
}

// each reads all rows of a question.
func (w *world) each(take func(*sql.Rows), query string, args ...any) {
	rows, err := w.peek.Query(query, args...)
	w.must(err)
	defer func() { w.must(rows.Close()) }()
	for rows.Next() {
		take(rows)
	}
	w.must(rows.Err())
}

func (w *world) lookStops(s *shot, day string) {
	order := map[string][]string{}
	w.each(func(rows *sql.Rows) {
		var p shotStop
		var code, day, class, channel, journey, by string
		var leg, calls int
		var inferred, returned bool
		w.must(rows.Scan(&code, &day, &p.number, &class, &channel, &journey, &p.issuedAt, &leg, &p.line, &p.class, &p.place, &p.state, &p.counter,
			&p.arrived, &p.called, &p.lastCalled, &calls, &p.started, &p.ended, &inferred, &returned, &by, &p.late))
		p.ticket = day + " " + code
		p.key = fmt.Sprintf("%s/%d", p.ticket, leg)
		s.stops = append(s.stops, p)
		s.rows = append(s.rows, fmt.Sprintf("%s %s %s %s %s %s %s %s %d %d %d %d %d %d %v %v %s %d", p.key, class, channel, journey, p.line, p.class, p.state, p.counter,
			p.arrived, p.called, p.lastCalled, calls, p.started, p.ended, inferred, returned, by, p.late))
		if p.state == string(queue.Waiting) {
			order[p.line] = append(order[p.line], p.key)
		}
	}, `SELECT t.code, n.day, t.number, t.class, t.channel, t.journey, t.issued_at, s.leg, v.code, s.class, s.place, s.state, coalesce(k.code, ''),
		s.arrived_at, coalesce(s.called_at, 0), coalesce(s.last_called_at, 0), s.calls, coalesce(s.started_at, 0), coalesce(s.ended_at, 0), s.start_inferred, s.returned, s.ended_by, s.late_until
		FROM stops s JOIN tickets t ON t.id = s.ticket_id JOIN lines n ON n.id = t.line_id JOIN lines l ON l.id = s.line_id JOIN services v ON v.id = l.service_id
		LEFT JOIN counters k ON k.id = s.counter_id WHERE n.day = ? OR ? = '' ORDER BY l.id, s.place`, day, day)
	for line, keys := range order {
		s.rows = append(s.rows, "order of "+line+": "+strings.Join(keys, " "))
	}
}

func lineText(day, service string, number, run, quota, all, kiosk, booking, regular int) string {
	if number == 0 && run == 0 && quota < 0 {
		return "nobody yet" // a line that the store has not made, or made for nothing
	}
	return fmt.Sprintf("line %s %s: number %d run %d quota %d used %d %d %d %d", day, service, number, run, quota, all, kiosk, booking, regular)
}

// rows is what the reference says the tables say.
func (m *ref) rows(day string) (rows []string) {
	order := map[string][]*refStop{}
	for _, k := range m.tickets {
		if day != "" && k.series.day != day {
			continue
		}
		for _, s := range k.stops {
			counter := ""
			if s.counter != nil {
				counter = s.counter.code
			}
			rows = append(rows, fmt.Sprintf("%s %s/%d %s %s %s %s %s %s %s %d %d %d %d %d %d %v %v %s %d", k.series.day, k.code, s.leg, k.class, k.channel, k.order, s.line.service,
				k.class, s.state, counter, s.arrived, s.called, s.lastCalled, s.calls, s.started, s.ended, s.inferred, s.returned, s.endedBy, s.late))
			if s.state == queue.Waiting {
				order[s.line.service] = append(order[s.line.service], s)
			}
		}
	}
	for line, stops := range order {
		slices.SortFunc(stops, func(a, b *refStop) int { return int(a.place - b.place) })
		var keys []string
		for _, s := range stops {
			keys = append(keys, fmt.Sprintf("%s %s/%d", s.ticket.series.day, s.ticket.code, s.leg))
		}
		rows = append(rows, "order of "+line+": "+strings.Join(keys, " "))
	}
	for _, l := range m.lines {
		if day == "" || l.day == day {
			all, kiosk, booking, regular := m.used(l)
			rows = append(rows, lineText(l.day, l.service, l.numbers, runOf(l.calls), l.quota, all, kiosk, booking, regular))
		}
	}
	for _, c := range m.counters {
		rows = append(rows, fmt.Sprintf("counter %s %s %s opened %s asked %d run %d", c.code, c.state, c.holder, c.openedDay, c.asked, runOf(c.calls)))
	}
	slices.Sort(rows)
	return rows
}

func difference(want, got []string) string {
	var b strings.Builder
	for _, r := range want {
		if !slices.Contains(got, r) {
			fmt.Fprintf(&b, "  want %s\n", r)
		}
	}
	for _, r := range got {
		if !slices.Contains(want, r) {
			fmt.Fprintf(&b, "  got  %s\n", r)
		}
	}
	return b.String()
}

// told leaves out what says nothing.
func told(rows []string) []string {
	return slices.DeleteFunc(slices.Clone(rows), func(r string) bool { return r == "nobody yet" })
}

// compare holds the tables against the reference.
func (w *world) compare(s shot, day string) {
	if want, got := told(w.m.rows(day)), told(s.rows); !slices.Equal(want, got) {
		w.Fatalf("step %d, %s: the store is not what the rules say:\n%s", w.step, w.said, difference(want, got))
	}
}
