//go:build e2e || prove

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// agenciesMall has so many agencies, each with the same number of services.
func agenciesMall(agencies, services int) string {
	var b strings.Builder
	b.WriteString("mall: {name: Mal Pelayanan Publik Uji, timezone: Asia/Jakarta}\nzones: [{code: \"1\", name: Lantai 1}]\nagencies:\n")
	for n := range agencies {
		fmt.Fprintf(&b, "  - code: DINAS%d\n    name: Dinas Kependudukan dan Pencatatan Sipil %d\n    short: Disdukcapil %d\n    zone: \"1\"\n    services:\n", n, n, n)
		var codes []string
		for m := range services {
			code := fmt.Sprintf("%c%c", 'A'+n%26, 'A'+n/26*services+m)
			codes = append(codes, code)
			fmt.Fprintf(&b, "      - {code: %s, name: Perekaman KTP-el %d, minutes: 10}\n", code, m+1)
		}
		fmt.Fprintf(&b, "    counters: [{code: \"%d\", services: [%s]}]\n", n+1, strings.Join(codes, ", "))
	}
	return b.String()
}

// measuring gives what is wrong with the controls of the page: too small, too
// near to one another, in the upper part of the screen, off the screen, or with
// text cut off.
const measuring = `(function () {
  var wrong = [], all = Array.from(document.querySelectorAll('button')).filter(function (b) { return b.offsetParent; });
  var least = 112 * Math.min(innerWidth, innerHeight) / 1080 - 0.6, gap = 16 * Math.min(innerWidth, innerHeight) / 1080 - 0.5;
  var boxes = all.map(function (b) { var r = b.getBoundingClientRect(); return { b: b.textContent, l: r.left, t: r.top, r: r.right, d: r.bottom, w: r.width, h: r.height, cut: b.scrollWidth > b.clientWidth + 1 || b.scrollHeight > b.clientHeight + 1 }; });
  boxes.forEach(function (x, i) {
    if (x.w < least || x.h < least) { wrong.push(x.b + ' is ' + Math.round(x.w) + '×' + Math.round(x.h)); }
    if (x.t < UPPER * innerHeight) { wrong.push(x.b + ' stands at ' + Math.round(x.t / innerHeight * 100) + ' %'); }
    if (x.l < 0 || x.r > innerWidth + 0.5 || x.d > innerHeight + 0.5) { wrong.push(x.b + ' is off the screen'); }
    if (x.cut) { wrong.push(x.b + ' is cut off'); }
    boxes.slice(0, i).forEach(function (y) {
      var across = Math.max(x.l - y.r, y.l - x.r), down = Math.max(x.t - y.d, y.t - x.d);
      if (Math.max(across, down) < gap) { wrong.push(x.b + ' is ' + Math.round(Math.max(across, down)) + ' from ' + y.b); }
    });
  });
  var page = document.scrollingElement, stage = document.getElementById('stage');
  if (page.scrollHeight > innerHeight || page.scrollWidth > innerWidth || stage.scrollHeight > stage.clientHeight + 1) { wrong.push('the page scrolls'); }
  return wrong.slice(0, 12).join('; ');
})()`

// measured fails unless all controls of the page may be touched as they should.
func (p *page) measured(name string, upper float64) {
	p.t.Helper()
	if wrong := p.eval(strings.ReplaceAll(measuring, "UPPER", fmt.Sprint(upper))); wrong != "" {
		p.shoot("wrong-" + strings.ReplaceAll(name, " ", "-"))
		p.t.Errorf("%s: %v", name, wrong)
	}
}

// Thirty-two agencies, a lot of services, and every way a screen may stand:
// nothing scrolls, nothing moves, and all can be touched.
func TestKiosk_isTouchedWithoutScrollingWhateverItsScreen(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, chromium)
	for _, c := range []struct{ agencies, services int }{{32, 1}, {32, 2}, {12, 1}, {3, 1}} {
		s := newServer(t, mallFile(t, agenciesMall(c.agencies, c.services)))
		p := b.open(s.base+"/kiosk", 1080, 1920)
		for _, size := range []struct {
			name          string
			width, height int
		}{{"portrait", 1080, 1920}, {"landscape", 1920, 1080}, {"tablet", 1280, 800}, {"tablet-upright", 800, 1280}} {
			p.call("Emulation.setDeviceMetricsOverride", object{"width": size.width, "height": size.height, "deviceScaleFactor": 1, "mobile": false})
			p.goTo(s.base + "/kiosk")
			p.until("tiles", fmt.Sprintf(`document.querySelectorAll("#stage .tile").length === %d`, c.agencies))
			upper := 0.3
			if size.width > size.height {
				upper = 0 // lying, all of it can be reached
			}
			name := fmt.Sprintf("%d agencies with %d services, %s", c.agencies, c.services, size.name)
			p.measured(name, upper)
			if c.agencies == 32 || size.width > size.height {
				p.shoot(fmt.Sprintf("kiosk-%d-%d-%s", c.agencies, c.services, size.name))
			}
			p.eval(`window.jumped = null; new PerformanceObserver(function (l) { window.jumped = l.getEntries().map(function (e) { return e.sources.map(function (s) { return s.node && s.node.id; }).join(); }); }).observe({ type: "layout-shift", buffered: true })`)
			time.Sleep(200 * time.Millisecond)
			if jumped := p.eval(`window.jumped`); jumped != nil {
				t.Errorf("%s: something jumped: %v", name, jumped)
			}
		}
	}
}

// Nothing came out of the printer: the visitor says so, keeps the number on the
// screen, and the staff see which kiosk it is until slips come out again.
func TestKiosk_paperOutIsSaidAndToldToTheStaff(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, voiceMall()))
	boss := s.boss()
	p := newBrowser(t, chromium).open(s.base+"/pair?kind=kiosk&paper=80", 1080, 1920)
	_, _ = boss.form("/admin/devices", map[string][]string{"code": {p.pairingCode()}, "kind": {"kiosk"}, "name": {"Kios timur"}})
	p.until("the kiosk, with its paper", `location.pathname === "/kiosk" && /paper=80/.test(location.search) && document.querySelectorAll("#stage .tile").length > 0`)
	p.eval(`window.print = function () {}`)
	take := func() {
		p.touch("#stage .tile")
		p.until("the choice", `!!document.querySelector(".take")`)
		p.touch(".take")
		p.until("the number", `!!document.querySelector(".ticket .nopaper")`)
	}
	take()
	p.shoot("kiosk-paper")
	p.measured("ticket with paper", 0.3)
	p.touch(".nopaper")
	p.until("it is said", `document.querySelector(".ticket .hint").textContent.indexOf("Petugas sudah diberi tahu") > 0`)
	time.Sleep(9 * time.Second) // longer than a ticket stays otherwise
	if still := p.eval(`!!document.querySelector(".ticket.paperless")`); still != true {
		t.Error("the number went before it could be written down")
	}
	p.shoot("kiosk-paper-out")
	p.accessible("kiosk, paper out")
	troubles := func() int {
		return len(boss.must("GET", "/api/live", nil)["screens"].([]any)[0].(object)["troubles"].([]any))
	}
	eventually(t, "the live page says so", func() bool { return troubles() == 1 })
	p.touch(".done")
	for range 2 {
		p.until("home", `document.body.dataset.screen === "choose"`)
		take()
		p.touch(".done")
	}
	eventually(t, "the live page is calm again", func() bool { return troubles() == 0 })
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for began := time.Now(); time.Since(began) < 10*time.Second; time.Sleep(200 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Errorf("it never came true: %s", what)
}
