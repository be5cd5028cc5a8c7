package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
	"antre/queue/store/pgtest"
)

// The tests here open several stores on one PostgreSQL, as several servers do.

// site is one server's store and what it has published.
type site struct {
	*store.Store
	mu      sync.Mutex
	changes []store.Change
}

func openSite(t *testing.T, url, dir, address string, skew time.Duration) *site {
	t.Helper()
	return openSiteBy(t, url, dir, address, func() time.Time { return time.Now().Add(skew) })
}

func openSiteBy(t *testing.T, url, dir, address string, now func() time.Time) *site {
	t.Helper()
	s := &site{}
	st, err := store.Open(t.Context(), store.Options{
		Dir: dir, URL: url, Address: address, Now: now,
		Publish: func(c store.Change) { s.mu.Lock(); s.changes = append(s.changes, c); s.mu.Unlock() },
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Store = st
	return s
}

func (s *site) close(t *testing.T) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// calls are the tickets whose call was published.
func (s *site) calls() (codes []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.changes {
		for _, call := range c.Calls {
			codes = append(codes, call.Ticket)
		}
	}
	return codes
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

// twoSites are two servers of a mall that is always open, and an officer at
// counters 1 and 2.
func twoSites(t *testing.T) (a, b *site, officer store.By) {
	t.Helper()
	url := pgtest.URL(t)
	a = openSite(t, url, t.TempDir(), "http://a", 0)
	t.Cleanup(func() { a.close(t) })
	if err := a.Import(t.Context(), store.By{Actor: "command"}, testMall()); err != nil {
		t.Fatal(err)
	}
	b = openSite(t, url, t.TempDir(), "http://b", 0)
	t.Cleanup(func() { b.close(t) })
	if err := a.AddStaff(t.Context(), store.By{Actor: "command"}, store.Staff{Username: "u", Name: "U", Role: queue.Officer, Counters: []string{"1", "2"}, PasswordHash: "x"}); err != nil {
		t.Fatal(err)
	}
	u, err := b.StaffByUsername(t.Context(), "u")
	if err != nil || u == nil {
		t.Fatal(err)
	}
	officer = store.By{Actor: "staff", StaffID: u.ID}
	for _, counter := range []string{"1", "2"} {
		_ = must[store.CounterView](t)(b.OpenCounter(t.Context(), officer, counter))
	}
	return a, b, officer
}

func TestShared_whatOneServerDoesTheOtherPublishesOnce(t *testing.T) {
	a, b, officer := twoSites(t)
	k := must[store.Ticket](t)(a.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A"}, Lang: "id"}))
	_ = must[store.Called](t)(b.CallNext(t.Context(), officer, "1"))
	for _, s := range []*site{a, b} {
		eventually(t, "the call is published", func() bool { return slices.Equal(s.calls(), []string{k.Code}) })
		h, err := s.Hall(t.Context())
		if err != nil || len(h.Calls[""]) != 1 {
			t.Errorf("the board: %v %v", h, err)
		}
	}
	time.Sleep(2500 * time.Millisecond) // the servers have looked at the revs, too
	for _, s := range []*site{a, b} {
		if got := s.calls(); !slices.Equal(got, []string{k.Code}) {
			t.Errorf("calls published: %v", got)
		}
	}
}

func TestShared_aRetryAtTheOtherServerIsTheSameTicketWithTheSameLink(t *testing.T) {
	a, b, _ := twoSites(t)
	by := store.By{Actor: "visitor", Retry: store.Retry{Caller: "kiosk", Path: "/api/tickets", Key: "k", Body: []byte("{}")}}
	ask := func(s *site) (reply store.Reply[store.Ticket]) {
		reply, err := s.Issue(context.Background(), by, store.Wanted{Services: []string{"A"}, Lang: "id"})
		if err != nil {
			t.Error(err)
		}
		return reply
	}
	var replies [8]store.Reply[store.Ticket]
	var both sync.WaitGroup
	for i := range replies {
		both.Go(func() { replies[i] = ask([]*site{a, b}[i%2]) })
	}
	both.Wait()
	fresh := 0
	for i, r := range replies {
		if r.Value.ID != replies[0].Value.ID || a.Token(r.Value.ID) != b.Token(replies[0].Value.ID) {
			t.Errorf("answer %d: %+v", i, r.Value)
		}
		if !r.Replayed {
			fresh++
		}
	}
	if fresh != 1 {
		t.Errorf("%d of the 8 were not replays", fresh)
	}
}

func TestShared_aDuplicateThatLostTheRaceIsAReplayNotARefusal(t *testing.T) {
	a, b, officer := twoSites(t)
	for round := range 10 {
		_ = must[store.Ticket](t)(a.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A"}, Lang: "id"}))
		_ = must[store.Called](t)(a.CallNext(t.Context(), officer, "1"))
		by := officer
		by.Retry = store.Retry{Caller: "u", Path: "/finish", Key: fmt.Sprint(round), Body: []byte("{}")}
		var both sync.WaitGroup
		for i := range 6 {
			both.Go(func() {
				if _, err := []*site{a, b}[i%2].Finish(context.Background(), by, "1"); err != nil {
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		both.Wait()
	}
}

// TestShared_nobodyIsCalledToTwoCounters has counters of both servers call
// visitors who wait in two lines at once.
func TestShared_nobodyIsCalledToTwoCounters(t *testing.T) {
	a, b, officer := twoSites(t)
	third := a.hire(t, "v", "3")
	_ = must[store.CounterView](t)(a.OpenCounter(t.Context(), third, "3"))
	const visitors = 40
	for range visitors {
		_ = must[store.Ticket](t)(a.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A", "AB"}, Order: queue.Parallel, Lang: "id"}))
	}
	var counters sync.WaitGroup
	for i, c := range []struct {
		s       *site
		by      store.By
		counter string
	}{{a, officer, "1"}, {b, officer, "2"}, {b, third, "3"}} {
		counters.Go(func() {
			for range visitors {
				if _, err := c.s.CallNext(context.Background(), c.by, c.counter); err != nil {
					t.Errorf("%d: %v", i, err)
				}
			}
		})
	}
	counters.Wait()
	for _, s := range []*site{a, b} {
		if _, err := s.Verify(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func (s *site) hire(t *testing.T, name string, counters ...string) store.By {
	t.Helper()
	if err := s.AddStaff(t.Context(), store.By{Actor: "command"}, store.Staff{Username: name, Name: name, Role: queue.Officer, Counters: counters, PasswordHash: "x"}); err != nil {
		t.Fatal(err)
	}
	u, err := s.StaffByUsername(t.Context(), name)
	if err != nil || u == nil {
		t.Fatal(err)
	}
	return store.By{Actor: "staff", StaffID: u.ID}
}

func TestShared_oneServerSpeaksInAZoneAndTheOtherWhenItIsGone(t *testing.T) {
	url := pgtest.URL(t)
	a := openSite(t, url, t.TempDir(), "http://a", 0)
	if err := a.Import(t.Context(), store.By{Actor: "command"}, testMall()); err != nil {
		t.Fatal(err)
	}
	b := openSite(t, url, t.TempDir(), "http://b", 0)
	defer b.close(t)
	zones := map[string]bool{"1": true}
	a.WantVoices(zones)
	eventually(t, "the first server speaks", func() bool { return a.Speaks("1") })
	b.WantVoices(zones)
	time.Sleep(1500 * time.Millisecond)
	if b.Speaks("1") || a.Speaks("2") {
		t.Error("two servers speak in one zone, or one where it has no screen")
	}
	a.close(t)
	eventually(t, "the second server speaks", func() bool { return b.Speaks("1") })
}

// A screen that the mall has let in speaks, wherever a stranger's is connected.
func TestShared_aServerWithAPairedScreenSpeaksBeforeOneWithAStrangers(t *testing.T) {
	url := pgtest.URL(t)
	a := openSite(t, url, t.TempDir(), "http://a", 0)
	defer a.close(t)
	if err := a.Import(t.Context(), store.By{Actor: "command"}, testMall()); err != nil {
		t.Fatal(err)
	}
	b := openSite(t, url, t.TempDir(), "http://b", 0)
	defer b.close(t)
	a.WantVoices(map[string]bool{"1": false})
	eventually(t, "a stranger's screen speaks where there is no other", func() bool { return a.Speaks("1") })
	b.WantVoices(map[string]bool{"1": true})
	eventually(t, "the mall's own screen speaks", func() bool { return b.Speaks("1") && !a.Speaks("1") })
	b.WantVoices(map[string]bool{})
	eventually(t, "and the stranger's again when it has gone", func() bool { return a.Speaks("1") && !b.Speaks("1") })
}

func TestShared_aServerWhoseClockDiffersIsNotReady(t *testing.T) {
	url := pgtest.URL(t)
	a := openSite(t, url, t.TempDir(), "http://a", 0)
	defer a.close(t)
	b := openSite(t, url, t.TempDir(), "http://b", 2500*time.Millisecond)
	eventually(t, "the server whose clock is wrong refuses", func() bool {
		r, ok := queue.AsRefusal(b.Ready(t.Context()))
		return ok && r.Code == "clocks_differ"
	})
	if err := a.Ready(t.Context()); err != nil {
		t.Errorf("the server whose clock is right: %v", err)
	}
	if got := a.Servers(); len(got) > 0 && (!got[0].Self || got[0].Address != "http://a") {
		t.Errorf("servers: %+v", got)
	}
	b.close(t)
	c := openSite(t, url, t.TempDir(), "http://c", 1500*time.Millisecond)
	defer c.close(t)
	if err := c.Ready(t.Context()); err != nil {
		t.Errorf("a second and a half is allowed: %v", err)
	}
}

func TestShared_theSecretIsHandedOverAndNeverInTheDatabase(t *testing.T) {
	url, dirs := pgtest.URL(t), []string{t.TempDir(), t.TempDir(), t.TempDir()}
	var first, second *site
	var both sync.WaitGroup // a new mall on which two servers start together
	both.Go(func() { first = openSite(t, url, dirs[0], "http://a", 0) })
	both.Go(func() { second = openSite(t, url, dirs[1], "http://b", 0) })
	both.Wait()
	secrets := make([]string, 2)
	for i := range secrets {
		content, err := os.ReadFile(filepath.Join(dirs[i], "secret"))
		if err != nil {
			t.Fatal(err)
		}
		secrets[i] = string(content)
	}
	if secrets[0] != secrets[1] || len(secrets[0]) != 32 {
		t.Error("the two servers have different secrets")
	}
	first.close(t)
	second.close(t)
	if st, err := store.Open(t.Context(), store.Options{Dir: dirs[2], URL: url, Keyless: true}); err != nil {
		t.Errorf("a command that gives no tickets needs no secret: %v", err)
	} else if err := st.Close(); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if _, err := store.Open(ctx, store.Options{Dir: dirs[2], URL: url}); err == nil || errors.Is(err, store.ErrLocked) {
		t.Errorf("with no server running nobody gives the secret: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dirs[2], "secret"), make([]byte, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), store.Options{Dir: dirs[2], URL: url}); !errors.Is(err, store.ErrNoSecret) {
		t.Errorf("another mall's secret: %v", err)
	}
}
