package store

import (
	"database/sql"
	"time"

	"antre/queue"
)

// ensureDay makes sure that today is open before anything is written. The day
// only moves forward: with a clock that jumped back, yesterday goes on rather
// than numbers starting again.
func (st *Store) ensureDay(tx *sql.Tx, b *batch, now time.Time) (day string, turned *Change, err error) {
	t := st.newTxn(tx, b, now, "")
	var last string
	if _, err := t.row([]any{&last}, "SELECT day FROM days ORDER BY day DESC LIMIT 1"); err != nil {
		return "", nil, err
	}
	today := queue.BusinessDay(now, st.Location())
	if queue.LaterDay(last, today) == last {
		return last, nil, nil
	}
	t.day = today
	if err := t.endDay(); err != nil {
		return "", nil, err
	}
	if _, err := t.exec("INSERT INTO days (day, opened_at) VALUES (?, ?)", today, t.ms()); err != nil {
		return "", nil, err
	}
	if _, err := t.record(event{kind: "day_opened", detail: map[string]any{"after": last}}); err != nil {
		return "", nil, err
	}
	if err := t.forgetRetries(); err != nil {
		return "", nil, err
	}
	t.change.Mall = true
	return today, &t.change, nil
}

// endDay ends everything that was left open: whoever waited, was held or was
// called did not come; whoever was being served was served. Counters close.
func (t *txn) endDay() error {
	var left []stopRow
	var s stopRow
	err := t.each(s.dest(), func() { left = append(left, s) },
		selectStop+" WHERE s.state IN ('planned', 'waiting', 'called', 'serving', 'held') ORDER BY s.line_id, s.place")
	if err != nil {
		return err
	}
	for _, s := range left {
		to, ok := queue.Move(s.state, queue.EndDay)
		if !ok {
			continue
		}
		if err := t.endStop(s, to, "day_end", false); err != nil {
			return err
		}
	}
	var counters []int64
	var id int64
	if err := t.each([]any{&id}, func() { counters = append(counters, id) }, "SELECT id FROM counters WHERE state <> 'closed' ORDER BY id"); err != nil {
		return err
	}
	for _, id := range counters {
		if err := t.setCounter(id, queue.CounterClosed, 0, "counter_closed", ""); err != nil {
			return err
		}
	}
	return nil
}
