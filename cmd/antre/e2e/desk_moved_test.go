//go:build e2e || prove

package e2e

import (
	"fmt"
	"testing"
	"time"
)

// A key that waited for the network is done to the visitor who stood on that
// screen, or to nobody: another window has gone on meanwhile.
func TestConsole_aKeyThatComesLateIsNotDoneToAnotherVisitor(t *testing.T) {
	t.Parallel()
	c := openConsole(t, "en")
	for range 3 {
		c.s.visitor().ticket("A")
	}
	c.key("Enter", "the visitor", shows("#ticket", "A-001")+` && !document.querySelector('[data-act="recall"]').disabled`)
	c.eval(`(function(){var real=window.fetch;window.away=true;window.fetch=function(u,o){return window.away&&o&&o.method==="POST"?Promise.reject(new Error("away")):real(u,o)}})()`)
	c.page.press("r")
	c.until("it to be asked", `document.body.dataset.asking === "yes"`)
	c.s.officer("1").must("POST", "/api/counters/1/next", nil)
	c.until("the other window's visitor", shows("#ticket", "A-002"))
	c.eval(`window.away = false`)
	c.until("what became of it", shows("#message.bad", "A-002 is at counter 1 now"))
	if undo := c.view()["undo"].(object)["action"]; undo != "next" {
		t.Errorf("the last thing done is %v", undo)
	}
}

// Whoever types a service's code means that service, not the first whose name
// has the letter in it.
func TestConsole_aCodeThatIsTypedFindsItsServiceFirst(t *testing.T) {
	t.Parallel()
	s := newServer(t, tubaba, "1")
	s.visitor().ticket("A")
	p := newBrowser(t, chromium).open(s.base+"/sign-in", 1366, 768)
	p.signIn(s, "u1", "/desk/1")
	p.until("live", `document.body.dataset.live === "yes"`)
	p.press("o")
	p.until("open", `document.body.dataset.state === "open" && document.body.dataset.asking === "no"`)
	p.press("Enter")
	p.until("the visitor", shows("#ticket", "A-001")+` && !document.querySelector('[data-act="transfer"]').disabled`)
	p.press("t")
	p.until("where to", `document.getElementById("ask").open`)
	p.eval(`document.getElementById("ask-find").focus()`)
	for typed, first := range map[string]string{"b": "B", "ab": "AB", "M": "M", "bpjs": "", "menunggu": "none"} {
		p.eval(fmt.Sprintf(`(function (e) { e.value = %q; e.dispatchEvent(new Event("input")); })(document.getElementById("ask-find"))`, typed))
		found := p.eval(`[...document.querySelectorAll("#ask-choices button")].filter(function (b) { return !b.hidden; }).map(function (b) { return b.value; }).concat("none")[0]`)
		if found == "none" != (first == "none") || first != "" && found != first {
			t.Errorf("%s finds %v first, want %s", typed, found, first)
		}
	}
	p.eval(`(function (e) { e.value = ""; e.dispatchEvent(new Event("input")); })(document.getElementById("ask-find"))`)
	p.call("Input.insertText", object{"text": "b"})
	p.press("Enter")
	p.until("B to be chosen", `document.querySelector('#ask-choices [aria-pressed="true"]').value === "B"`)
}

// An officer who went home with a visitor called keeps neither the counter nor
// the visitor.
func TestConsole_aSupervisorTakesAnAbandonedCounterOver(t *testing.T) {
	t.Parallel()
	c := openConsole(t, "id")
	c.s.visitor().ticket("A")
	c.key("Enter", "the visitor", shows("#ticket", "A-001"))
	if status, out, _ := c.other.send("POST", "/api/counters/1/open", "", object{"take_over": true, "reason": "Pulang"}); status != 403 {
		t.Errorf("an officer without authority: %d %v", status, out)
	}
	if status, out, _ := c.boss.send("POST", "/api/counters/1/open", "", nil); status != 409 || out["code"] != "counter_busy" {
		t.Errorf("without saying so: %d %v", status, out)
	}
	c.goTo(c.s.base + "/sign-in")
	c.signIn(c.s, "uboss", "/desk/1")
	c.until("that it can be taken", `document.body.dataset.live === "yes" && !document.getElementById("next").disabled && `+shows("#main", "Ambil alih loket")+" && "+shows("#ticket", "A-001"))
	c.state("taken")
	// At twice the size nothing of the console is lost; it scrolls.
	c.size(683, 384)
	if hidden := c.eval(`[...document.querySelectorAll("[data-act], #upcoming, #history")].filter(function (e) { return !e.getClientRects().length; }).length`); hidden != 0.0 {
		t.Errorf("at 200 %% %v parts are gone", hidden)
	}
	c.size(1366, 768)
	c.key("Enter", "why", `document.getElementById("ask").open && `+shows("#ask", "Ambil alih loket dari Petugas 1", "Petugas sudah pulang"))
	c.answer("1")
	c.until("the counter is theirs", shows("#main", "Selesai")+` && !document.querySelector('[data-act="finish"]').disabled`+noDialog)
	c.key("f", "the visitor to be finished with", shows("#ticket", "–"))
	if status, out, _ := c.api.send("POST", "/api/counters/1/next", "", nil); status != 409 {
		t.Errorf("the officer of before: %d %v", status, out)
	}
}

// Whoever signs out in one tab is signed out in the other: its console does not
// look alive until a key is lost on it.
func TestConsole_endsWithItsSession(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall), "1")
	b := newBrowser(t, chromium)
	desk := b.open(s.base+"/sign-in", 1366, 768)
	desk.signIn(s, "u1", "/desk/1")
	desk.until("live", `document.body.dataset.live === "yes"`)
	b.open(s.base+"/desk/1", 1366, 768).eval(`fetch("/api/session", {method: "DELETE"})`)
	desk.within(20*time.Second, "to be asked to sign in", `location.pathname === "/sign-in" && /next=%2Fdesk%2F1/.test(location.search)`)
}
