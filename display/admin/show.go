package admin

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"antre/queue"
)

// show is a form as the page has it: what is there, or what was typed and what
// is wrong with it.
func (s *Room) show(f form, thing any, d *draft, faults map[string]string, lang string) (all []shown, rest []string) {
	v, told := reflect.ValueOf(thing).Elem(), map[string]bool{}
	for _, fd := range f.fields {
		key := f.kind + "." + fd.path
		out := shown{Name: fd.path, How: string(fd.how), Label: s.Text(lang, "admin.f."+key), Needed: fd.needed, Chosen: map[string]bool{}}
		if help := s.Text(lang, "admin.h."+key); !strings.HasPrefix(help, "admin.h.") {
			out.Help = help
		}
		for _, path := range slices.Sorted(maps.Keys(faults)) {
			if belongs(path, fd.path) && !told[path] {
				told[path] = true
				out.Error = strings.TrimSpace(out.Error + " " + sentence(s.readable(d, faults[path], lang)))
			}
		}
		if fd.options != nil {
			for _, o := range fd.options(s, d, lang) {
				out.Options = append(out.Options, option{o.Value, s.Text(lang, o.Text)})
			}
		}
		s.fill(&out, fd, at(v, fd.path, false), f.langs, lang)
		all = append(all, out)
	}
	for _, path := range slices.Sorted(maps.Keys(faults)) {
		if !told[path] {
			rest = append(rest, s.readable(d, strings.TrimPrefix(path+": ", ": ")+faults[path], lang))
		}
	}
	return all, rest
}

// A fault of the mall file names places by path and line; a page has neither.
var (
	places = regexp.MustCompile(`(agencies|zones)\[(\d+)\](?:\.(services|counters)\[(\d+)\])?[a-z_.\[\]0-9]*`)
	lines  = regexp.MustCompile(` \((?:baris|line) \d+\)`)
)

// readable names the places in a fault as the pages do: layanan A, loket 3.
func (s *Room) readable(d *draft, fault, lang string) string {
	return places.ReplaceAllStringFunc(lines.ReplaceAllString(fault, ""), func(path string) string {
		m := places.FindStringSubmatch(path)
		i, _ := strconv.Atoi(m[2])
		j, _ := strconv.Atoi(m[4])
		mall := &d.mall
		switch {
		case m[1] == "zones" && i < len(mall.Zones):
			return s.Text(lang, "admin.zone") + " " + mall.Zones[i].Code
		case m[1] == "zones" || i >= len(mall.Agencies):
		case m[3] == "services" && j < len(mall.Agencies[i].Services):
			return s.Text(lang, "admin.service") + " " + mall.Agencies[i].Services[j].Code
		case m[3] == "counters" && j < len(mall.Agencies[i].Counters):
			return s.Store.Settings().Noun() + " " + mall.Agencies[i].Counters[j].Code
		case m[3] == "":
			return s.Text(lang, "admin.agency") + " " + mall.Agencies[i].Code
		}
		return path
	})
}

// sentence writes a fault as one: the mall file names the field before it.
func sentence(fault string) string {
	if fault == "" {
		return ""
	}
	return strings.ToUpper(fault[:1]) + strings.TrimSuffix(fault[1:], ".") + "."
}

// belongs says whether a fault's path is that of a field or inside it.
func belongs(fault, path string) bool {
	after, ok := strings.CutPrefix(fault, path)
	return ok && (after == "" || after[0] == '.' || after[0] == '[')
}

// fill puts the values of a field into its inputs.
func (s *Room) fill(out *shown, fd field, v reflect.Value, langs []string, lang string) {
	one := func(value string) { out.Inputs = []input{{Name: fd.path, Value: value}} }
	switch fd.how {
	case asTexts:
		t, _ := valueOf[queue.Text](v)
		for _, l := range langs {
			out.Inputs = append(out.Inputs, input{Name: fd.path + "." + l, Lang: l, Label: s.Text(lang, "lang."+l), Value: t[l]})
		}
	case asLines:
		texts, _ := valueOf[[]queue.Text](v)
		for _, l := range langs {
			var lines []string
			for _, t := range texts {
				lines = append(lines, t[l])
			}
			out.Inputs = append(out.Inputs, input{Name: fd.path + "." + l, Lang: l, Label: s.Text(lang, "lang."+l), Value: strings.Join(lines, "\n")})
		}
	case asCodes:
		chosen, _ := valueOf[[]string](v)
		for _, code := range chosen {
			out.Chosen[code] = true
		}
		one("")
	case asWords:
		said, _ := valueOf[map[string]string](v)
		var lines []string
		for _, word := range slices.Sorted(maps.Keys(said)) {
			lines = append(lines, word+" = "+said[word])
		}
		one(strings.Join(lines, "\n"))
	case asTimes:
		times, _ := valueOf[[]string](v)
		one(strings.Join(times, ", "))
	case asWeek:
		week, _ := valueOf[queue.Week](v)
		for _, row := range weekRows(week) {
			out.Inputs = append(out.Inputs, input{Name: fd.path + "." + row.Day, Label: s.Text(lang, "admin.day."+row.Day), Value: row.Open, Lang: row.Last})
		}
	case asYes:
		on, _ := valueOf[bool](v)
		out.Chosen["on"] = on
		one("on")
	default:
		text := plain(v)
		out.Chosen[text] = true
		one(text)
	}
}

// valueOf is what a field holds, or nothing where there is none.
func valueOf[T any](v reflect.Value) (value T, ok bool) {
	if !v.IsValid() {
		return value, false
	}
	value, ok = v.Interface().(T)
	return value, ok
}

// plain is a text or a number as somebody would type it.
func plain(v reflect.Value) string {
	if v.IsValid() && v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	} else if v.IsValid() && v.Kind() == reflect.Int && v.IsZero() {
		return "" // of a number that need not be there
	}
	switch {
	case !v.IsValid():
		return ""
	case v.Type() == reflect.TypeFor[queue.Run]() && queue.Run(v.Int()) == queue.UnlimitedRun:
		return "unlimited"
	case v.Kind() == reflect.Int:
		return strconv.FormatInt(v.Int(), 10)
	}
	return fmt.Sprint(v.Interface())
}
