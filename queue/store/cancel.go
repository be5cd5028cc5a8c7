package store

import (
	"context"

	"antre/queue"
)

// atTicket runs what a visitor does with their ticket's token, on its stops.
func (st *Store) atTicket(ctx context.Context, by By, token string, act func(t *txn, id int64, stops []stopRow) error) (Reply[Ticket], error) {
	return once(ctx, st, by, func(t *txn) (Ticket, error) {
		var id int64
		found, err := t.row([]any{&id}, "SELECT id FROM tickets WHERE token_hash = ?", hashToken(token))
		if err != nil {
			return Ticket{}, err
		}
		if !found {
			return Ticket{}, unknownTicket()
		}
		if err := t.lockTickets([]int64{id}); err != nil {
			return Ticket{}, err
		}
		stops, err := t.stopsOf(id)
		if err != nil {
			return Ticket{}, err
		}
		if err := act(t, id, stops); err != nil {
			return Ticket{}, err
		}
		return readTicket(context.Background(), t, st.Catalog(), t.day, id)
	})
}

// Cancel lets the visitor leave the line, with the ticket's token. It refuses
// once the number has been called or has ended. Publishes the line.
func (st *Store) Cancel(ctx context.Context, by By, token string) (Reply[Ticket], error) {
	return st.atTicket(ctx, by, token, func(t *txn, id int64, stops []stopRow) error {
		if refusal := st.mayCancel(stops); refusal != nil {
			return refusal
		}
		back, err := t.giveBack(id, stops)
		if err != nil {
			return err
		}
		for _, s := range stops {
			if to, ok := queue.Move(s.state, queue.Cancel); ok {
				if err := t.cancelStop(s, to, back); err != nil {
					return err
				}
				back = false
			}
		}
		return nil
	})
}

// cancelStop ends one stop of a visitor who leaves. One of them tells that the
// number's place in the quota is given back.
func (t *txn) cancelStop(s stopRow, to queue.State, givesBack bool) error {
	after := s
	after.state, after.endedAt, after.endedBy = to, at(t.ms()), "visitor"
	detail := map[string]any{"by": "visitor"}
	if givesBack {
		detail["gives_back"] = true
	}
	_, err := t.change(s, after, string(to), detail, nil)
	return err
}

// giveBack returns a cancelled number's place in the quota, if the mall wants
// it so and nobody was served on it.
func (t *txn) giveBack(ticketID int64, before []stopRow) (given bool, err error) {
	if !t.st.Settings().CancelledReturns() {
		return false, nil
	}
	for _, s := range before {
		if s.state == queue.Done || s.state == queue.Transferred {
			return false, nil
		}
	}
	var line int64
	var class queue.Class
	var channel queue.Channel
	if _, err := t.row([]any{&line, &class, &channel}, "SELECT line_id, class, channel FROM tickets WHERE id = ?", ticketID); err != nil {
		return false, err
	}
	return true, t.giveQuota(line, class, channel)
}

// mayCancel refuses while the visitor stands at a counter, and when nothing is
// left to cancel.
func (st *Store) mayCancel(stops []stopRow) *queue.Refusal {
	open := false
	for _, s := range stops {
		if s.state.AtCounter() {
			return st.refuseMove(s)
		}
		if _, ok := queue.Move(s.state, queue.Cancel); ok {
			open = true
		}
	}
	if open || len(stops) == 0 {
		return nil
	}
	states := make([]queue.State, len(stops))
	for i, s := range stops {
		states[i] = s.state
	}
	return st.refuseMove(stops[queue.TopStop(states)])
}
