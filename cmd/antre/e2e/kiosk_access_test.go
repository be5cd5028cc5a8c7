//go:build e2e || prove

package e2e

import (
	"fmt"
	"testing"
	"time"
)

// TestKiosk_accessModeWithFiveKeys: a visitor who cannot see takes a number
// with down, up, Enter, Escape and Space, with the picture off.
func TestKiosk_accessModeWithFiveKeys(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, rulesMall(mallClock(t), noticed(mallClock(t), "Q"))), "1", "2", "3")
	p := newBrowser(t, chromium).open(s.base+"/kiosk", 1080, 1920)
	p.until("tiles", tileSays("Perekaman KTP-el", "sisa 2"))
	said := func(words string) string {
		return fmt.Sprintf(`document.getElementById("spoken").textContent.indexOf(%q)>=0`, words)
	}
	if over := p.eval(`[].filter.call(document.querySelectorAll("footer button"),function(b){return b.scrollWidth>b.clientWidth||b.getBoundingClientRect().right>innerWidth-8}).map(function(b){return b.textContent}).join()`); over != "" {
		t.Errorf("too wide for the foot of the screen: %v", over)
	}
	p.press("ArrowDown")
	p.until("the keys said", said("Panah bawah: berikutnya")+" && "+said("1 dari 4: Ambil nomor"))
	p.keep("kiosk-access-menu")
	targets(p)
	p.press("ArrowDown")
	p.press("ArrowDown")
	p.until("the way to the dark", said("3 dari 4: Matikan gambar"))
	p.press("ArrowUp")
	p.until("back by one", said("2 dari 4"))
	p.press("ArrowDown")
	p.press("Enter")
	p.until("a dark screen", `document.body.dataset.dark === "yes" && `+said("Gambar dimatikan"))
	p.press("ArrowUp")
	p.press("ArrowUp")
	p.press("Enter")
	p.until("the services, spoken", said("Anda perlu layanan apa?")+" && "+said("1 dari 4: Perekaman KTP-el"))
	if n := p.eval(`document.querySelectorAll(".item").length`).(float64); n > 6 {
		t.Errorf("%v on one page, want at most 6", n)
	}
	// A closed door says why, and Escape leads back.
	for range 3 {
		p.press("ArrowDown")
	}
	p.press("Enter")
	p.until("why it is closed", said("Gangguan jaringan pusat"))
	p.press("Escape")
	p.until("the services again", said("1 dari 4: Perekaman KTP-el"))
	p.press("Enter")
	p.until("what to bring", said("Bawa: Fotokopi Kartu Keluarga")+" && "+said("1 dari 3: Ambil nomor"))
	p.press("ArrowDown")
	p.until("priority, and for whom", said("Lansia · Hamil · Disabilitas"))
	p.press("Enter")
	p.until("the number, sign by sign", said("Nomor antrean Anda A 0 0 1")+" && "+said("Lantai 1, Dari pintu masuk ke kiri"))
	p.eval(`document.getElementById("spoken").textContent="";0`)
	p.press(" ")
	p.until("the number again", said("A 0 0 1"))
	p.eval(`delete document.body.dataset.dark;0`)
	p.until("the QR", `document.querySelector(".access .qr").complete`)
	p.keep("kiosk-access-ticket")
	p.press("Escape")
	p.within(5*time.Second, "home", `document.body.dataset.screen === "choose" && document.querySelector(".tile")`)
	if next := s.visitor().ticket("A")["code"]; next != "A-002" {
		t.Errorf("the keys made more than one number: the next is %v", next)
	}
}

// TestKiosk_accessModeTurnsPagesThroughAgencies: more than six things are cut
// into pages, a mall of many services is chosen by its agencies, the language
// changes what is spoken, and Escape leads back step by step.
func TestKiosk_accessModeTurnsPagesThroughAgencies(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, manyMall(8, 2)))
	p := newBrowser(t, chromium).open(s.base+"/kiosk", 1080, 1920)
	p.until("tiles", `document.querySelectorAll(".tile").length === 16`)
	items := func(want float64) {
		t.Helper()
		if n := p.eval(`document.querySelectorAll(".item").length`).(float64); n != want {
			t.Errorf("%v things on a page, want %v: %v", n, want, p.eval(`document.getElementById("stage").innerText`))
		}
	}
	p.press("ArrowDown")
	p.until("the menu", text("#spoken", "1 dari 4: Ambil nomor"))
	p.press("ArrowDown")
	p.press("Enter")
	p.until("English", text("#spoken", "1 of 4: Take a number"))
	p.press("Enter")
	p.until("agencies", text("#spoken", "1 of 6: Dukcapil 1 · 2 services"))
	items(6)
	p.press("ArrowUp")
	p.until("the way on", text("#spoken", "6 of 6: More, page 1 of 2"))
	p.press("Enter")
	p.until("the second page", text("#spoken", "1 of 4: BPN 6"))
	items(4)
	p.keep("kiosk-access-page")
	p.press("Enter")
	p.until("its services", text("#heading", "Kantor Pelayanan BPN Kabupaten 6"))
	items(2)
	p.press("Escape")
	p.until("the agencies again", text("#spoken", "1 of 6: Dukcapil 1"))
	p.press("Escape")
	p.until("the menu again", text("#spoken", "1 of 4: Take a number"))
	p.press("Escape")
	p.until("home, in the mall's first language", `document.body.dataset.screen === "choose" && document.documentElement.lang === "id"`)
}

// seconds lets the next pages count theirs in so many ms each, and keeps the count.
func (p *page) seconds(ms int) {
	p.t.Helper()
	p.call("Page.addScriptToEvaluateOnNewDocument", object{"source": fmt.Sprintf(`(function (set) { window.seconds = 0; window.setInterval = function (f, ms) {
		return set(ms === 1000 ? function () { window.seconds++; f(); } : f, ms === 1000 ? %d : ms); }; })(window.setInterval)`, ms)})
}

// TestKiosk_asksWhetherSomebodyIsThereAndGoesHome: after 30 seconds without a
// touch, and 20 more; one touch, and the visitor goes on where they were.
func TestKiosk_asksWhetherSomebodyIsThereAndGoesHome(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall))
	p := newBrowser(t, chromium).open(s.base+"/healthz", 1080, 1920)
	p.seconds(200)
	p.goTo(s.base + "/kiosk")
	p.until("tiles", `document.querySelectorAll(".tile").length > 0`)
	p.touch("#langs [data-lang=en]")
	p.until("English", `document.documentElement.lang === "en"`)
	p.touch(".tile")
	p.until("the choices", take)
	began := p.eval(`seconds`).(float64)
	p.until("the question", `!!document.querySelector(".still")`)
	if asked := p.eval(`seconds`).(float64) - began; asked < 29 {
		t.Errorf("asked after %.0f seconds, want 30", asked)
	}
	p.shoot("kiosk-still-en")
	p.touch(".still .take")
	p.until("the same choices", `!document.querySelector(".still") && !!document.querySelector(".take.priority")`)
	began = p.eval(`seconds`).(float64)
	p.within(30*time.Second, "home, in the first language", `document.body.dataset.screen === "choose" && document.documentElement.lang === "id"`)
	if left := p.eval(`seconds`).(float64) - began; left < 49 {
		t.Errorf("home after %.0f seconds, want 50", left)
	}
	p.touch(".tile")
	p.until("the question", `!!document.querySelector(".still")`)
	p.keep("kiosk-still")
}

// TestKiosk_accessModeGivesTimeAndThenGoesHome: whoever listens has twice the
// time of whoever sees, any key says that they are there, and the next visitor
// finds the first page, bright and in the first language.
func TestKiosk_accessModeGivesTimeAndThenGoesHome(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall))
	p := newBrowser(t, chromium).open(s.base+"/healthz", 1080, 1920)
	p.seconds(20)
	p.goTo(s.base + "/kiosk")
	p.until("tiles", `document.querySelectorAll(".tile").length > 0`)
	p.eval(`window.at = {}; new MutationObserver(function () {
			var at = window.at, on = document.body.dataset.screen === "access", still = !!document.querySelector(".still");
			if (on && !("on" in at)) { at.on = window.seconds; }
			if (still && !("asked" in at)) { at.asked = window.seconds; }
			if (!still && "asked" in at && !("there" in at)) { at.there = window.seconds; }
			if (!on && "there" in at && !("home" in at)) { at.home = window.seconds; }
		}).observe(document.body, { attributes: true, childList: true, subtree: true }); 0`)
	p.press("ArrowDown")
	p.until("access mode", `document.body.dataset.screen === "access"`)
	p.until("the question, aloud", `!!document.querySelector(".still") && document.getElementById("spoken").textContent.indexOf("Masih di sini") >= 0`)
	if asked := p.eval(`at.asked - at.on`).(float64); asked < 59 {
		t.Errorf("whoever listens is asked after %.0f seconds, want 60", asked)
	}
	p.press("ArrowDown")
	p.until("that somebody is there", `!document.querySelector(".still") && document.body.dataset.screen === "access"`)
	p.until("home", `document.body.dataset.screen === "choose" && document.querySelectorAll(".tile").length > 0 && document.body.dataset.dark !== "yes"`)
	if left := p.eval(`at.home - at.there`).(float64); left < 99 {
		t.Errorf("the mode was left after %.0f seconds, want 100", left)
	}
}
