package queue_test

import (
	"testing"
	"time"

	"antre/queue"
)

func calendar(t *testing.T, file string) (queue.Calendar, queue.Schedule) {
	t.Helper()
	m, err := queue.ParseMall([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	a := m.Agencies[0]
	return queue.CalendarOf(m), queue.Schedule{Agency: a.Code, Service: a.Services[0].Code, AgencyHours: a.Hours, ServiceHours: a.Services[0].Hours, Counters: a.Counters}
}

func week(zone, more, agency, service, counter string) string {
	return `mall: {name: MPP Uji, timezone: ` + zone + `}
hours:
  mon-thu: {open: ["07:00-12:00", "13:00-15:30"], last_ticket: "15:00"}
  fri:     {open: ["07:00-11:30", "13:00-14:00"]}
  sat:     {open: ["07:00-11:00"]}
` + more + `
agencies:
  - {code: SATU, name: Satu, ` + agency + `
     services: [{code: A, name: A` + service + `}, {code: B, name: B}], counters: [{code: "1", services: [A]` + counter + `}]}
`
}

func TestCalendar_table(t *testing.T) {
	const wib = "Asia/Jakarta"
	plain := week(wib, "", "", "", "")
	// 2026-11-27 is a Friday.
	cases := []struct{ name, file, at, code, reopens string }{
		{"Monday morning", plain, "2026-11-23T07:00:00", "", ""},
		{"a second before opening", plain, "2026-11-23T06:59:59", "not_open_yet", "2026-11-23T07:00"},
		{"lunch begins", plain, "2026-11-23T12:00:00", "break", "2026-11-23T13:00"},
		{"lunch ends", plain, "2026-11-23T13:00:00", "", ""},
		{"Friday prayer", plain, "2026-11-27T12:00:00", "break", "2026-11-27T13:00"},
		{"Friday after closing", plain, "2026-11-27T14:05:00", "service_closed", "2026-11-28T07:00"},
		{"last ticket", plain, "2026-11-23T15:00:00", "last_ticket_passed", "2026-11-24T07:00"},
		{"last ticket before closing still counts after it", plain, "2026-11-23T16:00:00", "last_ticket_passed", "2026-11-24T07:00"},
		{"Saturday noon", plain, "2026-11-28T12:00:00", "service_closed", "2026-11-30T07:00"},
		{"Sunday", plain, "2026-11-29T09:00:00", "day_closed", "2026-11-30T07:00"},
		{"holiday", week(wib, "holidays: [{date: 2026-11-23, name: Hari Guru}]", "", "", ""), "2026-11-23T09:00:00", "holiday", "2026-11-24T07:00"},
		{"two holidays and a Sunday", week(wib, "holidays: [{date: 2026-11-28, name: X}, {date: 2026-11-30, name: Y}]", "", "", ""), "2026-11-28T09:00:00", "holiday", "2026-12-01T07:00"},
		{"opening against a holiday", week(wib, "holidays: [{date: 2026-11-23, name: X}]\nopenings: [{from: 2026-11-23T08:00, to: 2026-11-23T10:00}]", "", "", ""), "2026-11-23T09:59:59", "", ""},
		{"after that opening", week(wib, "holidays: [{date: 2026-11-23, name: X}]\nopenings: [{from: 2026-11-23T08:00, to: 2026-11-23T10:00}]", "", "", ""), "2026-11-23T10:00:00", "holiday", "2026-11-24T07:00"},
		{"before that opening", week(wib, "holidays: [{date: 2026-11-23, name: X}]\nopenings: [{from: 2026-11-23T08:00, to: 2026-11-23T10:00}]", "", "", ""), "2026-11-23T07:30:00", "holiday", "2026-11-23T08:00"},
		{"closing beats opening", week(wib, "openings: [{from: 2026-11-29T08:00, to: 2026-11-29T12:00}]\nclosures: [{from: 2026-11-29T09:00, to: 2026-11-29T10:00}]", "", "", ""), "2026-11-29T09:30:00", "service_closed", "2026-11-29T10:00"},
		{"closing into lunch", week(wib, "closures: [{from: 2026-11-23T11:00, to: 2026-11-23T12:30}]", "", "", ""), "2026-11-23T11:15:00", "service_closed", "2026-11-23T13:00"},
		{"another agency's closing", week(wib, "closures: [{from: 2026-11-23T08:00, to: 2026-11-23T10:00, service: B}]", "", "", ""), "2026-11-23T09:00:00", "", ""},
		{"Ramadan hours", week(wib, "periods: [{name: Ramadan, from: 2026-11-23, to: 2026-11-27, hours: {mon-fri: {open: [\"08:00-14:00\"]}}}]", "", "", ""), "2026-11-23T07:30:00", "not_open_yet", "2026-11-23T08:00"},
		{"Ramadan has no lunch", week(wib, "periods: [{name: Ramadan, from: 2026-11-23, to: 2026-11-27, hours: {mon-fri: {open: [\"08:00-14:00\"]}}}]", "", "", ""), "2026-11-23T12:30:00", "", ""},
		{"the day after Ramadan", week(wib, "periods: [{name: Ramadan, from: 2026-11-23, to: 2026-11-26, hours: {mon-fri: {open: [\"08:00-14:00\"]}}}]", "", "", ""), "2026-11-26T14:00:00", "service_closed", "2026-11-27T07:00"},
		{"agency of certain weekdays", week(wib, "", `hours: {tue: {open: ["09:00-12:00"]}},`, "", ""), "2026-11-23T09:00:00", "day_closed", "2026-11-24T09:00"},
		{"service's own week", week(wib, "", `hours: {tue: {open: ["09:00-12:00"]}},`, `, hours: {mon: {open: ["10:00-11:00"]}}`, ""), "2026-11-23T10:30:00", "", ""},
		{"counter's own week", week(wib, "", "", "", `, hours: {sun: {open: ["09:00-10:00"]}}`), "2026-11-29T09:30:00", "", ""},
		{"counter through breaks", week(wib, "", "", "", ", through_breaks: true"), "2026-11-23T12:30:00", "", ""},
		{"through breaks, but not past the last ticket", week(wib, "", "", "", ", through_breaks: true"), "2026-11-23T15:10:00", "last_ticket_passed", "2026-11-24T07:00"},
		{"29 February", plain, "2028-02-29T08:00:00", "", ""},
		{"the evening before 29 February", plain, "2028-02-28T20:00:00", "last_ticket_passed", "2028-02-29T07:00"},
		{"the year's end", plain, "2026-12-31T23:59:59", "last_ticket_passed", "2027-01-01T07:00"},
		{"WITA", week("Asia/Makassar", "", "", "", ""), "2026-11-23T06:59:59", "not_open_yet", "2026-11-23T07:00"},
		{"WIT", week("Asia/Jayapura", "", "", "", ""), "2026-11-23T12:30:00", "break", "2026-11-23T13:00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			cal, s := calendar(t, c.file)
			at, err := time.ParseInLocation("2006-01-02T15:04:05", c.at, cal.Location)
			if err != nil {
				t.Fatal(err)
			}
			code, reopens := "", ""
			if closed := cal.Closed(s, at.UTC()); closed != nil {
				code = closed.Code
				if !closed.ReopenAt.IsZero() {
					reopens = closed.ReopenAt.Format("2006-01-02T15:04")
				}
			}
			if code != c.code || reopens != c.reopens {
				t.Errorf("got %q until %q, want %q until %q", code, reopens, c.code, c.reopens)
			}
		})
	}
}

func TestCalendar_twoMallsInDifferentZonesAtOneMoment(t *testing.T) {
	jakarta, s := calendar(t, week("Asia/Jakarta", "", "", "", ""))
	makassar, _ := calendar(t, week("Asia/Makassar", "", "", "", ""))
	// 23.30 UTC on Sunday: 06.30 on Monday in Jakarta, 07.30 in Makassar.
	at := time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)
	if c := jakarta.Closed(s, at); c == nil || c.Code != queue.NotOpenYet {
		t.Errorf("Jakarta at 06.30: %+v", c)
	}
	if c := makassar.Closed(s, at); c != nil {
		t.Errorf("Makassar at 07.30: %+v", c)
	}
}

func TestGate_saysUntilWhenInTheMallsTime(t *testing.T) {
	cal, s := calendar(t, week("Asia/Makassar", "", "", "", ""))
	friday := time.Date(2026, 11, 27, 14, 5, 0, 0, cal.Location)
	r := queue.Gate{Closed: cal.Closed(s, friday)}.Check()
	if r == nil || r.Facts["reopens_at"] != "2026-11-28T07:00:00+08:00" || r.Detail.In("id") != "Layanan ini sedang tutup. Buka lagi Sabtu pukul 07.00 WITA." {
		t.Errorf("got %v %v", r, r.Facts)
	}
}

func TestQuota_sharesForKioskBookingAndPriority(t *testing.T) {
	n := func(i int) *int { return &i }
	q := queue.Quota{Day: n(60), Kiosk: n(40), Booking: n(20), Priority: n(10)}
	for _, c := range []struct {
		name  string
		given queue.Given
		class queue.Class
		by    queue.Channel
		left  int
	}{
		{"fresh", queue.Given{}, queue.Regular, queue.Kiosk, 40},
		{"kiosk used up", queue.Given{All: 40, Kiosk: 40, Regular: 40}, queue.Regular, queue.Kiosk, 0},
		{"booking still free", queue.Given{All: 40, Kiosk: 40, Regular: 40}, queue.Priority, queue.Booking, 20},
		{"regulars leave the priority share", queue.Given{All: 50, Kiosk: 30, Booking: 20, Regular: 50}, queue.Regular, queue.Kiosk, 0},
		{"priority may take it", queue.Given{All: 50, Kiosk: 30, Booking: 20, Regular: 50}, queue.Priority, queue.Kiosk, 10},
		{"the day's number is the end", queue.Given{All: 60, Kiosk: 40, Booking: 20, Regular: 50}, queue.Priority, queue.Kiosk, 0},
	} {
		if _, left, limited := q.Left(c.given, c.class, c.by); left != c.left || !limited {
			t.Errorf("%s: %d left, want %d", c.name, left, c.left)
		}
	}
	if _, _, limited := (queue.Quota{}).Left(queue.Given{}, queue.Regular, queue.Kiosk); limited {
		t.Error("no quota limits")
	}
}

func TestPhone_oneNumberHoweverItIsWritten(t *testing.T) {
	for _, text := range []string{"0812-3456-7890", "+62 812 3456 7890", "62.812.3456.7890", "(0812) 34567890"} {
		if got, err := queue.Phone(text); err != nil || got != "6281234567890" {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "12", "0812abc", "08123456789012345", "0812+345678"} {
		if got, err := queue.Phone(text); err == nil {
			t.Errorf("%q passes as %q", text, got)
		}
	}
}

func TestNextLegs_fixedAnyAndParallel(t *testing.T) {
	planned := queue.Leg{State: queue.Planned}
	minutes := []int{30, 10, 20}
	predict := func(i int) int { return minutes[i] }
	three := []queue.Leg{planned, planned, planned}
	for _, c := range []struct {
		name  string
		legs  []queue.Leg
		order queue.JourneyOrder
		room  int
		want  []int
	}{
		{"fixed", three, queue.Fixed, 1, []int{0}},
		{"shortest first", three, queue.AnyOrder, 1, []int{1}},
		{"parallel", three, queue.Parallel, 2, []int{1, 2}},
		{"room for one more", []queue.Leg{planned, {State: queue.Waiting}, planned}, queue.Parallel, 2, []int{2}},
		{"after another", []queue.Leg{planned, {State: queue.Planned, After: []int{0}}, planned}, queue.AnyOrder, 1, []int{2}},
		{"after one that is done", []queue.Leg{{State: queue.Done}, {State: queue.Planned, After: []int{0}}, planned}, queue.AnyOrder, 1, []int{1}},
		{"one is being served", []queue.Leg{{State: queue.Serving}, planned}, queue.Fixed, 1, nil},
	} {
		got := queue.NextLegs(c.legs, c.order, c.room, predict)
		if len(got) != len(c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: got %v, want %v", c.name, got, c.want)
			}
		}
	}
}

func TestShut_namesTheDateWhereTheWeekdayAloneMisleads(t *testing.T) {
	jakarta := location(t, "Asia/Jakarta")
	asked := time.Date(2026, 12, 24, 16, 0, 0, 0, jakarta)
	shut := func(code string, at time.Time) *queue.Shut {
		return queue.Gate{Closed: &queue.Closed{Code: code, ReopenAt: at}, Asked: asked}.Shut()
	}
	for _, c := range []struct {
		s             *queue.Shut
		short, detail string
	}{
		{shut(queue.BreakClosed, asked.Add(time.Hour)), "Hari ini · pukul 17.00 WIB", "Sedang istirahat. Buka lagi hari ini pukul 17.00 WIB."},
		{shut(queue.NotOpenYet, asked.Add(time.Hour)), "Hari ini · pukul 17.00 WIB", "Layanan ini belum buka. Buka hari ini pukul 17.00 WIB."},
		{shut(queue.DayClosed, asked.AddDate(0, 0, 6)), "Rabu · pukul 16.00 WIB", "Layanan ini tidak buka hari ini. Buka lagi Rabu pukul 16.00 WIB."},
		{shut(queue.DayClosed, asked.AddDate(0, 0, 11)), "Senin, 4 Januari · pukul 16.00 WIB", "Layanan ini tidak buka hari ini. Buka lagi Senin, 4 Januari pukul 16.00 WIB."},
		{shut(queue.ServiceClosed, time.Time{}), "", "Layanan ini sedang tutup."},
	} {
		if c.s.Reopens("id") != c.short || c.s.Detail("id") != c.detail {
			t.Errorf("got %q and %q, want %q and %q", c.s.Reopens("id"), c.s.Detail("id"), c.short, c.detail)
		}
	}
	if got := shut(queue.DayClosed, asked.AddDate(0, 0, 6)).Detail("jv"); got != "Layanan ini tidak buka hari ini. Buka lagi Rabu pukul 16.00 WIB." {
		t.Errorf("a third language: %q", got)
	}
	if got := shut(queue.DayClosed, asked.AddDate(0, 0, 11)).Reopens("en"); got != "Monday, 4 January · 16:00 WIB" {
		t.Errorf("English: %q", got)
	}
	notice := queue.Gate{Closed: &queue.Closed{Code: queue.ServiceClosed, Notice: queue.Text{"id": "Gangguan jaringan pusat"}, ReopenAt: asked.Add(time.Hour)}, Asked: asked}.Shut()
	if got := notice.Detail("en"); got != "Gangguan jaringan pusat. Open again today at 17:00 WIB." || notice.Note.In("id") != "Gangguan jaringan pusat" {
		t.Errorf("a notice: %q %v", got, notice.Note)
	}
}

func location(t *testing.T, zone string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}
