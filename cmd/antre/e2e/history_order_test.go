//go:build e2e || prove

package e2e

import (
	"cmp"
	"slices"
)

// served is whom each counter calls: its own services, and those it assists.
func served(counter int) (own, assisted string) {
	return []string{"A", "AB", "B", "BC", "C", "AC"}[counter], []string{"", "", "", "", "", "B"}[counter]
}

// queues are the lines of a counter as the rule of order sees them: its own
// first, and those it assists only when its own are empty.
type queues [2][]waitingLine

type waitingLine struct {
	line              byte
	run               int
	regular, priority []waiter // in order of place
}

type waiter struct {
	stop  int
	place int64
}

// choice is who is called, and the runs of their line and of the counter then.
type choice struct {
	stop         int
	line         byte
	group, at    int
	priority     bool
	lineRun, run int
}

func (w *world) queues(c int) (q queues) {
	own, assisted := served(c)
	for g, all := range []string{own, assisted} {
		for _, service := range []byte(all) {
			l := waitingLine{line: service, run: runOf(w.lines[line(service)])}
			for i, s := range w.stops {
				switch {
				case s.line != service || s.state != "waiting":
				case s.priority:
					l.priority = append(l.priority, waiter{i, s.place})
				default:
					l.regular = append(l.regular, waiter{i, s.place})
				}
			}
			for _, all := range [][]waiter{l.regular, l.priority} {
				slices.SortFunc(all, func(a, b waiter) int { return cmp.Compare(a.place, b.place) })
			}
			q[g] = append(q[g], l)
		}
	}
	return q
}

// choose is the order: priority first, but no more than runLimit in a row while
// regulars wait, counted by line and by counter; else whoever came first.
func (q queues) choose(run int) (choice, bool) {
	for g, lines := range q {
		regular, priority := nobody, nobody
		for i, l := range lines {
			if len(l.regular) > 0 && (regular == nobody || l.regular[0].place < lines[regular].regular[0].place) {
				regular = i
			}
		}
		for i, l := range lines {
			passes := len(l.priority) > 0 && (regular == nobody || run < runLimit) && (len(l.regular) == 0 || l.run < runLimit)
			if passes && (priority == nobody || l.priority[0].place < lines[priority].priority[0].place) {
				priority = i
			}
		}
		switch {
		case priority != nobody:
			l := lines[priority]
			p := choice{stop: l.priority[0].stop, line: l.line, group: g, at: priority, priority: true, lineRun: l.run, run: run}
			if len(l.regular) > 0 {
				p.lineRun++
			}
			if regular != nobody {
				p.run++
			}
			return p, true
		case regular != nobody:
			l := lines[regular]
			return choice{stop: l.regular[0].stop, line: l.line, group: g, at: regular}, true
		}
	}
	return choice{}, false
}

// take removes who was chosen, for the preview of those after them.
func (q queues) take(p choice) {
	l := &q[p.group][p.at]
	l.run = p.lineRun
	if p.priority {
		l.priority = l.priority[1:]
	} else {
		l.regular = l.regular[1:]
	}
}

// undo takes back the whole last action of a counter, unless somebody it
// touched has moved since.
func (w *world) undo(c int) told {
	d := w.deeds[c]
	if d == nil {
		return told{status: 409, code: "nothing_to_undo"}
	}
	// The first that moved is named: stops in order of the action, created ones last.
	for _, i := range d.touched() {
		v := w.stops[i].visitor
		if w.visitors[v].moves == d.moves[v] {
			continue
		}
		at := w.top(v)
		t := w.refuse(at)
		if t.code == "wrong_state" {
			t.refusedBy = counterName(w.visitors[v].mover)
		}
		return t
	}
	for _, i := range d.order {
		w.stops[i] = d.before[i]
		w.moved(w.stops[i].visitor, nil, c)
	}
	for _, i := range d.created {
		w.stops[i].state = "undone"
		w.moved(w.stops[i].visitor, nil, c)
	}
	if r := d.runs; r != nil {
		w.desks[c] = r.before
		if r.counted {
			w.lines[line(r.line)] = uncounted(w.lines[line(r.line)], c)
		}
	}
	w.deeds[c] = nil
	return w.look(c)
}

// runOf is how many priority calls in a row the calls of a line end with.
func runOf(calls []lineCall) (run int) {
	for run < len(calls) && calls[len(calls)-1-run].priority {
		run++
	}
	return run
}

// counted adds a call to those of its line. Its counter's call before it cannot
// be taken back any more, and what is before such a regular's does not matter.
func counted(before []lineCall, call lineCall) (all []lineCall) {
	for _, b := range before {
		if b.desk == call.desk {
			b.desk = nobody
		}
		if b.desk == nobody && !b.priority {
			all = nil
		} else {
			all = append(all, b)
		}
	}
	return append(all, call)
}

// uncounted takes a counter's call out. A regular who is back waits again behind
// the priority calls before and since, so that those before count again.
func uncounted(calls []lineCall, desk int) []lineCall {
	i := slices.IndexFunc(calls, func(b lineCall) bool { return b.desk == desk })
	if i == nobody {
		return calls // a regular's call since, which stands, has cut it off
	}
	from := i
	for !calls[i].priority && from > 0 && calls[from-1].priority {
		from--
	}
	return slices.Concat(calls[:from], calls[i+1:], calls[from:i])
}
