package queue

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// plainText needs no quotes in any YAML reader, also between brackets.
var plainText = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9./()-]*( [A-Za-z0-9./()-]+)*$`)

// plainTrap are words that one YAML reader or another takes for something else.
var plainTrap = regexp.MustCompile(`^(?i:true|false|null|yes|no|on|off|y|n)$`)

// FormatMall writes a mall file: what antre export gives. It writes by itself
// because the YAML library sorts maps, where a week has its own order, and
// leaves codes unquoted that other readers would change.
func FormatMall(m *Mall) ([]byte, error) {
	w := writeMall(m)
	// An export that could not be imported again would be found out on the
	// worst of days, so it is found out here.
	if _, err := ParseMall(w.Bytes()); err != nil {
		return nil, fmt.Errorf("the mall cannot be written as a file: %w", err)
	}
	return w.Bytes(), nil
}

// CheckMall says what is wrong with a mall that was put together on a page, as
// ParseMall does of a file: the same rules, a *MallFileError with the fields.
func CheckMall(m *Mall) error {
	_, err := ParseMall(writeMall(m).Bytes())
	return err
}

func writeMall(m *Mall) *mallWriter {
	w := &mallWriter{}
	w.fields(reflect.ValueOf(*m), "")
	return w
}

type mallWriter struct{ bytes.Buffer }

func (w *mallWriter) printf(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }

// fields writes a struct, one field a line.
func (w *mallWriter) fields(v reflect.Value, indent string) {
	for i := range v.NumField() {
		name, required := yamlName(v.Type().Field(i))
		f := v.Field(i)
		if f.IsZero() && !required {
			continue
		}
		w.field(name, f, indent)
		indent = strings.ReplaceAll(indent, "-", " ") // only the first field of a list's item has the hyphen
	}
}

func (w *mallWriter) field(name string, f reflect.Value, indent string) {
	deeper := strings.ReplaceAll(indent, "-", " ") + "  "
	switch value := f.Interface().(type) {
	case Settings:
		w.printf("%s%s:\n", indent, name)
		w.fields(f, deeper)
		return
	case Week:
		w.printf("%s%s:\n", indent, name)
		for _, key := range value.inOrder() {
			w.printf("%s%s: %s\n", deeper, key, flow(reflect.ValueOf(value[key])))
		}
		return
	}
	if !isBlockList(f) {
		w.printf("%s%s: %s\n", indent, name, flow(f))
		return
	}
	w.printf("%s%s:\n", indent, name)
	for _, item := range f.Seq2() {
		if item.Kind() == reflect.Struct {
			w.fields(item, deeper+"- ")
			continue
		}
		w.printf("%s- %s\n", deeper, flow(item))
	}
}

// isBlockList tells a list whose items get lines of their own from one that
// fits between brackets.
func isBlockList(f reflect.Value) bool {
	if f.Kind() != reflect.Slice || f.Len() == 0 {
		return false
	}
	kind := f.Type().Elem().Kind()
	return kind == reflect.Struct || kind == reflect.Map
}

// inOrder are the days from Monday.
func (w Week) inOrder() []string {
	return slices.SortedFunc(maps.Keys(w), func(a, b string) int {
		return cmp.Compare(firstDay(a), firstDay(b))
	})
}

func firstDay(key string) time.Weekday {
	days, ok := parseDays(key)
	if !ok {
		return 7
	}
	return (days[0] + 6) % 7
}

// flow writes a value on one line.
func flow(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case Run:
		if value == UnlimitedRun {
			return "unlimited"
		}
	case Text:
		if len(value) == 1 && value["id"] != "" {
			return scalarText(value["id"])
		}
		return flowMap(v, func(a, b string) int {
			return cmp.Or(-cmp.Compare(strconv.FormatBool(a == "id"), strconv.FormatBool(b == "id")), cmp.Compare(a, b))
		})
	}
	switch v.Kind() {
	case reflect.Pointer:
		return flow(v.Elem())
	case reflect.Slice:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = flow(v.Index(i))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case reflect.Map:
		return flowMap(v, cmp.Compare[string])
	case reflect.Struct:
		return flowStruct(v)
	case reflect.String:
		return scalarText(v.String())
	}
	return fmt.Sprint(v.Interface())
}

func flowStruct(v reflect.Value) string {
	var items []string
	for i := range v.NumField() {
		if name, required := yamlName(v.Type().Field(i)); required || !v.Field(i).IsZero() {
			items = append(items, name+": "+flow(v.Field(i)))
		}
	}
	return "{" + strings.Join(items, ", ") + "}"
}

func flowMap(v reflect.Value, order func(a, b string) int) string {
	var keys []string
	for _, k := range v.MapKeys() {
		keys = append(keys, k.String())
	}
	slices.SortFunc(keys, order)
	items := make([]string, len(keys))
	for i, k := range keys {
		items[i] = scalarText(k) + ": " + flow(v.MapIndex(reflect.ValueOf(k)))
	}
	return "{" + strings.Join(items, ", ") + "}"
}

func scalarText(s string) string {
	if plainText.MatchString(s) && !plainTrap.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}
