package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"
)

// txn is one request inside a writing transaction, with its time.
type txn struct {
	st       *Store
	tx       *sql.Tx
	ctx      context.Context //nolint:containedctx // lives for one transaction; the caller's never reaches it
	batch    *batch
	now      time.Time // never goes back within a run; for everything that is stored
	wall     time.Time // the machine's clock; for the calendar
	day      string    // today's business day
	wrote    bool
	changed  Change
	retry    int64 // the retry key's id, 0 for none
	who      By
	image    image // what stood before, for undo
	last     int64 // the newest event it recorded
	reserved int64 // key of the next event, drawn with an arrival's place; 0 for none
}

// By is who asks: an officer, a visitor, the clock or the command line.
type By struct {
	Actor   string // "visitor", "staff", "clock" or "command"
	StaffID int64
	Account string // of the computer, for a command: who typed it
	Reason  string // why a command was given, where somebody said so
	Retry   Retry
	Current *string // the number that whoever acts saw at the counter, "" nobody; nil: not said
}

// notes adds who typed a command, and why, to what an event says beside the chain.
func (by By) notes(own map[string]string) map[string]string {
	all := map[string]string{}
	for name, content := range map[string]string{"account": by.Account, "why": by.Reason} {
		if content != "" {
			all[name] = content
		}
	}
	maps.Copy(all, own)
	return all
}

func (st *Store) newTxn(tx *sql.Tx, b *batch, at moment, day string) *txn {
	return &txn{st: st, tx: tx, ctx: context.Background(), batch: b, now: at.now, wall: at.wall, day: day, who: By{Actor: "clock"}, changed: Change{
		Services: map[int64]bool{}, Counters: map[int64]bool{}, Tickets: map[int64]bool{},
	}}
}

func (t *txn) ms() int64 { return t.now.UnixMilli() }

func (t *txn) newID() int64 { return t.st.keys.next(t.now) }

// statement is one that a transaction runs: prepared by us on SQLite, by the
// driver on PostgreSQL.
type statement interface {
	ExecContext(ctx context.Context, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, args ...any) *sql.Row
}

// plain is a statement that the driver prepares and keeps.
type plain struct {
	tx    *sql.Tx
	query string
}

// ExecContext runs the statement.
func (p plain) ExecContext(ctx context.Context, args ...any) (sql.Result, error) {
	return p.tx.ExecContext(ctx, p.query, args...)
}

// QueryContext reads rows.
func (p plain) QueryContext(ctx context.Context, args ...any) (*sql.Rows, error) {
	return p.tx.QueryContext(ctx, p.query, args...)
}

// QueryRowContext reads one row.
func (p plain) QueryRowContext(ctx context.Context, args ...any) *sql.Row {
	return p.tx.QueryRowContext(ctx, p.query, args...)
}

// prepared binds the statement prepared on the writer's only connection. A
// new statement is prepared on the transaction: asking the pool for a second
// connection while the first is busy would wait for ever.
func (t *txn) prepared(query string) (statement, error) {
	if t.st.shared() {
		return plain{t.tx, dollars(query)}, nil
	}
	if s, ok := t.st.stmts[query]; ok {
		return t.tx.StmtContext(t.ctx, s), nil
	}
	t.st.unprepared = append(t.st.unprepared, query)
	return t.tx.PrepareContext(t.ctx, query)
}

func (t *txn) exec(query string, args ...any) (sql.Result, error) {
	t.wrote = true
	s, err := t.prepared(query)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", query, err)
	}
	res, err := s.ExecContext(t.ctx, args...)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", query, err)
	}
	return res, nil
}

// row reads one row; found is false when there is none.
func (t *txn) row(dest []any, query string, args ...any) (found bool, err error) {
	s, err := t.prepared(query)
	if err != nil {
		return false, fmt.Errorf("prepare %q: %w", query, err)
	}
	err = s.QueryRowContext(t.ctx, args...).Scan(dest...)
	if isNoRows(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%q: %w", query, err)
	}
	return true, nil
}

// QueryRowContext and QueryContext let readers run inside the transaction, on
// its statements and with its context.
func (t *txn) QueryRowContext(_ context.Context, query string, args ...any) *sql.Row {
	s, err := t.prepared(query)
	if err != nil {
		return t.tx.QueryRowContext(t.ctx, query, args...) // fails the same way, and says so in Scan
	}
	return s.QueryRowContext(t.ctx, args...)
}

// QueryContext reads rows.
func (t *txn) QueryContext(_ context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := t.prepared(query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(t.ctx, args...)
}

// each reads all rows, calling take after each was scanned into dest.
func (t *txn) each(dest []any, take func(), query string, args ...any) (err error) {
	return eachRow(context.Background(), t, dest, take, query, args...)
}

func isNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func eachRow(ctx context.Context, q querier, dest []any, take func(), query string, args ...any) (err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("%q: %w", query, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return fmt.Errorf("%q: %w", query, err)
		}
		take()
	}
	return rows.Err()
}

// event is one row of the record, before it is chained.
type event struct {
	kind      string
	line      int64 // 0: the mall's own chain
	ticketID  int64
	stopID    int64
	counterID int64
	undoes    int64
	detail    map[string]any
	notes     map[string]string // outside the chain, so that they can be purged
}

// record appends an event to its chain and returns its id.
func (t *txn) record(e event) (int64, error) {
	if !knownKind(e.kind) {
		return 0, fmt.Errorf("record: %q is not a kind of event", e.kind)
	}
	chain := "mall"
	if e.line != 0 {
		chain = chainOf(e.line)
	}
	head, err := t.head(chain)
	if err != nil {
		return 0, err
	}
	id := t.reserved
	if t.reserved = 0; id == 0 {
		id = t.newID()
	}
	t.last = id
	e.notes = t.who.notes(e.notes)
	detail, salts, err := detailOf(e)
	if err != nil {
		return 0, err
	}
	row := eventRow{id: id, chain: chain, position: head.length + 1, kind: e.kind, at: t.ms(), day: t.day, ticket: orNull(e.ticketID), stop: orNull(e.stopID),
		counter: orNull(e.counterID), staff: orNull(t.who.StaffID), actor: t.who.Actor, retry: orNull(t.retry), undoes: orNull(e.undoes), detail: detail}
	if row.hash, err = row.chainHash(head.hash); err != nil {
		return 0, err
	}
	t.batch.heads[chain] = chainHead{length: row.position, hash: row.hash}
	if _, err := t.exec(`INSERT INTO events (id, chain, position, kind, at, day, ticket_id, stop_id, counter_id, staff_id, actor, retry_id, undoes, detail, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, row.id, row.chain, row.position, row.kind, row.at, row.day,
		row.ticket, row.stop, row.counter, row.staff, row.actor, row.retry, row.undoes, row.detail, row.hash); err != nil {
		return 0, err
	}
	return id, t.keepNotes(id, e.notes, salts)
}

// chainOf is the chain of a line's events.
func chainOf(line int64) string { return "line:" + strconv.FormatInt(line, 10) }

// noteHash ends the name of a note's salted hash in an event's detail.
const noteHash = "_sha256"

// detailOf puts only a salted hash of each note into the chained detail.
func detailOf(e event) (detail string, salts map[string]string, err error) {
	salts = map[string]string{}
	all := map[string]any{}
	for k, v := range e.detail {
		all[k] = v
	}
	for name, content := range e.notes {
		salts[name] = randomText()
		sum := sha256.Sum256([]byte(salts[name] + content))
		all[name+noteHash] = hex.EncodeToString(sum[:])
	}
	b, err := json.Marshal(all)
	return string(b), salts, err
}

func (t *txn) keepNotes(eventID int64, notes, salts map[string]string) error {
	for name, content := range notes {
		if _, err := t.exec("INSERT INTO notes (event_id, name, salt, content) VALUES (?, ?, ?, ?)", eventID, name, salts[name], content); err != nil {
			return err
		}
	}
	return nil
}

func orNull(id int64) sql.NullInt64 { return sql.NullInt64{Int64: id, Valid: id != 0} }
