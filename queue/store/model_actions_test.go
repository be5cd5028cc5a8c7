package store_test

import (
	"slices"

	"antre/queue"
)

// What people do, by the reference. Each refuses without changing anything.

// touch must come before every change of a stop.
func (m *ref) touch(s *refStop) {
	if a := m.action; a != nil && !slices.Contains(a.stops, s) {
		a.stops, a.before = append(a.stops, s), append(a.before, *s)
	}
	s.ticket.version++
}

func (m *ref) begin() { m.action = &refAction{at: m.now, open: true, versions: map[*refTicket]int{}} }

// keep ends an officer's action. One that touched nobody leaves the last in place.
func (m *ref) keep(c *refCounter) {
	a := m.action
	m.action = nil
	for _, s := range slices.Concat(a.stops, a.created) {
		a.versions[s.ticket] = s.ticket.version
	}
	if len(a.stops) > 0 {
		c.last = a
	}
	m.closeGranted(c)
}

func (c *refCounter) noUndo() {
	if c.last != nil {
		c.last.open = false
	}
}

func (m *ref) closeGranted(c *refCounter) {
	if c.asked == 2 && m.current(c) == nil {
		c.state, c.holder, c.asked = queue.CounterClosed, "", 0
	}
}

func (m *ref) holds(c *refCounter, officer string) no {
	if c.state == queue.CounterClosed {
		return no{"counter_closed", ""}
	}
	if c.holder != officer {
		return no{"counter_busy", c.holder}
	}
	return no{}
}

func (m *ref) mayCall(c *refCounter, officer string) no {
	if n := m.holds(c, officer); n.code != "" {
		return n
	}
	if c.state == queue.CounterPaused {
		return no{"counter_closed", ""}
	}
	return no{}
}

func (m *ref) open(c *refCounter, officer string) no {
	if c.state != queue.CounterClosed && c.holder != officer {
		return no{"counter_busy", c.holder}
	}
	m.set(c, queue.CounterOpen, officer)
	return no{}
}

// set changes a counter's state; what was done before is then not taken back.
func (m *ref) set(c *refCounter, state queue.CounterState, officer string) {
	if c.state == state {
		return
	}
	c.state, c.holder = state, officer
	if state == queue.CounterOpen {
		c.openedDay = m.day
	}
	if state == queue.CounterClosed {
		c.holder, c.asked = "", 0
	}
	c.noUndo()
}

func (m *ref) pause(c *refCounter, officer string, state queue.CounterState) no {
	if n := m.holds(c, officer); n.code != "" {
		return n
	}
	m.set(c, state, officer)
	return no{}
}

func (m *ref) closeCounter(c *refCounter, officer string, authority bool) no {
	switch {
	case c.state == queue.CounterClosed:
		return no{}
	case c.holder != officer && !authority, m.current(c) != nil:
		return no{"counter_busy", c.holder}
	}
	m.set(c, queue.CounterClosed, "")
	return no{}
}

func (m *ref) askClose(c *refCounter, officer string) no {
	if n := m.holds(c, officer); n.code != "" {
		return n
	}
	c.asked = 1
	c.noUndo()
	return no{}
}

func (m *ref) answerClose(c *refCounter, approve bool) no {
	if c.asked != 1 {
		return no{"nothing_asked", ""}
	}
	c.asked = 0
	if approve {
		c.asked = 2
	}
	c.noUndo()
	m.closeGranted(c)
	return no{}
}

// callNext finishes the visitor at a counter and calls the next.
func (m *ref) callNext(c *refCounter, officer string) (*refStop, no) {
	if n := m.mayCall(c, officer); n.code != "" {
		return nil, n
	}
	there := m.current(c)
	p := m.next(c, there)
	m.begin()
	if there != nil {
		m.finish(there)
	}
	if c.asked == 2 {
		p = nil
	}
	if p != nil {
		m.action.line = p.stop.line
		m.action.lineCall, m.action.ownCall = m.count(c, p)
		m.call(p.stop, c)
	}
	m.keep(c)
	if p == nil {
		return nil, no{}
	}
	return p.stop, no{}
}

func (m *ref) call(s *refStop, c *refCounter) {
	m.touch(s)
	s.state, s.counter, s.called, s.lastCalled, s.started = queue.Called, c, m.now, m.now, 0
	s.calls++
}

// finish ends a visit, and lets the journey go on.
func (m *ref) finish(s *refStop) {
	m.touch(s)
	s.inferred = s.inferred || s.state == queue.Called
	s.state, s.ended, s.endedBy = queue.Done, m.now, "counter"
	for _, next := range m.legs(s.ticket) {
		m.touch(next)
		next.state, next.place, next.arrived = queue.Waiting, m.end(), m.now
	}
}

// legs are the planned stops that begin now.
func (m *ref) legs(k *refTicket) []*refStop {
	room := 1
	if k.order == queue.Parallel {
		room = m.parallel
	}
	var ready []*refStop
	for _, s := range k.stops {
		switch {
		case s.state == queue.Planned:
			if !slices.ContainsFunc(k.stops, func(o *refStop) bool {
				return !o.state.Ended() && slices.Contains(m.service(s.line.service).after, o.line.service)
			}) {
				ready = append(ready, s)
			}
		case !s.state.Ended():
			room--
		}
	}
	if k.order != queue.Fixed {
		slices.SortStableFunc(ready, func(a, b *refStop) int { return m.predict(a.line) - m.predict(b.line) })
	}
	return ready[:max(0, min(room, len(ready)))]
}

// predict is the people who wait times the minutes, shared by the open
// counters; a line that nobody serves comes last.
func (m *ref) predict(l *refLine) int {
	people, serving, helping := 0, 0, 0
	for _, k := range m.tickets {
		for _, s := range k.stops {
			if s.line == l && s.state == queue.Waiting {
				people++
			}
		}
	}
	for _, c := range m.counters {
		if c.state == queue.CounterOpen && slices.Contains(c.own, l.service) {
			serving++
		} else if c.state == queue.CounterOpen && slices.Contains(c.assists, l.service) {
			helping++
		}
	}
	if serving == 0 {
		serving = helping
	}
	if serving == 0 {
		return 1e6 + people
	}
	return people * max(1, m.service(l.service).minutes) / serving
}

// atCounter is an action on the visitor who stands there.
func (m *ref) atCounter(c *refCounter, officer string, from []queue.State, act func(*refStop) no) no {
	if n := m.holds(c, officer); n.code != "" {
		return n
	}
	s := m.current(c)
	switch {
	case s == nil:
		return no{"not_current", ""}
	case !slices.Contains(from, s.state):
		return no{"wrong_state", c.code}
	}
	m.begin()
	if n := act(s); n.code != "" {
		m.action = nil
		return n
	}
	m.keep(c)
	return no{}
}

func (m *ref) recall(c *refCounter, officer string) no {
	return m.atCounter(c, officer, []queue.State{queue.Called}, func(s *refStop) no {
		m.touch(s)
		s.lastCalled, s.calls = m.now, s.calls+1
		return no{}
	})
}

func (m *ref) start(c *refCounter, officer string) no {
	return m.atCounter(c, officer, []queue.State{queue.Called}, func(s *refStop) no {
		m.touch(s)
		s.state, s.started = queue.Serving, m.now
		return no{}
	})
}

func (m *ref) finishAt(c *refCounter, officer string) no {
	return m.atCounter(c, officer, []queue.State{queue.Called, queue.Serving}, func(s *refStop) no {
		m.finish(s)
		return no{}
	})
}

func (m *ref) noShow(c *refCounter, officer string) no {
	return m.atCounter(c, officer, []queue.State{queue.Called}, func(s *refStop) no {
		if m.now < s.called+m.noShowAfter.Milliseconds() {
			return no{"too_early", ""}
		}
		m.touch(s)
		s.state, s.ended, s.endedBy = queue.NoShow, m.now, "counter"
		return no{}
	})
}

func (m *ref) hold(c *refCounter, officer string) no {
	return m.atCounter(c, officer, []queue.State{queue.Called, queue.Serving}, func(s *refStop) no {
		m.touch(s)
		s.state = queue.Held
		return no{}
	})
}

func (m *ref) transfer(c *refCounter, officer, service string, keepPlace bool) no {
	return m.atCounter(c, officer, []queue.State{queue.Called, queue.Serving}, func(s *refStop) no {
		if slices.ContainsFunc(s.ticket.stops, func(o *refStop) bool { return o.line.service == service && !o.state.Ended() }) {
			return no{"same_service", ""}
		}
		if n := m.gate(service, "", ""); n.code != "" {
			return n
		}
		l := m.line(service)
		fresh := &refStop{ticket: s.ticket, leg: len(s.ticket.stops) + 1, line: l, state: queue.Waiting, arrived: m.now}
		if keepPlace {
			place := s.place
			if s.returned {
				place = s.arrived * 1000
			}
			fresh.arrived, fresh.place = s.arrived, m.free(l, place, 1)
		} else {
			fresh.place = m.end()
		}
		m.touch(s)
		s.state, s.ended, s.endedBy = queue.Transferred, m.now, "counter"
		s.ticket.stops = append(s.ticket.stops, fresh)
		m.action.created = append(m.action.created, fresh)
		return no{}
	})
}

// gate is whether a service gives a number now; class "" asks no quota.
func (m *ref) gate(service string, class queue.Class, by queue.Channel) no {
	s := m.service(service)
	if slices.ContainsFunc(s.closed, func(p refSpan) bool { return !m.wall.Before(p.from) && m.wall.Before(p.to) }) {
		return no{"service_closed", ""}
	}
	if class != "" && m.left(service, class, by) <= 0 {
		return no{"quota_reached", ""}
	}
	opened, working := 0, 0
	for _, c := range m.counters {
		if !slices.Contains(slices.Concat(c.own, c.assists), service) {
			continue
		}
		if c.openedDay == m.day {
			opened++
		}
		if c.state != queue.CounterClosed {
			working++
		}
	}
	if opened > 0 && working == 0 {
		return no{"no_counter", ""}
	}
	return no{}
}

// used counts today's numbers of a service against its quota.
func (m *ref) used(l *refLine) (all, kiosk, booking, regular int) {
	for _, k := range m.tickets {
		if k.series != l || k.givenBack {
			continue
		}
		all++
		if k.channel == queue.Booking {
			booking++
		} else {
			kiosk++
		}
		if k.class == queue.Regular {
			regular++
		}
	}
	return all, kiosk, booking, regular
}

func (m *ref) left(service string, class queue.Class, by queue.Channel) int {
	l, left := m.line(service), 1<<20
	var q queue.Quota
	if d := m.service(service).quota; d != nil {
		q = *d
	}
	if l.quota >= 0 {
		if q.Day != nil && q.Kiosk != nil {
			kiosk := max(0, *q.Kiosk+l.quota-*q.Day)
			q.Kiosk = &kiosk
		}
		q.Day = &l.quota
	}
	all, kiosk, booking, regular := m.used(l)
	if q.Day != nil {
		left = min(left, *q.Day-all)
	}
	if by == queue.Kiosk && q.Kiosk != nil {
		left = min(left, *q.Kiosk-kiosk)
	}
	if by == queue.Booking && q.Booking != nil {
		left = min(left, *q.Booking-booking)
	}
	if class == queue.Regular && q.Day != nil && q.Priority != nil {
		left = min(left, *q.Day-*q.Priority-regular)
	}
	return left
}
