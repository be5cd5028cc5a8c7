package store

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"antre/queue"
)

// state is the day's tables as the record tells them.
type state struct {
	stops                 map[int64]stopTold
	tickets               map[int64]ticketTold
	lines                 map[int64]lineTold
	counters              map[int64]counterTold
	days                  map[string]int64
	lineRevs, counterRevs map[int64]int64 // when the runs were told last
}

func newState() *state {
	return &state{stops: map[int64]stopTold{}, tickets: map[int64]ticketTold{}, lines: map[int64]lineTold{}, counters: map[int64]counterTold{}, days: map[string]int64{}, lineRevs: map[int64]int64{}, counterRevs: map[int64]int64{}}
}

type stopTold struct {
	moved
	ticket int64
	zero   bool // a 0 stands in the table where nothing should
}

type ticketTold struct {
	line      int64
	code      string
	number    int
	class     queue.Class
	channel   queue.Channel
	lang      string
	journey   queue.JourneyOrder
	tokenHash string
	issuedAt  int64
	ahead     int
	low, high sql.NullInt64
}

type lineTold struct {
	service string
	day     string
	number  int
	place   int64
	run     int
	calls   string
	quota   sql.NullInt64
	used    queue.Given
}

type counterTold struct {
	state   queue.CounterState
	officer sql.NullInt64
	opened  string
	run     int
	asked   int
}

// eventDetail is what an event's detail says that the state is made of.
type eventDetail struct {
	Stops     []moved            `json:"stops"`
	Code      string             `json:"code"`
	Number    int                `json:"number"`
	Class     queue.Class        `json:"class"`
	Channel   queue.Channel      `json:"channel"`
	Lang      string             `json:"lang"`
	Journey   queue.JourneyOrder `json:"journey"`
	TokenHash string             `json:"token_hash"`
	Ahead     int                `json:"ahead"`
	Wait      *queue.Wait        `json:"wait"`
	GivesBack bool               `json:"gives_back"`
	KeepPlace bool               `json:"keep_place"`
	AtEnd     bool               `json:"at_end"`
	Runs      *runsTold          `json:"runs"`
	State     queue.CounterState `json:"state"`
	Officer   int64              `json:"officer"`
	Service   string             `json:"service"`
	Line      int64              `json:"line"`
	Limit     int64              `json:"limit"`
}

// fold replays the record in the order it was written.
func (v *verifier) fold() error {
	var e eventRow
	var first error
	err := eachRow(v.ctx, v.q, e.dest(), func() {
		var d eventDetail
		if err := json.Unmarshal([]byte(e.detail), &d); err != nil && first == nil {
			first = unreadable(e)
			return
		}
		if e.kind == "day_sealed" {
			v.seals = append(v.seals, e)
		}
		v.noted(&e)
		v.told.apply(&e, &d)
	}, selectEvent+" ORDER BY id")
	return errors.Join(err, first)
}

// apply does to the state what an event says.
func (s *state) apply(e *eventRow, d *eventDetail) {
	for _, m := range d.Stops {
		s.moveStop(e, m)
	}
	if d.Runs != nil {
		s.applyRuns(d.Runs)
	}
	switch e.kind {
	case "issued":
		s.issue(e, d)
	case "arrived":
		if !d.KeepPlace {
			s.lastPlace(d.Stops)
		}
	case "leg_begun":
		s.lastPlace(d.Stops)
	case "returned":
		if d.AtEnd {
			s.lastPlace(d.Stops)
		}
	case "cancelled":
		if k := s.tickets[e.ticket.Int64]; d.GivesBack {
			s.use(k, -1)
		}
	case "class_changed":
		k := s.tickets[e.ticket.Int64]
		s.use(k, -1)
		k.class = d.Class
		s.use(k, 1)
		s.tickets[e.ticket.Int64] = k
	case "quota_changed":
		l := s.lines[d.Line]
		l.service, l.day, l.quota = queue.Key(d.Service), e.day, at(d.Limit)
		s.lines[d.Line] = l
	default:
		s.applyToMall(e, d)
	}
}

// applyRuns takes over how the runs stand. Servers whose clocks differ write
// keys that do not follow one another over several lines: the revs do.
func (s *state) applyRuns(r *runsTold) {
	l, k := s.lines[r.Line], s.counter(r.Counter)
	if r.LineRev >= s.lineRevs[r.Line] {
		l.run, l.calls, s.lineRevs[r.Line] = r.LineRun, r.LineCalls, r.LineRev
	}
	if r.Rev >= s.counterRevs[r.Counter] {
		k.run, s.counterRevs[r.Counter] = r.Run, r.Rev
	}
	s.lines[r.Line], s.counters[r.Counter] = l, k
}

// applyToMall does what the mall's own chain says of counters and days.
func (s *state) applyToMall(e *eventRow, d *eventDetail) {
	k := s.counter(e.counter.Int64)
	switch e.kind {
	case "counter_opened", "counter_resumed":
		k.opened = e.day
	case "counter_paused":
	case "counter_closed":
		k.asked = 0
	case "close_asked":
		k.asked = 1
	case "close_approved":
		k.asked = 2
	case "close_refused":
		k.asked = 0
	case "day_opened":
		s.days[e.day] = e.at
		return
	case "day_sealed": // the counters' runs end with the day
		for id, k := range s.counters {
			k.run = 0
			s.counters[id] = k
		}
		return
	default:
		return
	}
	if d.State != "" {
		k.state, k.officer = d.State, orNull(d.Officer)
	}
	s.counters[e.counter.Int64] = k
}

// counter is one as told so far; it begins closed.
func (s *state) counter(id int64) counterTold {
	if k, ok := s.counters[id]; ok {
		return k
	}
	return counterTold{state: queue.CounterClosed}
}

func (s *state) moveStop(e *eventRow, m moved) {
	was, known := s.stops[m.Stop]
	if known && m.Rev < was.Rev {
		return // told before, by a server whose clock is ahead
	}
	told := stopTold{moved: m, ticket: e.ticket.Int64}
	if known {
		told.ticket = was.ticket
	}
	if m.Service != "" {
		l := s.lines[m.Line]
		l.service, l.day = queue.Key(m.Service), e.day
		s.lines[m.Line] = l
	}
	told.Service = ""
	s.stops[m.Stop] = told
}

func (s *state) issue(e *eventRow, d *eventDetail) {
	k := ticketTold{line: lineOf(e.chain), code: d.Code, number: d.Number, class: d.Class, channel: d.Channel, lang: d.Lang,
		journey: d.Journey, tokenHash: d.TokenHash, issuedAt: e.at, ahead: d.Ahead}
	if d.Wait != nil {
		k.low, k.high = at(int64(d.Wait.LowS)), at(int64(d.Wait.HighS))
	}
	s.tickets[e.ticket.Int64] = k
	l := s.lines[k.line]
	l.number = d.Number
	s.lines[k.line] = l
	s.use(k, 1)
	s.lastPlace(d.Stops)
}

// use counts a ticket against the quota of its series.
func (s *state) use(k ticketTold, n int) {
	l := s.lines[k.line]
	l.used = l.used.Plus(k.class, k.channel, n)
	s.lines[k.line] = l
}

// lastPlace notes stops that stood behind everybody.
func (s *state) lastPlace(stops []moved) {
	for _, m := range stops {
		l := s.lines[m.Line]
		l.place = max(l.place, m.Place)
		s.lines[m.Line] = l
	}
}

// holding compares one table with what the record tells, and keeps the first
// row that differs.
type holding[K cmp.Ordered, V comparable] struct {
	told  map[K]V
	seen  map[K]bool
	first *Broken
	name  func(K) *Broken
}

func hold[K cmp.Ordered, V comparable](told map[K]V, name func(K) *Broken) *holding[K, V] {
	return &holding[K, V]{told: told, seen: map[K]bool{}, name: name}
}

func (h *holding[K, V]) row(key K, got, otherwise V) {
	h.seen[key] = true
	want, ok := h.told[key]
	if !ok {
		want = otherwise
	}
	if got != want && h.first == nil {
		h.first = h.name(key)
		h.first.Why = fmt.Sprintf("the table has %v and the record %v", got, want)
	}
}

func (h *holding[K, V]) err(err error) error {
	for _, key := range slices.Sorted(maps.Keys(h.told)) {
		if h.first == nil && !h.seen[key] {
			h.first = h.name(key)
			h.first.Why = "the record tells of it and the table does not have it"
		}
	}
	if err == nil && h.first != nil {
		return h.first
	}
	return err
}

func rowOf(table string) func(int64) *Broken {
	return func(id int64) *Broken { return &Broken{Table: table, ID: id} }
}

// compare holds the tables against what the record tells; stops come after the
// tickets and lines that they are read with.
func (v *verifier) compare() error {
	for _, step := range []func() error{v.compareDays, v.compareLines, v.compareTickets, v.compareStops, v.compareCounters} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) compareStops() error {
	h := hold(v.told.stops, rowOf("stop"))
	var s stopRow
	return h.err(eachRow(v.ctx, v.q, s.dest(), func() {
		v.proof.States[s.state]++
		zero := zeroForNothing(s.counterID, s.calledAt, s.lastCalledAt, s.startedAt, s.endedAt)
		h.row(s.id, stopTold{s.moved(), s.ticketID, zero}, stopTold{})
	}, selectStop+" ORDER BY s.id"))
}

func (v *verifier) compareTickets() error {
	h := hold(v.told.tickets, rowOf("ticket"))
	var id int64
	var k ticketTold
	return h.err(eachRow(v.ctx, v.q, []any{&id, &k.line, &k.code, &k.number, &k.class, &k.channel, &k.lang, &k.journey, &k.tokenHash, &k.issuedAt, &k.ahead, &k.low, &k.high}, func() {
		v.proof.Tickets++
		h.row(id, k, ticketTold{})
	}, "SELECT id, line_id, code, number, class, channel, lang, journey, token_hash, issued_at, ahead_told, wait_low_s, wait_high_s FROM tickets ORDER BY id"))
}

func (v *verifier) compareLines() error {
	h := hold(v.told.lines, rowOf("line"))
	var id int64
	var l lineTold
	return h.err(eachRow(v.ctx, v.q, []any{&id, &l.service, &l.day, &l.number, &l.place, &l.run, &l.calls, &l.quota, &l.used.All, &l.used.Kiosk, &l.used.Booking, &l.used.Regular},
		func() { h.row(id, l, lineTold{}) },
		`SELECT l.id, coalesce(s.code_key, ''), l.day, l.last_number, l.last_place, l.priority_run, l.run_calls, l.quota_day, l.used_all, l.used_kiosk, l.used_booking, l.used_regular
		FROM lines l LEFT JOIN services s ON s.id = l.service_id ORDER BY l.id`))
}

func (v *verifier) compareCounters() error {
	h := hold(v.told.counters, rowOf("counter"))
	var id int64
	var k counterTold
	return h.err(eachRow(v.ctx, v.q, []any{&id, &k.state, &k.officer, &k.opened, &k.run, &k.asked}, func() { h.row(id, k, counterTold{state: queue.CounterClosed}) },
		"SELECT id, state, officer_id, opened_day, priority_run, close_asked FROM counters ORDER BY id"))
}

func (v *verifier) compareDays() error {
	h := hold(v.told.days, func(day string) *Broken { return &Broken{Table: "day", Name: day} })
	var day string
	var opened int64
	return h.err(eachRow(v.ctx, v.q, []any{&day, &opened}, func() { h.row(day, opened, -1) }, "SELECT day, opened_at FROM days ORDER BY day"))
}
