package queue

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

// A fault that a page cannot say in Indonesian would be read in English by
// somebody who sets up a mall.
func TestFaultWords_sayEveryFaultOfMeaningWithTheSamePlaces(t *testing.T) {
	words, n := faultWords(), 0
	for _, file := range []string{"mallfile_check.go", "mallfile_settings.go", "mallfile_read.go", "mallfile.go"} {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok || len(call.Args) < 2 {
				return true
			}
			name, isMethod := call.Fun.(*ast.SelectorExpr)
			text, isText := call.Args[1].(*ast.BasicLit)
			if !isMethod || !isText || name.Sel.Name != "fault" && name.Sel.Name != "keyFault" {
				return true
			}
			n++
			format, err := strconv.Unquote(text.Value)
			if indonesian, ok := words[format]; err != nil || !ok || strings.Count(indonesian, "%") != strings.Count(format, "%") {
				t.Errorf("%s: %q is %q in Indonesian", file, format, indonesian)
			}
			return true
		})
	}
	if n < 50 {
		t.Errorf("only %d faults were found in the source", n)
	}
}

func TestCheckMall_findsWhatAFileWouldBeRefusedFor(t *testing.T) {
	m := &Mall{Settings: Settings{Name: "MPP", Timezone: "Asia/Jakarta", Speech: &Speech{Names: "all"}}, Zones: []Zone{{Code: "1", Name: Text{"id": "Satu"}}},
		Agencies: []Agency{{Code: "A", Name: Text{"id": "Instansi"}, Zone: "9", Services: []Service{{Code: "TOOLONG", Name: Text{"id": " "}}}, Counters: []Counter{{Code: "1", Services: []string{"X"}}}}}}
	var wrong *MallFileError
	if err := CheckMall(m); !errors.As(err, &wrong) {
		t.Fatalf("got %v", err)
	}
	got := map[string]string{}
	for _, f := range wrong.Faults {
		got[f.Field] = f.In("id")
	}
	for field, want := range map[string]string{
		"mall.speech.names": `"all" harus none atau agency atau service`,
		"agencies[0].zone":  `tidak ada zona "9" di mal ini`, "agencies[0].services[0].code": `"TOOLONG" harus satu sampai empat huruf`,
		"agencies[0].services[0].name": "tidak boleh kosong", "agencies[0].counters[0].services[0]": `tidak ada layanan "X"`,
	} {
		if !strings.HasPrefix(got[field], want) || got[field] == "" {
			t.Errorf("%s: %q, want %q; all: %v", field, got[field], want, got)
		}
	}
}
