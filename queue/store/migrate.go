package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"

	"github.com/gofrs/flock"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3/database"

	"antre"
)

// ErrNotEmpty says that a database already holds a mall.
var ErrNotEmpty = errors.New("the database to move to is not empty")

// Moved is what a move has carried over and proved.
type Moved struct {
	Tables int
	Rows   int64
	Proof  Proof
}

// migrated are all tables in an order in which no row comes before one that it
// refers to. Who serves the mall is not moved.
func migrated() []string {
	return []string{"meta", "mall", "zones", "agencies", "services", "service_after", "counters", "counter_services", "periods", "holidays", "closures",
		"staff", "staff_counters", "sessions", "devices", "media", "media_parts", "zone_screens", "images", "clips", "days", "lines", "tickets", "stops", "actions", "chains", "events", "notes", "retry_keys"}
}

// Migrate moves a mall with its history from an SQLite file to an empty
// PostgreSQL database, all of it or nothing. Both records are proved, and must
// be the same, before anything is committed. The data folder must be free: its
// server stopped. Progress is told for each table.
func Migrate(ctx context.Context, dir, file, url string, progress func(table string, rows int64)) (m Moved, err error) {
	lock := flock.New(filepath.Join(dir, "antre.lock"))
	if got, err := lock.TryLock(); err != nil {
		return m, fmt.Errorf("lock the data folder: %w", err)
	} else if !got {
		return m, ErrLocked
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	from, err := sql.Open("sqlite3", dsn(file, "_query_only=1&mode=ro"))
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	source, err := from.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return m, fmt.Errorf("open %s: %w", file, err)
	}
	defer func() { err = errors.Join(err, endRead(source)) }()
	if version, err := readVersion(ctx, source); err != nil {
		return m, fmt.Errorf("open %s: %w", file, err)
	} else if version != schemaVersion {
		return m, fmt.Errorf("%s has schema version %d and this antre knows %d; run antre verify on it once, which brings it up to date", file, version, schemaVersion)
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return m, withoutPassword(err)
	}
	to := stdlib.OpenDB(*config)
	defer func() { err = errors.Join(err, to.Close()) }()
	return (&mover{ctx: ctx, dir: dir, source: source, progress: progress}).move(to)
}

// mover carries one mall over.
type mover struct {
	ctx      context.Context //nolint:containedctx // lives for one move
	dir      string
	source   *sql.Tx
	target   *sql.Tx
	conn     *sql.Conn
	progress func(table string, rows int64)
	moved    Moved
}

func (m *mover) move(to *sql.DB) (done Moved, err error) {
	if m.conn, err = to.Conn(m.ctx); err != nil {
		return done, fmt.Errorf("open the database to move to: %w", err)
	}
	defer func() { err = errors.Join(err, m.conn.Close()) }()
	if m.target, err = m.conn.BeginTx(m.ctx, nil); err != nil {
		return done, fmt.Errorf("open the database to move to: %w", err)
	}
	for _, step := range []func() error{m.makeTables, m.copyAll, m.noteSecret, m.proveBoth} {
		if err := step(); err != nil {
			return done, errors.Join(err, abandon(m.target))
		}
	}
	if err := m.target.Commit(); err != nil {
		return done, fmt.Errorf("commit the move: %w", err)
	}
	_, err = m.conn.ExecContext(m.ctx, "ANALYZE")
	return m.moved, err
}

// makeTables refuses a database that has a mall, and waits for servers that
// are making one in it.
func (m *mover) makeTables() error {
	if _, err := m.target.ExecContext(m.ctx, "SELECT pg_advisory_xact_lock($1)", schemaLock); err != nil {
		return fmt.Errorf("wait for the lock of the tables: %w", err)
	}
	there, err := hasTables(m.ctx, m.target, database.DialectPostgres)
	if err != nil {
		return err
	}
	if there {
		return ErrNotEmpty
	}
	if _, err := m.target.ExecContext(m.ctx, antre.Schema+"; DELETE FROM meta"); err != nil {
		return fmt.Errorf("create the tables: %w", err)
	}
	return nil
}

func (m *mover) copyAll() error {
	for _, table := range migrated() {
		n, err := m.copyTable(table)
		if err != nil {
			return fmt.Errorf("move table %s: %w", table, err)
		}
		var there int64
		if err := m.target.QueryRowContext(m.ctx, "SELECT count(*) FROM "+table).Scan(&there); err != nil {
			return fmt.Errorf("count table %s: %w", table, err)
		}
		if there != n {
			return fmt.Errorf("table %s has %d rows and %d have arrived", table, n, there)
		}
		m.moved.Tables++
		m.moved.Rows += n
		if m.progress != nil {
			m.progress(table, n)
		}
	}
	return nil
}

// noteSecret has servers with another data folder ask for this one's secret
// rather than make their own.
func (m *mover) noteSecret() error {
	secret, err := readSecret(m.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		_, err = m.target.ExecContext(m.ctx, "INSERT INTO meta (name, value) VALUES ('secret_sha256', $1) ON CONFLICT DO NOTHING", fingerprint(secret))
	}
	return err
}

// copyTable streams a table, and gives how many rows it has.
func (m *mover) copyTable(table string) (n int64, err error) {
	rows, err := m.source.QueryContext(m.ctx, "SELECT * FROM "+table)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	next := func() ([]any, error) {
		if !rows.Next() {
			return nil, rows.Err()
		}
		n++
		return values, rows.Scan(into...)
	}
	err = m.conn.Raw(func(driver any) error {
		_, err := driver.(*stdlib.Conn).Conn().CopyFrom(m.ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(next))
		return err
	})
	return n, errors.Join(err, rows.Err())
}

// proveBoth walks both records: what is broken is not moved, and what was moved
// must be the same to the last hash.
func (m *mover) proveBoth() error {
	before, err := prove(m.ctx, m.source)
	if err != nil {
		return fmt.Errorf("the record to move: %w", err)
	}
	after, err := prove(m.ctx, numbered{m.target})
	if err != nil {
		return fmt.Errorf("the record as it arrived: %w", err)
	}
	heads, err := chainHeads(m.ctx, m.source)
	if err != nil {
		return err
	}
	arrived, err := chainHeads(m.ctx, numbered{m.target})
	if err != nil {
		return err
	}
	same := before.Events == after.Events && before.Chains == after.Chains && before.Seals == after.Seals && before.Tickets == after.Tickets
	if !same || !maps.Equal(before.Kinds, after.Kinds) || !maps.Equal(before.States, after.States) || !maps.Equal(heads, arrived) {
		return errors.New("the record as it arrived is not the one that was moved")
	}
	m.moved.Proof = after
	return nil
}

func chainHeads(ctx context.Context, q querier) (map[string]chainHead, error) {
	heads := map[string]chainHead{}
	var name string
	var h chainHead
	err := eachRow(ctx, q, []any{&name, &h.length, &h.hash}, func() { heads[name] = h }, "SELECT name, length, head_hash FROM chains")
	return heads, err
}
