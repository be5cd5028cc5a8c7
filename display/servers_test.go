package display

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

const (
	here  = "http://localhost:1"
	there = "http://localhost:2"
)

// twoServers is this server of two, and somebody of its mall.
func twoServers(t *testing.T) (l *lobby, staff *store.Staff) {
	t.Helper()
	l = openLobby(t, "2026-11-25 09:00:00")
	t.Cleanup(func() { _ = l.st.Close() })
	l.opts.Servers = []string{here, there}
	l.officer("1")
	staff, err := l.st.StaffByUsername(t.Context(), "u")
	if err != nil || staff == nil {
		t.Fatal(err)
	}
	return l, staff
}

// bring posts a pass as a page of another server does.
func (l *lobby) bring(origin, pass, to, doing string) *http.Response {
	form := url.Values{"pass": {pass}, "to": {to}, "doing": {doing}}
	r := httptest.NewRequestWithContext(l.t.Context(), http.MethodPost, "/session/pass", strings.NewReader(form.Encode()))
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	w := httptest.NewRecorder()
	l.Handler().ServeHTTP(w, r)
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
	l.Handler().ServeHTTP(w, r)
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
	if err := l.st.ResetPassword(t.Context(), store.By{Actor: "command"}, "u", "y"); err != nil {
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

func TestVisitor_keepsTheNameOfTheServerBefore(t *testing.T) {
	l, _ := twoServers(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/tickets", nil)
	r.RemoteAddr = "10.0.0.7:1234"
	told := l.elsewhere(r, nil)["caller"].(string)
	moved := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/tickets", nil)
	moved.RemoteAddr = "10.0.0.9:1234"
	for header, want := range map[string]string{told: "address 10.0.0.7", "address 10.0.0.7.x": "address 10.0.0.9", told + "x": "address 10.0.0.9", "": "address 10.0.0.9"} {
		moved.Header.Set(callerHeader, header)
		if got := l.visitorOf(moved); got != want {
			t.Errorf("%q is %q, want %q", header, got, want)
		}
	}
}

func TestPolicy_namesTheOtherServersAndNothingElse(t *testing.T) {
	l, _ := twoServers(t)
	l.opts.Servers = append(l.opts.Servers, "http://bad host;script-src *", "javascript:alert(1)")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/kiosk", nil)
	r.Host = "localhost"
	w := httptest.NewRecorder()
	l.Handler().ServeHTTP(w, r)
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
