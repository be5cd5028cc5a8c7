package store

import (
	"context"
	"hash/fnv"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// A zone's announcements are spoken by one screen, however many servers there
// are. The server that holds a zone's lock on its session with the database
// speaks there; when it dies, the lock is free.

// voiceClass tells these advisory locks from others. With a lock of the other
// class, which is shared, a server marks a zone in which it has a screen that
// the mall has let in: servers that have none leave the zone to it.
const (
	voiceClass  = int32(0x616e7472)
	pairedClass = voiceClass + 1
)

type voices struct {
	config *pgx.ConnConfig
	fence  *fence
	wake   chan struct{}

	mu     sync.Mutex
	wanted map[string]bool // and whether with a screen that the mall has let in
	held   map[string]bool

	marked map[string]bool // by the session's own goroutine
}

func newVoices(config *pgx.ConnConfig, f *fence) *voices {
	return &voices{config: config, fence: f, wake: make(chan struct{}, 1), wanted: map[string]bool{}, held: map[string]bool{}}
}

// WantVoices names the zones in which this server has a screen that can speak,
// and whether it is one that the mall has let in.
func (st *Store) WantVoices(zones map[string]bool) {
	if !st.shared() {
		return
	}
	v := st.pg.voices
	v.mu.Lock()
	same := maps.Equal(v.wanted, zones)
	v.wanted = maps.Clone(zones)
	v.mu.Unlock()
	if !same {
		select {
		case v.wake <- struct{}{}:
		default:
		}
	}
}

// Speaks says whether this server is the one whose screen speaks in a zone.
func (st *Store) Speaks(zone string) bool {
	if !st.shared() {
		return true
	}
	st.pg.voices.mu.Lock()
	defer st.pg.voices.mu.Unlock()
	return st.pg.voices.held[zone]
}

// keep holds the locks of the zones that are wanted, as far as no other server does.
func (v *voices) keep(ctx context.Context) {
	for ctx.Err() == nil {
		if conn, err := pgx.ConnectConfig(ctx, v.config); err == nil {
			v.marked = map[string]bool{}
			v.hold(ctx, conn)
			_ = conn.Close(context.WithoutCancel(ctx))
		}
		v.mu.Lock()
		clear(v.held) // the locks went with the session
		v.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// hold tries each second, and at once when other zones are wanted; it ends
// with the session.
func (v *voices) hold(ctx context.Context, conn *pgx.Conn) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		bounded, cancel := context.WithTimeout(ctx, longestRead)
		err := v.settle(bounded, conn)
		cancel()
		if err != nil || !v.fence.holds(conn) {
			return
		}
		select {
		case <-tick.C:
		case <-v.wake:
		case <-ctx.Done():
			return
		}
	}
}

func (v *voices) settle(ctx context.Context, conn *pgx.Conn) error {
	v.mu.Lock()
	wanted, held := maps.Clone(v.wanted), maps.Clone(v.held)
	v.mu.Unlock()
	if err := v.giveWay(ctx, conn, wanted); err != nil {
		return err
	}
	for _, zone := range slices.Sorted(maps.Keys(held)) {
		if _, still := wanted[zone]; still {
			continue
		}
		v.note(zone, false) // before another server may speak
		if _, err := conn.Exec(ctx, "SELECT pg_advisory_unlock($1, $2)", voiceClass, zoneKey(zone)); err != nil {
			return err
		}
	}
	for _, zone := range slices.Sorted(maps.Keys(wanted)) {
		if held[zone] {
			continue
		}
		var got bool
		if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1, $2)", voiceClass, zoneKey(zone)).Scan(&got); err != nil {
			return err
		}
		v.note(zone, got)
	}
	return conn.Ping(ctx)
}

// giveWay marks the zones of this server's own screens, and takes out of what is
// wanted those that it could only fill with a stranger's, where another server
// has the mall's.
func (v *voices) giveWay(ctx context.Context, conn *pgx.Conn, wanted map[string]bool) error {
	for _, zone := range slices.Sorted(maps.Keys(v.marked)) {
		if !wanted[zone] {
			if _, err := conn.Exec(ctx, "SELECT pg_advisory_unlock_shared($1, $2)", pairedClass, zoneKey(zone)); err != nil {
				return err
			}
			delete(v.marked, zone)
		}
	}
	for _, zone := range slices.Sorted(maps.Keys(wanted)) {
		if v.marked[zone] {
			continue
		}
		if wanted[zone] {
			if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock_shared($1, $2)", pairedClass, zoneKey(zone)); err != nil {
				return err
			}
			v.marked[zone] = true
			continue
		}
		var others bool
		if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND classid = $1::bigint::oid AND objid = $2::bigint::oid)`,
			int64(uint32(pairedClass)), int64(uint32(zoneKey(zone)))).Scan(&others); err != nil {
			return err
		}
		if others {
			delete(wanted, zone)
		}
	}
	return nil
}

func (v *voices) note(zone string, held bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if held {
		v.held[zone] = true
		return
	}
	delete(v.held, zone)
}

func zoneKey(zone string) int32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(zone))
	return int32(h.Sum32()) //nolint:gosec // any 32 bits
}
