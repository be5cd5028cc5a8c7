package site

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"antre/display/halltest"
	"antre/queue"
	"antre/queue/store"
)

const (
	here  = "http://localhost:1"
	there = "http://localhost:2"
)

// server is a site with nothing but sign-in.
type server struct {
	*Site
	t       *testing.T
	handler http.Handler
}

// twoServers is this server of two, and somebody of its mall.
func twoServers(t *testing.T) (l *server, staff *store.Staff) {
	t.Helper()
	h := halltest.Open(t, "2026-11-25 09:00:00", nil)
	h.Officer("1")
	s, err := New(Options{Store: h.Store, Log: slog.New(slog.DiscardHandler), Web: os.DirFS("../web"), Servers: []string{here, there}})
	if err != nil {
		t.Fatal(err)
	}
	s.SignIn = NewSignIn(h.Store)
	mux := http.NewServeMux()
	for _, rt := range s.API() {
		mux.Handle(rt.Pattern, s.AsAPI(s.Checked(rt)))
	}
	for _, rt := range s.Pages() {
		mux.Handle(rt.Pattern, s.AsPage(s.Checked(rt)))
	}
	l = &server{Site: s, t: t, handler: s.Guard(mux)}
	staff, err = h.StaffByUsername(t.Context(), "u")
	if err != nil || staff == nil {
		t.Fatal(err)
	}
	return l, staff
}

// bring posts a pass as a page of another server does.
func (l *server) bring(origin, pass, to, doing string) *http.Response {
	return l.post(origin, url.Values{"pass": {pass}, "to": {to}, "doing": {doing}})
}

func (l *server) post(origin string, form url.Values) *http.Response {
	r := httptest.NewRequestWithContext(l.t.Context(), http.MethodPost, "/session/pass", strings.NewReader(form.Encode()))
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	w := httptest.NewRecorder()
	l.handler.ServeHTTP(w, r)
	return w.Result()
}

func TestPass_letsAConsoleInWithWhatItWasDoing(t *testing.T) {
	l, staff := twoServers(t)
	res := l.bring(there, l.pass(staff), "/desk/1", `{"name":"next","key":"a b"}`)
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != `/desk/1#%7B%22name%22:%22next%22%2C%22key%22:%22a%20b%22%7D` {
		t.Errorf("%d %s", res.StatusCode, res.Header.Get("Location"))
	}
	cookie := res.Header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, sessionCookie+"=") || !strings.Contains(cookie, "HttpOnly") {
		t.Errorf("no session: %q", cookie)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/session", nil)
	r.Host = "localhost"
	value, _, _ := strings.Cut(cookie, ";")
	r.Header.Set("Cookie", value)
	w := httptest.NewRecorder()
	l.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"user":"u"`) {
		t.Errorf("the session is %d %s", w.Code, w.Body)
	}
}

func TestPass_letsNobodyElseIn(t *testing.T) {
	l, staff := twoServers(t)
	good := l.pass(staff)
	other := *staff
	other.ID++
	for name, c := range map[string]struct{ origin, pass, to, want string }{
		"of another site":        {"http://evil.example", good, "/desk/1", ""},
		"of no site":             {"", good, "/desk/1", ""},
		"of a hidden site":       {"null", good, "/desk/1", ""},
		"forged":                 {there, good[:len(good)-2] + "xx", "/desk/1", "/sign-in?next=%2Fdesk%2F1"},
		"of nobody":              {there, l.pass(&other), "/desk/1", "/sign-in?next=%2Fdesk%2F1"},
		"empty":                  {there, "", "/desk/1", "/sign-in?next=%2Fdesk%2F1"},
		"that leads away":        {there, good, "https://evil.example/", "/desk"},
		"that leads away slowly": {there, good, "//evil.example/", "/desk"},
	} {
		t.Run(name, func(t *testing.T) {
			res := l.bring(c.origin, c.pass, c.to, "")
			defer res.Body.Close()
			if c.want == "" && res.StatusCode != http.StatusForbidden || c.want != "" && (res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != c.want) {
				t.Errorf("%d %s", res.StatusCode, res.Header.Get("Location"))
			}
			if signedIn := res.Header.Get("Set-Cookie") != ""; signedIn != (c.want == "/desk") {
				t.Errorf("signed in: %v", signedIn)
			}
		})
	}
	if err := l.Store.ResetPassword(t.Context(), store.By{Actor: "command"}, "u", "y"); err != nil {
		t.Fatal(err)
	}
	res := l.bring(there, good, "/desk/1", "")
	defer res.Body.Close()
	if res.Header.Get("Set-Cookie") != "" {
		t.Error("a pass outlives a new password")
	}
	late := queue.BusinessDay(time.Now(), time.UTC) // any text that is not a time
	if staff, err := l.passed(t.Context(), late); staff != nil || err != nil {
		t.Errorf("nonsense: %v %v", staff, err)
	}
}

// A kiosk that was let in here is let in at the other server, whose cookies it
// has not; a mark that nobody signed lets nobody in.
func TestPass_bringsAScreenAlong(t *testing.T) {
	l, _ := twoServers(t)
	d, err := l.Store.AskDevice(t.Context(), store.KioskDevice)
	if err != nil {
		t.Fatal(err)
	}
	d.Name = "Kios"
	if err := l.Store.AcceptDevice(t.Context(), store.By{Actor: "command"}, d); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/kiosk", nil)
	r.AddCookie(&http.Cookie{Name: deviceCookie, Value: l.deviceMark(d.ID)}) //nolint:gosec // a browser's
	mark, _ := l.elsewhere(r, nil)["device"].(string)
	res := l.post(there, url.Values{"device": {mark}, "to": {"/kiosk?zone=1"}, "doing": {"x"}})
	defer res.Body.Close()
	if got := res.Header.Get("Location"); got != "/kiosk?zone=1#x" || !strings.Contains(res.Header.Get("Set-Cookie"), deviceCookie+"="+mark) {
		t.Errorf("it goes to %q with %q", got, res.Header.Get("Set-Cookie"))
	}
	forged := l.post(there, url.Values{"device": {mark[:len(mark)-2] + "xx"}, "to": {"/kiosk"}})
	defer forged.Body.Close()
	if forged.Header.Get("Set-Cookie") != "" {
		t.Error("a forged mark lets a screen in")
	}
}

func TestVisitor_keepsTheNameOfTheServerBefore(t *testing.T) {
	l, _ := twoServers(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/tickets", nil)
	r.RemoteAddr = "10.0.0.7:1234"
	told := l.elsewhere(r, nil)["caller"].(string)
	moved := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/tickets", nil)
	moved.RemoteAddr = "10.0.0.9:1234"
	for header, want := range map[string]string{told: "address 10.0.0.7", "address 10.0.0.7.x": "address 10.0.0.9", told + "x": "address 10.0.0.9", "": "address 10.0.0.9"} {
		moved.Header.Set(callerHeader, header)
		if got := l.VisitorOf(moved); got != want {
			t.Errorf("%q is %q, want %q", header, got, want)
		}
	}
}

func TestPolicy_namesTheOtherServersAndNothingElse(t *testing.T) {
	l, _ := twoServers(t)
	l.opts.Servers = append(l.opts.Servers, "http://bad host;script-src *", "javascript:alert(1)")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/sign-in", nil)
	r.Host = "localhost"
	w := httptest.NewRecorder()
	l.handler.ServeHTTP(w, r)
	policy := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{" " + there + ";", "form-action 'self' " + here + " " + there + ";"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %q: %s", want, policy)
		}
	}
	if strings.Contains(policy, "bad") || strings.Contains(policy, "javascript") || strings.Count(policy, "script-src") != 1 {
		t.Errorf("the policy is broken by an address: %s", policy)
	}
}
