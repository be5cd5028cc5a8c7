//go:build prove

package e2e

import (
	"net/http"
	"testing"
	"time"

	"antre/queue/store/pgtest"
)

// TestProve_nothingIsAcknowledgedThatTheStandbyHasNot presses while the standby
// is away, again and again with the same key, as a kiosk does. Whatever was
// answered must be there when the standby has taken over.
func TestProve_nothingIsAcknowledgedThatTheStandbyHasNot(t *testing.T) {
	cluster := pgtest.NewCluster(t)
	cluster.Standby()
	s := newServerOn(t, cluster.URL(), mallFile(t, floor()))
	_ = s.visitor().ticket("A")
	cluster.LoseStandby()
	visitor := s.visitor()
	visitor.http.Timeout = 20 * time.Second
	var code, token string
	for range 3 {
		began := time.Now()
		status, out, _ := visitor.send("POST", "/api/tickets", "patient", object{"service": "A"})
		t.Logf("while the standby is away a press is answered %d %v after %v", status, out["code"], time.Since(began).Round(time.Millisecond))
		if status == http.StatusCreated {
			code, token = word(out["code"]), word(out["token"])
		}
	}
	cluster.FailOverToLost()
	if next := s.served("the next"); next == code {
		t.Errorf("%s was acknowledged while the standby was away, and is given to somebody else", code)
	}
	if code == "" {
		return
	}
	if status, out, _ := s.visitor().send("GET", "/api/tickets/"+token, "", nil); status != http.StatusOK {
		t.Errorf("%s was acknowledged while the standby was away, and is lost: %d %v", code, status, out)
	}
}

// TestProve_aPrimaryThatStoodStillGoesOnAndIsNotBelieved has the standby take
// over from a primary that keeps all its connections and wakes later.
func TestProve_aPrimaryThatStoodStillGoesOnAndIsNotBelieved(t *testing.T) {
	d := newDisaster(t)
	for range 3 {
		d.strike("takeover from one that stands still", d.cluster.FailOverFrozen)
		d.cluster.Thaw()
		time.Sleep(6 * time.Second)
		d.awaitAnswers()
		d.cluster.Standby()
		d.awaitAnswers()
	}
	d.end()
}
