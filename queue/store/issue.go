package store

import (
	"context"
	"database/sql"
	"fmt"

	"antre/queue"
)

// Wanted is what a visitor asks for at the kiosk.
type Wanted struct {
	Services []string // codes; several make a journey
	Order    queue.JourneyOrder
	Class    queue.Class // "": regular
	Channel  queue.Channel
	Lang     string // of the slip
	Phone    string // as queue.Phone gives it; "": none
}

// Issue gives a visitor a number in the series of the first service named.
// Anyone may call it; the edge limits how often. It refuses an unknown service
// (NotFound) and one that gives no numbers now (Conflict). Publishes the lines.
func (st *Store) Issue(ctx context.Context, by By, want Wanted) (Reply[Ticket], error) {
	if len(st.secret) == 0 {
		return Reply[Ticket]{}, ErrNoSecret // its link could not be made
	}
	if want.Class == "" {
		want.Class = queue.Regular
	}
	if want.Channel == "" {
		want.Channel = queue.Kiosk
	}
	return once(ctx, st, by, func(t *txn) (Ticket, error) {
		services, err := st.services(want)
		if err != nil {
			return Ticket{}, err
		}
		if err := st.ClockAlarm(); err != nil {
			return Ticket{}, err
		}
		if err := t.lockForIssue(services, want.Phone); err != nil {
			return Ticket{}, err
		}
		lines := make([]*lineRow, len(services))
		for i, s := range services {
			if lines[i], err = t.line(s.ID); err != nil {
				return Ticket{}, err
			}
		}
		if err := t.mayIssue(services, lines, want); err != nil {
			return Ticket{}, err
		}
		return t.issue(services, lines, want)
	})
}

// lockForIssue locks the lines of the services wanted, and on PostgreSQL the
// phone, which may take numbers in other lines at the same moment.
func (t *txn) lockForIssue(services []*Service, phone string) error {
	if phone != "" && t.st.shared() {
		if _, err := t.exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", t.st.phoneHash(phone)); err != nil {
			return err
		}
	}
	ids := make([]int64, len(services))
	for i, s := range services {
		ids[i] = s.ID
	}
	return t.lockLines(ids...)
}

// services finds what is wanted and checks that it can be walked.
func (st *Store) services(want Wanted) (services []*Service, err error) {
	c := st.Catalog()
	for _, code := range want.Services {
		s, err := c.Service(code)
		if err != nil {
			return nil, err
		}
		services = append(services, s)
	}
	after := make([][]int, len(services))
	for i, s := range services {
		for _, code := range s.After {
			for j, other := range services {
				if queue.Key(other.Code) == queue.Key(code) {
					after[i] = append(after[i], j)
				}
			}
		}
	}
	return services, queue.CheckJourney(want.Services, want.Order, after)
}

// mayIssue asks every gate before anything is written. The quota is that of
// the series the number is from.
func (t *txn) mayIssue(services []*Service, lines []*lineRow, want Wanted) error {
	for i, s := range services {
		g, err := t.gate(s, lines[i], want.Class, want.Channel)
		if err != nil {
			return err
		}
		if i > 0 {
			g.Limited = false
		}
		if refusal := g.Check(); refusal != nil {
			return refusal
		}
	}
	limit := t.st.Settings().PhoneLimit()
	if want.Phone == "" || limit == 0 {
		return nil
	}
	n, err := t.count("SELECT count(*) FROM tickets WHERE phone_hash = ?", t.st.phoneHash(want.Phone))
	if err == nil && n >= limit {
		return queue.Refuse(queue.Conflict, "phone_cap", "Nomor telepon ini sudah mengambil %d nomor hari ini.", limit).
			English("This phone has taken %d numbers today.", limit).At("phone")
	}
	return err
}

func (t *txn) issue(services []*Service, lines []*lineRow, want Wanted) (Ticket, error) {
	for i, l := range lines {
		if err := t.makeLine(l, services[i].ID); err != nil {
			return Ticket{}, err
		}
	}
	series := lines[0]
	if err := t.takeNumber(series, want.Class, want.Channel); err != nil {
		return Ticket{}, err
	}
	k := Ticket{
		ID: t.newID(), Number: series.number, Code: queue.TicketCode(services[0].Code, series.number), Class: want.Class,
		Lang: want.Lang, Day: t.day, State: queue.Waiting, IssuedAt: t.ms(), Journey: len(services) > 1,
	}
	first := t.firstLegs(services, want)
	top := services[first[0]]
	k.ServiceID = top.ID
	if err := t.foresee(&k, top, lines[first[0]]); err != nil {
		return Ticket{}, err
	}
	if err := t.putTicket(k, series.id, want); err != nil {
		return Ticket{}, err
	}
	var stops []moved
	for leg, s := range services {
		m, err := t.putStopOf(k, lines[leg], leg+1, indexOf(first, leg) >= 0, series.place)
		if err != nil {
			return Ticket{}, err
		}
		if lines[leg] != lines[first[0]] { // foresee has counted the first
			delete(t.batch.waiting, lines[leg].id)
		}
		m.Service = s.Code
		stops = append(stops, m)
		k.Stops = append(k.Stops, Stop{ServiceID: s.ID, State: m.State})
		t.changed.Services[s.ID] = true
	}
	detail := map[string]any{"code": k.Code, "number": k.Number, "class": k.Class, "channel": want.Channel, "lang": k.Lang, "ahead": k.AheadTold,
		"token_hash": hashToken(t.st.Token(k.ID)), "stops": stops}
	if len(services) > 1 {
		detail["journey"] = want.Order
	}
	if k.WaitTold != nil {
		detail["wait"] = k.WaitTold
	}
	_, err := t.record(event{kind: "issued", line: series.id, ticketID: k.ID, stopID: stops[0].Stop, detail: detail})
	return k, err
}

func indexOf(all []int, i int) int {
	for at, v := range all {
		if v == i {
			return at
		}
	}
	return -1
}

// firstLegs are the stops that wait from the beginning.
func (t *txn) firstLegs(services []*Service, want Wanted) []int {
	if len(services) == 1 {
		return []int{0}
	}
	rows := make([]stopRow, len(services))
	for i, s := range services {
		rows[i] = stopRow{serviceID: s.ID, state: queue.Planned}
	}
	legs := make([]queue.Leg, len(services))
	for i := range rows {
		legs[i] = t.leg(rows[i], rows)
	}
	room := 1
	if want.Order == queue.Parallel {
		room = t.st.Settings().ParallelLimit()
	}
	begin := queue.NextLegs(legs, want.Order, room, func(i int) int { return t.predict(services[i].ID) })
	if len(begin) == 0 { // services that wait for each other cannot be in a mall file
		return []int{0}
	}
	return begin
}

// foresee tells a visitor who is ahead and how long it will take, as the slip prints it.
func (t *txn) foresee(k *Ticket, s *Service, l *lineRow) error {
	w, err := t.waitingIn(l.id)
	if err != nil {
		return err
	}
	same, others := w.regular, w.priority
	if k.Class == queue.Priority {
		same, others = others, same
	}
	k.Ahead = queue.Before(k.Class, same, others, l.run, t.st.Settings().Counting().LimitNow(w.overdue))
	if k.Class == queue.Priority {
		w.priority++
	} else {
		w.regular++
	}
	t.batch.waiting[l.id] = w
	d, err := t.doors(s)
	k.Wait = queue.EstimateWait(k.Ahead, s.Minutes, d.serving)
	k.AheadTold, k.WaitTold = k.Ahead, k.Wait
	return err
}

func (t *txn) putTicket(k Ticket, line int64, want Wanted) error {
	var low, high sql.NullInt64
	if k.WaitTold != nil {
		low, high = at(int64(k.WaitTold.LowS)), at(int64(k.WaitTold.HighS))
	}
	var phone sql.NullString
	if want.Phone != "" {
		phone = sql.NullString{String: t.st.phoneHash(want.Phone), Valid: true}
	}
	journey := queue.NoJourney
	if len(want.Services) > 1 {
		journey = want.Order
	}
	_, err := t.exec(`INSERT INTO tickets (id, token_hash, line_id, number, code, class, lang, channel, journey, phone_hash, issued_at, ahead_told, wait_low_s, wait_high_s)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		k.ID, hashToken(t.st.Token(k.ID)), line, k.Number, k.Code, k.Class, k.Lang, want.Channel, journey, phone, k.IssuedAt, k.AheadTold, low, high)
	return err
}

// putStopOf adds a stop to a ticket, waiting or planned. A planned stop has a
// place of its own until its turn gives it a better one.
func (t *txn) putStopOf(k Ticket, l *lineRow, leg int, waiting bool, arrival int64) (moved, error) {
	place, err := l.place, error(nil)
	if leg > 1 {
		place, err = t.takePlaceAt(l.id, arrival+int64(leg-1)*placeGap) // the first service named is called first
	}
	if err != nil {
		return moved{}, err
	}
	s := stopRow{id: t.newID(), lineID: l.id, leg: leg, state: queue.Planned, place: place, class: k.Class, arrivedAt: t.ms()}
	if waiting {
		s.state = queue.Waiting
	}
	_, err = t.exec(`INSERT INTO stops (id, ticket_id, line_id, leg, rev, class, place, state, arrived_at, calls, start_inferred, ended_by, returned)
		VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, 0, 0, '', 0)`, s.id, k.ID, l.id, leg, k.Class, place, s.state, t.ms())
	return s.moved(), err
}

func (t *txn) count(query string, args ...any) (n int, err error) {
	_, err = t.row([]any{&n}, query, args...)
	return n, err
}

func unknownTicket() *queue.Refusal {
	return queue.Refuse(queue.NotFound, "unknown_ticket", "Tiket ini tidak ada. Periksa kembali tautannya.").
		English("There is no such ticket. Check the link again.")
}

// refuseMove says why a stop cannot move, naming who has it or ended it.
func (st *Store) refuseMove(s stopRow) *queue.Refusal {
	by := "visitor"
	switch {
	case s.endedBy == "day_end":
		by = "day_end"
	case s.counterID.Valid && s.state != queue.Cancelled:
		by = st.counterName(s.counterID.Int64)
	}
	refusal := queue.RefuseMove(s.code, s.state, by)
	if s.state.AtCounter() { // in the words of the mall: its noun for a counter
		refusal.Detail = queue.Text{
			"id": fmt.Sprintf("Nomor %s sudah dipanggil ke %s %s.", s.code, st.Settings().Noun(), by),
			"en": fmt.Sprintf("%s has already been called to counter %s.", s.code, by),
		}
	}
	return refusal
}

func (st *Store) counterName(id int64) string {
	if k := st.Catalog().CounterByID(id); k != nil {
		return k.Code
	}
	return ""
}
