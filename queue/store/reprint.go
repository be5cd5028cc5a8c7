package store

import "context"

// Reprint notes that a member of staff prints today's number once more: a
// second paper with one number is in the record, with who gave it out. Staff
// with the right to; the edge checks. Nothing is published.
func (st *Store) Reprint(ctx context.Context, by By, code string) (Reply[Ticket], error) {
	return once(ctx, st, by, func(t *txn) (Ticket, error) {
		stops, err := t.stopsOfCode(code)
		if err != nil {
			return Ticket{}, err
		}
		var line int64
		ticket := stops[0].ticketID
		if _, err := t.row([]any{&line}, "SELECT line_id FROM tickets WHERE id = ?", ticket); err != nil {
			return Ticket{}, err
		}
		if _, err := t.record(event{kind: "reprinted", line: line, ticketID: ticket}); err != nil {
			return Ticket{}, err
		}
		return readTicket(ctx, t, st.Catalog(), t.day, ticket)
	})
}
