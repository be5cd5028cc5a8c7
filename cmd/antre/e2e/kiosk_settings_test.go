//go:build e2e || prove

package e2e

import (
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
