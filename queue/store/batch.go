package store

import (
	"antre/queue"
)

// batch is what requests of one transaction need not read twice. It lives no
// longer than its transaction, so it can never be older than the database.
type batch struct {
	gates   map[int64]gateRow    // by service
	waiting map[int64]int        // by line
	heads   map[string]chainHead // by chain, written back once before the commit
}

type gateRow struct {
	gate    queue.Gate
	serving int // open counters
}

type chainHead struct {
	length int64
	hash   string
}

func newBatch() *batch {
	return &batch{gates: map[int64]gateRow{}, waiting: map[int64]int{}, heads: map[string]chainHead{}}
}

// head is where a chain stands; a new chain begins with an empty hash.
func (t *txn) head(chain string) (h chainHead, err error) {
	if h, ok := t.batch.heads[chain]; ok {
		return h, nil
	}
	found, err := t.row([]any{&h.length, &h.hash}, "SELECT length, head_hash FROM chains WHERE name = ?", chain)
	if err == nil && !found {
		_, err = t.exec("INSERT INTO chains (name, length, head_hash) VALUES (?, 0, '')", chain)
	}
	return h, err
}

// writeHeads ends the batch: each chain's head is written once, however many
// events it gained.
func (t *txn) writeHeads() error {
	for chain, h := range t.batch.heads {
		if _, err := t.exec("UPDATE chains SET length = ?, head_hash = ? WHERE name = ?", h.length, h.hash, chain); err != nil {
			return err
		}
	}
	return nil
}

// ahead counts who waits in a line, once a batch.
func (t *txn) ahead(lineID int64) (n int, err error) {
	if n, ok := t.batch.waiting[lineID]; ok {
		return n, nil
	}
	return t.count("SELECT count(*) FROM stops WHERE line_id = ? AND state = 'waiting'", lineID)
}
