package queue

import (
	"reflect"
	"slices"
	"strings"
)

// Changes names what differs between two definitions of a mall, for the
// record: "mall.priority_run", "hours", "zone 1", "agency DUKCAPIL",
// "service A", "counter 3", "order of zones".
func Changes(before, after *Mall) (changed []string) {
	note := func(name string, a, b any) {
		if !reflect.DeepEqual(a, b) {
			changed = append(changed, name)
		}
	}
	a, b := reflect.ValueOf(before.Settings), reflect.ValueOf(after.Settings)
	for i := range a.NumField() {
		name, _, _ := strings.Cut(a.Type().Field(i).Tag.Get("yaml"), ",")
		note("mall."+name, a.Field(i).Interface(), b.Field(i).Interface())
	}
	note("hours", before.Hours, after.Hours)
	note("periods", before.Periods, after.Periods)
	note("holidays", before.Holidays, after.Holidays)
	note("closures", before.Closures, after.Closures)
	note("openings", before.Openings, after.Openings)
	was, is := before.parts(), after.parts()
	for _, p := range is {
		old, _ := was.find(p.name)
		note(p.name, old, p.what)
	}
	for _, p := range was {
		if _, there := is.find(p.name); !there {
			changed = append(changed, p.name)
		}
	}
	for _, kind := range []string{"zones", "agencies", "services", "counters"} {
		if reordered(before.order(kind), after.order(kind)) {
			changed = append(changed, "order of "+kind)
		}
	}
	return changed
}

// order is how the codes of a kind follow each other; those of an agency stand under it.
func (m *Mall) order(kind string) (codes []string) {
	switch kind {
	case "zones":
		for _, z := range m.Zones {
			codes = append(codes, z.Code)
		}
		return codes
	case "agencies":
		for _, a := range m.Agencies {
			codes = append(codes, a.Code)
		}
		return codes
	}
	for _, a := range slices.SortedFunc(slices.Values(m.Agencies), func(a, b Agency) int { return strings.Compare(a.Code, b.Code) }) {
		for _, s := range a.Services {
			if kind == "services" {
				codes = append(codes, s.Code)
			}
		}
		for _, k := range a.Counters {
			if kind == "counters" {
				codes = append(codes, k.Code)
			}
		}
	}
	return codes
}

// reordered says whether what is in both stands in another order: something
// new or gone moves nothing.
func reordered(before, after []string) bool {
	both := func(all, other []string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(code string) bool { return !slices.Contains(other, code) })
	}
	return !slices.Equal(both(before, after), both(after, before))
}

// part is something with a code of its own.
type part struct {
	name string
	what any
}

type parts []part

func (all parts) find(name string) (what any, found bool) {
	for _, p := range all {
		if p.name == name {
			return p.what, true
		}
	}
	return nil, false
}

func (m *Mall) parts() (all parts) {
	for _, z := range m.Zones {
		all = append(all, part{"zone " + z.Code, z})
	}
	for _, a := range m.Agencies {
		alone := a
		alone.Services, alone.Counters = nil, nil
		all = append(all, part{"agency " + a.Code, alone})
		for _, s := range a.Services {
			all = append(all, part{"service " + s.Code, s})
		}
		for _, k := range a.Counters {
			all = append(all, part{"counter " + k.Code, k})
		}
	}
	return all
}
