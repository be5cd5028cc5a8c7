package store_test

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
	"antre/queue/store/pgtest"
)

// TestShared_midnightPassesOnceForAllServers has people press at two servers
// while midnight comes to both: each day is opened once, and no number of either
// day is given twice or left out.
func TestShared_midnightPassesOnceForAllServers(t *testing.T) {
	jakarta := morning(t).Location()
	y, m, d := time.Now().In(jakarta).Date()
	midnight := time.Date(y, m, d+1, 0, 0, 0, 0, jakarta)
	// The clock of both servers stands half a second before midnight, until it goes.
	var going atomic.Pointer[time.Time]
	now := func() time.Time {
		at := midnight.Add(-500 * time.Millisecond)
		if began := going.Load(); began != nil {
			at = at.Add(time.Since(*began))
		}
		return at
	}
	url := pgtest.URL(t)
	a := openSiteBy(t, url, t.TempDir(), "http://a", now)
	t.Cleanup(func() { a.close(t) })
	if err := a.Import(t.Context(), store.By{Actor: "command"}, testMall()); err != nil {
		t.Fatal(err)
	}
	b := openSiteBy(t, url, t.TempDir(), "http://b", now)
	t.Cleanup(func() { b.close(t) })
	officer := a.hire(t, "u", "1")
	_ = must[store.CounterView](t)(b.OpenCounter(t.Context(), officer, "1"))
	_ = must[store.Ticket](t)(a.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A"}, Lang: "id"}))
	_ = must[store.Called](t)(b.CallNext(t.Context(), officer, "1"))

	var mu sync.Mutex
	given := map[string][]int{}
	began := time.Now()
	going.Store(&began)
	var people sync.WaitGroup
	for i := range 8 {
		people.Go(func() {
			for now().Before(midnight.Add(time.Second)) {
				reply, err := []*site{a, b}[i%2].Issue(context.Background(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A"}, Lang: "id"})
				if err != nil {
					t.Errorf("a press at midnight: %v", err)
					return
				}
				mu.Lock()
				given[reply.Value.Day] = append(given[reply.Value.Day], reply.Value.Number)
				mu.Unlock()
			}
		})
	}
	people.Wait()
	days := slices.Sorted(maps.Keys(given))
	if want := []string{midnight.Add(-time.Hour).Format(queue.DayFormat), midnight.Format(queue.DayFormat)}; !slices.Equal(days, want) {
		t.Fatalf("numbers of the days %v, want %v", days, want)
	}
	for n, day := range days {
		numbers := given[day]
		slices.Sort(numbers)
		from := 2 - n // number 1 of the first day was called before
		for i, number := range numbers {
			if number != from+i {
				t.Fatalf("%s: the %dth number is %d, want %d", day, i+1, number, from+i)
			}
		}
		t.Logf("%s: %d numbers", day, len(numbers))
	}
	for _, s := range []*site{a, b} {
		if _, err := s.Verify(t.Context()); err != nil {
			t.Error(err)
		}
		k, err := s.Counter(t.Context(), "1")
		if err != nil || k.Current != nil {
			t.Errorf("the visitor of yesterday is still at the counter: %+v %v", k.Current, err)
		}
	}
}
