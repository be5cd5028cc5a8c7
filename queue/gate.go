package queue

import (
	"fmt"
	"strings"
	"time"
)

// ClockJumped is the code of everything that a clock which leapt ahead stops.
const ClockJumped = "clock_jumped"

// Gate answers whether a service may give a number now, and if not why and
// until when: for the kiosk, the console, the TV, the API and issuing alike.
// The zero value may.
type Gate struct {
	Leapt       string    // the day that a clock which nobody has confirmed shows; "" while it is believed
	Removed     bool      // gone from the mall file
	Closed      *Closed   // what the calendar says
	Limited     bool      // there is a quota
	Limit, Left int       // of the quota, for this class and channel
	Reset       time.Time // when the quota begins anew; zero: not known
	Asked       time.Time // the moment judged
	OpenedToday int       // its counters that were open at some time today
	NotClosed   int       // its counters that are open or paused now
}

// Shut is why a gate gives no number, in words for people, and until when.
type Shut struct {
	Code      string
	Reason    Text      // a sentence in each language, without the time
	Note      Text      // what the closing says of itself: its notice, or the holiday's name; often empty
	ReopensAt time.Time // the next moment a number can be given; zero: not known
	Asked     time.Time
}

// Shut is nil when a number can be given. The order of the questions is the
// order of precedence in the contract.
func (g Gate) Shut() *Shut {
	switch {
	case g.Leapt != "":
		s := g.shut(ClockJumped, time.Time{}, "Jam sistem sedang diperiksa; nomor belum bisa diberikan.", "The system's clock is being checked; no numbers can be given yet.")
		s.Note = Text{"id": "Jam sistem sedang diperiksa. Silakan tanya petugas.", "en": "The system's clock is being checked. Please ask the staff."}
		return s
	case g.Removed:
		return g.shut(ServiceClosed, time.Time{}, "Layanan ini tidak dibuka lagi di mal ini.", "This service is no longer offered here.")
	case g.Closed != nil:
		return g.Closed.shut(g.Asked)
	case g.Limited && g.Left <= 0:
		return g.shut("quota_reached", g.Reset, fmt.Sprintf("Kuota hari ini (%d nomor) sudah habis.", g.Limit), fmt.Sprintf("Today's %d numbers are used up.", g.Limit))
	case g.OpenedToday > 0 && g.NotClosed == 0:
		return g.shut("no_counter", time.Time{}, "Semua loket layanan ini sudah tutup untuk hari ini.", "Every counter of this service has closed for today.")
	}
	return nil
}

func (g Gate) shut(code string, reopens time.Time, id, en string) *Shut {
	return &Shut{Code: code, Reason: Text{"id": id, "en": en}, ReopensAt: reopens, Asked: g.Asked}
}

// Check is nil when a number can be given, and otherwise says why not.
func (g Gate) Check() *Refusal {
	shut := g.Shut()
	if shut == nil {
		return nil
	}
	r := &Refusal{Kind: Conflict, Code: shut.Code, Detail: Text{}}
	for lang := range weekdayNames {
		r.Detail[lang] = shut.Detail(lang)
	}
	if shut.ReopensAt.IsZero() {
		return r
	}
	return r.With("reopens_at", shut.ReopensAt.Format(time.RFC3339))
}

// shut says in words why the calendar gives no number.
func (c *Closed) shut(asked time.Time) *Shut {
	words := map[string]Text{
		ServiceClosed:    {"id": "Layanan ini sedang tutup.", "en": "This service is closed now."},
		HolidayClosed:    {"id": "Libur: " + c.Name + ".", "en": "Holiday: " + c.Name + "."},
		DayClosed:        {"id": "Layanan ini tidak buka hari ini.", "en": "This service is closed today."},
		NotOpenYet:       {"id": "Layanan ini belum buka.", "en": "This service is not open yet."},
		BreakClosed:      {"id": "Sedang istirahat.", "en": "On a break."},
		LastTicketPassed: {"id": "Nomor terakhir hari ini sudah lewat.", "en": "The last number of today has been given."},
	}[c.Code]
	s := &Shut{Code: c.Code, Reason: Text{}, ReopensAt: c.ReopenAt, Asked: asked}
	for lang, text := range words {
		if notice := c.Notice.In(lang); notice != "" {
			text = notice
		}
		s.Reason[lang] = text
	}
	switch {
	case c.Name != "":
		s.Note = Text{"id": c.Name}
	case len(c.Notice) > 0:
		s.Note = c.Notice
	}
	return s
}

// Detail is the reason and when it will be over, as one text.
func (s *Shut) Detail(lang string) string {
	text := s.Reason.In(lang)
	if s.ReopensAt.IsZero() {
		return text
	}
	if text != "" && !strings.ContainsAny(text[len(text)-1:], ".!?") {
		text += "." // a notice is written by hand
	}
	at, day := s.ReopensAt, s.day(lang)
	if lang != "en" {
		return fmt.Sprintf("%s %s %s pukul %s %s.", text, s.verb("Buka", "Buka lagi"), day, at.Format("15.04"), ZoneName(at))
	}
	if !s.today() {
		day = "on " + day
	}
	return fmt.Sprintf("%s %s %s at %s %s.", text, s.verb("Opens", "Open again"), day, at.Format("15:04"), ZoneName(at))
}

func (s *Shut) verb(first, again string) string {
	if s.Code == NotOpenYet {
		return first
	}
	return again
}

var weekdayNames = map[string][]string{
	"id": {"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"},
	"en": {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

var monthNames = map[string][]string{
	"id": {"", "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"},
	"en": {"", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

func (s *Shut) today() bool {
	return s.Asked.In(s.ReopensAt.Location()).Format(DayFormat) == s.ReopensAt.Format(DayFormat)
}

// day names the day of the reopening: today, else the weekday, and the date too
// where the weekday alone would be taken for one of this week.
func (s *Shut) day(lang string) string {
	if lang != "en" {
		lang = "id" // what a mall's third language lacks is Indonesian
	}
	if s.today() {
		return map[string]string{"id": "hari ini", "en": "today"}[lang]
	}
	at := s.ReopensAt
	name := weekdayNames[lang][at.Weekday()]
	today := s.Asked.In(at.Location())
	week := time.Date(today.Year(), today.Month(), today.Day()+7, 0, 0, 0, 0, at.Location())
	if s.Asked.IsZero() || at.Before(week) {
		return name
	}
	return fmt.Sprintf("%s, %d %s", name, at.Day(), monthNames[lang][at.Month()])
}

// Reopens is when the next number can be given, short, for a screen: "Sabtu ·
// pukul 07.00 WIB". It is "" when that is not known. The zone of time is named
// because the reader may be far away.
func (s *Shut) Reopens(lang string) string {
	if s.ReopensAt.IsZero() {
		return ""
	}
	at := s.ReopensAt
	day := s.day(lang)
	day = strings.ToUpper(day[:1]) + day[1:]
	if lang != "en" {
		return fmt.Sprintf("%s \u00b7 pukul %s %s", day, at.Format("15.04"), ZoneName(at))
	}
	return fmt.Sprintf("%s \u00b7 %s %s", day, at.Format("15:04"), ZoneName(at))
}
