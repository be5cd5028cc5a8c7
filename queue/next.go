package queue

import "time"

// Head is a visitor who waits in a line.
type Head struct {
	StopID  int64
	Class   Class
	Place   int64 // order of arrival; comparable over lines, strictly ordered within one
	Overdue bool  // a regular who has waited longer than the mall wants
}

// Line is what the rules know of one line: its first waiting visitors of each
// class, in order of place. One of each is enough to call; a preview needs as
// many as it wants to show.
type Line struct {
	Service  string
	Regular  []Head
	Priority []Head
	Run      int // priority calls in a row, made by next at general counters while regulars waited here
	Overdue  int // how many regulars have waited longer than the mall wants, also those behind the ones listed
}

// Counting is how a mall balances its two classes.
type Counting struct {
	Run     Run           // priority calls in a row while regulars wait
	MaxWait time.Duration // a regular who has waited longer lowers Run to 1; 0: never
}

// LimitNow is the run that a line allows, with a regular overdue or not.
func (c Counting) LimitNow(overdue bool) Run {
	if overdue && (c.Run == UnlimitedRun || c.Run > 1) {
		return 1
	}
	return c.Run
}

// limit is the run that a line allows now.
func (c Counting) limit(l Line) Run { return c.LimitNow(l.Overdue > 0) }

// Caller is the counter that calls.
type Caller struct {
	PriorityOnly bool // a counter for priority visitors alone
	Run          int  // priority calls in a row over all its lines
}

// Why says in a stable word why a visitor is next; screens translate it into
// what an officer can read to somebody who asks.
type Why string

// The reasons.
const (
	WhyFirst    Why = "first_come"   // nobody who waits came earlier
	WhyAssist   Why = "assist"       // the counter's own lines are empty and it helps another
	WhyPriority Why = "priority"     // priority goes first
	WhyTurn     Why = "regular_turn" // the allowed priority calls in a row are used up
	WhyOverdue  Why = "long_wait"    // a regular has waited longer than the mall wants
	WhyHeld     Why = "held"         // was on hold here
	WhyOutOf    Why = "out_of_order" // an officer's decision, with a reason on record
)

// Pick is whom a counter calls, why, and what that does to the runs.
type Pick struct {
	Head
	Service string
	Why     Why
	Assist  bool
	LineRun int // the line's run afterwards
	Run     int // the counter's run afterwards
}

// Next decides who a counter calls: over its own lines, and only when those are
// empty, over the lines it assists. Priority comes first, but no more than the
// allowed run in a row while regulars wait; then the earliest regular. Every
// preview, call and test asks this one function. Ties go to the line named
// first at the counter, so that two servers never disagree.
func Next(own, assisted []Line, k Caller, c Counting) (p Pick, ok bool) {
	if p, ok = nextOf(own, k, c); ok {
		return p, true
	}
	if p, ok = nextOf(assisted, k, c); ok {
		p.Assist = true
		if p.Why == WhyFirst {
			p.Why = WhyAssist
		}
	}
	return p, ok
}

func nextOf(lines []Line, k Caller, c Counting) (Pick, bool) {
	if k.PriorityOnly {
		return priorityAlone(lines, k)
	}
	if c.Run == 0 {
		return firstCome(lines, k)
	}
	regular, priority := earliest(lines, regularOf), -1
	if regular < 0 || !spent(k.Run, lines, c) {
		priority = earliest(lines, func(l Line) []Head {
			if len(l.Regular) > 0 && reached(l.Run, c.limit(l)) {
				return nil
			}
			return l.Priority
		})
	}
	switch {
	case priority >= 0:
		return callPriority(lines[priority], regular >= 0, k), true
	case regular >= 0:
		return callRegular(lines[regular], lines), true
	}
	return Pick{}, false
}

// spent says that this counter has called as many priority visitors in a row
// as any of its waiting lines allows.
func spent(run int, lines []Line, c Counting) bool {
	for _, l := range lines {
		if len(l.Regular) > 0 && reached(run, c.limit(l)) {
			return true
		}
	}
	return false
}

func reached(run int, limit Run) bool { return limit != UnlimitedRun && run >= int(limit) }

func regularOf(l Line) []Head  { return l.Regular }
func priorityOf(l Line) []Head { return l.Priority }

// earliest finds the line whose first visitor came first, or -1.
func earliest(lines []Line, of func(Line) []Head) int {
	best := -1
	var first int64
	for i, l := range lines {
		if heads := of(l); len(heads) > 0 && (best < 0 || heads[0].Place < first) {
			best, first = i, heads[0].Place
		}
	}
	return best
}

func callPriority(l Line, regularsWait bool, k Caller) Pick {
	p := Pick{Head: l.Priority[0], Service: l.Service, Why: WhyPriority, LineRun: l.Run, Run: k.Run}
	if len(l.Regular) > 0 {
		p.LineRun++
	}
	if regularsWait {
		p.Run++
	} else {
		p.Why = WhyFirst
	}
	return p
}

func callRegular(l Line, lines []Line) Pick {
	p := Pick{Head: l.Regular[0], Service: l.Service, Why: WhyFirst}
	if earliest(lines, priorityOf) >= 0 {
		p.Why = WhyTurn
		if l.Overdue > 0 {
			p.Why = WhyOverdue
		}
	}
	return p
}

// priorityAlone serves a counter that only calls priority visitors; it touches
// no run, because it passes nobody whom it could have called.
func priorityAlone(lines []Line, k Caller) (Pick, bool) {
	i := earliest(lines, priorityOf)
	if i < 0 {
		return Pick{}, false
	}
	return Pick{Head: lines[i].Priority[0], Service: lines[i].Service, Why: WhyPriority, LineRun: lines[i].Run, Run: k.Run}, true
}

// firstCome is the order of a mall whose priority visitors go no earlier than others.
func firstCome(lines []Line, k Caller) (Pick, bool) {
	both := func(l Line) []Head {
		if len(l.Priority) == 0 || len(l.Regular) > 0 && l.Regular[0].Place < l.Priority[0].Place {
			return l.Regular
		}
		return l.Priority
	}
	i := earliest(lines, both)
	if i < 0 {
		return Pick{}, false
	}
	return Pick{Head: both(lines[i])[0], Service: lines[i].Service, Why: WhyFirst, LineRun: 0, Run: 0}, true
}

// Order is who a counter would call one after another if nobody else came, at
// most n of them: Next, asked again and again.
func Order(own, assisted []Line, k Caller, c Counting, n int) (picks []Pick) {
	own, assisted = append([]Line(nil), own...), append([]Line(nil), assisted...)
	for len(picks) < n {
		p, ok := Next(own, assisted, k, c)
		if !ok {
			break
		}
		picks = append(picks, p)
		k.Run = p.Run
		lines := own
		if p.Assist {
			lines = assisted
		}
		for i := range lines {
			if lines[i].Service == p.Service {
				lines[i] = lines[i].after(p)
			}
		}
	}
	return picks
}

func (l Line) after(p Pick) Line {
	l.Run = p.LineRun
	if p.Class == Priority {
		l.Priority = l.Priority[1:]
	} else {
		l.Regular = l.Regular[1:]
	}
	if p.Overdue {
		l.Overdue--
	}
	return l
}

// Before counts whom one line would call before a visitor, if nobody else
// came: same waits before them in their own class, others is everybody of the
// other class. It is Order for a general counter of this line, in closed form,
// because a line of hundreds is asked by every phone in the hall. Where
// priority has no precedence (limit 0), others is only who came earlier.
func Before(class Class, same, others, run int, limit Run) int {
	if limit == 0 {
		return same + others
	}
	if limit == UnlimitedRun {
		if class == Priority {
			return same
		}
		return same + others
	}
	n := int(limit)
	first := max(0, n-run) // priority calls before the first regular
	if class == Regular {
		return same + min(others, first+n*same)
	}
	if same < first {
		return same
	}
	return same + min(others, 1+(same-first)/n)
}
