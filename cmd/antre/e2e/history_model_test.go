//go:build e2e || prove

package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"
)

// The mall of the histories, as the model knows it. Counter 6 helps with B when
// its own lines are empty.
const historyMall = `mall:
  name: MPP Uji
  timezone: Asia/Jakarta
  no_show_after_s: 0
  priority_run: 2
zones:
  - {code: "1", name: Lantai 1}
agencies:
  - code: SATU
    name: Instansi Satu
    zone: "1"
    services:
      - {code: A, name: Layanan A, minutes: 10}
      - {code: B, name: Layanan B, minutes: 10}
      - {code: C, name: Layanan C, minutes: 10}
    counters:
      - {code: "1", services: [A]}
      - {code: "2", services: [A, B]}
      - {code: "3", services: [B]}
      - {code: "4", services: [B, C]}
      - {code: "5", services: [C]}
      - {code: "6", services: [A, C], assists: [B]}
`

const (
	services  = "ABC"
	counters  = 6
	runLimit  = 2
	previewed = 5
	placeRoom = 1 << 10 // places between two arrivals
	nobody    = -1
	byVisitor = -2
)

// ask is one operation, told its answer. Both are compared whole: the model
// says exactly what must be answered in each state.
type ask struct {
	op       string
	counter  int
	service  byte
	priority bool
	ticket   string
	reason   bool
	keep     bool
}

type told struct {
	status                  int
	code                    string // of a refusal
	ticket, state, at       string // the visitor's code, state and counter
	finished                string
	next, held, waiting     string // of a counter
	refusedState, refusedBy string
}

type visitor struct {
	line   byte
	number int
	moves  int // grows whenever anything happens to them
	mover  int // counter that moved them last, or byVisitor
}

func (v visitor) code() string { return fmt.Sprintf("%c-%03d", v.line, v.number) }

type standing struct {
	visitor  int
	line     byte
	priority bool
	place    int64
	state    string
	counter  int
}

// deed is a counter's last action: what stood before, and how often each
// visitor had been moved when it was done. It never changes once it is done.
type deed struct {
	order   []int            // stops it changed, in order
	before  map[int]standing // what they were
	created []int
	moves   map[int]int // by visitor
	runs    *runs
}

func (d *deed) equal(o *deed) bool {
	if d == o || d == nil || o == nil {
		return d == o
	}
	return slices.Equal(d.order, o.order) && slices.Equal(d.created, o.created) && maps.Equal(d.before, o.before) && maps.Equal(d.moves, o.moves) &&
		(d.runs == o.runs || d.runs != nil && o.runs != nil && *d.runs == *o.runs)
}

func (d *deed) touched() []int { return append(slices.Clone(d.order), d.created...) }

// runs are what a call by next did to the runs of its line and counter.
type runs struct {
	line    byte
	counted bool // in the line
	before  int  // the counter's run before it
}

// lineCall is a call by next that counts in the run of its line.
type lineCall struct {
	desk     int // nobody once it cannot be taken back
	priority bool
}

// world is the whole hall. Step never changes one: it changes a copy.
type world struct {
	places   int64
	numbers  [len(services)]int
	lines    [len(services)][]lineCall // since the last regular's that cannot be taken back; never changed in place
	desks    [counters]int             // the run of each
	deeds    [counters]*deed
	visitors []visitor
	stops    []standing
}

func (w *world) clone() *world {
	n := *w
	n.visitors, n.stops = slices.Clone(w.visitors), slices.Clone(w.stops)
	return &n
}

func (w *world) equal(o *world) bool {
	return w.places == o.places && w.numbers == o.numbers && slices.EqualFunc(w.lines[:], o.lines[:], slices.Equal) && w.desks == o.desks &&
		slices.Equal(w.visitors, o.visitors) && slices.Equal(w.stops, o.stops) && slices.EqualFunc(w.deeds[:], o.deeds[:], (*deed).equal)
}

// strictOrder is the model: one hall, not cut into lines, because counters that
// serve several call in one order over all of them.
func strictOrder() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return &world{} },
		Step: func(state, input, output any) (bool, any) {
			w := state.(*world).clone()
			want := w.do(input.(ask))
			return want == output.(told), w
		},
		Equal:             func(a, b any) bool { return a.(*world).equal(b.(*world)) },
		DescribeOperation: func(in, out any) string { return fmt.Sprintf("%+v → %+v", in, out) },
	}
}

func (w *world) do(a ask) told {
	switch a.op {
	case "issue":
		return w.issue(a)
	case "cancel":
		return w.cancel(a)
	case "next":
		return w.next(a.counter)
	case "call":
		return w.call(a)
	case "undo":
		return w.undo(a.counter)
	case "look":
		return w.look(a.counter)
	}
	return w.onCurrent(a)
}

// set moves a stop and notes who did it; d may be nil when it is a visitor.
func (w *world) set(i int, d *deed, mover int, do func(*standing)) {
	if d != nil {
		if _, known := d.before[i]; !known {
			d.before[i] = w.stops[i]
			d.order = append(d.order, i)
		}
	}
	do(&w.stops[i])
	w.moved(w.stops[i].visitor, d, mover)
}

func (w *world) moved(v int, d *deed, mover int) {
	w.visitors[v].moves++
	w.visitors[v].mover = mover
	if d != nil {
		d.moves[v] = w.visitors[v].moves
	}
}

func newDeed() *deed { return &deed{before: map[int]standing{}, moves: map[int]int{}} }

func (w *world) newPlace() int64 {
	w.places += placeRoom
	return w.places
}

func (w *world) issue(a ask) told {
	l := line(a.service)
	w.numbers[l]++
	v := visitor{line: a.service, number: w.numbers[l], mover: byVisitor}
	w.visitors = append(w.visitors, v)
	w.stops = append(w.stops, standing{visitor: len(w.visitors) - 1, line: a.service, priority: a.priority, place: w.newPlace(), state: "waiting", counter: nobody})
	return told{status: 201, ticket: v.code(), state: "waiting"}
}

func line(service byte) int { return strings.IndexByte(services, service) }

func counterName(c int) string {
	switch c {
	case nobody:
		return ""
	case byVisitor:
		return "visitor"
	}
	return fmt.Sprint(c + 1)
}

// top is the stop that says where a visitor is.
func (w *world) top(v int) int {
	ranks := map[string]int{"called": 4, "serving": 4, "held": 3, "waiting": 2, "done": 1, "no_show": 1, "cancelled": 1}
	best := nobody
	for i, s := range w.stops {
		if s.visitor == v && (best == nobody || ranks[s.state] > ranks[w.stops[best].state] || ranks[s.state] == ranks[w.stops[best].state] && ranks[s.state] < 2) {
			best = i
		}
	}
	return best
}

func (w *world) seen(status, v int) told {
	s := w.stops[w.top(v)]
	return told{status: status, ticket: w.visitors[v].code(), state: s.state, at: counterName(s.counter)}
}

// refuse says where a visitor is, and who has them or ended it.
func (w *world) refuse(i int) told {
	s := w.stops[i]
	if s.state == "called" || s.state == "serving" {
		return told{status: 409, code: "already_called", refusedState: s.state, refusedBy: counterName(s.counter)}
	}
	by := s.counter
	if s.counter == nobody || s.state == "cancelled" {
		by = byVisitor
	}
	return told{status: 409, code: "wrong_state", refusedState: s.state, refusedBy: counterName(by)}
}

func (w *world) find(code string) int {
	return slices.IndexFunc(w.visitors, func(v visitor) bool { return v.code() == code })
}

func (w *world) current(counter int) int {
	return slices.IndexFunc(w.stops, func(s standing) bool {
		return s.counter == counter && (s.state == "called" || s.state == "serving")
	})
}

func (w *world) cancel(a ask) told {
	v := w.find(a.ticket)
	if v == nobody {
		return told{status: 404, code: "unknown_ticket"}
	}
	i := w.top(v)
	if s := w.stops[i].state; s != "waiting" && s != "held" {
		return w.refuse(i)
	}
	w.set(i, nil, byVisitor, func(s *standing) { s.state = "cancelled" })
	return w.seen(200, v)
}

func (w *world) next(c int) told {
	d := newDeed()
	p, found := w.queues(c).choose(w.desks[c])
	answer, finished := told{status: 204}, ""
	if i := w.current(c); i != nobody {
		w.set(i, d, c, func(s *standing) { s.state = "done" })
		finished = w.visitors[w.stops[i].visitor].code()
	}
	if found {
		w.countRun(c, p, d)
		w.set(p.stop, d, c, func(s *standing) { s.state, s.counter = "called", c })
		answer = w.seen(200, w.stops[p.stop].visitor)
		answer.finished = finished
	}
	if len(d.before) > 0 {
		w.deeds[c] = d
	}
	return answer
}

func (w *world) countRun(c int, p choice, d *deed) {
	l := line(p.line)
	d.runs = &runs{line: p.line, before: w.desks[c]}
	w.desks[c] = p.run
	if !p.priority || p.lineRun > runOf(w.lines[l]) {
		d.runs.counted = true
		w.lines[l] = counted(w.lines[l], lineCall{c, p.priority})
	}
}

func (w *world) call(a ask) told {
	if i := w.current(a.counter); i != nobody {
		return told{status: 409, code: "counter_busy", refusedState: w.stops[i].state, refusedBy: counterName(a.counter)}
	}
	v := w.find(a.ticket)
	if v == nobody {
		return told{status: 404, code: "unknown_ticket"}
	}
	i := w.top(v)
	s := w.stops[i]
	if s.state != "waiting" && s.state != "held" {
		return w.refuse(i)
	}
	if own, assisted := served(a.counter); !strings.Contains(own+assisted, string(s.line)) {
		return told{status: 403, code: "wrong_service"}
	}
	if !a.reason && (s.state != "held" || s.counter != a.counter) {
		return told{status: 422, code: "reason_needed"}
	}
	d := newDeed()
	w.set(i, d, a.counter, func(s *standing) { s.state, s.counter = "called", a.counter })
	w.deeds[a.counter] = d
	return w.seen(200, v)
}

// onCurrent is every action on the visitor at the counter.
func (w *world) onCurrent(a ask) told {
	i := w.current(a.counter)
	if i == nobody {
		return told{status: 409, code: "not_current"}
	}
	s := w.stops[i]
	if s.state == "serving" && (a.op == "start" || a.op == "no-show") {
		return told{status: 409, code: "wrong_state", refusedState: s.state, refusedBy: counterName(a.counter)}
	}
	if a.op == "transfer" && s.line == a.service {
		return told{status: 422, code: "same_service"}
	}
	d := newDeed()
	to := map[string]string{"start": "serving", "finish": "done", "no-show": "no_show", "hold": "held", "transfer": "transferred"}[a.op]
	w.set(i, d, a.counter, func(s *standing) { s.state = to })
	if a.op == "transfer" {
		n := standing{visitor: s.visitor, line: a.service, priority: s.priority, state: "waiting", counter: nobody}
		if n.place = s.place; !a.keep {
			n.place = w.newPlace()
		}
		for slices.ContainsFunc(w.stops, func(o standing) bool { return o.line == n.line && o.place == n.place }) {
			n.place++
		}
		w.stops = append(w.stops, n)
		d.created = append(d.created, len(w.stops)-1)
	}
	w.deeds[a.counter] = d
	return w.seen(200, s.visitor)
}

func (w *world) look(c int) told {
	t := told{status: 200}
	if i := w.current(c); i != nobody {
		t = w.seen(200, w.stops[i].visitor)
	}
	q, run := w.queues(c), w.desks[c]
	var next, held, waiting []string
	for range previewed {
		p, found := q.choose(run)
		if !found {
			break
		}
		next = append(next, w.visitors[w.stops[p.stop].visitor].code())
		run = p.run
		q.take(p)
	}
	own, assisted := served(c)
	for _, service := range own + assisted {
		n := 0
		for _, s := range w.stops {
			if s.line == byte(service) && s.state == "waiting" {
				n++
			}
		}
		waiting = append(waiting, fmt.Sprintf("%c=%d", service, n))
	}
	for _, s := range w.stops {
		if s.state == "held" && s.counter == c {
			held = append(held, w.visitors[s.visitor].code())
		}
	}
	slices.Sort(waiting)
	slices.Sort(held)
	t.next, t.held, t.waiting = strings.Join(next, " "), strings.Join(held, " "), strings.Join(waiting, " ")
	return t
}
