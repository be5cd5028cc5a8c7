package store

import (
	"encoding/json"
	"fmt"

	"antre/queue"
)

// checkUnmoved refuses an undo, naming who, when a visitor it touched has moved
// since: the stop itself, or another one of the same ticket that was called
// meanwhile, for nobody can be put back to two counters.
func (t *txn) checkUnmoved(img image) error {
	expected := map[int64]int64{}
	var ids []int64
	for _, i := range img.Stops {
		expected[i.ID] = i.AfterRev
		ids = append(ids, i.ID)
	}
	for _, id := range append(ids, img.Created...) {
		s, err := t.stop(id)
		if err != nil {
			return err
		}
		changes, err := t.changesOf(s.ticketID)
		if err != nil {
			return err
		}
		if changes != img.Tickets[s.ticketID] || s.rev != expected[id] {
			return t.refuseUndo(s, img.Last)
		}
	}
	return nil
}

// refuseUndo says where the ticket stands now and who brought it there.
func (t *txn) refuseUndo(moved stopRow, after int64) error {
	stops, err := t.stopsOf(moved.ticketID)
	if err != nil {
		return err
	}
	s := top(stops)
	if s.state.AtCounter() {
		return t.st.refuseMove(s)
	}
	by, err := t.lastMover(s.ticketID, after)
	if err != nil {
		return err
	}
	return queue.RefuseMove(s.code, s.state, by)
}

// lastMover is who last did something to a ticket: a counter, "visitor" or
// "day_end". A change of class is told of the counter that asked for it, and
// the leg of a journey that begins by itself of the counter before it.
func (t *txn) lastMover(ticketID, after int64) (by string, err error) {
	var kind, actor, detail string
	var counter int64
	found, err := t.row([]any{&kind, &actor, &counter, &detail}, `SELECT kind, actor, coalesce(counter_id, 0), detail FROM events
		WHERE ticket_id = ? AND stop_id IS NOT NULL AND id > ? AND (counter_id IS NOT NULL OR actor <> 'staff' OR kind = 'class_changed') ORDER BY id DESC LIMIT 1`, ticketID, after)
	if err != nil || !found {
		return "", err
	}
	var told struct {
		AskedAt int64 `json:"asked_at"`
	}
	if err := json.Unmarshal([]byte(detail), &told); err != nil {
		return "", fmt.Errorf("read an event: %w", err)
	}
	switch {
	case actor == "visitor":
		return "visitor", nil
	case actor == "clock":
		return "day_end", nil
	case kind == "class_changed":
		return t.st.counterName(told.AskedAt), nil
	}
	return t.st.counterName(counter), nil
}
