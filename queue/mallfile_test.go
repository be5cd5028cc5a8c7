package queue

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const plainMall = `mall:
  name: MPP Uji
  timezone: Asia/Jakarta
zones:
  - {code: "1", name: Lantai 1}
agencies:
  - code: SATU
    name: Instansi Satu
    zone: "1"
    services:
      - {code: A, name: Layanan A, minutes: 5}
      - {code: AB, name: Layanan AB}
    counters:
      - {code: "1", services: [A], assists: [AB]}
`

// faults gives the places and details of what is wrong with a file.
func faults(t *testing.T, file string) string {
	t.Helper()
	m, err := ParseMall([]byte(file))
	if err == nil {
		return ""
	}
	var wrong *MallFileError
	if !errors.As(err, &wrong) || m != nil {
		t.Fatalf("ParseMall gave %v and %T, want nothing and a *MallFileError", m, err)
	}
	return wrong.Error()
}

func TestParseMall_namesLineAndColumnOfEveryMistake(t *testing.T) {
	cases := []struct{ name, old, with, want string }{
		{"unknown field", "minutes: 5", "minuets: 5", "line 11, column 36: agencies[0].services[0].minuets: is not a field"},
		{"missing name", "    name: Instansi Satu\n", "", "line 7, column 5: agencies[0].name: is missing"},
		{"wrong kind", "minutes: 5", "minutes: lima", "line 11, column 45: agencies[0].services[0].minutes: must be a whole number"},
		{"quoted number", "minutes: 5", `minutes: "5"`, "line 11, column 45: agencies[0].services[0].minutes"},
		{"long code", "{code: A, name: Layanan A", "{code: ABCDE, name: Layanan A", "line 11, column 16: agencies[0].services[0].code"},
		{"code with hyphen", "{code: AB,", "{code: A-B,", "line 12, column 16: agencies[0].services[1].code"},
		{"same code twice", "{code: AB,", "{code: a,", "line 12, column 16: agencies[0].services[1].code"},
		{"unknown zone", `    zone: "1"`, `    zone: "7"`, `line 9, column 11: agencies[0].zone`},
		{"unknown service at a counter", "services: [A]", "services: [Z]", "line 14, column 32: agencies[0].counters[0].services[0]"},
		{"no service at a counter", "services: [A]", "services: []", "line 14, column 31: agencies[0].counters[0].services"},
		{"unknown zone of time", "Asia/Jakarta", "Asia/Jakata", "line 3, column 13: mall.timezone"},
		{"number that YAML changes", "{code: AB,", "{code: 0123,", "line 12, column 16: agencies[0].services[1].code"},
		{"true for a name", "name: MPP Uji", "name: true", "line 2, column 9: mall.name"},
		{"twice the same field", "zones:\n", "zones: []\nzones:\n", "stands here twice"},
		{"tab", "  timezone", "\ttimezone", "line 3"},
		{"open bracket", "[A]", "[A", "line 14"},
		{"quota below nothing", "minutes: 5", "quota: -1", "line 11, column 43: agencies[0].services[0].quota"},
		{"hours backwards", "zones:\n", "hours: {mon: {open: [\"15:00-08:00\"]}}\nzones:\n", "line 4, column 22: hours.mon.open[0]"},
		{"hours overlap", "zones:\n", "hours: {mon: {open: [\"08:00-12:00\", \"11:00-15:00\"]}}\nzones:\n", "line 4, column 37: hours.mon.open[1]"},
		{"day twice", "zones:\n", "hours: {mon-fri: {open: [\"08:00-12:00\"]}, wed: {open: [\"08:00-12:00\"]}}\nzones:\n", "line 4, column"},
		{"no such date", "zones:\n", "holidays: [{date: 2026-02-30, name: X}]\nzones:\n", "line 4, column 19: holidays[0].date"},
		{"colour", "  timezone", "  color: blue\n  timezone", "line 3, column 10: mall.color"},
		{"url", "  timezone", "  url: antre.local\n  timezone", "line 3, column 8: mall.url"},
		{"second document", "zones:\n", "---\nzones:\n", "second document"},
		{"anchor", "name: Instansi Satu", "name: &x Instansi Satu", "anchor"},
		{"not UTF-8", "Instansi", "\xff\xfe", "line 8, column 11: is not UTF-8"},
		{"empty", plainMall, "", "line 1, column 1: is empty"},
		{"a list", plainMall, "- 1\n", "line 1, column 1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(plainMall, c.old) {
				t.Fatalf("the file has no %q", c.old)
			}
			if got := faults(t, strings.Replace(plainMall, c.old, c.with, 1)); !strings.Contains(got, c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestParseMall_findsAllMistakesAtOnce(t *testing.T) {
	file := strings.NewReplacer("minutes: 5", "minutes: lima", `zone: "1"`, `zone: "7"`, "assists: [AB]", "assists: [Z]").Replace(plainMall)
	if n := strings.Count(faults(t, file), "\n") + 1; n != 3 {
		t.Errorf("%d faults, want 3:\n%s", n, faults(t, file))
	}
}

// realMalls are the files that demo embeds, and one with every field there is.
func realMalls(t testing.TB) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("../cmd/antre/malls/*.yaml")
	if err != nil || len(paths) != 3 {
		t.Fatalf("%d mall files, %v; want 3", len(paths), err)
	}
	all := map[string][]byte{"plain": []byte(plainMall)}
	for _, p := range append(paths, "testdata/everything.yaml") {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(p)] = b
	}
	return all
}

func TestFormatMall_writesWhatParseMallReads(t *testing.T) {
	for name, file := range realMalls(t) {
		t.Run(name, func(t *testing.T) {
			m, err := ParseMall(file)
			if err != nil {
				t.Fatal(err)
			}
			out, err := FormatMall(m)
			if err != nil {
				t.Fatal(err)
			}
			again, err := ParseMall(out)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(m, again) {
				t.Errorf("the mall changed on the way:\n%s", out)
			}
			if twice, err := FormatMall(again); err != nil || !bytes.Equal(out, twice) {
				t.Errorf("the second file differs from the first (%v)", err)
			}
		})
	}
}

// FuzzParseMall: no file takes the program down, and what is accepted can be
// written and read again.
func FuzzParseMall(f *testing.F) {
	for _, file := range realMalls(f) {
		f.Add(file)
	}
	f.Add([]byte("mall: {name: *x}\n? [a]\n: b\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := ParseMall(file)
		if err != nil {
			return
		}
		if _, err := FormatMall(m); err != nil {
			t.Error(err)
		}
	})
}
