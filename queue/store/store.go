// Package store is everything SQL: it opens the database, owns every
// transaction, and says after each commit what changed.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"antre/queue"
)

// Options say where a store lives and what time it is.
type Options struct {
	Dir     string       // the data folder; made when missing
	File    string       // the database; "": antre.db in the data folder
	URL     string       // a PostgreSQL database, postgres://…; then File means nothing
	Address string       // how other machines reach this server; "" for a command
	Keyless bool         // a command that gives nobody a ticket, and so needs no installation's secret
	Log     *slog.Logger // nil: nothing is logged

	// Ask asks another server of the mall, at its address, for the highest
	// timeline it knows; nil: nobody is asked.
	Ask     func(ctx context.Context, address string) (timeline int64, err error)
	Now     func() time.Time // nil: time.Now
	Publish func(Change)     // called after each commit and its answers, from one goroutine, in order; must not block
	Solo    bool             // one commit for each request, so that a benchmark can compare; never in service
}

// Store is one mall's database. Its methods may be called from any goroutine.
type Store struct {
	opts   Options
	lock   *flock.Flock
	writer *sql.DB  // SQLite: one connection, BEGIN IMMEDIATE
	reader *sql.DB  // read only
	pg     *cluster // nil on SQLite

	secret  []byte // of this installation; tickets' tokens are derived from it
	epoch   string // of this process and this database
	jobs    chan *job
	stop    chan struct{}
	stopped chan struct{}
	failed  chan error // a fault after which nothing may be promised

	stmts      map[string]*sql.Stmt // the writer goroutine's own
	unprepared []string             // statements to keep once the transaction is over
	keys       keys

	lastMs     atomic.Int64           // newest stored time, Unix milliseconds; only who writes changes it
	ahead      atomic.Int64           // of the machine's clock, nanoseconds; only who writes changes it
	leapt      atomic.Pointer[string] // the day that a clock which leapt ahead wants to open
	seq        atomic.Int64
	underWay   sync.WaitGroup // requests that write to a shared database
	catalog    atomic.Pointer[Catalog]
	loading    sync.Mutex // of the catalog
	hallMu     sync.Mutex
	hall       *Hall
	hallSeq    int64
	complaints sync.Mutex
	complained map[string]time.Time // when, by what about
	hallMark   string               // where others write too
	ownClips   shelf[[]byte]
	pictures   shelf[*Image]
}

// ErrLocked says that another process has the data folder.
var ErrLocked = errors.New("another antre is using this data folder")

// Open opens the data folder, making it when it is missing, and the database,
// turns the business day if midnight passed while nobody was running, and
// starts the writer. The caller closes the store.
func Open(ctx context.Context, opts Options) (*Store, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if err := os.MkdirAll(opts.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	st := &Store{
		opts: opts, jobs: make(chan *job, 1024), stop: make(chan struct{}), stopped: make(chan struct{}),
		failed: make(chan error, 1), stmts: map[string]*sql.Stmt{}, complained: map[string]time.Time{},
	}
	open, run := st.openFile, st.run
	if opts.URL != "" {
		open, run = st.openShared, st.runShared
	}
	if err := open(ctx); err != nil {
		return nil, errors.Join(err, st.release())
	}
	go run()
	if err := st.TurnDay(ctx); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
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

// Ready proves that a number can be given now: it commits a row durably. A
// server whose clock differs too much from another's is not ready.
func (st *Store) Ready(ctx context.Context) error {
	if err := st.drift(); err != nil {
		return err
	}
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

// complain logs what goes wrong in the background, each thing once a while:
// during an outage the same would fill the log.
func (st *Store) complain(about string, err error) {
	const once = 30 * time.Second
	st.complaints.Lock()
	defer st.complaints.Unlock()
	if st.opts.Log == nil || time.Since(st.complained[about]) < once {
		return
	}
	st.complained[about] = time.Now()
	st.opts.Log.Warn(about, "err", err)
}
