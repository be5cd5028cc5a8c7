package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"antre/queue"
)

// atCurrent runs an action on the visitor at a counter, refusing when nobody is.
// Services are those whose lines it changes besides the visitor's own.
func (st *Store) atCurrent(ctx context.Context, by By, code string, action queue.Action, act func(*txn, stopRow) error, services ...int64) (Reply[Ticket], error) {
	return once(ctx, st, by, func(t *txn) (Ticket, error) {
		d, err := t.heldDesk(code, by)
		if err != nil {
			return Ticket{}, err
		}
		if !d.Occupied {
			return Ticket{}, queue.Refuse(queue.Conflict, "not_current", "Belum ada pengunjung di loket %s.", d.Code).
				English("There is no visitor at counter %s.", d.Code)
		}
		if err := t.lockTickets([]int64{d.stop.ticketID}, services...); err != nil {
			return Ticket{}, err
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
		return t.acted(d, string(action), d.stop.ticketID, func() error { return act(t, d.stop) })
	})
}

// acted locks the counter, acts, keeps the image for undo and answers with the ticket.
func (t *txn) acted(d deskRow, kind string, ticketID int64, act func() error) (Ticket, error) {
	if err := t.bumpCounter(d.counter.ID); err != nil {
		return Ticket{}, err
	}
	if err := act(); err != nil {
		return Ticket{}, err
	}
	k, err := t.ticket(ticketID)
	return *k, errors.Join(err, t.keepAction(d.counter.ID, kind), t.closeGranted(d))
}

// checkAbsent lets a visitor have their time since the first call.
func (t *txn) checkAbsent(s stopRow) error {
	allowed, ok := queue.MayDeclareAbsent(time.UnixMilli(s.calledAt.Int64), t.now, t.st.Settings().NoShowAfter())
	if ok {
		return nil
	}
	at := allowed.In(t.st.Location())
	return queue.Refuse(queue.Conflict, "too_early", "Tunggu sampai pukul %s sebelum menyatakan tidak hadir.", at.Format("15.04.05")).
		English("Wait until %s before calling it a no-show.", at.Format("15:04:05")).With("allowed_at", at.Format(time.RFC3339))
}

// Recall calls the visitor at the counter again. Holder only. Publishes the call.
func (st *Store) Recall(ctx context.Context, by By, code string) (Reply[Ticket], error) {
	return st.atCurrent(ctx, by, code, queue.Recall, (*txn).recallStop)
}

// Start says that the called visitor has come. Holder only. Publishes the counter.
func (st *Store) Start(ctx context.Context, by By, code string) (Reply[Ticket], error) {
	return st.atCurrent(ctx, by, code, queue.Start, (*txn).startStop)
}

// Finish ends the visit without calling anybody. Holder only. Publishes the counter.
func (st *Store) Finish(ctx context.Context, by By, code string) (Reply[Ticket], error) {
	return st.atCurrent(ctx, by, code, queue.Finish, func(t *txn, s stopRow) error { return t.endStop(s, queue.Done, "counter") })
}

// NoShow says that the called visitor did not come, once they have had their
// time. Holder only. Publishes the counter.
func (st *Store) NoShow(ctx context.Context, by By, code string) (Reply[Ticket], error) {
	return st.atCurrent(ctx, by, code, queue.Absent, func(t *txn, s stopRow) error { return t.endStop(s, queue.NoShow, "counter") })
}

// Hold sets the visitor at the counter aside: they fetch a copy and come back
// to this counter. Holder only; the reason is kept beside the record.
func (st *Store) Hold(ctx context.Context, by By, code, reason string) (Reply[Ticket], error) {
	return st.atCurrent(ctx, by, code, queue.Hold, func(t *txn, s stopRow) error {
		after := s
		after.state = queue.Held
		_, err := t.change(s, after, "held", nil, map[string]string{"reason": reason})
		return err
	})
}

// Transfer sends the visitor at the counter to another service's line. The
// code on paper stays; the arrival time too, if they keep their place. Holder
// only. Publishes both lines.
func (st *Store) Transfer(ctx context.Context, by By, code, service, note string, keepPlace bool) (Reply[Ticket], error) {
	target, err := st.Catalog().Service(service)
	if err != nil {
		return Reply[Ticket]{}, err
	}
	return st.atCurrent(ctx, by, code, queue.Transfer, func(t *txn, s stopRow) error {
		if err := t.mayTransfer(s, target); err != nil {
			return err
		}
		return t.transfer(s, target, note, keepPlace)
	}, target.ID)
}

// mayTransfer refuses a line in which nobody would ever call the visitor: one
// that is closed for today, or in which they already stand.
func (t *txn) mayTransfer(s stopRow, target *Service) error {
	stops, err := t.stopsOf(s.ticketID)
	if err != nil {
		return err
	}
	for _, other := range stops {
		if other.serviceID == target.ID && !other.state.Ended() {
			return queue.Refuse(queue.Invalid, "same_service", "Nomor %s sudah berada di antrean %s.", s.code, target.Code).
				English("%s is already in the line of %s.", s.code, target.Code).At("service")
		}
	}
	l, err := t.line(target.ID)
	if err != nil {
		return err
	}
	g, err := t.gate(target, l, s.class, queue.Kiosk)
	if err != nil {
		return err
	}
	g.Limited = false // the number is given already
	if g.Closed != nil && (g.Closed.Code == queue.LastTicketPassed || g.Closed.Code == queue.BreakClosed) {
		g.Closed = nil
	}
	if refusal := g.Check(); refusal != nil {
		return refusal
	}
	return nil
}

func (t *txn) transfer(s stopRow, target *Service, note string, keepPlace bool) error {
	l, err := t.line(target.ID)
	if err != nil {
		return err
	}
	if err := t.makeLine(l, target.ID); err != nil {
		return err
	}
	if err := t.bump(l.id); err != nil {
		return err
	}
	fresh := stopRow{id: t.newID(), ticketID: s.ticketID, lineID: l.id, serviceID: target.ID, code: s.code, class: s.class, state: queue.Waiting, arrivedAt: t.ms()}
	if keepPlace {
		fresh.arrivedAt = s.arrivedAt
		place := s.place
		if s.returned { // they stand behind others for having been away; their arrival is older
			place = placeAt(time.UnixMilli(s.arrivedAt))
		}
		fresh.place, err = t.placeFrom(l.id, place)
	} else {
		fresh.place, err = t.takePlace(l.id)
	}
	if err != nil {
		return err
	}
	if fresh.leg, err = t.count("SELECT max(leg) + 1 FROM stops WHERE ticket_id = ?", s.ticketID); err != nil {
		return err
	}
	after := s
	after.state, after.endedAt, after.endedBy = queue.Transferred, at(t.ms()), "counter"
	notes := map[string]string{}
	if note != "" {
		notes["note"] = note
	}
	if _, err := t.change(s, after, "transferred", map[string]any{"to": target.Code, "keep_place": keepPlace}, notes); err != nil {
		return err
	}
	if _, err := t.exec(`INSERT INTO stops (id, ticket_id, line_id, leg, rev, class, place, state, arrived_at, calls, start_inferred, ended_by, returned)
		VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, 0, 0, '', 0)`, fresh.id, fresh.ticketID, fresh.lineID, fresh.leg, fresh.class, fresh.place, fresh.state, fresh.arrivedAt); err != nil {
		return err
	}
	t.touch(fresh)
	t.image.Created = append(t.image.Created, fresh.id)
	m := fresh.moved()
	m.Service = target.Code
	_, err = t.record(event{kind: "arrived", line: l.id, ticketID: s.ticketID, stopID: fresh.id, detail: map[string]any{"keep_place": keepPlace, "stops": []moved{m}}})
	return err
}

// CallTicket calls somebody by number: one who is on hold here, or anyone out
// of order, for which the reason is mandatory and kept. Holder only, and only
// for services this counter serves. Publishes the call.
func (st *Store) CallTicket(ctx context.Context, by By, code, ticket, reason string) (Reply[Ticket], error) {
	return once(ctx, st, by, func(t *txn) (Ticket, error) {
		d, err := t.desk(code)
		if err != nil {
			return Ticket{}, err
		}
		if err := d.CheckNext(by.StaffID); err != nil {
			return Ticket{}, err
		}
		if d.Occupied {
			return Ticket{}, queue.Refuse(queue.Conflict, "counter_busy", "Selesaikan dulu nomor %s di loket %s.", d.stop.code, d.Code).
				English("Finish %s at counter %s first.", d.stop.code, d.Code).With("state", d.stop.state).With("by", d.Code)
		}
		s, err := t.callable(d.counter, ticket)
		if err != nil {
			return Ticket{}, err
		}
		heldHere := s.state == queue.Held && s.counterID.Int64 == d.counter.ID
		detail, notes := map[string]any{"why": queue.WhyHeld}, map[string]string{}
		if !heldHere {
			if reason == "" {
				return Ticket{}, queue.Refuse(queue.Invalid, "reason_needed", "Memanggil di luar urutan memerlukan alasan.").
					English("Calling out of order needs a reason.").At("reason")
			}
			detail["why"], notes["reason"] = queue.WhyOutOf, reason
		}
		return t.acted(d, "call", s.ticketID, func() error { return t.callStop(s, d.counter.ID, detail, notes) })
	})
}

// callable finds the stop of a ticket that a counter may call now: whom it has
// on hold itself, else the first that waits or is on hold elsewhere. Somebody on
// a journey may wait in a line this counter helps while they are on hold here.
func (t *txn) callable(k *Counter, ticket string) (found stopRow, err error) {
	stops, err := t.stopsOfCode(ticket)
	if err != nil {
		return found, err
	}
	if s := top(stops); s.state.AtCounter() {
		return s, t.st.refuseMove(s)
	}
	open := false
	for _, s := range stops {
		if _, ok := queue.Move(s.state, queue.Call); !ok {
			continue
		}
		open = true
		heldHere := s.state == queue.Held && s.counterID.Int64 == k.ID
		if serves(k.Own, s.serviceID) || serves(k.Assisted, s.serviceID) {
			if found.id == 0 || heldHere {
				found = s
			}
		}
	}
	switch {
	case found.id != 0:
		return found, nil
	case open:
		return found, queue.Refuse(queue.Forbidden, "wrong_service", "Loket %s tidak melayani nomor %s.", k.Code, ticket).
			English("Counter %s does not serve %s.", k.Code, ticket)
	}
	return found, t.st.refuseMove(top(stops))
}

func top(stops []stopRow) stopRow {
	states := make([]queue.State, len(stops))
	for i, s := range stops {
		states[i] = s.state
	}
	return stops[queue.TopStop(states)]
}

// stopsOfCode finds and locks today's ticket with this number and its stops.
func (t *txn) stopsOfCode(code string) ([]stopRow, error) {
	service, number, err := queue.ParseTicketCode(code)
	if err != nil {
		return nil, err
	}
	s, err := t.st.Catalog().Service(service)
	if err != nil {
		return nil, unknownTicket()
	}
	var id int64
	found, err := t.row([]any{&id}, "SELECT t.id FROM tickets t JOIN lines l ON l.id = t.line_id WHERE l.service_id = ? AND l.day = ? AND t.number = ?", s.ID, t.day, number)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, unknownTicket()
	}
	if err := t.lockTickets([]int64{id}); err != nil {
		return nil, err
	}
	return t.stopsOf(id)
}

// Return brings back a no-show who came after all: two calls later, once, and
// within half an hour of having been given up. Holder only, for services this
// counter serves. Publishes the line.
func (st *Store) Return(ctx context.Context, by By, code, ticket string) (Reply[Ticket], error) {
	return once(ctx, st, by, func(t *txn) (Ticket, error) {
		d, err := t.heldDesk(code, by)
		if err != nil {
			return Ticket{}, err
		}
		stops, err := t.stopsOfCode(ticket)
		if err != nil {
			return Ticket{}, err
		}
		s, missed, here := missedStop(stops, d.counter)
		switch {
		case !missed:
			return Ticket{}, st.refuseMove(top(stops))
		case !here:
			return Ticket{}, queue.Refuse(queue.Forbidden, "wrong_service", "Loket %s tidak melayani nomor %s.", d.Code, ticket).
				English("Counter %s does not serve %s.", d.Code, ticket)
		case s.returned:
			return Ticket{}, st.refuseMove(s).Say("Nomor %s sudah pernah kembali sekali.", "%s has come back once already.", s.code)
		case since(s.endedAt.Int64, t.now) > queue.ReturnWithin:
			return Ticket{}, st.refuseMove(s).Say("Nomor %s tidak hadir lebih dari 30 menit yang lalu. Ambil nomor baru.", "%s was a no-show more than 30 minutes ago. Take a new number.", s.code)
		}
		return t.acted(d, "return", s.ticketID, func() error { return t.returnStop(s) })
	})
}

// missedStop is the line that a visitor missed, here if this counter serves
// one of them: somebody on a journey may still wait in others. Who has
// cancelled the rest has left.
func missedStop(stops []stopRow, k *Counter) (s stopRow, missed, here bool) {
	for _, o := range stops {
		switch {
		case o.state == queue.Cancelled:
			return o, false, false
		case o.state != queue.NoShow || o.endedBy != "counter":
		case serves(k.Own, o.serviceID) || serves(k.Assisted, o.serviceID):
			s, missed, here = o, true, true
		default:
			missed = true
		}
	}
	return s, missed, here
}

func (t *txn) returnStop(s stopRow) error {
	after := s
	var atEnd bool
	var err error
	if after.place, atEnd, err = t.placeAfterCalls(s); err != nil {
		return err
	}
	after.state, after.returned, after.endedBy = queue.Waiting, true, ""
	after.endedAt, after.counterID = sql.NullInt64{}, sql.NullInt64{}
	after.lateUntil = min(s.lateUntil, t.ms()) // whoever stands here is not late
	_, err = t.change(s, after, "returned", map[string]any{"at_end": atEnd}, nil)
	return err
}

// placeAfterCalls is the place behind those of the visitor's class whom this
// line's next calls take; at the end of the line when nobody of it waits.
func (t *txn) placeAfterCalls(s stopRow) (place int64, atEnd bool, err error) {
	service := t.st.Catalog().ServiceByID(s.serviceID)
	counting := t.st.Settings().Counting()
	lines, err := heads(context.Background(), t, t.day, t.now, counting, []*Service{service}, 0, queue.ReturnAfter+1)
	if err != nil {
		return 0, false, err
	}
	picks := queue.Order(lines, nil, queue.Caller{}, counting, queue.ReturnAfter)
	last, found := int64(0), false
	for _, p := range picks {
		if p.Class == s.class {
			last, found = p.Place, true
		}
	}
	if found {
		place, err = t.placeFrom(s.lineID, last+1)
		return place, false, err
	}
	// Only the other class is called meanwhile: before everybody of their own.
	for _, l := range lines {
		own := l.Regular
		if s.class == queue.Priority {
			own = l.Priority
		}
		if len(own) > 0 {
			place, err = t.placeBefore(s.lineID, own[0].Place)
			return place, false, err
		}
	}
	place, err = t.takePlace(s.lineID)
	return place, true, err
}

func (t *txn) placeBefore(lineID, place int64) (int64, error) {
	for place--; ; place-- {
		taken, err := t.count("SELECT count(*) FROM stops WHERE line_id = ? AND place = ?", lineID, place)
		if err != nil || taken == 0 {
			return place, err
		}
	}
}
