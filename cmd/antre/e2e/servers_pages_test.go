//go:build e2e || prove

package e2e

import (
	"strings"
	"testing"
	"time"

	"antre/queue/store/pgtest"
)

// loseAnswer lets the page's next POST reach the server and be done there, and
// its answer be lost; from then on nothing gets through.
const loseAnswer = `(function(){var real=window.fetch;window.fetch=function(path,o){
	if(!o||o.method!=="POST"){return real(path,o)}
	if(window.done){return Promise.reject(new Error("gone"))}
	window.done="on its way";
	return real(path,o).then(function(){window.done="done";throw new Error("gone")})}})();0`

// twoForPages are two servers of the console tests' mall, and a browser.
func twoForPages(t *testing.T) (a, b *server, browser *browser) {
	t.Helper()
	a = newServerOn(t, pgtest.URL(t), mallFile(t, deskMall), "1", "2")
	b = unprepared(t, a.url)
	// Under another name the browser has no cookie for it.
	b.base = "http://localhost" + b.addr[strings.LastIndexByte(b.addr, ':'):]
	b.address = b.base
	b.start()
	t.Cleanup(b.stop)
	visitor := a.visitor()
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		if list, _ := visitor.must("GET", "/api/servers", nil)["servers"].([]any); len(list) == 2 {
			return a, b, newBrowser(t, chromium)
		}
		if time.Since(began) > 10*time.Second {
			t.Fatal("the first server never hears of the second")
		}
	}
}

func (s *server) tickets() (codes []string) {
	s.rows("SELECT code FROM tickets ORDER BY id", func(scan func(...any) error) error {
		var code string
		err := scan(&code)
		codes = append(codes, code)
		return err
	})
	return codes
}

func TestKiosk_goesOnAtTheNextServerWithTheSameTicket(t *testing.T) {
	a, b, browser := twoForPages(t)
	p := browser.open(a.base+"/kiosk", 1080, 1920)
	p.until("the services", tileSays("Perekaman KTP-el", ""))
	p.touchTile("Perekaman KTP-el")
	p.until("the confirm screen", `!!document.querySelector(".take")`)
	p.eval(loseAnswer)
	p.touch(".take:not(.priority)")
	p.until("the press to be done and its answer lost", `window.done==="done"`)
	a.kill()
	p.within(15*time.Second, "the ticket at the other server", `location.origin===`+quoted(b.base)+` && document.body && document.body.dataset.screen==="ticket" && document.getElementById("heading").textContent==="A-001"`)
	p.keep("kiosk-moved")
	if got := b.tickets(); len(got) != 1 {
		t.Errorf("one press made %v", got)
	}
	if p.eval(`location.hash`) != "" {
		t.Error("what was carried over stays in the address")
	}
}

func TestKiosk_thatNobodyTouchesMovesByItself(t *testing.T) {
	a, b, browser := twoForPages(t)
	p := browser.open(a.base+"/kiosk?paper=80", 1080, 1920)
	p.until("the services", tileSays("Perekaman KTP-el", ""))
	a.kill()
	p.within(20*time.Second, "the other server", `location.origin===`+quoted(b.base)+` && document.body && location.search==="?paper=80" && `+tileSays("Perekaman KTP-el", ""))
}

func TestConsole_goesOnAtTheNextServerWithTheSameCall(t *testing.T) {
	a, b, browser := twoForPages(t)
	officer := a.officer("1")
	officer.must("POST", "/api/counters/1/open", nil)
	for range 2 {
		_ = officer.ticket("A")
	}
	p := browser.open(a.base+"/sign-in", 1366, 768)
	p.signIn(a, "u1", "/desk/1")
	p.until("the console to be live", `document.body.dataset.live === "yes"`)
	p.eval(loseAnswer)
	p.press("Enter")
	p.until("the call to be done and its answer lost", `window.done==="done"`)
	a.kill()
	p.within(20*time.Second, "the console at the other server", `location.origin===`+quoted(b.base)+` && document.body && document.body.dataset.live==="yes" && document.getElementById("ticket").textContent==="A-001"`)
	time.Sleep(2 * time.Second) // whatever it repeats has been repeated
	p.keep("console-moved")
	if order := b.callOrder(); len(order) != 1 {
		t.Errorf("one key called %v", order)
	}
	p.press("Enter")
	p.until("the next visitor", `document.getElementById("ticket").textContent==="A-002"`)
}

func TestTV_movesToTheNextServerAndIsRight(t *testing.T) {
	a, b, browser := twoForPages(t)
	officer := b.officer("1")
	officer.must("POST", "/api/counters/1/open", nil)
	_ = officer.ticket("A")
	p := browser.open(a.base+"/tv/1", 1920, 1080)
	p.until("the TV to be live", `document.body.getAttribute("data-state")==="live"`)
	a.kill()
	officer.must("POST", "/api/counters/1/next", nil)
	p.within(15*time.Second, "the call on the moved TV", `location.origin===`+quoted(b.base)+` && document.body && document.body.getAttribute("data-state")==="live" && !!document.querySelector('#now[data-ticket="A-001"]')`)
}

func quoted(s string) string { return `"` + s + `"` }
