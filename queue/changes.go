package queue

import (
	"reflect"
	"strings"
)

// Changes names what differs between two definitions of a mall, for the
// record: "mall.priority_run", "hours", "zone 1", "agency DUKCAPIL",
// "service A", "counter 3".
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
	return changed
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
