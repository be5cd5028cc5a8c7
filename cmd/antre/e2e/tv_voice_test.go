//go:build e2e || prove

package e2e

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// voiceMall has a zone with twelve counters of one service, and another zone.
func voiceMall() string {
	var b strings.Builder
	b.WriteString("mall: {name: MPP Uji, timezone: Asia/Jakarta}\nzones: [{code: \"1\", name: Lantai 1}, {code: \"2\", name: Lantai 2}]\nagencies:\n" +
		"  - code: SATU\n    name: Instansi Satu\n    zone: \"1\"\n    services: [{code: A, name: Layanan A}]\n    counters:\n")
	for n := range 12 {
		fmt.Fprintf(&b, "      - {code: \"%d\", services: [A]}\n", n+1)
	}
	b.WriteString("  - code: DUA\n    name: Instansi Dua\n    zone: \"2\"\n    services: [{code: B, name: Layanan B}]\n    counters: [{code: \"20\", services: [B]}]\n")
	return b.String()
}

// listening makes a screen note what it plays, ten times as fast as a person
// hears it, and every number that its big panel shows.
const listening = `(function () {
  window.heard = []; window.panels = []; window.shift = 0;
  var now = performance.now.bind(performance), last = '';
  performance.now = function () { return now() + window.shift; };
  var open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, address) {
    if (address.indexOf('/audio/') === 0) { this.addEventListener('load', function () { last = decodeURIComponent(address); }); }
    return open.apply(this, arguments);
  };
  var make = AudioContext.prototype.createBufferSource;
  AudioContext.prototype.createBufferSource = function () {
    var source = make.call(this), start = source.start;
    source.playbackRate.value = 10;
    source.start = function () {
      var one = { what: last, from: now(), to: 0 };
      window.heard.push(one);
      source.addEventListener('ended', function () { one.to = now(); });
      start.call(source);
    };
    return source;
  };
  new MutationObserver(function () {
    document.getElementById('now').getAttribute('data-ticket').split(' ').forEach(function (t) { if (t && window.panels.indexOf(t) < 0) { window.panels.push(t); } });
  }).observe(document.getElementById('now'), { attributes: true });
})()`

// listen opens a zone's screen that notes what it says.
func (b *browser) listen(s *server, zone string) *page {
	tv := b.open(s.base+"/tv/"+zone, 1920, 1080)
	tv.until("live", `document.body.getAttribute("data-state") === "live"`)
	tv.until("sound", `AntreSound.ready()`)
	tv.eval(listening)
	return tv
}

// heard are the clips that a screen has played, one announcement a line.
func (p *page) heard() (all []string) {
	for _, one := range p.eval(`JSON.parse(JSON.stringify(window.heard))`).([]any) {
		_, clips, _ := strings.Cut(one.(object)["what"].(string), "clips=")
		all = append(all, clips)
	}
	return all
}

func TestTV_twelveCallsAreInTheListAtOnceAndSaidOnceInOrderByOneScreen(t *testing.T) {
	counters := []string{"20"}
	for n := range 12 {
		counters = append(counters, fmt.Sprint(n+1))
	}
	s := newServer(t, mallFile(t, voiceMall()), counters...)
	b := newBrowser(t, chromium, "--autoplay-policy=no-user-gesture-required")
	one, two, three, other := b.listen(s, "1"), b.listen(s, "1"), b.listen(s, "1"), b.listen(s, "2")
	officers := map[string]*caller{}
	for _, k := range counters {
		officers[k] = s.officer(k)
		officers[k].must("POST", "/api/counters/"+k+"/open", nil)
	}
	var want, codes []string
	for n := range 12 {
		s.visitor().ticket("A")
		codes = append(codes, fmt.Sprintf("A-%03d", n+1))
	}
	began := time.Now()
	for n := range 12 {
		k := fmt.Sprint(n + 1)
		call := officers[k].must("POST", "/api/counters/"+k+"/next", nil)
		if got := call["ticket"].(object)["code"]; got != codes[n] {
			t.Fatalf("counter %s calls %v", k, got)
		}
		digits := strings.Split(fmt.Sprintf("%03d", n+1), "")
		place := map[int]string{10: "sepuluh", 11: "sebelas", 12: "2,belas"}[n+1]
		if place == "" {
			place = k
		}
		want = append(want, "chime,nomor-antrean,a,"+strings.Join(digits, ",")+",silakan-menuju,loket,"+place)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Fatalf("12 calls took %v", took)
	}
	for i, tv := range []*page{one, two, three} {
		tv.until("all twelve in the list", `document.querySelectorAll(".call").length === 12`)
		if i == 0 {
			tv.shoot("tv-twelve")
		}
	}
	want = append(want, want[11]) // the last is said again, because nobody waits any more
	one.within(50*time.Second, "all to be said", `window.heard.length >= 13 && window.heard[12].to > 0`)
	if got := one.heard(); !slices.Equal(got, want) {
		t.Errorf("said:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if over := one.eval(`window.heard.filter(function (h, i) { return i && h.from < window.heard[i - 1].to; }).length`); over != 0.0 {
		t.Errorf("%v announcements overlap", over)
	}
	for _, tv := range []*page{one, two, three} {
		tv.within(60*time.Second, "each in the big panel", `window.panels.length === 12`)
		if got := tv.eval(`window.panels.join()`); got != strings.Join(codes, ",") {
			t.Errorf("the big panel showed %v", got)
		}
	}
	s.visitor().ticket("B")
	officers["20"].must("POST", "/api/counters/20/next", nil)
	other.until("zone 2 to be told", `window.heard.length > 0`)
	for name, tv := range map[string]*page{"the second screen": two, "the third screen": three} {
		if got := tv.heard(); got != nil {
			t.Errorf("%s spoke, too: %v", name, got)
		}
	}
	if got := other.heard(); len(got) > 2 || !strings.Contains(got[0], "nomor-antrean,b,0,0,1") {
		t.Errorf("zone 2 heard %v", got)
	}
	if got := one.heard(); len(got) != 13 {
		t.Errorf("zone 1 heard more: %v", got[13:])
	}
}

func TestTV_whenSpeechIsBehindItSaysNumberAndCounterAlone(t *testing.T) {
	s := newServer(t, mallFile(t, voiceMall()), "1", "2", "3")
	tv := newBrowser(t, chromium, "--autoplay-policy=no-user-gesture-required").listen(s, "1")
	for _, k := range []string{"1", "2", "3"} {
		s.visitor().ticket("A")
		s.officer(k).must("POST", "/api/counters/"+k+"/open", nil)
	}
	// A call that was taken back is not said any more; the one after it is.
	tv.eval(`AudioContext.prototype.createBufferSource = (function (make) { return function () { var n = make.call(this); n.playbackRate.value = 4; return n; }; })(AudioContext.prototype.createBufferSource)`)
	for _, k := range []string{"1", "2", "3"} {
		s.officer(k).must("POST", "/api/counters/"+k+"/next", nil)
	}
	s.officer("2").must("POST", "/api/counters/2/undo", nil)
	tv.eval(`window.shift = 25000`)
	tv.within(20*time.Second, "two calls", `window.heard.length >= 2`)
	got := tv.heard()
	if len(got) < 2 || !strings.Contains(got[0], "silakan-menuju") || got[1] != "chime,a,pause,0,0,3,pause,loket,3" {
		t.Errorf("said %v", got)
	}
}

func TestTV_withoutTheServersSoundItStillChimes(t *testing.T) {
	s := newServer(t, mallFile(t, voiceMall()), "1")
	o := s.officer("1")
	o.must("POST", "/api/counters/1/open", nil)
	s.visitor().ticket("A")
	tv := newBrowser(t, chromium, "--autoplay-policy=no-user-gesture-required").listen(s, "1")
	tv.eval(`window.tones = 0; (function (make) { AudioContext.prototype.createOscillator = function () { window.tones++; return make.call(this); }; })(AudioContext.prototype.createOscillator);
		(function (open) { XMLHttpRequest.prototype.open = function (m, a) { return open.call(this, m, a.replace(/^.audio.*/, "/audio/id/none.wav")); }; })(XMLHttpRequest.prototype.open)`)
	o.must("POST", "/api/counters/1/next", nil)
	tv.until("the chime", `window.tones === 2`)
	for range 100 {
		if _, body := s.visitor().text("GET", "/metrics"); strings.Contains(body, "\nantre_calls_said_total 1\n") {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("the server never heard that it was said")
}

func TestAudio_isASoundForEveryNameAndNothingElse(t *testing.T) {
	s := newServer(t, mallFile(t, smallMall))
	for path, want := range map[string]int{
		"/audio/id/a.wav": 200, "/audio/en/chime.wav": 200, "/audio/id/say?clips=" + url.QueryEscape("chime,a,0,0,7"): 200,
		"/audio/id/none.wav": 404, "/audio/xx/a.wav": 404, "/audio/id/a": 404, "/audio/id/..%2f..%2flexicon.txt": 404, "/audio/id/say": 404,
		"/audio/id/say?clips=" + strings.Repeat("a,", 80): 422,
	} {
		if status, body := s.visitor().text("GET", path); status != want || want == 200 && !strings.HasPrefix(body, "RIFF") {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
}
