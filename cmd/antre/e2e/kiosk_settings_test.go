//go:build e2e || prove

package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestKiosk_settingsCornerOpensByThePINAlone: staff hold the clock or press
// three keys, and the mall's PIN opens what this machine prints on, offers and
// speaks first, and how large a finger is on it. It is still so after a restart.
func TestKiosk_settingsCornerOpensByThePINAlone(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, strings.Replace(smallMall, "mall:\n", "mall:\n  kiosk_pin: \"4711\"\n", 1)))
	p := newBrowser(t, chromium).open(s.base+"/kiosk", 1080, 1920)
	p.until("tiles", `document.querySelectorAll(".tile").length === 3`)
	at := p.eval(`(function(){var r=document.getElementById("clock").getBoundingClientRect();return [r.right-40,r.top+r.height/2]})()`).([]any)
	p.call("Input.dispatchMouseEvent", object{"type": "mousePressed", "x": at[0], "y": at[1], "button": "left", "clickCount": 1})
	time.Sleep(time.Second)
	if p.eval(`!!document.querySelector(".settings")`) == true {
		t.Error("a touch of the clock opened the settings")
	}
	p.until("the pad", `document.querySelector(".settings .pad")`)
	p.call("Input.dispatchMouseEvent", object{"type": "mouseReleased", "x": at[0], "y": at[1], "button": "left", "clickCount": 1})
	p.keep("kiosk-settings-pin")
	enter := func(pin string) {
		for _, d := range pin {
			p.press(string(d))
		}
		p.touch(".settings .done")
	}
	enter("1234")
	p.until("that it is wrong", text(".settings .note", "PIN salah"))
	enter("4711")
	p.until("the sheet", `document.querySelector(".settings .sheet")`)
	p.keep("kiosk-settings")
	choose := func(label string) {
		p.eval(`[...document.querySelectorAll(".settings .options button")].find(function(b){return b.textContent===` + "`" + label + "`" + `}).click();0`)
	}
	for _, label := range []string{"80 mm", "English", "+", "AB · Layanan AB"} {
		choose(label)
	}
	p.touch(".settings .done")
	p.until("the kiosk as it was set", `document.querySelectorAll(".tile").length === 2 && document.body.dataset.paper === "80" && document.documentElement.lang === "en" && document.body.style.getPropertyValue("--target") !== ""`)
	p.goTo(s.base + "/kiosk")
	p.until("the same after a restart", `document.querySelectorAll(".tile").length === 2 && document.body.dataset.paper === "80"`)

	// Guesses are few: for the mall, and from the machine itself as well.
	c, last := s.visitor(), 0
	for range 6 {
		last, _, _ = c.send("POST", "/api/kiosk/pin", "", object{"pin": "0000"})
	}
	if last != 429 {
		t.Errorf("the sixth guess is answered %d, want 429", last)
	}
}

// TestKiosk_settingsOfOneThatWasLetInStayWithTheMall: also where the browser
// keeps nothing, as at another server or on another machine; its administrator
// reads them, and nobody sets them without the PIN.
func TestKiosk_settingsOfOneThatWasLetInStayWithTheMall(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, strings.Replace(smallMall, "mall:\n", "mall:\n  kiosk_pin: \"4711\"\n", 1)))
	boss := s.boss()
	p := newBrowser(t, chromium).open(s.base+"/pair?kind=kiosk", 1080, 1920)
	_, _ = boss.form("/admin/devices", map[string][]string{"code": {p.pairingCode()}, "kind": {"kiosk"}, "name": {"Kios timur"}})
	p.until("the kiosk", `location.pathname === "/kiosk" && document.querySelectorAll(".tile").length === 3`)
	set := `fetch("/api/kiosk/settings",{method:"POST",headers:{"Content-Type":"application/json"},body:JSON.stringify(%s)}).then(function(r){return r.status})`
	for body, want := range map[string]float64{`{pin:"0000",paper:"80",lang:"id",inches:0,hidden:[]}`: 403, `{pin:"4711",paper:"A4",lang:"id",inches:0,hidden:[]}`: 422, `{pin:"4711",paper:"",lang:"id",inches:3,hidden:[]}`: 422} {
		if got := p.eval(fmt.Sprintf(set, body)); got != want {
			t.Errorf("%s is answered %v, want %v", body, got, want)
		}
	}
	p.call("Input.dispatchKeyEvent", object{"type": "keyDown", "key": "s", "code": "KeyS", "modifiers": 3, "windowsVirtualKeyCode": 83})
	p.until("the pad", `document.querySelector(".settings .pad")`)
	for _, d := range "4711" {
		p.press(string(d))
	}
	p.touch(".settings .done")
	p.until("the sheet", `document.querySelector(".settings .sheet")`)
	p.eval(`["80 mm","AB · Layanan AB"].forEach(function(label){[...document.querySelectorAll(".settings .options button")].find(function(b){return b.textContent===label}).click()});0`)
	p.touch(".settings .done")
	as := `document.readyState === "complete" && document.querySelectorAll(".tile").length === 2 && document.body.dataset.paper === "80"`
	p.until("the kiosk as it was set", as)
	p.eval(`localStorage.clear();0`)
	p.goTo(s.base + "/kiosk")
	p.until("the same in a browser that keeps nothing", as)
	_, list := boss.text("GET", "/admin/devices")
	path := regexp.MustCompile(`/admin/devices/\d+`).FindString(list)
	if _, page := boss.text("GET", path); !strings.Contains(page, "80 mm") || !strings.Contains(page, "Tidak ditawarkan: AB") {
		t.Error("the administrator does not see what was set")
	}
}

// TestKiosk_settingsWithoutAPINSayWhereToSetIt.
func TestKiosk_settingsWithoutAPINSayWhereToSetIt(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall))
	p := newBrowser(t, chromium).open(s.base+"/kiosk", 1080, 1920)
	p.until("tiles", `document.querySelectorAll(".tile").length === 3`)
	p.call("Input.dispatchKeyEvent", object{"type": "keyDown", "key": "s", "code": "KeyS", "modifiers": 3, "windowsVirtualKeyCode": 83})
	p.until("what to do", text(".settings .note", "kiosk_pin")+` && !document.querySelector(".settings .pad")`)
	p.keep("kiosk-settings-no-pin")
	p.press("Escape")
	p.until("the kiosk again", `!document.querySelector(".settings")`)
	if status, problem, _ := s.visitor().send("POST", "/api/kiosk/pin", "", object{"pin": ""}); status != 409 || problem["code"] != "no_pin" {
		t.Errorf("an empty PIN is answered %d %v", status, problem["code"])
	}
}

// TestKiosk_aFingerHasTwentyMillimetresOnASmallScreen: once its diagonal is set,
// a tablet of 10 inches shows fewer and larger tiles, and they fit.
func TestKiosk_aFingerHasTwentyMillimetresOnASmallScreen(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, manyMall(32, 1)))
	p := newBrowser(t, chromium).open(s.base+"/kiosk", 1280, 800)
	p.until("32 tiles", `document.querySelectorAll(".tile").length === 32`)
	p.eval(`localStorage.setItem("antre-kiosk",JSON.stringify({inches:10}));0`)
	p.goTo(s.base + "/kiosk")
	p.until("tasks and letters", `document.querySelectorAll(".tiles").length === 2`)
	const finger = 20 * 1509.4 / 254 // 20 mm in pixels of this screen
	p.fits("10 inches", finger)
	p.keep("kiosk-ten-inches")
	p.touch(".letters .tile")
	p.until("a page of letters", `document.body.dataset.screen === "letters"`)
	p.fits("10 inches, letters", finger)
	p.keep("kiosk-ten-inches-letters")
	p.touch(".tile")
	p.until("the choices", take)
	p.fits("10 inches, choices", finger)
	p.keep("kiosk-ten-inches-choices")
}
