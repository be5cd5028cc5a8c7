//go:build e2e || prove

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// mallClock is a zone of time of the country where now is neither close to
// midnight nor to the one before, because an interval never crosses it.
func mallClock(t testing.TB) *time.Location {
	t.Helper()
	for _, name := range []string{"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		if hour := time.Now().In(loc).Hour(); hour >= 1 && hour <= 21 {
			return loc
		}
	}
	t.Fatal("no zone of the country is awake")
	return nil
}

func clock(at time.Time) string { return at.Format("15:04") }

// rulesMall is a mall with quotas, a journey and a priority share; more is put
// before its agencies, such as hours.
func rulesMall(loc *time.Location, more string) string {
	return `mall:
  name: MPP Kabupaten Uji
  timezone: ` + loc.String() + `
  no_show_after_s: 0
  ticker: [{id: Semua layanan tanpa perantara., en: All services without middlemen.}]
zones:
  - {code: "1", name: {id: Lantai 1, en: Floor 1}, directions: {id: Dari pintu masuk ke kiri, en: Left of the entrance}}
  - {code: "2", name: {id: Lantai 2, en: Floor 2}}
` + more + `agencies:
  - code: DUKCAPIL
    name: {id: Dinas Kependudukan dan Pencatatan Sipil, en: Population and Civil Registry}
    short: Dukcapil
    zone: "1"
    services:
      - {code: A, name: {id: Perekaman KTP-el, en: ID card registration}, minutes: 6, quota: {day: 3, priority: 1}, requirements: [{id: Fotokopi Kartu Keluarga, en: Copy of the family card}]}
      - {code: AB, name: {id: KK dan Akta Kelahiran, en: Family card and birth certificate}, minutes: 5, requirements: [{id: Surat keterangan lahir, en: Birth letter}]}
    counters:
      - {code: "1", services: [A]}
      - {code: "2", services: [AB]}
  - code: PAJAK
    name: {id: Badan Pendapatan Daerah, en: Regional Revenue Agency}
    short: Bapenda
    zone: "2"
    services:
      - {code: P, name: {id: Pajak bumi dan bangunan, en: Land and building tax}, minutes: 8, after: [AB]}
      - {code: Q, name: {id: Pajak kendaraan, en: Vehicle tax}, minutes: 4}
    counters:
      - {code: "3", services: [P, Q]}
`
}

// hours is the mall's week, every day the same.
func hours(intervals ...string) string {
	return "hours: {mon-sun: {open: [\"" + strings.Join(intervals, `", "`) + "\"]}}\n"
}

// noticed closes one service by a notice until an hour from now.
func noticed(loc *time.Location, service string) string {
	now := time.Now().In(loc)
	const moment = "2006-01-02T15:04"
	return fmt.Sprintf("closures:\n  - {from: %s, to: %s, service: %s, notice: {id: Gangguan jaringan pusat, en: The central network is down}}\n",
		now.Add(-time.Minute).Format(moment), now.Add(time.Hour).Format(moment), service)
}

func tileOf(name string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(".tile")].find(function(t){return t.querySelector(".name").textContent===%q})`, name)
}

// touchTile touches a tile by its name, as a finger would.
func (p *page) touchTile(name string) {
	p.t.Helper()
	p.touchAt(p.middle(tileOf(name)))
}

func tileSays(name, text string) string {
	return `(function(){var t=` + tileOf(name) + fmt.Sprintf(`;return t&&t.textContent.indexOf(%q)>=0})()`, text)
}

func text(selector, want string) string {
	return fmt.Sprintf(`(document.querySelector(%q)||{textContent:""}).textContent.indexOf(%q)>=0`, selector, want)
}

const number = `document.querySelector(".ticket .qr") && document.querySelector(".ticket .qr").complete && document.getElementById("heading").textContent`

// countTouches counts what fingers do, so that a promise of so many touches is kept.
func (p *page) countTouches() {
	p.eval(`window.touches=0;document.addEventListener("pointerdown",function(){window.touches++},true);0`)
}

func TestKiosk_quotaPriorityAndClosedDoors(t *testing.T) {
	t.Parallel()
	loc := mallClock(t)
	s := newServer(t, mallFile(t, rulesMall(loc, noticed(loc, "Q"))), "1", "2", "3")
	b := newBrowser(t, chromium)
	p := b.open(s.base+"/kiosk", 1080, 1920)
	p.until("what is left of the quota, before anybody chooses", tileSays("Perekaman KTP-el", "sisa 2"))
	if p.eval(tileSays("Pajak kendaraan", "Gangguan jaringan pusat")) != true || p.eval(tileSays("Pajak kendaraan", "Buka lagi: Hari ini · pukul ")) != true {
		t.Errorf("a closed service does not say why and until when: %v", p.eval(tileOf("Pajak kendaraan")+`.textContent`))
	}
	p.keep("kiosk-rules")
	targets(p)

	// A closed door says why, and nobody gets a number.
	p.touchTile("Pajak kendaraan")
	p.until("why it is closed", text(".say", "Gangguan jaringan pusat. Buka lagi"))
	p.keep("kiosk-door")
	targets(p)
	p.touch(".done")

	// The quota falls while others take numbers. One goes between the choice and the touch.
	p.until("home", tileSays("Perekaman KTP-el", "sisa 2"))
	s.visitor().ticket("A")
	p.within(5*time.Second, "the quota to fall", tileSays("Perekaman KTP-el", "sisa 1"))
	p.touchTile("Perekaman KTP-el")
	p.until("the choices", take+" && "+text(".quota", "1 dari 2"))
	p.keep("kiosk-choices")
	targets(p)
	s.visitor().ticket("A")
	p.touch(".take")
	p.until("the refusal in words", text(".say", "sudah habis"))
	p.keep("kiosk-used-up")
	p.within(12*time.Second, "home by itself, with what is kept for priority", tileSays("Perekaman KTP-el", "sisa prioritas 1"))

	// Priority in two touches: the tile, the choice; no question why. The other choice says why it is gone.
	p.countTouches()
	p.touchTile("Perekaman KTP-el")
	p.until("only the choice that is left", `document.querySelector(".take").disabled && !document.querySelector(".take.priority").disabled && `+text(".take", "Kuota hari ini (2 nomor) sudah habis"))
	p.keep("kiosk-one-class")
	p.touch(".take.priority")
	p.until("a priority number", number+` === "A-003" && `+text(".ticket .class", "Prioritas"))
	if n := p.eval(`window.touches`).(float64); n != 2 {
		t.Errorf("priority took %v touches, want 2", n)
	}
	p.keep("kiosk-priority")
	p.touch(".done")
	p.within(5*time.Second, "used up for all", tileSays("Perekaman KTP-el", "Kuota hari ini"))
	p.keep("kiosk-quota-gone")
	p.eval(`document.querySelector("#langs [data-lang=en]").click()`)
	p.until("English", tileSays("ID card registration", "used up"))
	p.keep("kiosk-quota-gone-en")
	targets(p)
	wide := b.open(s.base+"/kiosk", 1920, 1080)
	wide.until("tiles", tileSays("Perekaman KTP-el", "Kuota hari ini"))
	wide.keep("kiosk-rules-wide")
	wide.touchTile("KK dan Akta Kelahiran")
	wide.until("the choices", take)
	wide.keep("kiosk-choices-wide")
}

// become puts another definition of the mall in force while everything runs.
func (s *server) become(text string) {
	s.t.Helper()
	s.command(strings.Replace(text, "mall:\n", "mall:\n  url: \""+s.base+"\"\n", 1), "import", "-")
}

// TestClosedHall_kioskAndTVSaySoCalmly goes through the ways in which a mall is
// closed, on the kiosk and on a zone's TV, in both languages.
func TestClosedHall_kioskAndTVSaySoCalmly(t *testing.T) {
	t.Parallel()
	loc := mallClock(t)
	s := newServer(t, mallFile(t, rulesMall(loc, "")), "1")
	b := newBrowser(t, chromium)
	p, tv := b.open(s.base+"/kiosk", 1080, 1920), b.open(s.base+"/tv/1", 1920, 1080)
	p.until("an open mall", tileSays("Perekaman KTP-el", "sisa 2"))
	tv.until("live", `document.body.dataset.state === "live"`)
	now := time.Now().In(loc)
	ago, later := clock(now.Add(-2*time.Minute)), clock(now.Add(time.Hour))
	for _, c := range []struct{ name, more, title, titleEN, when string }{
		{"early", hours(later + "-24:00"), "Belum buka", "Not open yet", "Hari ini · pukul " + strings.Replace(later, ":", ".", 1)},
		{"last", `hours: {mon-sun: {open: ["00:00-24:00"], last_ticket: "` + ago + "\"}}\n", "Nomor terakhir hari ini sudah diberikan", "The last number of today has been given", " · pukul 00.00 "},
		{"holiday", "holidays:\n  - {date: " + now.Format("2006-01-02") + ", name: Hari Raya Natal}\n", "Hari libur", "Holiday", " · pukul 00.00 "},
		{"break", hours("00:00-"+ago, later+"-24:00"), "stirahat", "reak", "Hari ini · pukul " + strings.Replace(later, ":", ".", 1)},
	} {
		s.become(rulesMall(loc, c.more))
		p.within(5*time.Second, c.title, text("#heading", c.title)+" && "+text(".when", c.when)+` && !document.querySelector(".tile")`)
		p.keep("kiosk-closed-" + c.name)
		targets(p)
		p.touch("#langs [data-lang=en]")
		p.until(c.titleEN, text("#heading", c.titleEN))
		p.keep("kiosk-closed-" + c.name + "-en")
		p.touch("#langs [data-lang=id]")
		tv.within(5*time.Second, "a calm TV", `document.body.dataset.calm === "yes" && `+text("#closed-title", c.title)+" && "+text("#closed-second", c.titleEN)+" && "+text("#closed-when", c.when))
		tv.keep("tv-closed-" + c.name)
	}
	p.call("Emulation.setDeviceMetricsOverride", object{"width": 1920, "height": 1080, "deviceScaleFactor": 1, "mobile": false})
	p.keep("kiosk-closed-wide")
	s.become(rulesMall(loc, ""))
	p.within(5*time.Second, "open again", tileSays("Perekaman KTP-el", "sisa 2"))
	tv.within(5*time.Second, "the TV too", `document.body.dataset.calm === "no"`)
}

// TestTV_closedNeverHidesAVisitor: while somebody is called or served the TV
// shows it, whatever the gate says; and what an officer takes back is gone.
func TestTV_closedNeverHidesAVisitor(t *testing.T) {
	t.Parallel()
	loc := mallClock(t)
	s := newServer(t, mallFile(t, rulesMall(loc, "")), "1")
	tv := newBrowser(t, chromium64, oldEngine()...).open(s.base+"/tv/1", 1920, 1080) // a set of 2018
	tv.until("live", `document.body.dataset.state === "live"`)
	o := s.officer("1")
	o.must("POST", "/api/counters/1/open", nil)
	s.visitor().ticket("A")
	s.visitor().ticket("A")
	o.must("POST", "/api/counters/1/next", nil)
	now := time.Now().In(loc)
	s.become(rulesMall(loc, hours("00:00-"+clock(now.Add(-2*time.Minute)), clock(now.Add(time.Hour))+"-24:00")))
	closed, _ := s.visitor().must("GET", "/api/board?zone=1", nil)["closed"].(object)
	if closed["code"] != "break" || closed["reopens_at"] == nil {
		t.Fatalf("the board says %v", closed)
	}
	tv.until("that new numbers wait", text("#ticker", "Nomor baru: Hari ini · pukul"))
	if state := tv.eval(`document.body.dataset.calm + document.getElementById("now").dataset.ticket`); state != "noA-001" {
		t.Errorf("a visitor stands at the counter and the TV shows %v", state)
	}
	tv.shoot("tv64-closed-served")
	o.must("POST", "/api/counters/1/finish", nil)
	tv.within(5*time.Second, "calm", `document.body.dataset.calm === "yes"`)
	tv.shoot("tv64-closed")
	o.must("POST", "/api/counters/1/next", nil)
	tv.within(time.Second, "a call over the calm", `document.body.dataset.calm !== "yes" && document.getElementById("now").dataset.ticket === "A-002"`)
	o.must("POST", "/api/counters/1/undo", nil)
	tv.within(5*time.Second, "the call to be gone", `document.body.dataset.calm === "yes" && !document.querySelector(".call[data-ticket=A-002]")`)
}

// TestGate_reachesScreensByTimeAlone: a break begins at the next full minute
// while nobody writes anything.
func TestGate_reachesScreensByTimeAlone(t *testing.T) {
	t.Parallel()
	loc := mallClock(t)
	s := newServer(t, mallFile(t, rulesMall(loc, "")))
	b := newBrowser(t, chromium)
	p, tv := b.open(s.base+"/kiosk", 1080, 1920), b.open(s.base+"/tv/1", 1920, 1080)
	p.until("tiles", tileSays("Perekaman KTP-el", "sisa 2"))
	begins := time.Now().In(loc).Truncate(time.Minute).Add(time.Minute)
	if time.Until(begins) < 3*time.Second {
		begins = begins.Add(time.Minute)
	}
	s.become(rulesMall(loc, hours("00:00-"+clock(begins), clock(begins.Add(time.Hour))+"-24:00")))
	tv.until("an open zone", `document.body.dataset.state === "live" && document.body.dataset.calm !== "yes"`)
	time.Sleep(time.Until(begins))
	tv.within(5*time.Second, "the break on the TV", `document.body.dataset.calm === "yes"`)
	p.within(time.Until(begins.Add(5*time.Second)), "the break on the kiosk", text("#heading", "stirahat"))
	t.Logf("on both screens %v after the break began", time.Since(begins))
}
