//go:build e2e || prove

package e2e

import (
	"database/sql"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"antre/queue/store/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m, album) }

// newServers starts several servers of one mall on a PostgreSQL. Each has a
// folder of its own, and gets the secret from the first.
func newServers(t testing.TB, url, mall string, n int, counters ...string) []*server {
	t.Helper()
	all := []*server{newServerOn(t, url, mall, counters...)}
	for range n - 1 {
		s := unprepared(t, url)
		s.start()
		t.Cleanup(s.stop)
		all = append(all, s)
	}
	return all
}

func twoOnPostgres(t *testing.T) []*server {
	return newServers(t, pgtest.URL(t), mallFile(t, historyMall), 2)
}

func TestServers_historiesWithKillsOfEitherFitOneOrder(t *testing.T) {
	histories(t, 5, twoOnPostgres)
}

// persistent asks one server after the other, with one key, until it is answered.
type persistent struct {
	*caller
	sites   []*server
	slowest time.Duration
}

func alternating(sites []*server, who *caller, first int) *persistent {
	c := *who
	c.s = sites[first%len(sites)]
	return &persistent{caller: &c, sites: sites}
}

// ask gives the answer that is not an outage, and how long that took.
func (p *persistent) ask(path, key string, body any) (status int, out object) {
	began := time.Now()
	for try := 0; time.Since(began) < 90*time.Second; try++ {
		status, out, _ = p.send("POST", path, key, body)
		if status != 0 && status < 500 {
			break
		}
		p.s = p.sites[(slices.Index(p.sites, p.s)+1)%len(p.sites)]
		time.Sleep(5 * time.Millisecond)
	}
	p.slowest = max(p.slowest, time.Since(began))
	return status, out
}

// TestServers_fourHundredPairsOverTwoServers is the main job's test with 64
// people at two servers.
func TestServers_fourHundredPairsOverTwoServers(t *testing.T) {
	const people, numbers = 64, 800
	sites := newServers(t, pgtest.URL(t), mallFile(t, floor()), 2)
	boss := sites[0].boss()
	boss.openCounters(people)
	wide := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: people}, Timeout: 20 * time.Second}
	var mu sync.Mutex
	given, called := map[string]int{}, map[string]int{}
	all := func(work func(i int, p *persistent)) {
		var wg sync.WaitGroup
		for i := range people {
			p := alternating(sites, boss, i)
			p.http = wide
			wg.Go(func() { work(i, p) })
		}
		wg.Wait()
	}
	var key atomic.Int64
	all(func(_ int, p *persistent) {
		for n := key.Add(1); n <= numbers; n = key.Add(1) {
			status, out, _ := p.send("POST", "/api/tickets", fmt.Sprint("press-", n), object{"service": "A"})
			if status != http.StatusCreated {
				t.Errorf("a press was answered %d %v", status, out)
			}
			mu.Lock()
			given[word(out["code"])]++
			mu.Unlock()
		}
	})
	key.Store(0)
	all(func(i int, p *persistent) {
		for n := key.Add(1); n <= numbers; n = key.Add(1) {
			status, out, _ := p.send("POST", fmt.Sprintf("/api/counters/%d/next", i+1), fmt.Sprint("next-", n), nil)
			ticket, _ := out["ticket"].(object)
			if status != http.StatusOK || ticket == nil {
				t.Errorf("next with somebody waiting was answered %d %v", status, out)
			}
			mu.Lock()
			called[word(ticket["code"])]++
			mu.Unlock()
		}
	})
	for n := 1; n <= numbers; n++ {
		code := fmt.Sprintf("A-%03d", n)
		if given[code] != 1 || called[code] != 1 {
			t.Errorf("%s was given %d times and called %d times", code, given[code], called[code])
		}
	}
	if order := sites[0].callOrder(); !slices.IsSorted(order) || len(order) != numbers {
		t.Errorf("%d calls, not in the order of arrival", len(order))
	}
	for _, s := range sites {
		s.command("", "verify")
	}
}

// callOrder are the numbers in the order in which the record says they were called.
func (s *server) callOrder() (numbers []int) {
	s.t.Helper()
	s.rows(`SELECT t.number FROM events e JOIN tickets t ON t.id = e.ticket_id WHERE e.kind = 'called' ORDER BY e.position`, func(scan func(...any) error) error {
		var n int
		err := scan(&n)
		numbers = append(numbers, n)
		return err
	})
	return numbers
}

// rows reads the shared database behind the servers' back.
func (s *server) rows(query string, take func(scan func(...any) error) error) {
	s.t.Helper()
	db, err := sql.Open("pgx", s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows.Scan); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
}

// television is a screen that connects again when it is cut off.
type television struct {
	mu    sync.Mutex
	first string // the newest call on its board
	cuts  int
}

func (s *server) television() *television {
	tv, end := &television{cuts: -1}, make(chan struct{})
	s.t.Cleanup(func() { close(end) })
	go func() {
		for {
			tv.watch(s.addr)
			select {
			case <-end:
				return
			case <-time.After(250 * time.Millisecond):
			}
		}
	}()
	return tv
}

func (tv *television) watch(addr string) {
	conn, _, err := websocket.DefaultDialer.Dial("ws://"+addr+"/api/stream?zone=1", nil)
	if err != nil {
		return
	}
	defer conn.Close()
	tv.mu.Lock()
	tv.cuts++
	tv.mu.Unlock()
	for {
		var f struct {
			Board *struct {
				Calls []struct{ Ticket string }
			}
		}
		if conn.ReadJSON(&f) != nil {
			return
		}
		if f.Board != nil && len(f.Board.Calls) > 0 {
			tv.mu.Lock()
			tv.first = f.Board.Calls[0].Ticket
			tv.mu.Unlock()
		}
	}
}

func (tv *television) newest() string {
	tv.mu.Lock()
	defer tv.mu.Unlock()
	return tv.first
}

// TestServers_oneIsKilledUnderLoad lets people work at two servers, kills one
// for good, and has its people go on at the other with the same keys.
func TestServers_oneIsKilledUnderLoad(t *testing.T) {
	sites := newServers(t, pgtest.URL(t), mallFile(t, floor()), 2)
	boss := sites[0].boss()
	boss.openCounters(8)
	tv := sites[1].television()
	load := startLoad(t, sites, boss, 8, 8)
	time.Sleep(2 * time.Second)
	sites[0].kill()
	time.Sleep(4 * time.Second)
	load.stop()
	if load.slowest() > 5*time.Second {
		t.Errorf("somebody waited %v for the other server, want at most 5 s", load.slowest())
	}
	sites[0].t = t
	load.judge(sites[1])
	want := load.newestCall(sites[1])
	for began := time.Now(); tv.newest() != want; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > 5*time.Second {
			t.Fatalf("the TV of the server that lives shows %s, want %s: %s", tv.newest(), want, sites[1].log)
		}
	}
	t.Logf("%d numbers and %d calls; the TV was cut off %d times; the longest wait for an answer was %v", load.given.Load(), load.called.Load(), tv.cuts, load.slowest())
}
