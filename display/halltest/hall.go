// Package halltest is a small mall for the tests of the rooms, with a clock that
// starts where the test says.
package halltest

import (
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// Mall opens from 8 to 12 and from 13 to 15.30, with the last ticket at 15.
func Mall() *queue.Mall {
	three, one := 3, 1
	wait := 0
	return &queue.Mall{
		Settings: queue.Settings{Name: "MPP Uji", Timezone: "Asia/Jakarta", NoShowAfterS: &wait},
		Zones:    []queue.Zone{{Code: "1", Name: queue.Text{"id": "Lantai 1"}}, {Code: "2", Name: queue.Text{"id": "Lantai 2"}}},
		Hours:    queue.Week{"mon-sat": {Open: []string{"08:00-12:00", "13:00-15:30"}, LastTicket: "15:00"}},
		Holidays: []queue.Holiday{{Date: "2026-11-26", Name: "Hari Raya Uji"}},
		Agencies: []queue.Agency{
			{Code: "SATU", Name: queue.Text{"id": "Satu"}, Zone: "1",
				Services: []queue.Service{{Code: "A", Name: queue.Text{"id": "Layanan A"}, Minutes: 10, Quota: &queue.Quota{Day: &three, Priority: &one}}},
				Counters: []queue.Counter{{Code: "1", Services: []string{"A"}}}},
			{Code: "DUA", Name: queue.Text{"id": "Dua"}, Zone: "2", Hours: queue.Week{"mon-sun": {Open: []string{"00:00-24:00"}}},
				Services: []queue.Service{{Code: "B", Name: queue.Text{"id": "Layanan B"}, Minutes: 10}},
				Counters: []queue.Counter{{Code: "2", Services: []string{"B"}}}},
		},
	}
}

// Hall is a store whose clock shows the moment asked for and goes on at the
// pace of time.Now.
type Hall struct {
	*store.Store
	t testing.TB
}

// Moment reads a moment of the mall's clock.
func Moment(t testing.TB, moment string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Jakarta")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", moment, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Open makes the mall, empty, at a moment. Publish may be nil. The store closes
// when the test is over.
func Open(t testing.TB, moment string, publish func(store.Change)) *Hall {
	t.Helper()
	h := OpenUnclosed(t, moment, publish)
	t.Cleanup(h.Shut)
	return h
}

// OpenUnclosed leaves it to the test to Shut the store: in a bubble of
// testing/synctest, before the bubble ends.
func OpenUnclosed(t testing.TB, moment string, publish func(store.Change)) *Hall {
	t.Helper()
	began, at := time.Now(), Moment(t, moment)
	st, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Now: func() time.Time { return at.Add(time.Since(began)) }, Publish: publish})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Import(t.Context(), store.By{Actor: "command"}, Mall()); err != nil {
		t.Fatal(err)
	}
	return &Hall{Store: st, t: t}
}

// Shut closes the store.
func (h *Hall) Shut() {
	if err := h.Close(); err != nil {
		h.t.Error(err)
	}
}

// Give gives a number to a visitor.
func (h *Hall) Give(service string, class queue.Class) {
	h.t.Helper()
	if _, err := h.Issue(h.t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{service}, Class: class, Lang: "id"}); err != nil {
		h.t.Fatal(err)
	}
}

// Officer hires somebody and opens their counters.
func (h *Hall) Officer(counters ...string) store.By {
	h.t.Helper()
	err := h.AddStaff(h.t.Context(), store.By{Actor: "command"}, store.Staff{Username: "u", Name: "U", Role: queue.Officer, Counters: counters, PasswordHash: "x"})
	if err != nil {
		h.t.Fatal(err)
	}
	s, err := h.StaffByUsername(h.t.Context(), "u")
	if err != nil {
		h.t.Fatal(err)
	}
	by := store.By{Actor: "staff", StaffID: s.ID}
	for _, counter := range counters {
		if _, err := h.OpenCounter(h.t.Context(), by, counter); err != nil {
			h.t.Fatal(err)
		}
	}
	return by
}
