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
			l := waitingLine{line: service, run: w.lines[line(service)].run}
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
		w.lines[line(r.line)] = w.lines[line(r.line)].without(r.of, r.regular)
		w.desks[c] = w.desks[c].without(r.desk, r.regular)
	}
	w.deeds[c] = nil
	return w.look(c)
}

// without takes one call out of a run: had a regular not been called, the
// priority calls before and since would be one run; a priority's call is taken
// off while its run lasts.
func (now tally) without(call change, regular bool) tally {
	same := now.ends == call.after.ends
	switch {
	case regular && same:
		return tally{run: call.before.run + now.run, ends: call.before.ends}
	case regular:
		return tally{run: call.before.run + now.run, ends: now.ends}
	case same:
		return tally{run: max(0, now.run-(call.after.run-call.before.run)), ends: now.ends}
	}
	return now
}
