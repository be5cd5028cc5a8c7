package store

import (
	"database/sql"

	"antre/queue"
)

// stopRow is a stop with what its ticket's paper says.
type stopRow struct {
	id, ticketID, lineID, serviceID int64
	leg                             int
	rev, place, arrivedAt           int64
	state                           queue.State
	class                           queue.Class
	code                            string
	counterID                       sql.NullInt64
	calledAt, lastCalledAt          sql.NullInt64
	startedAt, endedAt              sql.NullInt64
	calls                           int
	inferred, returned              bool
	endedBy                         string
	lateUntil                       int64 // passed over by next until then; 0: never asked for time
}

const selectStop = `SELECT s.id, s.ticket_id, s.line_id, l.service_id, s.leg, s.rev, s.place, s.arrived_at, s.state, s.class, t.code,
	s.counter_id, s.called_at, s.last_called_at, s.started_at, s.ended_at, s.calls, s.start_inferred, s.returned, s.ended_by, s.late_until
	FROM stops s JOIN tickets t ON t.id = s.ticket_id JOIN lines l ON l.id = s.line_id`

func (s *stopRow) dest() []any {
	return []any{&s.id, &s.ticketID, &s.lineID, &s.serviceID, &s.leg, &s.rev, &s.place, &s.arrivedAt, &s.state, &s.class, &s.code,
		&s.counterID, &s.calledAt, &s.lastCalledAt, &s.startedAt, &s.endedAt, &s.calls, &s.inferred, &s.returned, &s.endedBy, &s.lateUntil}
}

// atCounter is the stop whose visitor stands at a counter.
func (t *txn) atCounter(counterID int64) (s stopRow, found bool, err error) {
	found, err = t.row(s.dest(), selectStop+" WHERE s.counter_id = ? AND s.state IN ('called', 'serving')", counterID)
	return s, found, err
}

func (t *txn) stopsOf(ticketID int64) (stops []stopRow, err error) {
	var s stopRow
	err = t.each(s.dest(), func() { stops = append(stops, s) }, selectStop+" WHERE s.ticket_id = ? ORDER BY s.leg", ticketID)
	return stops, err
}

// bump locks a line for this transaction, on both engines: strict order and
// gapless numbers rest on this one row.
func (t *txn) bump(lineID int64) error {
	delete(t.batch.waiting, lineID)
	_, err := t.exec("UPDATE lines SET rev = rev + 1 WHERE id = ?", lineID)
	return err
}

// moved is one stop as an event tells of it: all of its row, so that the
// record can rebuild it and no column can be changed unseen.
type moved struct {
	Stop     int64       `json:"stop"`
	Line     int64       `json:"line"`
	Service  string      `json:"service,omitempty"` // of the line; told once, when the stop is new
	Leg      int         `json:"leg"`
	Rev      int64       `json:"rev,omitempty"`
	Class    queue.Class `json:"class"`
	State    queue.State `json:"state"`
	Place    int64       `json:"place"`
	Counter  int64       `json:"counter,omitempty"`
	Arrived  int64       `json:"arrived"`
	Called   int64       `json:"called,omitempty"`
	Last     int64       `json:"last,omitempty"`
	Calls    int         `json:"calls,omitempty"`
	Started  int64       `json:"started,omitempty"`
	Ended    int64       `json:"ended,omitempty"`
	Inferred bool        `json:"inferred,omitempty"`
	Returned bool        `json:"returned,omitempty"`
	EndedBy  string      `json:"ended_by,omitempty"`
	Late     int64       `json:"late,omitempty"`
}

func (s stopRow) moved() moved {
	return moved{Stop: s.id, Line: s.lineID, Leg: s.leg, Rev: s.rev, Class: s.class, State: s.state, Place: s.place, Counter: s.counterID.Int64,
		Arrived: s.arrivedAt, Called: s.calledAt.Int64, Last: s.lastCalledAt.Int64, Calls: s.calls, Started: s.startedAt.Int64, Ended: s.endedAt.Int64,
		Inferred: s.inferred, Returned: s.returned, EndedBy: s.endedBy, Late: s.lateUntil}
}

// change writes a stop's new row and records why. Every change of a stop goes
// through here, so that the record can rebuild the state and an undo knows
// what stood before.
func (t *txn) change(before, after stopRow, kind string, detail map[string]any, notes map[string]string) (eventID int64, err error) {
	if err := t.bump(before.lineID); err != nil {
		return 0, err
	}
	if err := t.putStop(&after); err != nil {
		return 0, err
	}
	t.touch(before)
	t.touch(after)
	all := map[string]any{"from": before.state, "stops": []moved{after.moved()}}
	for k, v := range detail {
		all[k] = v
	}
	counter := after.counterID.Int64
	if counter == 0 {
		counter = before.counterID.Int64
	}
	eventID, err = t.record(event{kind: kind, line: before.lineID, ticketID: before.ticketID, stopID: before.id, counterID: counter, detail: all, notes: notes})
	t.keepImage(eventID, before)
	return eventID, err
}

// putStop writes every column that can change.
func (t *txn) putStop(s *stopRow) error {
	s.rev++
	_, err := t.exec(`UPDATE stops SET rev = ?, class = ?, place = ?, arrived_at = ?, state = ?, counter_id = ?, called_at = ?, last_called_at = ?, started_at = ?,
		ended_at = ?, calls = ?, start_inferred = ?, returned = ?, ended_by = ?, late_until = ? WHERE id = ?`,
		s.rev, s.class, s.place, s.arrivedAt, s.state, s.counterID, s.calledAt, s.lastCalledAt, s.startedAt,
		s.endedAt, s.calls, flag(s.inferred), flag(s.returned), s.endedBy, s.lateUntil, s.id)
	return err
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func at(ms int64) sql.NullInt64 { return sql.NullInt64{Int64: ms, Valid: true} }

// touch notes what a change to a stop is seen by.
func (t *txn) touch(s stopRow) {
	t.changed.Services[s.serviceID] = true
	t.changed.Tickets[s.ticketID] = true
	if s.counterID.Valid {
		t.changed.Counters[s.counterID.Int64] = true
	}
}

// callStop sends a visitor to a counter and says why.
func (t *txn) callStop(s stopRow, counterID int64, detail map[string]any, notes map[string]string) error {
	after := s
	after.state, after.counterID = queue.Called, orNull(counterID)
	after.lastCalledAt, after.startedAt, after.calls = at(t.ms()), sql.NullInt64{}, s.calls+1
	after.calledAt = at(t.ms())
	return t.announce(s, after, "called", detail, notes, false)
}

// recallStop calls the visitor at the counter once more.
func (t *txn) recallStop(s stopRow) error {
	after := s
	after.lastCalledAt, after.calls = at(t.ms()), s.calls+1
	return t.announce(s, after, "recalled", nil, nil, true)
}

// announce records a call and hands it to the screens after the commit.
func (t *txn) announce(before, after stopRow, kind string, detail map[string]any, notes map[string]string, recall bool) error {
	id, err := t.change(before, after, kind, detail, notes)
	if err != nil {
		return err
	}
	t.changed.Calls = append(t.changed.Calls, Call{ID: callID(id), Ticket: after.code, ServiceID: after.serviceID, CounterID: after.counterID.Int64, Recall: recall})
	return nil
}

// startStop says that the visitor has come.
func (t *txn) startStop(s stopRow) error {
	after := s
	after.state, after.startedAt = queue.Serving, at(t.ms())
	_, err := t.change(s, after, "started", nil, nil)
	return err
}

// endStop ends a stop, and lets the next leg of its journey begin. A visitor
// who was only called when the officer finished counts as served, and the
// record says that the start was inferred.
func (t *txn) endStop(s stopRow, to queue.State, by string) error {
	after := s
	after.state, after.endedAt, after.endedBy = to, at(t.ms()), by
	detail := map[string]any{"by": by}
	if by == "counter" && to == queue.Done && s.state == queue.Called {
		after.inferred = true
		detail["start_inferred"] = true
	}
	if _, err := t.change(s, after, string(to), detail, nil); err != nil {
		return err
	}
	if to == queue.Done && by == "counter" {
		return t.advance(after)
	}
	return nil
}
