package site

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"antre/queue/store"
)

// signIn sends the form of an address, with the cookies that its browser has.
func (l *server) signIn(from, user, password string, cookies ...*http.Cookie) *http.Response {
	r := httptest.NewRequestWithContext(l.t.Context(), http.MethodPost, "/sign-in", strings.NewReader(url.Values{"user": {user}, "password": {password}}.Encode()))
	r.Host, r.RemoteAddr = "localhost", from+":1"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	l.handler.ServeHTTP(w, r)
	return w.Result()
}

func TestSignIn_aStrangersGuessesDoNotKeepAnOfficerOut(t *testing.T) {
	const right = "rahasia-sekali"
	l, _ := twoServers(t)
	hash, err := HashPassword(right)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Store.ResetPassword(t.Context(), store.By{Actor: "command"}, "u", hash); err != nil {
		t.Fatal(err)
	}
	status := func(from, user, password string, cookies ...*http.Cookie) int {
		res := l.signIn(from, user, password, cookies...)
		_ = res.Body.Close()
		return res.StatusCode
	}
	first := l.signIn("10.0.0.1", "u", right)
	_ = first.Body.Close()
	var known *http.Cookie
	for _, c := range first.Cookies() {
		if strings.HasPrefix(c.Name, "antre_known_") {
			known = c
		}
	}
	if first.StatusCode != http.StatusSeeOther || known == nil || !known.HttpOnly {
		t.Fatalf("%d, %v", first.StatusCode, known)
	}
	for range freeGuesses + 2 {
		status("10.0.0.9", "u", "tebakan-saja")
	}
	if got := status("10.0.0.2", "U", right, known); got != http.StatusSeeOther {
		t.Errorf("the officer's own browser: %d", got)
	}
	if got := status("10.0.0.2", "u", right); got != http.StatusTooManyRequests {
		t.Errorf("a browser that nobody knows: %d", got)
	}
	forged := *known
	forged.Value = "anything." + strings.Split(known.Value, ".")[1]
	if got := status("10.0.0.2", "u", right, &forged); got != http.StatusTooManyRequests {
		t.Errorf("a forged cookie: %d", got)
	}
	other := *known
	other.Name = knownCookie("v")
	for range freeGuesses {
		status("10.0.0.3", "v", "tebakan-saja", &other)
	}
	if got := status("10.0.0.3", "v", "tebakan-saja", &other); got != http.StatusTooManyRequests {
		t.Errorf("a cookie of somebody else: %d", got)
	}
	for range freeGuesses {
		status("10.0.0.4", "u", "tebakan-saja", known)
	}
	if got := status("10.0.0.5", "u", right, known); got != http.StatusTooManyRequests {
		t.Errorf("guesses from the officer's own browser: %d", got)
	}
}

func TestForm_thatIsTooLargeSaysSo(t *testing.T) {
	l, _ := twoServers(t)
	res := l.signIn("10.0.0.1", "u", strings.Repeat("x", maxBody))
	if _ = res.Body.Close(); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", res.StatusCode)
	}
}

// Behind one address there may be a whole hall of officers: one of them who
// forgot a password does not keep the others out.
func TestBackoff_ofAnAddressIsLaterThanOfAUser(t *testing.T) {
	b, now := newBackoff(), testNow()
	keys := []string{"user:BUDI", addressKey + "10.0.0.1"}
	for range freeGuesses {
		b.failed(now, keys)
	}
	if b.wait(now, keys[:1]) == 0 || b.wait(now, keys[1:]) != 0 {
		t.Errorf("after %d guesses the user waits %v, the address %v", freeGuesses, b.wait(now, keys[:1]), b.wait(now, keys[1:]))
	}
	for range freeFromAddress {
		b.failed(now, keys[1:])
	}
	if b.wait(now, keys[1:]) == 0 {
		t.Error("an address may guess for ever")
	}
	now = now.Add((freeGuesses + 2) * forgetOne) // honest mistakes of a week do not add up
	b.failed(now, keys[1:])
	if b.wait(now, keys[1:]) != 0 {
		t.Error("old guesses of an address are never forgotten")
	}
}
