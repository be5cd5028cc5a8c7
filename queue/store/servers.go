package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"antre/queue"
)

const (
	heartbeatEvery = time.Second
	aliveFor       = 5 * time.Second  // since the last heartbeat
	listedFor      = 10 * time.Minute // a server that just went may come back
	forgottenAfter = 24 * time.Hour
	askPeersEvery  = 5 * time.Second
)

// MaxDrift is how far the clocks of two servers may differ. Beyond it the order
// of arrival over several lines, and the waits that people are told, would be
// wrong.
const MaxDrift = 2 * time.Second

// databaseNow is the database's clock in Unix milliseconds: the only clock that
// all servers share.
const databaseNow = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"

// Server is one of the servers of this mall.
type Server struct {
	ID      int64
	Address string        // how kiosks, consoles and screens reach it: http://…
	Clock   time.Duration // how far its clock is ahead of the database's
	Seen    time.Duration // since it was last alive
	Self    bool
}

// Alive says that a server's heart has beaten lately.
func (s Server) Alive() bool { return s.Seen < aliveFor }

// Servers are the servers of this mall that were alive in the last minutes,
// this one first. On SQLite there is only this one.
func (st *Store) Servers() []Server {
	if !st.shared() {
		return []Server{{Address: st.opts.Address, Self: true}}
	}
	st.pg.mu.Lock()
	defer st.pg.mu.Unlock()
	return append([]Server{}, st.pg.servers...)
}

// Timeline is the highest that this server has seen of its PostgreSQL, and
// remembers; 0 on SQLite.
func (st *Store) Timeline() int64 {
	if !st.shared() {
		return 0
	}
	return st.pg.fence.newest()
}

// enlist gives this process a number of its own among those that write to the
// database, and a row if it is a server.
func (st *Store) enlist(ctx context.Context) error {
	if st.opts.Address == "" {
		st.keys.server = rand.Int64N(1 << serverBits) //nolint:gosec // keys that are taken are made anew
		if err := st.askOthers(ctx); err != nil {
			return err
		}
		return st.learnSecret(ctx)
	}
	for {
		err := st.reads().QueryRowContext(ctx, "SELECT coalesce(max(id), 0) + 1 FROM servers").Scan(&st.pg.server)
		if err != nil {
			return fmt.Errorf("count the servers: %w", err)
		}
		res, err := st.writer.ExecContext(ctx, `INSERT INTO servers (id, address, clock_ms, seen_at, public_key, sealed)
			VALUES ($1, $2, 0, `+databaseNow+`, '', '') ON CONFLICT DO NOTHING`, st.pg.server, st.opts.Address)
		if err != nil {
			return fmt.Errorf("enlist this server: %w", err)
		}
		if n, err := res.RowsAffected(); err == nil && n == 1 {
			break
		}
	}
	st.keys.server = st.pg.server % (1 << serverBits)
	if err := st.askOthers(ctx); err != nil {
		return err
	}
	return errors.Join(st.learnSecret(ctx), st.beat(ctx))
}

// askOthers asks the other servers on record for the newest primary before
// anything is given: until now nobody knew whom to ask.
func (st *Store) askOthers(ctx context.Context) error {
	if err := st.meetPeers(ctx); err != nil {
		return err
	}
	if err := st.pg.fence.listen(ctx); err != nil {
		return err
	}
	if err := st.writer.PingContext(ctx); err != nil {
		return fmt.Errorf("open the database: %w", withoutPassword(err))
	}
	return nil
}

// beat says that this server lives, looks at the others and their clocks, and
// hands the installation's secret to whoever asks for it.
func (st *Store) beat(ctx context.Context) error {
	if st.pg.server != 0 {
		clock, err := st.measureClock(ctx)
		if err != nil {
			return err
		}
		if _, err := st.writer.ExecContext(ctx, "INSERT INTO servers (id, address, clock_ms, seen_at, public_key, sealed) VALUES ($1, $2, $3, "+databaseNow+
			", '', '') ON CONFLICT (id) DO UPDATE SET clock_ms = excluded.clock_ms, seen_at = excluded.seen_at", st.pg.server, st.opts.Address, clock.Milliseconds()); err != nil {
			return fmt.Errorf("beat: %w", err)
		}
	}
	servers, err := st.readServers(ctx)
	if err != nil {
		return err
	}
	if err := st.meetPeers(ctx); err != nil {
		return err
	}
	st.pg.mu.Lock()
	st.pg.servers, st.pg.drift = servers, drifts(servers)
	st.pg.mu.Unlock()
	return st.sealSecrets(ctx)
}

// measureClock is how far this machine's clock is ahead of the database's.
func (st *Store) measureClock(ctx context.Context) (time.Duration, error) {
	before := st.opts.Now()
	var ms int64
	if err := st.writer.QueryRowContext(ctx, "SELECT "+databaseNow).Scan(&ms); err != nil {
		return 0, fmt.Errorf("read the database's clock: %w", err)
	}
	took := st.opts.Now().Sub(before)
	return before.Add(took / 2).Sub(time.UnixMilli(ms)), nil
}

func (st *Store) readServers(ctx context.Context) (servers []Server, err error) {
	var s Server
	var clock, seen int64
	err = eachRow(ctx, st.reads(), []any{&s.ID, &s.Address, &clock, &seen}, func() {
		s.Clock, s.Seen = time.Duration(clock)*time.Millisecond, time.Duration(seen)*time.Millisecond
		s.Self = s.ID == st.pg.server
		if s.Self {
			servers = append([]Server{s}, servers...)
			return
		}
		servers = append(servers, s)
	}, "SELECT id, address, clock_ms, now_ms - seen_at FROM servers, (SELECT "+databaseNow+" AS now_ms) AS clock WHERE address <> '' AND seen_at > now_ms - ? ORDER BY id", listedFor.Milliseconds())
	return newestOf(servers), err
}

// meetPeers tells the fence whom to ask: every other server that is on record,
// however long ago it was seen by a database that may have been dead since.
func (st *Store) meetPeers(ctx context.Context) error {
	var peers []string
	var address string
	err := eachRow(ctx, st.reads(), []any{&address}, func() { peers = append(peers, address) },
		"SELECT DISTINCT address FROM servers WHERE address <> '' AND address <> ? ORDER BY address", st.opts.Address)
	st.pg.fence.meet(peers)
	return err
}

// newestOf keeps the newest row of each address: a server that started again has
// another number.
func newestOf(servers []Server) (kept []Server) {
	newest := map[string]int64{}
	for _, s := range servers {
		newest[s.Address] = max(newest[s.Address], s.ID)
	}
	for _, s := range servers {
		if s.Self || newest[s.Address] == s.ID {
			kept = append(kept, s)
		}
	}
	return kept
}

// drifts finds that this server's clock differs too much from another's that
// is nearer to the database's: then it is not ready to give numbers.
func drifts(servers []Server) error {
	for _, self := range servers {
		if !self.Self {
			continue
		}
		for _, other := range servers {
			apart := (self.Clock - other.Clock).Abs()
			nearer := other.Clock.Abs() < self.Clock.Abs() || other.Clock.Abs() == self.Clock.Abs() && other.ID < self.ID
			if other.Alive() && apart > MaxDrift && nearer {
				return queue.Refuse(queue.Unavailable, "clocks_differ", "Jam server ini berbeda %.1f detik dari server %s. Perbaiki NTP.", apart.Seconds(), other.Address).
					English("This server's clock differs by %.1f seconds from that of %s. Set it right with NTP.", apart.Seconds(), other.Address)
			}
		}
	}
	return nil
}

// drift says why this server's clock keeps it from being ready.
func (st *Store) drift() error {
	if !st.shared() {
		return nil
	}
	st.pg.mu.Lock()
	defer st.pg.mu.Unlock()
	return st.pg.drift
}

// strikeOff ends this server's row, so that devices are not sent to it.
func (st *Store) strikeOff() {
	if st.pg.server == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _ = st.writer.ExecContext(ctx, "DELETE FROM servers WHERE id = $1 OR seen_at < "+databaseNow+" - $2", st.pg.server, forgottenAfter.Milliseconds())
}
