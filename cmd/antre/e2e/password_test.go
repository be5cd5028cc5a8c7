//go:build e2e || prove

package e2e

import (
	"net/http"
	"testing"
)

// Somebody changes their own password by keyboard; the old one and the other
// sessions are worth nothing afterwards, this one goes on.
func TestPassword_isChangedByItsOwner(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall), "1")
	elsewhere := s.officer("1")
	p := newBrowser(t, chromium).open(s.base+"/", 1366, 768)
	p.signIn(s, "u1", "/password")
	p.until("the form", `!!document.querySelector("input[name=old]")`)
	try := func(old, first, second string) {
		t.Helper()
		p.fill("input[name=old]", old, "input[name=password]", first, "input[name=password2]", second)
		p.press("Enter")
	}
	try("bukan ini", "kata sandi baru", "kata sandi baru")
	p.until("that the old one is wrong", `!!document.querySelector("input[name=old][aria-invalid]") && /salah/.test(document.querySelector(".error").textContent)`)
	p.keep("password-wrong")
	try(password, "kata sandi baru", "kata sandi lain")
	p.until("that they differ", `!!document.querySelector("input[name=password2][aria-invalid]")`)
	try(password, "kata sandi baru", "kata sandi baru")
	p.until("that it is done", `/saved=1/.test(location.search) && !!document.querySelector(".good")`)
	p.keep("password-done")
	if status, _, _ := elsewhere.send("GET", "/api/session", "", nil); status != http.StatusUnauthorized {
		t.Errorf("another session goes on: %d", status)
	}
	if status, _, _ := s.visitor().send("POST", "/api/session", "", object{"user": "u1", "password": password}); status != http.StatusUnauthorized {
		t.Errorf("the old password lets in: %d", status)
	}
	if status, _, _ := s.visitor().send("POST", "/api/session", "", object{"user": "u1", "password": "kata sandi baru"}); status != http.StatusOK {
		t.Errorf("the new one does not: %d", status)
	}
	p.goTo(s.base + "/desk/1")
	p.until("this session to go on", `location.pathname === "/desk/1"`)
}
