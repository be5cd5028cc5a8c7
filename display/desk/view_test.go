package desk

import (
	"log/slog"
	"os"
	"reflect"
	"strings"
	"testing"

	"antre/display/halltest"
	"antre/display/site"
	"antre/display/view"
	"antre/queue"
	"antre/queue/store"
)

// Every reason is a sentence in both languages, with the mall's own figures in it.
func TestWhyText_everyReasonIsASentenceInBothLanguages(t *testing.T) {
	l := openRoom(t)
	c := l.Store.Catalog()
	one, err := c.Counter("1")
	if err != nil {
		t.Fatal(err)
	}
	for why, figure := range map[queue.Why]string{
		queue.WhyFirst: "", queue.WhyAssist: "Layanan A", queue.WhyPriority: "2", queue.WhyTurn: "2",
		queue.WhyOverdue: "60", queue.WhyHeld: "", queue.WhyOutOf: "",
	} {
		seen := map[string]bool{}
		for _, lang := range []string{"id", "en"} {
			text := l.whyText(c, one.ID, why, one.Own[0], lang)
			if strings.HasPrefix(text, "why.") || strings.ContainsAny(text, "{}") || !strings.Contains(text, figure) || !strings.HasSuffix(text, ".") {
				t.Errorf("%s in %s: %q", why, lang, text)
			}
			seen[text] = true
		}
		if len(seen) != 2 {
			t.Errorf("%s is the same in both languages", why)
		}
	}
}

func TestAlarms_sayWhetherTheRunIsLowered(t *testing.T) {
	l := openRoom(t)
	text := func() string {
		t.Helper()
		all := l.alarms(store.CounterView{Overdue: []string{"A"}}, "id")
		if len(all) != 1 || all[0]["code"] != "regular_max_wait" || all[0]["service"] != "A" {
			t.Fatalf("alarms: %v", all)
		}
		return all[0]["text"].(string)
	}
	if got := text(); !strings.Contains(got, "Antrean A") || !strings.Contains(got, "60 menit") || !strings.Contains(got, "bergantian") {
		t.Errorf("with a run of 2: %q", got)
	}
	mall, one := halltest.Mall(), queue.Run(1)
	mall.Settings.PriorityRun = &one
	if err := l.Store.Import(t.Context(), store.By{Actor: "command"}, mall); err != nil {
		t.Fatal(err)
	}
	if got := text(); strings.Contains(got, "bergantian") {
		t.Errorf("nothing is lowered with a run of 1: %q", got)
	}
}

func TestStillCalled_forgetsACallWhoseVisitorIsNotAwaited(t *testing.T) {
	at := func(code string, state queue.State) store.CounterView {
		return store.CounterView{Current: &store.Ticket{Code: code, State: state}}
	}
	for name, c := range map[string]struct {
		v    store.CounterView
		want []string
	}{
		"awaited":      {at("A-001", queue.Called), []string{"A-001"}},
		"came":         {at("A-001", queue.Serving), []string{}},
		"another here": {at("A-002", queue.Called), []string{}},
		"nobody here":  {store.CounterView{}, []string{}},
	} {
		if got := stillCalled(c.v, []string{"A-001"}); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// openRoom is the officers' room of a small mall.
func openRoom(t *testing.T) *Room {
	t.Helper()
	h := halltest.Open(t, "2026-11-25 09:00:00", nil)
	s, err := site.New(site.Options{Store: h.Store, Log: slog.New(slog.DiscardHandler), Web: os.DirFS("../web")})
	if err != nil {
		t.Fatal(err)
	}
	return &Room{Views: &view.Views{Site: s}}
}
