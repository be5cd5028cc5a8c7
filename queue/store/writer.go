package store

import (
	"context"
	"errors"
	"fmt"

	sqlite3 "github.com/mattn/go-sqlite3"

	"antre/queue"
)

// maxBatch bounds how many requests share one transaction, and so how long the
// first of them waits for the last.
const maxBatch = 256

// Change is what one committed transaction touched. It is published once, in
// order, after everybody who asked has been answered.
type Change struct {
	Calls    []Call         // to show and speak now
	Services map[int64]bool // services whose line changed
	Counters map[int64]bool // counters whose state or visitor changed
	Tickets  map[int64]bool // tickets that changed themselves
	Said     []string       // calls that a screen of another server has spoken
	Mall     bool           // the definition or the day changed: everything may have
}

// Call is one call or recall, for the screens and the voice of its zone.
type Call struct {
	ID        string // of its event
	Ticket    string
	ServiceID int64
	CounterID int64
	Recall    bool
}

type job struct {
	do   func(*txn) error
	done chan error
	err  error
}

// write hands a function to the writer goroutine and waits for its commit; on
// PostgreSQL it gets a transaction of its own, and may run more than once. The
// caller's context does not reach the transaction: cancelled inside, it would
// end it silently and the next statement would commit by itself.
func (st *Store) write(_ context.Context, do func(*txn) error) error {
	if st.shared() {
		return st.writeShared(do)
	}
	j := &job{do: do, done: make(chan error, 1)}
	select {
	case st.jobs <- j:
	case <-st.stop:
		return closing()
	}
	select {
	case err := <-j.done:
		return err
	case <-st.stopped:
	}
	select {
	case err := <-j.done:
		return err
	default:
		return closing()
	}
}

func closing() error {
	return queue.Refuse(queue.Unavailable, "closing", "Server sedang dimatikan. Coba lagi sebentar lagi.").
		English("The server is stopping. Try again in a moment.")
}

// run is the only goroutine that writes. Requests that arrive together share
// one transaction and one fsync.
func (st *Store) run() {
	defer close(st.stopped)
	for {
		select {
		case j := <-st.jobs:
			st.commit(st.gather(j))
		case <-st.stop:
			return
		}
	}
}

func (st *Store) gather(first *job) []*job {
	batch := []*job{first}
	for len(batch) < maxBatch && !st.opts.Solo {
		select {
		case j := <-st.jobs:
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

// commit runs a batch; when a statement in it fails, nobody else suffers: the
// batch is rolled back and each request runs again alone.
func (st *Store) commit(batch []*job) {
	changes, err := st.attempt(batch)
	if err != nil && len(batch) > 1 && !fatal(err) {
		for _, j := range batch {
			st.commit([]*job{j})
		}
		return
	}
	for _, j := range batch {
		if err != nil {
			j.err = unavailable(err)
		}
		j.done <- j.err
	}
	if err != nil {
		if fatal(err) {
			select {
			case st.failed <- err:
			default:
			}
		}
		return
	}
	st.publish(changes)
}

func (st *Store) publish(changes []Change) {
	for _, c := range changes {
		if st.opts.Publish != nil && !c.empty() {
			st.opts.Publish(c)
		}
	}
}

// attempt runs a batch in one transaction. An error means that nothing of it stands.
func (st *Store) attempt(jobs []*job) (changes []Change, err error) {
	if err := st.prepare(); err != nil {
		return nil, err
	}
	tx, err := st.writer.BeginTx(context.Background(), nil)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	now := st.moment()
	b := newBatch()
	opening := st.newTxn(tx, b, now, "")
	last, err := opening.lastDay()
	if err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	day, changed, err := opening.ensureDay(last, &now)
	if err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	if changed != nil {
		changes = append(changes, *changed)
	}
	if !now.turned {
		st.keepTime(now)
	}
	for _, j := range jobs {
		t := st.newTxn(tx, b, now, day)
		j.err = j.do(t)
		if j.err != nil && (t.wrote || !isRefusal(j.err)) {
			return nil, errors.Join(j.err, tx.Rollback())
		}
		if j.err == nil {
			changes = append(changes, t.changed)
		}
	}
	if err := st.newTxn(tx, b, now, day).writeHeads(); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	st.committed(b, now)
	return changes, nil
}

// committed puts in force what a transaction has made of the mall and the clock.
func (st *Store) committed(b *batch, at moment) {
	if b.catalog != nil {
		st.putCatalog(b.catalog)
	}
	if at.turned {
		st.restartClock(at)
	}
	st.seq.Add(1)
}

func isRefusal(err error) bool {
	_, ok := queue.AsRefusal(err)
	return ok
}

// unavailable is what a caller hears when a promise cannot be kept; refusals
// pass through.
func unavailable(err error) error {
	if isRefusal(err) {
		return err
	}
	return queue.Refuse(queue.Unavailable, "unavailable", "Sistem belum bisa menyimpan. Tidak ada yang berubah. Coba lagi sebentar lagi.").
		English("The system cannot save right now. Nothing was changed. Try again in a moment.").Because(err)
}

// fatal says that the disk broke a promise: SQLite's state after a failed
// write or fsync is unknown until the file is opened again.
func fatal(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && (e.Code == sqlite3.ErrIoErr || e.Code == sqlite3.ErrCorrupt)
}

func (c Change) empty() bool {
	return len(c.Calls) == 0 && len(c.Services) == 0 && len(c.Counters) == 0 && len(c.Tickets) == 0 && len(c.Said) == 0 && !c.Mall
}

// prepare keeps the statements that the last transaction met for the first
// time; only between transactions is the one connection free for it.
func (st *Store) prepare() error {
	for _, query := range st.unprepared {
		if st.stmts[query] != nil {
			continue
		}
		s, err := st.writer.PrepareContext(context.Background(), query) //nolint:sqlclosecheck // kept for the life of the writer
		if err != nil {
			return fmt.Errorf("prepare %q: %w", query, err)
		}
		st.stmts[query] = s
	}
	st.unprepared = st.unprepared[:0]
	return nil
}
