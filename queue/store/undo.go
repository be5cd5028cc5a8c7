package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"antre/queue"
)

// image is what stood before an officer's action, and how to know that nothing
// has moved since.
type image struct {
	First   int64           `json:"-"`       // the action's first event
	Last    int64           `json:"last"`    // its last event: later ones have larger keys
	Tickets map[int64]int64 `json:"tickets"` // how often the stops of each had changed then
	Stops   []stopImage     `json:"stops,omitempty"`
	Created []int64         `json:"created,omitempty"` // stops that were not there
	Runs    *runImage       `json:"runs,omitempty"`
}

// stopImage is a stop as it was, and the rev it had after the action.
type stopImage struct {
	ID       int64       `json:"id"`
	AfterRev int64       `json:"after_rev"`
	Place    int64       `json:"place"`
	Arrived  int64       `json:"arrived"`
	State    queue.State `json:"state"`
	Counter  int64       `json:"counter"`
	Called   int64       `json:"called"`
	Last     int64       `json:"last"`
	Started  int64       `json:"started"`
	Ended    int64       `json:"ended"`
	Calls    int         `json:"calls"`
	Inferred bool        `json:"inferred"`
	Returned bool        `json:"returned"`
	EndedBy  string      `json:"ended_by"`
	Late     int64       `json:"late"`
}

// keepImage notes a stop before its first change in this action; later changes
// of the same stop only move on the rev that undo expects.
func (t *txn) keepImage(eventID int64, before stopRow) {
	if t.image.First == 0 {
		t.image.First = eventID
	}
	for i := range t.image.Stops {
		if t.image.Stops[i].ID == before.id {
			t.image.Stops[i].AfterRev++
			return
		}
	}
	if t.image.Tickets == nil {
		t.image.Tickets = map[int64]int64{}
	}
	t.image.Tickets[before.ticketID] = 0 // counted when the action is over
	t.image.Stops = append(t.image.Stops, stopImage{
		ID: before.id, AfterRev: before.rev + 1, Place: before.place, Arrived: before.arrivedAt, State: before.state, Counter: before.counterID.Int64,
		Called: before.calledAt.Int64, Last: before.lastCalledAt.Int64, Started: before.startedAt.Int64, Ended: before.endedAt.Int64,
		Calls: before.calls, Inferred: before.inferred, Returned: before.returned, EndedBy: before.endedBy, Late: before.lateUntil,
	})
}

// changesOf counts how often the stops of a ticket have changed, over all lines.
func (t *txn) changesOf(ticketID int64) (n int64, err error) {
	_, err = t.row([]any{&n}, "SELECT coalesce(sum(rev + 1), 0) FROM stops WHERE ticket_id = ?", ticketID)
	return n, err
}

func (i stopImage) restore(s stopRow) stopRow {
	s.place, s.arrivedAt, s.state, s.counterID = i.Place, i.Arrived, i.State, orNull(i.Counter)
	s.calledAt, s.lastCalledAt, s.startedAt, s.endedAt = orNull(i.Called), orNull(i.Last), orNull(i.Started), orNull(i.Ended)
	s.calls, s.inferred, s.returned, s.endedBy, s.lateUntil = i.Calls, i.Inferred, i.Returned, i.EndedBy, i.Late
	return s
}

// keepAction ends an officer's action: what stood before is kept for undo. An
// action that touched no ticket (next with nobody there and nobody waiting)
// leaves the last one in place.
func (t *txn) keepAction(counterID int64, kind string) error {
	if t.image.First == 0 {
		return nil
	}
	t.image.Last = t.last
	for id := range t.image.Tickets {
		var err error
		if t.image.Tickets[id], err = t.changesOf(id); err != nil {
			return err
		}
	}
	b, err := json.Marshal(t.image)
	if err != nil {
		return fmt.Errorf("keep an image: %w", err)
	}
	_, err = t.exec("INSERT INTO actions (id, counter_id, kind, at, before, open) VALUES (?, ?, ?, ?, ?, 1)", t.image.First, counterID, kind, t.ms(), string(b))
	return err
}

// closeActions says that nothing before this moment is taken back any more.
func (t *txn) closeActions(counterID int64) error {
	_, err := t.exec("UPDATE actions SET open = 0 WHERE counter_id = ?", counterID)
	return err
}

// Undo takes back the whole last action of a counter, of the past 60 seconds,
// by one event, restoring the exact order. It is refused, naming who, when a
// ticket it touched has moved since; an undo is not undone. Holder only.
// Publishes both lines and corrects the screens.
func (st *Store) Undo(ctx context.Context, by By, code string) (Reply[CounterView], error) {
	return once(ctx, st, by, func(t *txn) (CounterView, error) {
		d, err := t.heldDesk(code, by)
		if err != nil {
			return CounterView{}, err
		}
		id, img, err := t.lastAction(d.counter.ID)
		if err != nil {
			return CounterView{}, err
		}
		if err := t.lockTickets(slices.Sorted(maps.Keys(img.Tickets)), d.counter.servicesOf()...); err != nil {
			return CounterView{}, err
		}
		if err := t.checkUnmoved(img); err != nil {
			return CounterView{}, err
		}
		if err := t.bumpCounter(d.counter.ID); err != nil {
			return CounterView{}, err
		}
		if err := t.takeBack(d.counter, id, img); err != nil {
			return CounterView{}, err
		}
		return t.view(d)
	})
}

func (t *txn) lastAction(counterID int64) (id int64, img image, err error) {
	var at int64
	var open bool
	var before string
	found, err := t.row([]any{&id, &at, &open, &before}, "SELECT id, at, open, before FROM actions WHERE counter_id = ? ORDER BY id DESC LIMIT 1", counterID)
	if err != nil {
		return 0, img, err
	}
	if !found || !open || since(at, t.now) > queue.UndoWithin {
		return 0, img, queue.Refuse(queue.Conflict, "nothing_to_undo", "Tidak ada tindakan dalam 60 detik terakhir yang bisa dibatalkan.").
			English("There is no action of the last 60 seconds to take back.")
	}
	if err := json.Unmarshal([]byte(before), &img); err != nil {
		return 0, img, fmt.Errorf("read an image: %w", err)
	}
	return id, img, nil
}

func (t *txn) stop(id int64) (s stopRow, err error) {
	found, err := t.row(s.dest(), selectStop+" WHERE s.id = ?", id)
	if err == nil && !found {
		err = fmt.Errorf("stop %d is gone", id)
	}
	return s, err
}

// takeBack restores everything and records it as one event. Rows are first
// taken from the counter and then given back, because the database refuses two
// visitors at one counter even for a moment.
func (t *txn) takeBack(k *Counter, action int64, img image) error {
	var all []moved
	var first stopRow
	for pass := range 2 {
		for n, i := range img.Stops {
			s, err := t.stop(i.ID)
			if err != nil {
				return err
			}
			if pass == 0 && n == 0 {
				first = s
			}
			if i.State.AtCounter() != (pass == 1) {
				continue
			}
			after := i.restore(s)
			if err := t.putBack(s, &after); err != nil {
				return err
			}
			all = append(all, after.moved())
		}
	}
	for _, id := range img.Created {
		s, err := t.stop(id)
		if err != nil {
			return err
		}
		after := s
		after.state, after.endedAt, after.endedBy = queue.Undone, at(t.ms()), "undo"
		if err := t.putBack(s, &after); err != nil {
			return err
		}
		all = append(all, after.moved())
	}
	detail := map[string]any{"stops": all}
	if img.Runs != nil {
		runs, err := t.restoreRuns(k.ID, img.Runs)
		if err != nil {
			return err
		}
		detail["runs"] = runs
	}
	if err := t.closeActions(k.ID); err != nil {
		return err
	}
	_, err := t.record(event{kind: "undone", line: first.lineID, ticketID: first.ticketID, stopID: first.id, counterID: k.ID, undoes: action, detail: detail})
	return err
}

func (t *txn) putBack(before stopRow, after *stopRow) error {
	if err := t.bump(before.lineID); err != nil {
		return err
	}
	t.touch(before)
	t.touch(*after)
	return t.putStop(after)
}

// undoUntil says until when a counter's last action can be taken back; zero
// when there is none.
func undoUntil(ctx context.Context, q reading, counterID int64, now time.Time) (until time.Time, kind string, err error) {
	var ms int64
	var open bool
	err = q.QueryRowContext(ctx, "SELECT at, open, kind FROM actions WHERE counter_id = ? ORDER BY id DESC LIMIT 1", counterID).Scan(&ms, &open, &kind)
	if isNoRows(err) || err == nil && (!open || since(ms, now) > queue.UndoWithin) {
		return time.Time{}, "", nil
	}
	return time.UnixMilli(ms).Add(queue.UndoWithin), kind, err
}
