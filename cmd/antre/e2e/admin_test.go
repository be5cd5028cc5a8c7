//go:build e2e || prove

package e2e

import (
	"bufio"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// emptyServer starts on an empty database and gives the one-time link that the
// terminal shows.
func emptyServer(t *testing.T) (s *server, link string) {
	t.Helper()
	addr := freeAddr(t)
	s = &server{t: t, dir: t.TempDir(), addr: addr, base: "http://" + addr}
	s.cmd = exec.Command(binary(t), "serve", "--data", s.dir, "--listen", addr)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	found := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if url := regexp.MustCompile(`http://\S*/setup/\S+`).FindString(lines.Text()); url != "" {
				found <- url
			}
		}
	}()
	select {
	case link = <-found:
		return s, link
	case <-time.After(20 * time.Second):
		t.Fatal("the terminal shows no link")
	}
	return nil, ""
}

// fill goes to fields by the keyboard and writes in them.
func (p *page) fill(pairs ...string) {
	p.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		p.tabTo(pairs[i])
		p.eval(`document.activeElement.select && document.activeElement.select()`)
		p.write(pairs[i+1])
	}
}

// saved submits the form and waits for the page that says so: another one than
// this, which may say so of what was saved before.
func (p *page) saved() {
	p.t.Helper()
	p.eval(`window.before = true`)
	p.press("Enter")
	p.until("saved", `!window.before && /saved=1/.test(location.search) && !!document.querySelector(".good")`)
}

// An administrator with nothing but the link of the terminal ends with a mall
// that gives and calls a number; the whole way by keyboard.
func TestAdmin_setsAMallUpByHandFromAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	s, link := emptyServer(t)
	began := time.Now()
	p := newBrowser(t, chromium).open(link, 1366, 768)
	p.until("the first page", `!!document.querySelector("input[name=name]")`)
	p.fill("input[name=name]", "Siti Admin", "input[name=user]", "siti", "input[name=password]", password, "input[name=password2]", password)
	p.press("Enter")
	p.until("what is missing", `location.pathname === "/admin" && document.querySelectorAll(".hints a").length === 1`)
	p.keep("admin-empty")
	p.tabTo(".hints a")
	p.press("Enter")
	p.until("the settings", `location.pathname === "/admin/mall"`)
	p.fill("#f-color", "#FFD100")
	p.press("Enter")
	p.until("what is wrong beside its field", `!!document.querySelector(".field.wrong #f-name") && document.getElementById("e-name").textContent === "Tidak boleh kosong." && document.getElementById("f-color").value === "#FFD100"`)
	p.keep("admin-wrong")
	p.fill("#f-name", "MPP Kabupaten Baru")
	p.saved()
	p.until("how pale it is", `!!document.querySelector(".note") && /kontras 1.5/.test(document.querySelector(".note").textContent)`)
	p.keep("admin-mall")
	p.fill("#f-color", "#00695C")
	p.saved()

	for _, step := range []struct {
		path  string
		pairs []string
	}{
		{"/admin/parts/zones/new", []string{"#f-code", "1", `[name="name.id"]`, "Lantai 1", `[name="directions.id"]`, "Belok kiri dari pintu"}},
		{"/admin/parts/agencies/new", []string{"#f-code", "DUKCAPIL", `[name="name.id"]`, "Dinas Kependudukan", `[name="name.en"]`, "Civil Registry"}},
		{"/admin/parts/services/new", []string{"#f-code", "A", `[name="name.id"]`, "Kartu Keluarga", "#f-minutes", "10", `[name="requirements.id"]`, "KTP asli"}},
	} {
		p.goTo(s.base + step.path)
		p.until("the form", `!!document.querySelector("form.fields")`)
		p.fill(step.pairs...)
		p.tabTo(`button[value="save"]`)
		p.saved()
	}
	p.goTo(s.base + "/admin")
	p.until("what is missing", `!!document.querySelector(".hints") && /Layanan A \(Kartu Keluarga\) belum punya loket/.test(document.querySelector(".hints").textContent)`)
	p.tabTo(`.hints a[href*="service=A"]`)
	p.press("Enter")
	p.until("the new counter, with the service ticked", `document.querySelector('[name="services"][value="A"]') && document.querySelector('[name="services"][value="A"]').checked`)
	p.fill("#f-code", "1")
	p.keep("admin-counter")
	p.tabTo(`button[value="save"]`)
	p.saved()
	p.goTo(s.base + "/admin/people/new?counter=1")
	p.until("the new person", `!!document.querySelector("#f-user")`)
	p.fill("#f-name", "Budi", "#f-user", "u1", "#f-password", "pendek")
	p.press("Enter")
	p.eval(`document.getElementById("f-password").removeAttribute("minlength")`) // the browser's own words come first
	p.press("Enter")
	p.until("why not", `!!document.querySelector(".error") && document.getElementById("f-user").value === "u1"`)
	p.keep("admin-person")
	p.fill("#f-password", password)
	p.tabTo(`button[value="save"]`)
	p.saved()
	p.goTo(s.base + "/admin")
	p.until("the screens", `!!document.querySelector('a.button[href="/kiosk"]')`)
	p.keep("admin-ready")
	t.Logf("set up by hand in %v", time.Since(began))

	if code := s.visitor().ticket("A")["code"]; code != "A-001" {
		t.Errorf("the kiosk gives %v", code)
	}
	o := s.signIn("u1")
	o.must("POST", "/api/counters/1/open", nil)
	if got := o.must("POST", "/api/counters/1/next", nil)["ticket"].(object)["code"]; got != "A-001" {
		t.Errorf("counter 1 calls %v", got)
	}
	for name, path := range map[string]string{"hours": "/admin/parts/hours/week", "list": "/admin/parts/services", "people": "/admin/people", "record": "/admin/record", "agency": "/admin/parts/agencies/DUKCAPIL", "preview": "/admin/preview", "holiday": "/admin/parts/holidays/new"} {
		p.goTo(s.base + path)
		p.until("the page", `!!document.querySelector("h1")`)
		p.keep("admin-" + name)
		if wide := p.eval(`document.documentElement.scrollWidth > innerWidth`); wide == true {
			t.Errorf("%s is wider than the screen", path)
		}
	}
	p.goTo(s.base + "/admin/record")
	p.until("the record", `!!document.querySelector("#proof button")`)
	p.tabTo("#proof button")
	p.press("Enter")
	p.until("that it is whole", `location.hash === "#proof" && /^Utuh/.test(document.querySelector("#proof .good").textContent)`)
	p.keep("admin-record-whole")
	p.goTo(s.base + "/admin/parts/services/A?lang=en")
	p.until("English", `document.documentElement.lang === "en"`)
	p.keep("admin-service-en")
}

func TestAdmin_hoursAreWrittenAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall))
	boss := s.boss()
	p := newBrowser(t, chromium).open(s.base+"/", 1366, 768)
	p.signIn(s, "bos", "/admin/parts/hours/week")
	p.until("the week", `document.querySelectorAll(".week tbody tr").length === 7`)
	p.fill(`[name="hours.mon.open"]`, "8.00–12.00, 13.00-15.30", `[name="hours.mon.last"]`, "15.00", `[name="hours.tue.open"]`, "08:00-12:00, 13:00-15:30", `[name="hours.tue.last"]`, "15:00", `[name="hours.fri.open"]`, "08:00-11:30, 13:00-14:00")
	p.tabTo(`button[value="save"]`)
	p.saved()
	_, file := boss.text("GET", "/admin/file/mall.yaml")
	for _, want := range []string{`mon-tue:`, `"08:00-12:00"`, `last_ticket: "15:00"`, `fri:`, `"13:00-14:00"`} {
		if !strings.Contains(file, want) {
			t.Errorf("the file lacks %s:\n%s", want, file)
		}
	}
	p.fill(`[name="hours.wed.open"]`, "08:00-25:00")
	p.tabTo(`button[value="save"]`)
	p.press("Enter")
	p.until("why not", `!!document.querySelector(".field .error") && /harus dua jam/.test(document.querySelector(".field .error").textContent) && document.querySelector('[name="hours.wed.open"]').value === "08:00-25:00"`)
}

func TestAdmin_whatIsStillNeededIsNotDeleted(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall))
	s.boss()
	p := newBrowser(t, chromium).open(s.base+"/", 1366, 768)
	p.signIn(s, "bos", "/admin/parts/services/AB")
	remove := func() {
		t.Helper()
		p.sure(`button[value="delete"]`)
		p.press("Enter")
	}
	remove()
	p.until("what needs it", `!!document.querySelector(".error") && /loket 3: tidak ada layanan "AB"/.test(document.querySelector(".error").textContent) && !/agencies|baris/.test(document.querySelector(".error").textContent) && document.getElementById("f-code").value === "AB"`)
	p.keep("admin-needed")
	p.goTo(s.base + "/admin/parts/counters/3")
	remove()
	p.until("the counter to be gone", `/saved=1/.test(location.search)`)
	p.goTo(s.base + "/admin/parts/services/AB")
	remove()
	p.until("the service to be gone", `/saved=1/.test(location.search) && !!document.querySelector(".parts") && !/AB/.test(document.querySelector(".parts").textContent)`)
	if status, out, _ := s.visitor().send("POST", "/api/tickets", "", object{"service": "AB"}); status != http.StatusConflict || out["code"] != "service_closed" {
		t.Errorf("a service that is gone: %d %v", status, out)
	}
}

func TestAdmin_twoAtOnceDoNotUndoOneAnother(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall))
	s.boss()
	b := newBrowser(t, chromium)
	one, two := b.open(s.base+"/", 1366, 768), b.open(s.base+"/", 1366, 768)
	one.signIn(s, "bos", "/admin/mall")
	two.goTo(s.base + "/admin/mall")
	for _, p := range []*page{one, two} {
		p.until("the settings", `!!document.getElementById("f-name")`)
	}
	one.fill("#f-name", "MPP Satu")
	one.saved()
	two.fill("#f-name", "MPP Dua")
	two.press("Enter")
	two.until("who was first", `!!document.querySelector(".error") && /diubah orang lain/.test(document.querySelector(".error").textContent) && document.getElementById("f-name").value === "MPP Dua"`)
	two.keep("admin-conflict")
	if name := s.visitor().must("GET", "/api/mall", nil)["name"]; name != "MPP Satu" {
		t.Errorf("the mall is called %v", name)
	}
	two.tabTo(`button[value="save"]`)
	two.saved() // having read that
	if name := s.visitor().must("GET", "/api/mall", nil)["name"]; name != "MPP Dua" {
		t.Errorf("the mall is called %v", name)
	}
	// In different parts nobody is in the other's way.
	one.goTo(s.base + "/admin/parts/services/A")
	two.goTo(s.base + "/admin/parts/services/AB")
	for code, p := range map[string]*page{"A": one, "AB": two} {
		p.until("the service", `document.getElementById("f-code").value === "`+code+`"`)
	}
	for name, p := range map[string]*page{"Satu": one, "Dua": two} {
		p.fill(`[name="name.id"]`, "Layanan "+name)
		p.saved()
	}
}

// What has only a place is found again when others before it are gone, and is
// never written over something else.
func TestAdmin_aHolidayThatMovedIsStillTheOne(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall+"holidays:\n  - {date: 2027-01-01, name: Tahun Baru}\n  - {date: 2027-03-10, name: Idulfitri}\n  - {date: 2027-12-25, name: Natal}\n"))
	boss := s.boss()
	mark := func(place string) string {
		_, body := boss.text("GET", "/admin/parts/holidays/"+place)
		_, rest, _ := strings.Cut(body, `name="mark" value="`)
		mark, _, _ := strings.Cut(rest, `"`)
		return mark
	}
	save := func(place, mark, do, name string) int {
		status, _ := boss.form("/admin/parts/holidays/"+place, url.Values{"mark": {mark}, "do": {do}, "date": {"2027-12-25"}, "name.id": {name}, "name": {name}})
		return status
	}
	natal, second := mark("2"), mark("1")
	if status := save("0", mark("0"), "delete", ""); status >= 400 {
		t.Fatal(status)
	}
	if status := save("2", natal, "save", "Hari Natal"); status >= 400 {
		t.Errorf("the holiday that moved: %d", status)
	}
	if status := save("1", natal, "save", "Lain"); status != http.StatusConflict {
		t.Errorf("a form whose holiday has changed: %d", status)
	}
	if status := save("1", second, "delete", ""); status >= 400 {
		t.Errorf("the other that moved: %d", status)
	}
	if status := save("new", "", "save", "Cuti bersama"); status != http.StatusUnprocessableEntity {
		t.Errorf("two holidays on one day: %d", status)
	}
	out := s.command("", "export")
	if strings.Count(out, "2027-") != 1 || !strings.Contains(out, "Hari Natal") {
		t.Errorf("what is left:\n%s", out)
	}
}

// sure opens the question before a button that takes something away, and goes to it.
func (p *page) sure(button string) {
	p.t.Helper()
	p.until("the form", `!!document.querySelector(".sure summary")`)
	p.tabTo(".sure summary")
	p.press("Enter")
	p.tabTo(button)
}

// Where visitors are, deleting is asked about, and a counter that serves stays.
func TestAdmin_deletingSaysWhoIsThere(t *testing.T) {
	t.Parallel()
	s := newServer(t, mallFile(t, smallMall), "1")
	boss := s.boss()
	o := s.officer("1")
	o.must("POST", "/api/counters/1/open", nil)
	s.visitor().ticket("A")
	s.visitor().ticket("A")
	o.must("POST", "/api/counters/1/next", nil)
	p := newBrowser(t, chromium).open(s.base+"/", 1366, 768)
	p.signIn(s, "bos", "/admin/parts/agencies/SATU")
	p.until("the form", `!!document.querySelector(".sure summary")`)
	p.tabTo(".sure summary")
	p.press("Enter")
	p.until("who is there", `/1 orang sedang menunggu di sini. Sedang buka: loket 1\./.test(document.querySelector(".sure").textContent)`)
	p.keep("admin-sure")
	p.goTo(s.base + "/admin/parts/counters/1")
	p.sure(`button[value="delete"]`)
	p.press("Enter")
	p.until("that somebody stands there", `!!document.querySelector(".error") && /A-001 masih di loket 1/.test(document.querySelector(".error").textContent)`)
	for path, fields := range map[string]url.Values{"counters/1": {"code": {"1X"}, "services": {"A"}}, "services/A": {"code": {"AX"}, "name.id": {"Layanan A"}}} {
		_, body := boss.text("GET", "/admin/parts/"+path)
		_, rest, _ := strings.Cut(body, `name="mark" value="`)
		fields.Set("mark", strings.Split(rest, `"`)[0])
		if status, _ := boss.form("/admin/parts/"+path, fields); status != http.StatusConflict {
			t.Errorf("another code for %s, where visitors are: %d", path, status)
		}
	}
	o.must("POST", "/api/counters/1/finish", nil)
	// Its officer's console says that it is gone, not that the network is.
	desk := newBrowser(t, chromium).open(s.base+"/", 1366, 768)
	desk.signIn(s, "u1", "/desk/1")
	desk.until("live", `document.body.dataset.live === "yes"`)
	p.goTo(s.base + "/admin/parts/counters/1")
	p.sure(`button[value="delete"]`)
	p.saved()
	desk.within(15*time.Second, "that the counter is gone", `document.body.dataset.live === "no" && /Loket "?1"? tidak ada/.test(document.getElementById("cut").textContent)`)
	desk.keep("desk-gone")
	p.goTo(s.base + "/admin/people/bos")
	p.sure(`button[value="disable"]`)
	p.press("Enter")
	p.until("that it is their own", `!!document.querySelector(".error") && /akun Anda sendiri/.test(document.querySelector(".error").textContent) && document.querySelector("h1").textContent !== ""`)
	if boss.must("GET", "/api/session", nil)["user"] != "bos" {
		t.Error("the administrator is locked out")
	}
}

// From the file, 25 agencies; what is wrong with another is told by its line.
func TestAdmin_importsAMallOfTwentyFiveAgencies(t *testing.T) {
	t.Parallel()
	s, link := emptyServer(t)
	began := time.Now()
	p := newBrowser(t, chromium).open(link, 1366, 768)
	p.until("the first page", `!!document.querySelector("input[name=name]")`)
	p.fill("input[name=name]", "Siti Admin", "input[name=user]", "siti", "input[name=password]", password, "input[name=password2]", password)
	p.press("Enter")
	p.until("the overview", `location.pathname === "/admin"`)
	file, err := os.ReadFile(tubaba) // 24 agencies
	if err != nil {
		t.Fatal(err)
	}
	file = append(file, "  - {code: TAMU, name: Instansi Tamu, services: [{code: ZZ, name: Layanan tamu}], counters: [{code: \"99\", services: [ZZ]}]}\n"...)
	p.goTo(s.base + "/admin/file")
	p.until("the page", `!!document.getElementById("f-text")`)
	p.tabTo("#f-text")
	p.write(strings.Replace(string(file), "timezone:", "timezon:", 1))
	p.tabTo(`button[value="look"]`)
	p.press("Enter")
	p.until("the mistake by its line", `document.querySelectorAll(".list tbody tr").length >= 1 && /timezon/.test(document.querySelector(".list tbody").textContent)`)
	p.keep("admin-file-wrong")
	p.tabTo("#f-text")
	p.eval(`document.getElementById("f-text").select()`)
	p.write(string(file))
	p.tabTo(`button[value="look"]`)
	p.press("Enter")
	p.until("what changes", `document.querySelectorAll(".hints li").length > 25`)
	p.keep("admin-file-changes")
	p.tabTo(`button[value="apply"]`)
	p.saved()
	p.goTo(s.base + "/admin")
	p.until("the counts", `!!document.querySelector(".counts") && /Instansi/.test(document.querySelector(".counts").textContent)`)
	if got := p.eval(`Array.from(document.querySelectorAll(".counts div")).map((d) => d.textContent).join()`); !strings.Contains(fmt.Sprint(got), "Instansi25") {
		t.Errorf("the mall has %v", got)
	}
	if status, _, _ := s.visitor().send("GET", "/api/services", "", nil); status != http.StatusOK {
		t.Errorf("services: %d", status)
	}
	t.Logf("25 agencies from the file in %v", time.Since(began))
}
