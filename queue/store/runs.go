package store

import (
	"encoding/json"
	"fmt"
	"slices"

	"antre/queue"
)

// runImage is what a call by next did to the runs of its line and counter.
type runImage struct {
	Line    int64 `json:"line"`
	Counted bool  `json:"counted"` // in the line
	Before  int   `json:"before"`  // the counter's run before it
}

// runsTold is how the runs of a line and a counter stand, as an event tells it.
type runsTold struct {
	Line      int64  `json:"line"`
	LineRun   int    `json:"line_run"`
	LineCalls string `json:"line_calls"`
	LineRev   int64  `json:"line_rev"` // of the line just before: what was told later has a larger one
	Counter   int64  `json:"counter"`
	Run       int    `json:"run"`
	Rev       int64  `json:"rev"` // of the counter, likewise
}

// countedCall is a call in the list that a line's run is counted from: the
// last one of a counter, which can be taken back, or several that cannot.
type countedCall struct {
	Counter  int64 `json:"counter,omitempty"`  // 0: cannot be taken back
	Priority int   `json:"priority,omitempty"` // how many priority calls; 0 is a regular's
}

// runOf is how many priority calls in a row a list ends with.
func runOf(calls []countedCall) (run int) {
	for _, c := range slices.Backward(calls) {
		if c.Priority == 0 {
			break
		}
		run += c.Priority
	}
	return run
}

// counted adds a counter's call. Its call before cannot be taken back any more:
// nothing before such a regular's call matters, and priority calls are only a number.
func counted(calls []countedCall, counter int64, priority int) (all []countedCall) {
	for _, c := range calls {
		if c.Counter == counter {
			c.Counter = 0
		}
		last := len(all) - 1
		switch {
		case c.Counter == 0 && c.Priority == 0:
			all = nil
		case c.Counter == 0 && last >= 0 && all[last].Counter == 0:
			all[last].Priority += c.Priority
		default:
			all = append(all, c)
		}
	}
	return append(all, countedCall{Counter: counter, Priority: priority})
}

// uncounted takes a counter's last call out. A regular who is back waits again
// behind the priority calls before and since, so that those before count again.
func uncounted(calls []countedCall, counter int64) []countedCall {
	i := slices.IndexFunc(calls, func(c countedCall) bool { return c.Counter == counter })
	if i < 0 {
		return calls
	}
	from := i
	for calls[i].Priority == 0 && from > 0 && calls[from-1].Priority > 0 {
		from--
	}
	return slices.Concat(calls[:from], calls[i+1:], calls[from:i])
}

// lineCalls reads the list of a line. A database of an older version has only
// the run.
func (t *txn) lineCalls(told *runsTold) (calls []countedCall, err error) {
	if _, err := t.row([]any{&told.LineRun, &told.LineCalls, &told.LineRev}, "SELECT priority_run, run_calls, rev FROM lines WHERE id = ?", told.Line); err != nil {
		return nil, err
	}
	if told.LineCalls != "" {
		if err := json.Unmarshal([]byte(told.LineCalls), &calls); err != nil {
			return nil, fmt.Errorf("read the calls of line %d: %w", told.Line, err)
		}
	} else if told.LineRun > 0 {
		calls = []countedCall{{Priority: told.LineRun}}
	}
	return calls, nil
}

// putRuns writes the runs of a line and a counter.
func (t *txn) putRuns(told *runsTold, calls []countedCall) error {
	b, err := json.Marshal(calls)
	if err != nil {
		return fmt.Errorf("write the calls of line %d: %w", told.Line, err)
	}
	told.LineRun, told.LineCalls = runOf(calls), string(b)
	clear(t.batch.lines)
	if _, err := t.exec("UPDATE lines SET priority_run = ?, run_calls = ? WHERE id = ?", told.LineRun, told.LineCalls, told.Line); err != nil {
		return err
	}
	_, err = t.exec("UPDATE counters SET priority_run = ? WHERE id = ?", told.Run, told.Counter)
	return err
}

// readRun reads the run of a counter.
func (t *txn) readRun(told *runsTold) error {
	_, err := t.row([]any{&told.Run, &told.Rev}, "SELECT priority_run, rev FROM counters WHERE id = ?", told.Counter)
	return err
}

// countRun counts a call by next in the runs of its line and counter, and says
// them as the record tells it.
func (t *txn) countRun(k *Counter, line int64, p queue.Pick) (*runsTold, error) {
	told := &runsTold{Line: line, Counter: k.ID}
	calls, err := t.lineCalls(told)
	if err != nil {
		return nil, err
	}
	if err := t.readRun(told); err != nil {
		return nil, err
	}
	t.image.Runs = &runImage{Line: line, Before: told.Run}
	if more := p.LineRun - told.LineRun; p.Class == queue.Regular || more != 0 {
		t.image.Runs.Counted = true
		calls = counted(calls, k.ID, max(0, more))
	}
	told.Run = p.Run
	return told, t.putRuns(told, calls)
}

// restoreRuns makes the runs what they would be had the call not been. Other
// counters may have called in the line meanwhile; none has at this counter.
func (t *txn) restoreRuns(counterID int64, r *runImage) (*runsTold, error) {
	told := &runsTold{Line: r.Line, Counter: counterID}
	calls, err := t.lineCalls(told)
	if err != nil {
		return nil, err
	}
	if err := t.readRun(told); err != nil {
		return nil, err
	}
	if r.Counted {
		calls = uncounted(calls, counterID)
	}
	told.Run = r.Before
	return told, t.putRuns(told, calls)
}
