//go:build e2e || prove

package e2e

import (
	"strings"
	"testing"
)

// TestKiosk_everyStateFitsEveryShape walks through what a visit may meet, on
// every shape of screen: a closed door, several matters, priority, no answer, no
// paper, access mode, the question whether anybody is there, and the PIN.
func TestKiosk_everyStateFitsEveryShape(t *testing.T) {
	t.Parallel()
	loc, b := mallClock(t), newBrowser(t, chromium)
	mall := strings.Replace(rulesMall(loc, noticed(loc, "Q")), "mall:\n", "mall:\n  kiosk_pin: \"4711\"\n  wifi: {ssid: MPP Tamu, password: rahasia8}\n", 1)
	for _, shape := range shapes() {
		s := newServer(t, mallFile(t, mall), "1", "2", "3")
		p := b.open(s.base+"/kiosk?paper=80", shape.width, shape.height)
		w := &walk{p, shape.name, shape.least}
		w.home()
		w.door()
		w.severalMatters()
		w.priority()
		w.accessMode()
		w.pin()
		w.still(s)
		_ = p.conn.Close()
	}
}

// walk is a way through the kiosk's states on one shape of screen.
type walk struct {
	*page
	shape string
	least float64
}

func (w *walk) look(state string) {
	w.t.Helper()
	w.fits(w.shape+", "+state, w.least)
	w.shoot("kiosk-fits-" + w.shape + "-" + state)
}

func (w *walk) home() {
	w.t.Helper()
	w.until("home", `document.body.dataset.screen === "choose" && `+tileSays("KK dan Akta Kelahiran", "Dukcapil"))
}

func (w *walk) door() {
	w.look("choose")
	w.touchTile("Pajak kendaraan")
	w.until("why it is closed", text(".say", "Gangguan jaringan pusat"))
	w.look("door")
	w.touch(".done")
	w.home()
}

func (w *walk) severalMatters() {
	w.touch(".several")
	w.until("several", `document.querySelector(".several.next")`)
	for _, name := range []string{"KK dan Akta Kelahiran", "Pajak bumi dan bangunan", "Perekaman KTP-el"} {
		w.touchTile(name)
	}
	w.until("three of them", `document.querySelectorAll(".tile.chosen").length === 3`)
	w.look("several")
	w.touch(".several.next")
	w.until("the choices", take)
	w.look("journey")
	w.touch(".take")
	w.until("the number", number)
	w.look("journey-number")
	w.touch(".missing")
	w.until("that there is no paper", `document.querySelector(".hint[role=alert]")`)
	w.look("no-paper")
	w.touch(".done")
	w.home()
}

func (w *walk) priority() {
	w.touchTile("KK dan Akta Kelahiran")
	w.until("the choices", take)
	w.eval(`window.post=Antre.post;Antre.post=function(){return Promise.resolve({ok:false})};0`)
	w.touch(".take.priority")
	w.until("that there is no answer", text("#problem", "Tekan sekali lagi")+` && !document.querySelector(".take.priority").disabled`)
	w.look("no-answer")
	w.eval(`Antre.post=post;document.querySelector(".take.priority").focus();0`)
	w.press("Enter")
	w.until("the number", number)
	w.look("priority")
	w.touch(".done")
	w.home()
}

func (w *walk) accessMode() {
	w.touch("#access")
	w.until("the menu", `document.querySelectorAll(".item").length === 4`)
	w.look("access-menu")
	w.touch(".item:nth-of-type(1)")
	w.until("the services", text("#heading", "Anda perlu"))
	w.look("access-services")
	w.press("ArrowDown")
	w.press("Enter")
	w.until("the choices", text("#heading", "KK dan Akta"))
	w.look("access-choices")
	w.press("Enter")
	w.until("the number", `document.querySelector(".access .qr") && document.querySelector(".access .qr").complete && document.querySelector("iframe.slip")`)
	w.look("access-number")
	// The slip's frame leaves the keys to whoever needs them.
	w.until("the slip", `document.querySelector("iframe.slip").contentDocument.readyState === "complete"`)
	w.press("Escape")
	w.home()
}

func (w *walk) pin() {
	w.call("Input.dispatchKeyEvent", object{"type": "keyDown", "key": "s", "code": "KeyS", "modifiers": 3, "windowsVirtualKeyCode": 83})
	w.until("the pad", `document.querySelector(".settings .pad")`)
	w.look("pin")
	w.press("Escape")
	w.until("the kiosk again", `!document.querySelector(".settings")`)
}

func (w *walk) still(s *server) {
	w.seconds(100)
	w.goTo(s.base + "/kiosk")
	w.home()
	w.touchTile("KK dan Akta Kelahiran")
	w.until("the question", `document.querySelector(".still")`)
	w.look("still")
}
