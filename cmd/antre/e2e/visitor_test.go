//go:build e2e || prove

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestKiosk_journeyIsOneNumber chooses three services by touch, and follows
// the number through all of them on the visitor's phone.
func TestKiosk_journeyIsOneNumber(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, rulesMall(mallClock(t), "")), "1", "2", "3")
	b := newBrowser(t, chromium)
	p := b.open(s.base+"/kiosk", 1080, 1920)
	p.until("tiles", tileSays("Pajak kendaraan", "Bapenda"))
	p.countTouches()
	p.touch(".several")
	p.until("several", `document.querySelector(".next") && document.querySelector(".next").disabled`)
	for _, name := range []string{"Pajak bumi dan bangunan", "Pajak kendaraan", "KK dan Akta Kelahiran"} {
		p.touchTile(name)
	}
	p.until("three chosen", `document.querySelectorAll(".tile[aria-pressed=true]").length === 3 && !document.querySelector(".next").disabled`)
	p.keep("kiosk-several")
	targets(p)
	p.touch(".next")
	// The tax on land comes after the civil registry: the mall says so.
	p.until("the order", take+` && [...document.querySelectorAll(".stops b")].map(function(e){return e.textContent}).join() === "KK dan Akta Kelahiran,Pajak bumi dan bangunan,Pajak kendaraan"`)
	p.keep("kiosk-journey")
	targets(p)
	p.eval(`document.querySelector(".take").click();document.querySelector(".take.priority").click();document.querySelector(".take").click()`)
	p.until("one number for all", number+` === "AB-001" && document.querySelectorAll(".ticket .stops li").length === 3`)
	p.keep("kiosk-journey-ticket")
	targets(p)
	if next := s.visitor().ticket("AB")["code"]; next != "AB-002" {
		t.Errorf("three touches made more than one number: the next is %v", next)
	}
	p.call("Emulation.setDeviceMetricsOverride", object{"width": 1920, "height": 1080, "deviceScaleFactor": 1, "mobile": false})
	p.keep("kiosk-journey-ticket-wide")

	token := regexp.MustCompile(`tickets/([^/]+)/`).FindStringSubmatch(p.eval(`document.querySelector(".ticket .qr").src`).(string))[1]
	phone := b.open(s.base+"/t/"+token, 360, 740)
	current := func(name string) string {
		return fmt.Sprintf(`document.querySelectorAll("#stops li").length === 3 && document.querySelector("#stops li[aria-current] b") && document.querySelector("#stops li[aria-current] b").textContent === %q`, name)
	}
	// The other line was as short; the civil registry or the vehicle tax comes first.
	phone.until("the first stop", current("KK dan Akta Kelahiran")+` || `+current("Pajak kendaraan"))
	phone.keep("phone-journey")
	for range 3 {
		at := map[string]string{"AB": "2", "P": "3", "Q": "3"}[phone.ticketNow(s, token)["service"].(string)]
		o := s.officer(at)
		o.must("POST", "/api/counters/"+at+"/open", nil)
		o.must("POST", "/api/counters/"+at+"/next", nil)
		phone.until("the call", `document.body.dataset.state === "called" && `+text("#go", "loket "+at))
		o.must("POST", "/api/counters/"+at+"/finish", nil)
		phone.until("the next stop, or the end", `document.body.dataset.state !== "called"`)
	}
	phone.until("done with everything", `document.body.dataset.state === "done" && document.querySelectorAll("#stops li[data-state=done]").length === 3`)
	phone.keep("phone-journey-done")
}

func (p *page) ticketNow(s *server, token string) object {
	p.t.Helper()
	return s.visitor().must("GET", "/api/tickets/"+token, nil)
}

// TestKiosk_threeTouchesThroughAnAgency: a mall of 84 services shows its 20
// agencies first.
func TestKiosk_threeTouchesThroughAnAgency(t *testing.T) {
	t.Parallel()
	s := newServer(t, "../malls/luwu.yaml")
	p := newBrowser(t, chromium).open(s.base+"/kiosk", 1080, 1920)
	p.until("agencies", `document.querySelectorAll(".tile").length === 20`)
	p.keep("kiosk-agencies")
	p.countTouches()
	p.touchTile("DPMPTSP")
	p.until("its services", `document.body.dataset.screen === "agency" && document.querySelectorAll(".tile").length === 6`)
	p.keep("kiosk-agency")
	targets(p)
	p.touch(".tile")
	p.until("the choices", take)
	p.touch(".take")
	p.until("the number", number+` === "A1-001"`)
	if n := p.eval(`window.touches`).(float64); n != 3 {
		t.Errorf("%v touches, want 3", n)
	}
}

// TestVisitorsPage_everyState looks at the page on a phone as a visitor goes
// through all that can happen, in both languages.
func TestVisitorsPage_everyState(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, rulesMall(mallClock(t), "")), "1", "2", "3")
	one, two := s.officer("1"), s.officer("2")
	one.must("POST", "/api/counters/1/open", nil)
	two.must("POST", "/api/counters/2/open", nil)
	s.visitor().ticket("A")
	k := s.visitor().must("POST", "/api/tickets", object{"service": "A", "class": "regular"})
	path := "/t/" + k["token"].(string)
	b := newBrowser(t, chromium)
	id, en := b.open(s.base+path, 360, 740), b.open(s.base+path+"?lang=en", 360, 740)
	see := func(name, idWords, enWords string) {
		t.Helper()
		state := map[string]string{"transferred": "waiting"}[name]
		if state == "" {
			state = name
		}
		for lang, p := range map[string]*page{"id": id, "en": en} {
			words := map[string]string{"id": idWords, "en": enWords}[lang]
			p.until(state+" in "+lang, fmt.Sprintf(`document.body.dataset.state === %q && document.body.innerText.indexOf(%q) >= 0`, state, words))
			if wide := p.eval(`document.documentElement.scrollWidth > innerWidth`); wide == true {
				t.Errorf("%s in %s is wider than the phone", state, lang)
			}
			p.keep("phone-state-" + name + "-" + lang)
		}
	}
	see("waiting", "Antrean di depan Anda", "People ahead of you")
	if clockRange := id.eval(`document.getElementById("wait-clock").textContent`).(string); !regexp.MustCompile(`^\d\d\.\d\d(–\d\d\.\d\d)? WI(B|T|TA)$`).MatchString(clockRange) {
		t.Errorf("the expected wait is not told by the clock: %q", clockRange)
	}
	one.must("POST", "/api/counters/1/next", nil) // the one before
	one.must("POST", "/api/counters/1/next", nil)
	see("called", "Loket 1", "Loket 1")
	if fills := id.eval(`document.querySelector("main").getBoundingClientRect().height >= innerHeight && document.querySelector("dl").getClientRects().length === 0`); fills != true {
		t.Error("the call does not fill the page")
	}
	one.must("POST", "/api/counters/1/start", nil)
	see("serving", "Anda sedang dilayani di loket 1.", "You are being served at loket 1.")
	one.must("POST", "/api/counters/1/hold", object{"reason": "Fotokopi"})
	see("held", "Nomor Anda ditahan di loket 1.", "Your number is on hold at loket 1.")
	one.must("POST", "/api/counters/1/call", object{"ticket": k["code"]})
	one.must("POST", "/api/counters/1/no-show", nil)
	see("no_show", "dalam 29 menit", "within 29 minutes")
	one.must("POST", "/api/counters/1/return", object{"ticket": k["code"]})
	one.must("POST", "/api/counters/1/next", nil)
	one.must("POST", "/api/counters/1/transfer", object{"service": "AB", "note": "Perlu KK baru"})
	see("transferred", "Nomor Anda tetap A-002.", "Your number stays A-002.")
	two.must("POST", "/api/counters/2/next", nil)
	two.must("POST", "/api/counters/2/finish", nil)
	see("done", "Terima kasih.", "Thank you.")
	second := s.visitor().must("POST", "/api/tickets", object{"service": "Q"})
	noScript(t, s, b, second["token"].(string))
	if size := weight(t, s, path); size > 60<<10 {
		t.Errorf("the page weighs %d bytes, want at most 60 KiB", size)
	}
}

// noScript reads the page and leaves the line in a browser without JavaScript.
func noScript(t *testing.T, s *server, b *browser, token string) {
	t.Helper()
	p := b.open("about:blank#", 360, 740)
	p.call("Emulation.setScriptExecutionDisabled", object{"value": true})
	p.call("Page.navigate", object{"url": s.base + "/t/" + token})
	p.until("the whole page", `document.readyState==="complete" && `+text("#code", "Q-001")+" && "+text("#state", "Menunggu"))
	p.touch("#cancel summary")
	p.until("the question", `document.querySelector("#cancel[open]")`)
	p.touch("#cancel .danger")
	p.until("the end", text("#state", "Dibatalkan")+" && "+text("#note", "Nomor ini sudah dibatalkan."))
	p.shoot("phone-state-cancelled-id")
	if k := s.visitor().must("GET", "/api/tickets/"+token, nil); k["state"] != "cancelled" {
		t.Errorf("the ticket is %v", k["state"])
	}
}

// weight is what a phone loads at first, without compression.
func weight(t *testing.T, s *server, path string) (total int) {
	t.Helper()
	load := func(path string) string {
		res, err := http.Get(s.base + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v", path, res.StatusCode, err)
		}
		total += len(raw)
		return string(raw)
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="(/web/[^"]+)"`).FindAllStringSubmatch(load(path), -1) {
		load(strings.ReplaceAll(m[1], "&amp;", "&"))
	}
	t.Logf("the visitor's page weighs %d bytes", total)
	return total
}
