package store_test

import (
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

func TestCounter_previewKeepsTheStoredTimeBehindAClockThatJumpedBack(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("1")
	h.give(queue.Regular, "A")
	for range 3 {
		h.give(queue.Priority, "A")
	}
	h.next(by, "1")
	h.pass(61 * time.Minute)
	if err := h.TurnDay(t.Context()); err != nil { // the server reads the clock every few seconds
		t.Fatal(err)
	}
	h.pass(-2 * time.Hour)
	v, err := h.Counter(t.Context(), "1")
	if err != nil || len(v.Next) == 0 {
		t.Fatal(v.Next, err)
	}
	if got := h.next(by, "1"); got != v.Next[0].Code || got != "A-001" {
		t.Errorf("shown %s, called %s; want A-001, who has waited 61 minutes", v.Next[0].Code, got)
	}
	if since := v.At - v.Next[0].ArrivedAt; since != (61 * time.Minute).Milliseconds() {
		t.Errorf("A-001 is said to have waited %d ms", since)
	}
}

func TestDay_theFirstRequestOfTheMorningHasTheNewDaysTime(t *testing.T) {
	h := openHall(t, false)
	h.at = time.Date(2026, 11, 24, 23, 50, 0, 0, h.at.Location())
	h.issue("A")
	h.pass(-time.Hour) // the stored time now runs an hour ahead, also over midnight
	h.issue("A")
	h.pass(59 * time.Minute)
	h.issue("A")
	h.pass(15 * time.Minute)
	if k := h.issue("A"); k.Day != "2026-11-25" || k.IssuedAt != h.now().UnixMilli() {
		t.Errorf("%s of %s was given at %v, want the morning's own time %v", k.Code, k.Day, h.At(k.IssuedAt), h.now())
	}
	if _, err := h.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// wrongClocks is what a clock without its battery, its zone or its mind shows.
func wrongClocks(right time.Time) map[string]time.Time {
	return map[string]time.Time{
		"an hour back":    right.Add(-time.Hour),
		"a day back":      right.AddDate(0, 0, -1),
		"1970":            time.Unix(0, 0),
		"a year ahead":    right.AddDate(1, 0, 0),
		"twenty years on": right.AddDate(20, 0, 0),
	}
}

func TestClock_thatJumpsNeverReopensADayRepeatsANumberOrCountsBackwards(t *testing.T) {
	for name, wrong := range wrongClocks(morning(t)) {
		t.Run(name, func(t *testing.T) {
			h := openHall(t, false)
			right := h.at
			by := h.atCounter("1")
			seen := map[string]bool{}
			take := func() (store.Ticket, error) {
				reply, err := h.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A"}, Lang: "id"})
				if k := reply.Value; err == nil && (seen[k.Code] || k.Day != "2026-11-24") {
					t.Errorf("%s of %s a second time", k.Code, k.Day)
				}
				seen[reply.Value.Code] = true
				return reply.Value, err
			}
			for range 2 {
				if _, err := take(); err != nil {
					t.Fatal(err)
				}
			}
			h.next(by, "1")
			h.at = wrong
			ahead := wrong.After(right)
			if _, err := take(); ahead {
				_ = wantRefusal(t, err, "clock_jumped")
			} else if err != nil {
				t.Errorf("a clock that went back gives no number: %v", err)
			}
			if alarm := h.ClockAlarm(); (alarm != nil) != ahead {
				t.Errorf("alarm: %v", alarm)
			}
			// Those who are there already are served meanwhile, and no time is negative.
			_ = must[store.Ticket](t)(h.Start(t.Context(), by, "1"))
			h.pass(time.Minute)
			k := must[store.Ticket](t)(h.Finish(t.Context(), by, "1"))
			if k.CalledAt < k.IssuedAt || k.StartedAt < k.CalledAt || k.Day != "2026-11-24" {
				t.Errorf("issued %d, called %d, started %d, on %s", k.IssuedAt, k.CalledAt, k.StartedAt, k.Day)
			}
			if v := h.view("1"); len(v.History) != 1 || v.History[0].EndedAt < v.History[0].CalledAt || v.At < v.Next[0].ArrivedAt {
				t.Errorf("history %+v", v.History)
			}
			h.at = right.Add(5 * time.Minute)
			if _, err := take(); err != nil || h.ClockAlarm() != nil {
				t.Errorf("with the clock right again: %v, alarm %v", err, h.ClockAlarm())
			}
			if _, err := h.Verify(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestClock_allowedDayOpensAndTheOldOneStaysClosedWhenTheClockGoesBack(t *testing.T) {
	h := openHall(t, false)
	right := h.at
	h.issue("A")
	h.at = right.AddDate(1, 0, 0)
	_ = wantRefusal(t, h.askIssue("A"), "clock_jumped")
	_, err := h.AllowDay(t.Context(), store.By{Actor: "command"}, "2026-11-24")
	_ = wantRefusal(t, err, "not_today")
	_ = must[string](t)(h.AllowDay(t.Context(), store.By{Actor: "command"}, "2027-11-24"))
	if k := h.issue("A"); k.Code != "A-001" || k.Day != "2027-11-24" {
		t.Errorf("the allowed day gives %s on %s", k.Code, k.Day)
	}
	h.at = right
	if k := h.issue("A"); k.Code != "A-002" || k.Day != "2027-11-24" {
		t.Errorf("back in 2026 it gives %s on %s", k.Code, k.Day)
	}
	if _, err := h.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// openIn is a mall in a zone of time, at a moment of its own clock.
func openIn(t *testing.T, zone, moment string) *hall {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", moment, loc)
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{t: t, dir: t.TempDir(), at: at}
	h.start(false)
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	mall := testMall()
	mall.Settings.Timezone = zone
	if err := h.Import(t.Context(), store.By{Actor: "command"}, mall); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestDay_turnsAtMidnightOfTheMallsOwnZoneAlsoOnRareDays(t *testing.T) {
	for _, zone := range []string{"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"} {
		for today, tomorrow := range map[string]string{
			"2026-11-24": "2026-11-25", "2028-02-28": "2028-02-29", "2028-02-29": "2028-03-01", "2027-02-28": "2027-03-01", "2026-12-31": "2027-01-01",
		} {
			h := openIn(t, zone, today+" 23:59:59")
			left := h.issue("A")
			if left.Day != today || left.Code != "A-001" {
				t.Errorf("%s, before midnight: %s on %s", zone, left.Code, left.Day)
			}
			h.pass(time.Second)
			if err := h.TurnDay(t.Context()); err != nil {
				t.Fatal(err)
			}
			if k := h.issue("A"); k.Day != tomorrow || k.Code != "A-001" {
				t.Errorf("%s, after midnight: %s on %s, want A-001 on %s", zone, k.Code, k.Day, tomorrow)
			}
			h.pass(-time.Second) // NTP corrects the clock back over midnight
			if k := h.issue("A"); k.Day != tomorrow || k.Code != "A-002" {
				t.Errorf("%s, back over midnight: %s on %s, want A-002 on %s", zone, k.Code, k.Day, tomorrow)
			}
			if k, err := h.Ticket(t.Context(), h.Token(left.ID)); err != nil || k.State != queue.NoShow || k.EndedBy != "day_end" {
				t.Errorf("%s: who waited over midnight is %s by %q, %v", zone, k.State, k.EndedBy, err)
			}
			if h.ClockAlarm() != nil {
				t.Errorf("%s: midnight raises an alarm", zone)
			}
		}
	}
}

// Two malls at one moment: in Jayapura it is tomorrow already.
func TestDay_twoMallsInTwoZonesEachHaveTheirOwn(t *testing.T) {
	west, east := openIn(t, "Asia/Jakarta", "2026-11-24 21:59:59"), openIn(t, "Asia/Jayapura", "2026-11-24 23:59:59")
	if !west.at.Equal(east.at) {
		t.Fatalf("%v is not %v", west.at, east.at)
	}
	west.issue("A")
	east.issue("A")
	west.pass(time.Second)
	east.pass(time.Second)
	if k := west.issue("A"); k.Code != "A-002" || k.Day != "2026-11-24" {
		t.Errorf("Jakarta gives %s on %s", k.Code, k.Day)
	}
	if k := east.issue("A"); k.Code != "A-001" || k.Day != "2026-11-25" {
		t.Errorf("Jayapura gives %s on %s", k.Code, k.Day)
	}
}
