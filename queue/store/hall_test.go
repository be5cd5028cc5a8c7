package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
	"antre/queue/store/pgtest"
)

// hall is a real store in a temporary folder with a clock that stands still.
type hall struct {
	*store.Store
	t   testing.TB
	dir string
	mu  sync.Mutex
	at  time.Time
	url string // of a PostgreSQL database; "" for a file in the folder
}

func morning(t testing.TB) time.Time {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Jakarta")
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2026, 11, 24, 8, 0, 0, 0, loc)
}

func testMall() *queue.Mall {
	service := func(code string) queue.Service {
		return queue.Service{Code: code, Name: queue.Text{"id": "Layanan " + code}, Minutes: 10}
	}
	wait := 60
	return &queue.Mall{
		Settings: queue.Settings{Name: "MPP Uji", Timezone: "Asia/Jakarta", NoShowAfterS: &wait},
		Zones:    []queue.Zone{{Code: "1", Name: queue.Text{"id": "Lantai 1"}}},
		Agencies: []queue.Agency{{
			Code: "DUKCAPIL", Name: queue.Text{"id": "Dukcapil"}, Zone: "1",
			Services: []queue.Service{service("A"), service("AB"), service("A1")},
			Counters: []queue.Counter{
				{Code: "1", Services: []string{"A"}, Assists: []string{"AB"}},
				{Code: "2", Services: []string{"A"}},
				{Code: "3", Services: []string{"AB", "A1"}},
			},
		}},
	}
}

func openHall(t testing.TB, solo bool) *hall {
	t.Helper()
	h := &hall{t: t, dir: t.TempDir(), at: morning(t), url: pgtest.Database(t)}
	h.start(solo)
	if err := h.Import(t.Context(), store.By{Actor: "command"}, testMall()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *hall) start(solo bool) {
	h.t.Helper()
	st, err := store.Open(context.Background(), store.Options{Dir: h.dir, URL: h.url, Now: h.now, Solo: solo})
	if err != nil {
		h.t.Fatal(err)
	}
	h.Store = st
}

func (h *hall) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hall) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

func (h *hall) officer(name string, counters ...string) store.By {
	h.t.Helper()
	if err := h.AddStaff(h.t.Context(), store.By{Actor: "command"}, store.Staff{Username: name, Name: name, Role: queue.Officer, Counters: counters, PasswordHash: "x"}); err != nil {
		h.t.Fatal(err)
	}
	s, err := h.StaffByUsername(h.t.Context(), name)
	if err != nil || s == nil {
		h.t.Fatal(err)
	}
	return store.By{Actor: "staff", StaffID: s.ID}
}

func (h *hall) atCounter(counter string) store.By {
	h.t.Helper()
	by := h.officer("officer-"+counter, counter)
	if _, err := h.OpenCounter(h.t.Context(), by, counter); err != nil {
		h.t.Fatal(err)
	}
	return by
}

func (h *hall) issue(service string) store.Ticket {
	h.t.Helper()
	reply, err := h.Issue(h.t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{service}, Lang: "id"})
	if err != nil {
		h.t.Fatal(err)
	}
	return reply.Value
}

func (h *hall) next(by store.By, counter string) string {
	h.t.Helper()
	reply, err := h.CallNext(h.t.Context(), by, counter)
	if err != nil {
		h.t.Fatal(err)
	}
	if reply.Value.Ticket == nil {
		return ""
	}
	return reply.Value.Ticket.Code
}

func wantRefusal(t *testing.T, err error, code string) *queue.Refusal {
	t.Helper()
	r, ok := queue.AsRefusal(err)
	if !ok || r.Code != code {
		t.Fatalf("got %v, want refusal %q", err, code)
	}
	return r
}
