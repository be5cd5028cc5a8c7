package store

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"antre/queue"
)

func callID(eventID int64) string { return strconv.FormatInt(eventID, 10) }

// deskRow is a counter as the rules see it, with the stop that stands there.
type deskRow struct {
	queue.Desk
	counter *Counter
	stop    stopRow
}

// desk reads a counter before anything is written.
func (t *txn) desk(code string) (d deskRow, err error) {
	if d.counter, err = t.st.Catalog().Counter(code); err != nil {
		return d, err
	}
	d.Code = d.counter.Code
	var officer sql.NullInt64
	var name sql.NullString
	if _, err = t.row([]any{&d.State, &officer, &name},
		"SELECT k.state, k.officer_id, s.name FROM counters k LEFT JOIN staff s ON s.id = k.officer_id WHERE k.id = ?", d.counter.ID); err != nil {
		return d, err
	}
	d.OfficerID, d.Officer = officer.Int64, name.String
	d.stop, d.Occupied, err = t.atCounter(d.counter.ID)
	return d, err
}

// setCounter changes a counter's state and records it.
func (t *txn) setCounter(id int64, state queue.CounterState, officer int64, kind, reason string) error {
	opened := ""
	if state == queue.CounterOpen {
		opened = t.day
	}
	if _, err := t.exec(`UPDATE counters SET rev = rev + 1, state = ?, officer_id = ?,
		opened_day = CASE WHEN ? = '' THEN opened_day ELSE ? END WHERE id = ?`, state, orNull(officer), opened, opened, id); err != nil {
		return err
	}
	clear(t.batch.gates)
	t.change.Counters[id] = true
	if k := t.st.Catalog().CounterByID(id); k != nil {
		for _, s := range append(append([]*Service{}, k.Own...), k.Assisted...) {
			t.change.Services[s.ID] = true
		}
	}
	notes := map[string]string{}
	if reason != "" {
		notes["reason"] = reason
	}
	_, err := t.record(event{kind: kind, counterID: id, notes: notes})
	return err
}

// OpenCounter lets a member of staff take a counter. Whoever already has it
// keeps it; a counter somebody else has is refused, naming them. Publishes the
// counter. The edge checks that the counter is theirs to take.
func (st *Store) OpenCounter(ctx context.Context, by By, code string) (Reply[CounterView], error) {
	return st.atDesk(ctx, by, code, func(t *txn, d deskRow) error {
		if err := d.CheckOpen(by.StaffID); err != nil || d.State == queue.CounterOpen {
			return err
		}
		kind := "counter_opened"
		if d.State == queue.CounterPaused {
			kind = "counter_resumed"
		}
		return t.setCounter(d.counter.ID, queue.CounterOpen, by.StaffID, kind, "")
	})
}

// CloseCounter ends work at a counter. Its holder may, or somebody with
// authority over it; not while a visitor stands there. Publishes the counter.
func (st *Store) CloseCounter(ctx context.Context, by By, code string, authority bool) (Reply[CounterView], error) {
	return st.atDesk(ctx, by, code, func(t *txn, d deskRow) error {
		if err := d.CheckClose(by.StaffID, authority); err != nil || d.State == queue.CounterClosed {
			return err
		}
		return t.setCounter(d.counter.ID, queue.CounterClosed, 0, "counter_closed", "")
	})
}

// PauseCounter stops calling for a while, with a reason that is kept outside
// the chained record. The visitor at the counter may still be finished.
// Publishes the counter.
func (st *Store) PauseCounter(ctx context.Context, by By, code, reason string) (Reply[CounterView], error) {
	return st.atDesk(ctx, by, code, func(t *txn, d deskRow) error {
		if err := d.CheckHolder(by.StaffID); err != nil || d.State == queue.CounterPaused {
			return err
		}
		return t.setCounter(d.counter.ID, queue.CounterPaused, by.StaffID, "counter_paused", reason)
	})
}

// ResumeCounter goes on after a pause. Publishes the counter.
func (st *Store) ResumeCounter(ctx context.Context, by By, code string) (Reply[CounterView], error) {
	return st.atDesk(ctx, by, code, func(t *txn, d deskRow) error {
		if err := d.CheckHolder(by.StaffID); err != nil || d.State == queue.CounterOpen {
			return err
		}
		return t.setCounter(d.counter.ID, queue.CounterOpen, by.StaffID, "counter_resumed", "")
	})
}

// atDesk runs one action at a counter and answers with the counter as it then stands.
func (st *Store) atDesk(ctx context.Context, by By, code string, act func(*txn, deskRow) error) (Reply[CounterView], error) {
	return once(ctx, st, by, func(t *txn) (CounterView, error) {
		d, err := t.desk(code)
		if err != nil {
			return CounterView{}, err
		}
		if err := act(t, d); err != nil {
			return CounterView{}, err
		}
		v, err := readCounter(context.Background(), t.tx, st.Catalog(), t.day, d.counter)
		v.At = t.ms()
		return v, err
	})
}

// Called is what "next" did.
type Called struct {
	Ticket   *Ticket `json:"ticket"`   // nil: nobody is waiting
	Finished *Ticket `json:"finished"` // the visitor who was there
}

// CallNext finishes the visitor at the counter and calls the next by the
// rules, in one transaction. Only the counter's holder may; a closed or paused
// counter is refused and then nothing is finished either. Publishes the call.
func (st *Store) CallNext(ctx context.Context, by By, code string) (Reply[Called], error) {
	return once(ctx, st, by, func(t *txn) (Called, error) {
		d, err := t.desk(code)
		if err != nil {
			return Called{}, err
		}
		if err := d.CheckNext(by.StaffID); err != nil {
			return Called{}, err
		}
		next, why, found, err := t.pick(d)
		if err != nil {
			return Called{}, err
		}
		if err := t.bumpCounter(d.counter.ID); err != nil {
			return Called{}, err
		}
		var done Called
		if d.Occupied {
			if err := t.endStop(d.stop, queue.Done, "counter", d.stop.state == queue.Called); err != nil {
				return Called{}, err
			}
		}
		if found {
			if err := t.callStop(next, d.counter.ID, why); err != nil {
				return Called{}, err
			}
			if done.Ticket, err = t.ticket(next.ticketID); err != nil {
				return Called{}, err
			}
		}
		if d.Occupied {
			done.Finished, err = t.ticket(d.stop.ticketID)
		}
		return done, err
	})
}

func (t *txn) bumpCounter(id int64) error {
	t.change.Counters[id] = true
	_, err := t.exec("UPDATE counters SET rev = rev + 1 WHERE id = ?", id)
	return err
}

func (t *txn) ticket(id int64) (*Ticket, error) {
	k, err := readTicket(context.Background(), t.tx, t.st.Catalog(), t.day, id)
	return &k, err
}

// pick asks the rules who this counter calls next, as if its visitor had gone.
func (t *txn) pick(d deskRow) (s stopRow, why queue.Why, found bool, err error) {
	own, err := t.heads(d.counter.Own, d.stop.id)
	if err != nil {
		return s, "", false, err
	}
	assisted, err := t.heads(d.counter.Assisted, d.stop.id)
	if err != nil {
		return s, "", false, err
	}
	head, why, ok := queue.Next(own, assisted)
	if !ok {
		return s, "", false, nil
	}
	found, err = t.row(s.dest(), selectStop+" WHERE s.id = ?", head.StopID)
	return s, why, found, err
}

// heads reads the first of each line. A visitor who stands at another counter
// is passed over in silence: their place is held, and nothing is written.
func (t *txn) heads(services []*Service, leaving int64) (heads []queue.Head, err error) {
	for _, s := range services {
		h := queue.Head{Service: s.Code}
		found, err := t.row([]any{&h.StopID, &h.Place}, `SELECT s.id, s.place FROM stops s JOIN lines l ON l.id = s.line_id
			WHERE l.service_id = ? AND l.day = ? AND s.state = 'waiting'
			AND NOT EXISTS (SELECT 1 FROM stops o WHERE o.ticket_id = s.ticket_id AND o.state IN ('called', 'serving') AND o.id <> ?)
			ORDER BY s.place LIMIT 1`, s.ID, t.day, leaving)
		if err != nil {
			return nil, err
		}
		if found {
			heads = append(heads, h)
		}
	}
	return heads, nil
}

// onCurrent runs an action on the visitor at a counter, refusing when nobody is.
func (st *Store) onCurrent(ctx context.Context, by By, code string, action queue.Action, act func(*txn, stopRow) error) (Reply[Ticket], error) {
	return once(ctx, st, by, func(t *txn) (Ticket, error) {
		d, err := t.desk(code)
		if err != nil {
			return Ticket{}, err
		}
		if err := d.CheckHolder(by.StaffID); err != nil {
			return Ticket{}, err
		}
		if !d.Occupied {
			return Ticket{}, queue.Refuse(queue.Conflict, "not_current", "Belum ada pengunjung di loket %s.", d.Code).
				English("There is no visitor at counter %s.", d.Code)
		}
		if _, ok := queue.Move(d.stop.state, action); !ok {
			return Ticket{}, queue.Refuse(queue.Conflict, "wrong_state", "Nomor %s sudah dilayani di loket ini.", d.stop.code).
				English("%s is already being served here.", d.stop.code).With("state", d.stop.state).With("by", d.Code)
		}
		if action == queue.Absent {
			if err := t.checkAbsent(d.stop); err != nil {
				return Ticket{}, err
			}
		}
		if err := t.bumpCounter(d.counter.ID); err != nil {
			return Ticket{}, err
		}
		if err := act(t, d.stop); err != nil {
			return Ticket{}, err
		}
		k, err := t.ticket(d.stop.ticketID)
		return *k, err
	})
}

// checkAbsent lets a visitor have their time since the first call.
func (t *txn) checkAbsent(s stopRow) error {
	var called int64
	if _, err := t.row([]any{&called}, "SELECT called_at FROM stops WHERE id = ?", s.id); err != nil {
		return err
	}
	allowed, ok := queue.MayDeclareAbsent(time.UnixMilli(called), t.now, t.st.Settings().NoShowAfter())
	if ok {
		return nil
	}
	at := allowed.In(t.st.Location())
	return queue.Refuse(queue.Conflict, "too_early", "Tunggu sampai pukul %s sebelum menyatakan tidak hadir.", at.Format("15.04.05")).
		English("Wait until %s before calling it a no-show.", at.Format("15:04:05")).With("allowed_at", at.Format(time.RFC3339))
}

// Recall calls the visitor at the counter again. Holder only. Publishes the call.
func (st *Store) Recall(ctx context.Context, by By, code string) (Reply[Ticket], error) {
	return st.onCurrent(ctx, by, code, queue.Recall, (*txn).recallStop)
}

// Start says that the called visitor has come. Holder only. Publishes the counter.
func (st *Store) Start(ctx context.Context, by By, code string) (Reply[Ticket], error) {
	return st.onCurrent(ctx, by, code, queue.Start, (*txn).startStop)
}

// Finish ends the visit without calling anybody. Holder only. Publishes the counter.
func (st *Store) Finish(ctx context.Context, by By, code string) (Reply[Ticket], error) {
	return st.onCurrent(ctx, by, code, queue.Finish, func(t *txn, s stopRow) error {
		return t.endStop(s, queue.Done, "counter", s.state == queue.Called)
	})
}

// NoShow says that the called visitor did not come, once they have had their
// time. Holder only. Publishes the counter.
func (st *Store) NoShow(ctx context.Context, by By, code string) (Reply[Ticket], error) {
	return st.onCurrent(ctx, by, code, queue.Absent, func(t *txn, s stopRow) error {
		return t.endStop(s, queue.NoShow, "counter", false)
	})
}
