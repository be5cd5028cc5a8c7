package queue

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

var hexColor = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

var kioskPIN = regexp.MustCompile(`^[0-9]{4,8}$`)

func (c *mallCheck) settings(f string, s Settings) {
	c.line(f+".name", s.Name, maxName)
	// LoadLocation takes "" for UTC and "Local" for the machine's own zone,
	// which may be anything.
	_, err := time.LoadLocation(s.Timezone)
	if err != nil || s.Timezone == "" || s.Timezone == "Local" {
		c.fault(f+".timezone", "%s is not a zone of time; write Asia/Jakarta (WIB), Asia/Makassar (WITA) or Asia/Jayapura (WIT)", quote(s.Timezone))
	}
	if c.present(f + ".counter_noun") {
		c.line(f+".counter_noun", s.CounterNoun, maxShort)
	}
	c.languages(f+".languages", s.Languages)
	if c.present(f + ".url") {
		c.url(f+".url", s.URL)
	}
	if c.present(f+".color") && !hexColor.MatchString(s.Color) {
		c.fault(f+".color", `%s must be # and six hexadecimal digits, in quotes: "#005A9C"`, quote(s.Color))
	}
	c.sentence(f+".footer", s.Footer, maxSentence)
	for i, t := range s.Ticker {
		c.sentence(at(f+".ticker", i), t, maxSentence)
	}
	c.wifi(f+".wifi", s.Wifi)
	c.speech(f+".speech", s.Speech)
	c.oneOf(f+".issue_from", s.IssueFrom, "anyone", "devices")
	const day = 24 * 60
	c.between(f+".no_show_after_s", s.NoShowAfterS, 0, 3600)
	c.between(f+".regular_max_wait_min", s.RegularMaxWaitMin, 0, day)
	c.between(f+".target_wait_min", s.TargetWaitMin, 0, day)
	c.oneOf(f+".quota_cancelled", s.QuotaCancelled, "returns", "keeps")
	c.between(f+".parallel_open", s.ParallelOpen, 1, 2)
	c.between(f+".phone_cap", s.PhoneCap, 0, 100)
	if c.present(f+".kiosk_pin") && !kioskPIN.MatchString(s.KioskPIN) {
		c.fault(f+".kiosk_pin", `%s must be 4 to 8 digits, in quotes: "4711"`, quote(s.KioskPIN))
	}
}

// languages must hold Indonesian, because every other text may be missing and
// falls back to it.
func (c *mallCheck) languages(f string, tags []string) {
	for i, tag := range tags {
		switch {
		case !languageTag.MatchString(tag):
			c.fault(at(f, i), "%s must be a language of two small letters such as id or en", quote(tag))
		case slices.Contains(tags[:i], tag):
			c.fault(at(f, i), "%s stands here twice; keep one", quote(tag))
		}
	}
	if c.present(f) && !slices.Contains(tags, "id") {
		c.fault(f, "must contain id; every text has Indonesian, the others may be missing")
	}
}

// url must be bare, because the addresses of tickets are appended to it.
func (c *mallCheck) url(f, s string) {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || hasControl(s) {
		c.fault(f, "%s must be an address such as http://antre.local:8080", quote(s))
		return
	}
	if bare := u.Scheme + "://" + u.Host; bare != s {
		c.fault(f, "%s must have nothing behind the host; write %s", quote(s), bare)
	}
}

func (c *mallCheck) wifi(f string, w *Wifi) {
	if w == nil {
		return
	}
	// The limits are those of the 802.11 and WPA standards, in bytes.
	c.line(f+".ssid", w.SSID, 32)
	if len(w.SSID) > 32 {
		c.fault(f+".ssid", "is longer than the 32 bytes a network's name may have")
	}
	if len(w.Password) > 63 || hasControl(w.Password) {
		c.fault(f+".password", "is not a password a network can have: at most 63 characters on one line")
	}
}

func (c *mallCheck) speech(f string, s *Speech) {
	if s == nil {
		return
	}
	c.oneOf(f+".numbers", s.Numbers, "digits", "number")
	c.oneOf(f+".zero", s.Zero, "nol", "kosong")
	c.oneOf(f+".names", s.Names, "none", SayAgency, SayService)
	for i, tag := range s.Languages {
		switch {
		case !slices.Contains(c.m.Settings.Langs(), tag):
			c.fault(at(f+".languages", i), "%s is not one of the mall's languages (%s)", quote(tag), strings.Join(c.m.Settings.Langs(), ", "))
		case slices.Contains(s.Languages[:i], tag):
			c.fault(at(f+".languages", i), "%s stands here twice; keep one", quote(tag))
		}
	}
}

// periods must not overlap: on a day in two of them nobody could say which
// hours hold.
func (c *mallCheck) periods() {
	for i, p := range c.m.Periods {
		f := at("periods", i)
		c.line(f+".name", p.Name, maxName)
		from, to := c.date(f+".from", p.From), c.date(f+".to", p.To)
		if from && to && p.From > p.To {
			c.fault(f+".to", "is before the period begins (%s)", p.From)
		}
		for _, q := range c.m.Periods[:i] {
			if from && to && p.From <= q.To && q.From <= p.To {
				c.fault(f+".from", "this period overlaps %s (%s to %s); a day can only be in one", quote(q.Name), clip(q.From), clip(q.To))
			}
		}
		c.week(f+".hours", p.Hours)
	}
}

func (c *mallCheck) closure(f string, cl Closure) {
	const layout, example = "2006-01-02T15:04", "2026-11-24T10:00"
	from, to := c.moment(f+".from", cl.From, layout, example), c.moment(f+".to", cl.To, layout, example)
	if from && to && cl.From >= cl.To {
		c.fault(f+".to", "must be after it begins (%s)", cl.From)
	}
	agency := c.present(f+".agency") && c.refer(c.agencies, "agency", f+".agency", cl.Agency)
	service := c.present(f+".service") && c.refer(c.services, "service", f+".service", cl.Service)
	if agency && service && c.agencyOf[cl.Service] != cl.Agency {
		c.fault(f+".service", "%s is a service of %s, not of %s; keep the service and remove the agency", quote(cl.Service), c.agencyOf[cl.Service], cl.Agency)
	}
	c.sentence(f+".notice", cl.Notice, maxSentence)
}

func (c *mallCheck) week(f string, w Week) {
	owner := map[time.Weekday]string{}
	for _, key := range w.keys(c.mallReader, f) {
		g := join(f, key)
		days, ok := parseDays(key)
		if !ok {
			c.keyFault(g, "must be a day (mon tue wed thu fri sat sun) or a range in that order (mon-thu)")
		}
		for _, d := range days {
			if other, taken := owner[d]; taken {
				c.keyFault(g, "%s is already in %s; a day can only stand once in a week", d, other)
			}
			owner[d] = key
		}
		c.hours(g, w[key])
	}
}

// keys are the names of the days as they follow in the file, so that the later
// of two that clash is the one reported.
func (w Week) keys(r *mallReader, f string) []string {
	var keys []string
	for key := range w {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return comparePlaces(r.keys[join(f, a)], r.keys[join(f, b)])
	})
	return keys
}

func (c *mallCheck) hours(f string, h Hours) {
	var before Interval
	sound := len(h.Open) > 0
	opens := 0
	for i, text := range h.Open {
		g := at(f+".open", i)
		iv, ok := parseInterval(text)
		switch {
		case !ok:
			c.fault(g, `%s must be two times of one day such as "08:00-12:00"`, quote(text))
		case iv.From < before.To:
			c.fault(g, "%s begins before the interval in front of it has ended; write them in order, without overlap", quote(text))
		}
		if i == 0 {
			opens = iv.From
		}
		sound = sound && ok
		before = iv
	}
	if !c.present(f + ".last_ticket") {
		return
	}
	last, ok := parseClock(h.LastTicket)
	switch {
	case !ok:
		c.fault(f+".last_ticket", `%s must be a time such as "15:00"`, quote(h.LastTicket))
	case len(h.Open) == 0:
		c.fault(f+".last_ticket", "the mall is not open on this day; write open: or remove the last ticket")
	case sound && (last <= opens || last > before.To):
		c.fault(f+".last_ticket", "must be after the opening and not after the closing of the day")
	}
}
