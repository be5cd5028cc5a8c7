package store

import (
	"context"
	"database/sql"
	"math"
	"time"
)

// Entry is one event of the record as an administrator reads it.
type Entry struct {
	At      int64 // Unix ms
	Kind    string
	Actor   string // "visitor", "staff", "clock" or "command"
	Who     string // the name of a member of staff, or of the computer's account; "" for others
	Ticket  string
	Counter string
	Reason  string // what somebody wrote down; "" also when it was purged
	Detail  string // JSON
}

// Asked is which part of the record somebody wants to read.
type Asked struct {
	Day  string // 2006-01-02; "" is today
	Kind string // "" is all
	Skip int
	Most int
}

// ReadRecord reads the events of a day, the newest first, and says how many
// there are. Managers and administrators only; the edge checks.
func (st *Store) ReadRecord(ctx context.Context, asked Asked) (day string, all []Entry, total int, err error) {
	err = st.read(ctx, func(q reading, today string) error {
		if day = asked.Day; day == "" {
			day = today
		}
		from, to, err := dayKeys(ctx, q, day)
		if err != nil {
			return err
		}
		where, args := "e.day = ? AND e.id BETWEEN ? AND ?", []any{day, from, to}
		if asked.Kind != "" {
			where, args = where+" AND e.kind = ?", append(args, asked.Kind)
		}
		if err := q.QueryRowContext(ctx, "SELECT count(*) FROM events e WHERE "+where, args...).Scan(&total); err != nil {
			return err
		}
		var e Entry
		var who, ticket, counter, reason, account sql.NullString
		return eachRow(ctx, q, []any{&e.At, &e.Kind, &e.Actor, &who, &ticket, &counter, &reason, &account, &e.Detail}, func() {
			e.Who, e.Ticket, e.Counter, e.Reason = who.String, ticket.String, counter.String, reason.String
			if e.Who == "" {
				e.Who = account.String
			}
			all = append(all, e)
		}, `SELECT e.at, e.kind, e.actor, p.name, t.code, k.code,
			(SELECT min(n.content) FROM notes n WHERE n.event_id = e.id AND n.name IN ('reason', 'why', 'note', 'notice')),
			(SELECT n.content FROM notes n WHERE n.event_id = e.id AND n.name = 'account'), e.detail
			FROM events e LEFT JOIN staff p ON p.id = e.staff_id LEFT JOIN tickets t ON t.id = e.ticket_id LEFT JOIN counters k ON k.id = e.counter_id
			WHERE `+where+` ORDER BY e.at DESC, e.id DESC LIMIT ? OFFSET ?`, append(args, max(1, min(asked.Most, 500)), max(0, asked.Skip))...)
	})
	return day, all, total, err
}

// keyMargin is how far the keys of servers that share a database may be apart,
// generously: an hour's.
const keyMargin = int64(time.Hour/time.Millisecond) << (2 * serverBits)

// dayKeys are the keys between which a day's events lie, so that reading one
// day does not read a year.
func dayKeys(ctx context.Context, q reading, day string) (from, to int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce((SELECT min(id) FROM events WHERE chain = 'mall' AND kind = 'day_opened' AND day = ?), 0),
		coalesce((SELECT min(id) FROM events WHERE chain = 'mall' AND kind = 'day_opened' AND day > ?), 0)`, day, day).Scan(&from, &to)
	if to == 0 {
		to = math.MaxInt64 - keyMargin
	}
	return max(0, from-keyMargin), to + keyMargin, err
}

// RecordDays are the days that the record knows, the newest first, at most a
// year of them.
func (st *Store) RecordDays(ctx context.Context) (days []string, err error) {
	var day string
	err = eachRow(ctx, st.reads(), []any{&day}, func() { days = append(days, day) }, "SELECT day FROM days ORDER BY day DESC LIMIT 366")
	return days, err
}
