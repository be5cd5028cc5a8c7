//go:build e2e || prove

package e2e

import (
	"testing"
	"time"
)

// The lobby reads every agency, eight at a time, and nothing that is no longer true.
func TestOverview_showsEveryAgencyByPagesAndSaysWhenItIsCutOff(t *testing.T) {
	t.Parallel()
	s := newServer(t, tubaba, "1")
	o := s.officer("1")
	o.must("POST", "/api/counters/1/open", nil)
	for range 3 {
		s.visitor().ticket("A")
	}
	c := newCable(t, s.addr)
	p := newBrowser(t, chromium).open("http://"+c.listener.Addr().String()+"/overview", 1920, 1080)
	p.until("eight agencies", `document.body.getAttribute("data-state") === "live" && document.querySelectorAll("#agencies li").length === 8`)
	p.until("who waits", `/^3 menunggu/.test(document.querySelector("#agencies .state").textContent)`)
	p.keep("overview")
	if over := p.eval(`document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth || Array.from(document.querySelectorAll("#agencies li")).some((li) => li.scrollHeight > li.clientHeight + 2)`); over == true {
		t.Error("the page is larger than the screen, or a text than its row")
	}
	first := p.eval(`document.querySelector("#agencies li").getAttribute("data-agency")`)
	began := time.Now()
	p.within(20*time.Second, "the next page", `document.querySelector("#agencies li").getAttribute("data-agency") !== "`+first.(string)+`"`)
	if held := time.Since(began); held < 7*time.Second {
		t.Errorf("a page stood for only %v", held)
	}
	p.keep("overview-next")
	c.set(true)
	p.within(12*time.Second, "the banner", `document.body.getAttribute("data-state") === "stale"`)
	p.keep("overview-stale")
	c.set(false)
	p.within(8*time.Second, "the truth", `document.body.getAttribute("data-state") === "live"`)
	old := newBrowser(t, chromium64, oldEngine()...).open(s.base+"/overview", 1920, 1080)
	old.until("the engine of 2018 to show it", `document.querySelectorAll("#agencies li").length === 8`)
}

func TestSign_showsItsOwnCounterAlone(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall), "1", "2")
	p := newBrowser(t, chromium).open(s.base+"/sign/1", 480, 320)
	p.until("closed", `document.getElementById("says").textContent === "Tutup"`)
	p.keep("sign-closed")
	one, two := s.officer("1"), s.officer("2")
	one.must("POST", "/api/counters/1/open", nil)
	two.must("POST", "/api/counters/2/open", nil)
	p.until("open", `/tunggu panggilan/.test(document.getElementById("says").textContent)`)
	s.visitor().ticket("A")
	s.visitor().ticket("A")
	two.must("POST", "/api/counters/2/next", nil)
	one.must("POST", "/api/counters/1/next", nil)
	p.until("its own visitor", `document.getElementById("ticket").textContent === "A-002" && document.getElementById("says").textContent === ""`)
	p.keep("sign-serving")
	if over := p.eval(`document.documentElement.scrollHeight > innerHeight || document.getElementById("ticket").scrollWidth > innerWidth`); over == true {
		t.Error("the number is larger than the screen")
	}
	one.must("POST", "/api/counters/1/finish", nil)
	one.must("POST", "/api/counters/1/pause", object{"reason": "Salat"})
	p.until("a break, without its reason", `document.getElementById("says").textContent === "Jeda sebentar"`)
	s.kill()
	p.within(40*time.Second, "no number that may be wrong", `document.body.getAttribute("data-state") === "lost"`)
	p.keep("sign-lost")
}
