package queue

import (
	"strings"
	"time"
)

// Text is a sentence or a name in several languages, keyed by language tag
// ("id", "en"). Indonesian is always present in a valid mall.
type Text map[string]string

// In returns the text in lang, or in Indonesian where lang is missing.
func (t Text) In(lang string) string {
	if s := t[lang]; s != "" {
		return s
	}
	return t["id"]
}

// Mall is the definition of one mall: what the mall file holds. It says
// nothing about today; counters that are open and visitors who wait are state,
// and state lives in the store.
type Mall struct {
	Settings Settings  `yaml:"mall"`
	Zones    []Zone    `yaml:"zones,omitempty"`
	Hours    Week      `yaml:"hours,omitempty"`
	Periods  []Period  `yaml:"periods,omitempty"`
	Holidays []Holiday `yaml:"holidays,omitempty"`
	Closures []Closure `yaml:"closures,omitempty"`
	Openings []Opening `yaml:"openings,omitempty"` // ad hoc, against hours and holidays
	Agencies []Agency  `yaml:"agencies"`
}

// Settings are what a mall decides once, for the whole building.
type Settings struct {
	Name              string   `yaml:"name"`
	Timezone          string   `yaml:"timezone"` // IANA name, for example Asia/Makassar
	CounterNoun       string   `yaml:"counter_noun,omitempty"`
	Languages         []string `yaml:"languages,omitempty"`
	URL               string   `yaml:"url,omitempty"` // base of every link and QR code; empty: no QR codes
	Color             string   `yaml:"color,omitempty"`
	Footer            Text     `yaml:"footer,omitempty"`
	Wifi              *Wifi    `yaml:"wifi,omitempty"`
	Ticker            []Text   `yaml:"ticker,omitempty"`
	Speech            *Speech  `yaml:"speech,omitempty"`
	IssueFrom         string   `yaml:"issue_from,omitempty"`      // "anyone" or "devices"
	PriorityRun       *Run     `yaml:"priority_run,omitempty"`    // nil means DefaultPriorityRun
	NoShowAfterS      *int     `yaml:"no_show_after_s,omitempty"` // seconds; nil means DefaultNoShowAfterS, 0 switches the wait off
	RegularMaxWaitMin *int     `yaml:"regular_max_wait_min,omitempty"`
	TargetWaitMin     *int     `yaml:"target_wait_min,omitempty"`
	QuotaCancelled    string   `yaml:"quota_cancelled,omitempty"` // "returns" (default) or "keeps": what a cancelled number does to the quota
	ParallelOpen      *int     `yaml:"parallel_open,omitempty"`   // lines a journey waits in at once; nil means DefaultParallelOpen
	PhoneCap          *int     `yaml:"phone_cap,omitempty"`       // numbers a day for one phone; nil or 0: no cap
	KioskPIN          string   `yaml:"kiosk_pin,omitempty"`       // opens the settings corner of a kiosk; empty: it stays shut
}

// Wifi is the guests' network, printed where visitors need it to reach their page.
type Wifi struct {
	SSID     string `yaml:"ssid"`
	Password string `yaml:"password,omitempty"`
}

// Code is what a QR code holds that joins a phone to the network, in the form
// that the ZXing project gave it and phones read.
func (w Wifi) Code() string {
	escape := strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, ":", `\:`, `"`, `\"`)
	if w.Password == "" {
		return "WIFI:T:nopass;S:" + escape.Replace(w.SSID) + ";;"
	}
	return "WIFI:T:WPA;S:" + escape.Replace(w.SSID) + ";P:" + escape.Replace(w.Password) + ";;"
}

// Speech says how calls are read aloud.
type Speech struct {
	Numbers   string   `yaml:"numbers,omitempty"` // "digits" or "number"
	Zero      string   `yaml:"zero,omitempty"`    // "nol" or "kosong"
	Names     string   `yaml:"names,omitempty"`   // whose name ends a call: "none" (default), "agency" or "service"
	Languages []string `yaml:"languages,omitempty"`
}

// Zone is a floor or wing with its own screens and loudspeaker.
type Zone struct {
	Code       string `yaml:"code"`
	Name       Text   `yaml:"name"`
	Directions Text   `yaml:"directions,omitempty"`
}

// Week maps a weekday or a range of weekdays ("mon-thu", "fri") to its hours.
type Week map[string]Hours

// Hours are the half-open intervals of one day, "08:00-12:00", in the mall's
// zone of time, and the moment of the last ticket.
type Hours struct {
	Open       []string `yaml:"open,omitempty"`
	LastTicket string   `yaml:"last_ticket,omitempty"`
}

// Period replaces the mall's week between two dates, both included.
type Period struct {
	Name  string `yaml:"name"`
	From  string `yaml:"from"` // 2006-01-02
	To    string `yaml:"to"`
	Hours Week   `yaml:"hours"`
}

// Holiday is a day on which the mall does not open.
type Holiday struct {
	Date string `yaml:"date"`
	Name string `yaml:"name"`
}

// Closure is an ad-hoc closing with a notice, of the mall, an agency or a service.
type Closure struct {
	From    string `yaml:"from"` // 2006-01-02T15:04, local
	To      string `yaml:"to"`
	Agency  string `yaml:"agency,omitempty"`
	Service string `yaml:"service,omitempty"`
	Notice  Text   `yaml:"notice,omitempty"`
}

// Agency is one of the offices under the roof (instansi).
type Agency struct {
	Code     string            `yaml:"code"`
	Name     Text              `yaml:"name"`
	Short    string            `yaml:"short,omitempty"`
	Say      map[string]string `yaml:"say,omitempty"`
	Icon     string            `yaml:"icon,omitempty"`
	Zone     string            `yaml:"zone,omitempty"`
	Hours    Week              `yaml:"hours,omitempty"`
	Services []Service         `yaml:"services,omitempty"`
	Counters []Counter         `yaml:"counters,omitempty"`
}

// Service is what a visitor comes for; each has one line a day.
type Service struct {
	Code         string   `yaml:"code"` // one to four letters and digits
	Name         Text     `yaml:"name"`
	Minutes      int      `yaml:"minutes,omitempty"` // usual time at the counter; 0 means unknown
	Requirements []Text   `yaml:"requirements,omitempty"`
	Quota        *Quota   `yaml:"quota,omitempty"`
	After        []string `yaml:"after,omitempty"` // services that come before this one in a journey
	Hours        Week     `yaml:"hours,omitempty"`
}

// Quota limits the numbers of one service on one day. A nil share is unlimited
// within the day's total.
type Quota struct {
	Day      *int `yaml:"day,omitempty"`
	Kiosk    *int `yaml:"kiosk,omitempty"`
	Booking  *int `yaml:"booking,omitempty"`
	Priority *int `yaml:"priority,omitempty"`
}

// Counter is where an officer sits (loket).
type Counter struct {
	Code          string   `yaml:"code"`
	Services      []string `yaml:"services"`
	Assists       []string `yaml:"assists,omitempty"` // helped when its own lines are empty
	Zone          string   `yaml:"zone,omitempty"`    // empty: the agency's
	Class         string   `yaml:"class,omitempty"`   // "any" or "priority"
	ThroughBreaks bool     `yaml:"through_breaks,omitempty"`
	Hours         Week     `yaml:"hours,omitempty"`
}

// DefaultNoShowAfterS is how long a called visitor has before an officer may
// say they did not come, in seconds.
const DefaultNoShowAfterS = 60

// Run is how many priority visitors are called in a row while regular ones
// wait: 0 gives them no precedence, UnlimitedRun all of it. In the mall file it
// is a number or the word "unlimited".
type Run int

const (
	// DefaultPriorityRun keeps regular visitors moving; no law names a ratio.
	DefaultPriorityRun Run = 2
	// UnlimitedRun calls every waiting priority visitor before any regular one.
	UnlimitedRun Run = -1
)

// What a mall has that did not choose.
const (
	DefaultRegularMaxWaitMin = 60 // minutes
	DefaultParallelOpen      = 2
)

// Counting is how the mall balances its two classes.
func (s Settings) Counting() Counting {
	wait := DefaultRegularMaxWaitMin
	if s.RegularMaxWaitMin != nil {
		wait = *s.RegularMaxWaitMin
	}
	return Counting{Run: s.PriorityRunLimit(), MaxWait: time.Duration(wait) * time.Minute}
}

// ParallelLimit is how many lines a journey may wait in at once.
func (s Settings) ParallelLimit() int {
	if s.ParallelOpen == nil {
		return DefaultParallelOpen
	}
	return *s.ParallelOpen
}

// PhoneLimit is how many numbers one phone may take on a day; 0 is any number.
func (s Settings) PhoneLimit() int {
	if s.PhoneCap == nil {
		return 0
	}
	return *s.PhoneCap
}

// CancelledReturns says whether a cancelled number gives its place in the quota back.
func (s Settings) CancelledReturns() bool { return s.QuotaCancelled != "keeps" }

// PriorityRunLimit is the mall's choice, or the default.
func (s Settings) PriorityRunLimit() Run {
	if s.PriorityRun == nil {
		return DefaultPriorityRun
	}
	return *s.PriorityRun
}

// NoShowAfter is how long after a call a no-show may be declared.
func (s Settings) NoShowAfter() time.Duration {
	if s.NoShowAfterS == nil {
		return DefaultNoShowAfterS * time.Second
	}
	return time.Duration(*s.NoShowAfterS) * time.Second
}

// Location is the mall's zone of time. A mall that was parsed has a valid one;
// any other falls back to UTC.
func (s Settings) Location() *time.Location {
	loc, err := time.LoadLocation(s.Timezone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// Noun is what this mall calls a counter: loket unless it says otherwise.
func (s Settings) Noun() string {
	if s.CounterNoun == "" {
		return "loket"
	}
	return s.CounterNoun
}

// SpokenLangs are the languages of calls: Indonesian unless the mall says otherwise.
func (s Settings) SpokenLangs() []string {
	if s.Speech == nil || len(s.Speech.Languages) == 0 {
		return []string{"id"}
	}
	return s.Speech.Languages
}

// What of a call's service is said after its counter.
const (
	SayAgency  = "agency"
	SayService = "service"
)

// SpokenName is SayAgency, SayService or, where calls end with the counter, "".
func (s Settings) SpokenName() string {
	if s.Speech == nil || s.Speech.Names == "none" {
		return ""
	}
	return s.Speech.Names
}

// Langs are the languages of the mall's screens, the first being the default.
func (s Settings) Langs() []string {
	if len(s.Languages) == 0 {
		return []string{"id", "en"}
	}
	return s.Languages
}
