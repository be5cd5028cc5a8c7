// Package printer puts a ticket on paper. It knows no database and no clock:
// the same slip gives the same bytes, today and next year.
package printer

import (
	"fmt"
	"strings"
	"time"

	"antre/queue"
)

// Slip is everything a ticket's paper says. Texts are already in the visitor's
// language. It never holds a name or an ID number.
type Slip struct {
	Lang                  string // "id" or "en": the fixed words
	Mall, Agency, Service string
	Logo                  []byte    // the mall's, a PNG or JPEG; nil: none
	Code                  string
	IssuedAt              time.Time // in the mall's zone of time
	Day                   string    // business day, 2006-01-02
	Ahead                 int       // people, as told at issue
	WaitLow, WaitHigh     time.Duration
	WaitKnown             bool
	Zone, Directions      string
	Stops                 []string // of a journey, the service first and its agency; empty for one service
	Requirements          []string
	Footer                string
	URL                   string // the visitor's page; "": no QR
	Wifi                  string // the guests' network; "": none
	WifiCode              string // what its QR code holds
}

// Paper is a size that slips come in.
type Paper string

// The papers: two thermal rolls by their width in millimetres, and A6.
const (
	Paper80 Paper = "80"
	Paper58 Paper = "58"
	PaperA6 Paper = "a6"
)

// ParsePaper reads a paper's name; "" is the 80 mm roll.
func ParsePaper(s string) (Paper, error) {
	switch p := Paper(strings.ToLower(s)); p {
	case "":
		return Paper80, nil
	case Paper80, Paper58, PaperA6:
		return p, nil
	}
	return "", fmt.Errorf("paper %q: use 80, 58 or a6", s)
}

// words are the fixed words of a slip in one language.
type words struct {
	number, ahead, people, wait, minutes, stops, bring, valid, track, wifi string
	days, months                                                           []string
	hour                                                                   string // between hours and minutes
}

func wordsOf(lang string) words {
	if lang == "en" {
		return words{
			number: "Queue number", ahead: "People ahead of you", wait: "Expected wait", minutes: "minutes", stops: "One number for", bring: "Please bring", valid: "Valid today only",
			track: "Follow your turn on your phone", wifi: "Wi-Fi", hour: ":",
			days:   []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
			months: []string{"", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		}
	}
	return words{
		number: "Nomor antrean", ahead: "Antrean di depan Anda", people: " orang", wait: "Perkiraan menunggu", minutes: "menit", stops: "Satu nomor untuk", bring: "Bawa", valid: "Berlaku hari ini",
		track: "Pantau giliran di ponsel Anda", wifi: "Wi-Fi", hour: ".",
		days:   []string{"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"},
		months: []string{"", "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"},
	}
}

func (s Slip) date(w words) string {
	t := s.IssuedAt
	return fmt.Sprintf("%s, %d %s %d", w.days[t.Weekday()], t.Day(), w.months[t.Month()], t.Year())
}

func (s Slip) clock(w words) string {
	return s.IssuedAt.Format("15"+w.hour+"04") + " " + queue.ZoneName(s.IssuedAt)
}

func (s Slip) waitLine(w words) string {
	low, high := int(s.WaitLow.Minutes()), int((s.WaitHigh+time.Minute-1)/time.Minute)
	if low == high {
		return fmt.Sprintf("%s: %d %s", w.wait, low, w.minutes)
	}
	return fmt.Sprintf("%s: %d\u2013%d %s", w.wait, low, high, w.minutes)
}

// place is the zone and how to get there, in one sentence.
func (s Slip) place() string {
	if s.Zone != "" && s.Directions != "" {
		return s.Zone + " \u2013 " + s.Directions
	}
	return s.Zone + s.Directions
}

// printable replaces what the PDF library cannot hold: it panics on runes
// beyond the basic plane, and control characters have no shape.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF {
			return '\uFFFD'
		}
		if r < ' ' {
			return ' '
		}
		return r
	}, text)
}
