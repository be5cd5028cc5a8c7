package store_test

import (
	"fmt"
	"slices"
	"strings"

	"antre/queue"
)

// check holds after every step.
func (w *world) check() {
	was := w.seen
	w.seen = w.look(w.m.day)
	w.compare(w.seen, w.m.day)
	same := slices.Equal(was.rows, w.seen.rows)
	if !same {
		w.seen.changed = w.step
	}
	if was.events == w.seen.events && !same {
		w.Fatalf("step %d, %s: something changed and no event tells of it", w.step, w.said)
	}
	w.counters()
	w.numbers()
	w.times()
	w.previews()
	w.fair.check(w)
}

// checkAllDays also looks at the days that are over, and at every ticket as
// its visitor sees it.
func (w *world) checkAllDays() {
	w.tell("the end")
	w.verify()
	w.compare(w.look(""), "")
	sum := map[queue.State]int{}
	for _, k := range w.m.tickets {
		if k.series.day != w.m.day {
			continue
		}
		t, err := w.st.TicketByCode(w.ctx(), k.code)
		w.must(err)
		if t.State != k.top().state {
			w.Fatalf("%s is %s at the top, want %s", k.code, t.State, k.top().state)
		}
		sum[t.State]++
	}
	issued := 0
	for _, l := range w.m.lines {
		if l.day == w.m.day {
			issued += l.numbers
		}
	}
	if open := sum[queue.Waiting] + sum[queue.Held] + sum[queue.Called] + sum[queue.Serving] + sum[queue.Done] + sum[queue.NoShow] + sum[queue.Cancelled]; issued != open {
		w.Fatalf("%d numbers were given and the states add up to %d: %v", issued, open, sum)
	}
}

func (w *world) verify() {
	if _, err := w.st.Verify(w.ctx()); err != nil {
		w.Fatalf("step %d, %s: %v", w.step, w.said, err)
	}
}

// counters: a visitor stands at one counter at most, a counter has one visitor.
func (w *world) counters() {
	at, has := map[string]string{}, map[string]string{}
	for _, s := range w.seen.stops {
		if s.state != string(queue.Called) && s.state != string(queue.Serving) {
			continue
		}
		if at[s.ticket] != "" || has[s.counter] != "" {
			w.Fatalf("step %d, %s: %s stands at %s and %s; counter %s also has %s", w.step, w.said, s.key, s.counter, at[s.ticket], s.counter, has[s.counter])
		}
		at[s.ticket], has[s.counter] = s.counter, s.ticket
	}
}

// numbers are dense and unique by service and day, whatever became of them.
func (w *world) numbers() {
	by := map[string][]int64{}
	for _, s := range w.seen.stops {
		if series := s.ticket[:strings.LastIndexByte(s.ticket, '-')]; strings.HasSuffix(s.key, "/1") {
			by[series] = append(by[series], s.number)
		}
	}
	for series, all := range by {
		slices.Sort(all)
		for i, n := range all {
			if n != int64(i+1) {
				w.Fatalf("step %d, %s: the numbers of %s are %v", w.step, w.said, series, all)
			}
		}
	}
}

// times: nothing took a negative time.
func (w *world) times() {
	for _, s := range w.seen.stops {
		last := s.issuedAt
		for _, at := range []int64{s.called, s.lastCalled, s.started} {
			if at != 0 && at < last {
				w.Fatalf("step %d, %s: %s has a negative duration: %+v", w.step, w.said, s.key, s)
			}
			last = max(last, at)
		}
		if s.ended != 0 && s.ended < last {
			w.Fatalf("step %d, %s: %s ended before it began: %+v", w.step, w.said, s.key, s)
		}
	}
}

// previews promise exactly whom next would call, one after another. Reading
// them costs more than all the rest, so each step looks at one counter in turn.
func (w *world) previews() {
	for i, c := range w.m.counters {
		if i != w.step%len(w.m.counters) {
			continue
		}
		v, err := w.st.Counter(w.ctx(), c.code)
		w.must(err)
		var got, want []string
		for _, u := range v.Next {
			got = append(got, u.Code)
		}
		for _, s := range w.m.order(c, 5) {
			want = append(want, s.ticket.code)
		}
		if !slices.Equal(got, want) {
			w.Fatalf("step %d, %s: counter %s shows %v as next, and calls %v", w.step, w.said, c.code, got, want)
		}
	}
}

// fairness counts, for every regular who waits, the priority calls by next at
// general counters that passed them, and who was ever ahead.
type fairness struct {
	passed map[string][]string // regular's stop → calls; a call's name is its step
	ahead  map[string]map[string]bool
}

// called notes a call by next, on the tables as they were before it, and
// checks that within its line and class nobody came earlier.
func (f *fairness) called(w *world, c *refCounter, s *refStop) (passed []string) {
	key := fmt.Sprintf("%s %s/%d", s.ticket.series.day, s.ticket.code, s.leg)
	elsewhere := map[string]bool{} // or late
	var self shotStop
	for _, o := range w.seen.stops {
		if (o.state == string(queue.Called) || o.state == string(queue.Serving)) && o.counter != c.code {
			elsewhere[o.ticket] = true
		}
		if o.late > w.m.now {
			elsewhere[o.ticket] = true
		}
		if o.key == key {
			self = o
		}
	}
	for _, o := range w.seen.stops {
		if o.state != string(queue.Waiting) || o.line != self.line || o.key == key {
			continue
		}
		if o.class == self.class && o.place < self.place && !elsewhere[o.ticket] {
			w.Fatalf("step %d: %s was called before %s, who came earlier", w.step, key, o.key)
		}
		switch {
		case o.class != string(queue.Regular):
		case self.class == string(queue.Regular) && elsewhere[o.ticket]:
			f.note(o.key, key)
		case self.class == string(queue.Priority) && !elsewhere[o.ticket] && !c.priorityOnly && (w.m.run != 0 || self.place > o.place):
			f.passed[o.key] = append(f.passed[o.key], key)
			passed = append(passed, o.key)
		}
	}
	return passed
}

func (f *fairness) note(regular, ahead string) {
	if f.ahead[regular] == nil {
		f.ahead[regular] = map[string]bool{}
	}
	f.ahead[regular][ahead] = true
}

// unpass takes back the newest call that passed a regular, with its undo.
func (f *fairness) unpass(regular string) {
	if n := len(f.passed[regular]); n > 0 {
		f.passed[regular] = f.passed[regular][:n-1]
	}
}

// forget begins anew for a visitor who joins the line again.
func (f *fairness) forget(code string) {
	for key := range f.passed {
		if len(key) > 11 && key[11:11+len(code)] == code {
			delete(f.passed, key)
		}
	}
}

// check: no regular is passed by more than n × (regulars ahead + 1) priority calls.
func (f *fairness) check(w *world) {
	for i, s := range w.seen.stops {
		if s.state != string(queue.Waiting) || s.class != string(queue.Regular) {
			continue
		}
		for _, o := range w.seen.stops[:i] { // in the order of places
			if o.line == s.line && o.state == s.state && o.class == s.class {
				f.note(s.key, o.key)
			}
		}
		if limit := w.m.run * (len(f.ahead[s.key]) + 1); w.m.run >= 0 && len(f.passed[s.key]) > limit {
			w.Fatalf("step %d, %s: %d priority calls passed %s, at most %d may: %v", w.step, w.said, len(f.passed[s.key]), s.key, limit, f.passed[s.key])
		}
	}
}
