package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// On PostgreSQL each request is a transaction of its own, and any number of
// servers write to one database.

const (
	longestWrite = 8 * time.Second         // a request that takes longer is given up
	retryFor     = 1500 * time.Millisecond // how long a request is run again before the caller is told to
)

// errAlone says that a request must be the only one that writes.
var errAlone = errors.New("nobody else may write meanwhile")

// errTurns is a request that comes when the day must turn first.
var errTurns = errors.New("the day turns")

// errDoubt is a commit of which nobody knows whether it stands.
var errDoubt = errors.New("the database did not say whether it saved")

func (st *Store) shared() bool { return st.pg != nil }

// runShared does what the writer goroutine does on SQLite: it ends when the
// store is closed, after those who watch the other servers.
func (st *Store) runShared() {
	defer close(st.stopped)
	st.pg.watch(st)
}

// writeShared runs a request until it stands or is refused. What the database
// could not do at once, because of another request or because it was away for
// a moment, is done again; a commit in doubt only when its retry key tells
// whether it stands.
func (st *Store) writeShared(do func(*txn) error) error {
	st.underWay.Add(1)
	defer st.underWay.Done()
	select {
	case <-st.stop:
		return closing()
	default:
	}
	began, alone := time.Now(), false
	for try := 0; ; try++ {
		named, err := st.attemptShared(do, alone)
		switch {
		case err == nil || isRefusal(err):
			return err
		case errors.Is(err, errTurns):
			// In a transaction of its own: a request that is refused does not undo it.
			if _, err := st.attemptShared(func(*txn) error { return nil }, true); err != nil && !passing(err) {
				return unavailable(err)
			}
			alone = true
			continue
		case errors.Is(err, errAlone):
			alone = true
			continue
		case !passing(err) || errors.Is(err, errDoubt) && !named || time.Since(began) > retryFor:
			return unavailable(err)
		}
		time.Sleep(time.Duration(1+rand.IntN(10<<min(try, 4))) * time.Millisecond) //nolint:gosec // only spreads requests
	}
}

// passing says that the same request may succeed when it is run again.
func passing(err error) bool {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return !errors.Is(err, errOldPrimary) // the connection, or errAgain
	}
	switch e.Code {
	case "40001", "40P01", "23505": // serialization, deadlock, somebody wrote that key first
		return true
	}
	switch e.Code[:2] {
	case "57", "08", "53", "25": // shutting down, connection, resources, read-only: a standby
		return true
	}
	return false
}

// attemptShared runs a request once. named says that it has a retry key.
func (st *Store) attemptShared(do func(*txn) error, alone bool) (named bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), longestWrite)
	defer cancel()
	tx, err := st.writer.BeginTx(ctx, nil)
	if err != nil {
		return false, fmt.Errorf("begin: %w", err)
	}
	t, at, changes, err := st.begin(ctx, tx, alone)
	if err == nil {
		err = do(t)
		named = t.retry != 0
	}
	if err == nil {
		err = t.writeHeads()
	}
	if err != nil {
		return named, errors.Join(err, abandon(tx))
	}
	if err := tx.Commit(); err != nil {
		return named, fmt.Errorf("%w: %w", errDoubt, err)
	}
	st.committed(t.batch, at)
	st.tell(append(changes, t.changed))
	return named, nil
}

// abandon rolls back; a connection that is gone has done so already.
func abandon(tx *sql.Tx) error {
	_ = tx.Rollback()
	return nil
}

// begin locks out whoever must be alone, or everybody else, reads the day and
// the definition in force and turns the day when it has come.
func (st *Store) begin(ctx context.Context, tx *sql.Tx, alone bool) (t *txn, at moment, changes []Change, err error) {
	b := newBatch()
	b.alone = alone
	t = st.newTxn(tx, b, at, "")
	t.ctx = ctx
	lock := "SELECT pg_advisory_xact_lock_shared(?)"
	if alone {
		lock = "SELECT pg_advisory_xact_lock(?)"
	}
	if _, err := tx.ExecContext(ctx, dollars(lock), writersLock); err != nil {
		return t, at, nil, fmt.Errorf("wait for the writers' lock: %w", err)
	}
	var last, definition string
	if _, err := t.row([]any{&last, &definition}, "SELECT coalesce((SELECT max(day) FROM days), ''), coalesce((SELECT value FROM meta WHERE name = 'definition'), '')"); err != nil {
		return t, at, nil, err
	}
	if definition != st.Catalog().revision {
		c, err := loadCatalog(ctx, t, st.storedNow)
		if err != nil {
			return t, at, nil, err
		}
		st.putCatalog(c)
		changes = append(changes, Change{Mall: true})
	}
	at = st.moment() // only now: the lock may have been waited for
	t.now, t.wall = at.now, at.wall
	if !alone && st.turns(last, st.dayOf(at.wall)) {
		return t, at, nil, errTurns
	}
	day, turned, err := t.ensureDay(last, &at)
	if err != nil {
		return t, at, nil, err
	}
	if turned != nil {
		changes = append(changes, *turned)
	}
	if !at.turned {
		st.keepTime(at)
	}
	own := st.newTxn(tx, b, at, day)
	own.ctx = ctx
	return own, at, changes, nil
}

// longestRead is how long a reader waits for a database that does not answer.
const longestRead = 5 * time.Second

// snapshot is how a reader sees one moment of the database in all it reads.
func (st *Store) snapshot() sql.IsolationLevel {
	if st.shared() {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

// reads is the pool for single reads.
func (st *Store) reads() reading { return st.on(st.reader) }

// on takes our statements to a pool or transaction of either engine.
func (st *Store) on(q reading) reading {
	if st.shared() {
		return numbered{q}
	}
	return q
}
