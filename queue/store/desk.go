package store

import (
	"context"
	"database/sql"
	"errors"
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
	closing bool // a supervisor has granted the wish to close
}

// desk locks and reads a counter before anything is written.
func (t *txn) desk(code string) (d deskRow, err error) {
	if d.counter, err = t.st.Catalog().Counter(code); err != nil {
		return d, err
	}
	d.Code = d.counter.Code
	var officer sql.NullInt64
	var name sql.NullString
	var asked int
	if _, err = t.row([]any{&d.State, &officer, &name, &asked},
		"SELECT k.state, k.officer_id, s.name, k.close_asked FROM counters k LEFT JOIN staff s ON s.id = k.officer_id WHERE k.id = ?"+t.st.locking("k"), d.counter.ID); err != nil {
		return d, err
	}
	d.OfficerID, d.Officer, d.closing = officer.Int64, name.String, asked == 2
	if d.stop, d.Occupied, err = t.atCounter(d.counter.ID); err != nil {
		return d, err
	}
	return d, t.checkCurrent(d)
}

// checkCurrent refuses what was meant for a visitor who is not there any more:
// a key that was pressed while the network was away, or in a second window.
func (t *txn) checkCurrent(d deskRow) error {
	if t.who.Current == nil {
		return nil
	}
	now := ""
	if d.Occupied {
		if _, err := t.row([]any{&now}, "SELECT code FROM tickets WHERE id = ?", d.stop.ticketID); err != nil {
			return err
		}
	}
	return d.CheckSeen(*t.who.Current, now)
}

// heldDesk is desk for an action that only the counter's holder may take.
func (t *txn) heldDesk(code string, by By) (deskRow, error) {
	d, err := t.desk(code)
	if err == nil {
		err = d.CheckHolder(by.StaffID)
	}
	return d, err
}

// setCounter changes a counter's state and records it.
func (t *txn) setCounter(id int64, state queue.CounterState, officer int64, kind, reason string) error {
	opened := ""
	if state == queue.CounterOpen {
		opened = t.day
	}
	if _, err := t.exec(`UPDATE counters SET rev = rev + 1, state = ?, officer_id = ?,
		opened_day = CASE WHEN ? = '' THEN opened_day ELSE ? END, close_asked = CASE WHEN ? = 'closed' THEN 0 ELSE close_asked END
		WHERE id = ?`, state, orNull(officer), opened, opened, state, id); err != nil {
		return err
	}
	clear(t.batch.doors)
	t.changed.Counters[id] = true
	if k := t.st.Catalog().CounterByID(id); k != nil {
		for _, s := range append(append([]*Service{}, k.Own...), k.Assisted...) {
			t.changed.Services[s.ID] = true
		}
	}
	notes := map[string]string{}
	if reason != "" {
		notes["reason"] = reason
	}
	_, err := t.record(event{kind: kind, counterID: id, detail: map[string]any{"state": state, "officer": officer}, notes: notes})
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

// TakeCounter gives a counter that somebody else has to a member of staff with
// authority over it, and the visitor who stands there: an officer who went home
// keeps neither. The reason stands beside the record. Publishes the counter. The
// edge checks the authority.
func (st *Store) TakeCounter(ctx context.Context, by By, code, reason string) (Reply[CounterView], error) {
	return st.atDesk(ctx, by, code, func(t *txn, d deskRow) error {
		if d.State == queue.CounterOpen && d.OfficerID == by.StaffID {
			return nil
		}
		return t.setCounter(d.counter.ID, queue.CounterOpen, by.StaffID, "counter_opened", reason)
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
		if err := t.lockForNext(d); err != nil { // the answer shows these lines
			return CounterView{}, err
		}
		if err := act(t, d); err != nil {
			return CounterView{}, err
		}
		if t.wrote { // opening what is open takes nobody's undo away
			if err := t.closeActions(d.counter.ID); err != nil {
				return CounterView{}, err
			}
		}
		return t.view(d)
	})
}

// view is a counter as this transaction leaves it. All the lines it shows must
// be locked, so that it shows one moment.
func (t *txn) view(d deskRow) (CounterView, error) {
	v, err := readCounter(t.ctx, t, t.st.Catalog(), t.day, t.now, d.counter)
	v.At = t.ms()
	return v, err
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
		if err := t.lockForNext(d); err != nil {
			return Called{}, err
		}
		pick, found, err := t.pickFree(d)
		if err != nil {
			return Called{}, err
		}
		if err := t.bumpCounter(d.counter.ID); err != nil {
			return Called{}, err
		}
		if d.Occupied {
			if err := t.endStop(d.stop, queue.Done, "counter"); err != nil {
				return Called{}, err
			}
		}
		var done Called
		if found && !d.closing {
			if done.Ticket, err = t.callPick(d, pick); err != nil {
				return Called{}, err
			}
		}
		if d.Occupied {
			done.Finished, err = t.ticket(d.stop.ticketID)
		}
		return done, errors.Join(err, t.keepAction(d.counter.ID, "next"), t.closeGranted(d))
	})
}

// lockForNext locks every line that a call at this counter may change: those it
// calls from, and those that its visitor's journey goes on in.
func (t *txn) lockForNext(d deskRow) error {
	if !d.Occupied {
		return t.lockLines(d.counter.servicesOf()...)
	}
	return t.lockTickets([]int64{d.stop.ticketID}, d.counter.servicesOf()...)
}

// closeGranted closes a counter whose wish was granted, once nobody stands there.
func (t *txn) closeGranted(d deskRow) error {
	if !d.closing {
		return nil
	}
	if _, there, err := t.atCounter(d.counter.ID); err != nil || there {
		return err
	}
	return t.setCounter(d.counter.ID, queue.CounterClosed, 0, "counter_closed", "")
}

// callPick calls whom the rules have chosen.
func (t *txn) callPick(d deskRow, p queue.Pick) (*Ticket, error) {
	s, err := t.stop(p.StopID)
	if err != nil {
		return nil, err
	}
	runs, err := t.countRun(d.counter, s.lineID, p)
	if err != nil {
		return nil, err
	}
	if err := t.callStop(s, d.counter.ID, map[string]any{"why": p.Why, "runs": runs}, nil); err != nil {
		return nil, err
	}
	return t.ticket(s.ticketID)
}

func (t *txn) bumpCounter(id int64) error {
	t.changed.Counters[id] = true
	_, err := t.exec("UPDATE counters SET rev = rev + 1 WHERE id = ?", id)
	return err
}

func (t *txn) ticket(id int64) (*Ticket, error) {
	k, err := readTicket(context.Background(), t, t.st.Catalog(), t.day, id)
	return &k, err
}

// pick asks the rules who this counter calls next, as if its visitor had gone.
func (t *txn) pick(d deskRow) (queue.Pick, bool, error) {
	var run int
	if _, err := t.row([]any{&run}, "SELECT priority_run FROM counters WHERE id = ?", d.counter.ID); err != nil {
		return queue.Pick{}, false, err
	}
	counting := t.st.Settings().Counting()
	own, assisted, err := headsOf(t.ctx, t, t.day, t.now, counting, d.counter.Own, d.counter.Assisted, d.stop.id, 1)
	if err != nil {
		return queue.Pick{}, false, err
	}
	p, ok := queue.Next(own, assisted, d.counter.caller(run), counting)
	return p, ok, nil
}

// pickFree is pick with the visitor locked: somebody who waits in several lines
// at once may be called from another at this moment, and is then passed over.
func (t *txn) pickFree(d deskRow) (queue.Pick, bool, error) {
	for {
		p, found, err := t.pick(d)
		if err != nil || !found || !t.st.shared() {
			return p, found, err
		}
		free, err := t.lockVisitor(p.StopID, d.stop.id)
		if err != nil || free {
			return p, free, err
		}
	}
}

// caller is a counter as the rules see it.
func (k *Counter) caller(run int) queue.Caller {
	return queue.Caller{PriorityOnly: k.Class == string(queue.Priority), Run: run}
}

func headsOf(ctx context.Context, q reading, day string, now time.Time, counting queue.Counting, primary, helped []*Service, leaving int64, n int) (own, assisted []queue.Line, err error) {
	if own, err = heads(ctx, q, day, now, counting, primary, leaving, n); err != nil {
		return nil, nil, err
	}
	assisted, err = heads(ctx, q, day, now, counting, helped, leaving, n)
	return own, assisted, err
}
