package store_test

import (
	"cmp"
	"slices"
	"time"

	"antre/queue"
)

// The reference: the rules of the counter as the issue words them, over plain
// lists, slow and obvious. It asks nothing of the store and nothing of package
// queue but the names of states and classes.

type refStop struct {
	ticket                                      *refTicket
	leg                                         int
	line                                        *refLine
	state                                       queue.State
	place                                       int64
	arrived, called, lastCalled, started, ended int64 // ms; 0: never
	calls                                       int
	counter                                     *refCounter
	inferred, returned                          bool
	endedBy                                     string
	late                                        int64 // passed over until then
}

type refTicket struct {
	id        int64    // as the store has it
	series    *refLine // whose number it has
	number    int
	code      string
	class     queue.Class
	channel   queue.Channel
	order     queue.JourneyOrder
	phone     string
	stops     []*refStop
	version   int  // grows with every change of any of its stops
	givenBack bool // its place in the quota
}

// refCall is a call by next at a general counter, on the list of its line or
// its counter. The run is how many priority calls stand at the list's end.
type refCall struct{ priority bool }

type refLine struct {
	service, day string
	numbers      int
	quota        int // today's; -1: as defined
	calls        []*refCall
}

type refCounter struct {
	code         string
	own, assists []string
	priorityOnly bool
	state        queue.CounterState
	holder       string
	openedDay    string
	asked        int // 1: to close, 2: granted
	calls        []*refCall
	last         *refAction
}

// refAction is what stood before an officer's action.
type refAction struct {
	at       int64
	open     bool
	stops    []*refStop
	before   []refStop
	created  []*refStop
	versions map[*refTicket]int
	line     *refLine
	lineCall *refCall
	ownCall  *refCall
}

type refSpan struct{ from, to time.Time }

type refService struct {
	code    string
	minutes int
	after   []string
	quota   *queue.Quota
	closed  []refSpan
}

type ref struct {
	wall        time.Time
	now         int64 // stored time, ms
	newest      int64 // newest stored time
	ahead       int64 // of the wall, while that is behind
	day         string
	last        int64 // place behind everybody today
	run         int   // -1: unlimited
	maxWait     time.Duration
	noShowAfter time.Duration
	returns     bool // a cancelled number gives its place in the quota back
	parallel    int
	phoneCap    int
	services    []*refService
	counters    []*refCounter
	lines       []*refLine
	tickets     []*refTicket
	action      *refAction // under way
}

// no is a refusal: its code, and who has it where that matters.
type no struct{ code, by string }

// at reads the clock, as every request does, and ends the day when it is over.
// Stored time never goes back: behind a clock that jumped back it goes on.
func (m *ref) at(wall time.Time) {
	m.wall = wall
	ms := wall.UnixMilli()
	switch {
	case ms >= m.newest:
		m.ahead = 0
	case ms+m.ahead < m.newest:
		m.ahead = m.newest - ms
	}
	m.now = ms + m.ahead
	m.newest = max(m.newest, m.now)
	if day := wall.Format("2006-01-02"); day > m.day {
		m.endDay()
		m.day, m.now, m.newest, m.ahead = day, ms, ms, 0
	}
}

// endDay ends whatever was open: who was being served was served, everybody
// else did not come. Counters close.
func (m *ref) endDay() {
	m.last = 0
	for _, k := range m.tickets {
		k.phone = ""
		for _, s := range k.stops {
			if s.state.Ended() {
				continue
			}
			if s.state == queue.Serving {
				s.state = queue.Done
			} else {
				s.state = queue.NoShow
			}
			s.ended, s.endedBy = m.now, "day_end"
		}
	}
	for _, c := range m.counters {
		c.state, c.holder, c.asked, c.calls, c.last = queue.CounterClosed, "", 0, nil, nil
	}
}

func (m *ref) line(service string) *refLine {
	for _, l := range m.lines {
		if l.service == service && l.day == m.day {
			return l
		}
	}
	l := &refLine{service: service, day: m.day, quota: -1}
	m.lines = append(m.lines, l)
	return l
}

func (m *ref) service(code string) *refService {
	for _, s := range m.services {
		if s.code == code {
			return s
		}
	}
	return nil
}

// waiting are the visitors of a line whom a counter could call, first come
// first: not those who stand at another counter or are late.
func (m *ref) waiting(l *refLine, leaving *refStop) (all []*refStop) {
	for _, k := range m.tickets {
		for _, s := range k.stops {
			if s.line == l && s.state == queue.Waiting && s.late <= m.now && (k.standing() == nil || k.standing() == leaving) {
				all = append(all, s)
			}
		}
	}
	slices.SortFunc(all, func(a, b *refStop) int { return cmp.Compare(a.place, b.place) })
	return all
}

// standing is the stop at which the visitor stands before an officer.
func (k *refTicket) standing() *refStop {
	for _, s := range k.stops {
		if s.state == queue.Called || s.state == queue.Serving {
			return s
		}
	}
	return nil
}

func runOf(calls []*refCall) (n int) {
	for i := len(calls) - 1; i >= 0 && calls[i].priority; i-- {
		n++
	}
	return n
}

func regulars(stops []*refStop) (all []*refStop) {
	for _, s := range stops {
		if s.ticket.class == queue.Regular {
			all = append(all, s)
		}
	}
	return all
}

// spent says that a run has reached what a line with these visitors allows: n,
// or 1 while a regular has waited too long; without end if the mall says so.
func (m *ref) spent(run int, waiting []*refStop) bool {
	limit := m.run
	for _, s := range regulars(waiting) {
		if m.maxWait > 0 && time.Duration(m.now-s.arrived)*time.Millisecond > m.maxWait && (limit > 1 || limit < 0) {
			limit = 1
		}
	}
	return limit >= 0 && run >= limit
}

// pick is whom a counter calls, and over which of its lines.
type pick struct {
	stop  *refStop
	lines [][]*refStop
}

// next is whom a counter calls: from its own lines, or when nobody is there,
// from those it assists.
func (m *ref) next(c *refCounter, leaving *refStop) *pick {
	for _, services := range [][]string{c.own, c.assists} {
		var lines [][]*refStop
		for _, s := range services {
			lines = append(lines, m.waiting(m.line(s), leaving))
		}
		if s := m.choose(c, lines); s != nil {
			return &pick{s, lines}
		}
	}
	return nil
}

func (m *ref) choose(c *refCounter, lines [][]*refStop) *refStop {
	all := slices.Concat(lines...)
	slices.SortStableFunc(all, func(a, b *refStop) int { return cmp.Compare(a.place, b.place) })
	if len(all) == 0 {
		return nil
	}
	if m.run == 0 && !c.priorityOnly {
		return all[0]
	}
	mayPriority := true
	if !c.priorityOnly {
		for _, l := range lines {
			if len(regulars(l)) > 0 && m.spent(runOf(c.calls), l) {
				mayPriority = false
			}
		}
	}
	for _, s := range all {
		if s.ticket.class != queue.Priority || !mayPriority {
			continue
		}
		mine := lines[slices.IndexFunc(lines, func(l []*refStop) bool { return slices.Contains(l, s) })]
		if c.priorityOnly || len(regulars(mine)) == 0 || !m.spent(runOf(s.line.calls), mine) {
			return s
		}
	}
	if r := regulars(all); len(r) > 0 && !c.priorityOnly {
		return r[0]
	}
	return nil
}

// count puts a call by next on the lists that the runs are read from: every
// regular, and priority visitors while regulars wait.
func (m *ref) count(c *refCounter, p *pick) (line, own *refCall) {
	if c.priorityOnly || m.run == 0 {
		return nil, nil
	}
	l := p.stop.line
	priority := p.stop.ticket.class == queue.Priority
	here, anywhere := false, false
	for _, stops := range p.lines {
		if len(regulars(stops)) > 0 {
			anywhere = true
			here = here || stops[0].line == l
		}
	}
	if !priority || here {
		line = &refCall{priority}
		l.calls = append(l.calls, line)
	}
	if !priority || anywhere {
		own = &refCall{priority}
		c.calls = append(c.calls, own)
	}
	return line, own
}

// uncount takes a call off a list. A regular who is back waits again behind the
// priority calls before and since, so those before count again.
func uncount(calls []*refCall, call *refCall) []*refCall {
	i := slices.Index(calls, call)
	if call == nil || i < 0 {
		return calls
	}
	from := i
	for !call.priority && from > 0 && calls[from-1].priority {
		from--
	}
	return slices.Concat(calls[:from], calls[i+1:], calls[from:i])
}

// order is whom a counter would call one after another if nobody else came.
func (m *ref) order(c *refCounter, n int) (all []*refStop) {
	runs := map[*refLine][]*refCall{}
	for _, l := range m.lines {
		runs[l] = l.calls
	}
	mine := c.calls
	leaving := m.current(c)
	for len(all) < n {
		p := m.next(c, leaving)
		if p == nil {
			break
		}
		_, _ = m.count(c, p)
		p.stop.state = queue.Done
		all = append(all, p.stop)
	}
	for _, s := range all {
		s.state = queue.Waiting
	}
	c.calls = mine
	for l, calls := range runs {
		l.calls = calls
	}
	return all
}

func (m *ref) current(c *refCounter) *refStop {
	for _, k := range m.tickets {
		if s := k.standing(); s != nil && s.counter == c {
			return s
		}
	}
	return nil
}

// top is the stop that a ticket's head describes.
func (k *refTicket) top() *refStop {
	if s := k.standing(); s != nil {
		return s
	}
	for _, state := range []queue.State{queue.Held, queue.Waiting} {
		for _, s := range k.stops {
			if s.state == state {
				return s
			}
		}
	}
	for _, s := range slices.Backward(k.stops) {
		if s.state == queue.Done || s.state == queue.NoShow || s.state == queue.Cancelled {
			return s
		}
	}
	return k.stops[len(k.stops)-1]
}

// end is the place behind everybody, in every line.
func (m *ref) end() int64 {
	m.last = max(m.now*1000, m.last+1000)
	return m.last
}

// free finds a place nobody has, from one on in a direction.
func (m *ref) free(l *refLine, place, step int64) int64 {
	for _, k := range m.tickets {
		for _, s := range k.stops {
			if s.line == l && s.place == place {
				return m.free(l, place+step, step)
			}
		}
	}
	return place
}
