package store

import (
	"context"
	"time"

	"antre/queue"
)

// Late lets a visitor who waits be passed over until queue.LateUntil and keep
// their place, once a visit, with the ticket's token. Who stands at a counter,
// is on hold or has ended is refused. Publishes the lines.
func (st *Store) Late(ctx context.Context, by By, token string) (Reply[Ticket], error) {
	return st.atTicket(ctx, by, token, func(t *txn, _ int64, stops []stopRow) error {
		if err := st.mayDelay(stops); err != nil {
			return err
		}
		if asked := lateUntil(stops); asked != 0 {
			at := st.At(asked)
			return queue.Refuse(queue.Conflict, "late_already", "Waktu tambahan hanya bisa diminta sekali. Anda ditunggu mulai pukul %s.", at.Format("15.04")).
				English("More time can be asked for only once. You are expected from %s.", at.Format("15:04")).With("late_until", at.Format(time.RFC3339))
		}
		return t.passOver(stops, queue.LateUntil(t.now).UnixMilli(), "delayed")
	})
}

// Here ends what Late began: the visitor has come sooner and may be called at
// once. Publishes the lines.
func (st *Store) Here(ctx context.Context, by By, token string) (Reply[Ticket], error) {
	return st.atTicket(ctx, by, token, func(t *txn, _ int64, stops []stopRow) error {
		if err := st.mayDelay(stops); err != nil {
			return err
		}
		if lateUntil(stops) <= t.ms() {
			return queue.Refuse(queue.Conflict, "not_late", "Anda sudah ditunggu: nomor ini bisa dipanggil kapan saja.").
				English("You are expected already: this number can be called at any time.")
		}
		return t.passOver(stops, t.ms(), "delay_ended")
	})
}

// mayDelay refuses whoever does not wait.
func (st *Store) mayDelay(stops []stopRow) error {
	s := top(stops)
	if _, ok := queue.Move(s.state, queue.Delay); !ok {
		return st.refuseMove(s)
	}
	return nil
}

// lateUntil is what a visitor asked for, in whichever line; 0 for nothing.
func lateUntil(stops []stopRow) (ms int64) {
	for _, s := range stops {
		ms = max(ms, s.lateUntil)
	}
	return ms
}

// passOver sets until when next passes a visitor over in every line in which
// they wait.
func (t *txn) passOver(stops []stopRow, until int64, kind string) error {
	for _, s := range stops {
		to, ok := queue.Move(s.state, queue.Delay)
		if !ok {
			continue
		}
		after := s
		after.state, after.lateUntil = to, until
		if _, err := t.change(s, after, kind, nil, nil); err != nil {
			return err
		}
	}
	return nil
}
