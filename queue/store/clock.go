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
	last, ahead := st.lastMs.Load(), time.Duration(0)
	if ms := wall.UnixMilli(); ms < last {
		ahead = time.Duration(st.ahead.Load())
		if wall.Add(ahead).UnixMilli() < last {
			ahead = time.Duration(last-ms) * time.Millisecond
		}
	}
	now := wall.Add(ahead)
	st.ahead.Store(int64(ahead))
	st.lastMs.Store(max(last, now.UnixMilli()))
	return moment{wall: wall, now: now}
}

// restartClock lets the stored time follow the machine's clock again, once a
// new day that began by it has been committed.
func (st *Store) restartClock(at moment) {
	st.ahead.Store(0)
	st.lastMs.Store(at.wall.UnixMilli())
}

// storedNow is the time that a write would store now: whoever reads must judge
// by the same clock as whoever writes, or a preview promises another order than
// next keeps.
func (st *Store) storedNow() time.Time {
	wall := st.opts.Now()
	if last := st.lastMs.Load(); wall.UnixMilli() < last {
		now := wall.Add(time.Duration(st.ahead.Load()))
		if now.UnixMilli() < last {
			return time.UnixMilli(last)
		}
		return now
	}
	return wall
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
