package queue

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

var (
	wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	// numberLike is what one YAML reader or another takes for a number and
	// would change: 0123 is 83 to some, 1e3 is 1000, 1_000 loses its line.
	numberLike = regexp.MustCompile(`^[-+]?(0[xXoObB][0-9a-fA-F_]+|\.?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?)$`)
	simpleKey  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)
)

// read fills v from the file. It goes over the syntax tree itself instead of
// using the YAML library's decoder, which stops at its first fault, and which
// hands on numbers after it has changed them.
func (r *mallReader) read(n ast.Node, v reflect.Value, field string) {
	r.at[field] = nodePlace(n)
	switch n.(type) {
	case *ast.NullNode:
		r.fault(field, "has no value; write one (in quotes if it contains #), or remove the line")
		return
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		r.fault(field, "uses a YAML anchor, alias or tag; write the value itself (in quotes if it is a text)")
		return
	}
	switch p := v.Addr().Interface().(type) {
	case *Text:
		if scalar(n) {
			*p = Text{"id": r.text(n, field)}
			return
		}
	case *Quota:
		if scalar(n) {
			p.Day = new(r.number(n, field))
			return
		}
	case *Run:
		*p = r.run(n, field)
		return
	}
	r.readKind(n, v, field)
}

func (r *mallReader) readKind(n ast.Node, v reflect.Value, field string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(r.text(n, field))
	case reflect.Int:
		v.SetInt(int64(r.number(n, field)))
	case reflect.Bool:
		yes, ok := n.(*ast.BoolNode)
		if !ok {
			r.fault(field, "must be true or false, without quotes")
			return
		}
		v.SetBool(yes.Value)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.read(n, v.Elem(), field)
	case reflect.Slice:
		r.readList(n, v, field)
	case reflect.Map:
		r.readMap(n, v, field)
	case reflect.Struct:
		r.readStruct(n, v, field)
	}
}

func (r *mallReader) readList(n ast.Node, v reflect.Value, field string) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		r.fault(field, "must be a list, written [one, two] or with a - before each")
		return
	}
	for i, item := range list.Values {
		elem := reflect.New(v.Type().Elem()).Elem()
		r.read(item, elem, field+"["+strconv.Itoa(i)+"]")
		v.Set(reflect.Append(v, elem))
	}
}

func (r *mallReader) readMap(n ast.Node, v reflect.Value, field string) {
	pairs, ok := r.pairs(n, field)
	if !ok {
		return
	}
	if len(pairs) == 0 {
		r.fault(field, "is empty; fill it in or remove it")
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, p := range pairs {
		elem := reflect.New(v.Type().Elem()).Elem()
		r.read(p.value, elem, p.field)
		v.SetMapIndex(reflect.ValueOf(p.key), elem)
	}
}

func (r *mallReader) readStruct(n ast.Node, v reflect.Value, field string) {
	pairs, ok := r.pairs(n, field)
	if !ok {
		return
	}
	seen := map[string]bool{}
	for _, p := range pairs {
		i, known := fieldNamed(v.Type(), p.key)
		if !known {
			r.keyFault(p.field, "is not a field here; the fields are %s", fieldNames(v.Type()))
			continue
		}
		seen[p.key] = true
		r.read(p.value, v.Field(i), p.field)
	}
	for i := range v.NumField() {
		if name, required := yamlName(v.Type().Field(i)); required && !seen[name] {
			r.fault(join(field, name), "is missing")
		}
	}
}

// pair is one "key: value" of the file.
type pair struct {
	key   string
	field string // its path from the top
	value ast.Node
}

// pairs lists what a mapping holds, without keys that stand there twice.
func (r *mallReader) pairs(n ast.Node, field string) ([]pair, bool) {
	mapping, ok := n.(ast.MapNode)
	if !ok {
		r.fault(field, "must hold fields, written {name: value} or one a line")
		return nil, false
	}
	var all []pair
	first := map[string]bool{}
	for it := mapping.MapRange(); it.Next(); {
		key, at := it.Key().GetToken().Value, nodePlace(it.Key())
		// A key of a syntax of its own (? key, *alias, <<) has no plain token.
		if _, plain := it.Key().(ast.ScalarNode); !plain || it.Key().IsMergeKey() || it.Key().Type() == ast.AliasType {
			r.report(at, join(field, "?"), "is not a plain field name", "")
			continue
		}
		p := pair{key: key, field: join(field, key), value: it.Value()}
		if first[key] {
			r.report(at, p.field, "stands here twice; keep one", "ada dua kali; tinggalkan satu")
			continue
		}
		first[key] = true
		r.keys[p.field] = at
		all = append(all, p)
	}
	return all, true
}

// join names a field below another. A key that is no plain word is quoted, so
// that a fault stays one readable line.
func join(field, key string) string {
	if !simpleKey.MatchString(key) {
		key = quote(key)
	}
	if field == "" {
		return key
	}
	return field + "." + key
}

// scalar tells whether a value is a single word, number or sentence.
func scalar(n ast.Node) bool {
	_, ok := n.(ast.ScalarNode)
	return ok
}

// text takes a value as it is written. Codes such as 1 need no quotes; what a
// YAML reader would change (0123, 1e3, true) is refused rather than guessed,
// but returned as written, so that references to it are not faults as well.
func (r *mallReader) text(n ast.Node, field string) string {
	var written string
	quoted := false
	switch n := n.(type) {
	case *ast.LiteralNode:
		written, quoted = strings.TrimSuffix(n.Value.Value, "\n"), true
	case *ast.StringNode:
		written = n.Value
		quoted = n.Token.Type == token.SingleQuoteType || n.Token.Type == token.DoubleQuoteType
	case ast.ScalarNode:
		written = n.GetToken().Value
	default:
		r.fault(field, "must be a text")
		return ""
	}
	_, isString := n.(*ast.StringNode)
	switch {
	case quoted || wholeNumber.MatchString(written):
	case !isString || numberLike.MatchString(written):
		r.fault(field, "%s is not a text in YAML; quote it: %s", clip(written), quote(written))
	}
	return written
}

func (r *mallReader) number(n ast.Node, field string) int {
	written := ""
	if scalar(n) && n.Type() == ast.IntegerType {
		written = n.GetToken().Value
	}
	i, err := strconv.Atoi(written)
	if err != nil || !wholeNumber.MatchString(written) {
		r.fault(field, "must be a whole number such as 15, without quotes")
		return 0
	}
	return i
}

func (r *mallReader) run(n ast.Node, field string) Run {
	if s, ok := n.(*ast.StringNode); ok && s.Value == "unlimited" {
		return UnlimitedRun
	}
	i, err := strconv.Atoi(n.GetToken().Value)
	if n.Type() != ast.IntegerType || err != nil || i < 0 {
		r.fault(field, "must be 0 or more, without quotes, or the word unlimited")
		return 0
	}
	return Run(i)
}

// yamlName is what a struct's field is called in the file, and whether it has
// to be there: a field that is never left out when writing is required when
// reading.
func yamlName(f reflect.StructField) (name string, required bool) {
	name, rest, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return name, rest != "omitempty"
}

func fieldNamed(t reflect.Type, key string) (int, bool) {
	for i := range t.NumField() {
		if name, _ := yamlName(t.Field(i)); name == key {
			return i, true
		}
	}
	return 0, false
}

func fieldNames(t reflect.Type) string {
	names := make([]string, t.NumField())
	for i := range names {
		names[i], _ = yamlName(t.Field(i))
	}
	return strings.Join(names, ", ")
}

// quote shows a value of the file inside a sentence, on one line and not endless.
func quote(s string) string { return strconv.Quote(clip(s)) }

func clip(s string) string {
	if runes := []rune(s); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return s
}
