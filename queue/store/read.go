package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"antre/queue"
)

// Ticket is a visitor's number as it stands. Its token is not here: Token
// derives it from the ID.
type Ticket struct {
	ID            int64       `json:"id"`
	Code          string      `json:"code"`
	Number        int         `json:"number"`
	ServiceID     int64       `json:"service_id"` // of the stop the ticket's head describes
	CounterID     int64       `json:"counter_id"`
	Class         queue.Class `json:"class"`
	Lang          string      `json:"lang"`
	State         queue.State `json:"state"`
	Day           string      `json:"day"`
	IssuedAt      int64       `json:"issued_at"`
	CalledAt      int64       `json:"called_at"` // last call; 0: never
	StartedAt     int64       `json:"started_at"`
	EndedBy       string      `json:"ended_by"`
	StartInferred bool        `json:"start_inferred"`
	Ahead         int         `json:"ahead"`
	Wait          *queue.Wait `json:"wait"`
	AheadTold     int         `json:"ahead_told"` // as told at issue; the slip prints these
	WaitTold      *queue.Wait `json:"wait_told"`
	Stops         []Stop      `json:"stops"`
	Journey       bool        `json:"journey"`      // asked for several services with one number
	ReturnUntil   int64       `json:"return_until"` // of a no-show who may still come back; 0: may not
	LateUntil     int64       `json:"late_until"`   // until when they asked to be passed over; 0: they did not
}

// Stop is a ticket's place in one line.
type Stop struct {
	ServiceID int64       `json:"service_id"`
	State     queue.State `json:"state"`
	CounterID int64       `json:"counter_id"`
}

// Ticket reads a ticket by its token.
func (st *Store) Ticket(ctx context.Context, token string) (Ticket, error) {
	var k Ticket
	err := st.read(ctx, func(q reading, day string) (err error) {
		var id int64
		err = q.QueryRowContext(ctx, "SELECT id FROM tickets WHERE token_hash = ?", hashToken(token)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return unknownTicket()
		}
		if err == nil {
			k, err = readTicket(ctx, q, st.Catalog(), day, id)
		}
		return err
	})
	return k, err
}

// TicketByCode reads today's ticket with the number a person names. For staff
// and the command line only: a code can be guessed.
func (st *Store) TicketByCode(ctx context.Context, code string) (Ticket, error) {
	service, number, err := queue.ParseTicketCode(code)
	if err != nil {
		return Ticket{}, err
	}
	s, err := st.Catalog().Service(service)
	if err != nil {
		return Ticket{}, err
	}
	var k Ticket
	err = st.read(ctx, func(q reading, day string) error {
		var id int64
		err := q.QueryRowContext(ctx, "SELECT t.id FROM tickets t JOIN lines l ON l.id = t.line_id WHERE l.service_id = ? AND l.day = ? AND t.number = ?",
			s.ID, day, number).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return unknownTicket()
		}
		if err == nil {
			k, err = readTicket(ctx, q, st.Catalog(), day, id)
		}
		return err
	})
	return k, err
}

// read runs a function on one snapshot of the database. What goes wrong with a
// database that others share is told as an outage: it may break at any moment.
func (st *Store) read(ctx context.Context, do func(q reading, day string) error) error {
	if !st.shared() {
		return st.readLong(ctx, do)
	}
	ctx, end := context.WithTimeout(ctx, longestRead)
	defer end()
	if err := st.readLong(ctx, do); err != nil {
		return unavailable(err)
	}
	return nil
}

// readLong is read for what may take minutes.
func (st *Store) readLong(ctx context.Context, do func(q reading, day string) error) (err error) {
	tx, err := st.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: st.snapshot()})
	if err != nil {
		return fmt.Errorf("begin reading: %w", err)
	}
	defer func() { err = errors.Join(err, endRead(tx)) }()
	q := st.on(tx)
	var day string
	if err := q.QueryRowContext(ctx, "SELECT day FROM days ORDER BY day DESC LIMIT 1").Scan(&day); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read the day: %w", err)
	}
	return do(q, day)
}

func endRead(tx *sql.Tx) error {
	if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return nil
}

type ticketStop struct {
	Stop
	counterID, calledAt, startedAt, endedAt sql.NullInt64
	lineID, place, late                     int64
	endedBy                                 string
	inferred, returned                      bool
}

// readTicket reads one ticket with its stops and its place in the line.
func readTicket(ctx context.Context, q reading, c *Catalog, today string, id int64) (Ticket, error) {
	k := Ticket{ID: id}
	var low, high sql.NullInt64
	err := q.QueryRowContext(ctx, `SELECT t.code, t.number, t.class, t.lang, t.issued_at, t.ahead_told, t.wait_low_s, t.wait_high_s, t.journey <> '', l.day
		FROM tickets t JOIN lines l ON l.id = t.line_id WHERE t.id = ?`, id).
		Scan(&k.Code, &k.Number, &k.Class, &k.Lang, &k.IssuedAt, &k.AheadTold, &low, &high, &k.Journey, &k.Day)
	if err != nil {
		return k, fmt.Errorf("read ticket: %w", err)
	}
	if low.Valid && high.Valid {
		k.WaitTold = &queue.Wait{LowS: int(low.Int64), HighS: int(high.Int64)}
	}
	stops, err := readStops(ctx, q, id)
	if err != nil || len(stops) == 0 {
		return k, err
	}
	states := make([]queue.State, len(stops))
	for i, s := range stops {
		states[i], k.LateUntil = s.State, max(k.LateUntil, s.late)
		if s.State != queue.Undone {
			k.Stops = append(k.Stops, s.Stop)
		}
	}
	top := stops[queue.TopStop(states)]
	k.ServiceID, k.CounterID, k.State = top.ServiceID, top.CounterID, top.State
	k.CalledAt, k.StartedAt, k.EndedBy, k.StartInferred = top.calledAt.Int64, top.startedAt.Int64, top.endedBy, top.inferred
	if top.State == queue.NoShow && !top.returned && top.endedBy != "day_end" && k.Day == today {
		k.ReturnUntil = top.endedAt.Int64 + queue.ReturnWithin.Milliseconds()
	}
	if top.State != queue.Waiting {
		return k, nil
	}
	return k, k.readPlace(ctx, q, c, top, today)
}

func readStops(ctx context.Context, q querier, ticketID int64) (stops []ticketStop, err error) {
	var s ticketStop
	err = eachRow(ctx, q, []any{&s.ServiceID, &s.State, &s.counterID, &s.calledAt, &s.startedAt, &s.lineID, &s.place, &s.endedBy, &s.inferred, &s.endedAt, &s.returned, &s.late},
		func() { s.CounterID = s.counterID.Int64; stops = append(stops, s) },
		`SELECT l.service_id, s.state, s.counter_id, s.last_called_at, s.started_at, s.line_id, s.place, s.ended_by, s.start_inferred, s.ended_at, s.returned, s.late_until
		FROM stops s JOIN lines l ON l.id = s.line_id WHERE s.ticket_id = ? ORDER BY s.leg`, ticketID)
	return stops, err
}

// readPlace counts whom the rules would call before a waiting stop, and how
// long that takes. Who is late is not among them.
func (k *Ticket) readPlace(ctx context.Context, q reading, c *Catalog, s ticketStop, today string) error {
	now := c.now()
	var same, others, earlier, run int
	var first int64
	err := q.QueryRowContext(ctx, `SELECT coalesce(sum(CASE WHEN s.class = ? AND s.place < ? THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN s.class <> ? THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN s.class <> ? AND s.place < ? THEN 1 ELSE 0 END), 0),
		coalesce(min(CASE WHEN s.class = 'regular' THEN s.arrived_at END), 0), coalesce(max(l.priority_run), 0)
		FROM stops s JOIN lines l ON l.id = s.line_id WHERE s.line_id = ? AND s.state = 'waiting' AND s.late_until <= ?`, k.Class, s.place, k.Class, k.Class, s.place, s.lineID, now.UnixMilli()).
		Scan(&same, &others, &earlier, &first, &run)
	if err != nil {
		return fmt.Errorf("count who is ahead: %w", err)
	}
	counting := c.Mall.Settings.Counting()
	limit := counting.LimitNow(counting.MaxWait > 0 && first > 0 && since(first, now) > counting.MaxWait)
	if limit == 0 {
		others = earlier
	}
	k.Ahead = queue.Before(k.Class, same, others, run, limit)
	service := c.ServiceByID(s.ServiceID)
	if service == nil || k.Day != today {
		return nil
	}
	var own, helping int
	if err := q.QueryRowContext(ctx, `SELECT coalesce(sum(CASE WHEN cs.role = 'primary' THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN cs.role = 'assist' THEN 1 ELSE 0 END), 0)
		FROM counter_services cs JOIN counters k ON k.id = cs.counter_id WHERE cs.service_id = ? AND k.active = 1 AND k.state = 'open'`, s.ServiceID).
		Scan(&own, &helping); err != nil {
		return fmt.Errorf("count open counters: %w", err)
	}
	if own == 0 {
		own = helping
	}
	k.Wait = queue.EstimateWait(k.Ahead, service.Minutes, own).NotBefore(time.UnixMilli(k.LateUntil).Sub(now))
	return nil
}

// Day is the business day in force; "" before the first.
func (st *Store) Day(ctx context.Context) (day string, err error) {
	err = st.read(ctx, func(_ reading, d string) error { day = d; return nil })
	return day, err
}

func atMillis(ms int64, loc *time.Location) time.Time { return time.UnixMilli(ms).In(loc) }

// At gives a stored moment in the mall's zone of time.
func (st *Store) At(ms int64) time.Time { return atMillis(ms, st.Location()) }
