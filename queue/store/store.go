// Package store is everything SQL: it opens the database, owns every
// transaction, and says after each commit what changed.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"antre"
	"antre/queue"
)

// schemaVersion is the version that schema.sql carries. A database with a
// newer one was written by a newer Antre and is refused.
const schemaVersion = "2"

// Options say where a store lives and what time it is.
type Options struct {
	Dir     string           // the data folder; made when missing
	File    string           // the database; "": antre.db in the data folder
	URL     string           // a PostgreSQL database, postgres://…; then File means nothing
	Address string           // how other machines reach this server; "" for a command
	Now     func() time.Time // nil: time.Now
	Publish func(Change)     // called after each commit and its answers, from one goroutine, in order; must not block
	Solo    bool             // one commit for each request, so that a benchmark can compare; never in service
}

// Store is one mall's database. Its methods may be called from any goroutine.
type Store struct {
	opts   Options
	lock   *flock.Flock
	writer *sql.DB // one connection, BEGIN IMMEDIATE
	reader *sql.DB // read only

	secret  []byte // of this installation; tickets' tokens are derived from it
	epoch   string // of this process and this database
	jobs    chan *job
	stop    chan struct{}
	stopped chan struct{}
	failed  chan error // a fault after which nothing may be promised

	stmts      map[string]*sql.Stmt // the writer goroutine's own
	unprepared []string             // statements to keep once the transaction is over
	lastID     int64                // the writer goroutine's own
	lastPlace  int64                // newest place given today, in any line; the writer goroutine's own

	lastMs  atomic.Int64           // newest stored time, Unix milliseconds; only the writer changes it
	ahead   atomic.Int64           // of the machine's clock, nanoseconds; only the writer changes it
	leapt   atomic.Pointer[string] // the day that a clock which leapt ahead wants to open
	seq     atomic.Int64
	catalog atomic.Pointer[Catalog]
	loading sync.Mutex // of the catalog
	hallMu  sync.Mutex
	hall    *Hall
	hallSeq int64
}

// ErrLocked says that another process has the data folder.
var ErrLocked = errors.New("another antre is using this data folder")

// Open opens the data folder, making it when it is missing, turns the business
// day if midnight passed while nobody was running, and starts the writer. The
// caller closes the store.
func Open(ctx context.Context, opts Options) (*Store, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if err := os.MkdirAll(opts.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	st := &Store{
		opts: opts, jobs: make(chan *job, 1024), stop: make(chan struct{}), stopped: make(chan struct{}),
		failed: make(chan error, 1), stmts: map[string]*sql.Stmt{},
	}
	if err := st.open(ctx); err != nil {
		return nil, errors.Join(err, st.release())
	}
	go st.run()
	if err := st.TurnDay(ctx); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

func (st *Store) open(ctx context.Context) error {
	st.lock = flock.New(filepath.Join(st.opts.Dir, "antre.lock"))
	got, err := st.lock.TryLock()
	if err != nil {
		return fmt.Errorf("lock the data folder: %w", err)
	}
	if !got {
		return ErrLocked
	}
	if st.secret, err = installationSecret(st.opts.Dir); err != nil {
		return err
	}
	path := st.opts.File
	if path == "" {
		path = filepath.Join(st.opts.Dir, "antre.db")
	}
	if st.writer, err = sql.Open("sqlite3", dsn(path, "_journal_mode=WAL&_txlock=immediate&_synchronous=FULL")); err != nil {
		return err
	}
	st.writer.SetMaxOpenConns(1)
	if err := assertEngine(ctx, st.writer); err != nil {
		return err
	}
	if err := st.loadSchema(ctx); err != nil {
		return err
	}
	if st.reader, err = sql.Open("sqlite3", dsn(path, "_query_only=1&mode=ro&_stmt_cache_size=64")); err != nil {
		return err
	}
	st.reader.SetMaxOpenConns(8)
	if err := st.resume(ctx); err != nil {
		return err
	}
	return st.reloadCatalog(ctx)
}

// dsn carries the pragmas: run once on a pool they would reach one connection only.
func dsn(path, more string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}
	return u.String() + "?_foreign_keys=1&_busy_timeout=5000&" + more
}

// assertEngine refuses an SQLite that can corrupt a write-ahead log (3.7.0 to
// 3.51.2, fixed in 3.51.3) and a connection whose pragmas are not in force:
// without FULL a number on paper could be rolled back by a power cut.
func assertEngine(ctx context.Context, db *sql.DB) error {
	var version string
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	if !versionAtLeast(version, 3, 51, 3) {
		return fmt.Errorf("SQLite %s can damage its log; build with 3.51.3 or newer", version)
	}
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000"} {
		var got string
		if err := db.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil {
			return fmt.Errorf("read pragma %s: %w", pragma, err)
		}
		if got != want {
			return fmt.Errorf("pragma %s is %s, must be %s", pragma, got, want)
		}
	}
	return nil
}

func versionAtLeast(version string, want ...int) bool {
	var got [3]int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &got[0], &got[1], &got[2]); err != nil {
		return false
	}
	for i, w := range want {
		if got[i] != w {
			return got[i] > w
		}
	}
	return true
}

// loadSchema gives an empty database the schema and refuses a newer one.
func (st *Store) loadSchema(ctx context.Context) error {
	var tables int
	if err := st.writer.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'meta'").Scan(&tables); err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	if tables == 0 {
		return st.createSchema(ctx)
	}
	var version string
	if err := st.writer.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'schema_version'").Scan(&version); err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if version != schemaVersion {
		return fmt.Errorf("the database has schema version %s and this antre knows %s; use the newer antre", version, schemaVersion)
	}
	return nil
}

func (st *Store) createSchema(ctx context.Context) error {
	tx, err := st.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	_, err = tx.ExecContext(ctx, antre.Schema)
	if err == nil {
		_, err = tx.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES ('installation', ?)", randomText())
	}
	if err != nil {
		return errors.Join(fmt.Errorf("create the database: %w", err), tx.Rollback())
	}
	return tx.Commit()
}

// resume reads what the writer carries from one run to the next.
func (st *Store) resume(ctx context.Context) error {
	var installation string
	if err := st.writer.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'installation'").Scan(&installation); err != nil {
		return fmt.Errorf("read the installation: %w", err)
	}
	st.epoch = installation[:8] + "-" + randomText()[:12]
	const newest = `SELECT max(id) FROM (SELECT max(id) AS id FROM tickets UNION ALL SELECT max(id) FROM stops
		UNION ALL SELECT max(id) FROM events UNION ALL SELECT max(id) FROM lines)`
	var last sql.NullInt64
	if err := st.writer.QueryRowContext(ctx, newest).Scan(&last); err != nil {
		return fmt.Errorf("read the newest key: %w", err)
	}
	st.lastID = last.Int64
	// The keys are made of the time, so the newest event's time is in them too;
	// the stored time is read where the day began.
	var at, opened sql.NullInt64
	if err := st.writer.QueryRowContext(ctx, "SELECT (SELECT at FROM events ORDER BY id DESC LIMIT 1), (SELECT opened_at FROM days ORDER BY day DESC LIMIT 1)").Scan(&at, &opened); err != nil {
		return fmt.Errorf("read the newest time: %w", err)
	}
	st.lastMs.Store(max(at.Int64, opened.Int64))
	if err := st.writer.QueryRowContext(ctx, "SELECT coalesce(max(last_place), 0) FROM lines WHERE day = (SELECT max(day) FROM days)").Scan(&st.lastPlace); err != nil {
		return fmt.Errorf("read the newest place: %w", err)
	}
	return nil
}

// Epoch belongs to one process and one database: a client that sees another
// one forgets all it knew.
func (st *Store) Epoch() string { return st.epoch }

// Now is the store's clock.
func (st *Store) Now() time.Time { return st.opts.Now() }

// Location is the mall's zone of time.
func (st *Store) Location() *time.Location { return st.Catalog().Location() }

// Failed gives the fault after which the process must stop and recover by
// starting again: an fsync that failed once must never be retried.
func (st *Store) Failed() <-chan error { return st.failed }

// Close waits for the requests under way, then closes the database and frees
// the data folder.
func (st *Store) Close() error {
	close(st.stop)
	<-st.stopped
	return st.release()
}

func (st *Store) release() error {
	var errs []error
	if st.reader != nil {
		errs = append(errs, st.reader.Close())
	}
	if st.writer != nil {
		errs = append(errs, st.writer.Close())
	}
	if st.lock != nil {
		errs = append(errs, st.lock.Unlock())
	}
	return errors.Join(errs...)
}

// Ready proves that a number can be given now: it commits a row durably.
func (st *Store) Ready(ctx context.Context) error {
	return st.write(ctx, func(t *txn) error {
		_, err := t.exec("INSERT INTO meta (name, value) VALUES ('ready_at', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
			fmt.Sprint(t.now.UnixMilli()))
		return err
	})
}

// Catalog is the mall's definition as it is in force.
func (st *Store) Catalog() *Catalog { return st.catalog.Load() }

// Settings are the mall's own.
func (st *Store) Settings() queue.Settings { return st.Catalog().Mall.Settings }
