package store_test

import (
	"slices"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// issue gives a number, or several places on one number.
func (m *ref) issue(w store.Wanted) (*refTicket, no) {
	for i, code := range w.Services {
		if slices.Contains(w.Services[:i], code) {
			return nil, no{"service_twice", ""}
		}
		for _, first := range m.service(code).after {
			if w.Order == queue.Fixed && slices.Index(w.Services, first) > i {
				return nil, no{"wrong_order", ""}
			}
		}
	}
	for i, code := range w.Services {
		class := w.Class
		if i > 0 {
			class = ""
		}
		if n := m.gate(code, class, w.Channel); n.code != "" {
			return nil, n
		}
	}
	if w.Phone != "" && m.phoneCap > 0 {
		taken := 0
		for _, k := range m.tickets {
			if k.phone == w.Phone {
				taken++
			}
		}
		if taken >= m.phoneCap {
			return nil, no{"phone_cap", ""}
		}
	}
	l := m.line(w.Services[0])
	l.numbers++
	k := &refTicket{series: l, number: l.numbers, code: queue.TicketCode(l.service, l.numbers), class: w.Class, channel: w.Channel, phone: w.Phone}
	if len(w.Services) > 1 {
		k.order = w.Order
	}
	for i, code := range w.Services {
		k.stops = append(k.stops, &refStop{ticket: k, leg: i + 1, line: m.line(code), state: queue.Planned, arrived: m.now})
	}
	first := m.legs(k)
	for _, s := range k.stops {
		s.place = m.end()
	}
	for _, s := range first {
		s.state = queue.Waiting
	}
	m.tickets = append(m.tickets, k)
	return k, no{}
}

// find is today's ticket with a code.
func (m *ref) find(code string) *refTicket {
	for _, k := range m.tickets {
		if k.code == code && k.series.day == m.day {
			return k
		}
	}
	return nil
}

// refuse says why a stop cannot move, and who has it.
func (s *refStop) refuse() no {
	switch {
	case s.state == queue.Called || s.state == queue.Serving:
		return no{"already_called", s.counter.code}
	case s.endedBy == "day_end":
		return no{"wrong_state", "day_end"}
	case s.counter != nil && s.state != queue.Cancelled:
		return no{"wrong_state", s.counter.code}
	}
	return no{"wrong_state", "visitor"}
}

func (c *refCounter) serves(s *refStop) bool {
	return slices.Contains(c.own, s.line.service) || slices.Contains(c.assists, s.line.service)
}

// callable is the stop of a ticket that a counter may call: whom it has on
// hold, else the first that waits or is on hold elsewhere.
func (m *ref) callable(c *refCounter, code string) (*refStop, no) {
	k := m.find(code)
	if k == nil {
		return nil, no{"unknown_ticket", ""}
	}
	if s := k.standing(); s != nil {
		return nil, s.refuse()
	}
	open := false
	var found *refStop
	for _, s := range k.stops {
		if s.state != queue.Waiting && s.state != queue.Held {
			continue
		}
		open = true
		here := s.state == queue.Held && s.counter == c
		if c.serves(s) && (found == nil || here) {
			found = s
		}
	}
	switch {
	case found != nil:
		return found, no{}
	case open:
		return nil, no{"wrong_service", ""}
	}
	return nil, k.top().refuse()
}

func (m *ref) callTicket(c *refCounter, officer, code, reason string) no {
	if n := m.mayCall(c, officer); n.code != "" {
		return n
	}
	if m.current(c) != nil {
		return no{"counter_busy", c.code}
	}
	s, n := m.callable(c, code)
	if n.code != "" {
		return n
	}
	if reason == "" && (s.state != queue.Held || s.counter != c) {
		return no{"reason_needed", ""}
	}
	m.begin()
	m.call(s, c)
	m.keep(c)
	return no{}
}

// comeBack places a no-show two calls later, once, and within half an hour. A
// visitor who has cancelled the rest of a journey has left.
func (m *ref) comeBack(c *refCounter, officer, code string) no {
	if n := m.holds(c, officer); n.code != "" {
		return n
	}
	k := m.find(code)
	if k == nil {
		return no{"unknown_ticket", ""}
	}
	var missed, served *refStop
	for _, s := range k.stops {
		if s.state == queue.Cancelled {
			return k.top().refuse()
		}
		if s.state == queue.NoShow && s.endedBy == "counter" {
			missed = s
			if c.serves(s) {
				served = s
			}
		}
	}
	switch {
	case missed == nil:
		return k.top().refuse()
	case served == nil:
		return no{"wrong_service", ""}
	case served.returned, m.now-served.ended > (30 * time.Minute).Milliseconds():
		return served.refuse()
	}
	place := m.placeBack(served)
	m.begin()
	m.touch(served)
	served.state, served.place, served.returned, served.ended, served.endedBy, served.counter = queue.Waiting, place, true, 0, "", nil
	served.late = min(served.late, m.now)
	m.keep(c)
	return no{}
}

// placeBack is behind those of the visitor's class among the next two calls of
// this line alone, or before everybody of that class when none is among them.
func (m *ref) placeBack(s *refStop) int64 {
	alone := &refCounter{own: []string{s.line.service}, state: queue.CounterOpen}
	var behind *refStop
	for _, next := range m.order(alone, 2) {
		if next.ticket.class == s.ticket.class {
			behind = next
		}
	}
	if behind != nil {
		return m.free(s.line, behind.place+1, 1)
	}
	for _, o := range m.waiting(s.line, nil) {
		if o.ticket.class == s.ticket.class {
			return m.free(s.line, o.place-1, -1)
		}
	}
	return m.end()
}

func (m *ref) changeClass(c *refCounter, officer, code string, class queue.Class) no {
	if n := m.holds(c, officer); n.code != "" {
		return n
	}
	s, n := m.callable(c, code)
	if n.code != "" {
		return n
	}
	k := s.ticket
	if k.class == class {
		return no{}
	}
	k.class = class
	if class == queue.Regular {
		k.givenBack = true // as if it were not there, is there room for it?
		left := m.left(k.series.service, class, k.channel)
		k.givenBack = false
		if left <= 0 {
			k.class = queue.Priority
			return no{"quota_reached", ""}
		}
	}
	k.version++
	c.noUndo()
	return no{}
}

// undo takes back a counter's whole last action of the past 60 seconds, unless
// somebody it touched has moved since.
func (m *ref) undo(c *refCounter, officer string) no {
	if n := m.holds(c, officer); n.code != "" {
		return n
	}
	a := c.last
	if a == nil || !a.open || m.now-a.at > time.Minute.Milliseconds() {
		return no{"nothing_to_undo", ""}
	}
	for _, s := range slices.Concat(a.stops, a.created) {
		if s.ticket.version == a.versions[s.ticket] {
			continue
		}
		if there := s.ticket.standing(); there != nil {
			return there.refuse()
		}
		return no{"wrong_state", ""}
	}
	for _, s := range a.stops {
		s.ticket.version++
		s.place = -1 // whoever has its place now keeps it
	}
	for i, s := range a.stops {
		*s = a.before[i]
		s.place = -1
		s.place = m.free(s.line, a.before[i].place, 1)
	}
	for _, s := range a.created {
		s.ticket.version++
		s.state, s.ended, s.endedBy = queue.Undone, m.now, "undo"
	}
	if a.line != nil {
		a.line.calls = uncount(a.line.calls, a.lineCall)
		c.calls = uncount(c.calls, a.ownCall)
	}
	a.open = false
	return no{}
}

// cancel lets the visitor leave every line, but not from a counter.
func (m *ref) cancel(k *refTicket) no {
	if s := k.standing(); s != nil {
		return s.refuse()
	}
	served, left := false, false
	for _, s := range k.stops {
		served = served || s.state == queue.Done || s.state == queue.Transferred
	}
	for _, s := range k.stops {
		if s.state == queue.Waiting || s.state == queue.Held || s.state == queue.Planned {
			left = true
			m.touch(s)
			s.state, s.ended, s.endedBy = queue.Cancelled, m.now, "visitor"
		}
	}
	if !left {
		return k.top().refuse()
	}
	k.givenBack = k.givenBack || m.returns && !served
	return no{}
}

// delay passes a visitor over for ten minutes, once, to a full minute; come is
// that they are there before.
func (m *ref) delay(k *refTicket, come bool) no {
	asked := int64(0)
	for _, s := range k.stops {
		asked = max(asked, s.late)
	}
	minute := time.Minute.Milliseconds()
	until := (m.now + 11*minute - 1) / minute * minute
	switch {
	case k.top().state != queue.Waiting:
		return k.top().refuse()
	case come && asked <= m.now:
		return no{"not_late", ""}
	case !come && asked != 0:
		return no{"late_already", ""}
	case come:
		until = m.now
	}
	for _, s := range k.stops {
		if s.state == queue.Waiting {
			m.touch(s)
			s.late = until
		}
	}
	return no{}
}

func (m *ref) setQuota(service string, day int) no {
	l := m.line(service)
	if all, _, _, _ := m.used(l); day < all {
		return no{"quota_used", ""}
	}
	l.quota = day
	return no{}
}

// closeService holds from this minute until another; what was said before ends.
func (m *ref) closeService(service string, until time.Time) {
	m.openService(service)
	s := m.service(service)
	s.closed = append(s.closed, refSpan{m.wall.Truncate(time.Minute), until.Truncate(time.Minute)})
}

func (m *ref) openService(service string) {
	s, now := m.service(service), m.wall.Truncate(time.Minute)
	for i := range s.closed {
		if s.closed[i].to.After(now) {
			s.closed[i].to = now
		}
	}
}
