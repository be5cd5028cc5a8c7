package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// eventfulDay leaves a sealed day and a morning after it, with most of what
// can happen at a counter.
func eventfulDay(t *testing.T) *hall {
	t.Helper()
	h := openHall(t, false)
	one, two := h.atCounter("1"), h.atCounter("2")
	boss := h.officer("supervisor")
	ok := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	step := func() { h.pass(10 * time.Second) }
	var a []store.Ticket
	for range 8 {
		a = append(a, h.issue("A"))
	}
	ok(h.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A", "A1"}, Order: queue.Parallel, Class: queue.Priority, Lang: "id"}))
	ok(h.ChangeClass(t.Context(), one, "1", a[6].Code, queue.Priority, store.VisitorAsked))
	h.next(one, "1")
	step()
	ok(h.Recall(t.Context(), one, "1"))
	ok(h.Start(t.Context(), one, "1"))
	ok(h.Hold(t.Context(), one, "1", "Fotokopi KK"))
	h.next(one, "1")
	h.pass(2 * time.Minute)
	ok(h.NoShow(t.Context(), one, "1"))
	ok(h.Undo(t.Context(), one, "1"))
	ok(h.NoShow(t.Context(), one, "1"))
	h.next(two, "2")
	step()
	ok(h.Transfer(t.Context(), two, "2", "AB", "Berkas lengkap", true))
	ok(h.CallTicket(t.Context(), two, "2", a[7].Code, "Pengunjung sakit"))
	ok(h.Finish(t.Context(), two, "2"))
	ok(h.Cancel(t.Context(), store.By{Actor: "visitor"}, h.Token(a[5].ID)))
	ok(h.AskClose(t.Context(), two, "2", "Rapat"))
	ok(h.AnswerClose(t.Context(), boss, "2", false, "Masih ramai"))
	ok(h.PauseCounter(t.Context(), two, "2", "Istirahat"))
	ok(h.ResumeCounter(t.Context(), two, "2"))
	ok(h.SetQuota(t.Context(), boss, "A", 40))
	ok(h.CloseService(t.Context(), boss, "A1", h.now().Add(time.Hour), queue.Text{"id": "Listrik padam."}))
	h.pass(24 * time.Hour)
	if err := h.TurnDay(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.issue("A")
	ok(h.OpenCounter(t.Context(), one, "1"))
	h.next(one, "1")
	if _, err := h.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

// behind is somebody with the database file open.
func behind(t *testing.T, h *hall) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(h.dir, "antre.db")+"?_foreign_keys=0&_busy_timeout=5000")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func broken(t *testing.T, h *hall) *store.Broken {
	t.Helper()
	_, err := h.Verify(t.Context())
	var b *store.Broken
	if err != nil && !errors.As(err, &b) {
		t.Fatal(err)
	}
	return b
}

// other is a value with one byte changed; nothing becomes something.
func other(v any) any {
	switch v := v.(type) {
	case int64:
		return v ^ 1<<40 // a neighbour may have the next one
	case string:
		b := []byte(v)
		if len(b) == 0 {
			return "x"
		}
		b[len(b)-1] ^= 1
		return string(b)
	}
	return int64(1)
}

func TestVerify_namesTheEventInWhichAByteWasChanged(t *testing.T) {
	h := eventfulDay(t)
	db := behind(t, h)
	columns := []string{"id", "chain", "position", "kind", "at", "day", "ticket_id", "stop_id", "counter_id", "staff_id", "actor", "retry_id", "undoes", "detail", "hash"}
	var ids []int64
	rows, err := db.Query("SELECT id FROM events ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if len(ids) < 50 {
		t.Fatalf("only %d events", len(ids))
	}
	set := func(column string, value any, id int64) {
		t.Helper()
		if _, err := db.Exec(fmt.Sprintf("UPDATE events SET %s = ? WHERE id = ?", column), value, id); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range ids {
		for _, column := range columns {
			var was any
			if err := db.QueryRow("SELECT "+column+" FROM events WHERE id = ?", id).Scan(&was); err != nil {
				t.Fatal(err)
			}
			value, now := other(was), id
			if column == "position" {
				value = was.(int64) + 1000 // the next one is taken
			}
			if column == "id" {
				now = value.(int64)
			}
			set(column, value, id)
			if b := broken(t, h); b == nil || b.Table != "event" || b.ID != now {
				t.Errorf("%s of event %d changed from %v to %v: %+v", column, id, was, value, b)
			}
			set(column, was, now)
		}
	}
	if b := broken(t, h); b != nil {
		t.Fatalf("all was put back: %+v", b)
	}
}

func TestVerify_namesTheRowThatSomebodyChanged(t *testing.T) {
	h := eventfulDay(t)
	db := behind(t, h)
	for _, change := range []struct{ do, table string }{
		{"UPDATE stops SET state = 'waiting', counter_id = NULL WHERE id = (SELECT max(id) FROM stops)", "stop"},
		{"UPDATE stops SET place = place - 1 WHERE id = (SELECT min(id) FROM stops)", "stop"},
		{"UPDATE stops SET arrived_at = arrived_at - 1 WHERE id = (SELECT min(id) FROM stops)", "stop"},
		{"UPDATE stops SET class = CASE class WHEN 'regular' THEN 'priority' ELSE 'regular' END WHERE id = (SELECT min(id) FROM stops)", "stop"},
		{"UPDATE stops SET ended_by = 'visitor' WHERE id = (SELECT min(id) FROM stops)", "stop"},
		{"UPDATE stops SET returned = 1 WHERE id = (SELECT min(id) FROM stops)", "stop"},
		{"UPDATE stops SET called_at = called_at + 1 WHERE id = (SELECT max(id) FROM stops)", "stop"},
		{"DELETE FROM stops WHERE id = (SELECT max(id) FROM stops)", "stop"},
		{"UPDATE tickets SET class = CASE class WHEN 'regular' THEN 'priority' ELSE 'regular' END WHERE id = (SELECT min(id) FROM tickets)", "ticket"},
		{"UPDATE tickets SET number = number + 500, code = 'A-501' WHERE id = (SELECT min(id) FROM tickets)", "ticket"},
		{"UPDATE tickets SET token_hash = 'x' WHERE id = (SELECT min(id) FROM tickets)", "ticket"},
		{"UPDATE lines SET last_number = last_number + 1 WHERE id = (SELECT min(id) FROM lines)", "line"},
		{"UPDATE lines SET used_all = used_all - 1 WHERE id = (SELECT min(id) FROM lines)", "line"},
		{"UPDATE lines SET quota_day = 41 WHERE quota_day = 40", "line"},
		{"UPDATE lines SET priority_run = priority_run + 1 WHERE id = (SELECT max(id) FROM lines)", "line"},
		{"UPDATE counters SET priority_run = priority_run + 1 WHERE code = '1'", "counter"},
		{"UPDATE counters SET state = 'paused' WHERE code = '1'", "counter"},
		{"UPDATE days SET opened_at = opened_at + 1 WHERE day = (SELECT max(day) FROM days)", "day"},
		{"UPDATE chains SET length = length + 1 WHERE name = 'mall'", "chain"},
		{"UPDATE notes SET content = 'Teman petugas' WHERE name = 'reason' AND event_id = (SELECT max(event_id) FROM notes WHERE name = 'reason')", "note"},
		// A tail cut off, with its head: only the seal of the day knows.
		{`DELETE FROM events WHERE id = (SELECT e.id FROM events e JOIN lines l ON e.chain = 'line:' || l.id ORDER BY l.day, e.chain, e.position DESC LIMIT 1);
			UPDATE chains SET length = (SELECT count(*) FROM events WHERE chain = name), head_hash = coalesce((SELECT hash FROM events WHERE chain = name ORDER BY position DESC LIMIT 1), '')`, "event"},
	} {
		t.Run(change.do, func(t *testing.T) {
			tx, err := db.Begin()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.Exec("CREATE TABLE kept AS SELECT * FROM stops; CREATE TABLE kept_tickets AS SELECT * FROM tickets; CREATE TABLE kept_lines AS SELECT * FROM lines; CREATE TABLE kept_counters AS SELECT * FROM counters; CREATE TABLE kept_days AS SELECT * FROM days; CREATE TABLE kept_chains AS SELECT * FROM chains; CREATE TABLE kept_notes AS SELECT * FROM notes; CREATE TABLE kept_events AS SELECT * FROM events"); err != nil {
				t.Fatal(err)
			}
			res, err := tx.Exec(change.do)
			if err != nil {
				t.Fatal(err)
			}
			if n, _ := res.RowsAffected(); n == 0 {
				t.Fatal("nothing was changed")
			}
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			b := broken(t, h)
			if b == nil || b.Table != change.table && b.Table != change.table+" of event" {
				t.Errorf("found %+v, want a %s", b, change.table)
			}
			for table, kept := range map[string]string{"stops": "kept", "tickets": "kept_tickets", "lines": "kept_lines", "counters": "kept_counters", "days": "kept_days", "chains": "kept_chains", "notes": "kept_notes", "events": "kept_events"} {
				if _, err := db.Exec("DELETE FROM " + table + "; INSERT INTO " + table + " SELECT * FROM " + kept + "; DROP TABLE " + kept); err != nil {
					t.Fatal(err)
				}
			}
			if b := broken(t, h); b != nil {
				t.Fatalf("all was put back: %+v", b)
			}
		})
	}
}

func TestVerify_aPurgedReasonIsNoBreach(t *testing.T) {
	h := eventfulDay(t)
	if _, err := behind(t, h).Exec("UPDATE notes SET content = NULL"); err != nil {
		t.Fatal(err)
	}
	if b := broken(t, h); b != nil {
		t.Error(b)
	}
}
