//go:build e2e || prove

package e2e

import (
	"net/http"
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
		everybodyStaff = "401     ok  ok                ok  ok                   ok       ok"
		desk           = "401     ok 403                ok 403                   ok       ok"
		boss           = "401    403 403                ok 403                   ok       ok"
		live           = "401    403 403                ok  ok                   ok       ok"
		admin          = "401    403 403               403 403                  403       ok"
	)
	return map[string]string{
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
		"GET /live":                                      live,
		"POST /api/day":                                  admin,
		"GET /desk":                                      everybodyStaff,
		"GET /desk/{code}":                               desk,
	}
}

// staffRoutes reads the table of routes that the program's own test keeps, and
// gives those that need a sign-in.
func staffRoutes(t *testing.T) (patterns []string) {
	t.Helper()
	file, err := os.ReadFile("../../../display/testdata/routes.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(file)) {
		right, pattern, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			t.Fatalf("routes.txt: %q", line)
		}
		if right != "anybody" {
			patterns = append(patterns, pattern)
		}
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
	for _, pattern := range staffRoutes(t) {
		row, ok := may[pattern]
		if !ok {
			t.Errorf("%s is not in the table: write down who may", pattern)
			continue
		}
		delete(may, pattern)
		method, path, _ := strings.Cut(pattern, " ")
		for i, want := range strings.Fields(row) {
			ask := askers()[i]
			place := ask.counter
			if strings.Contains(path, "/services/") {
				place = ask.service
			}
			status, out, head := callers[ask.who].send(method, strings.ReplaceAll(path, "{code}", place), "", nil)
			if got := classOf(status, out, head); got != want {
				t.Errorf("%s of %s by %s: %d %v, want %s", pattern, place, ask.who, status, out["code"], want)
			}
			walked++
		}
	}
	for pattern := range may {
		t.Errorf("%s is in the table, but not among the routes", pattern)
	}
	t.Logf("%d answers", walked)
}

// classOf is 401, 403 or ok; a page answers a stranger by asking them to sign in.
func classOf(status int, out object, head http.Header) string {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusSeeOther && strings.HasPrefix(head.Get("Location"), "/sign-in"):
		return "401"
	case status == http.StatusForbidden:
		return "403"
	case status == 0, status >= 500, out["code"] == "unknown_path", status == http.StatusMethodNotAllowed:
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
