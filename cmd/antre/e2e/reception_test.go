//go:build e2e || prove

package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Somebody at the door takes a number for a visitor who cannot, finds another
// by its code and prints it again; the whole way by keyboard.
func TestReception_takesFindsAndPrintsNumbersByKeyboard(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall), "1")
	o := s.officer("1")
	o.must("POST", "/api/counters/1/open", nil)
	s.visitor().ticket("A")
	p := newBrowser(t, chromium).open(s.base+"/", 1366, 768)
	p.signIn(s, "u1", "/reception")
	p.until("both forms", `!!document.getElementById("service") && !!document.getElementById("code")`)
	p.keep("reception")
	p.tabTo("#service")
	p.press("ArrowDown")
	p.tabTo(`[name="class"]`)
	p.press("ArrowDown")
	p.tabTo(`main form[method="post"] button:not(.quiet)`)
	p.press("Enter")
	p.until("the number", `location.search.indexOf("code=A-002") > 0 && !!document.querySelector('.found[data-code="A-002"] .good')`)
	p.keep("reception-taken")
	if k := s.visitor().must("GET", strings.TrimSuffix(fmt.Sprint(p.eval(`document.getElementById("print").getAttribute("href")`)), "/ticket.pdf?paper=80"), nil); k["class"] != "priority" {
		t.Errorf("the class is %v", k["class"])
	}
	o.must("POST", "/api/counters/1/next", nil)
	p.fill("#code", "a-002")
	p.press("Enter")
	p.until("where to go", `!!document.querySelector(".found .go") && /loket 1/.test(document.querySelector(".found .go").textContent)`)
	p.keep("reception-called")
	if status, head := o.form("/reception/slip", url.Values{"code": {word(p.eval(`document.querySelector(".found input[name=code]").value`))}}); status != 200 || head.Get("Content-Type") != "application/pdf" {
		t.Errorf("the slip: %d", status)
	}
	if _, record := s.boss().text("GET", "/admin/record?kind=reprinted"); strings.Count(record, "A-002") != 1 || !strings.Contains(record, "Petugas 1") {
		t.Error("who printed it again is not on record")
	}
	p.fill("#code", "Z-999")
	p.press("Enter")
	p.until("that there is none", `!!document.querySelector("#code[aria-invalid]")`)
	p.keep("reception-none")
	p.goTo(s.base + "/reception?lang=en")
	p.until("English", `document.documentElement.lang === "en"`)
	p.keep("reception-en")
}

func TestReception_aFormSentTwiceIsOneNumber(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall), "1")
	o := s.officer("1")
	fields := url.Values{"service": {"A"}, "class": {"regular"}, "lang": {"id"}, "key": {"satu tekan"}}
	for range 2 {
		if status, head := o.form("/reception", fields); status != 200 && status != 303 {
			t.Fatalf("%d %v", status, head)
		}
	}
	if code := s.visitor().ticket("A")["code"]; code != "A-002" {
		t.Errorf("the next number is %v", code)
	}
	fields.Set("class", "priority")
	if status, head := o.form("/reception", fields); status != 200 && status != 303 {
		t.Errorf("another choice with the same key: %d %v", status, head)
	}
	if code := s.visitor().ticket("A")["code"]; code != "A-004" {
		t.Errorf("another choice is the same number: the next is %v", code)
	}
	// The browser's Back brings the form of the visitor before.
	time.Sleep(10500 * time.Millisecond)
	fields.Set("class", "regular")
	if status, _ := o.form("/reception", fields); status != 409 {
		t.Errorf("the form of the visitor before: %d", status)
	}
	if code := s.visitor().ticket("A")["code"]; code != "A-005" {
		t.Errorf("after the form of the visitor before the next number is %v", code)
	}
	fields.Set("service", "ZZ")
	fields.Set("key", "lain")
	if status, _ := o.form("/reception", fields); status != 404 && status != 422 {
		t.Errorf("a service that does not exist: %d", status)
	}
}
