//go:build e2e || prove

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
)

// callFrom has the visitor of a number of service A called to counter 1, and
// gives the clips of it that a screen said. The screen may say others again
// meanwhile.
func (p *page) callFrom(o *caller, number int) string {
	o.s.t.Helper()
	o.s.visitor().ticket("A")
	o.must("POST", "/api/counters/1/next", nil)
	p.until("the call to be said", fmt.Sprintf(`window.heard.some(function (h) { return h.what.indexOf(",a,0,0,%d,") > 0; })`, number))
	for _, clips := range p.heard() {
		if strings.Contains(clips, fmt.Sprintf(",a,0,0,%d,", number)) {
			return clips
		}
	}
	return ""
}

// Where the server cannot read names, the administrator is told what to do, and
// a recording is heard all the same; where it can, every call ends with them.
func TestNames_areSaidAfterTheCounterAndCanBeRecorded(t *testing.T) {
	mall := strings.NewReplacer("  no_show_after_s: 0\n", "  no_show_after_s: 0\n  speech: {names: agency}\n", "short: Satu", "short: Dukcapil\n    say: {DUKCAPIL: duk capil}").Replace(smallMall)
	s := newServer(t, mallFile(t, mall), "1")
	boss, o := s.boss(), s.officer("1")
	b := newBrowser(t, chromium, "--autoplay-policy=no-user-gesture-required")
	path := os.Getenv("PATH")
	s.stop()
	t.Setenv("PATH", t.TempDir()) // nothing is installed there
	s.start()
	o.must("POST", "/api/counters/1/open", nil)
	tv, p := b.listen(s, "1"), b.open(s.base+"/sign-in", 1366, 768)
	if got := tv.callFrom(o, 1); !strings.HasSuffix(got, "loket,1") {
		t.Errorf("without espeak-ng: %s", got)
	}
	p.signIn(s, "bos", "/admin/voice")
	p.until("what to do about it", `/: 1\. .*apt install espeak-ng/.test(document.getElementById("names-trouble").textContent)`)
	p.keep("admin-names-missing")
	p.goTo(s.base + "/admin/voice/id/agency-SATU")
	p.until("its clip", `!!document.getElementById("names-trouble") && document.querySelector("h1").textContent === "duk capil"`)
	p.keep("admin-name-silent")
	if status, _ := boss.upload("/admin/voice/id/agency-SATU", "record", tone(1)); status >= 400 {
		t.Fatal(status)
	}
	if got := tv.callFrom(o, 2); !strings.HasSuffix(got, "loket,1,agency-SATU") {
		t.Errorf("with a recording: %s", got)
	}
	_, recorded := s.visitor().text("GET", "/audio/id/agency-SATU.wav")
	p.goTo(s.base + "/admin/voice")
	p.until("no trouble", `!document.getElementById("names-trouble") && document.querySelectorAll("table.list b").length === 1`)

	tv.goTo(s.base + "/sign-in") // the screen that is there first is the zone's voice
	s.stop()
	t.Setenv("PATH", path)
	s.start()
	if status, _ := boss.upload("/admin/voice/id/agency-SATU", "remove", nil); status >= 400 {
		t.Fatal(status)
	}
	p.goTo(s.base + "/admin/voice/id/agency-SATU")
	p.until("both sounds can be played", `(function () { var all = document.querySelectorAll("audio"); if (all.length !== 2) { location.reload(); return false; } all.forEach(function (a) { if (!a.dataset.asked) { a.dataset.asked = "yes"; a.load(); a.preload = "auto"; } }); return all[0].duration > 0 && all[1].duration > all[0].duration + 5; })()`)
	p.until("the call has it", `/loket satu, duk capil\./.test(document.body.textContent)`)
	p.keep("admin-name")
	if status, read := s.visitor().text("GET", "/audio/id/agency-SATU.wav"); status != http.StatusOK || read == recorded {
		t.Errorf("the name is not read: %d", status)
	}
	p.goTo(s.base + "/admin/voice")
	p.until("the list", `document.querySelectorAll("table.list tbody tr").length > 50`)
	p.keep("admin-names")
	tv = b.listen(s, "1")
	if got := tv.callFrom(o, 3); !strings.HasSuffix(got, "loket,1,agency-SATU") {
		t.Errorf("with espeak-ng: %s", got)
	}
	p.goTo(s.base + "/admin/mall")
	p.until("the setting", `document.getElementById("f-speech.names").value === "agency"`)
	p.eval(`document.getElementById("f-speech.names").scrollIntoView({ block: "center" })`)
	p.keep("admin-names-setting")
}
