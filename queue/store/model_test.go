package store_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"antre/queue"
	"antre/queue/store"
	"antre/queue/store/pgtest"
)

// modelSteps is how many things happen in one run.
const modelSteps = 100

// TestRules_randomDaysAgreeWithTheReference lets officers and visitors do what
// they like, sensible and not, on a real store and on the reference, and holds
// the two against each other after every step.
//
// A run that fails is printed with its seed and made shorter first. Again:
//
//	go test ./queue/store -run TestRules_randomDays -rapid.seed=1234567
//
// modelRuns is 100, and 2,000 with -tags prove; a fifth on PostgreSQL, where
// each run has a database of its own to be made.
func TestRules_randomDaysAgreeWithTheReference(t *testing.T) {
	want := modelRuns
	if pgtest.Engine() == "postgres" {
		want /= 5
	}
	explicit(t, "rapid.checks", strconv.Itoa(want))
	template := t.TempDir()
	url := prepare(t, template)
	dir, runs := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		runs++
		w := openWorld(rt, template, url, filepath.Join(dir, strconv.Itoa(runs)))
		defer w.leave()
		for w.step = 1; w.step <= modelSteps; w.step++ {
			w.happens()
			w.check()
			if w.step%25 == 0 {
				w.verify()
			}
		}
		w.checkAllDays()
	})
	if runs < want {
		t.Errorf("only %d of %d runs fitted into the time; give more with -timeout", runs, want)
	}
}

// explicit sets a flag of rapid for one test, whatever stands on the command line.
func explicit(t *testing.T, name, value string) {
	t.Helper()
	was := flag.Lookup(name).Value.String()
	if err := flag.Set(name, value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set(name, was) })
}

// officers are the three who share the counters; anybody may try anything.
func officers() []string { return []string{"ani", "budi", "citra"} }

// world is a store and its reference, side by side.
type world struct {
	*rapid.T
	st     *store.Store
	dir    string
	url    string
	at     time.Time
	m      *ref
	staff  map[string]store.By
	peek   *tables // reads the tables behind the store's back
	step   int
	said   string // what happened in this step
	again  func() // the last request that was named, once more
	seen   shot   // the tables after the last step
	fair   *fairness
	undoes map[string]*before // by counter
}

func modelMall() *queue.Mall {
	service := func(code string, minutes int, after ...string) queue.Service {
		return queue.Service{Code: code, Name: queue.Text{"id": "Layanan " + code}, Minutes: minutes, After: after}
	}
	return &queue.Mall{
		Settings: queue.Settings{Name: "MPP Acak", Timezone: "Asia/Jakarta"},
		Agencies: []queue.Agency{{
			Code: "SATU", Name: queue.Text{"id": "Satu"},
			Services: []queue.Service{service("A", 5), service("AB", 9), service("C", 7, "AB")},
			Counters: []queue.Counter{
				{Code: "1", Services: []string{"A", "AB"}},
				{Code: "2", Services: []string{"A"}, Assists: []string{"C", "AB"}},
				{Code: "3", Services: []string{"C", "AB"}, Assists: []string{"A"}},
				{Code: "4", Services: []string{"A", "AB", "C"}, Class: "priority"},
			},
		}},
	}
}

// prepare makes the folder that every run starts from: the tables, the mall
// and its people are the same.
func prepare(t *testing.T, dir string) (url string) {
	t.Helper()
	at := morning(t)
	url = pgtest.Database(t)
	st, err := store.Open(t.Context(), store.Options{Dir: dir, URL: url, Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Import(t.Context(), store.By{Actor: "command"}, modelMall()); err != nil {
		t.Fatal(err)
	}
	for _, name := range officers() {
		if err := st.AddStaff(t.Context(), store.By{Actor: "command"}, store.Staff{Username: name, Name: name, Role: queue.Officer, PasswordHash: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	return url
}

// openWorld draws a mall's settings and opens its doors.
func openWorld(t *rapid.T, template, url, dir string) *world {
	if err := os.CopyFS(dir, os.DirFS(template)); err != nil {
		t.Fatal(err)
	}
	loc, err := time.LoadLocation("Asia/Jakarta")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, dir: dir, at: time.Date(2026, 11, 24, 8, 0, 1, 0, loc), staff: map[string]store.By{}, undoes: map[string]*before{}}
	if url != "" {
		if w.url, err = pgtest.Copy(url); err != nil {
			t.Fatal(err)
		}
	}
	if w.peek, err = openTables(dir, w.url); err != nil {
		t.Fatal(err)
	}
	w.start()
	mall := modelMall()
	w.m = w.draw(mall)
	w.must(w.st.Import(w.ctx(), store.By{Actor: "command"}, mall))
	for _, name := range officers() {
		s, err := w.st.StaffByUsername(w.ctx(), name)
		w.must(err)
		w.staff[name] = store.By{Actor: "staff", StaffID: s.ID}
	}
	w.m.day = w.at.Format(queue.DayFormat)
	w.m.at(w.at)
	w.fair = &fairness{passed: map[string][]string{}, ahead: map[string]map[string]bool{}}
	w.seen = w.look("")
	return w
}

// draw chooses the settings, in the mall's file and in the reference.
func (w *world) draw(mall *queue.Mall) *ref {
	m := &ref{returns: true}
	run := oneOf(w, "priority_run", []int{2, 2, 1, 3, 0, -1})
	longest := oneOf(w, "regular_max_wait_min", []int{60, 5, 0})
	wait := oneOf(w, "no_show_after_s", []int{60, 0})
	m.parallel = oneOf(w, "parallel_open", []int{2, 1})
	m.phoneCap = oneOf(w, "phone_cap", []int{0, 2})
	m.run, m.maxWait, m.noShowAfter = run, time.Duration(longest)*time.Minute, time.Duration(wait)*time.Second
	r := queue.Run(run)
	s := &mall.Settings
	s.PriorityRun, s.RegularMaxWaitMin, s.NoShowAfterS, s.ParallelOpen, s.PhoneCap = &r, &longest, &wait, &m.parallel, &m.phoneCap
	if rapid.Bool().Draw(w.T, "cancelled keeps its quota") {
		m.returns, s.QuotaCancelled = false, "keeps"
	}
	for i := range mall.Agencies[0].Services {
		def := &mall.Agencies[0].Services[i]
		if w.dice("quota", 3) == 1 {
			day, kiosk := 4+w.dice("day", 11), 3+w.dice("kiosk", 12)
			booking, priority := w.dice("booking", 5), w.dice("priority", 5)
			def.Quota = &queue.Quota{Day: &day, Kiosk: &kiosk, Booking: &booking, Priority: &priority}
		}
		m.services = append(m.services, &refService{code: def.Code, minutes: def.Minutes, after: def.After, quota: def.Quota})
	}
	for _, k := range mall.Agencies[0].Counters {
		m.counters = append(m.counters, &refCounter{code: k.Code, own: k.Services, assists: k.Assists, priorityOnly: k.Class == "priority", state: queue.CounterClosed})
	}
	return m
}

func (w *world) start() {
	st, err := store.Open(context.Background(), store.Options{Dir: w.dir, URL: w.url, Now: func() time.Time { return w.at }})
	w.must(err)
	w.st = st
}

// leave cleans up after a run; thousands of them would fill the disk.
func (w *world) leave() {
	_ = w.peek.Close()
	_ = w.st.Close()
	_ = os.RemoveAll(w.dir)
	if w.url != "" {
		_ = pgtest.Drop(w.url)
	}
}

func (w *world) ctx() context.Context { return context.Background() }

func (w *world) must(err error) {
	if err != nil {
		w.Fatalf("step %d, %s: %v", w.step, w.said, err)
	}
}

// tell keeps what happens in a step, for the one who reads a failure.
func (w *world) tell(format string, args ...any) {
	w.said = fmt.Sprintf(format, args...)
	w.Logf("%3d %s %s", w.step, w.at.Format("15:04:05.000"), w.said)
}
