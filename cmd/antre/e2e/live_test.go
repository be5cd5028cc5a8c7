//go:build e2e || prove

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// liveMall has what a supervisor is asked about: a quota that is used up, two
// agencies, and names as long as real ones.
const liveMall = `mall:
  name: MPP Uji
  timezone: Asia/Jakarta
zones:
  - {code: "1", name: Lantai 1}
agencies:
  - code: DUKCAPIL
    name: {id: Dinas Kependudukan dan Pencatatan Sipil, en: Civil Registry}
    short: Dukcapil
    zone: "1"
    services:
      - {code: A, name: {id: Kartu Keluarga dan KTP elektronik, en: Family card and identity card}, minutes: 10, quota: {day: 2}}
      - {code: B, name: {id: Akta kelahiran, en: Birth certificate}, minutes: 15}
      - {code: C, name: {id: Konsultasi, en: Advice}, minutes: 5}
    counters: [{code: "1", services: [A]}, {code: "2", services: [A, B]}, {code: "3", services: [C]}]
  - code: PAJAK
    name: {id: Kantor Pajak, en: Tax office}
    short: Pajak
    zone: "1"
    services: [{code: P, name: {id: NPWP, en: Tax number}, minutes: 10}]
    counters: [{code: "9", services: [P]}]
`

// tabTo goes from field to field as somebody without a mouse does.
func (p *page) tabTo(selector string) {
	p.t.Helper()
	for range 120 {
		if p.eval(fmt.Sprintf(`!!document.activeElement && document.activeElement.matches(%q)`, selector)) == true {
			return
		}
		p.press("Tab")
	}
	p.shoot("failed")
	p.t.Fatalf("the keyboard does not reach %s", selector)
}

func (p *page) write(text string) { p.call("Input.insertText", object{"text": text}) }

// rowOf is a cell's text of a service's row.
func rowOf(service, cell string) string {
	return fmt.Sprintf(`document.querySelector('[data-service=%q] %s').textContent`, service, cell)
}

func TestLive_supervisorWorksByKeyboardAlone(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, liveMall), "1", "2")
	s.command(password, "staff", "add", "--user", "kepala", "--name", "Kepala Dukcapil", "--role", "supervisor", "--agency", "DUKCAPIL", "--password-stdin")
	o1, o2 := s.officer("1"), s.officer("2")
	o1.must("POST", "/api/counters/1/open", nil)
	o2.must("POST", "/api/counters/2/open", nil)
	for _, service := range []string{"A", "A", "B", "B", "B"} {
		s.visitor().ticket(service)
	}
	o2.must("POST", "/api/counters/2/next", nil)
	o1.must("POST", "/api/counters/1/close-request", object{"reason": "Anak saya sakit"})

	p := newBrowser(t, chromium).open(s.base+"/", 1366, 768)
	p.signIn(s, "kepala", "/desk")
	p.tabTo(`a[href="/live"]`)
	p.press("Enter")
	p.until("the page to be live", `location.pathname === "/live" && document.body && document.body.dataset.live === "yes"`)
	if n := p.eval(`document.querySelectorAll("#rows tr").length`); n != 3.0 {
		t.Errorf("%v services, want the agency's 3", n)
	}
	p.until("what is used up", rowOf("A", ".badge.shut")+` && `+rowOf("A", ".out")+` === "0 dari 2"`)
	p.keep("live")
	if over := p.eval(`document.documentElement.scrollWidth > innerWidth`); over == true {
		t.Error("the page is wider than the screen")
	}

	// Today's quota.
	p.tabTo(`[data-service="A"] .do button`)
	p.press("Enter")
	p.until("the question", `document.getElementById("ask").open && document.activeElement.id === "f-day"`)
	p.write("5")
	p.keep("live-quota")
	p.press("Enter")
	p.until("the new quota", rowOf("A", "td:nth-child(6)")+` === "3 dari 5" && !document.getElementById("ask").open`)
	if code := s.visitor().ticket("A")["code"]; code != "A-003" {
		t.Errorf("after raising the quota the next number is %v", code)
	}
	if at := p.eval(`document.activeElement.closest("tr") && document.activeElement.closest("tr").dataset.service`); at != "A" {
		t.Errorf("after the answer the keyboard is at %v", at)
	}

	// Closing with a notice, and opening again.
	p.tabTo(`[data-service="C"] .do button:nth-of-type(2)`)
	p.press("Enter")
	p.until("the question", `document.getElementById("ask").open`)
	p.tabTo("#f-text")
	p.write("Petugas rapat sebentar")
	p.keep("live-close")
	p.press("Enter")
	p.until("the closing", rowOf("C", ".badge")+`.indexOf("Petugas rapat sebentar") === 0 && !document.getElementById("ask").open`)
	if status, out, _ := s.visitor().send("POST", "/api/tickets", "", object{"service": "C"}); status != http.StatusConflict || !strings.Contains(fmt.Sprint(out["detail"]), "rapat") {
		t.Errorf("a closed service: %d %v", status, out)
	}
	p.tabTo(`[data-service="C"] .do button:nth-of-type(3)`)
	p.press("Enter")
	p.until("the question", `document.getElementById("ask").open && document.activeElement.id === "f-until"`)
	for _, key := range []string{"1", "1", "5", "9", "p"} {
		p.press(key)
	}
	p.press("Enter")
	p.until("the opening", rowOf("C", ".badge")+` === "Belum ada loket buka" && !document.getElementById("ask").open`)

	// The officer's wish.
	p.tabTo(`#requests li[data-counter="1"] button`)
	p.press("Enter")
	p.until("the question", `document.getElementById("ask").open && document.activeElement.id === "f-text"`)
	p.write("Semoga lekas sembuh")
	p.keep("live-answer")
	p.press("Enter")
	p.until("the wish to be gone", `document.getElementById("asking").hidden && document.activeElement.tagName === "BUTTON"`)
	if v := o1.must("GET", "/api/counters/1", nil); v["state"] != "closed" || v["close_request"].(object)["note"] != "Semoga lekas sembuh" {
		t.Errorf("counter 1 is %v, %v", v["state"], v["close_request"])
	}
	p.keep("live-after")
	p.goTo(s.base + "/live?lang=en")
	p.until("English", `document.body.dataset.live === "yes" && document.querySelector("h1").textContent === "Live"`)
	p.keep("live-en")
}

func TestLive_escapeChangesNothingAndARefusalIsReadInTheQuestion(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, liveMall), "1")
	s.command(password, "staff", "add", "--user", "kepala", "--name", "Kepala Mal", "--role", "manager", "--password-stdin")
	s.visitor().ticket("A")
	p := newBrowser(t, chromium).open(s.base+"/", 1366, 768)
	p.signIn(s, "kepala", "/live/DUKCAPIL")
	p.until("the agency", `document.querySelectorAll("#rows tr").length === 3`)
	p.tabTo(`[data-service="A"] .do button`)
	p.press("Enter")
	p.until("the question", `document.getElementById("ask").open`)
	p.write("0")
	p.press("Enter")
	p.until("why not", `!document.getElementById("ask-error").hidden && /sudah diberikan/.test(document.getElementById("ask-error").textContent)`)
	p.keep("live-refused")
	p.press("Escape")
	p.until("the page", `!document.getElementById("ask").open`)
	if got := p.eval(rowOf("A", "td:nth-child(6)")); got != "1 dari 2" {
		t.Errorf("after Escape: %v", got)
	}
}

// The manager's day: which agency needs help, its lines, its numbers, and the
// numbers as a file. The whole way by keyboard.
func TestLive_managerGoesFromTheMallToTheNumbersOfAnAgency(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, strings.Replace(liveMall, "  timezone: Asia/Jakarta\n", "  timezone: Asia/Jakarta\n  target_wait_min: 15\n", 1)), "1", "2", "9")
	s.command(password, "staff", "add", "--user", "kepala", "--name", "Kepala Mal", "--role", "manager", "--password-stdin")
	o2, o9 := s.officer("2"), s.officer("9")
	o2.must("POST", "/api/counters/2/open", nil)
	o9.must("POST", "/api/counters/9/open", nil)
	for _, service := range []string{"A", "B", "P", "C"} {
		s.visitor().ticket(service)
	}
	o2.must("POST", "/api/counters/2/next", nil)
	o9.must("POST", "/api/counters/9/next", nil)

	p := newBrowser(t, chromium).open(s.base+"/", 1366, 768)
	p.signIn(s, "kepala", "/live")
	p.until("the agencies, the one that nobody serves first", `Array.from(document.querySelectorAll("#rows tr")).map((r) => r.dataset.agency).join() === "DUKCAPIL,PAJAK"`)
	for cell, want := range map[string]string{"td:nth-child(2)": "2", "td:nth-child(4)": "100%", ".badge.warn": "C: tidak ada loket buka"} {
		if got := p.eval(fmt.Sprintf(`document.querySelector('[data-agency="DUKCAPIL"] %s').textContent`, cell)); got != want {
			t.Errorf("%s of the agency is %v, want %s", cell, got, want)
		}
	}
	if got := p.eval(`document.getElementById("sum-time").textContent + document.getElementById("sum-time-name").textContent`); got != "100%Dipanggil dalam 15 mnt" {
		t.Errorf("the share in time: %v", got)
	}
	p.keep("live-mall")
	p.tabTo(`[data-agency="DUKCAPIL"] a`)
	p.press("Enter")
	p.until("its numbers", `location.pathname === "/live/DUKCAPIL" && document.querySelectorAll("#tickets tr").length === 3`)
	if got := p.eval(`document.querySelector("#tickets tr").textContent`); !strings.Contains(fmt.Sprint(got), "A-001ADipanggil2") {
		t.Errorf("the first number reads %v", got)
	}
	p.keep("live-agency")
	o2.must("POST", "/api/counters/2/finish", nil)
	p.within(30*time.Second, "the number to have gone", `document.querySelectorAll("#tickets tr").length === 2`)
	p.tabTo("#show")
	p.press("ArrowDown")
	p.until("all numbers", `document.querySelectorAll("#tickets tr").length === 3`)

	boss := s.signIn("kepala")
	_, csv := boss.text("GET", "/live/tickets.csv?agency=dukcapil")
	lines := strings.Split(strings.TrimSpace(csv), "\r\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[0], "day,ticket,agency,service,class") || !strings.Contains(lines[1], ",A-001,DUKCAPIL,A,regular,kiosk,done,counter,2,1,") {
		t.Errorf("the agency's file:\n%s", csv)
	}
	if _, csv = boss.text("GET", "/live/tickets.csv"); strings.Count(csv, "\n") != 5 {
		t.Errorf("the mall's file:\n%s", csv)
	}
	p.goTo(s.base + "/live/DUKCAPIL?lang=en")
	p.until("English", `document.querySelectorAll("#tickets tr").length > 0`)
	p.keep("live-agency-en")
}

func TestLive_supervisorSeesNoOtherAgency(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, liveMall))
	s.command(password, "staff", "add", "--user", "kepala", "--name", "Kepala Dukcapil", "--role", "supervisor", "--agency", "DUKCAPIL", "--password-stdin")
	s.visitor().ticket("P")
	boss := s.signIn("kepala")
	for path, want := range map[string]int{
		"/api/live?agency=PAJAK": 403, "/api/live/tickets?agency=pajak": 403, "/live/PAJAK": 403, "/live/tickets.csv?agency=PAJAK": 403,
		"/api/live?agency=NONE": 404, "/live/NONE": 404, "/api/live?agency=dukcapil": 200, "/live/Dukcapil": 200,
	} {
		if status, body := boss.text("GET", path); status != want {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if _, csv := boss.text("GET", "/live/tickets.csv"); strings.Contains(csv, "P-001") || strings.Count(csv, "\n") != 1 {
		t.Errorf("another agency's numbers: %s", csv)
	}
}

func TestLive_saysThatItIsCutOffAndComesBack(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, liveMall))
	s.command(password, "staff", "add", "--user", "kepala", "--name", "Kepala Mal", "--role", "manager", "--password-stdin")
	p := newBrowser(t, chromium).open(s.base+"/", 1366, 768)
	p.signIn(s, "kepala", "/live")
	p.until("live", `document.body.dataset.live === "yes"`)
	s.kill()
	p.within(20*time.Second, "the page to say so", `document.body.dataset.live === "no" && /Terputus/.test(document.getElementById("cut").textContent) && !document.getElementById("cut").hidden`)
	p.keep("live-cut")
	s.start()
	p.within(8*time.Second, "the page to be right again", `document.body.dataset.live === "yes" && document.getElementById("cut").hidden`)
}

// leaptServer serves a mall whose last day was forty days ago: its clock looks
// as if it had leapt.
func leaptServer(t *testing.T) *server {
	t.Helper()
	addr := freeAddr(t)
	s := &server{t: t, dir: t.TempDir(), addr: addr, base: "http://" + addr}
	file, err := os.ReadFile(mallFile(t, liveMall))
	if err != nil {
		t.Fatal(err)
	}
	mall, err := queue.ParseMall(file)
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), store.Options{Dir: s.dir, Now: func() time.Time { return time.Now().AddDate(0, 0, -40) }})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Import(t.Context(), store.By{Actor: "command"}, mall); err != nil {
		t.Fatal(err)
	}
	if _, err := st.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"B"}, Lang: "id"}); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command(binary(t), "serve", "--data", s.dir, "--listen", addr)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	for range 400 {
		if status, _, _ := s.visitor().send("GET", "/healthz", "", nil); status == http.StatusOK {
			return s
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the server does not answer")
	return nil
}

func TestLive_administratorConfirmsTheClock(t *testing.T) {
	t.Parallel()
	s := leaptServer(t)
	for _, role := range []string{"manager", "admin"} {
		s.command(password, "staff", "add", "--user", role, "--name", role, "--role", role, "--password-stdin")
	}
	if status, out, _ := s.visitor().send("GET", "/readyz", "", nil); status != http.StatusServiceUnavailable || out["code"] != "clock_jumped" {
		t.Fatalf("readyz: %d %v", status, out)
	}
	b := newBrowser(t, chromium)
	kiosk := b.open(s.base+"/kiosk", 1080, 1920)
	kiosk.until("that nobody gets a number", `document.getElementById("heading").textContent !== "" && !document.querySelector(".tile")`)
	kiosk.keep("kiosk-clock")
	p := b.open(s.base+"/", 1366, 768)
	p.signIn(s, "manager", "/live")
	p.until("the alarm, without the button", `!document.getElementById("clock").hidden && document.getElementById("clock-yes").hidden`)
	p.signIn(s, "admin", "/live")
	p.until("the alarm", `!document.getElementById("clock").hidden && !document.getElementById("clock-yes").hidden`)
	p.keep("live-clock")
	p.tabTo("#clock-yes")
	p.press("Enter")
	p.until("the question", `document.getElementById("ask").open && document.activeElement.id === "ask-yes"`)
	p.keep("live-clock-sure")
	p.press("Enter")
	p.until("the day", `document.getElementById("clock").hidden && !document.getElementById("ask").open`)
	if status, out, _ := s.visitor().send("GET", "/readyz", "", nil); status != http.StatusOK {
		t.Errorf("readyz: %d %v", status, out)
	}
	if code := s.visitor().ticket("B")["code"]; code != "B-001" {
		t.Errorf("the new day begins with %v", code)
	}
}
