package store

import (
	"context"
	"time"

	"antre/queue"
)

// AskClose is an officer's request to close their counter, which a supervisor
// answers. Holder only; asking again changes the reason. Publishes the counter.
func (st *Store) AskClose(ctx context.Context, by By, code, reason string) (Reply[CounterView], error) {
	return st.atDesk(ctx, by, code, func(t *txn, d deskRow) error {
		if err := d.CheckHolder(by.StaffID); err != nil {
			return err
		}
		return t.closeRequest(d.counter, 1, "close_asked", "reason", reason)
	})
}

// AnswerClose is the supervisor's answer. Approved, the counter closes at
// once, or after the visitor who stands there has been finished. The edge
// checks the right. Publishes the counter.
func (st *Store) AnswerClose(ctx context.Context, by By, code string, approve bool, note string) (Reply[CounterView], error) {
	return st.atDesk(ctx, by, code, func(t *txn, d deskRow) error {
		asked, err := t.count("SELECT close_asked FROM counters WHERE id = ?", d.counter.ID)
		if err != nil {
			return err
		}
		if asked != 1 {
			return queue.Refuse(queue.Conflict, "nothing_asked", "Loket %s tidak meminta tutup lagi; mungkin sudah dijawab orang lain.", d.Code).
				English("Counter %s has not asked to close.", d.Code).With("state", d.State)
		}
		kind, then := "close_refused", 0
		if approve {
			kind, then = "close_approved", 2
		}
		if err := t.closeRequest(d.counter, then, kind, "note", note); err != nil || !approve || d.Occupied {
			return err
		}
		return t.setCounter(d.counter.ID, queue.CounterClosed, 0, "counter_closed", "")
	})
}

func (t *txn) closeRequest(k *Counter, asked int, kind, noteName, note string) error {
	if _, err := t.exec("UPDATE counters SET rev = rev + 1, close_asked = ? WHERE id = ?", asked, k.ID); err != nil {
		return err
	}
	t.changed.Counters[k.ID] = true
	notes := map[string]string{}
	if note != "" {
		notes[noteName] = note
	}
	_, err := t.record(event{kind: kind, counterID: k.ID, notes: notes})
	return err
}

// serviceNow is how a service stands after what this request did to it: with a
// retry key the supervisor hears the same again, whoever has come meanwhile.
func (t *txn) serviceNow(id int64) (ServiceNow, error) {
	c := t.catalog()
	h, err := readHall(context.Background(), t, c, t.day, t.st.leaptTo())
	if err != nil {
		return ServiceNow{}, err
	}
	return h.Service(c.ServiceByID(id), t.wall), nil
}

// SetQuota changes the number of tickets that a service gives today. It
// refuses less than have been given. The edge checks the right. Publishes the line.
func (st *Store) SetQuota(ctx context.Context, by By, service string, day int) (Reply[ServiceNow], error) {
	return once(ctx, st, by, func(t *txn) (ServiceNow, error) {
		s, err := st.Catalog().Service(service)
		if err != nil {
			return ServiceNow{}, err
		}
		if err := t.lockLines(s.ID); err != nil {
			return ServiceNow{}, err
		}
		l, err := t.line(s.ID)
		if err != nil {
			return ServiceNow{}, err
		}
		if day < l.used.All {
			return ServiceNow{}, queue.Refuse(queue.Conflict, "quota_used", "%d nomor sudah diberikan hari ini; kuota tidak bisa kurang dari itu.", l.used.All).
				English("%d numbers have been given today; the quota cannot be less.", l.used.All)
		}
		before := quotaToday(s, l)
		if err := t.makeLine(l, s.ID); err != nil {
			return ServiceNow{}, err
		}
		if _, err := t.exec("UPDATE lines SET rev = rev + 1, quota_day = ? WHERE id = ?", day, l.id); err != nil {
			return ServiceNow{}, err
		}
		clear(t.batch.lines)
		t.changed.Services[s.ID] = true
		detail := map[string]any{"service": s.Code, "line": l.id, "limit": day}
		if before != nil && before.Day != nil {
			detail["before"] = *before.Day
		}
		if _, err := t.record(event{kind: "quota_changed", detail: detail}); err != nil {
			return ServiceNow{}, err
		}
		return t.serviceNow(s.ID)
	})
}

// momentFormat is how closings are written, in the mall's own time.
const momentFormat = "2006-01-02T15:04"

// CloseService stops a service from giving numbers until a moment of today,
// with a notice for everybody; OpenService lets it give numbers although its
// hours or a holiday say otherwise, and ends such a closing. The edge checks
// the right. Both publish that everything may have changed.
func (st *Store) CloseService(ctx context.Context, by By, service string, until time.Time, notice queue.Text) (Reply[ServiceNow], error) {
	return st.adHoc(ctx, by, service, "closure", until, notice)
}

// OpenService is described at CloseService.
func (st *Store) OpenService(ctx context.Context, by By, service string, until time.Time, notice queue.Text) (Reply[ServiceNow], error) {
	return st.adHoc(ctx, by, service, "opening", until, notice)
}

func (st *Store) adHoc(ctx context.Context, by By, service, kind string, until time.Time, notice queue.Text) (Reply[ServiceNow], error) {
	reply, err := once(ctx, st, by, func(t *txn) (ServiceNow, error) {
		if err := t.alone(); err != nil {
			return ServiceNow{}, err
		}
		s, err := st.Catalog().Service(service)
		if err != nil {
			return ServiceNow{}, err
		}
		now := t.wall.In(st.Location())
		// What was said at the desk before no longer holds.
		if _, err := t.exec("UPDATE closures SET to_at = ? WHERE origin = 'desk' AND service_id = ? AND to_at > ?", now.Format(momentFormat), s.ID, now.Format(momentFormat)); err != nil {
			return ServiceNow{}, err
		}
		if !until.IsZero() {
			if _, err := t.exec(putClosure, t.newID(), kind, "desk", 1<<20, now.Format(momentFormat), until.In(st.Location()).Format(momentFormat), nil, s.ID, jsonText(notice)); err != nil {
				return ServiceNow{}, err
			}
		}
		if err := t.newDefinition(); err != nil {
			return ServiceNow{}, err
		}
		// Whoever shares this commit and comes later asks the calendar as it is now.
		if t.batch.catalog, err = loadCatalog(context.Background(), t, st.storedNow); err != nil {
			return ServiceNow{}, err
		}
		clear(t.batch.closed)
		t.changed.Services[s.ID] = true
		detail := map[string]any{"service": s.Code}
		if !until.IsZero() {
			detail["until"] = until.UnixMilli()
		}
		notes := map[string]string{}
		if text := notice.In("id"); text != "" {
			notes["notice"] = text
		}
		if _, err := t.record(event{kind: "service_" + map[string]string{"closure": "closed", "opening": "opened"}[kind], detail: detail, notes: notes}); err != nil {
			return ServiceNow{}, err
		}
		return t.serviceNow(s.ID)
	})
	if err != nil {
		return reply, err
	}
	return reply, st.refresh(ctx)
}

// refresh reads the definition anew and has every screen drawn from it.
func (st *Store) refresh(ctx context.Context) error {
	if err := st.reloadCatalog(ctx); err != nil {
		return err
	}
	return st.write(ctx, func(t *txn) error { t.changed.Mall = true; return nil })
}
