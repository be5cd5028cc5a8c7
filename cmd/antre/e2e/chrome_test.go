//go:build e2e || prove

package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// page is one tab of a real browser, driven over its own DevTools socket. The
// protocol's page sockets work the same in Chromium 64 and today's, which no
// driver library still does.
type page struct {
	t    testing.TB
	conn *websocket.Conn
	mu   sync.Mutex
	id   int
}

// browser is a running Chromium with a fresh profile.
type browser struct {
	t    testing.TB
	port string
}

const (
	chromium = "/usr/bin/chromium"
	// Where make puts the old engines that stand for the televisions of 2018 and 2020.
	chromium64 = "../../../.tools/chromium64"
	chromium69 = "../../../.tools/chromium69"
)

func newBrowser(t testing.TB, path string, flags ...string) *browser {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%s is missing: run make tools", path)
	}
	profile, err := os.MkdirTemp("", "antre-browser-")
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--hide-scrollbars", "--mute-audio", "--remote-debugging-port=" + strings.Split(freeAddr(t), ":")[1],
		"--remote-allow-origins=*", "--user-data-dir=" + profile}, flags...)
	cmd := exec.Command(path, append(args, "about:blank")...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = os.RemoveAll(profile)
	})
	b := &browser{t: t, port: strings.TrimPrefix(args[10], "--remote-debugging-port=")}
	for range 200 {
		if res, err := http.Get("http://127.0.0.1:" + b.port + "/json/version"); err == nil {
			_ = res.Body.Close()
			return b
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s does not answer", path)
	return nil
}

// open makes a tab of this size and goes to an address.
func (b *browser) open(url string, width, height int) *page {
	b.t.Helper()
	var tab struct {
		URL string `json:"webSocketDebuggerUrl"`
	}
	for _, method := range []string{http.MethodPut, http.MethodGet} { // old engines know only GET
		req, err := http.NewRequest(method, "http://127.0.0.1:"+b.port+"/json/new?about:blank", nil)
		if err != nil {
			b.t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			continue
		}
		raw, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if json.Unmarshal(raw, &tab) == nil && tab.URL != "" {
			break
		}
	}
	conn, _, err := websocket.DefaultDialer.Dial(tab.URL, nil)
	if err != nil {
		b.t.Fatalf("open a tab: %v", err)
	}
	p := &page{t: b.t, conn: conn}
	b.t.Cleanup(func() { _ = conn.Close() })
	p.call("Page.enable", nil)
	p.call("Emulation.setDeviceMetricsOverride", object{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false})
	p.goTo(url)
	return p
}

func (p *page) goTo(url string) {
	p.t.Helper()
	p.call("Page.navigate", object{"url": url})
	p.until("the page to load", `document.readyState === "complete" && location.href !== "about:blank"`)
}

// call sends one command and waits for its answer; events are passed over.
func (p *page) call(method string, params object) object {
	p.t.Helper()
	result, fault := p.try(method, params)
	if fault != nil {
		p.t.Fatalf("%s: %v", method, fault)
	}
	return result
}

// try is call for what may meet a page that is just being left.
func (p *page) try(method string, params object) (result, fault object) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.id++
	if params == nil {
		params = object{}
	}
	if err := p.conn.WriteJSON(object{"id": p.id, "method": method, "params": params}); err != nil {
		p.t.Fatalf("%s: %v", method, err)
	}
	_ = p.conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	for {
		var m struct {
			ID     int
			Result object
			Error  object
		}
		if err := p.conn.ReadJSON(&m); err != nil {
			p.t.Fatalf("%s: %v", method, err)
		}
		if m.ID != p.id {
			continue
		}
		return m.Result, m.Error
	}
}

// eval runs JavaScript and gives its value; promises are awaited.
func (p *page) eval(script string) any {
	p.t.Helper()
	out := p.call("Runtime.evaluate", object{"expression": script, "returnByValue": true, "awaitPromise": true})
	if e, bad := out["exceptionDetails"]; bad {
		p.t.Fatalf("%s: %v", script, e)
	}
	return out["result"].(object)["value"]
}

// until waits for an expression to be true.
func (p *page) until(what, script string) {
	p.t.Helper()
	p.within(15*time.Second, what, script)
}

func (p *page) within(limit time.Duration, what, script string) {
	p.t.Helper()
	var thrown any // a page that is half there lacks what is asked for; it may come
	for began := time.Now(); time.Since(began) < limit; time.Sleep(20 * time.Millisecond) {
		// A page that is being left has no answer yet, and a new one may have no body.
		out, left := p.try("Runtime.evaluate", object{"expression": "!!document.body && !!(" + script + ")", "returnByValue": true, "awaitPromise": true})
		if left != nil {
			continue
		}
		if thrown = out["exceptionDetails"]; thrown == nil && out["result"].(object)["value"] == true {
			return
		}
	}
	p.shoot("failed")
	if thrown != nil {
		p.t.Errorf("%s: %v", script, thrown)
	}
	p.t.Fatalf("waited in vain for %s: %s", what, p.eval(`document.body.innerText.slice(0, 800)`))
}

// press presses a key as a keyboard does.
func (p *page) press(key string) {
	p.t.Helper()
	code := map[string]int{"Enter": 13, "Tab": 9, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40, " ": 32}[key]
	down := object{"type": "keyDown", "key": key}
	if code != 0 {
		down["windowsVirtualKeyCode"] = code
	}
	if key == "Enter" {
		down["text"] = "\r"
	} else if len(key) == 1 {
		down["text"] = key
	}
	p.call("Input.dispatchKeyEvent", down)
	p.call("Input.dispatchKeyEvent", object{"type": "keyUp", "key": key, "windowsVirtualKeyCode": code})
}

// middle is where a finger aims at an element.
func (p *page) middle(element string) []any {
	p.t.Helper()
	at, ok := p.eval(`(function(e){if(!e)return null;e.scrollIntoView({block:"nearest"});var r=e.getBoundingClientRect();return [r.left+r.width/2,r.top+r.height/2]})(` + element + `)`).([]any)
	if !ok {
		p.t.Fatalf("%s is not there", element)
	}
	return at
}

func first(selector string) string { return fmt.Sprintf(`document.querySelector(%q)`, selector) }

// touch clicks the middle of an element, as a finger would.
func (p *page) touch(selector string) {
	p.t.Helper()
	p.touchAt(p.middle(first(selector)))
}

func (p *page) touchAt(at []any) {
	p.t.Helper()
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		p.call("Input.dispatchMouseEvent", object{"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1})
	}
}

// shoot keeps a photograph of the page with the test's output.
func (p *page) shoot(name string) {
	p.t.Helper()
	p.call("Page.bringToFront", nil) // a tab behind another may paint nothing
	out := p.call("Page.captureScreenshot", object{"format": "png"})
	png, err := base64.StdEncoding.DecodeString(out["data"].(string))
	if err != nil {
		p.t.Fatal(err)
	}
	dir := "../../../test-output"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
	p.taken(name)
}

// signIn goes through the form.
func (p *page) signIn(s *server, user, next string) {
	p.t.Helper()
	p.signInAt(s.base, user, password, next)
}

func (p *page) signInAt(base, user, password, next string) {
	p.t.Helper()
	p.goTo(base + "/sign-in?next=" + next)
	p.eval(fmt.Sprintf(`document.querySelector("[name=user]").value=%q;document.querySelector("[name=password]").value=%q;document.querySelector("main form").submit()`, user, password))
	p.until("the page behind sign-in", fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, next))
}

// accessible runs axe-core and fails on any violation. What a hall reads from
// afar needs 7:1, and what a hand touches its size. A page that is read at a
// desk or on a phone is looked at once more at twice the size.
func (p *page) accessible(name string) {
	p.t.Helper()
	axe, err := os.ReadFile("../../../.tools/node_modules/axe-core/axe.min.js")
	if err != nil {
		p.t.Fatalf("axe-core is missing: run make tools: %v", err)
	}
	p.call("Page.setBypassCSP", object{"enabled": true})
	p.eval(string(axe) + ";0")
	found := p.eval(`axe.run({ rules: { "color-contrast-enhanced": { enabled: ` + inTheHall + ` }, "target-size": { enabled: true } } }).then(function(r){return r.violations.map(function(v){return v.id+": "+v.help+" "+v.nodes.map(function(n){return n.html.slice(0,160)+" "+(n.any[0]?n.any[0].message:"")}).join(" | ")})})`)
	for _, v := range found.([]any) {
		p.t.Errorf("%s: %v", name, v)
	}
	if hosts := p.eval(otherHosts); hosts != "" {
		p.t.Errorf("%s: requests to another host: %v", name, hosts)
	}
	if p.eval(inTheHall) == false {
		p.zoomed(name)
	}
}

// otherHosts are those that a page has asked, but for the mall's own servers.
const otherHosts = `(function () {
  var told = document.getElementById('servers'), own = [location.origin].concat(told ? JSON.parse(told.textContent).servers : []);
  return performance.getEntriesByType('resource').map(function (e) { return e.name; }).filter(function (name) {
    return /^(https?|wss?):/.test(name) && own.indexOf(new URL(name).origin.replace(/^ws/, 'http')) < 0;
  }).join(' ');
})()`

const inTheHall = `/^\/(kiosk|tv|overview|sign\/|pair)/.test(location.pathname)`

// zoomed looks at a page at 200 %, and on a phone at 320 pixels: nothing is cut
// off, and nobody scrolls sideways.
func (p *page) zoomed(name string) {
	p.t.Helper()
	width, height := int(p.eval(`innerWidth`).(float64)), int(p.eval(`innerHeight`).(float64))
	small := object{"width": width / 2, "height": height / 2, "deviceScaleFactor": 2, "mobile": false}
	if width < 640 {
		small = object{"width": min(width, 320), "height": height, "deviceScaleFactor": 1, "mobile": false}
	}
	p.call("Emulation.setDeviceMetricsOverride", small)
	wrong := p.eval(`(function () {
  var all = [], page = document.scrollingElement;
  if (page.scrollWidth > innerWidth + 1) { all.push('scrolls sideways: ' + page.scrollWidth + ' in ' + innerWidth); }
  document.querySelectorAll('body *').forEach(function (e) {
    var s = getComputedStyle(e), r = e.getBoundingClientRect(), own = Array.from(e.childNodes).some(function (n) { return n.nodeType === 3 && n.textContent.trim(); });
    if (!own || !r.width || s.visibility === 'hidden' || s.clipPath !== 'none' || s.clip !== 'auto') { return; }
    if (s.overflowX !== 'visible' && s.textOverflow !== 'ellipsis' && e.scrollWidth > e.clientWidth + 1) { all.push('cut off: ' + e.textContent.trim().slice(0, 60)); }
    if (/^\/t\//.test(location.pathname) && /^(BUTTON|SUMMARY)$/.test(e.tagName) && r.height < 47.5) { all.push(e.textContent.trim() + ' is ' + Math.round(r.height) + ' high'); }
  });
  return all.slice(0, 8).join('; ');
})()`)
	if wrong != "" {
		p.shoot("zoomed-" + strings.NewReplacer(" ", "-", ",", "", "/", "").Replace(name))
		p.t.Errorf("%s, at twice the size: %v", name, wrong)
	}
	p.call("Emulation.setDeviceMetricsOverride", object{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false})
}
