package queue_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"antre/queue"
)

// line makes a line from arrivals, one after another: r is a regular, p a
// priority visitor; stops are numbered from the first place on.
func line(service string, first int64, arrivals string, run int) queue.Line {
	l := queue.Line{Service: service, Run: run}
	for i, c := range arrivals {
		h := queue.Head{StopID: first + int64(i), Place: first + int64(i), Class: queue.Regular}
		if c == 'p' {
			h.Class = queue.Priority
			l.Priority = append(l.Priority, h)
			continue
		}
		l.Regular = append(l.Regular, h)
	}
	return l
}

func order(picks []queue.Pick) (stops []int64) {
	for _, p := range picks {
		stops = append(stops, p.StopID)
	}
	return stops
}

func TestOrder_priorityFirstButAtMostTwoInARow(t *testing.T) {
	two := queue.Counting{Run: 2}
	for _, c := range []struct {
		name     string
		lines    []queue.Line
		caller   queue.Caller
		counting queue.Counting
		want     []int64
	}{
		{"two, then a regular", []queue.Line{line("A", 1, "rrrpppp", 0)}, queue.Caller{}, two, []int64{4, 5, 1, 6, 7, 2, 3}},
		{"a run under way", []queue.Line{line("A", 1, "rrpp", 2)}, queue.Caller{}, two, []int64{1, 3, 4, 2}},
		{"priority alone is not counted", []queue.Line{line("A", 1, "pppp", 2)}, queue.Caller{}, two, []int64{1, 2, 3, 4}},
		{"unlimited", []queue.Line{line("A", 1, "rppp", 0)}, queue.Caller{}, queue.Counting{Run: queue.UnlimitedRun}, []int64{2, 3, 4, 1}},
		{"no precedence", []queue.Line{line("A", 1, "rprp", 0)}, queue.Caller{}, queue.Counting{}, []int64{1, 2, 3, 4}},
		{"priority counter", []queue.Line{line("A", 1, "rprp", 2)}, queue.Caller{PriorityOnly: true}, two, []int64{2, 4}},
		{"first come over two lines", []queue.Line{line("A", 10, "rr", 0), line("B", 5, "rr", 0)}, queue.Caller{}, two, []int64{5, 6, 10, 11}},
		{"a counter of two lines keeps its own run", []queue.Line{line("A", 1, "pppp", 0), line("B", 5, "rr", 0)}, queue.Caller{}, two, []int64{1, 2, 5, 3, 4, 6}},
	} {
		if got := order(queue.Order(c.lines, nil, c.caller, c.counting, 10)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestNext_ownLinesBeforeAssistedOnes(t *testing.T) {
	own, assisted := []queue.Line{line("A", 30, "r", 0), line("B", 20, "r", 0)}, []queue.Line{line("C", 10, "r", 0)}
	if p, ok := queue.Next(own, assisted, queue.Caller{}, queue.Counting{Run: 2}); !ok || p.Service != "B" || p.Why != queue.WhyFirst {
		t.Errorf("got %+v %v", p, ok)
	}
	if p, ok := queue.Next(nil, assisted, queue.Caller{}, queue.Counting{Run: 2}); !ok || p.Service != "C" || p.Why != queue.WhyAssist {
		t.Errorf("got %+v %v", p, ok)
	}
	if p, ok := queue.Next(nil, nil, queue.Caller{}, queue.Counting{Run: 2}); ok {
		t.Errorf("somebody was found in empty lines: %+v", p)
	}
}

func TestNext_saysWhy(t *testing.T) {
	l := line("A", 1, "rrppp", 0)
	hour := queue.Counting{Run: 2, MaxWait: time.Hour}
	picks := queue.Order([]queue.Line{l}, nil, queue.Caller{}, hour, 5)
	var whys []queue.Why
	for _, p := range picks {
		whys = append(whys, p.Why)
	}
	if want := []queue.Why{queue.WhyPriority, queue.WhyPriority, queue.WhyTurn, queue.WhyPriority, queue.WhyFirst}; !slices.Equal(whys, want) {
		t.Errorf("got %v, want %v", whys, want)
	}
	// A regular who has waited over the limit makes it one in a row.
	l.Regular[0].Overdue, l.Overdue = true, 1
	l.Run = 1
	if p, _ := queue.Next([]queue.Line{l}, nil, queue.Caller{}, hour); p.StopID != 1 || p.Why != queue.WhyOverdue {
		t.Errorf("got %+v, want the regular who has waited too long", p)
	}
}

// Called, the regular who had waited too long no longer lowers the run.
func TestOrder_theRunIsLowOnlyWhileTheOverdueRegularWaits(t *testing.T) {
	l := line("A", 1, "rrrpppp", 1)
	l.Regular[0].Overdue, l.Overdue = true, 1
	hour := queue.Counting{Run: 2, MaxWait: time.Hour}
	if got, want := order(queue.Order([]queue.Line{l}, nil, queue.Caller{}, hour, 7)), []int64{1, 4, 5, 2, 6, 7, 3}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestBefore_isOrderInClosedForm compares what visitors are told with what the
// rule then does.
func TestBefore_isOrderInClosedForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arrivals := rapid.StringMatching(`[rp]{1,14}`).Draw(t, "arrivals")
		limit := queue.Run(rapid.IntRange(-1, 4).Draw(t, "limit"))
		run := rapid.IntRange(0, 4).Draw(t, "run")
		mine := rapid.IntRange(0, len(arrivals)-1).Draw(t, "mine")
		class := queue.Regular
		if arrivals[mine] == 'p' {
			class = queue.Priority
		}
		same, others, earlier := 0, 0, 0
		for i := range arrivals {
			switch {
			case arrivals[i] != arrivals[mine]:
				others++
				if i < mine {
					earlier++
				}
			case i < mine:
				same++
			}
		}
		if limit == 0 {
			others = earlier
		}
		picks := order(queue.Order([]queue.Line{line("A", 1, arrivals, run)}, nil, queue.Caller{}, queue.Counting{Run: limit}, len(arrivals)))
		if told, called := queue.Before(class, same, others, run, limit), slices.Index(picks, int64(mine+1)); told != called {
			t.Fatalf("told %d ahead, called after %d", told, called)
		}
	})
}
