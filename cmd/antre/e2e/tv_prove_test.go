//go:build prove

package e2e

import (
	"fmt"
	"image/color"
	"net/http"
	"slices"
	"testing"
	"time"
)

// From the officer's key to the first sound, when nobody is being called.
func TestProve_fortyCallsFromKeyToSound(t *testing.T) {
	s := newServer(t, mallFile(t, voiceMall()), "1")
	tv := newBrowser(t, chromium, "--autoplay-policy=no-user-gesture-required").listen(s, "1")
	officer := s.officer("1")
	officer.must("POST", "/api/counters/1/open", nil)
	var times []time.Duration
	for n := range 40 {
		s.visitor().ticket("A")
		pressed := time.Now()
		officer.must("POST", "/api/counters/1/next", nil)
		tv.until("the call and its repetition to be over", fmt.Sprintf(`window.heard.length === %d && window.heard[%d].to > 0`, 2*n+2, 2*n+1))
		at := tv.eval(fmt.Sprintf(`performance.timeOrigin + window.heard[%d].from`, 2*n)).(float64)
		times = append(times, time.UnixMicro(int64(at*1000)).Sub(pressed))
	}
	slices.Sort(times)
	t.Logf("from the officer's key to the sound: median %v, p95 %v, longest %v", times[20], times[37], times[39])
	if times[37] > time.Second {
		t.Errorf("p95 is %v, want under a second", times[37])
	}
}

// hurried makes a page's steady clock go four times as fast and its voice ten
// times, and counts what it says.
const hurried = `(function () {
  var now = performance.now.bind(performance), from = now(), make = AudioContext.prototype.createBufferSource;
  performance.now = function () { return from + (now() - from) * 4; };
  window.said = 0;
  AudioContext.prototype.createBufferSource = function () {
    var source = make.call(this);
    source.playbackRate.value = 10;
    window.said++;
    return source;
  };
})()`

// A television is on for a year: a day's calls, shown and spoken beside
// pictures, leave nothing behind in its page.
func TestProve_fiveThousandCallsLeaveNothingInThePage(t *testing.T) {
	const calls, warm = 5000, 500
	s := newServer(t, mallFile(t, voiceMall()), "1", "2", "3")
	boss := s.boss()
	for _, name := range []string{"Satu", "Dua"} {
		if status, _ := boss.addMedia(name, "1", "3", picture(t, color.RGBA{0, 120, 60, 255})); status != http.StatusOK {
			t.Fatalf("a picture: %d", status)
		}
	}
	tv := newBrowser(t, chromium, "--autoplay-policy=no-user-gesture-required").open(s.base+"/tv/1", 1920, 1080)
	tv.until("live", `document.body.getAttribute("data-state") === "live" && AntreSound.ready()`)
	tv.eval(hurried)
	tv.call("HeapProfiler.enable", nil)
	tv.call("Performance.enable", nil)
	held := func() (heap, nodes float64) {
		tv.call("HeapProfiler.collectGarbage", nil)
		for _, m := range tv.call("Performance.getMetrics", nil)["metrics"].([]any) {
			switch m := m.(object); m["name"] {
			case "JSHeapUsedSize":
				heap = m["value"].(float64)
			case "Nodes":
				nodes = m["value"].(float64)
			}
		}
		return heap, nodes
	}
	var officers []*caller
	for _, k := range []string{"1", "2", "3"} {
		o := s.officer(k)
		o.must("POST", "/api/counters/"+k+"/open", nil)
		officers = append(officers, o)
	}
	visitor := s.visitor()
	var heap, nodes float64
	for n := range calls {
		visitor.ticket("A")
		officers[n%3].must("POST", fmt.Sprintf("/api/counters/%d/next", n%3+1), nil)
		if n == warm {
			heap, nodes = held()
		}
	}
	tv.within(5*time.Minute, "the last call in the list", fmt.Sprintf(`document.querySelectorAll('.call[data-ticket="A-%d"]').length > 0`, calls))
	after, left := held()
	said := tv.eval(`window.said`).(float64)
	t.Logf("heap %.0f KB after %d calls, %.0f KB after %d; nodes %.0f and %.0f; %.0f sounds", heap/1024, warm, after/1024, calls, nodes, left, said)
	if said < 20 {
		t.Errorf("the voice made %.0f sounds", said)
	}
	if after > 1.5*heap || left > 2*nodes {
		t.Error("the page grows with the calls")
	}
}
