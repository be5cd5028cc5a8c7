//go:build e2e || prove

package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"antre/queue/store/pgtest"
)

// TestServers_oneThatStartsAtAnOldPrimaryGivesNoNumber starts a server anew when
// the primary it is pointed at has been replaced and has come back: it knows of
// no other but from the old primary's own list of servers.
func TestServers_oneThatStartsAtAnOldPrimaryGivesNoNumber(t *testing.T) {
	cluster := pgtest.NewCluster(t)
	cluster.Standby()
	first := newServerOn(t, cluster.URL(), mallFile(t, floor()))
	faithful := unprepared(t, cluster.URLOf(cluster.Primary()))
	faithful.start()
	time.Sleep(1500 * time.Millisecond) // heartbeats: the list is in the database
	faithful.kill()
	cluster.FailOver()
	newest := first.served("after the promotion")
	cluster.BackFromTheDead()

	faithful.begin()
	t.Cleanup(faithful.kill)
	visitor := faithful.visitor()
	for n, began := 0, time.Now(); time.Since(began) < 8*time.Second; n++ {
		status, out, _ := visitor.send("POST", "/api/tickets", fmt.Sprint("astray-", n), object{"service": "A"})
		if status == http.StatusCreated {
			t.Fatalf("after %v the old primary gave %v; %s was given before", time.Since(began), out["code"], newest)
		}
		time.Sleep(5 * time.Millisecond)
	}
	if log := faithful.log.String(); !strings.Contains(log, "timeline 2 has been seen") {
		t.Errorf("it does not say why: %s", log)
	}
	first.keepsToTheNewest(cluster, newest)
}

// keepsToTheNewest restarts the new primary while the old one answers at the
// other address of the same list: for that time it is the only one there.
func (s *server) keepsToTheNewest(cluster *pgtest.Cluster, newest string) {
	s.t.Helper()
	var given []string
	visitor, end, pressed := s.visitor(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(pressed)
		for n := 0; ; n++ {
			select {
			case <-end:
				return
			default:
			}
			if status, out, _ := visitor.send("POST", "/api/tickets", fmt.Sprint("meanwhile-", n), object{"service": "A"}); status == http.StatusCreated {
				given = append(given, word(out["code"]))
			}
		}
	}()
	for range 3 {
		cluster.Restart()
		time.Sleep(500 * time.Millisecond)
	}
	close(end)
	<-pressed
	given = append(given, s.served("at last"))
	last := newest
	for _, code := range given {
		if len(code) < len(last) || len(code) == len(last) && code <= last {
			s.t.Errorf("%s was given after %s: the old primary was believed", code, last)
		}
		last = code
	}
	s.t.Logf("%d numbers while the new primary restarted beside the old", len(given))
}

// served presses until there is a number, and gives it.
func (s *server) served(key string) string {
	s.t.Helper()
	visitor := s.visitor()
	for began := time.Now(); time.Since(began) < 30*time.Second; time.Sleep(20 * time.Millisecond) {
		if status, out, _ := visitor.send("POST", "/api/tickets", key, object{"service": "A"}); status == http.StatusCreated {
			return word(out["code"])
		}
	}
	s.t.Fatalf("nobody is served: %s", s.log)
	return ""
}
