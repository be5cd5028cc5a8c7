package store

import (
	"time"

	"antre/queue"
)

// moment is a reading of the clock: what the machine says, and a time that
// never goes back, for everything that is stored and subtracted.
type moment struct {
	wall, now time.Time
	turned    bool // a new day begins with it
}

// moment reads the clock for a writer. A clock that jumps back an
// hour, or to 1970, would make visitors wait a negative time, and one that leaps
// years ahead would make them wait for years: the stored time then goes on from
// where it was at the clock's own pace, until the clock has caught up or an
// administrator has confirmed it, or the next day opens.
func (st *Store) moment() moment {
	wall := st.opts.Now()
	return moment{wall: wall, now: wall.Add(st.offset(wall, false))}
}

// distrusted is a moment of a clock that leapt too far ahead to be believed.
func (st *Store) distrusted(wall time.Time) moment {
	return moment{wall: wall, now: wall.Add(st.offset(wall, true))}
}

// sameLeap is how far the stored time may run on under a clock that is not
// believed before that counts as another leap: longer than a mall stands empty
// from one day to the next.
const sameLeap = 24 * time.Hour

// offset is what to add to the machine's clock for the stored time.
func (st *Store) offset(wall time.Time, leapt bool) time.Duration {
	ms, last, ahead := wall.UnixMilli(), st.lastMs.Load(), time.Duration(st.ahead.Load())
	if !leapt && ms >= last {
		return 0
	}
	then := wall.Add(ahead).UnixMilli()
	if then < last || leapt && last > 0 && then-last > sameLeap.Milliseconds() {
		return time.Duration(last-ms) * time.Millisecond
	}
	return ahead
}

// keepTime remembers the time of a transaction that is about to write.
func (st *Store) keepTime(at moment) {
	st.ahead.Store(int64(at.now.Sub(at.wall)))
	for ms := at.now.UnixMilli(); ; {
		last := st.lastMs.Load()
		if ms <= last || st.lastMs.CompareAndSwap(last, ms) {
			return
		}
	}
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
	return wall.Add(st.offset(wall, st.leapt.Load() != nil))
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
