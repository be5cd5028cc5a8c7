//go:build e2e || prove

package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// history is what a number of clients did at once and were told, with the time
// of each operation from its first sending to its final answer.
type history struct {
	t       testing.TB
	sites   []*server // clients begin at one of them and go on to the next when it does not answer
	cookie  string
	seed    uint64
	ops     []weighted
	each    int                                // operations of each client
	newKey  bool                               // for each retry: a mistake
	oneLine bool                               // only regulars of service A: few orders, all of which porcupine tries
	wire    func(client int) http.RoundTripper // nil: the common one

	began    time.Time
	finished atomic.Int64
	retries  atomic.Int64
	replays  atomic.Int64

	mu     sync.Mutex
	done   []porcupine.Operation
	seen   []string          // numbers given, set aside or sent on, newest last
	tokens map[string]string // by number
}

type weighted struct {
	op     string
	weight int
}

func everyOperation() []weighted {
	return []weighted{{"issue", 30}, {"next", 24}, {"call", 20}, {"hold", 9}, {"transfer", 10}, {"cancel", 8}, {"undo", 14}, {"look", 6},
		{"start", 4}, {"finish", 8}, {"no-show", 3}}
}

const clients = 16

// run lets all clients work, and calls meanwhile as soon as each of the given
// numbers of operations has been answered.
func (h *history) run(n int, meanwhile func(), at ...int64) {
	h.began, h.tokens = time.Now(), map[string]string{}
	var wg sync.WaitGroup
	for i := range n {
		c := h.client(i)
		wg.Go(func() {
			for range h.each {
				c.step()
			}
		})
	}
	for _, when := range at {
		for h.finished.Load() < when {
			time.Sleep(time.Millisecond)
		}
		meanwhile()
	}
	wg.Wait()
}

// client is one person with a browser: one operation after another.
type client struct {
	h      *history
	site   int
	id     int
	rand   *rand.Rand
	caller *caller
	keys   int
}

func (h *history) client(id int) *client {
	wire := http.RoundTripper(&http.Transport{MaxIdleConnsPerHost: 2})
	if h.wire != nil {
		wire = h.wire(id)
	}
	return &client{h: h, id: id, site: id % len(h.sites), rand: rand.New(rand.NewPCG(h.seed, uint64(id))),
		caller: &caller{s: h.sites[id%len(h.sites)], cookie: h.cookie, http: &http.Client{Transport: wire, Timeout: 10 * time.Second}}}
}

// choose makes up the next operation. Visitors who came lately are most often
// the ones that others act on at the same time.
func (c *client) choose() (a ask, token string) {
	sum := 0
	for _, o := range c.h.ops {
		sum += o.weight
	}
	n := c.rand.IntN(sum)
	for _, o := range c.h.ops {
		if n -= o.weight; n < 0 {
			a.op = o.op
			break
		}
	}
	c.h.mu.Lock()
	recent := slices.Clone(c.h.seen[max(0, len(c.h.seen)-10):])
	if len(recent) > 0 {
		a.ticket = recent[c.rand.IntN(len(recent))]
		token = c.h.tokens[a.ticket]
	}
	c.h.mu.Unlock()
	// A number may be called, and so be known, before its own visitor has read the link that cancels it.
	if len(recent) == 0 && a.op == "call" || token == "" && a.op == "cancel" {
		a.op = "issue"
	}
	if a.op != "issue" && a.op != "cancel" {
		a.counter = c.rand.IntN(counters)
		if c.h.oneLine {
			a.counter %= 2 // both serve A
		}
	}
	if a.op != "call" && a.op != "cancel" {
		a.ticket = ""
	}
	switch a.op {
	case "issue":
		if a.service = 'A'; c.h.oneLine {
			break
		}
		a.service, a.priority = services[c.rand.IntN(len(services))], c.rand.IntN(4) == 0
	case "call":
		a.reason = c.rand.IntN(4) > 0
	case "transfer":
		a.service, a.keep = services[c.rand.IntN(len(services))], c.rand.IntN(2) == 0
	}
	return a, token
}

// request is how an operation is asked of the server.
func (a ask) request(token string) (method, path string, body any) {
	at := fmt.Sprintf("/api/counters/%d", a.counter+1)
	switch a.op {
	case "issue":
		class := "regular"
		if a.priority {
			class = "priority"
		}
		return "POST", "/api/tickets", object{"service": string(a.service), "class": class}
	case "cancel":
		return "POST", "/api/tickets/" + token + "/cancel", nil
	case "look":
		return "GET", at, nil
	case "call":
		named := object{"ticket": a.ticket}
		if a.reason {
			named["reason"] = "terburu-buru"
		}
		return "POST", at + "/call", named
	case "transfer":
		return "POST", at + "/transfer", object{"service": string(a.service), "keep_place": a.keep}
	case "hold":
		return "POST", at + "/hold", object{"reason": "fotokopi"}
	}
	return "POST", at + "/" + a.op, nil
}

// step asks once and again until there is an answer, with one key for one
// human action: what was asked before a crash and what was done is the same.
// An answer that is not a replay was judged by the last asking; a replay tells
// of one before it. That is narrower than from first sending to last answer,
// and so proves more: a refusal, too, must be right when it was given.
func (c *client) step() {
	a, token := c.choose()
	method, path, body := a.request(token)
	c.keys++
	key := fmt.Sprintf("%d-%d", c.id, c.keys)
	first := time.Since(c.h.began)
	for try := 0; ; try++ {
		if c.h.newKey {
			key = fmt.Sprintf("%d-%d-%d", c.id, c.keys, try)
		}
		last := time.Since(c.h.began)
		status, out, head := c.caller.send(method, path, key, body)
		if status == 0 || status == http.StatusServiceUnavailable {
			c.h.retries.Add(1)
			if last > first+time.Minute {
				c.h.t.Errorf("no answer to %+v in a minute", a)
				return
			}
			c.site = (c.site + 1) % len(c.h.sites)
			c.caller.s = c.h.sites[c.site]
			time.Sleep(5 * time.Millisecond)
			continue
		}
		from, to := last, time.Since(c.h.began)
		if head.Get("Idempotent-Replay") == "true" {
			c.h.replays.Add(1)
			from, to = first, max(last, first+1)
		}
		c.h.record(c.id, a, read(a, status, out), from, to, retryID(path, key), out)
		return
	}
}

func (h *history) record(client int, a ask, t told, from, to time.Duration, id int64, out object) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.done = append(h.done, porcupine.Operation{ClientId: client, Input: a, Output: t, Call: int64(from), Return: int64(to), Metadata: id})
	if a.op == "issue" && t.status == http.StatusCreated {
		h.tokens[t.ticket] = word(out["token"])
	}
	if t.status < 300 && (a.op == "issue" || a.op == "hold" || a.op == "transfer") {
		h.seen = append(h.seen, t.ticket)
	}
	h.finished.Add(1)
}

func word(v any) string {
	s, _ := v.(string)
	return s
}

// read takes from an answer what the model foretells.
func read(a ask, status int, out object) told {
	t := told{status: status}
	ticket, _ := out["ticket"].(object)
	switch {
	case status >= 300:
		t.code, t.refusedState, t.refusedBy = word(out["code"]), word(out["state"]), word(out["by"])
		return t
	case a.op == "issue" || a.op == "cancel":
		ticket = out
	case a.op == "undo" || a.op == "look":
		ticket, _ = out["current"].(object)
		t.next, t.held = codes(out["next"], false), codes(out["held"], true)
		waiting, _ := out["waiting"].(object)
		var all []string
		for service, n := range waiting {
			all = append(all, fmt.Sprintf("%s=%v", service, n))
		}
		slices.Sort(all)
		t.waiting = strings.Join(all, " ")
	}
	t.ticket, t.state, t.at = word(ticket["code"]), word(ticket["state"]), word(ticket["counter"])
	if finished, ok := out["finished"].(object); ok {
		t.finished = word(finished["code"])
	}
	return t
}

func codes(list any, sorted bool) string {
	var all []string
	rows, _ := list.([]any)
	for _, row := range rows {
		all = append(all, word(row.(object)["code"]))
	}
	if sorted {
		slices.Sort(all)
	}
	return strings.Join(all, " ")
}

func (c *caller) openCounters(n int) {
	c.s.t.Helper()
	for k := 1; k <= n; k++ {
		c.must("POST", fmt.Sprintf("/api/counters/%d/open", k), nil)
	}
}

// histories lets 16 clients do everything at once while a server is killed
// twice and started again, n times, and checks that all they were told fits
// one strict order. Open gives the servers of a new mall.
func histories(t *testing.T, n int, open func(t *testing.T) []*server) {
	var retries, replays, operations int64
	var slowest time.Duration
	answers := map[string]int{}
	seed := uint64(time.Now().UnixNano())
	for i := range n {
		sites := open(t)
		s := sites[0]
		boss := s.boss()
		boss.openCounters(counters)
		h := &history{t: t, sites: sites, cookie: boss.cookie, seed: seed + uint64(i), ops: everyOperation(), each: 20}
		all := int64(clients * h.each)
		h.run(clients, func() { k := sites[rand.IntN(len(sites))]; k.kill(); k.start() }, all/3, all*2/3)
		s.command("", "verify")
		for _, s := range sites {
			s.stop()
		}
		began := time.Now()
		h.mustHold(s.recorded())
		slowest = max(slowest, time.Since(began))
		for _, o := range h.done {
			answers[fmt.Sprint(o.Input.(ask).op, " ", o.Output.(told).status, " ", o.Output.(told).code)]++
		}
		retries, replays, operations = retries+h.retries.Load(), replays+h.replays.Load(), operations+int64(len(h.done))
	}
	if retries == 0 {
		t.Error("no kill hit an operation: nothing was proved about crashes")
	}
	// What never happened was not proved.
	wanted := []string{"issue 201 ", "next 200 ", "next 204 ", "call 200 ", "call 409 counter_busy", "call 409 already_called", "call 409 wrong_state", "hold 200 ",
		"transfer 200 ", "cancel 200 ", "cancel 409 already_called", "cancel 409 wrong_state", "undo 200 ", "undo 409 nothing_to_undo", "look 200 ", "finish 200 "}
	if n >= 50 {
		wanted = append(wanted, "undo 409 wrong_state", "undo 409 already_called", "call 422 reason_needed", "start 409 wrong_state", "no-show 409 wrong_state")
	}
	for _, answer := range wanted {
		if answers[answer] == 0 {
			t.Errorf("nobody was answered %q in %d operations: %v", answer, operations, answers)
		}
	}
	t.Logf("%d histories, %d operations, %d kills, %d sendings repeated, %d answers replayed; slowest check %v; %v", n, operations, 2*n, retries, replays, slowest, answers)
}

func aloneOnAFile(t *testing.T) []*server { return []*server{newServer(t, mallFile(t, historyMall))} }

func TestHistory_everythingAtOnceWithKillsFitsOneOrder(t *testing.T) { histories(t, 5, aloneOnAFile) }
