//go:build e2e || prove

package e2e

import (
	"fmt"
	"testing"
	"time"
)

// finger touches as a finger does, not as a mouse.
func (p *page) finger(at []any) {
	p.t.Helper()
	p.call("Input.dispatchTouchEvent", object{"type": "touchStart", "touchPoints": []object{{"x": at[0], "y": at[1]}}})
	p.call("Input.dispatchTouchEvent", object{"type": "touchEnd", "touchPoints": []object{}})
}

// TestKiosk_theAnswerToTheQuestionIsNothingElse: a touch or a key says that
// somebody is there, and neither chooses what lies below the question.
func TestKiosk_theAnswerToTheQuestionIsNothingElse(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall))
	p := newBrowser(t, chromium).open(s.base+"/healthz", 1080, 1920)
	p.seconds(100)
	p.goTo(s.base + "/kiosk")
	p.until("tiles", `document.querySelector(".tile")`)
	p.finger(p.middle(first(".tile")))
	asked := `document.querySelector(".still")`
	p.until("the question", asked)
	// The answer's button stands where the number's does not: the finger comes down on both.
	p.eval(`document.querySelector(".choices .take").focus();document.querySelector(".still .take").style.cssText="position:fixed;top:"+document.querySelector(".choices .take").getBoundingClientRect().top+"px";0`)
	p.finger(p.middle(first(".still .take")))
	p.until("that somebody is there", `!document.querySelector(".still") && document.body.dataset.screen === "confirm"`)
	p.until("the question again", asked)
	p.press("Enter")
	p.until("that somebody is there still", `!document.querySelector(".still") && document.body.dataset.screen === "confirm"`)
	if code := s.visitor().ticket("A")["code"]; code != "A-001" {
		t.Errorf("the answer took a number: the next is %v", code)
	}
}

// TestKiosk_aHandThatTremblesTouchesOnce: the second touch at the same place
// chooses nothing on the page that came with the first; later it does.
func TestKiosk_aHandThatTremblesTouchesOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall))
	p := newBrowser(t, chromium).open(s.base+"/kiosk", 1080, 1920)
	p.until("tiles", `document.querySelectorAll(".tile").length === 3`)
	at := p.middle(first(".tile:nth-child(2)")) // where the choices have their first
	p.finger(at)
	p.finger(at)
	p.until("the choices", take+` && document.elementFromPoint(540, `+fmt.Sprint(at[1])+`).closest(".take")`)
	p.eval(`window.since=Date.now();0`)
	p.until("another touch", `Date.now() - since > 600`)
	p.until("that nothing was chosen", take)
	p.finger(at)
	p.until("the number", number+` === "AB-001"`)
}

// TestKiosk_theNextVisitorReadsTheirOwnLanguage: who has only chosen a language
// and gone leaves nothing behind.
func TestKiosk_theNextVisitorReadsTheirOwnLanguage(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall))
	p := newBrowser(t, chromium).open(s.base+"/healthz", 1080, 1920)
	p.seconds(40)
	p.goTo(s.base + "/kiosk")
	p.until("tiles", `document.querySelectorAll(".tile").length === 3`)
	p.touch("#langs [data-lang=en]")
	p.until("English", text("#heading", "What do you need"))
	p.until("the first language", text("#heading", "Anda perlu")+` && !document.querySelector(".still")`)
}

// TestKiosk_aNumberStaysWhenTheServerIsGone: what was given is read to the end;
// then the page says what is the matter.
func TestKiosk_aNumberStaysWhenTheServerIsGone(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall))
	p := newBrowser(t, chromium).open(s.base+"/kiosk?paper=80", 1080, 1920)
	p.until("tiles", `document.querySelectorAll(".tile").length === 3`)
	p.withoutPaper() // the number stays for a photograph
	p.touch(".tile")
	p.until("the choices", take)
	p.touch(".take")
	p.until("the number without paper", number+` && document.querySelector(".hint[role=alert]")`)
	s.kill()
	p.eval(`window.gone=Date.now();0`)
	p.until("that the server is missed", `Date.now() - gone > 10000`)
	if p.eval(`document.getElementById("lost").hidden && document.body.dataset.screen`) != "ticket" {
		t.Error("the number was taken from its visitor")
	}
	p.touch(".done")
	p.within(5*time.Second, "what is the matter", `!document.getElementById("lost").hidden`)
}
