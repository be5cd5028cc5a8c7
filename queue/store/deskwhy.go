package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"antre/queue"
)

// Remark is what an officer wrote about a visitor for the next officer to read.
type Remark struct {
	Kind      string `json:"kind"` // "transferred" or "held"
	Text      string `json:"text"`
	CounterID int64  `json:"counter_id"` // where it was written
	ServiceID int64  `json:"service_id"` // of the line the visitor stood in then
	At        int64  `json:"at"`
}

// Absence is a no-show who may still come back to this counter.
type Absence struct {
	Code        string      `json:"code"`
	Class       queue.Class `json:"class"`
	ServiceID   int64       `json:"service_id"`
	CounterID   int64       `json:"counter_id"` // that gave them up
	ReturnUntil int64       `json:"return_until"`
}

// Restored is a ticket that an undo would touch, and the state it would be in
// again.
type Restored struct {
	Code  string      `json:"code"`
	State queue.State `json:"state"`
}

// readWhy finds why the visitor at the counter was called, and the reason that
// an officer gave for it, if one had to.
func (v *CounterView) readWhy(ctx context.Context, q reading, stopID int64) error {
	if v.Current == nil {
		return nil
	}
	var detail string
	var reason sql.NullString
	err := q.QueryRowContext(ctx, `SELECT e.detail, n.content FROM events e LEFT JOIN notes n ON n.event_id = e.id AND n.name = 'reason'
		WHERE e.ticket_id = ? AND e.stop_id = ? AND e.kind = 'called' ORDER BY e.id DESC LIMIT 1`, v.Current.ID, stopID).Scan(&detail, &reason)
	if isNoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read why a visitor was called: %w", err)
	}
	var called struct {
		Why queue.Why `json:"why"`
	}
	if err := json.Unmarshal([]byte(detail), &called); err != nil {
		return fmt.Errorf("read why a visitor was called: %w", err)
	}
	v.Why, v.WhyReason = called.Why, reason.String
	return nil
}

// remarks are the words of officers about a ticket, oldest first; what was
// taken back was never said.
const remarks = ` FROM events e JOIN notes n ON n.event_id = e.id AND n.content IS NOT NULL JOIN stops s ON s.id = e.stop_id JOIN lines l ON l.id = s.line_id
	WHERE e.ticket_id = ? AND e.kind IN ('transferred', 'held')
	AND NOT EXISTS (SELECT 1 FROM events u WHERE u.ticket_id = e.ticket_id AND u.undoes = e.id) ORDER BY e.id`

func readRemarks(ctx context.Context, q querier, ticketID int64) (all []Remark, err error) {
	var r Remark
	var counter sql.NullInt64
	err = eachRow(ctx, q, []any{&r.Kind, &r.Text, &counter, &r.ServiceID, &r.At}, func() {
		r.CounterID = counter.Int64
		all = append(all, r)
	}, "SELECT e.kind, n.content, e.counter_id, l.service_id, e.at"+remarks, ticketID)
	return all, err
}

// lastRemark is the newest of a ticket's remarks of one kind; "" for none.
func lastRemark(ctx context.Context, q querier, ticketID int64, kind string) (text string, err error) {
	all, err := readRemarks(ctx, q, ticketID)
	for _, r := range all {
		if r.Kind == kind {
			text = r.Text
		}
	}
	return text, err
}

// readNoShows finds who may still come back: the same whom Return accepts. A
// visitor comes back to whichever counter of the service is free, so those of
// the other counters are among them.
func (v *CounterView) readNoShows(ctx context.Context, q querier, day string, now time.Time, k *Counter) error {
	var a Absence
	var counter sql.NullInt64
	var ended int64
	for _, s := range append(k.Own[:len(k.Own):len(k.Own)], k.Assisted...) {
		err := eachRow(ctx, q, []any{&a.Code, &a.Class, &counter, &ended}, func() {
			a.ServiceID, a.CounterID, a.ReturnUntil = s.ID, counter.Int64, ended+queue.ReturnWithin.Milliseconds()
			v.NoShows = append(v.NoShows, a)
		}, `SELECT t.code, s.class, s.counter_id, s.ended_at FROM stops s JOIN lines l ON l.id = s.line_id JOIN tickets t ON t.id = s.ticket_id
			WHERE l.service_id = ? AND l.day = ? AND s.last_called_at IS NOT NULL AND s.state = 'no_show' AND s.returned = 0 AND s.ended_by <> 'day_end' AND s.ended_at >= ?
			AND NOT EXISTS (SELECT 1 FROM stops o WHERE o.ticket_id = s.ticket_id AND o.id <> s.id
				AND (o.state IN ('waiting', 'called', 'serving', 'held') OR o.state IN ('done', 'no_show', 'cancelled') AND o.leg > s.leg))
			ORDER BY s.ended_at DESC LIMIT 20`, s.ID, day, now.Add(-queue.ReturnWithin).UnixMilli())
		if err != nil {
			return err
		}
	}
	return nil
}

// readUndo says what the counter's last action was, while it can be taken
// back, and which tickets an undo would touch.
func (v *CounterView) readUndo(ctx context.Context, q reading, now time.Time) error {
	until, kind, err := undoUntil(ctx, q, v.CounterID, now)
	if err != nil || kind == "" {
		return err
	}
	v.Undo, v.UndoUntil = kind, until.UnixMilli()
	var before string
	if err := q.QueryRowContext(ctx, "SELECT before FROM actions WHERE counter_id = ? ORDER BY id DESC LIMIT 1", v.CounterID).Scan(&before); err != nil {
		return fmt.Errorf("read the last action: %w", err)
	}
	var img image
	if err := json.Unmarshal([]byte(before), &img); err != nil {
		return fmt.Errorf("read an image: %w", err)
	}
	seen := map[string]bool{}
	for _, i := range img.Stops {
		r := Restored{State: i.State}
		if err := q.QueryRowContext(ctx, "SELECT t.code FROM stops s JOIN tickets t ON t.id = s.ticket_id WHERE s.id = ?", i.ID).Scan(&r.Code); err != nil {
			return fmt.Errorf("read what an undo would touch: %w", err)
		}
		if !seen[r.Code] { // of a journey, the stop that stood at the counter
			v.Restores = append(v.Restores, r)
		}
		seen[r.Code] = true
	}
	return nil
}
