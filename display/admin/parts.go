package admin

import (
	"fmt"
	"slices"
	"strconv"

	"antre/queue"
)

// part is one thing of a list: a zone, an agency, a holiday.
type part struct {
	Key   string // in the address: its code, or its place in the list
	Title string
	Note  string
	of    int    // its agency's place, of what stands in one
	path  string // in the mall file, "agencies[2].services[0]"
	thing any    // a pointer into the draft
}

// list is a kind of parts.
type list struct {
	name   string
	fields []field
	parts  func(d *draft, lang string) []part
	add    func(d *draft, agency string) (part, bool) // a new one, at the end; false where there is nowhere to put it
	remove func(d *draft, key string)
	move   func(d *draft, key string, by int) bool // by one place; nil where the order says nothing
	ofOne  bool                                    // belongs to an agency, which is chosen when it is made
	placed bool                                    // has no code: its key is its place, which others may change
}

// begin adds a new part; of those that belong to an agency, to the mall's first
// where none was chosen. It gives false where there is nowhere to put it.
func (l list) begin(d *draft, agency string) (part, bool) {
	if l.ofOne && agency == "" && len(d.mall.Agencies) > 0 {
		agency = d.mall.Agencies[0].Code
	}
	return l.add(d, agency)
}

// listed makes the functions of a list that stands in the mall itself.
func listed[T any](name string, of func(*queue.Mall) *[]T, key func(*T) string, title func(*T, string) (string, string), fields []field) list {
	keyOf := func(item *T, i int) string {
		if key != nil {
			return key(item)
		}
		return strconv.Itoa(i)
	}
	all := func(d *draft, lang string) (parts []part) {
		items := *of(&d.mall)
		for i := range items {
			t, note := title(&items[i], lang)
			parts = append(parts, part{Key: keyOf(&items[i], i), Title: t, Note: note, path: fmt.Sprintf("%s[%d]", name, i), thing: &items[i]})
		}
		return parts
	}
	l := list{name: name, fields: fields, parts: all, placed: key == nil,
		add: func(d *draft, _ string) (part, bool) {
			items := of(&d.mall)
			*items = append(*items, *new(T))
			n := len(*items) - 1
			return part{path: fmt.Sprintf("%s[%d]", name, n), thing: &(*items)[n]}, true
		},
		remove: func(d *draft, k string) {
			items := of(&d.mall)
			i := 0
			*items = slices.DeleteFunc(*items, func(item T) bool { i++; return keyOf(&item, i-1) == k })
		},
	}
	if key != nil {
		l.move = func(d *draft, k string, by int) bool { return swap(*of(&d.mall), key, k, by) }
	}
	return l
}

// ofAgencies makes the functions of a list that stands in the agencies.
func ofAgencies[T any](name string, of func(*queue.Agency) *[]T, key func(*T) string, title func(*T, string) (string, string), fields []field) list {
	all := func(d *draft, lang string) (parts []part) {
		for a := range d.mall.Agencies {
			agency := &d.mall.Agencies[a]
			items := *of(agency)
			for i := range items {
				t, note := title(&items[i], lang)
				if note != "" {
					note = " · " + note
				}
				parts = append(parts, part{Key: key(&items[i]), Title: t, Note: agency.Name.In(lang) + note, of: a, path: fmt.Sprintf("agencies[%d].%s[%d]", a, name, i), thing: &items[i]})
			}
		}
		return parts
	}
	return list{name: name, fields: fields, parts: all, ofOne: true,
		add: func(d *draft, code string) (part, bool) {
			for a := range d.mall.Agencies {
				if agency := &d.mall.Agencies[a]; queue.Key(agency.Code) == queue.Key(code) {
					items := of(agency)
					*items = append(*items, *new(T))
					n := len(*items) - 1
					return part{path: fmt.Sprintf("agencies[%d].%s[%d]", a, name, n), thing: &(*items)[n]}, true
				}
			}
			return part{}, false
		},
		remove: func(d *draft, k string) {
			for a := range d.mall.Agencies {
				items := of(&d.mall.Agencies[a])
				*items = slices.DeleteFunc(*items, func(item T) bool { return key(&item) == k })
			}
		},
		move: func(d *draft, k string, by int) bool {
			return slices.ContainsFunc(d.mall.Agencies, func(a queue.Agency) bool { return swap(*of(&a), key, k, by) })
		},
	}
}

// lists are all kinds of parts that a mall has.
func lists() map[string]list {
	span := func(from, to string) string { return from + " – " + to }
	all := map[string]list{}
	for _, l := range []list{
		listed("zones", func(m *queue.Mall) *[]queue.Zone { return &m.Zones }, func(z *queue.Zone) string { return z.Code },
			func(z *queue.Zone, lang string) (string, string) {
				return z.Code + " · " + z.Name.In(lang), z.Directions.In(lang)
			}, zoneFields()),
		listed("agencies", func(m *queue.Mall) *[]queue.Agency { return &m.Agencies }, func(a *queue.Agency) string { return a.Code },
			func(a *queue.Agency, lang string) (string, string) { return a.Name.In(lang), a.Code }, agencyFields()),
		ofAgencies("services", func(a *queue.Agency) *[]queue.Service { return &a.Services }, func(v *queue.Service) string { return v.Code },
			func(v *queue.Service, lang string) (string, string) { return v.Code + " · " + v.Name.In(lang), "" }, serviceFields()),
		ofAgencies("counters", func(a *queue.Agency) *[]queue.Counter { return &a.Counters }, func(k *queue.Counter) string { return k.Code },
			func(k *queue.Counter, _ string) (string, string) { return k.Code, fmt.Sprint(k.Services) }, counterFields()),
		listed("periods", func(m *queue.Mall) *[]queue.Period { return &m.Periods }, nil,
			func(p *queue.Period, _ string) (string, string) { return p.Name, span(p.From, p.To) }, periodFields()),
		listed("holidays", func(m *queue.Mall) *[]queue.Holiday { return &m.Holidays }, nil,
			func(h *queue.Holiday, _ string) (string, string) { return h.Name, h.Date }, holidayFields()),
		listed("closures", func(m *queue.Mall) *[]queue.Closure { return &m.Closures }, nil,
			func(c *queue.Closure, lang string) (string, string) { return span(c.From, c.To), c.Notice.In(lang) }, closureFields()),
		listed("openings", func(m *queue.Mall) *[]queue.Opening { return &m.Openings }, nil,
			func(c *queue.Opening, lang string) (string, string) { return span(c.From, c.To), c.Notice.In(lang) }, closureFields()),
		week(),
	} {
		all[l.name] = l
	}
	return all
}

// week is the mall's own week: a list of one, that is always there.
func week() list {
	return list{name: "hours", fields: []field{{path: "hours", how: asWeek}},
		parts:  func(d *draft, _ string) []part { return []part{{Key: "week", path: "", thing: &d.mall}} },
		add:    func(*draft, string) (part, bool) { return part{}, false },
		remove: func(*draft, string) {},
	}
}
