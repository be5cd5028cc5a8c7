//go:build e2e || prove

package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// act is one POST of the contract: refused at first, then made possible, then
// asked for many times with one key.
type act struct {
	route  string
	given  func(x *scene)        // before anything
	early  any                   // a first body, where only the body makes it wrong; nil: the same
	code   string                // how it is refused before it is possible; "": it never is
	ready  func(x *scene)        // makes it possible
	path   func(x *scene) string // nil: the counter's
	body   func(x *scene) any    // nil: none
	other  func(x *scene) any    // other JSON; nil: the body has no fields
	events int                   // that it adds to the record
}

// scene is an act's own service and counter, so that no act disturbs another.
type scene struct {
	*race
	rival            *caller // somebody else who may work there
	service, counter string
	ticket           object
}

type reply struct {
	status   int
	body     string
	replayed bool
	code     any
}

func (x *scene) ask(path, key string, body any) reply {
	status, out, head := x.boss.send("POST", path, key, body)
	b, _ := json.Marshal(out)
	return reply{status, string(b), head.Get("Idempotent-Replay") == "true", out["code"]}
}

func (x *scene) at(action string, body any) { x.boss.must("POST", x.desk(action), body) }

func (x *scene) desk(action string) string { return "/api/counters/" + x.counter + "/" + action }

func (x *scene) press()        { x.ticket = x.boss.ticket(x.service) }
func (x *scene) open()         { x.at("open", nil) }
func (x *scene) called()       { x.press(); x.at("next", nil) }
func (x *scene) openAndPress() { x.open(); x.press() }
func (x *scene) first() string { return x.service + "-001" }

func same(body any) func(*scene) any { return func(*scene) any { return body } }

// acts are all POSTs of the API that take a key.
func acts(day string) []act {
	why, also := same(object{"reason": "istirahat"}), same(object{"reason": "rapat"})
	desk := "POST /api/counters/{code}/"
	service := func(action string) func(*scene) string {
		return func(x *scene) string { return "/api/services/" + x.service + "/" + action }
	}
	return []act{
		{route: "POST /api/tickets", path: func(*scene) string { return "/api/tickets" }, code: "service_closed", events: 1,
			given: func(x *scene) { x.boss.must("POST", "/api/services/"+x.service+"/close", nil) },
			ready: func(x *scene) { x.boss.must("POST", "/api/services/"+x.service+"/open", nil) },
			body:  func(x *scene) any { return object{"service": x.service, "lang": "id"} }, other: func(x *scene) any { return object{"service": x.service} }},
		{route: "POST /api/tickets/{token}/cancel", path: func(x *scene) string { return "/api/tickets/" + word(x.ticket["token"]) + "/cancel" }, code: "already_called", events: 1,
			given: func(x *scene) { x.open(); x.called() }, ready: func(x *scene) { x.at("hold", object{"reason": "fotokopi"}) }},
		{route: "POST /api/tickets/{token}/late", path: func(x *scene) string { return "/api/tickets/" + word(x.ticket["token"]) + "/late" }, code: "already_called", events: 1,
			given: func(x *scene) { x.open(); x.called() }, ready: func(x *scene) { x.at("undo", nil) }},
		{route: "POST /api/tickets/{token}/here", path: func(x *scene) string { return "/api/tickets/" + word(x.ticket["token"]) + "/here" }, code: "not_late", events: 1,
			given: (*scene).press, ready: func(x *scene) { x.boss.must("POST", "/api/tickets/"+word(x.ticket["token"])+"/late", nil) }},
		{route: desk + "open", code: "counter_busy", events: 1,
			given: func(x *scene) { x.rival.must("POST", x.desk("open"), nil) }, ready: func(x *scene) { x.rival.must("POST", x.desk("close"), nil) }},
		{route: desk + "close", code: "counter_busy", events: 1, given: func(x *scene) { x.open(); x.called() }, ready: func(x *scene) { x.at("finish", nil) }},
		{route: desk + "pause", code: "counter_closed", events: 1, ready: (*scene).open, body: why, other: also},
		{route: desk + "resume", code: "counter_closed", events: 1, ready: func(x *scene) { x.open(); x.at("pause", object{"reason": "salat"}) }},
		{route: desk + "next", code: "counter_closed", events: 2, ready: func(x *scene) { x.openAndPress(); x.at("next", nil); x.press() }},
		{route: desk + "next", code: "counter_closed", events: 0, ready: (*scene).open}, // nobody waits: 204, also when somebody does by then
		{route: desk + "recall", code: "not_current", events: 1, given: (*scene).open, ready: (*scene).called},
		{route: desk + "start", code: "not_current", events: 1, given: (*scene).open, ready: (*scene).called},
		{route: desk + "finish", code: "not_current", events: 1, given: (*scene).open, ready: (*scene).called},
		{route: desk + "no-show", code: "not_current", events: 1, given: (*scene).open, ready: (*scene).called},
		{route: desk + "hold", code: "not_current", events: 1, given: (*scene).open, ready: (*scene).called, body: why, other: also},
		{route: desk + "transfer", code: "not_current", events: 2, given: (*scene).open, ready: (*scene).called,
			body: same(object{"service": "ZZ", "note": "kurang materai"}), other: same(object{"service": "ZZ"})},
		{route: desk + "call", code: "counter_closed", events: 1, ready: (*scene).openAndPress,
			body:  func(x *scene) any { return object{"ticket": x.first(), "reason": "kursi roda"} },
			other: func(x *scene) any { return object{"ticket": x.first(), "reason": "lain"} }},
		{route: desk + "return", code: "already_called", events: 1, given: func(x *scene) { x.open(); x.called() }, ready: func(x *scene) { x.at("no-show", nil) },
			body: func(x *scene) any { return object{"ticket": x.first()} }, other: func(x *scene) any { return object{"ticket": x.service + "-002"} }},
		{route: desk + "class", code: "counter_closed", events: 1, ready: (*scene).openAndPress,
			body:  func(x *scene) any { return object{"ticket": x.first(), "class": "priority", "why": "visitor_asked"} },
			other: func(x *scene) any { return object{"ticket": x.first(), "class": "priority", "why": "mistake"} }},
		{route: desk + "undo", code: "nothing_to_undo", events: 1, given: (*scene).open, ready: (*scene).called},
		{route: desk + "close-request", code: "counter_closed", events: 1, ready: (*scene).open, body: why, other: also},
		{route: desk + "close-request/answer", code: "nothing_asked", events: 2, given: (*scene).open,
			ready: func(x *scene) { x.at("close-request", object{"reason": "sakit"}) },
			body:  same(object{"approve": true, "note": "lekas sembuh"}), other: same(object{"approve": false})},
		{route: "POST /api/services/{code}/quota", path: service("quota"), early: object{"day": 1}, code: "quota_used", events: 1,
			given: func(x *scene) { x.press(); x.press() }, body: same(object{"day": 50}), other: same(object{"day": 60})},
		{route: "POST /api/services/{code}/close", path: service("close"), early: object{"until": "25:00"}, code: "bad_value", events: 1,
			body: same(object{"notice": "Listrik padam"}), other: same(object{"notice": "Jaringan putus"})},
		{route: "POST /api/services/{code}/open", path: service("open"), early: object{"until": "25:00"}, code: "bad_value", events: 1,
			body: same(object{"notice": "Dibuka lagi"}), other: same(object{})},
		{route: "POST /api/day", path: func(*scene) string { return "/api/day" }, early: object{"day": "2020-01-01"}, code: "not_today", events: 1,
			body: same(object{"day": day}), other: same(object{"day": "2020-01-01"})},
	}
}

// retryMall has a service and a counter for each act, and ZZ for transfers.
func retryMall(n int) string {
	var services, counters strings.Builder
	for i := range n {
		fmt.Fprintf(&services, "      - {code: %c, name: Layanan %c}\n", 'A'+i, 'A'+i)
		fmt.Fprintf(&counters, "      - {code: \"%d\", services: [%c]}\n", i+1, 'A'+i)
	}
	return "mall: {name: MPP Uji, timezone: Asia/Jakarta, no_show_after_s: 0}\nagencies:\n  - code: SATU\n    name: Instansi Satu\n    services:\n" +
		services.String() + "      - {code: ZZ, name: Layanan ZZ}\n    counters:\n" + counters.String()
}

// events counts the rows of the record, which is proved on the way.
func (s *server) events() (n int) {
	s.t.Helper()
	out := s.command("", "verify")
	if _, err := fmt.Sscanf(out, "the record is whole: %d events", &n); err != nil {
		s.t.Fatalf("%v: %s", err, out)
	}
	return n
}

// asked is an act that was done, to be asked for again.
type asked struct {
	route, path, key string
	body             any
	first            reply
}

func (x *scene) try(a act, key string) asked {
	x.t.Helper()
	path, body := x.desk(a.route[strings.LastIndex(a.route, "{code}/")+len("{code}/"):]), any(nil)
	if a.given != nil {
		a.given(x)
	}
	if a.path != nil {
		path = a.path(x)
	}
	if a.body != nil {
		body = a.body(x)
	}
	if early := a.early; a.code != "" {
		if early == nil {
			early = body
		}
		if r := x.ask(path, key, early); r.status < 400 || r.code != a.code {
			x.t.Errorf("%s before it is possible: %d %v, want %s", a.route, r.status, r.code, a.code)
		}
	}
	if a.ready != nil {
		a.ready(x)
	}
	before := x.events()
	first := x.eight(a.route, path, key, body)
	if n := x.events() - before; n != a.events {
		x.t.Errorf("%s, asked eight times, wrote %d events, want %d", a.route, n, a.events)
	}
	other, want := any(object{"lain": 1}), "unknown_field"
	if a.other != nil {
		other, want = a.other(x), "key_reused"
	}
	if r := x.ask(path, key, other); r.status != 422 || r.code != want {
		x.t.Errorf("%s with its key and other JSON: %d %v, want 422 %s", a.route, r.status, r.code, want)
	}
	return asked{a.route, path, key, body, first}
}

// eight asks eight times at once: one does it, seven hear what was done.
func (x *scene) eight(route, path, key string, body any) reply {
	x.t.Helper()
	var replies [8]reply
	var wg sync.WaitGroup
	for i := range replies {
		wg.Go(func() { replies[i] = x.ask(path, key, body) })
	}
	wg.Wait()
	done := 0
	for _, r := range replies {
		if !r.replayed {
			done++
		}
		if r.status < 200 || r.status > 299 || r.status != replies[0].status || r.body != replies[0].body {
			x.t.Errorf("%s: %d %s, but also %d %s", route, replies[0].status, replies[0].body, r.status, r.body)
		}
	}
	if done != 1 {
		x.t.Errorf("%s was done %d times, as its answers say", route, done)
	}
	return replies[0]
}

func TestRetryKey_everyPostIsDoneOnceAlsoAfterACrash(t *testing.T) {
	r := newRetry(t, len(acts("")))
	day := word(r.boss.must("GET", "/api/mall", nil)["day"])
	// These take none: a new session or a new code each time is what is asked for, a screen says how it is now, and a PIN opens a drawer or keeps what stands in it.
	known := map[string]bool{"POST /api/session": true, "POST /api/devices": true, "POST /api/devices/self": true, "POST /api/kiosk/pin": true, "POST /api/kiosk/settings": true}
	var done []asked
	for i, a := range acts(day) {
		known[a.route] = true
		x := *r
		x.service, x.counter = string(rune('A'+i)), fmt.Sprint(i+1)
		done = append(done, x.try(a, fmt.Sprint("kunci-", i)))
	}
	posts := slices.DeleteFunc(allRoutes(t), func(pattern string) bool { return !strings.HasPrefix(pattern, "POST /api/") })
	if len(posts) < len(known) {
		t.Errorf("only %d POST routes were found", len(posts))
	}
	for _, pattern := range posts {
		if !known[pattern] {
			t.Errorf("%s takes no key, or this test does not know it", pattern)
		}
	}
	// The day goes on: somebody comes to every service that still gives numbers.
	for i := range done {
		r.boss.send("POST", "/api/tickets", "", object{"service": string(rune('A' + i))})
	}
	before := r.events()
	r.kill()
	r.start()
	for _, a := range done {
		if again := r.ask(a.path, a.key, a.body); again.status != a.first.status || again.body != a.first.body || !again.replayed {
			t.Errorf("%s after the crash:\n%+v, first it was\n%+v", a.route, again, a.first)
		}
	}
	if n := r.events() - before; n != 0 {
		t.Errorf("asked again after the crash, %d events were written", n)
	}
}

func newRetry(t *testing.T, n int) *scene {
	t.Helper()
	s := newServer(t, mallFile(t, retryMall(n)))
	r := &race{server: s, boss: s.boss()}
	s.command(password, "staff", "add", "--user", "lain", "--name", "Lain", "--role", "manager", "--password-stdin")
	return &scene{race: r, rival: s.signIn("lain")}
}
