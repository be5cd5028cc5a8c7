package queue

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

var (
	serviceCode = regexp.MustCompile(`^[A-Za-z0-9]{1,4}$`)
	// placeCode is also a part of URLs (/api/counters/Z1-01/open) and is read
	// aloud, so it holds nothing that would need escaping or has no sound.
	placeCode   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,14}[A-Za-z0-9])?$`)
	languageTag = regexp.MustCompile(`^[a-z]{2}$`)
)

// Longest texts, in characters: what a ticket or a line on a TV can show.
const (
	maxName     = 120
	maxShort    = 40
	maxSentence = 300
)

// mallCheck knows what the whole mall defines, so that one part of the file
// can be judged by another.
type mallCheck struct {
	*mallReader
	m        *Mall
	zones    codes
	agencies codes
	services codes
	counters codes
	agencyOf map[string]string // service code to agency code
}

// codes are those defined in the mall, by their lower-case form.
type codes map[string]definition

type definition struct{ code, field string }

// checkMall reports what is wrong with the meaning of a mall whose values
// could be read.
func checkMall(r *mallReader, m *Mall) {
	c := &mallCheck{mallReader: r, m: m,
		zones: codes{}, agencies: codes{}, services: codes{}, counters: codes{}, agencyOf: map[string]string{}}
	c.define()
	c.settings("mall", m.Settings)
	for i, z := range m.Zones {
		f := at("zones", i)
		c.sentence(f+".name", z.Name, maxName)
		c.sentence(f+".directions", z.Directions, maxSentence)
	}
	c.week("hours", m.Hours)
	c.periods()
	for i, h := range m.Holidays {
		f := at("holidays", i)
		c.date(f+".date", h.Date)
		c.line(f+".name", h.Name, maxName)
		for _, other := range m.Holidays[:i] {
			if other.Date == h.Date {
				c.fault(f+".date", "%s is already %s; write both names in one holiday", quote(h.Date), quote(other.Name))
			}
		}
	}
	for i, cl := range m.Closures {
		c.closure(at("closures", i), cl)
	}
	for i, o := range m.Openings {
		c.closure(at("openings", i), o)
	}
	for i, a := range m.Agencies {
		c.agency(at("agencies", i), a)
	}
	c.circles()
}

// define collects all codes first: a counter may serve an agency that stands
// further down.
func (c *mallCheck) define() {
	for i, z := range c.m.Zones {
		c.code(c.zones, "zone", at("zones", i)+".code", z.Code)
	}
	for i, a := range c.m.Agencies {
		f := at("agencies", i)
		c.code(c.agencies, "agency", f+".code", a.Code)
		for j, s := range a.Services {
			c.code(c.services, "service", at(f+".services", j)+".code", s.Code)
			c.agencyOf[s.Code] = a.Code
		}
		for j, k := range a.Counters {
			c.code(c.counters, "counter", at(f+".counters", j)+".code", k.Code)
		}
	}
}

func (c *mallCheck) code(known codes, kind, field, code string) {
	switch {
	case kind == "service" && !serviceCode.MatchString(code):
		c.fault(field, "%s must be one to four letters A–Z and digits", quote(code))
	case kind != "service" && !placeCode.MatchString(code):
		c.fault(field, "%s must be 1 to 16 letters A–Z, digits and hyphens between them", quote(code))
	}
	lower := strings.ToLower(code)
	if first, taken := known[lower]; taken {
		c.fault(field, "%s is already the code of %s (line %d); codes are unique in the mall without regard to case",
			quote(code), first.field, c.place(first.field).line)
		return
	}
	known[lower] = definition{code, strings.TrimSuffix(field, ".code")}
}

// refer reports a reference to something that the mall does not define.
func (c *mallCheck) refer(known codes, kind, field, code string) bool {
	d, ok := known[strings.ToLower(code)]
	switch {
	case !ok:
		c.fault(field, "there is no %s %s in this mall; define it or correct the code", kind, quote(code))
	case d.code != code:
		c.fault(field, "there is no %s %s in this mall; write %s as where it is defined", kind, quote(code), quote(d.code))
		return false
	}
	return ok
}

func (c *mallCheck) agency(f string, a Agency) {
	c.sentence(f+".name", a.Name, maxName)
	if c.present(f + ".short") {
		c.line(f+".short", a.Short, maxShort)
	}
	for word, sound := range a.Say {
		c.line(join(f+".say", word), sound, maxName)
		if strings.TrimSpace(word) == "" || hasControl(word) {
			c.keyFault(join(f+".say", word), "must be a word that appears in a name")
		}
	}
	if c.present(f+".icon") && !KnownIcon(a.Icon) && a.Icon != AgencyImage(a.Code) {
		c.fault(f+".icon", "there is no icon %s; write one of %s, or %s for the agency's uploaded picture", quote(a.Icon), knownIcons(), AgencyImage(a.Code))
	}
	if c.present(f + ".zone") {
		c.refer(c.zones, "zone", f+".zone", a.Zone)
	}
	c.week(f+".hours", a.Hours)
	for i, s := range a.Services {
		c.service(at(f+".services", i), s)
	}
	for i, k := range a.Counters {
		c.counter(at(f+".counters", i), k)
	}
}

func (c *mallCheck) service(f string, s Service) {
	c.sentence(f+".name", s.Name, maxName)
	c.between(f+".minutes", &s.Minutes, 0, 480)
	for i, t := range s.Requirements {
		c.sentence(at(f+".requirements", i), t, maxSentence)
	}
	if q := s.Quota; q != nil {
		const many = 1_000_000
		c.between(f+".quota.day", q.Day, 0, many)
		c.between(f+".quota.kiosk", q.Kiosk, 0, many)
		c.between(f+".quota.booking", q.Booking, 0, many)
		c.between(f+".quota.priority", q.Priority, 0, many)
	}
	for i, before := range s.After {
		g := at(f+".after", i)
		switch {
		case before == s.Code:
			c.fault(g, "a service cannot come after itself")
		case slices.Contains(s.After[:i], before):
			c.fault(g, "%s stands here twice; keep one", quote(before))
		default:
			c.refer(c.services, "service", g, before)
		}
	}
	c.week(f+".hours", s.Hours)
}

func (c *mallCheck) counter(f string, k Counter) {
	if len(k.Services) == 0 {
		c.fault(f+".services", "must name at least one service; a counter that serves none calls nobody")
	}
	for i, s := range k.Services {
		c.counterService(at(f+".services", i), s, k.Services[:i])
	}
	for i, s := range k.Assists {
		g := at(f+".assists", i)
		if slices.Contains(k.Services, s) {
			c.fault(g, "%s is already one of this counter's own services; keep it in one of the two lists", quote(s))
			continue
		}
		c.counterService(g, s, k.Assists[:i])
	}
	if c.present(f + ".zone") {
		c.refer(c.zones, "zone", f+".zone", k.Zone)
	}
	c.oneOf(f+".class", k.Class, "any", "priority")
	c.week(f+".hours", k.Hours)
}

func (c *mallCheck) counterService(f, code string, before []string) {
	if slices.Contains(before, code) {
		c.fault(f, "%s stands here twice; keep one", quote(code))
		return
	}
	c.refer(c.services, "service", f, code)
}

// circles reports services that wait for each other in a journey: nobody could
// ever begin it.
func (c *mallCheck) circles() {
	after := map[string][]string{}
	for _, a := range c.m.Agencies {
		for _, s := range a.Services {
			after[s.Code] = s.After
		}
	}
	for i, a := range c.m.Agencies {
		for j, s := range a.Services {
			if slices.Contains(s.After, s.Code) || !comesBefore(after, s.Code, s.Code, map[string]bool{}) {
				continue
			}
			c.fault(at(at("agencies", i)+".services", j)+".after",
				"goes in a circle back to %s; no journey through these services could begin", quote(s.Code))
		}
	}
}

// comesBefore tells whether goal is reached from code by one or more steps.
// The services seen bound the recursion's work; there is one level for each
// service of a chain, thousands at most.
func comesBefore(after map[string][]string, code, goal string, seen map[string]bool) bool {
	for _, before := range after[code] {
		if before == goal {
			return true
		}
		if !seen[before] {
			seen[before] = true
			if comesBefore(after, before, goal, seen) {
				return true
			}
		}
	}
	return false
}

// sentence checks a text in several languages. None at all is a fault only
// where the field is required, and reading has reported that.
func (c *mallCheck) sentence(f string, t Text, most int) {
	if t == nil {
		return
	}
	if _, ok := t["id"]; !ok {
		c.fault(f, "needs the Indonesian text, id: …; a plain text is Indonesian")
	}
	for lang, s := range t {
		g := f
		if _, ok := c.at[join(f, lang)]; ok {
			g = join(f, lang)
		}
		if !languageTag.MatchString(lang) {
			c.keyFault(g, "must be a language of two small letters such as id or en")
		}
		c.line(g, s, most)
	}
}

// line checks a text that is shown, printed or read aloud on one line.
func (c *mallCheck) line(f, s string, most int) {
	switch {
	case strings.TrimSpace(s) == "":
		c.fault(f, "must not be empty")
	case hasControl(s):
		c.fault(f, "must be one line without tabs and control characters")
	case utf8.RuneCountInString(s) > most:
		c.fault(f, "has %d characters; at most %d fit", utf8.RuneCountInString(s), most)
	}
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
	})
}

func (c *mallCheck) between(f string, n *int, least, most int) {
	if n != nil && (*n < least || *n > most) {
		c.fault(f, "must be between %d and %d", least, most)
	}
}

func (c *mallCheck) oneOf(f, s string, choices ...string) {
	if c.present(f) && !slices.Contains(choices, s) {
		c.fault(f, "%s must be %s", quote(s), strings.Join(choices, " or "))
	}
}

// present tells whether the file has the field: "" is a mistake where nothing
// would be none.
func (c *mallCheck) present(f string) bool {
	_, ok := c.at[f]
	return ok
}

func (c *mallCheck) date(f, s string) bool { return c.moment(f, s, "2006-01-02", "2026-12-25") }

// moment checks that s is written exactly as layout, so that moments compare as texts.
func (c *mallCheck) moment(f, s, layout, example string) bool {
	t, err := time.Parse(layout, s)
	if err != nil || t.Format(layout) != s {
		c.fault(f, "%s is not a date of the calendar written like %s", quote(s), example)
		return false
	}
	return true
}

// at names an element of a list.
func at(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }
