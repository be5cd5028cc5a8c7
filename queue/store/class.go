package store

import (
	"context"

	"antre/queue"
)

// ClassWhy is why a visitor's class was changed. It never says why somebody
// has priority: that is not stored.
type ClassWhy string

// The reasons.
const (
	VisitorAsked ClassWhy = "visitor_asked"
	Mistake      ClassWhy = "mistake"
)

// ChangeClass moves a visitor who still waits to the other class: somebody of
// 70 took a regular number, or a child pressed the wrong button. Their place by
// arrival stays. Holder only, for services this counter serves; it is not
// undone, but changed again. It refuses a number that no longer waits, and a
// regular number beyond the share kept for priority. Publishes every line the
// visitor waits in.
func (st *Store) ChangeClass(ctx context.Context, by By, code, ticket string, class queue.Class, why ClassWhy) (Reply[Ticket], error) {
	return once(ctx, st, by, func(t *txn) (Ticket, error) {
		d, err := t.heldDesk(code, by)
		if err != nil {
			return Ticket{}, err
		}
		s, err := t.callable(d.counter, ticket)
		if err != nil {
			return Ticket{}, err
		}
		if s.class == class {
			k, err := t.ticket(s.ticketID)
			return *k, err
		}
		if err := t.mayChangeClass(s, class); err != nil {
			return Ticket{}, err
		}
		if err := t.bumpCounter(d.counter.ID); err != nil {
			return Ticket{}, err
		}
		if err := t.changeClass(s.ticketID, class, why, d.counter.ID); err != nil {
			return Ticket{}, err
		}
		if err := t.closeActions(d.counter.ID); err != nil {
			return Ticket{}, err
		}
		k, err := t.ticket(s.ticketID)
		return *k, err
	})
}

// mayChangeClass keeps the numbers that are set aside for priority visitors.
func (t *txn) mayChangeClass(s stopRow, class queue.Class) error {
	service, l, channel, err := t.series(s.ticketID)
	if err != nil || class == queue.Priority || service == nil {
		return err
	}
	q := quotaToday(service, l)
	if q == nil {
		return nil
	}
	limit, left, limited := q.Left(l.used.Plus(queue.Priority, channel, -1), queue.Regular, channel)
	if limited && left <= 0 {
		return queue.Refuse(queue.Conflict, "quota_reached", "Kuota umum hari ini (%d nomor) sudah habis.", limit).
			English("Today's %d regular numbers are used up.", limit)
	}
	return nil
}

// series is the service and today's line that a ticket's number is from.
func (t *txn) series(ticketID int64) (*Service, *lineRow, queue.Channel, error) {
	var id int64
	var channel queue.Channel
	if _, err := t.row([]any{&id, &channel}, "SELECT l.service_id, t.channel FROM tickets t JOIN lines l ON l.id = t.line_id WHERE t.id = ?", ticketID); err != nil {
		return nil, nil, "", err
	}
	l, err := t.line(id)
	return t.st.Catalog().ServiceByID(id), l, channel, err
}

func (t *txn) changeClass(ticketID int64, class queue.Class, why ClassWhy, counterID int64) error {
	_, l, channel, err := t.series(ticketID)
	if err != nil {
		return err
	}
	from := queue.Regular
	if class == queue.Regular {
		from = queue.Priority
	}
	regular := l.used.Plus(from, channel, -1).Plus(class, channel, 1).Regular
	clear(t.batch.lines)
	if _, err := t.exec("UPDATE lines SET rev = rev + 1, used_regular = ? WHERE id = ?", regular, l.id); err != nil {
		return err
	}
	if _, err := t.exec("UPDATE tickets SET class = ? WHERE id = ?", class, ticketID); err != nil {
		return err
	}
	stops, err := t.stopsOf(ticketID)
	if err != nil {
		return err
	}
	for _, s := range stops {
		after := s
		after.class = class
		if _, err := t.change(s, after, "class_changed", map[string]any{"was": s.class, "class": class, "why": why, "asked_at": counterID}, nil); err != nil {
			return err
		}
	}
	return nil
}
