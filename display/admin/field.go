package admin

import (
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"antre/queue"
)

// how a field is asked for.
type how string

const (
	asText   how = "text"
	asTexts  how = "texts"  // one for each of the mall's languages
	asLines  how = "lines"  // a list of texts, one a line, for each language
	asNumber how = "number" // a whole number
	asChoice how = "choice" // one of several
	asCodes  how = "codes"  // any of several
	asYes    how = "yes"    // a tick
	asWords  how = "words"  // how words are said: "IKD = i ka de", one a line
	asWeek   how = "week"   // the hours of seven days
	asTimes  how = "times"  // times of one day, one interval a line
	asDate   how = "date"
	asMoment how = "moment"
	asColor  how = "color"
)

// field is one of a form. Its path is that of the mall file, from the thing
// that the form is about.
type field struct {
	path    string
	how     how
	options func(s *Room, d *draft, lang string) []option // of a choice or codes
	needed  bool
}

// option is one that can be chosen.
type option struct{ Value, Text string }

// shown is a field as the page shows it.
type shown struct {
	Name, How, Label, Help, Error string
	Needed                        bool
	Inputs                        []input
	Options                       []option
	Chosen                        map[string]bool
}

// input is one control of a field.
type input struct{ Name, Lang, Label, Value string }

// form is how a thing is read from a request and shown again.
type form struct {
	kind   string // for the words of the page
	fields []field
	langs  []string
}

// at finds the value of a path in a struct. With make, pointers on the way are
// filled; without, it is invalid where there is none.
func at(v reflect.Value, path string, fill bool) reflect.Value {
	for name := range strings.SplitSeq(path, ".") {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				if !fill {
					return reflect.Value{}
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		next := reflect.Value{}
		for i := range v.NumField() {
			if tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ","); tag == name {
				next = v.Field(i)
			}
		}
		v = next
	}
	return v
}

// tidy takes a pointer back that a form left empty: a quota without limits is none.
func tidy(v reflect.Value, path string) {
	parent, _, nested := strings.Cut(path, ".")
	if !nested {
		return
	}
	if p := at(v, parent, false); p.Kind() == reflect.Pointer && !p.IsNil() && p.Elem().IsZero() {
		p.SetZero()
	}
}

// read fills a thing from what was typed. Numbers that are none are told by
// the path of their field; all else is judged by the mall's own rules.
func (f form) read(thing any, typed url.Values) (wrong map[string]string) {
	v := reflect.ValueOf(thing).Elem()
	wrong = map[string]string{}
	for _, fd := range f.fields {
		target := at(v, fd.path, true)
		if !f.set(fd, target, typed) {
			wrong[fd.path] = "admin.not_a_number"
		}
	}
	for _, fd := range f.fields {
		tidy(v, fd.path)
	}
	return wrong
}

// set puts what was typed into one field.
func (f form) set(fd field, v reflect.Value, typed url.Values) (ok bool) {
	text := strings.TrimSpace(typed.Get(fd.path))
	switch fd.how {
	case asNumber:
		return setNumber(v, text)
	case asTexts:
		v.Set(reflect.ValueOf(f.texts(fd.path, typed)))
	case asLines:
		v.Set(reflect.ValueOf(f.lines(fd.path, typed)))
	case asCodes:
		v.Set(reflect.ValueOf(codes(typed[fd.path])))
	case asYes:
		v.SetBool(text != "")
	case asWords:
		v.Set(reflect.ValueOf(words(text)))
	case asWeek:
		v.Set(reflect.ValueOf(readWeek(fd.path, typed)))
	case asTimes:
		v.Set(reflect.ValueOf(intervals(text)))
	default:
		v.SetString(text)
	}
	return true
}

func setNumber(v reflect.Value, text string) bool {
	if v.Kind() == reflect.Pointer {
		if text == "" {
			v.SetZero()
			return true
		}
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if v.Type() == reflect.TypeFor[queue.Run]() && text == "unlimited" {
		v.SetInt(int64(queue.UnlimitedRun))
		return true
	}
	if text == "" {
		v.SetInt(0)
		return true
	}
	n, err := strconv.Atoi(text)
	v.SetInt(int64(n))
	return err == nil
}

func (f form) texts(path string, typed url.Values) queue.Text {
	t := queue.Text{}
	for _, lang := range f.langs {
		if s := strings.TrimSpace(typed.Get(path + "." + lang)); s != "" {
			t[lang] = s
		}
	}
	if len(t) == 0 {
		return nil
	}
	return t
}

// lines are texts of several languages, each with its line in the same place.
func (f form) lines(path string, typed url.Values) (all []queue.Text) {
	for _, lang := range f.langs {
		n := 0
		for line := range strings.SplitSeq(strings.ReplaceAll(typed.Get(path+"."+lang), "\r\n", "\n"), "\n") {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			if n == len(all) {
				all = append(all, queue.Text{})
			}
			all[n][lang] = line
			n++
		}
	}
	return all
}

// codes are those that were ticked, without the empty one that says that the
// field was there.
func codes(ticked []string) (all []string) {
	for _, code := range ticked {
		if code != "" {
			all = append(all, code)
		}
	}
	return all
}

func words(text string) map[string]string {
	said := map[string]string{}
	for line := range strings.SplitSeq(text, "\n") {
		if word, sound, ok := strings.Cut(line, "="); ok {
			said[strings.TrimSpace(word)] = strings.TrimSpace(sound)
		}
	}
	if len(said) == 0 {
		return nil
	}
	return said
}
