package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3/database"
)

// Advisory locks are of one database, and this database is the mall's own.
const (
	writersLock = int64(0x616e74726501) // shared by all who write; held alone by who ends the day or changes the mall
	schemaLock  = int64(0x616e74726502) // by who creates or upgrades the tables
)

const (
	writers = 24 // connections that write, of one server
	readers = 12 // connections that read
)

// cluster is a PostgreSQL that several servers share.
type cluster struct {
	config  *pgx.ConnConfig
	fence   *fence
	server  int64 // this server's number: its row in servers; 0 for a command
	outbox  chan Change
	arrived chan Change
	voices  *voices
	known   *callsKnown

	mu      sync.Mutex
	servers []Server
	drift   error // why this server's clock keeps it from being ready
}

// openShared opens a PostgreSQL database, making its tables when they are missing.
func (st *Store) openShared(ctx context.Context) error {
	config, err := pgx.ParseConfig(st.opts.URL)
	if err != nil {
		return fmt.Errorf("read the database's address: %w", withoutPassword(err))
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 3 * time.Second
	}
	// A host that is gone without a word is noticed in seconds, not in hours.
	dialer := &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 3 * time.Second, Interval: time.Second, Count: 3}}
	config.DialFunc = dialer.DialContext
	config.RuntimeParams["application_name"] = "antre"
	st.pg = &cluster{config: config, outbox: make(chan Change, 1<<12), arrived: make(chan Change, 1<<12), known: newCallsKnown()}
	if st.pg.fence, err = openFence(st.opts.Dir, config, st.opts.Ask); err != nil {
		return err
	}
	st.pg.fence.guard(config)
	st.writer = st.pg.pool(writers)
	st.reader = st.pg.pool(readers)
	if err := st.writer.PingContext(ctx); err != nil {
		return fmt.Errorf("open the database: %w", withoutPassword(err))
	}
	if err := st.pg.prepareSchema(ctx, st.writer); err != nil {
		return err
	}
	if err := st.resume(ctx); err != nil {
		return err
	}
	if err := st.enlist(ctx); err != nil {
		return err
	}
	st.pg.voices = newVoices(config, st.pg.fence)
	return st.reloadCatalog(ctx)
}

// withoutPassword keeps a connection's secrets out of messages and logs.
func withoutPassword(err error) error {
	var parse *pgconn.ParseConfigError
	if errors.As(err, &parse) {
		return errors.New("it is not a PostgreSQL address: postgres://user@host:5432/database")
	}
	return err
}

// pool opens connections, each of which has proved to lead to the newest
// primary, and proves it again when it is used again.
func (c *cluster) pool(size int) *sql.DB {
	db := stdlib.OpenDB(*c.config, stdlib.OptionAfterConnect(greet), stdlib.OptionResetSession(c.fence.recheck))
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db
}

// greet makes every acknowledged number be on disk, whatever the database's
// default is.
func greet(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')")
	return err
}

// prepareSchema creates the tables of an empty database or upgrades old ones,
// one server at a time.
func (c *cluster) prepareSchema(ctx context.Context, db *sql.DB) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", schemaLock); err != nil {
		return fmt.Errorf("wait for the lock of the tables: %w", err)
	}
	defer func() {
		_, unlock := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", schemaLock)
		err = errors.Join(err, unlock)
	}()
	return prepareTables(ctx, db, database.DialectPostgres)
}
