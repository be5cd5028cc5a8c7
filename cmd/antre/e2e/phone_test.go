//go:build e2e || prove

package e2e

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// At five ahead, at two ahead and when called the phone sounds, once it was
// allowed to; its title tells the same in the list of pages.
func TestPhone_soundsAtFiveAtTwoAndWhenCalled(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall), "1")
	o := s.officer("1")
	o.must("POST", "/api/counters/1/open", nil)
	for range 7 {
		s.visitor().ticket("A")
	}
	k := s.visitor().ticket("A")
	p := newBrowser(t, chromium, "--autoplay-policy=user-gesture-required").open(s.base+"/t/"+k["token"].(string), 360, 740)
	p.until("seven ahead", `/^7 · A-008/.test(document.title) && !document.getElementById("remind").hidden`)
	p.eval(`window.tones = 0; (function (make) { AudioContext.prototype.createOscillator = function () { window.tones++; return make.call(this); }; })(AudioContext.prototype.createOscillator)`)
	p.keep("phone-remind")
	p.tabTo("#remind")
	p.press("Enter")
	p.until("the trial", `window.tones === 1 && document.getElementById("remind").disabled`)
	for ahead, tones := 6, 1; ahead >= 0; ahead-- {
		o.must("POST", "/api/counters/1/next", nil)
		if ahead == 5 || ahead == 2 {
			tones++
		}
		p.until(fmt.Sprint(ahead, " ahead"), fmt.Sprintf(`document.title.indexOf("%d · A-008") === 0`, ahead))
		if got := p.eval(`window.tones`); got != float64(tones) {
			t.Errorf("%d ahead: %v tones, want %d", ahead, got, tones)
		}
	}
	o.must("POST", "/api/counters/1/next", nil)
	p.until("the call", `window.tones === 6 && /^loket 1 · A-008/.test(document.title)`)
	kilobytes := p.eval(`(performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"))).reduce(function (n, e) { return n + (e.encodedBodySize || 0); }, 0) / 1024`).(float64)
	if kilobytes > 60 || kilobytes < 5 {
		t.Errorf("the first load has %.1f KB, at most 60 are allowed", kilobytes)
	}
	t.Logf("the first load has %.1f KB", kilobytes)
}

// Nobody finds a visitor's page by guessing.
func TestPhone_guessedTokensFindNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall))
	k := s.visitor().ticket("A")
	token := k["token"].(string)
	v := s.visitor()
	for n := range 10_000 {
		guess := rand.Text()[:min(26, len(token))]
		if n%2 == 1 { // one that differs in a single letter
			i := n % len(token)
			guess = token[:i] + string("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[n%32]) + token[i+1:]
		}
		if strings.EqualFold(guess, token) {
			continue
		}
		if status, _, _ := v.send("GET", "/api/tickets/"+guess, "", nil); status != http.StatusNotFound && status != http.StatusTooManyRequests {
			t.Fatalf("guess %d, %s: %d", n, guess, status)
		}
	}
}

// TestPages_visitorsTakeAndGiveUpANumberByKeyboardAlone: the kiosk with a
// keyboard at its tray, and the phone's page with one of its own.
func TestPages_visitorsTakeAndGiveUpANumberByKeyboardAlone(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall))
	b := newBrowser(t, chromium)
	kiosk := b.open(s.base+"/kiosk", 1080, 1920)
	kiosk.until("tiles", `document.querySelectorAll(".tile").length > 0`)
	kiosk.tabTo(".tile")
	kiosk.press("Enter")
	kiosk.until("the choices", `!!document.querySelector(".take")`)
	kiosk.tabTo(".take")
	kiosk.press("Enter")
	kiosk.until("the number", number)

	token := s.visitor().ticket("A")["token"].(string)
	phone := b.open(s.base+"/t/"+token, 360, 740)
	phone.tabTo("#cancel summary")
	phone.press("Enter")
	phone.tabTo("#cancel .danger")
	phone.press("Enter")
	phone.until("that the place is given up", `document.body.dataset.state === "cancelled"`)
	if state := s.visitor().must("GET", "/api/tickets/"+token, nil)["state"]; state != "cancelled" {
		t.Errorf("the server says %v", state)
	}
}

// TestPhone_tenMinutesLateIsPassedOverUntilTheyAreHere: the visitor says so by
// keyboard, the console sees it, and the next number is another's meanwhile.
func TestPhone_tenMinutesLateIsPassedOverUntilTheyAreHere(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall), "1")
	o := s.officer("1")
	o.must("POST", "/api/counters/1/open", nil)
	k, second := s.visitor().ticket("A"), s.visitor().ticket("A")
	path := "/t/" + word(k["token"])
	b := newBrowser(t, chromium)
	p, en := b.open(s.base+path, 360, 740), b.open(s.base+path+"?lang=en", 360, 740)
	wrong := b.open("about:blank#", 360, 740) // a phone whose clock is two hours behind
	wrong.call("Page.addScriptToEvaluateOnNewDocument", object{"source": `(function (now) { Date.now = function () { return now() - 7200000; }; })(Date.now)`})
	wrong.goTo(s.base + "/t/" + word(second["token"]))
	wrong.until("the same range as on a phone that is right", `document.title.indexOf("1 · A-002") === 0 && Math.abs(parseInt(document.getElementById("wait-clock").textContent, 10) - new Date(performance.timeOrigin + performance.now() + 7 * 3600000).getUTCHours()) % 23 <= 1`)
	p.tabTo("#late button")
	p.press("Enter")
	p.until("the promise", `document.readyState === "complete" && /Anda ditunggu kembali mulai pukul \d\d\.\d\d/.test(document.getElementById("note").textContent) && document.getElementById("late").hidden`)
	en.until("the same by itself", `/You are expected back from \d\d:\d\d/.test(document.getElementById("note").textContent) && !document.getElementById("here").hidden`)
	for lang, page := range map[string]*page{"id": p, "en": en} {
		page.keep("phone-late-" + lang)
		page.eval(`scrollTo(0, 9999)`)
		page.keep("phone-late-" + lang + "-below")
		if wide := page.eval(`document.documentElement.scrollWidth > innerWidth`); wide == true {
			t.Errorf("%s: wider than the phone", lang)
		}
	}
	desk := b.open(s.base+"/sign-in", 1366, 768)
	desk.signIn(s, "u1", "/desk/1")
	desk.until("the late number", `/A-001/.test(document.getElementById("held").textContent) && !/A-001/.test(document.getElementById("upcoming").textContent)`)
	desk.keep("desk-late")
	if got := o.must("POST", "/api/counters/1/next", nil)["ticket"].(object)["code"]; got != second["code"] {
		t.Errorf("called %v, want %v", got, second["code"])
	}
	p.tabTo("#here button")
	p.press("Enter")
	p.until("that they are expected", `document.readyState === "complete" && document.getElementById("here").hidden && document.getElementById("late").hidden && document.getElementById("note").hidden`)
	if got := o.must("POST", "/api/counters/1/next", nil)["ticket"].(object)["code"]; got != k["code"] {
		t.Errorf("called %v, want %v, who is here", got, k["code"])
	}
	p.until("the call", `document.body.dataset.state === "called"`)
}

// TestPhone_recallsRingAndAnActNeedsNoOtherPage: the phone in the pocket rings
// for every call, and what is touched while the network is away leaves the
// number where it is, in the visitor's language.
func TestPhone_recallsRingAndAnActNeedsNoOtherPage(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall), "1")
	o := s.officer("1")
	o.must("POST", "/api/counters/1/open", nil)
	token := word(s.visitor().ticket("A")["token"])
	p := newBrowser(t, chromium).open(s.base+"/t/"+token+"?lang=en", 360, 740)
	p.until("live", `document.getElementById("cut").hidden && document.getElementById("ahead").textContent === "0"`)
	p.eval(`window.rung = 0; navigator.vibrate = function () { window.rung++; return true; }; window.same = true;
		(function(){var real=window.fetch;window.away=true;window.fetch=function(u,o){return window.away&&o&&o.method==="POST"?Promise.reject(new Error("away")):real(u,o)}})()`)
	p.tabTo("#late button")
	p.press("Enter")
	p.until("that it asks", `document.getElementById("failed").textContent === "Asking the mall …"`)
	p.within(30*time.Second, "that nothing was done", `/No answer yet/.test(document.getElementById("failed").textContent) && document.getElementById("code").textContent === "A-001"`)
	p.keep("phone-not-done")
	p.eval(`window.away = false`)
	p.press("Enter")
	p.until("the promise, in English and on the same page", `window.same && /You are expected back/.test(document.getElementById("note").textContent) && document.getElementById("failed").hidden && document.documentElement.lang === "en"`)
	p.tabTo("#here button")
	p.press("Enter")
	p.until("that they are expected", `document.getElementById("here").hidden`)
	if n := p.eval(`window.rung`); n != 0.0 {
		t.Errorf("rung %v times before any call", n)
	}
	o.must("POST", "/api/counters/1/next", nil)
	p.until("the call", `window.rung === 1 && document.body.dataset.state === "called"`)
	time.Sleep(1100 * time.Millisecond) // times are told by the second
	o.must("POST", "/api/counters/1/recall", nil)
	p.until("the second call", `window.rung === 2`)
	o.must("POST", "/api/counters/1/undo", nil) // takes the second call back
	o.must("POST", "/api/counters/1/start", nil)
	p.until("being served", `document.body.dataset.state === "serving"`)
	if n := p.eval(`window.rung`); n != 2.0 {
		t.Errorf("rung %v times, want 2", n)
	}
	// A page without script keeps its language as well.
	form := url.Values{}
	other := word(s.visitor().ticket("A")["token"])
	o.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if status, head := o.form("/t/"+other+"/cancel?lang=en", form); status != http.StatusSeeOther || head.Get("Location") != "/t/"+other+"?lang=en" {
		t.Errorf("without script: %d %s", status, head.Get("Location"))
	}
}
