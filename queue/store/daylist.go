package store

import (
	"context"
	"database/sql"

	"antre/queue"
)

// DayStop is one stop of a number of today, as those who answer for a service
// look back on it. Times are Unix ms; 0 where it has not come to that.
type DayStop struct {
	Code      string
	Class     queue.Class
	Channel   queue.Channel
	ServiceID int64
	CounterID int64 // 0: none yet
	State     queue.State
	EndedBy   string
	Arrived   int64
	Called    int64 // first call
	Started   int64
	Ended     int64
	Calls     int // calls and recalls
}

// DayList is everybody who has taken a number today, by service and in the
// order of their places there. What an undo took away is not listed.
// Supervisors and above only; the edge checks.
func (st *Store) DayList(ctx context.Context) (day string, all []DayStop, err error) {
	err = st.read(ctx, func(q reading, today string) error {
		day = today
		var s DayStop
		var counter, called, started, ended sql.NullInt64
		return eachRow(ctx, q, []any{&s.Code, &s.Class, &s.Channel, &s.ServiceID, &counter, &s.State, &s.EndedBy, &s.Arrived, &called, &started, &ended, &s.Calls}, func() {
			s.CounterID, s.Called, s.Started, s.Ended = counter.Int64, called.Int64, started.Int64, ended.Int64
			all = append(all, s)
		}, `SELECT t.code, s.class, t.channel, l.service_id, s.counter_id, s.state, s.ended_by, s.arrived_at, s.called_at, s.started_at, s.ended_at, s.calls
			FROM lines l JOIN stops s ON s.line_id = l.id JOIN tickets t ON t.id = s.ticket_id
			WHERE l.day = ? AND s.state <> 'undone' ORDER BY l.service_id, s.place`, today)
	})
	return day, all, err
}
