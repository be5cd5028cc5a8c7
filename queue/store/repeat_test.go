package store_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"antre/queue"
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

func TestService_supervisorsRetryHearsTheFirstAnswerAgain(t *testing.T) {
	h := openHall(t, false)
	boss := h.officer("admin")
	h.issue("A")
	until := h.now().Add(time.Hour)
	for _, ask := range []struct {
		name string
		do   func(store.By) (store.Reply[store.ServiceNow], error)
		want queue.Gate
	}{
		{"quota", func(by store.By) (store.Reply[store.ServiceNow], error) { return h.SetQuota(t.Context(), by, "A", 40) }, queue.Gate{Limited: true, Limit: 40, Left: 39}},
		{"open", func(by store.By) (store.Reply[store.ServiceNow], error) {
			return h.OpenService(t.Context(), by, "A", until, queue.Text{"id": "Buka"})
		}, queue.Gate{Limited: true, Limit: 40, Left: 38}},
		{"close", func(by store.By) (store.Reply[store.ServiceNow], error) {
			return h.CloseService(t.Context(), by, "AB", until, queue.Text{"id": "Listrik padam."})
		}, queue.Gate{}},
	} {
		first, err := ask.do(keyed(boss, ask.name))
		if err != nil || first.Replayed {
			t.Fatalf("%s: %+v %v", ask.name, first, err)
		}
		if v := first.Value.Regular; v.Limited != ask.want.Limited || v.Limit != ask.want.Limit || v.Left != ask.want.Left || (v.Shut() != nil) != (ask.name == "close") {
			t.Errorf("%s: %+v", ask.name, v)
		}
		h.issue("A")
		again, err := ask.do(keyed(boss, ask.name))
		a, _ := json.Marshal(first.Value)
		b, _ := json.Marshal(again.Value)
		if err != nil || !again.Replayed || string(a) != string(b) {
			t.Errorf("%s asked again: %s, then %s (%v)", ask.name, a, b, err)
		}
	}
	if _, err := h.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"AB"}, Lang: "id"}); err == nil {
		t.Error("a closed service gave a number")
	}
}
