//go:build prove

package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestProve_hundredKills(t *testing.T) {
	if slowest := killRounds(t, 100); slowest > time.Second {
		t.Errorf("ready again after %v, want at most 1 s", slowest)
	}
}

func TestProve_fiftyHistories(t *testing.T) { histories(t, 50, aloneOnAFile) }

func TestProve_fiftyHistoriesOfTwoServers(t *testing.T) { histories(t, 50, twoOnPostgres) }

func TestProve_theDatabaseFailsTwentyTimes(t *testing.T) { disasters(t, 5, 10, 5) }

func TestProve_twoHundredCallsToTheOtherServersTV(t *testing.T) {
	asked, answered := callsToTheOther(t, 200)
	slices.Sort(asked)
	slices.Sort(answered)
	t.Logf("from the officer's key at one server to the other's TV: median %v, p99 %v; from the commit's answer: median %v, p99 %v, of %d calls",
		asked[len(asked)/2], asked[len(asked)*99/100], answered[len(answered)/2], answered[len(answered)*99/100], len(asked))
}

// races are all the ways in which people reach for the same thing at the same moment.
func races(t *testing.T, where place) {
	t.Run("next", func(t *testing.T) { nextAtOnce(t, where, 100) })
	t.Run("one visitor", func(t *testing.T) { oneVisitor(t, where, 500) })
	t.Run("held", func(t *testing.T) { heldVisitor(t, where, 300) })
	t.Run("transferred", func(t *testing.T) { transferred(t, where, 500) })
	t.Run("two browsers", func(t *testing.T) { twoTabs(t, where, 300) })
	t.Run("two undos", func(t *testing.T) { twoUndos(t, where, 300) })
	t.Run("undo of a transfer", func(t *testing.T) { undoAgainst(t, where, 500, "transfer", object{"service": "B"}) })
	t.Run("undo of a hold", func(t *testing.T) { undoAgainst(t, where, 300, "hold", object{"reason": "fotokopi"}) })
}

func TestProve_races(t *testing.T) { races(t, oneServer) }

func TestProve_racesOverTwoServers(t *testing.T) { races(t, twoServers) }

func TestProve_twoHundredCallsFromKeyToPixels(t *testing.T) {
	times := callsToPixels(t, 200)
	slices.Sort(times)
	median, p99 := times[len(times)/2], times[len(times)*99/100]
	t.Logf("from the officer's key to the TV's frame: median %v, p99 %v, of %d calls", median, p99, len(times))
	if p99 > 300*time.Millisecond {
		t.Errorf("p99 is %v, want well under 300 ms", p99)
	}
}

func TestProve_minuteWithoutNetwork(t *testing.T) { tvCut(t, chromium, time.Minute) }

func TestProve_minuteWithoutNetworkOn2018(t *testing.T) {
	tvCut(t, chromium64, time.Minute, oldEngine()...)
}

// TestProve_syncs counts the fsyncs behind 100 acknowledged single tickets.
func TestProve_everyAcknowledgedTicketIsBehindASync(t *testing.T) {
	s := newServer(t, mallFile(t, smallMall))
	trace := filepath.Join(t.TempDir(), "trace")
	cmd := exec.Command("strace", "-f", "-e", "trace=fsync,fdatasync", "-o", trace, "-p", fmt.Sprint(s.cmd.Process.Pid))
	if err := cmd.Start(); err != nil {
		t.Fatalf("strace is missing: apt-get install strace: %v", err)
	}
	time.Sleep(time.Second)
	for range 100 {
		s.visitor().ticket("A")
	}
	s.stop()
	_ = cmd.Wait()
	out, err := exec.Command("grep", "-cE", "f(data)?sync\\(", trace).Output()
	n := 0
	if _, scan := fmt.Sscan(strings.TrimSpace(string(out)), &n); scan != nil {
		t.Fatalf("strace saw nothing: %v %s", err, out)
	}
	t.Logf("%d syncs behind 100 tickets", n)
	if n < 100 {
		t.Errorf("%d syncs, want at least 100", n)
	}
}
