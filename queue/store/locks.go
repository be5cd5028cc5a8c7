package store

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"antre/queue"
)

// On SQLite one writer stands for every lock. On PostgreSQL requests run side
// by side, and each locks what it will read and change, always in this order:
// the counter, the lines by their service, tickets, the mall's own chain. What
// is read after a lock was waited for is as it was left by whoever held it.

// errAgain says that what a request had locked was not all it needed: it is
// run again from the beginning, and nothing of it stands.
var errAgain = errors.New("the ticket moved to another line meanwhile")

// locking ends a SELECT that locks the rows it reads; foreign keys to them may
// still be written by others.
func (st *Store) locking(table string) string {
	if st.shared() {
		return " FOR NO KEY UPDATE OF " + table
	}
	return ""
}

// alone makes this the only transaction that writes: it ends the day or
// changes what the mall is.
func (t *txn) alone() error {
	if t.st.shared() && !t.batch.alone {
		return errAlone
	}
	return nil
}

// lockLines locks the lines of some services and takes the time anew: it may
// have been waited for. Lines that a counter serves together are locked
// together, by one row, for their visitors stand in one order; the service's
// row is there before its line of today is.
func (t *txn) lockLines(services ...int64) error {
	if !t.st.shared() || len(services) == 0 {
		return nil
	}
	groups := t.st.Catalog().groupsOf(services)
	var id int64
	err := t.each([]any{&id}, func() { t.batch.locked[id] = true },
		"SELECT id FROM services WHERE id IN ("+marks(groups)+") ORDER BY id FOR NO KEY UPDATE", arguments(groups)...)
	clear(t.batch.lines)
	t.refresh()
	return err
}

// marks are the places of so many arguments in a statement.
func marks(ids []int64) string {
	return strings.TrimSuffix(strings.Repeat("?,", len(ids)), ",")
}

func arguments(ids []int64, before ...any) []any {
	for _, id := range ids {
		before = append(before, id)
	}
	return before
}

// refresh reads the clock again after a lock. Whoever is alone has waited for
// nobody since it was read, and may be setting it.
func (t *txn) refresh() {
	if t.batch.alone || t.st.leapt.Load() != nil {
		return
	}
	at := t.st.moment()
	if at.now.After(t.now) {
		t.now, t.wall = at.now, at.wall
		t.st.keepTime(at)
	}
}

// lockTickets locks every line that some tickets stand in and those of other
// services, then the tickets.
func (t *txn) lockTickets(tickets []int64, services ...int64) error {
	if !t.st.shared() {
		return nil
	}
	if len(tickets) == 0 {
		return t.lockLines(services...)
	}
	stands, err := t.linesOf(tickets)
	if err != nil {
		return err
	}
	if err := t.lockLines(append(stands, services...)...); err != nil {
		return err
	}
	var id int64
	if err := t.each([]any{&id}, func() {}, "SELECT id FROM tickets WHERE id IN ("+marks(tickets)+") ORDER BY id FOR NO KEY UPDATE", arguments(tickets)...); err != nil {
		return err
	}
	stands, err = t.linesOf(tickets)
	for _, g := range t.st.Catalog().groupsOf(stands) {
		if !t.batch.locked[g] {
			err = errors.Join(err, errAgain)
		}
	}
	return err
}

// linesOf are the services in whose lines tickets stand or have their number from.
func (t *txn) linesOf(tickets []int64) (services []int64, err error) {
	ids := marks(tickets)
	found := map[int64]bool{}
	var id int64
	err = t.each([]any{&id}, func() { found[id] = true }, `SELECT l.service_id FROM stops s JOIN lines l ON l.id = s.line_id WHERE s.ticket_id IN (`+ids+`)
		UNION SELECT l.service_id FROM tickets k JOIN lines l ON l.id = k.line_id WHERE k.id IN (`+ids+`)`, arguments(append(tickets[:len(tickets):len(tickets)], tickets...))...)
	return slices.Sorted(maps.Keys(found)), err
}

// lockVisitor locks the ticket of a stop if it waits in other lines too, and
// says whether its visitor stands at no counter but the one they are leaving.
func (t *txn) lockVisitor(stop, leaving int64) (free bool, err error) {
	var ticket int64
	var journey queue.JourneyOrder
	if _, err := t.row([]any{&ticket, &journey}, "SELECT t.id, t.journey FROM tickets t JOIN stops s ON s.ticket_id = t.id WHERE s.id = ?", stop); err != nil {
		return false, err
	}
	if journey != queue.Parallel {
		return true, nil // its only open stop is in a line that is locked
	}
	if _, err := t.row([]any{&ticket}, "SELECT id FROM tickets WHERE id = ? FOR NO KEY UPDATE", ticket); err != nil {
		return false, err
	}
	t.refresh()
	n, err := t.count("SELECT count(*) FROM stops WHERE ticket_id = ? AND state IN ('called', 'serving') AND id <> ?", ticket, leaving)
	return n == 0, err
}

// lockChain locks the mall's own chain, which any request may write to; a
// line's chain is its line's.
func (t *txn) lockChain(name string) error {
	if !t.st.shared() || name != "mall" {
		return nil
	}
	var there int
	_, err := t.row([]any{&there}, "SELECT 1 FROM chains WHERE name = ? FOR NO KEY UPDATE", name)
	return err
}

// servicesOf are the services a counter serves or helps.
func (k *Counter) servicesOf() []int64 {
	var ids []int64
	for _, s := range slices.Concat(k.Own, k.Assisted) {
		ids = append(ids, s.ID)
	}
	return ids
}
