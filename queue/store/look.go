package store

import (
	"context"
	"fmt"
	"time"
)

const (
	lookEvery = time.Second
	callsFor  = 15 * time.Second // how old a call may be that is told late
)

// look reads the revs each second and publishes what changed without a word.
func (st *Store) look(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var before *revs
	for {
		now, err := st.readRevs(ctx)
		if err == nil && before != nil {
			err = st.publishUntold(ctx, before.differences(now))
		}
		if err == nil {
			before = now
		} else if ctx.Err() == nil {
			st.complain("look at the lines", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (st *Store) publishUntold(ctx context.Context, c Change) error {
	if c.empty() {
		return nil
	}
	calls, err := st.untoldCalls(ctx)
	if err != nil {
		return err
	}
	c.Calls = calls
	st.arrive(c)
	return nil
}

// revs are how often everything has changed.
type revs struct {
	lines, counters map[int64]int64
	mall            string
}

func (st *Store) readRevs(ctx context.Context) (*revs, error) {
	r := &revs{lines: map[int64]int64{}, counters: map[int64]int64{}}
	err := st.read(ctx, func(q reading, day string) error {
		var id, rev int64
		if err := eachRow(ctx, q, []any{&id, &rev}, func() { r.lines[id] = rev }, "SELECT service_id, rev FROM lines WHERE day = ?", day); err != nil {
			return err
		}
		if err := eachRow(ctx, q, []any{&id, &rev}, func() { r.counters[id] = rev }, "SELECT id, rev FROM counters"); err != nil {
			return err
		}
		err := q.QueryRowContext(ctx, "SELECT coalesce((SELECT value FROM meta WHERE name = 'definition'), '')").Scan(&r.mall)
		r.mall += " " + day
		return err
	})
	return r, err
}

func (r *revs) differences(now *revs) Change {
	c := Change{Services: map[int64]bool{}, Counters: map[int64]bool{}, Tickets: map[int64]bool{}, Mall: r.mall != now.mall}
	for id, rev := range now.lines {
		if r.lines[id] != rev {
			c.Services[id] = true
		}
	}
	for id, rev := range now.counters {
		if r.counters[id] != rev {
			c.Counters[id] = true
		}
	}
	return c
}

// untoldCalls finds the latest calls whose server did not live to tell of them.
func (st *Store) untoldCalls(ctx context.Context) (calls []Call, err error) {
	since := st.keys.newest() - callsFor.Milliseconds()<<(2*serverBits)
	err = st.read(ctx, func(q reading, _ string) error {
		var event int64
		var kind string
		var c Call
		return eachRow(ctx, q, []any{&event, &kind, &c.Ticket, &c.ServiceID, &c.CounterID}, func() {
			call := c
			call.ID, call.Recall = callID(event), kind == "recalled"
			if st.pg.known.add(call.ID) {
				calls = append(calls, call)
			}
		}, `SELECT e.id, e.kind, t.code, l.service_id, e.counter_id FROM events e JOIN tickets t ON t.id = e.ticket_id JOIN stops s ON s.id = e.stop_id
			JOIN lines l ON l.id = s.line_id WHERE e.id > ? AND e.kind IN ('called', 'recalled') AND e.counter_id IS NOT NULL
			AND s.state IN ('called', 'serving') ORDER BY e.id`, since)
	})
	return calls, err
}

// mark tells one state of everything a board shows from another.
func (st *Store) mark(ctx context.Context) (mark string, err error) {
	if !st.shared() {
		return "", nil
	}
	var lines, counters int64
	var day, definition string
	err = st.reads().QueryRowContext(ctx, `SELECT coalesce((SELECT sum(rev) + count(*) FROM lines WHERE day = (SELECT max(day) FROM days)), 0)::bigint,
		coalesce((SELECT sum(rev) FROM counters), 0)::bigint, coalesce((SELECT max(day) FROM days), ''),
		coalesce((SELECT value FROM meta WHERE name = 'definition'), '')`).Scan(&lines, &counters, &day, &definition)
	if err != nil {
		return "", unavailable(fmt.Errorf("look at the lines: %w", err))
	}
	if definition != st.Catalog().revision {
		err = st.reloadCatalog(ctx)
	}
	return fmt.Sprint(lines, counters, day, definition), err
}
