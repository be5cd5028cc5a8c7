package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"antre/queue"
)

// shownCalls is how many calls a board carries.
const shownCalls = 12

// Hall is one snapshot of everything a screen shows, for the whole mall.
type Hall struct {
	Catalog  *Catalog
	Day      string
	Waiting  map[int64]int           // by service
	lines    map[int64]*lineRow      // by service
	Counters map[int64]CounterNow    // by counter
	Calls    map[string][]RecentCall // newest first, by zone code; "" is the whole mall
	leapt    string                  // the day of a clock that nobody has confirmed
}

// CounterNow is a counter's state and visitor.
type CounterNow struct {
	State       queue.CounterState
	OpenedToday bool
	Officer     string
	Ticket      string      // "" while nobody is called or served here
	TicketState queue.State // called or serving
	ServiceID   int64
}

// RecentCall is a line of the board.
type RecentCall struct {
	Ticket    string
	ServiceID int64
	CounterID int64
	CalledAt  int64
	State     queue.State
}

// Hall reads the snapshot, or gives the one already made since the last
// commit: after a restart thousands of clients ask at once.
func (st *Store) Hall(ctx context.Context) (*Hall, error) {
	st.hallMu.Lock()
	defer st.hallMu.Unlock()
	seq := st.seq.Load() // before reading: what is read is at least as new
	mark, err := st.mark(ctx)
	if err != nil {
		return nil, err
	}
	if st.hall != nil && st.hallSeq == seq && st.hallMark == mark {
		return st.hall, nil
	}
	var h *Hall
	err = st.read(ctx, func(q reading, day string) (err error) {
		h, err = readHall(ctx, q, st.Catalog(), day, st.leaptTo())
		return err
	})
	if err != nil {
		return nil, err
	}
	st.hall, st.hallSeq, st.hallMark = h, seq, mark
	return h, nil
}

func readHall(ctx context.Context, q reading, c *Catalog, day, leapt string) (*Hall, error) {
	h := &Hall{Catalog: c, Day: day, leapt: leapt, Waiting: map[int64]int{}, lines: map[int64]*lineRow{}, Counters: map[int64]CounterNow{}, Calls: map[string][]RecentCall{}}
	for _, read := range []func(context.Context, reading) error{h.readWaiting, h.readLines, h.readCounters, h.readCalls} {
		if err := read(ctx, q); err != nil {
			return nil, err
		}
	}
	return h, nil
}

func (h *Hall) readWaiting(ctx context.Context, q reading) error {
	var service int64
	var n int
	return eachRow(ctx, q, []any{&service, &n}, func() { h.Waiting[service] = n },
		`SELECT l.service_id, count(*) FROM lines l JOIN stops s ON s.line_id = l.id AND s.state = 'waiting' WHERE l.day = ? GROUP BY l.service_id`, h.Day)
}

func (h *Hall) readLines(ctx context.Context, q reading) error {
	var service int64
	var l lineRow
	return eachRow(ctx, q, append([]any{&service}, l.dest()...), func() { row := l; h.lines[service] = &row },
		"SELECT service_id, "+lineColumns+" FROM lines WHERE day = ?", h.Day)
}

func (h *Hall) readCounters(ctx context.Context, q reading) error {
	var id int64
	var state queue.CounterState
	var opened string
	var officer, ticket, ticketState sql.NullString
	var service sql.NullInt64
	return eachRow(ctx, q, []any{&id, &state, &opened, &officer, &ticket, &ticketState, &service}, func() {
		h.Counters[id] = CounterNow{State: state, OpenedToday: opened == h.Day, Officer: officer.String, Ticket: ticket.String,
			TicketState: queue.State(ticketState.String), ServiceID: service.Int64}
	}, `SELECT k.id, k.state, k.opened_day, p.name, t.code, s.state, l.service_id FROM counters k
		LEFT JOIN staff p ON p.id = k.officer_id
		LEFT JOIN stops s ON s.counter_id = k.id AND s.state IN ('called', 'serving')
		LEFT JOIN tickets t ON t.id = s.ticket_id LEFT JOIN lines l ON l.id = s.line_id`)
}

// readCalls reads the newest calls of each zone and of the whole mall.
func (h *Hall) readCalls(ctx context.Context, q reading) error {
	byZone := map[string][]string{}
	var all []string
	for _, k := range h.Catalog.counterByID {
		id := strconv.FormatInt(k.ID, 10)
		all = append(all, id)
		byZone[k.ZoneCode] = append(byZone[k.ZoneCode], id)
	}
	byZone[""] = all
	for zone, counters := range byZone {
		if len(counters) == 0 {
			continue
		}
		var c RecentCall
		// The keys are our own integers, so they may stand in the statement.
		err := eachRow(ctx, q, []any{&c.Ticket, &c.ServiceID, &c.CounterID, &c.CalledAt, &c.State}, func() { h.Calls[zone] = append(h.Calls[zone], c) },
			`SELECT t.code, l.service_id, s.counter_id, s.last_called_at, s.state FROM lines l JOIN stops s ON s.line_id = l.id JOIN tickets t ON t.id = s.ticket_id
			WHERE l.day = ? AND s.last_called_at IS NOT NULL AND s.counter_id IN (`+strings.Join(counters, ",")+`)
			ORDER BY s.last_called_at DESC, s.id DESC LIMIT `+strconv.Itoa(shownCalls), h.Day)
		if err != nil {
			return err
		}
	}
	return nil
}

// Gates say whether a service gives a visitor of each class at the kiosk a
// number at this moment: the same rules that Issue asks, on the snapshot.
func (h *Hall) Gates(s *Service, now time.Time) (regular, priority queue.Gate) {
	l := h.lines[s.ID]
	if l == nil {
		l = &lineRow{}
	}
	closed, d := h.Catalog.calendar.Closed(h.Catalog.schedule(s), now), h.doors(s)
	gate := func(class queue.Class) queue.Gate {
		g := h.Catalog.quotaGate(s, now, class, queue.Kiosk, l)
		g.Leapt, g.Closed, g.OpenedToday, g.NotClosed = h.leapt, closed, d.opened, d.notClosed
		return g
	}
	return gate(queue.Regular), gate(queue.Priority)
}

// ServiceNow is what people see of a service before they choose it.
type ServiceNow struct {
	ServiceID int64      `json:"service_id"`
	Waiting   int        `json:"waiting"`
	Serving   int        `json:"serving"` // counters
	Regular   queue.Gate `json:"regular"` // what each class may have at the kiosk
	Priority  queue.Gate `json:"priority"`
}

// Service is how a service stands in this snapshot.
func (h *Hall) Service(s *Service, now time.Time) ServiceNow {
	regular, priority := h.Gates(s, now)
	return ServiceNow{ServiceID: s.ID, Waiting: h.Waiting[s.ID], Serving: h.Serving(s), Regular: regular, Priority: priority}
}

// Serving is how many counters serve a service now.
func (h *Hall) Serving(s *Service) int { return h.doors(s).serving }

func (h *Hall) doors(s *Service) (d doorsRow) {
	helping := 0
	for _, k := range h.Catalog.Counters {
		now := h.Counters[k.ID]
		own, assists := serves(k.Own, s.ID), serves(k.Assisted, s.ID)
		if !own && !assists {
			continue
		}
		if now.OpenedToday {
			d.opened++
		}
		if now.State != queue.CounterClosed {
			d.notClosed++
		}
		if now.State == queue.CounterOpen && own {
			d.serving++
		} else if now.State == queue.CounterOpen {
			helping++
		}
	}
	if d.serving == 0 {
		d.serving = helping
	}
	return d
}

func serves(services []*Service, id int64) bool {
	for _, s := range services {
		if s.ID == id {
			return true
		}
	}
	return false
}
