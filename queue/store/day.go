package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"antre/queue"
)

// ensureDay makes sure that today is open before anything is written. The day
// only moves forward: with a clock that jumped back, yesterday goes on rather
// than numbers starting again. A clock that leapt far ahead opens no day until
// an administrator says that it is right; until then the moment is not its own.
func (t *txn) ensureDay(last string, at *moment) (day string, changed *Change, err error) {
	today := t.st.dayOf(at.wall)
	if !t.st.turns(last, today) {
		return last, t.alarm(""), nil
	}
	if leaps(last, today) {
		*at = t.st.distrusted(at.wall)
		t.now = at.now
		allowed, err := t.leapAllowed(today)
		if err != nil {
			return "", nil, err
		}
		if !allowed {
			return last, t.alarm(today), nil
		}
	}
	if err := t.turnDay(last, today); err != nil {
		return "", nil, err
	}
	t.alarm("")
	at.now, at.turned = at.wall, true
	t.changed.Mall = true
	return today, &t.changed, nil
}

func (st *Store) dayOf(wall time.Time) string { return queue.BusinessDay(wall, st.Location()) }

// turns says that the clock shows a later day than the one in force.
func (st *Store) turns(last, today string) bool { return queue.LaterDay(last, today) != last }

// lastDay is the business day in force; "" before the first.
func (t *txn) lastDay() (day string, err error) {
	_, err = t.row([]any{&day}, "SELECT day FROM days ORDER BY day DESC LIMIT 1")
	return day, err
}

// leapAllowed says whether somebody has confirmed a clock that leapt to this
// day. Before a first number has been given there is nothing to lose.
func (t *txn) leapAllowed(today string) (bool, error) {
	var allowed string
	if _, err := t.row([]any{&allowed}, "SELECT value FROM meta WHERE name = 'allowed_day'"); err != nil {
		return false, err
	}
	var given int
	_, err := t.row([]any{&given}, "SELECT 1 FROM tickets LIMIT 1")
	return allowed == today || given == 0, err
}

// alarm notes the day that a clock nobody has confirmed wants to open, "" for
// none. It gives a change when that is news: every screen must say so.
func (t *txn) alarm(day string) *Change {
	var leapt *string
	if day != "" {
		leapt = &day
	}
	before := t.st.leapt.Swap(leapt)
	if (before == nil) == (leapt == nil) && (leapt == nil || *before == *leapt) {
		return nil
	}
	t.changed.Mall = true
	return &t.changed
}

// turnDay ends yesterday under its own name, seals its record and opens today.
func (t *txn) turnDay(last, today string) error {
	t.day = last
	var newest int64
	if _, err := t.row([]any{&newest}, "SELECT coalesce(max(id), 0) FROM events"); err != nil {
		return err
	}
	t.st.keys.saw(newest) // the seal comes after all that other servers recorded
	if last != "" {
		if err := t.endDay(); err != nil {
			return err
		}
		if err := t.seal(last); err != nil {
			return err
		}
	}
	if err := t.shiftKept(t.wall.Sub(t.now)); err != nil {
		return err
	}
	t.now = t.wall // the new day follows the machine's clock again
	t.st.keys.newDay()
	t.day = today
	if _, err := t.exec("INSERT INTO days (day, opened_at) VALUES (?, ?)", today, t.ms()); err != nil {
		return err
	}
	if _, err := t.record(event{kind: "day_opened", detail: map[string]any{"after": last}}); err != nil {
		return err
	}
	for _, forget := range []string{"DELETE FROM actions", "UPDATE tickets SET phone_hash = NULL WHERE phone_hash IS NOT NULL"} {
		if _, err := t.exec(forget); err != nil {
			return err
		}
	}
	return t.forgetRetries()
}

// shiftKept moves what was kept until a time by as much as the stored time
// moves, so that nobody is signed out and no retry is forgotten by a clock that
// was set.
func (t *txn) shiftKept(by time.Duration) error {
	if by == 0 {
		return nil
	}
	if _, err := t.exec("UPDATE sessions SET expires_at = expires_at + ?", by.Milliseconds()); err != nil {
		return err
	}
	_, err := t.exec("UPDATE retry_keys SET at = at + ?", by.Milliseconds())
	return err
}

// sealed is the fingerprint of where every chain of a day ended, so that a
// tail that was cut off is seen.
func sealed(chains []string) string {
	h := sha256.New()
	for _, c := range chains {
		_, _ = fmt.Fprintln(h, c)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// seal puts the heads of all the day's lines into the mall's own chain.
func (t *txn) seal(day string) error {
	if err := t.writeHeads(); err != nil {
		return err
	}
	var name, hash string
	var length int64
	var chains []string
	err := t.each([]any{&name, &length, &hash}, func() { chains = append(chains, chainLine(name, length, hash)) },
		`SELECT c.name, c.length, c.head_hash FROM chains c JOIN lines l ON c.name = 'line:' || l.id WHERE l.day = ? ORDER BY l.id`, day)
	if err != nil {
		return err
	}
	_, err = t.record(event{kind: "day_sealed", detail: map[string]any{"day": day, "lines": len(chains), "heads": sealed(chains)}})
	return err
}

func chainLine(name string, length int64, hash string) string {
	return fmt.Sprintf("%s %d %s", name, length, hash)
}

// endDay ends everything that was left open: whoever waited, was held or was
// called did not come; whoever was being served was served. Counters close.
func (t *txn) endDay() error {
	var left []stopRow
	var s stopRow
	err := t.each(s.dest(), func() { left = append(left, s) },
		selectStop+" WHERE s.state IN ('planned', 'waiting', 'called', 'serving', 'held') ORDER BY s.line_id, s.place")
	if err != nil {
		return err
	}
	for _, s := range left {
		to, ok := queue.Move(s.state, queue.EndDay)
		if !ok {
			continue
		}
		if err := t.endStop(s, to, "day_end"); err != nil {
			return err
		}
	}
	var counters []int64
	var id int64
	if err := t.each([]any{&id}, func() { counters = append(counters, id) }, "SELECT id FROM counters WHERE state <> 'closed' ORDER BY id"); err != nil {
		return err
	}
	for _, id := range counters {
		if err := t.setCounter(id, queue.CounterClosed, 0, "counter_closed", ""); err != nil {
			return err
		}
	}
	_, err = t.exec("UPDATE counters SET priority_run = 0")
	return err
}

// AllowDay is an administrator's word that the clock is right although it
// leapt far ahead, and opens the day. It refuses a day that the clock does not
// show; a retry of what was allowed is answered even when that day is over.
// The edge checks the right. Publishes the new day.
func (st *Store) AllowDay(ctx context.Context, by By, day string) (Reply[string], error) {
	reply, err := once(ctx, st, by, func(t *txn) (string, error) {
		if err := t.alone(); err != nil {
			return "", err
		}
		if today := st.dayOf(t.wall); day != today {
			return "", queue.Refuse(queue.Invalid, "not_today", "Jam server menunjukkan %s. Perbaiki jam atau tulis tanggal itu.", today).
				English("The server's clock shows %s. Correct the clock, or name that day.", today).At("day")
		}
		if _, err := t.exec("INSERT INTO meta (name, value) VALUES ('allowed_day', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", day); err != nil {
			return "", err
		}
		_, err := t.record(event{kind: "day_allowed", detail: map[string]any{"day": day}})
		return day, err
	})
	if err != nil {
		return reply, err
	}
	return reply, st.TurnDay(ctx)
}

// ClockAlarm is nil while the clock can be believed. Otherwise it names the day
// that the clock shows, in its fact "day".
func (st *Store) ClockAlarm() error {
	day := st.leaptTo()
	if day == "" {
		return nil
	}
	return queue.Refuse(queue.Unavailable, queue.ClockJumped, "Jam server melompat ke %s. Administrator harus memastikannya sebelum nomor diberikan lagi.", day).
		English("The server's clock leapt to %s. An administrator must confirm it before numbers are given again.", day).With("day", day)
}

// leaptTo is the day that a clock which nobody has confirmed shows, or "".
func (st *Store) leaptTo() string {
	if day := st.leapt.Load(); day != nil {
		return *day
	}
	return ""
}

// TurnDay opens the business day when it has come, and ends the one before.
// Any write does the same; this is for the midnight nobody writes at.
func (st *Store) TurnDay(ctx context.Context) error {
	return st.write(ctx, func(*txn) error { return nil })
}

func since(ms int64, now time.Time) time.Duration {
	return max(0, now.Sub(time.UnixMilli(ms)))
}
