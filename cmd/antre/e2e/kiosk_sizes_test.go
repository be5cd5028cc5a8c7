//go:build e2e || prove

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"antre/queue"
)

// manyMall has as many agencies with as many services each.
func manyMall(agencies, services int) string {
	names := []string{"Dukcapil", "Imigrasi", "Kejaksaan Negeri", "BPJS Kesehatan", "Satlantas", "BPN", "Bapenda", "Kementerian Agama", "PLN", "Taspen"}
	var b strings.Builder
	b.WriteString("mall: {name: MPP Kabupaten Tulang Bawang Barat, timezone: Asia/Jakarta, url: \"http://antre.local:8080\"}\nzones: [{code: \"1\", name: Lantai 1}]\nagencies:\n")
	for i := range agencies {
		fmt.Fprintf(&b, "  - code: I%d\n    name: Kantor Pelayanan %s Kabupaten %d\n    short: %s %d\n    icon: %s\n    zone: \"1\"\n    services:\n", i, names[i%len(names)], i+1, names[i%len(names)], i+1, queue.Icons()[i%len(queue.Icons())])
		for j := range services {
			fmt.Fprintf(&b, "      - {code: %c%d, name: Penerbitan Surat Keterangan %d, minutes: 5}\n", 'A'+j, i+1, i+1)
		}
		fmt.Fprintf(&b, "    counters: [{code: \"%d\", services: [A%d]}]\n", i+1, i+1)
	}
	return b.String()
}

// watchShifts counts what jumped since the first picture of this page.
func (p *page) watchShifts() {
	p.eval(`window.shifts=[];new PerformanceObserver(function(l){l.getEntries().forEach(function(e){if(!e.hadRecentInput)shifts.push(e.value.toFixed(4)+" "+(e.sources||[]).map(function(s){return s.node&&(s.node.className||s.node.nodeName)}).join("/"))})}).observe({type:"layout-shift",buffered:true});0`)
}

// still fails when anything jumped that nobody touched.
func (p *page) still(where string) {
	p.t.Helper()
	time.Sleep(150 * time.Millisecond)
	if jumped := p.eval(`shifts.join(", ")`); jumped != "" {
		p.t.Errorf("%s: jumped: %v", where, jumped)
	}
}

// fits checks that a screen of any shape holds everything: nothing scrolls,
// nothing is over an edge, no text is cut off, targets keep their size and gap.
func (p *page) fits(where string, least float64) {
	p.t.Helper()
	faults := p.eval(fmt.Sprintf(`(function(least){var out=[],d=document.documentElement,over=document.querySelector(".settings,.still"),shown=function(e){return e.getClientRects().length&&!e.closest(".spoken")&&(!over||over.contains(e))};
		if(d.scrollHeight>innerHeight||d.scrollWidth>innerWidth||document.body.scrollHeight>innerHeight)out.push("scrolls");
		var rs=[].filter.call(document.querySelectorAll("button"),shown).map(function(b){var r=b.getBoundingClientRect();
			if(Math.min(r.width,r.height)<least-0.5)out.push("small: "+b.textContent+" "+r.width+"x"+r.height);
			if(r.right>innerWidth-8||r.left<8||r.bottom>innerHeight-8)out.push("over the edge: "+b.textContent);
			if(r.top<0.3*innerHeight-0.5&&!b.closest(".settings"))out.push("high: "+b.textContent);return r});
		for(var i=0;i<rs.length;i++)for(var j=i+1;j<rs.length;j++){var a=rs[i],b=rs[j],gap=Math.max(b.left-a.right,a.left-b.right,b.top-a.bottom,a.top-b.bottom);if(gap<15.5)out.push("near: "+i+" "+j+" "+gap)}
		[].filter.call(document.querySelectorAll(".tile span,button,h1,.lead,.mall,.clock,.about,.label,.hint,.name,.facts,.say,.when"),shown).forEach(function(e){
			if(e.scrollWidth>e.clientWidth+1&&getComputedStyle(e).display!=="inline"||e.scrollHeight>e.clientHeight+2&&getComputedStyle(e).overflowY!=="visible")out.push("cut off: "+(e.className||e.nodeName)+" "+e.textContent)});
		return out})(%v)`, least))
	for _, f := range faults.([]any) {
		p.t.Errorf("%s: %v", where, f)
	}
}

// shapes are the screens a kiosk may have, and the least side of a target in
// their pixels: 112 of every 1080 of its shorter side which is
// 20 mm on a portrait screen of 32 inches.
func shapes() []struct {
	name          string
	width, height int
	least         float64
} {
	return []struct {
		name          string
		width, height int
		least         float64
	}{
		{"portrait", 1080, 1920, 112}, {"landscape", 1920, 1080, 112}, {"tablet", 1280, 800, 83}, {"tablet-portrait", 800, 1280, 83},
	}
}

// shapesBeside are screens that kiosks have too: an old one, a small one, and a
// fine one on which 112 pixels are half a finger.
func shapesBeside() map[string][3]int {
	return map[string][3]int{"1280x1024": {1280, 1024, 106}, "1366x768": {1366, 768, 83}, "768x1024": {768, 1024, 83}, "1024x768": {1024, 768, 83}, "2160x3840": {2160, 3840, 224}}
}

// TestKiosk_everyScreenFitsEveryShape goes to a number in malls of 1, 6, 32 and
// 40 agencies on every shape of screen, and nothing scrolls, jumps or is cut off.
func TestKiosk_everyScreenFitsEveryShape(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, chromium)
	for _, mall := range []struct {
		name               string
		agencies, services int
	}{{"6", 6, 1}, {"32", 32, 1}, {"32x2", 32, 2}, {"40", 40, 2}} {
		s := newServer(t, mallFile(t, manyMall(mall.agencies, mall.services)))
		for _, shape := range shapes() {
			if mall.name == "6" && shape.name != "tablet" || mall.name == "32x2" && shape.name != "portrait" {
				continue // what is in between is no other page
			}
			where := mall.name + "-" + shape.name
			p := b.open(s.base+"/kiosk?paper=80", shape.width, shape.height)
			p.watchShifts()
			p.until("tiles", `document.querySelectorAll(".tile").length > 3`)
			p.still(where + ", first")
			p.fits(where, shape.least)
			p.shoot("kiosk-fits-" + where)
			for step := 0; step < 3 && p.eval(`!document.querySelector(".take")`) == true; step++ {
				p.touch(".tiles:last-of-type .tile")
				p.fits(fmt.Sprintf("%s, page %d", where, step+2), shape.least)
			}
			p.fits(where+", choices", shape.least)
			p.touch(".take")
			p.until("the number", number)
			p.fits(where+", number", shape.least)
			p.still(where + ", number")
			p.shoot("kiosk-fits-" + where + "-number")
			p.touch(".done")
			p.until("home", `document.querySelector(".tiles")`)
			p.touch("#access")
			p.touch(".item")
			p.until("access mode's list", text("#heading", "Anda perlu"))
			p.fits(where+", access mode", shape.least)
			p.shoot("kiosk-fits-" + where + "-access")
			_ = p.conn.Close()
		}
	}
}

// TestKiosk_thirtyTwoAgenciesFitOtherScreens: the same finger, and nothing scrolls.
func TestKiosk_thirtyTwoAgenciesFitOtherScreens(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, manyMall(32, 1)))
	p := newBrowser(t, chromium).open(s.base+"/kiosk", 1080, 1920)
	for where, shape := range shapesBeside() {
		p.call("Emulation.setDeviceMetricsOverride", object{"width": shape[0], "height": shape[1], "deviceScaleFactor": 1, "mobile": false})
		p.goTo(s.base + "/kiosk")
		p.until("tiles", `document.querySelectorAll(".tile").length > 8`)
		p.fits(where, float64(shape[2]))
		p.touch(".tile")
		p.until("the choices", take)
		p.fits(where+", choices", float64(shape[2]))
	}
}

// TestKiosk_fortyAgenciesAreFoundByLetter: above 32 tiles there are the first
// tasks, and every agency once on the pages by letter, in their order.
func TestKiosk_fortyAgenciesAreFoundByLetter(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, manyMall(40, 2)))
	p := newBrowser(t, chromium).open(s.base+"/kiosk", 1080, 1920)
	p.until("tasks and letters", `document.querySelectorAll(".tiles").length === 2`)
	if n := p.eval(`document.querySelectorAll(".tiles:not(.letters) .tile").length`).(float64); n != 8 {
		t.Errorf("%v first tasks, want 8", n)
	}
	p.keep("kiosk-forty")
	pages := int(p.eval(`document.querySelectorAll(".letters .tile").length`).(float64))
	var seen []string
	for i := range pages {
		p.touch(fmt.Sprintf(".letters .tile:nth-child(%d)", i+1))
		p.until("a page of letters", `document.body.dataset.screen === "letters"`)
		seen = append(seen, strings.Split(p.eval(`[...document.querySelectorAll(".tile .name")].map(function(e){return e.textContent}).join("|")`).(string), "|")...)
		p.touch(".back")
		p.until("home", `document.querySelectorAll(".tiles").length === 2`)
	}
	unique := map[string]bool{}
	for _, name := range seen {
		unique[name] = true
	}
	if len(seen) != 40 || len(unique) != 40 {
		t.Errorf("%d tiles of %d agencies on the pages by letter, want each of 40 once", len(seen), len(unique))
	}
	for i := 1; i < len(seen); i++ {
		if strings.ToUpper(seen[i][:1]) < strings.ToUpper(seen[i-1][:1]) {
			t.Errorf("%s stands after %s", seen[i], seen[i-1])
		}
	}
	p.touch(".letters .tile:nth-child(2)")
	p.until("a page of letters", `document.body.dataset.screen === "letters"`)
	p.keep("kiosk-letters")
	p.touch(".tile")
	p.until("its services", `document.body.dataset.screen === "agency"`)
	p.touch(".back")
	p.until("the same letters", `document.body.dataset.screen === "letters"`)
}

// TestKiosk_aVisitorHasASlipInTenSeconds: a finger that finds its tile and
// needs two touches, or three through an agency, and the slip is in the printer.
func TestKiosk_aVisitorHasASlipInTenSeconds(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, chromium)
	for services, most := range map[int]float64{1: 2, 2: 3} {
		s := newServer(t, mallFile(t, manyMall(32, services)))
		p := b.open(s.base+"/kiosk?paper=80", 1080, 1920)
		p.until("32 tiles", `document.querySelectorAll(".tile").length === 32`)
		p.countTouches()
		began := time.Now()
		for p.eval(`!document.querySelector(".take")`) == true {
			p.touch(".tile")
		}
		p.touch(".take")
		p.until("the number and the slip", number+` && document.querySelector("iframe.slip")`)
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("a slip took %v", took)
		}
		if n := p.eval(`window.touches`).(float64); n > most {
			t.Errorf("%d services an agency: %v touches, want %v", services, n, most)
		}
	}
}

// TestKiosk_aTouchIsHeardWhileTheLineMoves: the tiles change under the finger,
// between its coming and its going, and the touch counts all the same.
func TestKiosk_aTouchIsHeardWhileTheLineMoves(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall))
	p := newBrowser(t, chromium).open(s.base+"/kiosk", 1080, 1920)
	p.until("tiles", `document.querySelectorAll(".tile").length === 3`)
	at := p.eval(`(function(){var r=document.querySelector(".tile").getBoundingClientRect();return [r.left+r.width/2,r.top+r.height/2]})()`).([]any)
	mouse := func(kind string) {
		p.call("Input.dispatchMouseEvent", object{"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1})
	}
	mouse("mousePressed")
	s.visitor().ticket("A")
	p.eval(`window.asked=0;var real=fetch;window.fetch=function(u,o){return real(u,o).then(function(r){if(String(u).indexOf("/api/services")===0)window.asked++;return r})};0`)
	p.until("the line's news", `window.asked`)
	time.Sleep(100 * time.Millisecond)
	mouse("mouseReleased")
	p.until("the touch heard", take)
}
