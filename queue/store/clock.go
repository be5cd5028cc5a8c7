package store

import (
	"time"

	"antre/queue"
)

// moment is a reading of the clock: what the machine says, and a time that
// never goes back, for everything that is stored and subtracted.
type moment struct{ wall, now time.Time }

// moment reads the clock; only the writer calls it. A clock that jumps back an
// hour, or to 1970, would make visitors wait a negative time: the stored time
// then goes on from where it was at the clock's own pace, until the clock has
// caught up, or the next day opens.
func (st *Store) moment() moment {
	wall := st.opts.Now()
	now := wall
	if now.UnixMilli() < st.lastMs {
		if ahead := now.Add(st.ahead); ahead.UnixMilli() < st.lastMs {
			st.ahead = time.Duration(st.lastMs-now.UnixMilli()) * time.Millisecond
		}
		now = now.Add(st.ahead)
	} else {
		st.ahead = 0
	}
	st.lastMs = max(st.lastMs, now.UnixMilli())
	return moment{wall: wall, now: now}
}

// longestGap is how many days a mall may stand empty without anybody being
// asked: longer than the longest holidays, far shorter than a wrong year.
const longestGap = 31 * 24 * time.Hour

// leaps says whether a new day is so far ahead that the clock is more likely
// wrong than the mall was closed.
func leaps(last, today string) bool {
	a, err1 := time.Parse(queue.DayFormat, last)
	b, err2 := time.Parse(queue.DayFormat, today)
	return err1 == nil && err2 == nil && b.Sub(a) > longestGap
}
