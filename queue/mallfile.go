package queue

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What a mall file may hold at most. The largest real one is far below; the
// limits keep a wrong file (a backup, a log) from holding the importer busy.
const (
	maxMallFile   = 1 << 20 // bytes
	maxMallFields = 20_000  // the YAML parser's time grows with their square
	maxMallDepth  = 32      // the YAML parser recurses
)

// Fault is one mistake in a mall file. Line and Column count from 1 and point
// at the value to change; a missing field is reported where its parent begins.
type Fault struct {
	Line, Column int
	Field        string // for example agencies[0].services[1].code; empty for the file itself
	Detail       string // what is wrong and what to do, in English

	indonesian string
}

// String is the fault as one line.
func (f Fault) String() string {
	field := f.Field
	if field != "" {
		field += ": "
	}
	return fmt.Sprintf("line %d, column %d: %s%s", f.Line, f.Column, field, f.Detail)
}

// MallFileError lists everything that is wrong with a mall file, in the order
// of the file, so that a manager repairs it in one go.
type MallFileError struct{ Faults []Fault }

// Error gives one line for each fault.
func (e *MallFileError) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// ParseMall reads a mall file. It collects every mistake with its line and
// column in a *MallFileError, and returns a mall only if there is none.
func ParseMall(file []byte) (*Mall, error) {
	r := &mallReader{at: map[string]place{}, keys: map[string]place{}, bad: map[string]bool{}}
	body := r.open(file)
	if len(r.faults) > 0 {
		return nil, r.err()
	}
	var m Mall
	r.read(body, reflect.ValueOf(&m).Elem(), "")
	checkMall(r, &m)
	if len(r.faults) > 0 {
		return nil, r.err()
	}
	return &m, nil
}

// place is where something stands in the file.
type place struct{ line, column int }

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column))
}

// mallReader goes through one file. Faults of values and of their meaning land
// in the same list; a field that already has one gets no second.
type mallReader struct {
	faults []Fault
	at     map[string]place // values, by field
	keys   map[string]place // the names before the colons, by field
	bad    map[string]bool  // fields with a fault
}

func (r *mallReader) err() error {
	slices.SortStableFunc(r.faults, func(a, b Fault) int {
		return comparePlaces(place{a.Line, a.Column}, place{b.Line, b.Column})
	})
	return &MallFileError{Faults: r.faults}
}

// fault reports a mistake in the value of a field.
func (r *mallReader) fault(field, format string, args ...any) {
	r.report(r.place(field), field, fmt.Sprintf(format, args...), inIndonesian(format, args))
}

// keyFault reports a mistake in the name of a field.
func (r *mallReader) keyFault(field, format string, args ...any) {
	p, ok := r.keys[field]
	if !ok {
		p = r.place(field)
	}
	r.report(p, field, fmt.Sprintf(format, args...), inIndonesian(format, args))
}

func (r *mallReader) report(p place, field, detail, indonesian string) {
	for up := field; up != ""; up = parentField(up) {
		if r.bad[up] {
			return
		}
	}
	r.bad[field] = true
	r.faults = append(r.faults, Fault{Line: p.line, Column: p.column, Field: field, Detail: detail, indonesian: indonesian})
}

// place finds the field, or the nearest thing around it that is in the file:
// name.id of a plain text is the text, a missing name its agency.
func (r *mallReader) place(field string) place {
	for ; field != ""; field = parentField(field) {
		if p, ok := r.at[field]; ok {
			return p
		}
	}
	if p, ok := r.at[""]; ok {
		return p
	}
	return place{1, 1}
}

func parentField(field string) string {
	return field[:max(0, strings.LastIndexAny(field, ".["))]
}

// open turns the file into its one YAML document, or reports why it cannot.
func (r *mallReader) open(file []byte) ast.Node {
	if len(file) > maxMallFile {
		r.fault("", "is larger than 1 MiB; a mall file is a few hundred lines of YAML")
		return nil
	}
	file = bytes.TrimPrefix(file, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(file) {
		r.report(invalidUTF8(file), "", "is not UTF-8 text here; save the file as UTF-8", "di sini bukan teks UTF-8; simpan berkas sebagai UTF-8")
		return nil
	}
	// The YAML library has come across inputs that made it panic. A bad file
	// must not take down the server that shares this process.
	defer func() {
		if recover() != nil {
			r.fault("", "cannot be understood as YAML; compare it with an exported mall file")
		}
	}()
	text := strings.ReplaceAll(string(file), "\r\n", "\n")
	tokens := lexer.Tokenize(text)
	if p, why := tooDeep(tokens); why != "" {
		r.report(p, "", why, "")
		return nil
	}
	// Duplicate keys are allowed here, because the parser would stop at the first.
	doc, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntaxFault(err)
		return nil
	}
	return r.onlyBody(doc)
}

func invalidUTF8(file []byte) place {
	p := place{1, 1}
	for len(file) > 0 {
		c, size := utf8.DecodeRune(file)
		if c == utf8.RuneError && size == 1 {
			break
		}
		p.column++
		if c == '\n' {
			p = place{p.line + 1, 1}
		}
		file = file[size:]
	}
	return p
}

// tooDeep looks at the tokens before the recursive parser does: a megabyte of
// brackets would overflow its stack, and Go cannot recover from that.
func tooDeep(tokens token.Tokens) (place, string) {
	brackets, run, fields := 0, 0, 0
	for _, t := range tokens {
		run++
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			brackets++
		case token.MappingEndType, token.SequenceEndType:
			brackets--
		case token.SequenceEntryType, token.MappingKeyType, token.TagType, token.AnchorType:
		default:
			run = 0
		}
		if t.Type == token.MappingValueType {
			fields++
		}
		if brackets > maxMallDepth || run > maxMallDepth {
			return tokenPlace(t), "is nested too deeply for a mall file"
		}
		if fields > maxMallFields {
			return tokenPlace(t), "has too many fields for a mall file"
		}
	}
	return place{}, ""
}

func (r *mallReader) syntaxFault(err error) {
	p, why := place{1, 1}, err.Error()
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) {
		p, why = tokenPlace(syntax.Token), syntax.Message
	}
	why = strings.Join(strings.Fields(why), " ")
	r.report(p, "", "is not YAML: "+why+"; look for a bracket, quote, colon or indent that is missing here or just above",
		"bukan YAML: "+why+"; cari kurung, kutip, titik dua atau indentasi yang kurang di sini atau tepat di atasnya")
}

// onlyBody is the root of the file's only document.
func (r *mallReader) onlyBody(doc *ast.File) ast.Node {
	var body ast.Node
	for _, d := range doc.Docs {
		switch {
		case d.Body == nil:
		case d.Body.Type() == ast.DirectiveType:
			r.report(nodePlace(d.Body), "", "is a YAML directive; remove this line", "")
			return nil
		case body != nil:
			r.report(nodePlace(d.Body), "", "is a second document; a mall file holds one mall, without --- between its parts", "")
			return nil
		default:
			body = d.Body
		}
	}
	if body == nil {
		r.fault("", "is empty; a mall file begins with mall: and needs agencies:")
	}
	return body
}

func nodePlace(n ast.Node) place {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return nodePlace(n.Values[0])
		}
	case *ast.MappingValueNode:
		return nodePlace(n.Key)
	}
	return tokenPlace(n.GetToken())
}

func tokenPlace(t *token.Token) place {
	if t == nil || t.Position == nil {
		return place{1, 1}
	}
	return place{max(1, t.Position.Line), max(1, t.Position.Column)}
}
