//go:build e2e || prove

package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// floor is a mall of 64 counters that all serve A; 2 and 3 serve B too.
func floor() string {
	var b strings.Builder
	b.WriteString(`mall: {name: MPP Uji, timezone: Asia/Jakarta, no_show_after_s: 0}
zones:
  - {code: "1", name: Lantai 1}
agencies:
  - code: SATU
    name: Instansi Satu
    zone: "1"
    services:
      - {code: A, name: Layanan A}
      - {code: B, name: Layanan B}
      - {code: Q, name: Layanan Q, quota: 400}
    counters:
`)
	for k := 1; k <= 64; k++ {
		serves := "A"
		if k == 2 || k == 3 {
			serves = "A, B"
		}
		fmt.Fprintf(&b, "      - {code: \"%d\", services: [%s]}\n", k, serves)
	}
	return b.String()
}

// race is a mall whose counters one person has opened from many browsers, which
// ask its servers in turn.
type race struct {
	*server
	boss  *caller
	sites []*server
	keys  int
}

func newRace(t *testing.T, where place, open int) *race {
	t.Helper()
	sites := where(t, mallFile(t, floor()))
	r := &race{server: sites[0], boss: sites[0].boss(), sites: sites}
	r.boss.http = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 700}, Timeout: 20 * time.Second}
	r.boss.openCounters(open)
	return r
}

// attempt is what one of those who race asks, and what they were answered.
type attempt struct {
	name, path string
	body       any

	status int
	out    object
}

// atOnce sends everything at the same moment, in no order.
func (r *race) atOnce(all ...*attempt) {
	gate := make(chan struct{})
	var wg sync.WaitGroup
	for _, i := range rand.Perm(len(all)) {
		a, person := all[i], *r.boss
		r.keys++
		key := fmt.Sprint("lomba-", r.keys)
		person.s = r.sites[r.keys%len(r.sites)]
		wg.Go(func() {
			<-gate
			a.status, a.out, _ = person.send("POST", a.path, key, a.body)
		})
	}
	close(gate)
	wg.Wait()
}

func at(counter int, action string, body any) *attempt {
	return &attempt{name: fmt.Sprint(counter), path: fmt.Sprintf("/api/counters/%d/%s", counter, action), body: body}
}

func callAt(counter int, ticket string) *attempt {
	return at(counter, "call", object{"ticket": ticket, "reason": "lomba"})
}

func cancelOf(ticket object) *attempt {
	return &attempt{name: "visitor", path: "/api/tickets/" + word(ticket["token"]) + "/cancel"}
}

// free finishes whoever is left at the counters and empties the lines.
func (r *race) free(counters ...int) {
	r.t.Helper()
	for _, k := range counters {
		for range 50 {
			if status, out, _ := r.boss.send("POST", fmt.Sprintf("/api/counters/%d/next", k), "", nil); status == http.StatusNoContent {
				break
			} else if status != http.StatusOK {
				r.t.Fatalf("counter %d cannot be freed: %d %v", k, status, out)
			}
		}
	}
}

func (r *race) do(counter int, action string, body any) object {
	r.t.Helper()
	return r.boss.must("POST", fmt.Sprintf("/api/counters/%d/%s", counter, action), body)
}

// state is where a ticket is now, and its counter.
func (r *race) state(ticket object) (state, counter string) {
	r.t.Helper()
	k := r.boss.must("GET", "/api/tickets/"+word(ticket["token"]), nil)
	return word(k["state"]), word(k["counter"])
}

// judge demands one winner, whose name it gives, and that every loser was told
// the state that the winner made, and who they are. A next that found nobody
// is answered 204 and loses too.
func (r *race) judge(ticket string, all ...*attempt) string {
	r.t.Helper()
	var winner *attempt
	for _, a := range all {
		if a.status == http.StatusOK {
			if winner != nil {
				r.t.Errorf("%s was won twice: by %s and by %s", ticket, winner.path, a.path)
			}
			winner = a
		}
	}
	if winner == nil {
		r.t.Errorf("nobody won %s", ticket)
		return ""
	}
	for _, a := range all {
		if a != winner {
			r.loses(a, ticket, winner.name)
		}
	}
	return winner.name
}

func (r *race) loses(a *attempt, ticket, winner string) {
	r.t.Helper()
	code, state := "already_called", "called"
	if winner == "visitor" {
		code, state = "wrong_state", "cancelled"
	}
	next := strings.HasSuffix(a.path, "/next")
	switch {
	case next && a.status == http.StatusNoContent && a.out == nil:
	case !next && a.status == http.StatusConflict && a.out["code"] == code && a.out["state"] == state && a.out["by"] == winner:
	default:
		r.t.Errorf("%s won %s; %s was answered %d %v", winner, ticket, a.path, a.status, a.out)
	}
}

// won fails when the race was never open: each of those named must win at
// times. Few races over two servers must only have had different winners: there
// each of those who ask has other chances.
func (r *race) won(wins map[string]int, names ...string) {
	r.t.Helper()
	r.t.Logf("%v", wins)
	rounds := 0
	for _, n := range wins {
		rounds += n
	}
	if len(r.sites) > 1 && rounds < 200 {
		if len(wins) < 2 {
			r.t.Errorf("always the same won: %v", wins)
		}
		return
	}
	for _, n := range names {
		if wins[n] == 0 {
			r.t.Errorf("%s never won: %v", n, wins)
		}
	}
}

// nextAtOnce lets 64 counters call at the same moment.
func nextAtOnce(t *testing.T, where place, rounds int) {
	r := newRace(t, where, 64)
	for _, waiting := range []int{1, 2, 63} {
		for range rounds {
			var press, call []*attempt
			for range waiting {
				press = append(press, &attempt{path: "/api/tickets", body: object{"service": "A"}})
			}
			r.atOnce(press...)
			for k := range 64 {
				call = append(call, at(k+1, "next", nil))
			}
			r.atOnce(call...)
			r.countCalls(press, call)
		}
	}
}

// countCalls demands that exactly those who pressed were called, each once, and
// that all other counters heard plainly that nobody waits.
func (r *race) countCalls(press, call []*attempt) {
	r.t.Helper()
	called := map[string]int{}
	for _, a := range call {
		switch {
		case a.status == http.StatusOK:
			called[word(a.out["ticket"].(object)["code"])]++
		case a.status == http.StatusNoContent && a.out == nil:
		default:
			r.t.Errorf("%s: %d %v", a.path, a.status, a.out)
		}
	}
	for _, a := range press {
		if code := word(a.out["code"]); a.status != http.StatusCreated || called[code] != 1 {
			r.t.Errorf("press %d gave %q, called %d times", a.status, code, called[code])
		}
	}
	if len(called) != len(press) {
		r.t.Errorf("%d waited, %d were called: %v", len(press), len(called), called)
	}
}

func TestRace_sixtyFourCountersCallAtOnce(t *testing.T) { nextAtOnce(t, oneServer, 10) }

// oneVisitor lets everybody want one waiting visitor.
func oneVisitor(t *testing.T, where place, rounds int) {
	r := newRace(t, where, 4)
	wins := map[string]int{}
	for range rounds {
		k := r.boss.ticket("A")
		all := []*attempt{callAt(1, word(k["code"])), callAt(2, word(k["code"])), at(3, "next", nil), cancelOf(k)}
		r.atOnce(all...)
		wins[r.judge(word(k["code"]), all...)]++
		r.free(1, 2, 3)
	}
	r.won(wins, "1", "2", "3", "visitor")
}

func TestRace_callNextAndCancelOfOneVisitor(t *testing.T) { oneVisitor(t, oneServer, 60) }

// heldVisitor lets the counter that holds a visitor call them again while
// another calls them out of order and they leave.
func heldVisitor(t *testing.T, where place, rounds int) {
	r := newRace(t, where, 2)
	wins := map[string]int{}
	for range rounds {
		k := r.boss.ticket("A")
		r.do(1, "next", nil)
		r.do(1, "hold", object{"reason": "fotokopi"})
		all := []*attempt{at(1, "call", object{"ticket": k["code"]}), callAt(2, word(k["code"])), cancelOf(k)}
		r.atOnce(all...)
		wins[r.judge(word(k["code"]), all...)]++
		r.free(1, 2)
	}
	r.won(wins, "1", "2", "visitor")
}

func TestRace_callAndCancelOfAHeldVisitor(t *testing.T) { heldVisitor(t, oneServer, 40) }

// transferred lets a visitor be sent on while others reach for them: before,
// they stand at counter 1 and nobody can; after, one of the others can.
func transferred(t *testing.T, where place, rounds int) {
	r := newRace(t, where, 3)
	wins := map[string]int{}
	for range rounds {
		k := r.boss.ticket("A")
		code := word(k["code"])
		r.do(1, "next", nil)
		send := at(1, "transfer", object{"service": "B"})
		others := []*attempt{callAt(2, code), at(3, "next", nil), cancelOf(k)}
		r.atOnce(append(others, send)...)
		if send.status != http.StatusOK {
			t.Errorf("the transfer of %s was answered %d %v", code, send.status, send.out)
		}
		winner := "1"
		for _, a := range others {
			if a.status == http.StatusOK && winner == "1" {
				winner = a.name
			} else if a.status == http.StatusOK {
				t.Errorf("%s was won by %s and by %s", code, winner, a.name)
			}
		}
		for _, a := range others {
			// Who came before the transfer was told that the visitor is at counter 1.
			early := a.status == http.StatusConflict && a.out["code"] == "already_called" && a.out["by"] == "1"
			if a.name != winner && !early {
				r.loses(a, code, winner)
			}
		}
		wins[winner]++
		r.free(1, 2, 3)
	}
	r.won(wins, "1", "2", "visitor")
}

func TestRace_transferWhileOthersReachForTheVisitor(t *testing.T) { transferred(t, oneServer, 60) }

// twoTabs lets one counter's two browsers act on the visitor in different ways.
func twoTabs(t *testing.T, where place, rounds int) {
	r := newRace(t, where, 1)
	done := map[string]int{}
	for range rounds {
		k := r.boss.ticket("A")
		r.do(1, "next", nil)
		ends := map[string]*attempt{"waiting": at(1, "transfer", object{"service": "B"}), "held": at(1, "hold", object{"reason": "fotokopi"}),
			"done": at(1, "finish", nil), "no_show": at(1, "no-show", nil)}
		var all []*attempt
		for _, a := range ends {
			all = append(all, a)
		}
		r.atOnce(all...)
		state, _ := r.state(k)
		for end, a := range ends {
			if won := a.status == http.StatusOK; won != (state == end) || !won && (a.status != http.StatusConflict || a.out["code"] != "not_current") {
				t.Errorf("the visitor is %s; %s was answered %d %v", state, a.path, a.status, a.out)
			}
		}
		done[state]++
		if state == "waiting" || state == "held" {
			cancel := cancelOf(k)
			r.atOnce(cancel)
		}
	}
	r.won(done, "waiting", "held", "done", "no_show")
}

func TestRace_twoBrowsersOfOneCounter(t *testing.T) { twoTabs(t, oneServer, 40) }

// twoUndos lets one action be taken back twice: it is taken back once, exactly.
func twoUndos(t *testing.T, where place, rounds int) {
	r := newRace(t, where, 1)
	first, second, third := r.boss.ticket("A"), r.boss.ticket("A"), r.boss.ticket("A")
	r.do(1, "next", nil)
	for range rounds {
		r.do(1, "next", nil)
		all := []*attempt{at(1, "undo", nil), at(1, "undo", nil)}
		r.atOnce(all...)
		slices.SortFunc(all, func(a, b *attempt) int { return a.status - b.status })
		if all[0].status != http.StatusOK || all[1].status != http.StatusConflict || all[1].out["code"] != "nothing_to_undo" {
			t.Fatalf("two undos: %d %v, %d %v", all[0].status, all[0].out, all[1].status, all[1].out)
		}
		want := fmt.Sprint(first["code"], " then ", second["code"], " ", third["code"])
		if got := word(all[0].out["current"].(object)["code"]) + " then " + codes(all[0].out["next"], false); got != want {
			t.Fatalf("taken back, the counter has %s; want %s", got, want)
		}
	}
}

func TestRace_twoUndos(t *testing.T) { twoUndos(t, oneServer, 40) }

// undoAgainst lets a counter take back what it did while others reach for the
// visitor: either everything is as before, or it is told who was quicker.
func undoAgainst(t *testing.T, where place, rounds int, act string, body any) {
	r := newRace(t, where, 3)
	wins := map[string]int{}
	for range rounds {
		k := r.boss.ticket("A")
		code := word(k["code"])
		r.do(1, "next", nil)
		r.do(1, act, body)
		undo := at(1, "undo", nil)
		all := []*attempt{undo, callAt(2, code), cancelOf(k)}
		if act == "transfer" {
			all = append(all, at(3, "next", nil))
		}
		r.atOnce(all...)
		winner := r.judge(code, all...)
		wins[winner]++
		state, counter := r.state(k)
		if winner == "1" && (undo.out["current"] == nil || undo.out["current"].(object)["code"] != code || state != "called" || counter != "1") {
			t.Errorf("taken back, %s is %s at %q and the counter has %v", code, state, counter, undo.out["current"])
		}
		if lines := undo.out["waiting"]; winner == "1" && lines.(object)["A"] != 0.0 {
			t.Errorf("taken back, %v still wait", lines)
		}
		r.free(1, 2, 3)
	}
	r.won(wins, "1", "2", "visitor")
}

func TestRace_undoOfATransferAgainstOtherCounters(t *testing.T) {
	undoAgainst(t, oneServer, 60, "transfer", object{"service": "B"})
}

func TestRace_undoOfAHoldAgainstOtherCounters(t *testing.T) {
	undoAgainst(t, oneServer, 40, "hold", object{"reason": "fotokopi"})
}
