package store_test

import (
	"strings"
	"testing"
	"time"

	"antre/queue/store"
)

// keyed names one human action.
func keyed(by store.By, key string) store.By {
	by.Retry = store.Retry{Caller: "staff admin", Path: "/api/day", Key: key, Body: []byte(`{}`)}
	return by
}

func TestAllowDay_askedAgainWithItsKeyIsDoneOnceAndAnsweredAfterMidnight(t *testing.T) {
	h := openHall(t, false)
	admin := h.officer("admin")
	h.issue("A")
	h.pass(400 * 24 * time.Hour)
	if err := h.TurnDay(t.Context()); err != nil || h.ClockAlarm() == nil {
		t.Fatalf("a leap of 400 days raised no alarm: %v", err)
	}
	day := h.now().In(h.Location()).Format("2006-01-02")
	first, err := h.AllowDay(t.Context(), keyed(admin, "satu"), day)
	if err != nil || first.Replayed || first.Value != day || h.ClockAlarm() != nil {
		t.Fatalf("%+v %v, alarm %v", first, err, h.ClockAlarm())
	}
	before, err := h.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.AllowDay(t.Context(), keyed(admin, "satu"), day)
	if err != nil || !again.Replayed || again.Value != day {
		t.Errorf("asked again: %+v %v", again, err)
	}
	if after, err := h.Verify(t.Context()); err != nil || after.Events != before.Events {
		t.Errorf("asked again, it was recorded again: %d events, then %d (%v)", before.Events, after.Events, err)
	}
	h.pass(24 * time.Hour)
	if again, err := h.AllowDay(t.Context(), keyed(admin, "satu"), day); err != nil || !again.Replayed {
		t.Errorf("asked again the day after: %+v %v", again, err)
	}
	if _, err := h.AllowDay(t.Context(), keyed(admin, "dua"), day); err == nil || !strings.Contains(err.Error(), "not_today") {
		t.Errorf("yesterday was allowed afresh: %v", err)
	}
}
