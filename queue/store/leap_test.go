package store_test

import (
	"fmt"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// setClock makes the machine's clock show a moment of the mall's zone.
func (h *hall) setClock(at string) {
	h.t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04:05", at, h.Location())
	if err != nil {
		h.t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = moment
}

// sound checks what no clock may break: days open in order and once, numbers
// are dense and given once, no duration is negative or longer than the mall
// was open, and the record verifies.
func (h *hall) sound(longest time.Duration) {
	h.t.Helper()
	db := h.tables()
	for _, c := range []struct{ what, query string }{
		{"days that were opened again or out of order", `SELECT e.day || ' after ' || b.day FROM events e JOIN events b ON b.kind = 'day_opened' AND b.id < e.id AND b.day >= e.day WHERE e.kind = 'day_opened'`},
		{"numbers that are missing or given twice", `SELECT l.day || ' ' || l.last_number FROM lines l WHERE l.last_number <> (SELECT count(DISTINCT number) FROM tickets WHERE line_id = l.id) OR l.last_number <> (SELECT count(*) FROM tickets WHERE line_id = l.id)`},
		{"tickets that are not their line's day's", `SELECT t.code FROM tickets t JOIN lines l ON l.id = t.line_id JOIN events e ON e.ticket_id = t.id AND e.kind = 'issued' WHERE e.day <> l.day`},
		{"times out of order", `SELECT t.code || ' ' || s.state FROM stops s JOIN tickets t ON t.id = s.ticket_id
			WHERE s.arrived_at < t.issued_at OR s.called_at < s.arrived_at OR s.last_called_at < s.called_at OR s.started_at < s.called_at OR s.ended_at < coalesce(s.started_at, s.last_called_at, s.arrived_at)`},
		{"durations longer than the mall was open", fmt.Sprintf(`SELECT t.code || ' ' || s.state || ' ' || (s.ended_at - s.arrived_at) FROM stops s JOIN tickets t ON t.id = s.ticket_id WHERE coalesce(s.ended_at, s.started_at, s.called_at) - s.arrived_at > %d`, longest.Milliseconds())},
		{"events that go back in time within their day", `SELECT e.kind || ' ' || e.day FROM events e JOIN events b ON b.chain = e.chain AND b.position = e.position - 1 WHERE e.day = b.day AND e.at < b.at`},
	} {
		func() {
			rows, err := db.Query(c.query)
			if err != nil {
				h.t.Fatal(err)
			}
			defer func() { _ = rows.Close() }()
			for rows.Next() {
				var text string
				if err := rows.Scan(&text); err != nil {
					h.t.Fatal(err)
				}
				h.t.Errorf("%s: %s", c.what, text)
			}
			if err := rows.Err(); err != nil {
				h.t.Fatal(err)
			}
		}()
	}
	if _, err := h.Verify(h.t.Context()); err != nil {
		h.t.Error(err)
	}
}

// serve calls the next visitor to counter 1, who is served for five minutes.
func (h *hall) serve(by store.By) string {
	h.t.Helper()
	code := h.next(by, "1")
	h.pass(time.Minute)
	if _, err := h.Start(h.t.Context(), by, "1"); err != nil {
		h.t.Fatal(err)
	}
	h.pass(4 * time.Minute)
	if _, err := h.Finish(h.t.Context(), by, "1"); err != nil {
		h.t.Fatal(err)
	}
	return code
}

func TestClock_thatJumpsBackReopensNoDayAndMakesNoWaitNegative(t *testing.T) {
	for _, c := range []struct{ name, to, back string }{
		{"an hour", "2026-11-24 08:10:00", "2026-11-24 09:40:00"},
		{"to yesterday", "2026-11-23 09:10:00", "2026-11-24 09:40:00"},
		{"to 1970", "1970-01-01 07:00:00", "2026-11-24 09:40:00"},
		{"to 1970, and nobody sets it all day", "1970-01-01 07:00:00", "1970-01-01 16:00:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := openIn(t, "Asia/Jakarta", "2026-11-24 09:00:00")
			by := h.atCounter("1")
			for range 3 {
				h.issue("A")
			}
			h.serve(by)
			h.next(by, "1") // A-002 stands at the counter when the clock jumps
			h.setClock(c.to)
			if k := h.issue("A"); k.Code != "A-004" || k.Day != "2026-11-24" {
				t.Errorf("after the jump %s of %s was given", k.Code, k.Day)
			}
			h.pass(5 * time.Minute)
			if _, err := h.Finish(t.Context(), by, "1"); err != nil {
				t.Error(err)
			}
			if got := h.serve(by); got != "A-003" {
				t.Errorf("called %s, want A-003", got)
			}
			if err := h.Close(); err != nil {
				t.Fatal(err)
			}
			h.start(false) // a restart under the wrong clock
			if k := h.issue("A"); k.Code != "A-005" {
				t.Errorf("after the restart %s was given", k.Code)
			}
			h.setClock(c.back)
			if k := h.issue("A"); k.Code != "A-006" || k.Day != "2026-11-24" {
				t.Errorf("later %s of %s was given", k.Code, k.Day)
			}
			h.serve(by)
			if err := h.ClockAlarm(); err != nil {
				t.Errorf("an alarm: %v", err)
			}
			h.sound(24 * time.Hour)
		})
	}
}

func TestClock_thatLeapsAheadOpensNoDayUntilItIsConfirmed(t *testing.T) {
	for _, c := range []struct {
		name, to, day string
	}{
		{"a year", "2027-11-24 09:20:00", "2027-11-24"},
		{"forty days, after a quiet month", "2027-01-03 09:20:00", "2027-01-03"},
		{"to the year's end five years on", "2031-12-31 23:59:50", "2031-12-31"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := openIn(t, "Asia/Jakarta", "2026-11-24 09:00:00")
			by, admin := h.atCounter("1"), h.officer("admin")
			for range 4 {
				h.issue("A")
			}
			h.serve(by)
			h.next(by, "1") // A-002 stands at the counter when the clock leaps
			h.setClock(c.to)
			_, err := h.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A"}, Lang: "id"})
			if r := wantRefusal(t, err, "clock_jumped"); r.Kind != queue.Unavailable || r.Facts["day"] != c.day {
				t.Errorf("%v %v", r.Kind, r.Facts)
			}
			if err := h.ClockAlarm(); err == nil {
				t.Error("no alarm")
			}
			hall, err := h.Hall(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if gate, _ := hall.Gates(hall.Catalog.Services[0], h.now()); gate.Shut() == nil || gate.Shut().Code != "clock_jumped" {
				t.Errorf("the screens are told %+v", gate.Shut())
			}
			// Whoever waits is still served, and has not waited for a year.
			if _, err := h.Finish(t.Context(), by, "1"); err != nil {
				t.Error(err)
			}
			if got := h.serve(by); got != "A-003" {
				t.Errorf("called %s, want A-003", got)
			}
			v, err := h.Counter(t.Context(), "1")
			if err != nil || len(v.Next) != 1 || v.At-v.Next[0].ArrivedAt > time.Hour.Milliseconds() {
				t.Errorf("A-004 is said to have waited %d ms (%v)", v.At-v.Next[0].ArrivedAt, err)
			}
			day := queue.BusinessDay(h.now(), h.Location())
			if _, err := h.AllowDay(t.Context(), admin, "2026-11-25"); err == nil {
				t.Error("a day that the clock does not show was allowed")
			}
			if _, err := h.AllowDay(t.Context(), admin, day); err != nil || h.ClockAlarm() != nil {
				t.Fatalf("confirmed: %v, alarm %v", err, h.ClockAlarm())
			}
			if k := h.issue("A"); k.Code != "A-001" || k.Day != day || k.IssuedAt != h.now().UnixMilli() {
				t.Errorf("%s of %s was given at %v", k.Code, k.Day, h.At(k.IssuedAt))
			}
			h.sound(24 * time.Hour)
		})
	}
}

func TestClock_thatLeaptAndIsSetRightGoesOnAsIfNothingHadBeen(t *testing.T) {
	h := openIn(t, "Asia/Jakarta", "2026-11-24 09:00:00")
	by := h.atCounter("1")
	for range 3 {
		h.issue("A")
	}
	h.setClock("2031-01-01 09:01:00")
	if err := h.TurnDay(t.Context()); err != nil || h.ClockAlarm() == nil {
		t.Fatalf("no alarm (%v)", err)
	}
	h.serve(by)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	h.start(false)
	if h.ClockAlarm() == nil {
		t.Error("a restart forgot the alarm")
	}
	h.setClock("2035-01-01 09:06:00") // it leaps again
	h.serve(by)
	h.setClock("2026-11-24 09:30:00")
	if k := h.issue("A"); k.Code != "A-004" || k.Day != "2026-11-24" || k.IssuedAt != h.now().UnixMilli() {
		t.Errorf("%s of %s was given at %v", k.Code, k.Day, h.At(k.IssuedAt))
	}
	if err := h.ClockAlarm(); err != nil {
		t.Errorf("the alarm stays: %v", err)
	}
	h.setClock("2026-11-25 08:00:00")
	if k := h.issue("A"); k.Code != "A-001" || k.Day != "2026-11-25" {
		t.Errorf("the next morning %s of %s was given", k.Code, k.Day)
	}
	h.sound(24 * time.Hour)
}

func TestClock_aLeapSignsNobodyOut(t *testing.T) {
	h := openIn(t, "Asia/Jakarta", "2026-11-24 09:00:00")
	h.issue("A")
	admin := h.officer("admin")
	if err := h.Sessions().Commit("token", []byte("ani"), time.Now().Add(14*time.Hour)); err != nil {
		t.Fatal(err)
	}
	there := func(want bool, when string) {
		t.Helper()
		if _, found, err := h.Sessions().Find("token"); err != nil || found != want {
			t.Errorf("%s: signed in %v, want %v (%v)", when, found, want, err)
		}
	}
	h.setClock("2031-01-01 09:05:00")
	if err := h.TurnDay(t.Context()); err != nil {
		t.Fatal(err)
	}
	there(true, "while the alarm stands")
	if _, err := h.AllowDay(t.Context(), admin, "2031-01-01"); err != nil {
		t.Fatal(err)
	}
	there(true, "in the day that was confirmed")
	h.pass(13 * time.Hour)
	there(true, "at the shift's end")
	h.pass(2 * time.Hour)
	there(false, "the next morning")
}
