package queue_test

import (
	"testing"
	"time"

	"antre/queue"
)

func TestTicketCode_parsesBackAndIsNeverAmbiguous(t *testing.T) {
	for _, c := range []struct {
		service string
		number  int
		code    string
	}{{"A", 1, "A-001"}, {"AB", 1, "AB-001"}, {"A1", 1, "A1-001"}, {"A", 1001, "A-1001"}, {"a1", 7, "A1-007"}, {"3C7", 999, "3C7-999"}} {
		if got := queue.TicketCode(c.service, c.number); got != c.code {
			t.Errorf("%s %d prints %s, want %s", c.service, c.number, got, c.code)
		}
		service, number, err := queue.ParseTicketCode(c.code)
		if err != nil || service != queue.Key(c.service) || number != c.number {
			t.Errorf("%s parses as %s %d, %v", c.code, service, number, err)
		}
	}
	for _, wrong := range []string{"", "A", "A001", "A1001", "A-1", "A-01", "A-0001", "A-000", "-001", "ABCDE-001", "A-001-1", "A 001", "A-1O1"} {
		if s, n, err := queue.ParseTicketCode(wrong); err == nil {
			t.Errorf("%q parses as %s %d", wrong, s, n)
		}
	}
}

// Only a no-show may come back.
func TestMove_endedStopsNeverMoveAgain(t *testing.T) {
	for _, s := range []queue.State{queue.Done, queue.NoShow, queue.Cancelled, queue.Transferred} {
		for _, a := range queue.Actions() {
			if s == queue.NoShow && a == queue.Return {
				continue
			}
			if to, ok := queue.Move(s, a); ok {
				t.Errorf("%s %s leads to %s", s, a, to)
			}
		}
	}
	for _, s := range []queue.State{queue.Waiting, queue.Called, queue.Serving, queue.Held, queue.Planned} {
		if to, ok := queue.Move(s, queue.EndDay); !ok || !to.Ended() {
			t.Errorf("%s is left open at the end of the day", s)
		}
	}
}

func TestBusinessDay_isTheMallsOwn(t *testing.T) {
	at := time.Date(2026, 11, 23, 16, 30, 0, 0, time.UTC)
	for zone, want := range map[string]string{"Asia/Jakarta": "2026-11-23", "Asia/Makassar": "2026-11-24", "Asia/Jayapura": "2026-11-24"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := queue.BusinessDay(at, loc); got != want {
			t.Errorf("%s: %s, want %s", zone, got, want)
		}
	}
	if got := queue.LaterDay("2026-11-24", "2026-11-23"); got != "2026-11-24" {
		t.Errorf("the day went back to %s", got)
	}
}

func TestEstimateWait_isNilRatherThanWrong(t *testing.T) {
	if queue.EstimateWait(6, 10, 0) != nil || queue.EstimateWait(6, 0, 2) != nil {
		t.Error("an estimate without counters or minutes")
	}
	if w := queue.EstimateWait(6, 10, 2); w == nil || w.LowS >= w.HighS || w.LowS > 1800 || w.HighS < 1800 {
		t.Errorf("the mean of half an hour is outside %v", w)
	}
}

func TestWait_ofALateVisitorEndsNoSoonerThanTheyAreBack(t *testing.T) {
	var unknown *queue.Wait
	if unknown.NotBefore(time.Hour) != nil {
		t.Error("a wait nobody can tell became one")
	}
	for _, c := range []struct {
		left      time.Duration
		low, high int // minutes
	}{{-time.Minute, 5, 12}, {8*time.Minute + time.Second, 9, 12}, {20 * time.Minute, 20, 20}} {
		if w := (&queue.Wait{LowS: 300, HighS: 720}).NotBefore(c.left); w.LowS != 60*c.low || w.HighS != 60*c.high {
			t.Errorf("back in %v: %+v, want %d to %d minutes", c.left, w, c.low, c.high)
		}
	}
	morning := time.Date(2026, 11, 25, 10, 14, 1, 0, time.UTC)
	if got := queue.LateUntil(morning).Format("15:04:05"); got != "10:25:00" {
		t.Errorf("late until %s", got)
	}
	if got := queue.LateUntil(morning.Truncate(time.Minute)).Format("15:04:05"); got != "10:24:00" {
		t.Errorf("of a full minute late until %s", got)
	}
}
