package store

import (
	"context"
	"database/sql"
	"time"

	"antre/queue"
)

// lineRow is today's line of a service.
type lineRow struct {
	id, place int64
	number    int
	run       int
	quotaDay  sql.NullInt64
	used      queue.Given
}

const (
	lineColumns = "id, last_place, last_number, priority_run, quota_day, used_all, used_kiosk, used_booking, used_regular"
	selectLine  = "SELECT " + lineColumns + " FROM lines"
)

func (l *lineRow) dest() []any {
	return []any{&l.id, &l.place, &l.number, &l.run, &l.quotaDay, &l.used.All, &l.used.Kiosk, &l.used.Booking, &l.used.Regular}
}

// line reads today's line of a service, once a batch; its id is 0 while nobody
// has taken a number.
func (t *txn) line(serviceID int64) (*lineRow, error) {
	if l := t.batch.lines[serviceID]; l != nil {
		return l, nil
	}
	l := &lineRow{}
	_, err := t.row(l.dest(), selectLine+" WHERE service_id = ? AND day = ?", serviceID, t.day)
	t.batch.lines[serviceID] = l
	return l, err
}

// makeLine gives a service its line of today.
func (t *txn) makeLine(l *lineRow, serviceID int64) error {
	if l.id != 0 {
		return nil
	}
	l.id = t.newID()
	_, err := t.exec(`INSERT INTO lines (id, service_id, day, rev, last_number, last_place, priority_run, used_all, used_kiosk, used_booking, used_regular)
		VALUES (?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0)`, l.id, serviceID, t.day)
	return err
}

// takeNumber locks a line, takes its next number and the place behind
// everybody, and counts it against the quota.
func (t *txn) takeNumber(l *lineRow, class queue.Class, by queue.Channel) error {
	l.used = l.used.Plus(class, by, 1)
	if _, err := t.head(chainOf(l.id)); err != nil { // the arrival's key comes after all in the line's record
		return err
	}
	var place int64
	t.reserved, place = t.st.keys.arrival(t.now)
	t.wrote = true
	_, err := t.row([]any{&l.number, &l.place}, `UPDATE lines SET rev = rev + 1, last_number = last_number + 1,
		last_place = CASE WHEN last_place >= ? THEN last_place + ? ELSE ? END,
		used_all = ?, used_kiosk = ?, used_booking = ?, used_regular = ? WHERE id = ? RETURNING last_number, last_place`,
		place, placeGap, place, l.used.All, l.used.Kiosk, l.used.Booking, l.used.Regular, l.id)
	t.st.keys.gave(l.place)
	return err
}

// giveQuota returns a number's place in the quota.
func (t *txn) giveQuota(lineID int64, class queue.Class, by queue.Channel) error {
	clear(t.batch.lines)
	n := queue.Given{}.Plus(class, by, 1)
	_, err := t.exec("UPDATE lines SET rev = rev + 1, used_all = used_all - ?, used_kiosk = used_kiosk - ?, used_booking = used_booking - ?, used_regular = used_regular - ? WHERE id = ?",
		n.All, n.Kiosk, n.Booking, n.Regular, lineID)
	return err
}

// takePlace gives the place behind everybody.
func (t *txn) takePlace(lineID int64) (place int64, err error) {
	_, next := t.st.keys.arrival(t.now)
	return t.takePlaceAt(lineID, next)
}

// takePlaceAt gives a place if it is behind everybody in the line, else the
// first that is.
func (t *txn) takePlaceAt(lineID, next int64) (place int64, err error) {
	_, err = t.row([]any{&place}, `UPDATE lines SET rev = rev + 1, last_place = CASE WHEN last_place >= ? THEN last_place + ? ELSE ? END
		WHERE id = ? RETURNING last_place`, next, placeGap, next, lineID)
	t.wrote = true
	t.st.keys.gave(place)
	return place, err
}

// placeFrom gives the first free place at or behind another: for somebody who
// keeps the arrival they had in another line, or comes back.
func (t *txn) placeFrom(lineID, place int64) (int64, error) {
	for ; ; place++ {
		taken, err := t.count("SELECT count(*) FROM stops WHERE line_id = ? AND place = ?", lineID, place)
		if err != nil || taken == 0 {
			return place, err
		}
	}
}

// heads reads what the rules need of some lines: the first n of each class. A
// visitor who stands at another counter is passed over in silence: their place
// is held, and nothing is written. So is one who has said that they are late.
// The one who is leaving this counter counts as gone from it.
func heads(ctx context.Context, q reading, day string, now time.Time, counting queue.Counting, services []*Service, leaving int64, n int) (lines []queue.Line, err error) {
	overdue := longAgo(counting, now)
	for _, s := range services {
		l := queue.Line{Service: s.Code}
		var id int64
		err := q.QueryRowContext(ctx, "SELECT id, priority_run FROM lines WHERE service_id = ? AND day = ?", s.ID, day).Scan(&id, &l.Run)
		if isNoRows(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, class := range []queue.Class{queue.Regular, queue.Priority} {
			var arrived int64
			h := queue.Head{Class: class}
			err := eachRow(ctx, q, []any{&h.StopID, &h.Place, &arrived}, func() {
				if class == queue.Priority {
					l.Priority = append(l.Priority, h)
					return
				}
				h.Overdue = arrived < overdue
				l.Regular = append(l.Regular, h)
			}, "SELECT s.id, s.place, s.arrived_at FROM stops s WHERE "+callableStops+" ORDER BY s.place LIMIT ?", id, class, now.UnixMilli(), leaving, n)
			if err != nil {
				return nil, err
			}
		}
		// Whoever came back stands behind people who came later: all are asked.
		if overdue > 0 && len(l.Regular) > 0 {
			if err := q.QueryRowContext(ctx, "SELECT count(*) FROM stops s WHERE "+callableStops+" AND s.arrived_at < ?", id, queue.Regular, now.UnixMilli(), leaving, overdue).Scan(&l.Overdue); err != nil {
				return nil, err
			}
		}
		if len(l.Regular)+len(l.Priority) > 0 {
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// callableStops are those of a line and class that a counter may call, but for
// visitors who stand at another or are late: arguments line, class, the time in
// ms and the stop that is leaving.
const callableStops = `s.line_id = ? AND s.state = 'waiting' AND s.class = ? AND s.late_until <= ?
	AND NOT EXISTS (SELECT 1 FROM stops o WHERE o.ticket_id = s.ticket_id AND o.state IN ('called', 'serving') AND o.id <> ?)`

// longAgo is the moment before which a regular who still waits came too long
// ago; 0 where the mall sets no limit.
func longAgo(c queue.Counting, now time.Time) int64 {
	if c.MaxWait <= 0 {
		return 0
	}
	return now.Add(-c.MaxWait).UnixMilli()
}
