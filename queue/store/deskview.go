package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"antre/queue"
)

// CounterView is a counter as its officer sees it.
type CounterView struct {
	At           int64              `json:"at"` // when it was read
	CounterID    int64              `json:"counter_id"`
	State        queue.CounterState `json:"state"`
	OfficerID    int64              `json:"officer_id"`
	Officer      string             `json:"officer"`
	PauseReason  string             `json:"pause_reason"`
	CloseRequest *CloseRequest      `json:"close_request"`
	Current      *Ticket            `json:"current"`
	FirstCallAt  int64              `json:"first_call_at"` // of the current ticket
	Why          queue.Why          `json:"why"`           // of the current ticket
	WhyReason    string             `json:"why_reason"`    // an officer's, where the rules ask for one
	Remarks      []Remark           `json:"remarks"`       // about the current ticket, oldest first
	Next         []Upcoming         `json:"next"`
	Held         []Upcoming         `json:"held"`    // on hold at this counter
	Waiting      map[int64]int      `json:"waiting"` // by service
	History      []Visit            `json:"history"`
	Undo         string             `json:"undo"` // the action that can be taken back; "": none
	UndoUntil    int64              `json:"undo_until"`
	Restores     []Restored         `json:"restores"` // what an undo would touch
	NoShows      []Absence          `json:"no_shows"` // who may still come back
	Overdue      []string           `json:"overdue"`  // services in which a regular has waited too long
	Late         []Late             `json:"late"`     // who is passed over, the soonest back first
}

// CloseRequest is an officer's wish to close and what became of it.
type CloseRequest struct {
	State  string `json:"state"` // "asked", "approved" or "refused"
	Reason string `json:"reason"`
	Note   string `json:"note"`
	At     int64  `json:"at"`
	// AnsweredAt is 0 until a supervisor has.
	AnsweredAt int64 `json:"answered_at"`
}

// Upcoming is one of the next visitors, with why they are next.
type Upcoming struct {
	Code      string      `json:"code"`
	Class     queue.Class `json:"class"`
	ServiceID int64       `json:"service_id"`
	ArrivedAt int64       `json:"arrived_at"`
	Why       queue.Why   `json:"why"`
	Remark    string      `json:"remark"` // the newest: why they were sent here, or set aside
}

// Late is a visitor who waits, and is passed over until they are back.
type Late struct {
	Code      string      `json:"code"`
	Class     queue.Class `json:"class"`
	ServiceID int64       `json:"service_id"`
	Until     int64       `json:"until"`
}

// Visit is one line of the counter's history of today.
type Visit struct {
	Code      string      `json:"code"`
	ServiceID int64       `json:"service_id"`
	State     queue.State `json:"state"`
	CalledAt  int64       `json:"called_at"`
	EndedAt   int64       `json:"ended_at"`
}

// Counter reads a counter by its code. Its own staff only; the edge checks.
func (st *Store) Counter(ctx context.Context, code string) (CounterView, error) {
	var v CounterView
	k, err := st.Catalog().Counter(code)
	if err != nil {
		return v, err
	}
	now := st.storedNow()
	err = st.read(ctx, func(q reading, day string) error {
		v, err = readCounter(ctx, q, st.Catalog(), day, now, k)
		return err
	})
	v.At = now.UnixMilli()
	return v, err
}

func readCounter(ctx context.Context, q reading, c *Catalog, day string, now time.Time, k *Counter) (CounterView, error) {
	v := CounterView{CounterID: k.ID, Waiting: map[int64]int{}}
	var officer, current, first, stop sql.NullInt64
	var name sql.NullString
	var run, closing int
	err := q.QueryRowContext(ctx, `SELECT k.state, k.officer_id, p.name, s.ticket_id, s.id, s.called_at, k.priority_run, k.close_asked FROM counters k LEFT JOIN staff p ON p.id = k.officer_id
		LEFT JOIN stops s ON s.counter_id = k.id AND s.state IN ('called', 'serving') WHERE k.id = ?`, k.ID).Scan(&v.State, &officer, &name, &current, &stop, &first, &run, &closing)
	if err != nil {
		return v, fmt.Errorf("read counter: %w", err)
	}
	v.OfficerID, v.Officer, v.FirstCallAt = officer.Int64, name.String, first.Int64
	if current.Valid {
		ticket, err := readTicket(ctx, q, c, day, current.Int64)
		if err != nil {
			return v, err
		}
		v.Current = &ticket
		if v.Remarks, err = readRemarks(ctx, q, ticket.ID); err != nil {
			return v, err
		}
	}
	for _, read := range []func() error{
		func() error { return v.readReason(ctx, q) },
		func() error { return v.readWhy(ctx, q, stop.Int64) },
		func() error { return v.readCloseRequest(ctx, q, day, closing) },
		func() error { return v.readNext(ctx, q, c, day, now, k, run, stop.Int64) },
		func() error { return v.readWaiting(ctx, q, day, k) },
		func() error { return v.readHeld(ctx, q, day) },
		func() error { return v.readLate(ctx, q, day, now, k) },
		func() error { return v.readHistory(ctx, q, day) },
		func() error { return v.readNoShows(ctx, q, day, now, k) },
		func() error { return v.readUndo(ctx, q, now) },
	} {
		if err := read(); err != nil {
			return v, err
		}
	}
	return v, nil
}

func (v *CounterView) readReason(ctx context.Context, q reading) error {
	if v.State != queue.CounterPaused {
		return nil
	}
	reason, _, err := lastNote(ctx, q, v.CounterID, "counter_paused", "reason")
	v.PauseReason = reason
	return err
}

// dayBegan is where today begins in the mall's chain. Without it, what never
// happened is looked for through all the years of the record.
const dayBegan = `(SELECT coalesce(max(d.position), 0) FROM (SELECT position FROM events WHERE chain = 'mall' AND kind = 'day_opened' ORDER BY position DESC LIMIT 1) d)`

// lastNote is a note of a counter's newest event of a kind today; its id is 0 when
// there is none.
func lastNote(ctx context.Context, q reading, counterID int64, kind, name string) (text string, eventID int64, err error) {
	var content sql.NullString
	err = q.QueryRowContext(ctx, `SELECT e.id, n.content FROM events e LEFT JOIN notes n ON n.event_id = e.id AND n.name = ?
		WHERE e.chain = 'mall' AND e.position > `+dayBegan+` AND e.counter_id = ? AND e.kind = ? ORDER BY e.position DESC LIMIT 1`, name, counterID, kind).Scan(&eventID, &content)
	if isNoRows(err) {
		return "", 0, nil
	}
	return content.String, eventID, err
}

// readCloseRequest finds today's wish to close and its answer. A wish that
// nobody answered is over when the counter closes all the same, and a granted
// one when it opens again.
func (v *CounterView) readCloseRequest(ctx context.Context, q reading, day string, closing int) error {
	r := CloseRequest{State: "asked"}
	var id int64
	err := q.QueryRowContext(ctx, "SELECT id, at FROM events WHERE chain = 'mall' AND position > "+dayBegan+" AND counter_id = ? AND kind = 'close_asked' AND day = ? ORDER BY position DESC LIMIT 1",
		v.CounterID, day).Scan(&id, &r.At)
	if isNoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the wish to close: %w", err)
	}
	if r.Reason, _, err = lastNote(ctx, q, v.CounterID, "close_asked", "reason"); err != nil {
		return err
	}
	for kind, state := range map[string]string{"close_approved": "approved", "close_refused": "refused"} {
		note, answer, err := lastNote(ctx, q, v.CounterID, kind, "note")
		if err != nil {
			return err
		}
		if answer < id {
			continue
		}
		r.State, r.Note = state, note
		if err := q.QueryRowContext(ctx, "SELECT at FROM events WHERE id = ?", answer).Scan(&r.AnsweredAt); err != nil {
			return fmt.Errorf("read the answer to a wish to close: %w", err)
		}
	}
	if r.State == "asked" && closing != 1 || r.State == "approved" && closing != 2 && v.State != queue.CounterClosed {
		return nil
	}
	v.CloseRequest = &r
	return nil
}

// previewed is how many of the next visitors an officer sees.
const previewed = 5

// readNext asks the rule itself who comes next, so that the preview can never
// promise another order than "next" keeps.
func (v *CounterView) readNext(ctx context.Context, q reading, c *Catalog, day string, now time.Time, k *Counter, run int, leaving int64) error {
	counting := c.Mall.Settings.Counting()
	own, assisted, err := headsOf(ctx, q, day, now, counting, k.Own, k.Assisted, leaving, previewed)
	if err != nil {
		return err
	}
	for _, l := range append(own[:len(own):len(own)], assisted...) {
		if l.Overdue > 0 {
			v.Overdue = append(v.Overdue, l.Service)
		}
	}
	for _, p := range queue.Order(own, assisted, k.caller(run), counting, previewed) {
		u := Upcoming{Class: p.Class, Why: p.Why}
		var ticket int64
		if err := q.QueryRowContext(ctx, "SELECT t.id, t.code, l.service_id, s.arrived_at FROM stops s JOIN tickets t ON t.id = s.ticket_id JOIN lines l ON l.id = s.line_id WHERE s.id = ?", p.StopID).
			Scan(&ticket, &u.Code, &u.ServiceID, &u.ArrivedAt); err != nil {
			return fmt.Errorf("read who is next: %w", err)
		}
		if u.Remark, err = lastRemark(ctx, q, ticket, "transferred"); err != nil {
			return err
		}
		v.Next = append(v.Next, u)
	}
	return nil
}

func (v *CounterView) readWaiting(ctx context.Context, q reading, day string, k *Counter) error {
	for _, s := range append(k.Own[:len(k.Own):len(k.Own)], k.Assisted...) {
		var n int
		if err := q.QueryRowContext(ctx, "SELECT count(*) FROM stops s JOIN lines l ON l.id = s.line_id WHERE l.service_id = ? AND l.day = ? AND s.state = 'waiting'", s.ID, day).Scan(&n); err != nil {
			return fmt.Errorf("count who waits: %w", err)
		}
		v.Waiting[s.ID] = n
	}
	return nil
}

func (v *CounterView) readHeld(ctx context.Context, q querier, day string) error {
	u := Upcoming{Why: queue.WhyHeld}
	var ticket int64
	var tickets []int64
	err := eachRow(ctx, q, []any{&ticket, &u.Code, &u.Class, &u.ServiceID, &u.ArrivedAt}, func() { v.Held, tickets = append(v.Held, u), append(tickets, ticket) },
		`SELECT t.id, t.code, s.class, l.service_id, s.arrived_at FROM stops s JOIN lines l ON l.id = s.line_id JOIN tickets t ON t.id = s.ticket_id
		WHERE s.counter_id = ? AND s.state = 'held' AND l.day = ? ORDER BY s.last_called_at`, v.CounterID, day)
	for i, id := range tickets {
		if err == nil {
			v.Held[i].Remark, err = lastRemark(ctx, q, id, "held")
		}
	}
	return err
}

func (v *CounterView) readLate(ctx context.Context, q querier, day string, now time.Time, k *Counter) error {
	var l Late
	for _, s := range k.servicesOf() {
		err := eachRow(ctx, q, []any{&l.Code, &l.Class, &l.ServiceID, &l.Until}, func() { v.Late = append(v.Late, l) },
			`SELECT t.code, s.class, l.service_id, s.late_until FROM lines l JOIN stops s ON s.line_id = l.id JOIN tickets t ON t.id = s.ticket_id
			WHERE l.service_id = ? AND l.day = ? AND s.state = 'waiting' AND s.late_until > ?`, s, day, now.UnixMilli())
		if err != nil {
			return err
		}
	}
	slices.SortStableFunc(v.Late, func(a, b Late) int { return cmp.Compare(a.Until, b.Until) })
	return nil
}

func (v *CounterView) readHistory(ctx context.Context, q querier, day string) error {
	var h Visit
	var ended sql.NullInt64
	return eachRow(ctx, q, []any{&h.Code, &h.ServiceID, &h.State, &h.CalledAt, &ended}, func() {
		h.EndedAt = ended.Int64
		v.History = append(v.History, h)
	}, `SELECT t.code, l.service_id, s.state, s.last_called_at, s.ended_at FROM stops s JOIN lines l ON l.id = s.line_id JOIN tickets t ON t.id = s.ticket_id
		WHERE s.counter_id = ? AND s.last_called_at IS NOT NULL AND l.day = ? AND s.state NOT IN ('called', 'serving', 'waiting', 'undone')
		ORDER BY s.last_called_at DESC, s.id DESC LIMIT 50`, v.CounterID, day)
}
