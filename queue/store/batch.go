package store

import (
	"maps"
	"slices"

	"antre/queue"
)

// batch is what requests of one transaction need not read twice. It lives no
// longer than its transaction, so it can never be older than the database.
type batch struct {
	doors   map[int64]doorsRow    // by service
	lines   map[int64]*lineRow    // by service
	closed  map[int64]calendarRow // by service
	waiting map[int64]waitingRow  // by line
	heads   map[string]chainHead  // by chain, written back once before the commit
	alone   bool                  // on PostgreSQL: nobody else writes meanwhile
	locked  map[int64]bool        // groups of services whose lines are locked
	catalog *Catalog              // of a mall that this batch changed; nil: it did not
}

// waitingRow is who waits in a line, by class, but for those who are late.
type waitingRow struct {
	regular, priority int
	overdue           bool // the first regular has waited too long
}

// calendarRow is what the calendar says of a service at the batch's time.
type calendarRow struct{ closed *queue.Closed }

type chainHead struct {
	length int64
	hash   string
}

func newBatch() *batch {
	return &batch{doors: map[int64]doorsRow{}, lines: map[int64]*lineRow{}, closed: map[int64]calendarRow{}, waiting: map[int64]waitingRow{}, heads: map[string]chainHead{}, locked: map[int64]bool{}}
}

// head is where a chain stands; a new chain begins with an empty hash.
func (t *txn) head(chain string) (h chainHead, err error) {
	if h, ok := t.batch.heads[chain]; ok {
		return h, nil
	}
	if err := t.lockChain(chain); err != nil {
		return h, err
	}
	var last int64
	found, err := t.row([]any{&h.length, &h.hash, &last}, `SELECT c.length, c.head_hash, coalesce(e.id, 0) FROM chains c
		LEFT JOIN events e ON e.chain = c.name AND e.position = c.length WHERE c.name = ?`, chain)
	if err == nil && !found {
		_, err = t.exec("INSERT INTO chains (name, length, head_hash) VALUES (?, 0, '')", chain)
	}
	t.st.keys.saw(last) // along a chain keys grow, whichever server made them
	return h, err
}

// writeHeads ends the batch: each chain's head is written once, however many
// events it gained; the mall's own last, as it was locked last.
func (t *txn) writeHeads() error {
	for _, chain := range slices.Sorted(maps.Keys(t.batch.heads)) {
		h := t.batch.heads[chain]
		if _, err := t.exec("UPDATE chains SET length = ?, head_hash = ? WHERE name = ?", h.length, h.hash, chain); err != nil {
			return err
		}
	}
	return nil
}

// waitingIn counts who waits in a line, once a batch.
func (t *txn) waitingIn(lineID int64) (w waitingRow, err error) {
	if w, ok := t.batch.waiting[lineID]; ok {
		return w, nil
	}
	var first int64
	_, err = t.row([]any{&w.regular, &w.priority, &first}, `SELECT coalesce(sum(CASE WHEN class = 'regular' THEN 1 ELSE 0 END), 0),
		coalesce(sum(CASE WHEN class = 'priority' THEN 1 ELSE 0 END), 0), coalesce(min(CASE WHEN class = 'regular' THEN arrived_at END), 0)
		FROM stops WHERE line_id = ? AND state = 'waiting' AND late_until <= ?`, lineID, t.ms())
	longest := t.st.Settings().Counting().MaxWait
	w.overdue = w.regular > 0 && longest > 0 && t.ms()-first > longest.Milliseconds()
	return w, err
}
