package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"
)

// resume reads what the writer carries from one run to the next.
func (st *Store) resume(ctx context.Context) error {
	var installation string
	if err := st.reads().QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'installation'").Scan(&installation); err != nil {
		return fmt.Errorf("read the installation: %w", err)
	}
	st.epoch = installation[:8] + "-" + randomText()[:12]
	const newest = `SELECT max(id) FROM (SELECT max(id) AS id FROM tickets UNION ALL SELECT max(id) FROM stops
		UNION ALL SELECT max(id) FROM events UNION ALL SELECT max(id) FROM lines) AS newest`
	var last sql.NullInt64
	if err := st.reads().QueryRowContext(ctx, newest).Scan(&last); err != nil {
		return fmt.Errorf("read the newest key: %w", err)
	}
	st.keys.saw(last.Int64)
	// The keys are made of the time, so the newest event's time is in them too;
	// the stored time is read where the day began.
	var at, opened sql.NullInt64
	if err := st.reads().QueryRowContext(ctx, "SELECT (SELECT at FROM events ORDER BY id DESC LIMIT 1), (SELECT opened_at FROM days ORDER BY day DESC LIMIT 1)").Scan(&at, &opened); err != nil {
		return fmt.Errorf("read the newest time: %w", err)
	}
	st.lastMs.Store(max(at.Int64, opened.Int64))
	if err := st.reads().QueryRowContext(ctx, "SELECT coalesce(max(last_place), 0) FROM lines WHERE day = (SELECT max(day) FROM days)").Scan(&st.keys.place); err != nil {
		return fmt.Errorf("read the newest place: %w", err)
	}
	return nil
}

// keys makes this server's own numbers. They grow with time and never repeat,
// whatever the clock does.
type keys struct {
	mu     sync.Mutex
	server int64 // of this server, among those that share the database
	id     int64
	place  int64 // newest place given today, in any line
}

// A key is the milliseconds, then a fraction of one in serverBits bits, then
// the server in as many: servers that share a database never make the same,
// and who acts after another has committed makes a larger one.
const serverBits = 10

func fraction(now time.Time) int64 {
	return int64(now.Nanosecond()%int(time.Millisecond)) << serverBits / int64(time.Millisecond)
}

func (k *keys) next(now time.Time) int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.draw(now)
}

func (k *keys) draw(now time.Time) int64 {
	next := (now.UnixMilli()<<serverBits|fraction(now))<<serverBits | k.server
	if next <= k.id {
		next = (k.id>>serverBits+1)<<serverBits | k.server
	}
	k.id = next
	return next
}

// saw makes all later keys larger than one that another server made.
func (k *keys) saw(id int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.id = max(k.id, id)
}

// newest is the newest key made or seen here.
func (k *keys) newest() int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.id
}

// arrival is a key and a place behind everybody in every line, for one counter
// may call from several: two who press within a millisecond are still called in
// the order that their keys have on the record. Places follow the clock, but
// never go back when the clock does.
func (k *keys) arrival(now time.Time) (id, place int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.place = max(k.place+placeGap, placeAt(now))
	return k.draw(now), k.place
}

// gave notes the place that a line really gave.
func (k *keys) gave(place int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.place = max(k.place, place)
}

// newDay lets places follow the clock again.
func (k *keys) newDay() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.place = 0
}

// placeStep is how many places there are in a millisecond: room between
// arrivals for those who come back. placeGap is the least room, also between
// the legs of one journey.
const (
	placeStep = 1 << serverBits
	placeGap  = placeStep >> 6
)

func placeAt(now time.Time) int64 { return now.UnixMilli()*placeStep + fraction(now) }
