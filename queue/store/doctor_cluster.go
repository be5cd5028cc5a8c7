package store

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// perServer is how many connections one server may use, with what it needs
// beside its pools.
const perServer = writers + readers + 4

// oldest is the first PostgreSQL that has all we use.
const oldestPostgres = 130000

// cluster looks at each host of the address, then at the primary.
func (d *doctor) cluster() {
	config, err := pgx.ParseConfig(d.opts.URL)
	if err != nil {
		d.fault("--database postgres://USER@HOST:5432/DATABASE", "%v", withoutPassword(err))
		return
	}
	memory, err := openFence(d.opts.Dir, config, nil)
	if err != nil {
		d.fault("restore the file timeline from another server's data folder", "%v", err)
		return
	}
	if memory.highest > 0 {
		d.fine("fencing: timeline %d is remembered here, and an older primary is refused", memory.highest)
	} else {
		d.warn("antre serve remembers it from its first start; a new server asks the others", "fencing: no timeline is remembered here yet")
	}
	d.fine("outage: a request is tried again for %s, then answered 503; asked again with its key it is done once", retryFor)
	config.ConnectTimeout = 3 * time.Second
	var primary *pgx.ConnConfig
	primaries := 0
	for _, host := range memory.hosts() {
		if d.host(host, memory.highest) {
			primary = host
			primaries++
		}
	}
	switch {
	case primaries == 0:
		d.fault("start PostgreSQL, or promote a standby", "no host of the address is a primary that may be used")
		return
	case primaries > 1:
		d.fault("stop the old one before anything else: fence it, then rebuild it as a standby", "%d hosts say that they are the primary", primaries)
	}
	d.primary(primary)
}

// host looks at one host, and says whether it is a primary that may be used.
func (d *doctor) host(host *pgx.ConnConfig, highest int64) bool {
	name := fmt.Sprintf("%s:%d", host.Host, host.Port)
	conn, err := pgx.ConnectConfig(d.ctx, host)
	if err != nil {
		d.warn("look at that machine", "%s does not answer: %v", name, firstLine(err))
		return false
	}
	defer func() { _ = conn.Close(d.ctx) }()
	p, err := readPrimary(d.ctx, conn.PgConn())
	switch {
	case err != nil:
		d.fault("look at that machine", "%s: %v", name, err)
		return false
	case p.standby:
		d.fine("%s is a standby", name)
		return false
	case p.timeline < highest:
		d.fault("it has been replaced: stop it, and rebuild it as a standby", "%s is an old primary, on timeline %d; this server has seen timeline %d", name, p.timeline, highest)
		return false
	}
	d.fine("%s is the primary, on timeline %d", name, p.timeline)
	return true
}

// firstLine is enough of what a driver says.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return strings.TrimSuffix(line, ":")
}

// primary looks at what the primary promises and at what the mall keeps there.
func (d *doctor) primary(config *pgx.ConnConfig) {
	db := stdlib.OpenDB(*config)
	defer func() { _ = db.Close() }()
	q := numbered{db}
	d.promises(q)
	there, err := hasTables(d.ctx, q, "postgres")
	if err != nil || !there {
		d.warn("antre serve or antre import makes them", "the database has no tables yet (%v)", err)
		return
	}
	if d.schema(q) {
		d.newest(q)
		d.names(q)
		d.others(q)
	}
}

// promises are PostgreSQL's settings on which an acknowledged number rests.
func (d *doctor) promises(q reading) {
	var version, most int
	var fsync, pages, standbys string
	if err := q.QueryRowContext(d.ctx, `SELECT current_setting('server_version_num')::int, current_setting('max_connections')::int, current_setting('fsync'),
		current_setting('full_page_writes'), current_setting('synchronous_standby_names')`).Scan(&version, &most, &fsync, &pages, &standbys); err != nil {
		d.fault("give the account the right to connect", "the settings of PostgreSQL cannot be read: %v", err)
		return
	}
	if version < oldestPostgres {
		d.fault("use PostgreSQL 13 or newer", "PostgreSQL is version %d.%d", version/10000, version%10000)
	} else {
		d.fine("PostgreSQL %d.%d", version/10000, version%10000)
	}
	for name, value := range map[string]string{"fsync": fsync, "full_page_writes": pages} {
		if value != "on" {
			d.fault("set "+name+" = on in postgresql.conf and restart", "%s is %s: a power cut can lose numbers that are on paper", name, value)
		}
	}
	if standbys == "" {
		d.warn("set synchronous_standby_names (Patroni: synchronous_mode) if the mall must survive the loss of this machine", "no standby confirms commits: numbers of the last moment are lost with this machine's disk")
	} else {
		d.fine("commits are confirmed by a standby: %s", standbys)
	}
	if most < perServer {
		d.warn(fmt.Sprintf("set max_connections to %d for each server and some more", perServer), "max_connections is %d", most)
	} else {
		d.fine("max_connections is %d, enough for %d servers", most, most/perServer)
	}
}

// others looks at the servers that share the database, at their clocks and at
// the secret they share.
func (d *doctor) others(q reading) {
	alive := 0
	var address string
	var clock, seen int64
	err := eachRow(d.ctx, q, []any{&address, &clock, &seen}, func() {
		s := Server{Clock: time.Duration(clock) * time.Millisecond, Seen: time.Duration(seen) * time.Millisecond}
		if !s.Alive() {
			d.warn("look at it, unless it was stopped on purpose", "server %s was last alive %s ago", address, s.Seen.Round(time.Second))
			return
		}
		alive++
		if s.Clock.Abs() > MaxDrift {
			d.fault("set its clock right (NTP)", "the clock of server %s differs from the database's by %s", address, s.Clock)
			return
		}
		d.fine("server %s is alive, its clock is within %s of the database's", address, max(s.Clock.Abs(), time.Millisecond))
	}, "SELECT address, clock_ms, "+databaseNow+" - seen_at FROM servers WHERE address <> '' AND seen_at > "+databaseNow+" - ? ORDER BY id", listedFor.Milliseconds())
	if err != nil {
		d.fault("run antre verify", "the servers cannot be read: %v", err)
	}
	var known string
	if err := q.QueryRowContext(d.ctx, "SELECT coalesce((SELECT value FROM meta WHERE name = 'secret_sha256'), '')").Scan(&known); err != nil {
		d.fault("run antre verify", "the secret's fingerprint cannot be read: %v", err)
		return
	}
	d.sharedSecret(known, alive)
}

func (d *doctor) sharedSecret(known string, alive int) {
	secret, err := readSecret(d.opts.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) && known == "":
		d.warn("antre serve makes it", "this mall has no secret yet")
	case errors.Is(err, fs.ErrNotExist) && alive > 0:
		d.warn("antre serve is given it by a running server", "this data folder has not the mall's secret")
	case errors.Is(err, fs.ErrNotExist):
		d.fault("copy the file secret from the data folder of another server, or from the backup", "this data folder has not the mall's secret, and no server is running that could give it")
	case err != nil:
		d.fault("restore it from the backup", "%v", err)
	case known != "" && known != fingerprint(secret):
		d.fault("name the right folder with --data", "the secret in this data folder is another mall's")
	default:
		d.fine("the secret that tickets' links are made with is there")
	}
}
