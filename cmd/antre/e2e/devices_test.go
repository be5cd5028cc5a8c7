//go:build e2e || prove

package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// pairingCode reads the code that a new screen shows.
func (p *page) pairingCode() string {
	p.t.Helper()
	p.until("a code", `document.body.getAttribute("data-state") === "waiting"`)
	return strings.ReplaceAll(p.eval(`document.getElementById("code").textContent`).(string), " ", "")
}

// choose takes one of a list with the arrows.
func (p *page) choose(selector, value string) {
	p.t.Helper()
	p.tabTo(selector)
	for _, key := range append(slices.Repeat([]string{"ArrowUp"}, 30), slices.Repeat([]string{"ArrowDown"}, 60)...) {
		if p.eval(`document.activeElement.value`) == value {
			return
		}
		p.press(key)
	}
	p.t.Fatalf("the arrows do not reach %s of %s", value, selector)
}

// letIn types a code into the administrator's form.
func (p *page) letIn(s *server, code, kind, name, zone string) {
	p.t.Helper()
	p.goTo(s.base + "/admin/devices")
	p.until("the form", `!!document.querySelector("input[name=code]")`)
	p.fill("input[name=code]", code, "input[name=name]", name)
	p.choose("select[name=kind]", kind)
	p.choose("select[name=zone]", zone)
	p.tabTo("form.fields button")
	p.saved()
}

// A new screen shows a code, an administrator types it, and the screen comes on
// by itself; moved, it goes to its new place; revoked, it asks again. The live
// page says what it showed, what it could not say, and that a printer fails.
func TestDevices_aScreenIsLetInMovedAndRevoked(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, voiceMall()), "1")
	_ = s.boss()
	screens, office := newBrowser(t, chromium), newBrowser(t, chromium)
	tv := screens.open(s.base+"/pair", 1920, 1080)
	code := tv.pairingCode()
	tv.keep("pair")
	admin := office.open(s.base+"/sign-in", 1366, 768)
	admin.signIn(s, "bos", "/admin/devices")
	admin.until("the form", `!!document.querySelector("input[name=code]")`)
	admin.keep("admin-devices-none")
	admin.letIn(s, strings.ToLower(code), "tv", "TV lantai 1", "1")
	tv.until("the zone's board", `location.pathname === "/tv" && location.search === "?zone=1" && document.body.getAttribute("data-state") === "live"`)
	admin.keep("admin-devices")

	officer := s.officer("1")
	officer.must("POST", "/api/counters/1/open", nil)
	number := s.visitor().ticket("A")["code"].(string)
	officer.must("POST", "/api/counters/1/next", nil)
	live := office.open(s.base+"/live", 1366, 768)
	live.until("what the screen showed", `!!document.querySelector("#screens tr") && document.querySelector("#screens tr").textContent.indexOf("`+number+`") > 0`)
	live.keep("live-screens")

	admin.tabTo("table.list a")
	admin.press("Enter")
	admin.until("the screen's form", `/devices\/\d+/.test(location.pathname) && !!document.querySelector("select[name=zone]")`)
	admin.keep("admin-device")
	admin.inEnglish("admin-device-en")
	admin.choose("select[name=zone]", "2")
	admin.tabTo("button[value=save]")
	admin.saved()
	tv.eval(`Device.report("sound", "blocked")`)
	tv.until("the other zone", `location.search === "?zone=2" && document.body.getAttribute("data-state") === "live"`)
	admin.tabTo("table.list a")
	admin.press("Enter")
	admin.until("the screen's form", `!!document.querySelector("button[value=revoke]")`)
	admin.tabTo("button[value=revoke]")
	admin.press("Enter")
	admin.until("revoked", `/saved=1/.test(location.search) && !document.querySelector("table.list")`)
	tv.eval(`Device.report("sound", "on")`)
	tv.until("it asks again", `location.pathname === "/pair"`)
	if again := tv.pairingCode(); again == code {
		t.Error("the old code lets it in again")
	}
}

// From the first kiosk on that is let in, only kiosks give numbers.
func TestDevices_onlyAKioskThatWasLetInGivesNumbers(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, voiceMall()))
	s.visitor().ticket("A") // anybody, while there is no kiosk
	kiosk := s.visitor()
	status, asked, head := kiosk.send("POST", "/api/devices", "", object{"kind": "kiosk"})
	if status != http.StatusCreated {
		t.Fatal(status, asked)
	}
	kiosk.cookie = strings.SplitN(head.Get("Set-Cookie"), ";", 2)[0]
	boss := s.boss()
	_, _ = boss.form("/admin/devices", map[string][]string{"code": {word(asked["code"])}, "kind": {"kiosk"}, "name": {"Kios timur"}})
	if self := kiosk.must("GET", "/api/devices/self", nil); self["state"] != "accepted" || self["page"] != "/kiosk" {
		t.Errorf("the kiosk is %v", self)
	}
	kiosk.ticket("A")
	forged := s.visitor()
	forged.cookie = kiosk.cookie[:len(kiosk.cookie)-4] + "AAAA"
	for name, who := range map[string]*caller{"a stranger": s.visitor(), "a forged cookie": forged} {
		if status, out, _ := who.send("POST", "/api/tickets", "", object{"service": "A"}); status != http.StatusForbidden || out["code"] != "wrong_device" {
			t.Errorf("%s: %d %v", name, status, out)
		}
	}
	p := newBrowser(t, chromium).open(s.base+"/kiosk", 1080, 1920)
	p.until("a kiosk that nobody let in asks", `location.pathname === "/pair"`)
	p.pairingCode()
	p.keep("pair-kiosk")
	kiosk.must("POST", "/api/devices/self", object{"printer": "failed"})
	screens := boss.must("GET", "/api/live", nil)["screens"].([]any)
	if len(screens) != 1 || len(screens[0].(object)["troubles"].([]any)) != 1 {
		t.Errorf("the live page has %v", screens)
	}
	if status, out, _ := kiosk.send("POST", "/api/devices/self", "", object{"printer": "burning"}); status != http.StatusUnprocessableEntity {
		t.Errorf("a value that is none: %d %v", status, out)
	}
}
