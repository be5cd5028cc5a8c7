//go:build e2e || prove

package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
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
	p.shoot("reception")
	p.accessible("reception")
	p.tabTo("#service")
	p.press("ArrowDown")
	p.tabTo(`[name="class"]`)
	p.press("ArrowDown")
	p.tabTo(`form[method="post"] button:not(.quiet)`)
	p.eval(`document.querySelector("main form[method=post] button").focus()`)
	p.press("Enter")
	p.until("the number", `location.search.indexOf("code=A-002") > 0 && !!document.querySelector('.found[data-code="A-002"] .good')`)
	p.shoot("reception-taken")
	p.accessible("reception, taken")
	if k := s.visitor().must("GET", strings.TrimSuffix(fmt.Sprint(p.eval(`document.getElementById("print").getAttribute("href")`)), "/ticket.pdf?paper=80"), nil); k["class"] != "priority" {
		t.Errorf("the class is %v", k["class"])
	}
	o.must("POST", "/api/counters/1/next", nil)
	p.fill("#code", "a-002")
	p.press("Enter")
	p.until("where to go", `!!document.querySelector(".found .go") && /loket 1/.test(document.querySelector(".found .go").textContent)`)
	p.shoot("reception-called")
	if status, body := s.visitor().text("GET", fmt.Sprint(p.eval(`document.getElementById("print").getAttribute("href")`))); status != 200 || !strings.HasPrefix(body, "%PDF") {
		t.Errorf("the slip: %d", status)
	}
	p.fill("#code", "Z-999")
	p.press("Enter")
	p.until("that there is none", `!!document.querySelector("#code[aria-invalid]")`)
	p.shoot("reception-none")
	p.accessible("reception, none")
	p.goTo(s.base + "/reception?lang=en")
	p.until("English", `document.documentElement.lang === "en"`)
	p.accessible("reception, English")
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
	fields.Set("service", "ZZ")
	fields.Set("key", "lain")
	if status, _ := o.form("/reception", fields); status != 404 && status != 422 {
		t.Errorf("a service that does not exist: %d", status)
	}
}
