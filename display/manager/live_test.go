package manager

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"antre/display/halltest"
	"antre/display/site"
	"antre/display/view"
	"antre/queue"
	"antre/queue/store"
)

// watch is a mall of two agencies whose clock the test moves.
type watch struct {
	*Room
	t     *testing.T
	clock atomic.Int64 // Unix milliseconds
}

func openWatch(t *testing.T) *watch {
	t.Helper()
	w := &watch{t: t}
	w.clock.Store(halltest.Moment(t, "2026-11-24 08:00:00").UnixMilli())
	st, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Now: func() time.Time { return time.UnixMilli(w.clock.Load()) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	most := 5
	service := func(code string) queue.Service {
		return queue.Service{Code: code, Name: queue.Text{"id": "Layanan " + code}, Minutes: 10}
	}
	quota := service("C")
	quota.Quota = &queue.Quota{Day: &most}
	mall := &queue.Mall{Settings: queue.Settings{Name: "MPP Uji", Timezone: "Asia/Jakarta"},
		Agencies: []queue.Agency{
			{Code: "SATU", Name: queue.Text{"id": "Satu"}, Services: []queue.Service{service("A"), service("B"), quota},
				Counters: []queue.Counter{{Code: "1", Services: []string{"A"}}, {Code: "2", Services: []string{"B"}}, {Code: "3", Services: []string{"C"}, Class: "priority"}}},
			{Code: "DUA", Name: queue.Text{"id": "Dua"}, Services: []queue.Service{service("P")}, Counters: []queue.Counter{{Code: "9", Services: []string{"P"}}}},
		}}
	if err := st.Import(t.Context(), store.By{Actor: "command"}, mall); err != nil {
		t.Fatal(err)
	}
	s, err := site.New(site.Options{Store: st, Log: slog.New(slog.DiscardHandler), Web: os.DirFS("../web")})
	if err != nil {
		t.Fatal(err)
	}
	w.Room = &Room{&view.Views{Site: s}}
	return w
}

func (w *watch) pass(d time.Duration) { w.clock.Add(d.Milliseconds()) }

// hire adds somebody and opens their counter.
func (w *watch) hire(counter string) store.By {
	w.t.Helper()
	if err := w.Store.AddStaff(w.t.Context(), store.By{Actor: "command"}, store.Staff{Username: "u" + counter, Name: "Petugas " + counter, Role: queue.Officer, Counters: []string{counter}, PasswordHash: "x"}); err != nil {
		w.t.Fatal(err)
	}
	s, err := w.Store.StaffByUsername(w.t.Context(), "u"+counter)
	if err != nil {
		w.t.Fatal(err)
	}
	by := store.By{Actor: "staff", StaffID: s.ID}
	if _, err := w.Store.OpenCounter(w.t.Context(), by, counter); err != nil {
		w.t.Fatal(err)
	}
	return by
}

func (w *watch) issue(service string, class queue.Class) {
	w.t.Helper()
	if _, err := w.Store.Issue(w.t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{service}, Class: class, Lang: "id"}); err != nil {
		w.t.Fatal(err)
	}
}

// see is what somebody of a role reads, as JSON reads it.
func (w *watch) see(staff *store.Staff) (out map[string]any, order string, rows map[string]map[string]any) {
	w.t.Helper()
	scope, err := w.scopeOf(staff, "")
	if err != nil {
		w.t.Fatal(err)
	}
	v, err := w.Store.Live(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	b, err := json.Marshal(w.liveView(v, staff, scope, "id"))
	if err != nil {
		w.t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		w.t.Fatal(err)
	}
	rows = map[string]map[string]any{}
	for _, s := range out["services"].([]any) {
		row := s.(map[string]any)
		rows[row["code"].(string)] = row
		order += row["code"].(string)
	}
	return out, order, rows
}

func TestLive_worstFirstWithIdleCountersAndWhoWaitsTooLong(t *testing.T) {
	w := openWatch(t)
	by1, boss := w.hire("1"), &store.Staff{Role: queue.Supervisor, Agency: "satu"}
	w.hire("2")
	w.hire("3")
	w.issue("A", queue.Regular)
	w.issue("A", queue.Regular)
	if _, err := w.Store.CallNext(t.Context(), by1, "1"); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Minute)
	w.issue("B", queue.Regular)
	w.issue("C", queue.Regular) // whom the priority counter may not call
	w.pass(2*time.Minute + 59*time.Second)
	out, order, rows := w.see(boss)
	if order != "ABC" || len(rows["B"]["idle"].([]any)) != 0 {
		t.Errorf("before 3 minutes: %s, %v", order, rows["B"])
	}
	if out["waiting"] != 3.0 || out["longest_wait_s"] != 239.0 {
		t.Errorf("in all: %v waiting, %v s", out["waiting"], out["longest_wait_s"])
	}
	w.pass(time.Second)
	_, order, rows = w.see(boss)
	if idle := rows["B"]["idle"].([]any); order != "BAC" || len(idle) != 1 || idle[0].(map[string]any)["counter"] != "2" || idle[0].(map[string]any)["minutes"] != 3.0 {
		t.Errorf("after 3 minutes: %s, %v", order, rows["B"])
	}
	if len(rows["A"]["idle"].([]any)) != 0 || len(rows["C"]["idle"].([]any)) != 0 {
		t.Errorf("a counter at work and one that may call nobody are called idle: %v, %v", rows["A"], rows["C"])
	}
	if q := rows["C"]["quota"].(map[string]any); q["limit"] != 5.0 || q["given"] != 1.0 || q["left"] != 4.0 {
		t.Errorf("quota %v", q)
	}
	// Finishing is work: the counter's idle time begins then.
	if _, err := w.Store.Finish(t.Context(), by1, "1"); err != nil {
		t.Fatal(err)
	}
	w.pass(2 * time.Minute)
	if _, _, rows = w.see(boss); len(rows["A"]["idle"].([]any)) != 0 {
		t.Errorf("two minutes after its last visitor: %v", rows["A"])
	}
	w.pass(54*time.Minute + time.Second) // 60:01 after A-002 came, 59:01 after B-001
	_, order, rows = w.see(boss)
	if order[0] != 'A' || rows["A"]["overdue_s"] != 3601.0 || rows["B"]["overdue_s"] != nil {
		t.Errorf("after the longest wait allowed: %s, %v, %v", order, rows["A"]["overdue_s"], rows["B"]["overdue_s"])
	}
}

func TestLive_eachSeesTheirOwnAndWishesToCloseUntilAnswered(t *testing.T) {
	w := openWatch(t)
	by, boss := w.hire("9"), &store.Staff{Role: queue.Supervisor, Agency: "DUA"}
	other, manager := &store.Staff{Role: queue.Supervisor, Agency: "SATU"}, &store.Staff{Role: queue.Manager}
	w.issue("P", queue.Regular)
	for _, reason := range []string{"Sakit", "Anak sakit"} {
		if _, err := w.Store.AskClose(t.Context(), by, "9", reason); err != nil {
			t.Fatal(err)
		}
	}
	out, order, rows := w.see(boss)
	asked := out["close_requests"].([]any)
	if order != "P" || len(asked) != 1 || out["counters"].(map[string]any)["total"] != 1.0 {
		t.Fatalf("their own agency: %s, %v", order, out)
	}
	if k := asked[0].(map[string]any); k["counter"] != "9" || k["officer"] != "Petugas 9" || k["reason"] != "Anak sakit" {
		t.Errorf("the wish reads %v", k)
	}
	if codes := rows["P"]["close_requests"].([]any); len(codes) != 1 || codes[0] != "9" {
		t.Errorf("the row says %v", codes)
	}
	if out, order, _ := w.see(other); order != "ABC" || len(out["close_requests"].([]any)) != 0 || out["waiting"] != 0.0 {
		t.Errorf("another agency's supervisor sees %s, %v", order, out["close_requests"])
	}
	w.pass(time.Minute)
	w.issue("A", queue.Regular)
	if out, order, _ := w.see(manager); order != "APBC" || len(out["close_requests"].([]any)) != 1 {
		t.Errorf("the manager sees %s, %v", order, out["close_requests"])
	}
	if _, err := w.Store.AnswerClose(t.Context(), store.By{Actor: "command"}, "9", false, ""); err != nil {
		t.Fatal(err)
	}
	if out, _, _ := w.see(boss); len(out["close_requests"].([]any)) != 0 {
		t.Errorf("after the answer: %v", out["close_requests"])
	}
}

func TestReadyz_saysThatTheClockHasLeaptUntilSomebodyConfirms(t *testing.T) {
	w := openWatch(t)
	w.issue("A", queue.Regular)
	ready := func() (int, map[string]any) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz?lang=id", nil)
		r.Host = "localhost"
		rec := httptest.NewRecorder()
		mux := http.NewServeMux()
		for _, rt := range w.Site.API() {
			mux.Handle(rt.Pattern, w.AsAPI(w.Checked(rt)))
		}
		mux.ServeHTTP(rec, r)
		var out map[string]any
		if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
			t.Fatal(err)
		}
		return rec.Code, out
	}
	if status, out := ready(); status != http.StatusOK {
		t.Fatalf("%d %v", status, out)
	}
	w.pass(400 * 24 * time.Hour)
	if status, out := ready(); status != http.StatusServiceUnavailable || out["code"] != "clock_jumped" || out["day"] != "2027-12-29" {
		t.Errorf("a leap of 400 days: %d %v", status, out)
	}
	admin, boss := &store.Staff{Role: queue.Admin}, &store.Staff{Role: queue.Manager}
	for staff, may := range map[*store.Staff]bool{admin: true, boss: false} {
		out, _, rows := w.see(staff)
		if rows["A"]["overdue_s"] != nil || out["longest_wait_s"] != 0.0 || out["waiting"] != 1.0 {
			t.Errorf("a wrong clock measures %v s, %v", out["longest_wait_s"], rows["A"])
		}
		alarm, ok := out["clock"].(map[string]any)
		if !ok || alarm["may_confirm"] != may || alarm["day"] != "2027-12-29" || !strings.Contains(alarm["detail"].(string), "2027-12-29") {
			t.Errorf("%s reads %v", staff.Role, out["clock"])
		}
		if shut, ok := rows["A"]["closed"].(map[string]any); !ok || shut["code"] != "clock_jumped" {
			t.Errorf("A gives numbers: %v", rows["A"])
		}
	}
	w.pass(5 * time.Minute) // goes on at the clock's own pace
	if out, _, _ := w.see(boss); out["longest_wait_s"] != 300.0 {
		t.Errorf("five minutes later somebody has waited %v s", out["longest_wait_s"])
	}
	if _, err := w.Store.AllowDay(t.Context(), store.By{Actor: "command"}, "2027-12-29"); err != nil {
		t.Fatal(err)
	}
	if status, out := ready(); status != http.StatusOK {
		t.Errorf("after the word: %d %v", status, out)
	}
	if out, _, _ := w.see(admin); out["clock"] != nil {
		t.Errorf("after the word the page still says %v", out["clock"])
	}
}

// TestLive_aWaitOverTheMallsTargetIsAnAlarm: not at the target, a second later.
func TestLive_aWaitOverTheMallsTargetIsAnAlarm(t *testing.T) {
	w := openWatch(t)
	mall, target := w.Store.Catalog().Mall, 15
	mall.Settings.TargetWaitMin = &target
	if err := w.Store.Import(t.Context(), store.By{Actor: "command"}, &mall); err != nil {
		t.Fatal(err)
	}
	w.hire("1")
	w.issue("A", queue.Regular)
	boss := &store.Staff{Role: queue.Manager}
	w.pass(15 * time.Minute)
	if _, _, rows := w.see(boss); rows["A"]["over_target_s"] != nil {
		t.Errorf("at the target: %v", rows["A"])
	}
	w.pass(time.Second)
	out, _, rows := w.see(boss)
	if rows["A"]["over_target_s"] != 901.0 || rows["B"]["over_target_s"] != nil {
		t.Errorf("over the target: %v, %v", rows["A"], rows["B"])
	}
	for _, a := range out["agencies"].([]any) {
		if agency := a.(map[string]any); (agency["over_target_s"] != nil) != (agency["code"] == "SATU") {
			t.Errorf("an agency's row: %v", agency)
		}
	}
}

// TestScreens_aSupervisorSeesThoseThatServeTheirVisitors.
func TestScreens_aSupervisorSeesThoseThatServeTheirVisitors(t *testing.T) {
	h := halltest.Open(t, "2026-11-24 08:00:00", nil)
	c := h.Catalog()
	mine := c.Mall.Agencies[0]
	for _, screen := range []struct {
		d    store.Device
		want bool
	}{
		{store.Device{Kind: store.KioskDevice}, true},
		{store.Device{Kind: store.TVDevice, Zone: mine.Zone}, true},
		{store.Device{Kind: store.TVDevice, Zone: "9"}, false},
		{store.Device{Kind: store.SignDevice, Counter: mine.Counters[0].Code}, true},
		{store.Device{Kind: store.SignDevice, Counter: "99"}, false},
	} {
		if got := serves(c, &screen.d, &mine); got != screen.want {
			t.Errorf("%+v: %v", screen.d, got)
		}
		if !serves(c, &screen.d, nil) {
			t.Errorf("a manager does not see %+v", screen.d)
		}
	}
}
