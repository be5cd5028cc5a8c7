//go:build e2e || prove

package e2e

import (
	"strings"
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
	p.until("its own visitor", `document.getElementById("ticket").textContent === "A-002" && document.getElementById("says").textContent === "Silakan ke loket ini"`)
	p.keep("sign-called")
	one.must("POST", "/api/counters/1/start", nil)
	p.until("that they are served", `document.getElementById("ticket").textContent === "A-002" && document.getElementById("says").textContent === "Sedang dilayani"`)
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

// A notice may have 200 letters, and some are one word: on the overview it
// stays in its row, at the kiosk in its tile, and when it opens again is read.
func TestOverview_noticesStayInTheirPlaces(t *testing.T) {
	t.Parallel()
	s := newServer(t, tubaba)
	boss := s.boss()
	for service, notice := range map[string]string{
		"B": "Gangguan jaringan pusat. Petugas akan mengumumkan bila sudah pulih; silakan kembali besok pagi atau hubungi meja informasi di lantai satu.",
		"C": "Gangguan jaringan pusat.", "D": strings.Repeat("Gangguanjaringan", 12),
	} {
		boss.must("POST", "/api/services/"+service+"/close", object{"notice": notice})
	}
	b := newBrowser(t, chromium)
	for name, size := range map[string][2]int{"overview-notices": {1920, 1080}, "upright": {1080, 1920}} {
		p := b.open(s.base+"/overview", size[0], size[1])
		p.until("closed agencies", `document.querySelectorAll("#agencies .shut").length === 3`)
		if name != "upright" {
			p.keep(name)
		}
		for _, fault := range p.eval(`(function () { var out = []; document.querySelectorAll("#agencies li").forEach(function (li) { var r = li.getBoundingClientRect();
			li.querySelectorAll("*").forEach(function (e) { var i = e.getBoundingClientRect(); if (i.bottom > r.bottom + 1 || i.top < r.top - 1 || i.right > innerWidth) out.push(li.dataset.agency + " " + e.className + " " + e.textContent); }); }); return out; })()`).([]any) {
			t.Errorf("%s leaves its row: %v", name, fault)
		}
		if texts := word(p.eval(`[].map.call(document.querySelectorAll("#agencies .closed"), function (e) { return e.textContent; }).join("|")`)); strings.Count(texts, "Buka lagi") != 3 || strings.Count(texts, "Open again") != 3 || strings.Count(texts, "Petugas akan") != 1 {
			t.Errorf("%s says %s", name, texts)
		}
	}
	p := b.open(s.base+"/kiosk", 1080, 1920)
	p.until("closed tiles", `document.querySelectorAll(".tile.closed").length === 3`)
	for _, fault := range p.eval(`(function () { var out = []; document.querySelectorAll(".tile.closed").forEach(function (tile) { var info = tile.querySelector(".info"), size = parseFloat(getComputedStyle(info).fontSize);
		if (size < 15 || info.scrollHeight > info.clientHeight + 1 || info.getBoundingClientRect().bottom > tile.getBoundingClientRect().bottom || info.textContent.indexOf("Buka lagi") < 0) out.push(size + " " + tile.textContent); }); return out; })()`).([]any) {
		t.Errorf("kiosk: %v", fault)
	}
}
