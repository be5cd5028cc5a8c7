package store

import (
	"database/sql"

	"antre/queue"
)

// stopRow is a stop with what its ticket's paper says.
type stopRow struct {
	id, ticketID, lineID, serviceID int64
	counterID, lastCalledAt         sql.NullInt64
	state                           queue.State
	code                            string
}

const selectStop = `SELECT s.id, s.ticket_id, s.line_id, l.service_id, s.counter_id, s.last_called_at, s.state, t.code
	FROM stops s JOIN tickets t ON t.id = s.ticket_id JOIN lines l ON l.id = s.line_id`

func (s *stopRow) dest() []any {
	return []any{&s.id, &s.ticketID, &s.lineID, &s.serviceID, &s.counterID, &s.lastCalledAt, &s.state, &s.code}
}

// atCounter is the stop whose visitor stands at a counter.
func (t *txn) atCounter(counterID int64) (s stopRow, found bool, err error) {
	found, err = t.row(s.dest(), selectStop+" WHERE s.counter_id = ? AND s.state IN ('called', 'serving')", counterID)
	return s, found, err
}

// bump locks a line for this transaction, on both engines: strict order and
// gapless numbers rest on this one row.
func (t *txn) bump(lineID int64) error {
	delete(t.batch.waiting, lineID)
	_, err := t.exec("UPDATE lines SET rev = rev + 1 WHERE id = ?", lineID)
	return err
}

// touch notes what a change to a stop is seen by.
func (t *txn) touch(s stopRow) {
	t.change.Services[s.serviceID] = true
	t.change.Tickets[s.ticketID] = true
	if s.counterID.Valid {
		t.change.Counters[s.counterID.Int64] = true
	}
}

// callStop sends the visitor of a waiting stop to a counter.
func (t *txn) callStop(s stopRow, counterID int64, why queue.Why) error {
	if err := t.bump(s.lineID); err != nil {
		return err
	}
	if _, err := t.exec("UPDATE stops SET state = ?, counter_id = ?, called_at = ?, last_called_at = ?, calls = calls + 1 WHERE id = ?",
		queue.Called, counterID, t.ms(), t.ms(), s.id); err != nil {
		return err
	}
	s.counterID = orNull(counterID)
	t.touch(s)
	return t.announce(s, "called", map[string]any{"why": why}, false)
}

// recallStop calls the visitor at the counter once more.
func (t *txn) recallStop(s stopRow) error {
	if err := t.bump(s.lineID); err != nil {
		return err
	}
	if _, err := t.exec("UPDATE stops SET last_called_at = ?, calls = calls + 1 WHERE id = ?", t.ms(), s.id); err != nil {
		return err
	}
	t.touch(s)
	return t.announce(s, "recalled", nil, true)
}

// announce records a call and hands it to the screens after the commit.
func (t *txn) announce(s stopRow, kind string, detail map[string]any, recall bool) error {
	id, err := t.record(event{kind: kind, line: s.lineID, ticketID: s.ticketID, stopID: s.id, counterID: s.counterID.Int64, detail: detail})
	if err != nil {
		return err
	}
	t.change.Calls = append(t.change.Calls, Call{ID: callID(id), Ticket: s.code, ServiceID: s.serviceID, CounterID: s.counterID.Int64, Recall: recall})
	return nil
}

// startStop says that the visitor has come.
func (t *txn) startStop(s stopRow) error {
	if err := t.bump(s.lineID); err != nil {
		return err
	}
	if _, err := t.exec("UPDATE stops SET state = ?, started_at = ? WHERE id = ?", queue.Serving, t.ms(), s.id); err != nil {
		return err
	}
	t.touch(s)
	_, err := t.record(event{kind: "started", line: s.lineID, ticketID: s.ticketID, stopID: s.id, counterID: s.counterID.Int64})
	return err
}

// endStop ends a stop. A visitor who was only called when the officer finished
// counts as served, and the record says that the start was inferred.
func (t *txn) endStop(s stopRow, to queue.State, by string, inferred bool) error {
	if err := t.bump(s.lineID); err != nil {
		return err
	}
	flag := 0
	if inferred {
		flag = 1
	}
	if _, err := t.exec("UPDATE stops SET state = ?, ended_at = ?, ended_by = ?, start_inferred = ? WHERE id = ?", to, t.ms(), by, flag, s.id); err != nil {
		return err
	}
	t.touch(s)
	detail := map[string]any{"from": s.state, "by": by}
	if inferred {
		detail["start_inferred"] = true
	}
	_, err := t.record(event{kind: string(to), line: s.lineID, ticketID: s.ticketID, stopID: s.id, counterID: s.counterID.Int64, detail: detail})
	return err
}
