package store

import (
	"context"
	"database/sql"
	"time"

	"antre/queue"
)

// Live is one snapshot of how the mall's lines and counters stand, for those
// who answer for them.
type Live struct {
	*Hall
	Now    time.Time              // by the clock that waits are measured with
	Lines  map[int64]LineLive     // by service; missing where nobody waits
	Idle   map[int64]IdleCounter  // by counter: open and free while somebody waits whom it may call
	Asked  map[int64]CloseRequest // by counter: wishes to close that wait for an answer
	Limits map[int64]QuotaLive    // by service, where there is a quota
	Called map[int64]CalledLive   // by service: today's first calls
}

// LineLive is how long the longest-waiting visitors of a service have waited;
// those who are served elsewhere meanwhile or have said that they are late do
// not count.
type LineLive struct {
	Longest         time.Duration
	Regular         time.Duration // of the regular ones
	Overdue         bool          // a regular waits longer than the mall allows
	first, priority int64         // when the first came, of all and of the priority class
}

// IdleCounter is since when an open counter calls nobody although people wait.
type IdleCounter struct {
	For      time.Duration
	Services []int64 // of those who wait
}

// QuotaLive is today's quota of a service over all channels and classes.
type QuotaLive struct{ Limit, Given int }

// CalledLive is how many visitors of a service were called today, and how many
// of them within the wait that the mall has set itself.
type CalledLive struct{ Calls, InTime int }

// Live reads the snapshot. Supervisors and above only; the edge checks.
func (st *Store) Live(ctx context.Context) (*Live, error) {
	v := &Live{Now: st.storedNow(), Lines: map[int64]LineLive{}, Idle: map[int64]IdleCounter{}, Asked: map[int64]CloseRequest{}, Limits: map[int64]QuotaLive{}, Called: map[int64]CalledLive{}}
	err := st.read(ctx, func(q reading, day string) (err error) {
		if v.Hall, err = readHall(ctx, q, st.Catalog(), day, st.leaptTo()); err != nil {
			return err
		}
		if err := v.readWaits(ctx, q); err != nil {
			return err
		}
		if err := v.readCalled(ctx, q); err != nil {
			return err
		}
		return v.readIdle(ctx, q)
	})
	if err != nil {
		return nil, err
	}
	for _, s := range v.Catalog.Services {
		l := v.lines[s.ID]
		if l == nil {
			l = &lineRow{}
		}
		if q := quotaToday(s, l); q != nil && q.Day != nil {
			v.Limits[s.ID] = QuotaLive{Limit: *q.Day, Given: l.used.All}
		}
	}
	return v, nil
}

func (v *Live) readWaits(ctx context.Context, q reading) error {
	tooLong := longAgo(v.Catalog.Mall.Settings.Counting(), v.Now)
	var service, first int64
	var class queue.Class
	return eachRow(ctx, q, []any{&service, &class, &first}, func() {
		l, waited := v.Lines[service], since(first, v.Now)
		l.Longest = max(l.Longest, waited)
		if l.first == 0 || first < l.first {
			l.first = first
		}
		if class == queue.Priority {
			l.priority = first
		} else {
			l.Regular, l.Overdue = waited, first < tooLong
		}
		v.Lines[service] = l
	}, `SELECT l.service_id, s.class, min(s.arrived_at) FROM lines l JOIN stops s ON s.line_id = l.id AND s.state = 'waiting'
		WHERE l.day = ? AND s.late_until <= ? AND NOT EXISTS (SELECT 1 FROM stops o WHERE o.ticket_id = s.ticket_id AND o.state IN ('called', 'serving'))
		GROUP BY l.service_id, s.class`, v.Day, v.Now.UnixMilli())
}

func (v *Live) readCalled(ctx context.Context, q reading) error {
	target := time.Duration(0)
	if min := v.Catalog.Mall.Settings.TargetWaitMin; min != nil {
		target = time.Duration(*min) * time.Minute
	}
	var service int64
	var c CalledLive
	return eachRow(ctx, q, []any{&service, &c.Calls, &c.InTime}, func() { v.Called[service] = c },
		`SELECT l.service_id, count(*), sum(CASE WHEN s.called_at - s.arrived_at <= ? THEN 1 ELSE 0 END)
		FROM lines l JOIN stops s ON s.line_id = l.id AND s.called_at IS NOT NULL AND s.state <> 'undone' WHERE l.day = ? GROUP BY l.service_id`, target.Milliseconds(), v.Day)
}

// readIdle finds who is idle and who wishes to close. The mall's chain is
// read from where today began.
func (v *Live) readIdle(ctx context.Context, q reading) error {
	acted := map[int64]int64{}
	asked := map[int64]int64{}
	var event, counter, at int64
	var kind string
	err := eachRow(ctx, q, []any{&event, &counter, &at, &kind}, func() {
		if kind == "close_asked" {
			asked[counter] = event
			return
		}
		acted[counter] = at
	}, `SELECT id, counter_id, at, kind FROM events WHERE chain = 'mall' AND kind IN ('counter_opened', 'counter_resumed', 'close_asked') AND counter_id IS NOT NULL
		AND position > `+dayBegan+`
		ORDER BY position`)
	if err != nil {
		return err
	}
	if err := eachRow(ctx, q, []any{&counter, &at}, func() { acted[counter] = max(acted[counter], at) },
		"SELECT counter_id, max(at) FROM actions GROUP BY counter_id"); err != nil {
		return err
	}
	for _, k := range v.Catalog.Counters {
		v.findIdle(k, acted[k.ID])
	}
	return v.readAsked(ctx, q, asked)
}

// findIdle judges one counter: free since its officer's last act, or since
// somebody came whom it may call, whichever is later.
func (v *Live) findIdle(k *Counter, acted int64) {
	now := v.Counters[k.ID]
	if now.State != queue.CounterOpen || now.Ticket != "" {
		return
	}
	idle, first := IdleCounter{}, int64(0)
	for _, s := range append(k.Own[:len(k.Own):len(k.Own)], k.Assisted...) {
		l := v.Lines[s.ID]
		came := l.first
		if k.caller(0).PriorityOnly {
			came = l.priority
		}
		if came == 0 {
			continue
		}
		idle.Services = append(idle.Services, s.ID)
		if first == 0 || came < first {
			first = came
		}
	}
	if len(idle.Services) > 0 {
		idle.For = since(max(first, acted), v.Now)
		v.Idle[k.ID] = idle
	}
}

// readAsked reads the wishes to close that nobody has answered.
func (v *Live) readAsked(ctx context.Context, q reading, asked map[int64]int64) error {
	var counters []int64
	var id int64
	if err := eachRow(ctx, q, []any{&id}, func() { counters = append(counters, id) }, "SELECT id FROM counters WHERE close_asked = 1"); err != nil {
		return err
	}
	for _, counter := range counters {
		r := CloseRequest{State: "asked"}
		var reason sql.NullString
		err := q.QueryRowContext(ctx, "SELECT e.at, n.content FROM events e LEFT JOIN notes n ON n.event_id = e.id AND n.name = 'reason' WHERE e.id = ?", asked[counter]).Scan(&r.At, &reason)
		if err != nil && !isNoRows(err) {
			return err
		}
		r.Reason = reason.String
		v.Asked[counter] = r
	}
	return nil
}
