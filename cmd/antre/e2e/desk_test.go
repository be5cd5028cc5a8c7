//go:build e2e || prove

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// deskMall has two counters of one service and one of another, priority that
// alternates, and no countdown, so that a no-show takes no minute.
const deskMall = `mall:
  name: MPP Kabupaten Uji
  timezone: Asia/Jakarta
  no_show_after_s: 0
  priority_run: 1
zones:
  - {code: "1", name: {id: Lantai 1, en: Floor 1}}
agencies:
  - code: DUKCAPIL
    name: {id: Dinas Kependudukan dan Pencatatan Sipil, en: Population and Civil Registry}
    short: Dukcapil
    zone: "1"
    services:
      - {code: A, name: {id: Perekaman KTP-el, en: ID card registration}, minutes: 6}
      - {code: AB, name: {id: KK dan Akta Kelahiran, en: Family card and birth certificate}, minutes: 5}
    counters:
      - {code: "1", services: [A], assists: [AB]}
      - {code: "2", services: [A]}
      - {code: "3", services: [AB]}
`

// console is the page of counter 1, its API, and who else is in the mall.
type console struct {
	*page
	s     *server
	api   *caller
	other *caller
	boss  *caller
	at    map[string]time.Time // when each key was pressed last
}

// press waits first where the same key sooner would be a double press, by design.
func (c *console) press(key string) {
	c.t.Helper()
	if at, before := c.at[key]; before {
		time.Sleep(time.Until(at.Add(1550 * time.Millisecond)))
	}
	c.page.press(key)
	c.at[key] = time.Now()
}

// walk goes down the lists with the arrow until the focus is where it should be.
func (c *console) walk(what, script string) {
	c.t.Helper()
	for range 16 {
		if c.eval("!!("+script+")") == true {
			return
		}
		c.page.press("ArrowDown")
	}
	c.t.Fatalf("the arrows do not reach %s", what)
}

// openConsole signs in at counter 1 and opens it with the one key.
func openConsole(t *testing.T, lang string) *console {
	t.Helper()
	s := newServer(t, mallFile(t, deskMall), "1", "2", "3")
	s.command(password, "staff", "add", "--user", "uboss", "--name", "Bu Kepala", "--role", "supervisor", "--agency", "DUKCAPIL", "--password-stdin")
	c := &console{page: newBrowser(t, chromium).open(s.base+"/sign-in", 1366, 768), s: s, api: s.officer("1"), other: s.officer("2"), boss: s.officer("boss"), at: map[string]time.Time{}}
	c.other.must("POST", "/api/counters/2/open", nil)
	s.officer("3").must("POST", "/api/counters/3/open", nil)
	c.signIn(s, "u1", "/desk/1")
	if lang != "id" {
		c.goTo(s.base + "/desk/1?lang=" + lang)
	}
	c.until("the console to be live", `document.body.dataset.live === "yes"`)
	c.key("Enter", "the counter to open", `document.body.dataset.state === "open"`)
	return c
}

// key presses and waits for what it brings.
func (c *console) key(key, what, script string) {
	c.t.Helper()
	c.until("the answer to what was done before", `document.body.dataset.asking !== "yes"`)
	c.press(key)
	c.until(what, script)
}

// answer presses keys in an open dialog.
func (c *console) answer(keys ...string) {
	c.t.Helper()
	c.until("a dialog", `document.getElementById("ask").open`)
	for _, k := range keys {
		c.press(k)
	}
}

// write types into the field that has the focus.
func (c *console) write(text string) {
	c.t.Helper()
	c.call("Input.insertText", object{"text": text})
}

// view is the counter as the API shows it.
func (c *console) view() object {
	c.t.Helper()
	return c.api.must("GET", "/api/counters/1", nil)
}

func (c *console) current() string {
	c.t.Helper()
	if k, ok := c.view()["current"].(object); ok {
		return k["code"].(string)
	}
	return ""
}

// shows is true once an element's text holds these words.
func shows(selector string, words ...string) string {
	var all []string
	for _, w := range words {
		all = append(all, fmt.Sprintf(`(document.querySelector(%q)||{textContent:""}).textContent.includes(%q)`, selector, w))
	}
	return strings.Join(all, " && ")
}

const noDialog = ` && !document.getElementById("ask").open`

// size makes the window so large.
func (c *console) size(width, height int) {
	c.t.Helper()
	c.call("Emulation.setDeviceMetricsOverride", object{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false})
	time.Sleep(60 * time.Millisecond)
}

// state looks at the page in both sizes: no violation, nothing cut off, and a photograph.
func (c *console) state(name string) {
	c.t.Helper()
	c.keep("desk-" + name)
	c.whole(name)
	c.size(320, 180)
	c.keep("desk-" + name + "-small")
	c.whole(name + ", small")
	c.size(1366, 768)
}

// whole fails when the page is larger than its window, when a word of the main
// column is cut off, or when anything that can be pressed lies outside.
func (c *console) whole(name string) {
	c.t.Helper()
	faults := c.eval(`(function(){var out=[],d=document.documentElement;
		if(d.scrollWidth>innerWidth||d.scrollHeight>innerHeight)out.push("the page is "+d.scrollWidth+"x"+d.scrollHeight);
		var ask=document.getElementById("ask"),number=document.getElementById("ticket").getBoundingClientRect();
		document.querySelectorAll(".strip > p").forEach(function(e){var r=e.getBoundingClientRect();if(r.height&&r.top<number.bottom-6&&r.bottom>number.top+6)out.push("a notice covers the number: "+[r.top,r.bottom,number.top,number.bottom])});
		document.querySelectorAll(ask.open?"#ask button, #ask input, #ask h2":"#next, #ticket, #peek, #class, .acts button, .undo button, #why, #notes, #undo, #alarms li, .strip > p, .top .badge").forEach(function(e){
			var r=e.getBoundingClientRect();if(!r.width||e.closest("#ask-choices")&&ask.dataset.kind==="find")return;
			var n=(e.id||e.dataset.act||e.textContent).slice(0,40);
			if(r.left<-0.5||r.top<-0.5||r.right>innerWidth+0.5||r.bottom>innerHeight+0.5)out.push(n+" lies outside: "+[r.left,r.top,r.right,r.bottom]);
			if(e.tagName!=="INPUT"&&(e.scrollWidth>e.clientWidth+1&&getComputedStyle(e).display!=="inline"||e.scrollHeight>e.clientHeight+1&&getComputedStyle(e).overflowY!=="visible"))out.push(n+" is cut off");
		});return out})()`)
	for _, f := range faults.([]any) {
		c.t.Errorf("console, %s: %v", name, f)
	}
}

// TestConsole_everyRuleByKeyboardAlone goes through an officer's day without a
// mouse, and asks the API after every step.
func TestConsole_everyRuleByKeyboardAlone(t *testing.T) {
	t.Parallel()
	c := openConsole(t, "id")
	c.until("nobody waits", shows("#peek", "Tidak ada yang menunggu"))
	for range 4 {
		c.s.visitor().ticket("A")
	}
	for range 2 {
		c.s.visitor().must("POST", "/api/tickets", object{"service": "A", "class": "priority"})
	}
	c.until("who comes next, and why", shows("#upcoming li:first-child", "A-005", "Prioritas", "paling banyak 1 berturut-turut")+" && "+shows("#upcoming li:nth-child(2)", "A-001", "giliran nomor umum"))
	c.until("how many wait in each line", shows("#lines li", "A", "6")+" && "+shows("#lines li:nth-child(2)", "AB", "0", "membantu"))
	c.state("waiting")

	c.key("Enter", "the priority visitor, and why", shows("#ticket", "A-005")+` && !document.getElementById("class").hidden && `+shows("#why", "Nomor prioritas didahulukan"))
	if k := c.view()["current"].(object); k["why"] != "priority" || !strings.HasPrefix(k["why_text"].(string), "Nomor prioritas didahulukan") {
		t.Errorf("the API says %v: %v", k["why"], k["why_text"])
	}
	c.state("called")
	c.key("s", "being served", shows("#service", "Dilayani"))
	c.holdAndCallBack()
	c.transferAndUndo()
	c.absentAndBack()
	c.outOfOrder()
	c.classOfTheList()
	c.close()
}

func (c *console) holdAndCallBack() {
	c.t.Helper()
	c.key("h", "the reasons", `document.getElementById("ask").open && `+shows("#ask", "Tunda A-005", "Fotokopi berkas"))
	c.state("hold-asks")
	c.answer("1")
	c.until("on hold here", shows("#held", "A-005", "Fotokopi berkas")+" && "+shows("#ticket", "–")+noDialog)
	if held := c.view()["held"].([]any); len(held) != 1 || held[0].(object)["code"] != "A-005" || c.current() != "" {
		c.t.Errorf("the API holds %v", held)
	}
	c.state("held")
	// The held visitor is reached with the arrows and called with Enter.
	c.walk("the row", `document.activeElement.closest("#held")`)
	c.press("Enter")
	c.until("the held visitor called", shows("#ticket", "A-005")+" && "+shows("#why", "tadi ditunda di sini")+` && !document.querySelector("#held li")`)
	if k := c.view()["current"].(object); k["code"] != "A-005" || k["why"] != "held" {
		c.t.Errorf("the API says %v %v", k["code"], k["why"])
	}
}

func (c *console) transferAndUndo() {
	c.t.Helper()
	c.key("t", "where to", `document.getElementById("ask").open && `+shows("#ask-choices", "AB · KK dan Akta Kelahiran", "Dukcapil"))
	c.state("transfer-asks")
	c.answer("1")
	c.write("sudah foto, tinggal cetak")
	c.press("Enter")
	c.until("sent on", shows("#message", "A-005 dialihkan ke AB")+" && "+shows("#ticket", "–")+noDialog)
	next := c.s.officer("3").must("GET", "/api/counters/3", nil)["next"].([]any)
	if len(next) != 1 || next[0].(object)["code"] != "A-005" || next[0].(object)["note"] != "sudah foto, tinggal cetak" {
		c.t.Errorf("counter 3 sees %v", next)
	}
	c.until("what undo gives back, and for how long", shows("#undo", "A-005 jadi dipanggil lagi", " d"))
	c.state("transferred")
	before := c.eval(`document.getElementById("undo").textContent`)
	c.until("the countdown runs", fmt.Sprintf(`document.getElementById("undo").textContent !== %q`, before))
	c.key("u", "the visitor is back", shows("#ticket", "A-005"))
	if next := c.s.officer("3").must("GET", "/api/counters/3", nil)["next"].([]any); c.current() != "A-005" || len(next) != 0 {
		c.t.Errorf("after the undo %q is here and counter 3 sees %v", c.current(), next)
	}
}

func (c *console) absentAndBack() {
	c.t.Helper()
	c.key("n", "a no-show", shows("#ticket", "–")+" && "+shows("#no-shows", "A-005", "sampai"))
	c.state("no-show")
	c.walk("the row", `document.activeElement.closest("#no-shows")`)
	c.press("Enter")
	c.until("back in the line", `!document.querySelector("#no-shows li") && `+shows("#upcoming", "A-005"))
	if left := c.view()["no_shows"].([]any); len(left) != 0 {
		c.t.Errorf("the API still lists %v", left)
	}
}

func (c *console) outOfOrder() {
	c.t.Helper()
	c.press("Escape")
	c.key("l", "which number", `document.getElementById("ask").open && `+shows("#ask", "Nomor lain"))
	c.state("number-asks")
	c.write("a-004")
	c.press("Enter")
	c.until("what with it", shows("#ask-title", "Nomor A-004"))
	c.answer("1")
	c.until("the reason", shows("#ask-title", "Panggil A-004 di luar urutan"))
	c.walk("the field for other reasons", `document.activeElement.id === "ask-text"`)
	c.press("Enter")
	c.until("a reason is needed", shows("#ask-fault", "Pilih atau tulis alasan"))
	if c.current() != "" {
		c.t.Error("called out of order without a reason")
	}
	for range 4 {
		c.page.press("ArrowUp")
	}
	c.state("out-of-order-asks")
	c.answer("3")
	c.until("called out of order", shows("#ticket", "A-004")+" && "+shows("#why", "di luar urutan", "Alasan: Keadaan mendesak"))
	if k := c.view()["current"].(object); k["why"] != "out_of_order" || k["why_reason"] != "Keadaan mendesak" {
		c.t.Errorf("the API says %v: %v", k["why"], k["why_reason"])
	}
	c.state("out-of-order")
}

func (c *console) classOfTheList() {
	c.t.Helper()
	var row string
	for i, n := range c.view()["next"].([]any) {
		if n.(object)["code"] == "A-003" {
			row = fmt.Sprintf("#upcoming li:nth-child(%d)", i+1)
		}
	}
	c.walk("the row", `(document.activeElement.dataset||{}).code === "A-003"`)
	c.press("Enter")
	c.until("what with A-003", shows("#ask-title", "Nomor A-003")+" && "+shows("#ask-choices", "Selesaikan dulu A-004", "Jadikan Prioritas – diminta pengunjung", "salah pilih di kios"))
	c.state("row-asks")
	c.answer("1")
	c.until("the class changed", shows("#message", "A-003 sekarang Prioritas"))
	for _, n := range c.view()["next"].([]any) {
		if u := n.(object); u["code"] == "A-003" && u["class"] != "priority" {
			c.t.Errorf("%s: the API says %v", row, u)
		}
	}
}

func (c *console) close() {
	c.t.Helper()
	c.press("Escape")
	c.key("c", "why close", `document.getElementById("ask").open && `+shows("#ask", "Minta tutup", "Selesai bertugas"))
	c.state("close-asks")
	c.answer("1")
	c.until("the request waits", shows("#alarms", "Menunggu jawaban supervisor: Selesai bertugas")+noDialog)
	if r := c.view()["close_request"].(object); r["state"] != "asked" || r["reason"] != "Selesai bertugas" {
		c.t.Errorf("the API says %v", r)
	}
	c.state("close-asked")
	c.boss.must("POST", "/api/counters/1/close-request/answer", object{"approve": false, "note": "Tunggu sampai pukul 15"})
	c.until("refused, with the note", shows("#alarms", "ditolak", "Tunggu sampai pukul 15"))
	c.key("c", "asks again", `document.getElementById("ask").open`)
	c.answer("3")
	c.until("the request waits", shows("#alarms", "Menunggu jawaban supervisor: Sakit"))
	c.boss.must("POST", "/api/counters/1/close-request/answer", object{"approve": true, "note": "Lekas sembuh"})
	c.until("approved, after this visitor", shows("#alarms", "tutup sesudah pengunjung ini", "Lekas sembuh")+" && "+shows("#main", "Selesai & tutup"))
	c.state("close-approved")
	c.key("Enter", "the counter closes with its visitor", `document.body.dataset.state === "closed" && `+shows("#ticket", "–"))
	if v := c.view(); v["state"] != "closed" || v["current"] != nil {
		c.t.Errorf("the API says %v %v", v["state"], v["current"])
	}
	c.state("closed")
}

// TestConsole_conflictPauseLostAnswerAndCut is what goes wrong at a counter, in English.
func TestConsole_conflictPauseLostAnswerAndCut(t *testing.T) {
	t.Parallel()
	c := openConsole(t, "en")
	for range 4 {
		c.s.visitor().ticket("A")
	}
	c.until("the line", shows("#upcoming li:nth-child(4)", "A-004", "their turn"))

	// While this officer says why, counter 2 calls the same number.
	c.walk("A-003", `(document.activeElement.dataset||{}).code === "A-003"`)
	c.key("Enter", "what with A-003", `document.getElementById("ask").open && `+shows("#ask-title", "Number A-003"))
	c.answer("1")
	c.until("the reason", shows("#ask-title", "Call A-003 out of order"))
	c.other.must("POST", "/api/counters/2/call", object{"ticket": "A-003", "reason": "Terlewat"})
	c.answer("2")
	c.until("who has it", shows("#message.bad", "A-003 has already been called to counter 2.")+noDialog)
	if c.current() != "" {
		t.Errorf("the loser has %s", c.current())
	}
	c.state("conflict")
	c.press("Escape")

	c.key("p", "why pause", `document.getElementById("ask").open && `+shows("#ask", "Break", "Prayer"))
	c.state("pause-asks")
	c.answer("2")
	c.until("paused", `document.body.dataset.state === "paused" && `+shows("#state", "Paused: Prayer")+" && "+shows("#main", "Resume"))
	if v := c.view(); v["state"] != "paused" || v["pause_reason"] != "Prayer" {
		t.Errorf("the API says %v %v", v["state"], v["pause_reason"])
	}
	c.state("paused")
	c.key("p", "open again", `document.body.dataset.state === "open"`)

	// The first answer is lost on the way; the officer also presses twice.
	c.eval(`(function(){var real=window.fetch,first=true;window.keys=[];window.fetch=function(u,o){if(o&&o.method==="POST")keys.push(o.headers["Idempotency-Key"]);
		return real(u,o).then(function(r){if(o&&o.method==="POST"&&first){first=false;throw new Error("lost")}return r})}})()`)
	c.key("+", "the visitor", shows("#ticket", "A-001"))
	c.page.press("+")
	c.until("asked again with the same key", `keys.length === 2 && keys[0] && keys[0] === keys[1]`)
	c.until("ready for the next", `!document.querySelector('[data-act="start"]').disabled`)
	if v := c.view(); c.current() != "A-001" || len(v["history"].([]any)) != 0 {
		t.Errorf("a lost answer and a double press called %s, with %v before", c.current(), v["history"])
	}

	c.s.kill()
	c.until("the console to say that it does not know", `document.body.dataset.live === "no" && !document.getElementById("cut").hidden && `+shows("#cut", "Not connected"))
	if n := c.eval(`[...document.querySelectorAll("main button")].filter(function(b){return !b.disabled}).length`); n != 0.0 {
		t.Errorf("%v buttons can still be pressed", n)
	}
	c.state("disconnected")
	c.s.start()
	c.within(10*time.Second, "right again", `document.body.dataset.live === "yes" && `+shows("#ticket", "A-001")+` && !document.querySelector('[data-act="start"]').disabled`)
}
