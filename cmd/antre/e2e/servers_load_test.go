//go:build e2e || prove

package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// load is visitors who press and officers who call without end, at several
// servers, and what they were promised.
type load struct {
	t      testing.TB
	end    chan struct{}
	people sync.WaitGroup
	given  atomic.Int64
	called atomic.Int64

	mu       sync.Mutex
	tickets  map[string]string // token by number, of every number that was acknowledged
	calls    map[string]int    // how often an officer was told that they had called a number
	waits    []time.Duration
	answered []time.Time // of every number and call
}

func startLoad(t testing.TB, sites []*server, boss *caller, visitors, officers int) *load {
	l := &load{t: t, end: make(chan struct{}), tickets: map[string]string{}, calls: map[string]int{}}
	wire := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 6 * time.Second}
	for i := range visitors {
		p := alternating(sites, boss, i)
		p.http = wire
		l.person(p, func(n int) { l.press(p, fmt.Sprintf("press-%d-%d", i, n)) })
	}
	for i := range officers {
		p := alternating(sites, boss, i)
		p.http = wire
		l.person(p, func(n int) { l.next(p, i+1, fmt.Sprintf("next-%d-%d", i, n)) })
	}
	return l
}

// person does one thing after another until the load ends.
func (l *load) person(p *persistent, act func(n int)) {
	l.people.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-l.end:
				l.mu.Lock()
				l.waits = append(l.waits, p.slowest)
				l.mu.Unlock()
				return
			default:
				act(n)
			}
		}
	})
}

func (l *load) press(p *persistent, key string) {
	status, out := p.ask("/api/tickets", key, object{"service": "A"})
	if status != http.StatusCreated {
		l.t.Errorf("a press was answered %d %v", status, out)
		return
	}
	l.given.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answered = append(l.answered, time.Now())
	code := word(out["code"])
	if l.tickets[code] != "" {
		l.t.Errorf("%s was given twice", code)
	}
	l.tickets[code] = word(out["token"])
}

func (l *load) next(p *persistent, counter int, key string) {
	status, out := p.ask(fmt.Sprintf("/api/counters/%d/next", counter), key, nil)
	if status == http.StatusNoContent {
		time.Sleep(5 * time.Millisecond)
		return
	}
	ticket, _ := out["ticket"].(object)
	if status != http.StatusOK || ticket == nil {
		l.t.Errorf("next was answered %d %v", status, out)
		return
	}
	l.called.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answered = append(l.answered, time.Now())
	if l.calls[word(ticket["code"])]++; l.calls[word(ticket["code"])] > 1 {
		l.t.Errorf("%s was called to two counters", ticket["code"])
	}
}

func (l *load) stop() {
	close(l.end)
	l.people.Wait()
}

// slowest is the longest that anybody waited for an answer, over all servers.
func (l *load) slowest() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Max(l.waits)
}

// outage is the longest time around a moment in which nobody was answered.
func (l *load) outage(from, to time.Time) (longest time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	slices.SortFunc(l.answered, time.Time.Compare)
	for i := 1; i < len(l.answered); i++ {
		if l.answered[i].After(from) && l.answered[i-1].Before(to) {
			longest = max(longest, l.answered[i].Sub(l.answered[i-1]))
		}
	}
	return longest
}

// judge checks that every promise is kept in the database as it is now: each
// number acknowledged is there with the same link, numbers are dense, and each
// call that an officer was told of is on the record once.
func (l *load) judge(s *server) {
	l.t.Helper()
	numbers, highest := map[int]int{}, 0
	codes := map[string]bool{}
	s.rows("SELECT number, code FROM tickets WHERE code LIKE 'A-%'", func(scan func(...any) error) error {
		var n int
		var code string
		err := scan(&n, &code)
		numbers[n]++
		highest = max(highest, n)
		codes[code] = true
		return err
	})
	for n := 1; n <= highest; n++ {
		if numbers[n] != 1 {
			l.t.Errorf("number %d is there %d times", n, numbers[n])
		}
	}
	calls := map[string]int{}
	s.rows("SELECT t.code FROM events e JOIN tickets t ON t.id = e.ticket_id WHERE e.kind = 'called'", func(scan func(...any) error) error {
		var code string
		err := scan(&code)
		calls[code]++
		return err
	})
	for code, n := range calls {
		if n > 1 {
			l.t.Errorf("%s was called %d times", code, n)
		}
	}
	visitor := s.visitor()
	checked := 0
	for code, token := range l.tickets {
		if !codes[code] {
			l.t.Errorf("%s was acknowledged and is lost", code)
		}
		if checked++; checked%20 == 0 { // each link costs a request
			if out := visitor.must("GET", "/api/tickets/"+token, nil); out["code"] != code {
				l.t.Errorf("the link of %s leads to %v", code, out["code"])
			}
		}
	}
	for code := range l.calls {
		if calls[code] != 1 {
			l.t.Errorf("the call of %s was acknowledged and is %d times on the record", code, calls[code])
		}
	}
	if order := s.callOrder(); !slices.IsSorted(order) {
		l.t.Error("calls are not in the order of arrival")
	}
	s.command("", "verify")
}

// newestCall is the number called last, as the record has it.
func (l *load) newestCall(s *server) (code string) {
	s.rows("SELECT t.code FROM events e JOIN tickets t ON t.id = e.ticket_id WHERE e.kind = 'called' ORDER BY e.position DESC LIMIT 1", func(scan func(...any) error) error { return scan(&code) })
	return code
}
