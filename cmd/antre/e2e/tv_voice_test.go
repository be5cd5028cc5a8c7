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

// voiceMall has a zone with twenty counters of one service, and another zone.
func voiceMall() string {
	var b strings.Builder
	b.WriteString("mall: {name: MPP Uji, timezone: Asia/Jakarta}\nzones: [{code: \"1\", name: Lantai 1}, {code: \"2\", name: Lantai 2}]\nagencies:\n" +
		"  - code: SATU\n    name: Instansi Satu\n    zone: \"1\"\n    services: [{code: A, name: Layanan A}]\n    counters:\n")
	for n := range 20 {
		fmt.Fprintf(&b, "      - {code: \"%d\", services: [A]}\n", n+1)
	}
	b.WriteString("  - code: DUA\n    name: Instansi Dua\n    zone: \"2\"\n    services: [{code: B, name: Layanan B}]\n    counters: [{code: \"40\", services: [B]}]\n")
	return b.String()
}

// listening makes a screen note what it plays, ten times as fast as a person
// hears it, and every number that its big panel shows, and how long each group of them stood.
const listening = `(function () {
  window.heard = []; window.panels = []; window.turns = []; window.shift = 0;
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
    var fresh = document.getElementById('now').getAttribute('data-ticket').split(' ').filter(function (t) { return t && window.panels.indexOf(t) < 0; });
    window.panels = window.panels.concat(fresh);
    if (fresh.length) { window.turns.push(now()); }
  }).observe(document.getElementById('now'), { attributeFilter: ['data-ticket'] });
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

func TestTV_twentyCallsAreInTheListAtOnceAndSaidOnceInOrderByOneScreen(t *testing.T) {
	const most = 20 // more than the list has rows
	counters := []string{"40"}
	for n := range most {
		counters = append(counters, fmt.Sprint(n+1))
	}
	s := newServer(t, mallFile(t, voiceMall()), counters...)
	b := newBrowser(t, chromium, "--autoplay-policy=no-user-gesture-required")
	sign := b.open(s.base+"/sign/1", 1920, 1080) // first of all, and never the voice
	sign.until("the sign", `document.getElementById("counter").textContent !== ""`)
	one, two, three, other := b.listen(s, "1"), b.listen(s, "1"), b.listen(s, "1"), b.listen(s, "2")
	officers := map[string]*caller{}
	for _, k := range counters {
		officers[k] = s.officer(k)
		officers[k].must("POST", "/api/counters/"+k+"/open", nil)
	}
	var want, codes []string
	for n := range most {
		s.visitor().ticket("A")
		codes = append(codes, fmt.Sprintf("A-%03d", n+1))
	}
	began := time.Now()
	for n := range most {
		k := fmt.Sprint(n + 1)
		call := officers[k].must("POST", "/api/counters/"+k+"/next", nil)
		if got := call["ticket"].(object)["code"]; got != codes[n] {
			t.Fatalf("counter %s calls %v", k, got)
		}
		want = append(want, strings.Join(strings.Split(fmt.Sprintf("%03d", n+1), ""), ","))
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Fatalf("%d calls took %v", most, took)
	}
	for i, tv := range []*page{one, two, three} {
		tv.until("twelve in the list", `document.querySelectorAll(".call").length === 12 && document.querySelector(".call").dataset.ticket === "A-020"`)
		if i == 0 {
			tv.shoot("tv-twelve")
		}
	}
	want = append(want, want[most-1]) // the last is said again, because nobody waits any more
	one.within(90*time.Second, "all to be said", fmt.Sprintf(`window.heard.length >= %d && window.heard[%d].to > 0`, most+1, most))
	var said []string
	for _, clips := range one.heard() {
		_, number, _ := strings.Cut(strings.Replace(clips, "a,pause,", "a,", 1), ",a,")
		said = append(said, number[:min(len(number), 5)])
	}
	if !slices.Equal(said, want) {
		t.Errorf("said:\n%s\nwant:\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
	for n, place := range map[int]string{0: "1", 9: "sepuluh", 10: "sebelas", 11: "2,belas"} {
		if got, all := one.heard()[n], "chime,nomor-antrean,a,"+want[n]+",silakan-menuju,loket,"+place; got != all {
			t.Errorf("said %s, want %s", got, all)
		}
	}
	if over := one.eval(`window.heard.filter(function (h, i) { return i && h.from < window.heard[i - 1].to; }).length`); over != 0.0 {
		t.Errorf("%v announcements overlap", over)
	}
	for _, tv := range []*page{one, two, three} {
		tv.within(90*time.Second, "each in the big panel", fmt.Sprintf(`window.panels.length === %d`, most))
		if got := tv.eval(`window.panels.join()`); got != strings.Join(codes, ",") {
			t.Errorf("the big panel showed %v", got)
		}
		if short := tv.eval(`window.turns.filter(function (at, i) { return i && at - window.turns[i - 1] < 3900; }).length`); short != 0.0 {
			t.Errorf("%v groups stood in the big panel for less than 4 s", short)
		}
	}
	s.visitor().ticket("B")
	officers["40"].must("POST", "/api/counters/40/next", nil)
	other.until("zone 2 to be told", `window.heard.length > 0`)
	for name, tv := range map[string]*page{"the second screen": two, "the third screen": three} {
		if got := tv.heard(); got != nil {
			t.Errorf("%s spoke, too: %v", name, got)
		}
	}
	if got := other.heard(); len(got) > 2 || !strings.Contains(got[0], "nomor-antrean,b,0,0,1") {
		t.Errorf("zone 2 heard %v", got)
	}
	if got := one.heard(); len(got) != most+1 {
		t.Errorf("zone 1 heard more: %v", got[most+1:])
	}
}

func TestTV_speaksTheMallsLanguagesInItsOrder(t *testing.T) {
	s := newServer(t, mallFile(t, strings.Replace(voiceMall(), "timezone: Asia/Jakarta", "timezone: Asia/Jakarta, speech: {languages: [id, en]}", 1)), "1")
	tv := newBrowser(t, chromium, "--autoplay-policy=no-user-gesture-required").listen(s, "1")
	o := s.officer("1")
	o.must("POST", "/api/counters/1/open", nil)
	s.visitor().ticket("A")
	o.must("POST", "/api/counters/1/next", nil)
	tv.until("both languages", `window.heard.length >= 2`)
	if got, want := tv.heard()[:2], []string{"chime,nomor-antrean,a,0,0,1,silakan-menuju,loket,1", "queue-number,a,0,0,1,please-go-to,counter,1"}; !slices.Equal(got, want) {
		t.Errorf("said %q, want %q", got, want)
	}
	if got := tv.eval(`document.querySelector("#now .service").textContent`); got != "Layanan A" {
		t.Errorf("the big panel names the service %q", got)
	}
}

func TestTV_whatWaitedWhileTheServerWasAwayIsSaidWithItsWordsOrNotAtAll(t *testing.T) {
	s := newServer(t, mallFile(t, voiceMall()), "1", "2")
	tv := newBrowser(t, chromium, "--autoplay-policy=no-user-gesture-required").listen(s, "1")
	tv.eval(`window.tones = 0; (function (make) { AudioContext.prototype.createOscillator = function () { window.tones++; return make.call(this); }; })(AudioContext.prototype.createOscillator);
		window.away = true; (function (send) { XMLHttpRequest.prototype.send = function () { if (window.away) { this.onerror(); } else { send.apply(this, arguments); } }; })(XMLHttpRequest.prototype.send)`)
	for _, k := range []string{"1", "2"} {
		s.visitor().ticket("A")
		o := s.officer(k)
		o.must("POST", "/api/counters/"+k+"/open", nil)
		o.must("POST", "/api/counters/"+k+"/next", nil)
	}
	tv.until("the second call", `document.querySelectorAll(".call").length === 2`)
	s.officer("1").must("POST", "/api/counters/1/undo", nil)
	tv.until("it to be taken back", `document.querySelectorAll(".call").length === 1`)
	time.Sleep(1500 * time.Millisecond)
	if got := tv.eval(`window.tones + window.heard.length`); got != 0.0 {
		t.Errorf("%v sounds without words", got)
	}
	tv.eval(`window.away = false`)
	tv.until("the call that still stands", `window.heard.length > 0`)
	if got := tv.heard()[0]; !strings.Contains(got, "a,0,0,2") {
		t.Errorf("said %s", got)
	}
	s.metric("antre_calls_said_total", "1")
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

func TestTV_withoutTheServersSoundItStillChimesAndTheOfficerIsTold(t *testing.T) {
	s := newServer(t, mallFile(t, voiceMall()), "1")
	o := s.officer("1")
	o.must("POST", "/api/counters/1/open", nil)
	s.visitor().ticket("A")
	tv := newBrowser(t, chromium, "--autoplay-policy=no-user-gesture-required").listen(s, "1")
	tv.eval(`window.tones = 0; (function (make) { AudioContext.prototype.createOscillator = function () { window.tones++; return make.call(this); }; })(AudioContext.prototype.createOscillator);
		(function (open) { XMLHttpRequest.prototype.open = function (m, a) { return open.call(this, m, a.replace(/^.audio.*/, "/audio/id/none.wav")); }; })(XMLHttpRequest.prototype.open)`)
	o.must("POST", "/api/counters/1/next", nil)
	tv.until("the chime", `window.tones === 2`)
	for range 300 {
		if unheard := o.must("GET", "/api/counters/1", nil)["unheard"].([]any); len(unheard) == 1 {
			s.metric("antre_calls_said_total", "0")
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("the officer was never told that a chime had no words")
}

// metric waits until a figure of the server is this.
func (s *server) metric(name, want string) {
	s.t.Helper()
	for range 100 {
		if _, body := s.visitor().text("GET", "/metrics"); strings.Contains(body, "\n"+name+" "+want+"\n") {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.t.Errorf("%s never was %s", name, want)
}

func TestAudio_isASoundForEveryNameAndNothingElse(t *testing.T) {
	s := newServer(t, mallFile(t, smallMall))
	for path, want := range map[string]int{
		"/audio/id/a.wav": 200, "/audio/en/chime.wav": 200, "/audio/id/say?clips=" + url.QueryEscape("chime,a,0,0,7"): 200,
		"/audio/id/none.wav": 404, "/audio/xx/a.wav": 404, "/audio/id/a": 404, "/audio/id/..%2f..%2flexicon.txt": 404, "/audio/id/say": 404,
		"/audio/id/say?clips=" + strings.Repeat("a,", 80): 422, "/audio/id/say?clips=chime,a,chime": 422,
	} {
		if status, body := s.visitor().text("GET", path); status != want || want == 200 && !strings.HasPrefix(body, "RIFF") {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
}

// A set that hangs upright shows the big number above the list, and nothing of
// either is cut off.
func TestTV_standsUpright(t *testing.T) {
	t.Parallel()
	counters := []string{"10", "11", "12", "13", "14", "15", "16"}
	s := newServer(t, mallFile(t, voiceMall()), counters...)
	p := newBrowser(t, chromium, "--autoplay-policy=no-user-gesture-required").open(s.base+"/tv/1", 1080, 1920)
	p.until("live", `document.body.dataset.state === "live"`)
	cut := func(when string) {
		t.Helper()
		for _, fault := range p.eval(`(function () { var out = []; document.querySelectorAll(".panel, .panel p, .call, .call span, #side h2, footer span").forEach(function (e) { var r = e.getBoundingClientRect(), m = document.querySelector(e.closest("footer") ? "footer" : e.closest("#now") ? "#now" : "#side").getBoundingClientRect();
			if (r.height && (r.left < -1 || r.right > innerWidth + 1 || r.top < m.top - 1 || r.bottom > m.bottom + 1)) out.push(e.className + " " + e.textContent); }); return out; })()`).([]any) {
			t.Errorf("%s is cut off: %v", when, fault)
		}
	}
	for i, k := range counters {
		o := s.officer(k)
		o.must("POST", "/api/counters/"+k+"/open", nil)
		s.visitor().ticket("A")
		o.must("POST", "/api/counters/"+k+"/next", nil)
		if i == 0 {
			p.until("the call", `document.querySelectorAll(".call").length === 1 && document.getElementById("now").dataset.ticket === "A-001"`)
			cut("one call")
		}
	}
	p.until("all in the list", `document.querySelectorAll(".call").length === 7`)
	cut("a busy list")
}
