//go:build e2e || prove

package e2e

import (
	"testing"
	"time"
)

// withoutPaper lets no slip through to the printer.
func (p *page) withoutPaper() {
	p.call("Network.enable", nil)
	p.call("Network.setBlockedURLs", object{"urls": []string{"*/ticket.pdf*"}})
}

// TestKiosk_paperOutIsSaidAndTold: a slip that does not come is said on the
// screen, which then stays for a photograph, and told to the staff; so is one
// that only the visitor misses. Three visitors who miss nothing end the alarm.
func TestKiosk_paperOutIsSaidAndTold(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall), "1")
	p := newBrowser(t, chromium).open(s.base+"/kiosk?paper=80", 1080, 1920)
	p.eval(`window.told=[];Device.report=function(k,v){told.push(k+" "+v)};0`)
	visit := func() {
		p.until("tiles", `document.querySelectorAll(".tile").length === 3 && document.body.dataset.screen === "choose"`)
		p.touch(".tile")
		p.until("confirm", take)
		p.touch(".take")
		p.until("the number and its code", number)
	}
	for range 2 {
		visit()
		p.until("the paper", `document.querySelector("iframe.slip")`)
		p.touch(".done")
	}
	if told := p.eval(`told.join()`); told != "" {
		t.Errorf("all is well, and the staff hear %q", told)
	}
	visit()
	p.keep("kiosk-ticket-paper")
	targets(p)
	p.touch(".missing")
	p.until("what the visitor missed", text(".hint[role=alert]", "tidak mengeluarkan kertas")+` && told.join() === "printer failed"`)
	p.touch(".done")

	p.withoutPaper()
	visit()
	p.until("that no paper comes", text(".hint[role=alert]", "tidak mengeluarkan kertas")+` && !document.querySelector(".missing") && told.length === 2`)
	p.keep("kiosk-paper-out")
	targets(p)
	time.Sleep(9 * time.Second)
	if p.eval(`document.body.dataset.screen`) != "ticket" {
		t.Error("the number was gone before anybody could photograph it")
	}
	p.touch(".done")
	p.call("Network.setBlockedURLs", object{"urls": []string{}})
	for range 3 {
		if told := p.eval(`told.join()`); told != "printer failed,printer failed" {
			t.Fatalf("the alarm ended too early: %v", told)
		}
		visit()
		p.until("the paper", `document.querySelector("iframe.slip")`)
		p.touch(".done")
	}
	p.until("the end of the alarm", `told.join() === "printer failed,printer failed,printer ok"`)
}

// TestKiosk_paperOutIsSpoken: who cannot see hears that no paper comes.
func TestKiosk_paperOutIsSpoken(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall), "1")
	p := newBrowser(t, chromium).open(s.base+"/kiosk?paper=80", 1080, 1920)
	p.until("tiles", `document.querySelectorAll(".tile").length === 3`)
	p.withoutPaper()
	for _, at := range []string{"access_menu", "services", "confirm"} {
		if at == "access_menu" {
			p.press("ArrowDown")
		} else {
			p.press("Enter")
		}
		p.until(at, `document.querySelectorAll(".item").length > 0`)
	}
	p.press("Enter")
	p.until("that no paper comes", text("#spoken", "tidak mengeluarkan kertas")+" && "+text("#spoken", "A 0 0 1"))
	p.keep("kiosk-access-paper-out")
}
