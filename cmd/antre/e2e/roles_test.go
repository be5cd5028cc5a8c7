//go:build e2e || prove

package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
)

// rolesMall has two agencies, so that a supervisor has one that is not theirs.
const rolesMall = `mall:
  name: MPP Uji
  timezone: Asia/Jakarta
zones:
  - {code: "1", name: Lantai 1}
agencies:
  - code: SATU
    name: Instansi Satu
    zone: "1"
    services: [{code: A, name: Layanan A}]
    counters: [{code: "1", services: [A]}, {code: "2", services: [A]}]
  - code: DUA
    name: Instansi Dua
    zone: "1"
    services: [{code: B, name: Layanan B}]
    counters: [{code: "9", services: [B]}]
`

// askers are the columns of mayTable: who asks, and for which counter and
// service. The officer has counter 1, the supervisor agency SATU.
func askers() []struct{ who, counter, service string } {
	return []struct{ who, counter, service string }{
		{"nobody", "1", "A"},
		{"u1", "1", "A"}, {"u1", "2", "A"},
		{"satu", "1", "A"}, {"satu", "9", "B"},
		{"manager", "9", "B"}, {"admin", "9", "B"},
	}
}

// mayTable is who may do what, written by hand and not derived from the
// program: 401, 403, or ok for any other answer.
func mayTable() map[string]string {
	const (
		//             nobody  officer's own, other  supervisor's own, other  manager  admin
		everybody      = "ok      ok  ok                ok  ok                   ok       ok"
		everybodyStaff = "401     ok  ok                ok  ok                   ok       ok"
		desk           = "401     ok 403                ok 403                   ok       ok"
		boss           = "401    403 403                ok 403                   ok       ok"
		live           = "401    403 403                ok  ok                   ok       ok"
		admin          = "401    403 403               403 403                  403       ok"
		record         = "401    403 403               403 403                   ok       ok"
		otherServer    = "403    403 403               403 403                  403      403" // only a page of another server of the mall
	)
	return map[string]string{
		"GET /api/mall":                                  everybody,
		"GET /api/servers":                               everybody,
		"GET /api/services":                              everybody,
		"POST /api/tickets":                              everybody,
		"GET /api/tickets/{token}":                       everybody,
		"GET /api/tickets/{token}/stream":                everybody,
		"POST /api/tickets/{token}/cancel":               everybody,
		"POST /api/tickets/{token}/late":                 everybody,
		"POST /api/tickets/{token}/here":                 everybody,
		"GET /api/tickets/{token}/ticket.pdf":            everybody,
		"GET /api/tickets/{token}/qr.svg":                everybody,
		"GET /api/board":                                 everybody,
		"GET /api/stream":                                everybody,
		"/api/":                                          everybody,
		"GET /healthz":                                   everybody,
		"GET /readyz":                                    everybody,
		"GET /metrics":                                   everybody,
		"POST /api/session":                              everybody,
		"DELETE /api/session":                            everybody,
		"GET /{$}":                                       everybody,
		"GET /kiosk":                                     everybody,
		"GET /tv":                                        everybody,
		"GET /tv/{zone}":                                 everybody,
		"GET /t/{token}":                                 everybody,
		"POST /t/{token}/cancel":                         everybody,
		"POST /t/{token}/late":                           everybody,
		"POST /t/{token}/here":                           everybody,
		"GET /sign-in":                                   everybody,
		"POST /sign-in":                                  everybody,
		"POST /sign-out":                                 everybody,
		"POST /session/pass":                             otherServer,
		"GET /setup/{key}":                               everybody,
		"POST /setup/{key}":                              everybody,
		"GET /qr.svg":                                    everybody,
		"GET /wifi.svg":                                  everybody,
		"GET /images/{name}":                             everybody,
		"GET /web/brand.css":                             everybody,
		"GET /web/{file...}":                             everybody,
		"/":                                              everybody,
		"GET /api/session":                               everybodyStaff,
		"GET /api/counters/{code}":                       desk,
		"GET /api/counters/{code}/stream":                desk,
		"POST /api/counters/{code}/open":                 desk,
		"POST /api/counters/{code}/close":                desk,
		"POST /api/counters/{code}/pause":                desk,
		"POST /api/counters/{code}/resume":               desk,
		"POST /api/counters/{code}/next":                 desk,
		"POST /api/counters/{code}/recall":               desk,
		"POST /api/counters/{code}/start":                desk,
		"POST /api/counters/{code}/finish":               desk,
		"POST /api/counters/{code}/no-show":              desk,
		"POST /api/counters/{code}/hold":                 desk,
		"POST /api/counters/{code}/call":                 desk,
		"POST /api/counters/{code}/return":               desk,
		"POST /api/counters/{code}/class":                desk,
		"POST /api/counters/{code}/transfer":             desk,
		"POST /api/counters/{code}/undo":                 desk,
		"POST /api/counters/{code}/close-request":        desk,
		"POST /api/counters/{code}/close-request/answer": boss,
		"POST /api/services/{code}/quota":                boss,
		"POST /api/services/{code}/close":                boss,
		"POST /api/services/{code}/open":                 boss,
		"GET /api/live":                                  live,
		"GET /audio/{lang}/say":                          everybody,
		"GET /audio/{lang}/{clip}":                       everybody,
		"GET /overview":                                  everybody,
		"POST /api/kiosk/pin":                            everybody,
		"POST /api/kiosk/settings":                       everybody,
		"POST /api/devices":                              everybody,
		"GET /api/devices/self":                          everybody,
		"POST /api/devices/self":                         everybody,
		"GET /pair":                                      everybody,
		"GET /screen":                                    everybody,
		"GET /sign/{counter}":                            everybody,
		"GET /live":                                      live,
		"GET /live/{agency}":                             boss,
		"GET /live/tickets.csv":                          live,
		"GET /hall":                                      record,
		"POST /hall":                                     record,
		"GET /media/{id}":                                everybody,
		"GET /admin/media":                               admin,
		"POST /admin/media":                              admin,
		"GET /admin/media/{media}":                       admin,
		"POST /admin/media/{media}":                      admin,
		"GET /api/live/tickets":                          live,
		"POST /api/day":                                  admin,
		"GET /admin":                                     admin,
		"GET /admin/mall":                                admin,
		"POST /admin/mall":                               admin,
		"GET /admin/parts/{list}":                        admin,
		"GET /admin/parts/{list}/{item}":                 admin,
		"POST /admin/parts/{list}/{item}":                admin,
		"GET /admin/people":                              admin,
		"GET /admin/devices":                             admin,
		"POST /admin/devices":                            admin,
		"GET /admin/devices/{device}":                    admin,
		"POST /admin/devices/{device}":                   admin,
		"GET /admin/voice":                               admin,
		"GET /admin/voice/{lang}/{clip}":                 admin,
		"POST /admin/voice/{lang}/{clip}":                admin,
		"GET /admin/people/{user}":                       admin,
		"POST /admin/people/{user}":                      admin,
		"GET /admin/images/{name}":                       admin,
		"POST /admin/images/{name}":                      admin,
		"POST /admin/order/{list}/{item}":                admin,
		"GET /admin/file":                                admin,
		"GET /admin/file/mall.yaml":                      admin,
		"POST /admin/file":                               admin,
		"GET /admin/preview":                             admin,
		"GET /admin/record":                              record,
		"POST /admin/record":                             record,
		"GET /desk":                                      everybodyStaff,
		"GET /reception":                                 everybodyStaff,
		"POST /reception":                                everybodyStaff,
		"POST /reception/slip":                           everybodyStaff,
		"GET /password":                                  everybodyStaff,
		"POST /password":                                 everybodyStaff,
		"GET /desk/{code}":                               desk,
	}
}

// allRoutes reads the table of routes that the program's own test keeps.
func allRoutes(t *testing.T) (patterns []string) {
	t.Helper()
	file, err := os.ReadFile("../../../display/testdata/routes.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(file)) {
		_, pattern, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			t.Fatalf("routes.txt: %q", line)
		}
		patterns = append(patterns, pattern)
	}
	return patterns
}

// signedInAs gives a caller for each of the people of the table.
func signedInAs(t *testing.T, s *server, users ...string) map[string]*caller {
	t.Helper()
	callers := map[string]*caller{"nobody": s.visitor()}
	for _, user := range users {
		c := s.visitor()
		status, out, head := c.send("POST", "/api/session", "", object{"user": user, "password": password})
		if status != http.StatusOK {
			t.Fatalf("%s signs in: %d %v", user, status, out)
		}
		c.cookie, _, _ = strings.Cut(head.Get("Set-Cookie"), ";")
		callers[user] = c
	}
	for _, c := range callers {
		c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return callers
}

func TestRoles_everyRouteWithEveryRole(t *testing.T) {
	s := newServer(t, mallFile(t, rolesMall), "1")
	for _, p := range [][]string{{"satu", "--role", "supervisor", "--agency", "SATU"}, {"manager", "--role", "manager"}, {"admin", "--role", "admin"}} {
		s.command(password, append([]string{"staff", "add", "--user", p[0], "--name", p[0], "--password-stdin"}, p[1:]...)...)
	}
	callers, may, walked := signedInAs(t, s, "u1", "satu", "manager", "admin"), mayTable(), 0
	for _, pattern := range allRoutes(t) {
		row, ok := may[pattern]
		if !ok {
			t.Errorf("%s is not in the table: write down who may", pattern)
			continue
		}
		delete(may, pattern)
		for i, want := range strings.Fields(row) {
			ask := askers()[i]
			who := callers[ask.who]
			if strings.HasSuffix(pattern, "/sign-out") || pattern == "DELETE /api/session" {
				who = signedInAs(t, s, "u1")["u1"] // the others are still needed
			}
			if got, answer := who.asks(pattern, ask.counter, ask.service); got != want {
				t.Errorf("%s of %s by %s: %s, want %s", pattern, ask.counter, ask.who, answer, want)
			}
			walked++
		}
	}
	for pattern := range may {
		t.Errorf("%s is in the table, but not among the routes", pattern)
	}
	t.Logf("%d answers", walked)
}

// asks makes one request and gives its class. What is refused is refused before
// a body is read, so only signing in, which says 401 to an empty one, has any.
func (c *caller) asks(pattern, counter, service string) (class, answer string) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = http.MethodGet, pattern
	}
	code := counter
	if strings.Contains(path, "/services/") {
		code = service
	}
	agency := map[string]string{"A": "SATU", "B": "DUA"}[service]
	path = strings.NewReplacer("{code}", code, "{agency}", agency, "{lang}", "id", "{clip}", "a.wav", "{counter}", counter, "{list}", "zones", "{item}", "new", "{user}", "new", "{device}", "1", "{zone}", "1", "{token}", "x", "{key}", "x", "{file...}", "app.css", "{$}", "").Replace(path)
	var status int
	var out object
	var head http.Header
	switch pattern {
	case "POST /sign-in":
		status, head = c.form(path, url.Values{"user": {"u1"}, "password": {password}, "next": {"/desk"}})
	case "POST /api/session":
		status, out, head = c.send(method, path, "", object{"user": "u1", "password": password})
	default:
		status, out, head = c.send(method, path, "", nil)
	}
	if out["code"] == "unknown_path" && pattern != "/api/" {
		status = 0
	}
	return classOf(status, head), fmt.Sprint(status, " ", out["code"])
}

// form sends what a page's form sends.
func (c *caller) form(path string, fields url.Values) (status int, head http.Header) {
	req, err := http.NewRequestWithContext(c.s.t.Context(), http.MethodPost, c.s.base+path, strings.NewReader(fields.Encode()))
	if err != nil {
		return 0, nil
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Cookie", c.cookie)
	res, err := c.http.Do(req)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	return res.StatusCode, res.Header
}

// classOf is 401, 403 or ok; a page answers a stranger by asking them to sign in.
func classOf(status int, head http.Header) string {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusSeeOther && strings.HasPrefix(head.Get("Location"), "/sign-in?next="):
		return "401"
	case status == http.StatusForbidden:
		return "403"
	case status == 0, status >= 500, status == http.StatusMethodNotAllowed:
		return "broken"
	}
	return "ok"
}

// A stranger learns nothing of the mall's counters, and somebody of the mall
// hears of a counter that does not exist before hearing of rights.
func TestRoles_whoIsAskedBeforeWhatExists(t *testing.T) {
	s := newServer(t, mallFile(t, rolesMall), "1")
	callers := signedInAs(t, s, "u1")
	for _, path := range []string{"/api/counters/77/next", "/api/services/ZZ/close"} {
		if status, out, _ := callers["nobody"].send("POST", path, "", nil); status != http.StatusUnauthorized {
			t.Errorf("%s by nobody: %d %v", path, status, out)
		}
		if status, out, _ := callers["u1"].send("POST", path, "", nil); status != http.StatusNotFound {
			t.Errorf("%s by an officer: %d %v", path, status, out)
		}
	}
	if status, out, _ := callers["u1"].send("POST", "/api/counters/2/close-request/answer", "", nil); status != http.StatusForbidden || out["code"] != "wrong_counter" {
		t.Errorf("another's counter comes before the role: %d %v", status, out)
	}
	if status, out, _ := callers["u1"].send("POST", "/api/counters/1/close-request/answer", "", nil); status != http.StatusForbidden || out["code"] != "not_allowed" {
		t.Errorf("their own counter, but not their right: %d %v", status, out)
	}
}
