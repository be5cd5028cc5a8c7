package store

import (
	"context"
	"database/sql"

	"antre/queue"
)

// Wanted is what a visitor asks for at the kiosk.
type Wanted struct {
	Service string // code
	Lang    string // of the slip
}

// Issue gives a visitor a number. Anyone may call it; the edge limits how
// often. It refuses an unknown service (NotFound) and one that gives no
// numbers now (Conflict). Publishes the line.
func (st *Store) Issue(ctx context.Context, by By, want Wanted) (Reply[Ticket], error) {
	return once(ctx, st, by, func(t *txn) (Ticket, error) {
		service, err := st.Catalog().Service(want.Service)
		if err != nil {
			return Ticket{}, err
		}
		gate, serving, err := t.gate(service)
		if err != nil {
			return Ticket{}, err
		}
		if refusal := gate.Check(); refusal != nil {
			return Ticket{}, refusal
		}
		return t.issue(service, want.Lang, serving)
	})
}

type lineRow struct {
	id, place int64
	number    int
}

// takeNumber locks today's line of a service and takes its next number and
// place. Places follow the clock, so that those of different lines compare by
// arrival, but never go back when the clock does.
func (t *txn) takeNumber(serviceID int64) (l lineRow, err error) {
	t.wrote = true
	found, err := t.row([]any{&l.id, &l.number, &l.place}, `UPDATE lines SET rev = rev + 1, last_number = last_number + 1,
		last_place = CASE WHEN last_place >= ? THEN last_place + 1 ELSE ? END
		WHERE service_id = ? AND day = ? RETURNING id, last_number, last_place`, t.ms(), t.ms(), serviceID, t.day)
	if err != nil || found {
		return l, err
	}
	l = lineRow{id: t.newID(), number: 1, place: t.ms()}
	_, err = t.exec("INSERT INTO lines (id, service_id, day, rev, last_number, last_place, priority_run) VALUES (?, ?, ?, 1, 1, ?, 0)",
		l.id, serviceID, t.day, l.place)
	return l, err
}

func (t *txn) issue(service *Service, lang string, serving int) (Ticket, error) {
	l, err := t.takeNumber(service.ID)
	if err != nil {
		return Ticket{}, err
	}
	ahead, err := t.ahead(l.id)
	if err != nil {
		return Ticket{}, err
	}
	t.batch.waiting[l.id] = ahead + 1
	k := Ticket{
		ID: t.newID(), Number: l.number, Code: queue.TicketCode(service.Code, l.number), ServiceID: service.ID, Class: queue.Regular,
		Lang: lang, Day: t.day, State: queue.Waiting, IssuedAt: t.ms(), Ahead: ahead, AheadTold: ahead,
		Stops: []Stop{{ServiceID: service.ID, State: queue.Waiting}},
	}
	k.Wait = queue.EstimateWait(ahead, service.Minutes, serving)
	k.WaitTold = k.Wait
	return k, t.putTicket(k, l)
}

func (t *txn) putTicket(k Ticket, l lineRow) error {
	var low, high sql.NullInt64
	if k.WaitTold != nil {
		low, high = sql.NullInt64{Int64: int64(k.WaitTold.LowS), Valid: true}, sql.NullInt64{Int64: int64(k.WaitTold.HighS), Valid: true}
	}
	if _, err := t.exec(`INSERT INTO tickets (id, token_hash, line_id, number, code, class, lang, issued_at, ahead_told, wait_low_s, wait_high_s)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		k.ID, hashToken(t.st.Token(k.ID)), l.id, k.Number, k.Code, k.Class, k.Lang, k.IssuedAt, k.AheadTold, low, high); err != nil {
		return err
	}
	stop := t.newID()
	if _, err := t.exec(`INSERT INTO stops (id, ticket_id, line_id, leg, place, state, arrived_at, calls, start_inferred, ended_by)
		VALUES (?, ?, ?, 1, ?, 'waiting', ?, 0, 0, '')`, stop, k.ID, l.id, l.place, k.IssuedAt); err != nil {
		return err
	}
	t.change.Services[k.ServiceID] = true
	_, err := t.record(event{kind: "issued", line: l.id, ticketID: k.ID, stopID: stop, detail: map[string]any{"code": k.Code, "class": k.Class, "ahead": k.AheadTold}})
	return err
}

func (t *txn) count(query string, args ...any) (n int, err error) {
	_, err = t.row([]any{&n}, query, args...)
	return n, err
}

// gate says whether a service gives numbers now, and how many counters serve
// it: its own, or those that help when none of its own is open.
func (t *txn) gate(s *Service) (g queue.Gate, serving int, err error) {
	if known, ok := t.batch.gates[s.ID]; ok {
		return known.gate, known.serving, nil
	}
	var own, helping int
	_, err = t.row([]any{&g.OpenedToday, &g.NotClosed, &own, &helping}, `SELECT
		coalesce(sum(CASE WHEN k.opened_day = ? THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN k.state <> 'closed' THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN k.state = 'open' AND cs.role = 'primary' THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN k.state = 'open' AND cs.role = 'assist' THEN 1 ELSE 0 END), 0)
		FROM counter_services cs JOIN counters k ON k.id = cs.counter_id WHERE cs.service_id = ? AND k.active = 1`, t.day, s.ID)
	g.Removed = !s.Active
	if serving = own; own == 0 {
		serving = helping
	}
	t.batch.gates[s.ID] = gateRow{gate: g, serving: serving}
	return g, serving, err
}

// Cancel lets the visitor leave the line, with the ticket's token. It refuses
// once the number has been called or has ended. Publishes the line.
func (st *Store) Cancel(ctx context.Context, by By, token string) (Reply[Ticket], error) {
	return once(ctx, st, by, func(t *txn) (Ticket, error) {
		var id int64
		found, err := t.row([]any{&id}, "SELECT id FROM tickets WHERE token_hash = ?", hashToken(token))
		if err != nil {
			return Ticket{}, err
		}
		if !found {
			return Ticket{}, unknownTicket()
		}
		stops, err := t.stopsOf(id)
		if err != nil {
			return Ticket{}, err
		}
		if refusal := t.st.mayCancel(stops); refusal != nil {
			return Ticket{}, refusal
		}
		for _, s := range stops {
			if to, ok := queue.Move(s.state, queue.Cancel); ok {
				if err := t.endStop(s, to, "visitor", false); err != nil {
					return Ticket{}, err
				}
			}
		}
		return readTicket(context.Background(), t.tx, st.Catalog(), t.day, id)
	})
}

func unknownTicket() *queue.Refusal {
	return queue.Refuse(queue.NotFound, "unknown_ticket", "Tiket ini tidak ada. Periksa kembali tautannya.").
		English("There is no such ticket. Check the link again.")
}

func (t *txn) stopsOf(ticketID int64) (stops []stopRow, err error) {
	var s stopRow
	err = t.each(s.dest(), func() { stops = append(stops, s) }, selectStop+" WHERE s.ticket_id = ? ORDER BY s.leg", ticketID)
	return stops, err
}

// mayCancel refuses while the visitor stands at a counter, and when nothing is
// left to cancel.
func (st *Store) mayCancel(stops []stopRow) *queue.Refusal {
	open := false
	for _, s := range stops {
		if s.state.AtCounter() {
			return queue.RefuseMove(s.code, s.state, st.counterName(s.counterID.Int64))
		}
		if _, ok := queue.Move(s.state, queue.Cancel); ok {
			open = true
		}
	}
	if open || len(stops) == 0 {
		return nil
	}
	last := stops[len(stops)-1]
	by := "visitor"
	if last.counterID.Valid && last.state != queue.Cancelled {
		by = st.counterName(last.counterID.Int64)
	}
	return queue.RefuseMove(last.code, last.state, by)
}

func (st *Store) counterName(id int64) string {
	if k := st.Catalog().CounterByID(id); k != nil {
		return k.Code
	}
	return ""
}
