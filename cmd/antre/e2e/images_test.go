//go:build e2e || prove

package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// upload draws a picture, chooses it in the page's form and sends that.
func (p *page) upload(kind, color string, width, height int) {
	p.t.Helper()
	p.eval(fmt.Sprintf(`new Promise(function(done){var c=document.createElement("canvas");c.width=%d;c.height=%d;var x=c.getContext("2d");
		x.fillStyle=%q;x.beginPath();x.ellipse(c.width/2,c.height/2,c.width/2,c.height/2,0,0,7);x.fill();
		c.toBlob(function(b){var d=new DataTransfer();d.items.add(new File([b],"gambar",{type:%q}));document.getElementById("f-picture").files=d.files;done(1)},%q)})`, width, height, color, kind, kind))
	p.eval(`window.before=true`)
	p.tabTo("button[value=put]")
	p.press("Enter")
	p.until("the picture", `!window.before && !!document.querySelector("img.uploaded") && document.querySelector("img.uploaded").naturalWidth > 0`)
}

// seen says whether a picture that the page shows has arrived.
func (p *page) seen(what, selector string) {
	p.t.Helper()
	p.until(what, fmt.Sprintf(`(function(i){return i&&i.complete&&i.naturalWidth>0&&i.getBoundingClientRect().height>10&&new URL(i.src).host===location.host})(document.querySelector(%q))`, selector))
}

// An administrator uploads the mall's logo and an agency's picture, and every
// screen that is open shows them without being touched.
func TestAdmin_logoAndPicturesReachEveryScreen(t *testing.T) {
	t.Parallel()
	s := newServer(t, tubaba, "1")
	boss := s.boss()
	b := newBrowser(t, chromium)
	p := b.open(s.base+"/sign-in", 1366, 900)
	p.signIn(s, "bos", "/admin/images/logo")
	p.keep("admin-logo-none")
	p.upload("image/png", "#C02040", 600, 300)
	p.keep("admin-logo")
	p.goTo(s.base + "/admin/parts/agencies/DISDUKCAPIL")
	p.until("the agency", `!!document.querySelector("#picture-head")`)
	p.keep("admin-agency-picture")
	p.goTo(s.base + "/admin/images/agency-DISDUKCAPIL")
	p.upload("image/jpeg", "#1060C0", 200, 200)
	p.goTo(s.base + "/admin/parts/agencies")
	p.seen("the picture in the list", "#part-DISDUKCAPIL img.picture")
	p.keep("admin-agencies")

	for _, screen := range []struct{ name, path, picture, icon string }{
		{"kiosk", "/kiosk?paper=80", ".tile img.picture", ".tile svg.picture"}, {"overview", "/overview", "#agencies img", "#agencies svg"}, {"tv", "/tv/1", "header .logo", ""},
	} {
		width, height := 1920, 1080
		if screen.name == "kiosk" {
			width, height = height, width
		}
		q := b.open(s.base+screen.path, width, height)
		q.seen(screen.name+"'s logo", "header .logo")
		q.seen(screen.name+"'s picture", screen.picture)
		if screen.icon != "" {
			q.until("a built-in icon", fmt.Sprintf(`(function(i){return i&&i.getBoundingClientRect().height>10})(document.querySelector(%q))`, screen.icon))
		}
		q.keep("images-" + screen.name)
		_ = q.conn.Close()
	}
	old := newBrowser(t, chromium64, oldEngine()...).open(s.base+"/overview", 1920, 1080)
	old.seen("the picture on the engine of 2018", "#agencies img")
	old.until("an icon there", `document.querySelector("#agencies svg use").getBoundingClientRect().height > 10`)
	old.shoot("images-overview-2018")

	token := s.visitor().ticket("A")["token"].(string)
	phone := b.open(s.base+"/t/"+token, 360, 740)
	phone.seen("the phone's logo", ".mall .logo")
	phone.keep("images-phone")
	if _, pdf := s.visitor().text("GET", "/api/tickets/"+token+"/ticket.pdf"); !strings.Contains(pdf, "/Subtype /Image") {
		t.Error("the slip has no logo")
	}
	if status, _ := s.visitor().text("GET", "/images/agency-BPN"); status != http.StatusNotFound {
		t.Errorf("a picture that is not there: %d", status)
	}
	if status, body := boss.text("GET", "/admin/record?kind=image_added"); status != http.StatusOK || strings.Count(body, "agency-DISDUKCAPIL") == 0 {
		t.Errorf("the record: %d", status)
	}
	p.goTo(s.base + "/admin/images/logo")
	p.until("the form", `!!document.querySelector("button.danger")`)
	p.eval(`window.before=true`)
	p.tabTo("button.danger")
	p.press("Enter")
	p.until("gone", `!window.before && !document.querySelector("img.uploaded") && !!document.querySelector(".good")`)
}

// What is no picture is refused beside the field, and nothing is kept.
func TestAdmin_saysWhatIsWrongWithAPicture(t *testing.T) {
	t.Parallel()
	s := newServer(t, tubaba, "1")
	s.boss()
	p := newBrowser(t, chromium).open(s.base+"/sign-in", 1366, 900)
	p.signIn(s, "bos", "/admin/images/logo")
	for name, file := range map[string]string{"Bukan gambar PNG atau JPEG": `"<svg xmlns='http://www.w3.org/2000/svg'/>"`, "lebih dari 512 KB": `new Uint8Array(600000)`} {
		p.until("the form", `!!document.getElementById("f-picture")`)
		p.eval(`(function(){var d=new DataTransfer();d.items.add(new File([` + file + `],"logo.png",{type:"image/png"}));document.getElementById("f-picture").files=d.files;window.before=true;document.querySelector("button[value=put]").click()})();0`)
		p.until(name, fmt.Sprintf(`!window.before && !!document.getElementById("e-all") && document.getElementById("e-all").textContent.indexOf(%q) >= 0 && !document.querySelector("img.uploaded")`, name))
	}
	p.keep("admin-picture-wrong")
}

// The arrows move a part, keep the focus for the next press, and kiosks follow.
func TestAdmin_movesPartsByKeyboard(t *testing.T) {
	t.Parallel()
	s := newServer(t, tubaba, "1")
	boss := s.boss()
	p := newBrowser(t, chromium).open(s.base+"/sign-in", 1366, 900)
	p.signIn(s, "bos", "/admin/parts/agencies")
	order := `Array.from(document.querySelectorAll(".parts li")).map(function(li){return li.id.slice(5)})`
	before := p.eval(order).([]any)
	if p.eval(`document.querySelector(".parts li:first-child button[value=up]").disabled && document.querySelector(".parts li:last-child button[value=down]").disabled`) != true {
		t.Error("the ends can be moved over the edge")
	}
	p.tabTo(fmt.Sprintf(`#part-%v button[value="down"]`, before[0]))
	for n := range 2 {
		p.press("Enter")
		p.until("moved, with the focus on it", fmt.Sprintf(`(%s)[%d] === %q && document.activeElement.value === "down" && document.activeElement.closest("li").id === %q`, order, n+1, before[0], fmt.Sprint("part-", before[0])))
	}
	p.keep("admin-moved")
	services := boss.must("GET", "/api/services", nil)["services"].([]any)
	if first := services[0].(object)["agency"]; first != before[1] {
		t.Errorf("the kiosk begins with %v, want %v", first, before[1])
	}
	if _, body := boss.text("GET", "/admin/record?kind=mall_imported"); strings.Count(body, "order of agencies") < 2 {
		t.Error("the record does not say that the order changed")
	}
	p.goTo(s.base + "/admin/parts/services")
	p.until("services stay with their agency", `Array.from(document.querySelectorAll(".parts li")).some(function(li){return li.querySelector("button[value=up]").disabled && li.querySelector("button[value=down]").disabled})`)
}
