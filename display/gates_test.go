package display

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// gateMall opens from 8 to 12 and from 13 to 15.30, with the last ticket at 15.
func gateMall() *queue.Mall {
	three, one := 3, 1
	wait := 0
	return &queue.Mall{
		Settings: queue.Settings{Name: "MPP Uji", Timezone: "Asia/Jakarta", NoShowAfterS: &wait},
		Zones:    []queue.Zone{{Code: "1", Name: queue.Text{"id": "Lantai 1"}}, {Code: "2", Name: queue.Text{"id": "Lantai 2"}}},
		Hours:    queue.Week{"mon-sat": {Open: []string{"08:00-12:00", "13:00-15:30"}, LastTicket: "15:00"}},
		Holidays: []queue.Holiday{{Date: "2026-11-26", Name: "Hari Raya Uji"}},
		Agencies: []queue.Agency{
			{Code: "SATU", Name: queue.Text{"id": "Satu"}, Zone: "1",
				Services: []queue.Service{{Code: "A", Name: queue.Text{"id": "Layanan A"}, Minutes: 10, Quota: &queue.Quota{Day: &three, Priority: &one}}},
				Counters: []queue.Counter{{Code: "1", Services: []string{"A"}}}},
			{Code: "DUA", Name: queue.Text{"id": "Dua"}, Zone: "2", Hours: queue.Week{"mon-sun": {Open: []string{"00:00-24:00"}}},
				Services: []queue.Service{{Code: "B", Name: queue.Text{"id": "Layanan B"}, Minutes: 10}},
				Counters: []queue.Counter{{Code: "2", Services: []string{"B"}}}},
		},
	}
}

// lobby is a store and its screens whose clock shows the moment asked for and
// goes on at the pace of time.Now.
type lobby struct {
	t  *testing.T
	st *store.Store
	*Server
}

// jakarta reads a moment of the mall's clock.
func jakarta(t *testing.T, moment string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Jakarta")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", moment, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func openLobby(t *testing.T, moment string) *lobby { return openWith(t, moment, New) }

func openWith(t *testing.T, moment string, open func(Options) (*Server, error)) *lobby {
	t.Helper()
	began, at := time.Now(), jakarta(t, moment)
	var site atomic.Pointer[Server]
	st, err := store.Open(t.Context(), store.Options{
		Dir: t.TempDir(), Now: func() time.Time { return at.Add(time.Since(began)) },
		Publish: func(c store.Change) {
			if s := site.Load(); s != nil {
				s.Publish(c)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Import(t.Context(), store.By{Actor: "command"}, gateMall()); err != nil {
		t.Fatal(err)
	}
	s, err := open(Options{Store: st})
	if err != nil {
		t.Fatal(err)
	}
	site.Store(s)
	return &lobby{t: t, st: st, Server: s}
}

// get reads one address as a browser in the mall does.
func (l *lobby) get(path string) map[string]any {
	l.t.Helper()
	r := httptest.NewRequestWithContext(l.t.Context(), http.MethodGet, path, nil)
	r.Host = "localhost"
	w := httptest.NewRecorder()
	l.Handler().ServeHTTP(w, r)
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
		l.t.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	return out
}

func (l *lobby) service(code string) map[string]any {
	l.t.Helper()
	for _, s := range l.get("/api/services")["services"].([]any) {
		if s := s.(map[string]any); s["code"] == code {
			return s
		}
	}
	l.t.Fatalf("no service %s", code)
	return nil
}

func (l *lobby) issue(service string, class queue.Class) {
	l.t.Helper()
	if _, err := l.st.Issue(l.t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{service}, Class: class, Lang: "id"}); err != nil {
		l.t.Fatal(err)
	}
}

func closedOf(v map[string]any) (code, reopens any) {
	c, _ := v["closed"].(map[string]any)
	return c["code"], c["reopens_at"]
}

func TestServices_sayWhyAndUntilWhen(t *testing.T) {
	for _, c := range []struct{ moment, code, reopens, title string }{
		{"2026-11-25 07:00:00", "not_open_yet", "2026-11-25T08:00:00+07:00", "Belum buka"},
		{"2026-11-25 12:00:00", "break", "2026-11-25T13:00:00+07:00", "Sedang istirahat"},
		{"2026-11-27 12:00:00", "break", "2026-11-27T13:00:00+07:00", "Istirahat dan salat Jumat"},
		{"2026-11-25 15:00:00", "last_ticket_passed", "2026-11-27T08:00:00+07:00", "Nomor terakhir hari ini sudah diberikan"},
		{"2026-11-26 09:00:00", "holiday", "2026-11-27T08:00:00+07:00", "Hari libur"},
		{"2026-11-29 09:00:00", "day_closed", "2026-11-30T08:00:00+07:00", "Tidak buka hari ini"},
	} {
		t.Run(c.moment, func(t *testing.T) {
			l := openLobby(t, c.moment)
			defer l.st.Close()
			if code, reopens := closedOf(l.service("A")); code != c.code || reopens != c.reopens {
				t.Errorf("service: %v %v, want %s %s", code, reopens, c.code, c.reopens)
			}
			for _, path := range []string{"/api/services?zone=1", "/api/board?zone=1"} {
				v := l.get(path)
				code, reopens := closedOf(v)
				if code != c.code || reopens != c.reopens || v["closed"].(map[string]any)["title"] != c.title {
					t.Errorf("%s: %v", path, v["closed"])
				}
			}
			for _, path := range []string{"/api/services", "/api/board", "/api/board?zone=2"} { // zone 2 opens every day
				if code, _ := closedOf(l.get(path)); code != nil && c.code != "holiday" {
					t.Errorf("%s is closed: %v", path, code)
				}
			}
		})
	}
}

func TestServices_showWhatIsLeftForEachClass(t *testing.T) {
	l := openLobby(t, "2026-11-25 09:00:00")
	defer l.st.Close()
	left := func(v map[string]any) any {
		q, _ := v["quota"].(map[string]any)
		return q["left"]
	}
	see := func(open bool, regular float64, priorityOpen bool, priority float64) {
		t.Helper()
		s := l.service("A")
		p := s["priority"].(map[string]any)
		if s["open"] != open || left(s) != regular || p["open"] != priorityOpen || left(p) != priority {
			t.Errorf("got %v, want %v %v %v %v", s, open, regular, priorityOpen, priority)
		}
	}
	see(true, 2, true, 3)
	l.issue("A", queue.Regular)
	see(true, 1, true, 2)
	l.issue("A", queue.Regular)
	see(false, 0, true, 1) // what is kept for priority is left
	if code, _ := closedOf(l.get("/api/board?zone=1")); code != nil {
		t.Errorf("the zone is closed while a priority number is left: %v", code)
	}
	l.issue("A", queue.Priority)
	see(false, 0, false, 0)
	if code, reopens := closedOf(l.get("/api/board?zone=1")); code != "quota_reached" || reopens != "2026-11-27T08:00:00+07:00" {
		t.Errorf("the zone: %v %v", code, reopens)
	}
}

// officer hires somebody and opens their counters.
func (l *lobby) officer(counters ...string) store.By {
	l.t.Helper()
	err := l.st.AddStaff(l.t.Context(), store.By{Actor: "command"}, store.Staff{Username: "u", Name: "U", Role: queue.Officer, Counters: counters, PasswordHash: "x"})
	if err != nil {
		l.t.Fatal(err)
	}
	s, err := l.st.StaffByUsername(l.t.Context(), "u")
	if err != nil {
		l.t.Fatal(err)
	}
	by := store.By{Actor: "staff", StaffID: s.ID}
	for _, counter := range counters {
		if _, err := l.st.OpenCounter(l.t.Context(), by, counter); err != nil {
			l.t.Fatal(err)
		}
	}
	return by
}

// TestSlip_ofAJourneyLeadsToItsFirstLine: the number is of the first service
// named, the way to the one whose line is the shortest.
func TestSlip_ofAJourneyLeadsToItsFirstLine(t *testing.T) {
	l := openLobby(t, "2026-11-25 09:00:00")
	defer l.st.Close()
	l.officer("1", "2") // a line that nobody serves would come last
	l.issue("A", queue.Regular)
	reply, err := l.st.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A", "B"}, Order: queue.AnyOrder, Lang: "id"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := l.st.TicketByCode(t.Context(), "A-002")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []store.Ticket{reply.Value, again} {
		slip := l.Slip(k)
		if slip.Code != "A-002" || slip.Service != "Layanan B" || slip.Zone != "Lantai 2" || slip.Ahead != 0 || len(slip.Stops) != 2 || slip.Stops[0] != "Layanan A \u00b7 Satu" {
			t.Errorf("the slip: %+v", slip)
		}
	}
	one, err := l.st.TicketByCode(t.Context(), "A-001")
	if slip := l.Slip(one); err != nil || slip.Service != "Layanan A" || slip.Stops != nil {
		t.Errorf("a slip of one service: %+v %v", slip, err)
	}
}
