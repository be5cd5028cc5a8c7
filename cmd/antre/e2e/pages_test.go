//go:build e2e || prove

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestPages_ofTheOfficeInBothLanguages opens every page of those who run the
// mall as it stands on an ordinary day.
func TestPages_ofTheOfficeInBothLanguages(t *testing.T) {
	t.Parallel()
	s := newServer(t, tubaba, "1")
	boss := s.boss()
	boss.must("POST", "/api/services/AB/close", object{"notice": "Gangguan jaringan"})
	boss.must("POST", "/api/counters/1/open", nil)
	for range 3 {
		s.visitor().ticket("A")
	}
	boss.must("POST", "/api/counters/1/next", nil)
	p := newBrowser(t, chromium).open(s.base+"/sign-in", 1366, 768)
	p.signIn(s, "bos", "/admin")
	for _, path := range []string{
		"/admin", "/admin/mall", "/admin/parts/hours/week",
		"/admin/parts/zones", "/admin/parts/zones/1", "/admin/parts/zones/new",
		"/admin/parts/agencies", "/admin/parts/agencies/DISDUKCAPIL", "/admin/parts/agencies/new",
		"/admin/parts/services", "/admin/parts/services/A", "/admin/parts/services/new",
		"/admin/parts/counters", "/admin/parts/counters/1", "/admin/parts/counters/new",
		"/admin/parts/periods", "/admin/parts/periods/new", "/admin/parts/holidays", "/admin/parts/holidays/new",
		"/admin/parts/closures", "/admin/parts/closures/new",
		"/admin/people", "/admin/people/u1", "/admin/people/new", "/admin/devices", "/admin/media", "/admin/voice", "/admin/voice/id/loket",
		"/admin/images/logo", "/admin/file", "/admin/preview", "/admin/record",
		"/hall", "/live", "/live/DISDUKCAPIL", "/reception", "/password", "/desk", "/desk/1", "/",
	} {
		name := strings.Trim(strings.ReplaceAll(path, "/", "-"), "-")
		if name == "" {
			name = "start"
		}
		for _, lang := range []string{"id", "en"} {
			p.goTo(s.base + path + "?lang=" + lang)
			p.until(path+" in "+lang, fmt.Sprintf(`document.readyState === "complete" && document.documentElement.lang === %q && location.pathname === %q && !!document.querySelector("h1") && document.body.dataset.live !== "no"`, lang, path))
			p.keep("office-" + name + "-" + lang)
			if wide := p.eval(`document.documentElement.scrollWidth > innerWidth`); wide == true {
				t.Errorf("%s in %s is wider than the screen", path, lang)
			}
		}
	}
	p.goTo(s.base + "/admin/record?kind=service_closed")
	p.until("which service was closed", `document.querySelector(".record tbody td:nth-child(4)").textContent.indexOf("AB") === 0`)
}

// TestPages_ofWhatIsRefused: an address that is none, a page that is somebody
// else's, a password that is wrong, and one tried too often.
func TestPages_ofWhatIsRefused(t *testing.T) {
	t.Parallel()
	s, link := emptyServer(t)
	b := newBrowser(t, chromium)
	p, phone := b.open(link, 1366, 768), b.open(s.base+"/t/TIDAKADA", 360, 740)
	for _, lang := range []string{"id", "en"} {
		p.goTo(link + "?lang=" + lang)
		p.until("the first page", `document.documentElement.lang === "`+lang+`" && !!document.querySelector("input[name=name]")`)
		p.keep("setup-" + lang)
		p.fill("input[name=name]", "Siti", "input[name=user]", "siti", "input[name=password]", password, "input[name=password2]", password+"x")
		p.press("Enter")
		p.until("that they differ", `!!document.querySelector(".error")`)
		p.keep("setup-wrong-" + lang)
		phone.goTo(s.base + "/t/TIDAKADA?lang=" + lang)
		phone.keep("refused-ticket-" + lang)
	}
	s.command(strings.Replace(smallMall, "mall:\n", "mall:\n  url: \""+s.base+"\"\n", 1), "import", "-")
	s.command(password, "staff", "add", "--user", "u1", "--name", "Petugas 1", "--role", "officer", "--counters", "1", "--password-stdin")
	_ = s.boss()
	p.goTo(link)
	p.until("a link that is spent", `document.body.className.indexOf("page-error") >= 0`)
	p.keep("refused-setup")
	p.signIn(s, "u1", "/desk/1")
	for _, lang := range []string{"id", "en"} {
		for name, path := range map[string]string{"address": "/tidak/ada", "right": "/admin", "live": "/live"} {
			p.goTo(s.base + path + "?lang=" + lang)
			p.until("the refusal", `!!document.querySelector("h1") && document.documentElement.lang === "`+lang+`"`)
			p.keep("refused-" + name + "-" + lang)
		}
	}
	stranger := newBrowser(t, chromium).open(s.base+"/sign-in", 1366, 768)
	wrong := func(name string) {
		t.Helper()
		stranger.eval(`window.before = 1`)
		stranger.fill("input[name=user]", "bos", "input[name=password]", "bukan ini")
		stranger.press("Enter")
		stranger.until("the refusal", `!window.before && document.readyState === "complete" && !!document.querySelector(".error, .page-error")`)
		if name != "" {
			stranger.keep(name)
		}
	}
	for _, lang := range []string{"id", "en"} {
		stranger.goTo(s.base + "/sign-in?lang=" + lang)
		stranger.keep("sign-in-" + lang)
		wrong("sign-in-wrong-" + lang)
	}
	for range 8 {
		wrong("")
	}
	wrong("sign-in-too-often")
}

// TestPages_ofVisitorsInEnglish: the kiosk's way to a number, and its access mode.
func TestPages_ofVisitorsInEnglish(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, rulesMall(mallClock(t), "")), "1")
	p := newBrowser(t, chromium).open(s.base+"/kiosk", 1080, 1920)
	p.until("tiles", tileSays("Perekaman KTP-el", "sisa 2"))
	english := func() { p.touch("#langs [data-lang=en]") }
	english()
	p.until("English", tileSays("ID card registration", "left"))
	p.keep("kiosk-choose-en")
	p.touch(".several")
	p.until("several", `!!document.querySelector(".next")`)
	p.touchTile("ID card registration")
	p.touchTile("Vehicle tax")
	p.keep("kiosk-several-en")
	p.touch(".next")
	p.until("the journey", take)
	p.keep("kiosk-journey-en")
	p.touch(".take")
	p.until("the number", number)
	p.keep("kiosk-journey-ticket-en")
	p.touch(".done")
	p.until("home", `document.body.dataset.screen === "choose"`)
	english()
	p.until("English", tileSays("Vehicle tax", ""))
	p.touchTile("Vehicle tax")
	p.until("confirm", take)
	p.keep("kiosk-confirm-en")
	p.touch(".take")
	p.until("the number", number)
	p.keep("kiosk-ticket-en")
	p.touch(".done")
	p.until("home", `document.body.dataset.screen === "choose"`)
	english()
	p.press("ArrowDown")
	p.until("access mode", `document.querySelectorAll(".item").length > 0`)
	p.keep("kiosk-access-en")
}

// TestPages_ofScreensThatAreAtRestOrCutOff: TV, overview, counter sign, pairing
// and phone, in the states that no other test goes through.
func TestPages_ofScreensThatAreAtRestOrCutOff(t *testing.T) {
	t.Parallel()
	loc := mallClock(t)
	s := newServer(t, mallFile(t, rulesMall(loc, "")), "1")
	b := newBrowser(t, chromium)
	tv, lobby, sign := b.open(s.base+"/tv/1", 1920, 1080), b.open(s.base+"/overview", 1920, 1080), b.open(s.base+"/sign/1", 480, 320)
	o := s.officer("1")
	o.must("POST", "/api/counters/1/open", nil)
	sign.until("open", `document.body.getAttribute("data-counter-state") === "open"`)
	sign.keep("sign-open")
	k := s.visitor().ticket("A")
	id, en := b.open(s.base+"/t/"+word(k["token"]), 360, 740), b.open(s.base+"/t/"+word(k["token"])+"?lang=en", 360, 740)
	o.must("POST", "/api/counters/1/next", nil)
	tv.until("the call", `!!document.querySelector(".call")`)
	o.must("POST", "/api/counters/1/recall", nil)
	tv.until("called again", `document.getElementById("now").dataset.ticket === "A-001"`)
	tv.keep("tv-recall")
	whole := b.open(s.base+"/tv", 1920, 1080)
	whole.until("every zone's calls", `!!document.querySelector(".call")`)
	whole.keep("tv-whole")
	o.must("POST", "/api/counters/1/finish", nil)
	o.must("POST", "/api/counters/1/pause", object{"reason": "Salat"})
	sign.until("paused", `document.body.getAttribute("data-counter-state") === "paused"`)
	sign.keep("sign-paused")
	second := s.visitor().ticket("AB")
	for lang, p := range map[string]*page{"id": id, "en": en} {
		p.goTo(s.base + "/t/" + word(second["token"]) + "?lang=" + lang)
		p.until("waiting", `document.body.dataset.state === "waiting"`)
	}
	s.visitor().must("POST", "/api/tickets/"+word(second["token"])+"/cancel", nil)
	for lang, p := range map[string]*page{"id": id, "en": en} {
		p.until("cancelled", `document.body.dataset.state === "cancelled" && !document.getElementById("note").hidden`)
		p.keep("phone-cancelled-" + lang)
	}
	later := clock(time.Now().In(loc).Add(time.Hour))
	s.become(rulesMall(loc, hours(later+"-24:00")))
	lobby.within(10*time.Second, "every agency closed", `document.querySelectorAll("#agencies li.shut").length === 2`)
	if over := lobby.eval(`[...document.querySelectorAll("#agencies li")].some(function(li){var r=li.getBoundingClientRect();return [...li.querySelectorAll("*")].some(function(e){var b=e.getBoundingClientRect();return b.top<r.top-1||b.bottom>r.bottom+1})})`); over == true {
		t.Error("why an agency is closed is larger than its row")
	}
	lobby.keep("overview-closed")
	pair := b.open(s.base+"/pair", 1080, 1920)
	pair.pairingCode()
	pair.keep("pair-kiosk-upright")
	s.kill()
	for lang, p := range map[string]*page{"id": id, "en": en} {
		p.within(60*time.Second, "that it is cut off", `!document.getElementById("cut").hidden`)
		p.keep("phone-cut-" + lang)
	}
	pair.until("that it cannot ask", `document.body.getAttribute("data-state") === "failed"`)
	pair.keep("pair-failed")
	sign.within(15*time.Second, "that it is cut off", `document.body.getAttribute("data-state") !== "live"`)
	sign.keep("sign-stale")
	lobby.within(40*time.Second, "nothing that may be wrong", `document.body.getAttribute("data-state") === "lost"`)
	lobby.keep("overview-lost")
}
