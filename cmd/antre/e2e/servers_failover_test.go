//go:build e2e || prove

package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"antre/queue/store/pgtest"
)

// disaster is two servers that know both nodes of a PostgreSQL, and a third that
// knows only the node that was the primary when it started.
type disaster struct {
	t       *testing.T
	cluster *pgtest.Cluster
	sites   []*server
	load    *load
	outages map[string][]time.Duration
}

func newDisaster(t *testing.T) *disaster {
	t.Helper()
	d := &disaster{t: t, cluster: pgtest.NewCluster(t), outages: map[string][]time.Duration{}}
	d.cluster.Standby()
	d.sites = newServers(t, d.cluster.URL(), mallFile(t, floor()), 2)
	boss := d.sites[0].boss()
	boss.openCounters(4)
	d.load = startLoad(t, d.sites, boss, 4, 3)
	time.Sleep(time.Second)
	return d
}

// strike does something to the database under load and notes how long nobody
// was answered.
func (d *disaster) strike(what string, do func()) {
	d.t.Helper()
	from := time.Now()
	do()
	d.awaitAnswers()
	d.outages[what] = append(d.outages[what], d.load.outage(from, time.Now()))
}

// awaitAnswers waits until the people at the servers are served again.
func (d *disaster) awaitAnswers() {
	d.t.Helper()
	given, began := d.load.given.Load(), time.Now()
	for d.load.given.Load() < given+20 {
		if time.Since(began) > 60*time.Second {
			d.t.Fatal("nobody is served any more")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// end stops the load and judges every promise by the primary there is now.
func (d *disaster) end() {
	d.t.Helper()
	d.load.stop()
	d.load.judge(d.sites[0])
	for what, all := range d.outages {
		slices.Sort(all)
		d.t.Logf("%s: outage median %v, worst %v, of %d", what, all[len(all)/2].Round(time.Millisecond), all[len(all)-1].Round(time.Millisecond), len(all))
	}
	d.t.Logf("%d numbers and %d calls acknowledged; the longest wait for an answer was %v", d.load.given.Load(), d.load.called.Load(), d.load.slowest().Round(time.Millisecond))
}

// disasters restarts the database, lets its standby take over, and brings the
// dead primary back while a server still points at it.
func disasters(t *testing.T, restarts, takeovers, returns int) {
	d := newDisaster(t)
	for range restarts {
		d.strike("restart", d.cluster.Restart)
	}
	for n := range max(takeovers, returns) {
		var faithful *server
		if n < returns {
			faithful = d.faithful()
		}
		d.strike("takeover", d.cluster.FailOver)
		if faithful != nil {
			d.cluster.BackFromTheDead()
			d.mustNotServe(faithful)
			d.awaitAnswers() // the others are not led astray by it
			faithful.kill()
		}
		d.cluster.Standby()
		d.awaitAnswers()
	}
	d.end()
}

// faithful is a server that knows only the node that is the primary now.
func (d *disaster) faithful() *server {
	d.t.Helper()
	s := unprepared(d.t, d.cluster.URLOf(d.cluster.Primary()))
	s.start()
	d.t.Cleanup(s.kill)
	if status, out, _ := s.visitor().send("POST", "/api/tickets", "before-"+s.addr, object{"service": "B"}); status != http.StatusCreated {
		d.t.Fatalf("the third server: %d %v", status, out)
	}
	time.Sleep(1500 * time.Millisecond) // a heartbeat: it knows the others
	return s
}

// mustNotServe tries for some seconds to get a number from a server whose
// primary has been replaced.
func (d *disaster) mustNotServe(s *server) {
	d.t.Helper()
	visitor := s.visitor()
	for n, began := 0, time.Now(); time.Since(began) < 5*time.Second; n++ {
		if status, out, _ := visitor.send("POST", "/api/tickets", fmt.Sprint("astray-", s.addr, n), object{"service": "A"}); status == http.StatusCreated {
			d.t.Fatalf("an old primary gave number %v", out["code"])
		}
		if status, out, _ := visitor.send("GET", "/readyz", "", nil); status == http.StatusOK {
			d.t.Fatalf("a server at an old primary says it is ready: %v", out)
		}
	}
	if !strings.Contains(s.log.String(), "timeline") {
		d.t.Errorf("the log does not say why: %s", s.log)
	}
}

func TestServers_theDatabaseRestartsIsReplacedAndComesBackFromTheDead(t *testing.T) {
	disasters(t, 1, 1, 1)
}

// callsToTheOther measures how long after an officer's call at one server the
// other server's TV has it: from the asking, and from the answer.
func callsToTheOther(t *testing.T, n int) (asked, answered []time.Duration) {
	sites := newServers(t, pgtest.NewCluster(t).URL(), mallFile(t, floor()), 2)
	boss := sites[0].boss()
	boss.openCounters(1)
	_, tv := sites[1].stream("/api/stream?zone=1")
	_ = await(t, tv, 5*time.Second, "the first board", typed("board"))
	for i := range n {
		_ = boss.ticket("A")
		want := fmt.Sprintf("A-%03d", i+1)
		began := time.Now()
		_ = boss.must("POST", "/api/counters/1/next", nil)
		done := time.Now()
		_ = await(t, tv, 5*time.Second, "the call of "+want, func(f object) bool { return f["type"] == "call" && f["ticket"] == want })
		asked, answered = append(asked, time.Since(began)), append(answered, time.Since(done))
	}
	return asked, answered
}

func TestServers_aCallAtOneIsOnTheTVOfTheOther(t *testing.T) {
	asked, _ := callsToTheOther(t, 20)
	slices.Sort(asked)
	t.Logf("median %v of %d calls", asked[len(asked)/2], len(asked))
}
