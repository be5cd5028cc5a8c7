package display

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"antre/display/halltest"
	"antre/queue"
	"antre/queue/store"
)

// hall is a mall and its whole site.
type hall struct {
	*halltest.Hall
	*Server
	t *testing.T
}

func openHall(t *testing.T, moment string) *hall {
	t.Helper()
	var site atomic.Pointer[Server]
	h := halltest.Open(t, moment, func(c store.Change) {
		if s := site.Load(); s != nil {
			s.Publish(c)
		}
	})
	s, err := New(Options{Store: h.Store})
	if err != nil {
		t.Fatal(err)
	}
	site.Store(s)
	return &hall{Hall: h, Server: s, t: t}
}

// get reads one address as a browser in the mall does.
func (l *hall) get(path string) map[string]any {
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

func (l *hall) service(code string) map[string]any {
	l.t.Helper()
	for _, s := range l.get("/api/services")["services"].([]any) {
		if s := s.(map[string]any); s["code"] == code {
			return s
		}
	}
	l.t.Fatalf("no service %s", code)
	return nil
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
			l := openHall(t, c.moment)
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
	l := openHall(t, "2026-11-25 09:00:00")
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
	l.Give("A", queue.Regular)
	see(true, 1, true, 2)
	l.Give("A", queue.Regular)
	see(false, 0, true, 1) // what is kept for priority is left
	if code, _ := closedOf(l.get("/api/board?zone=1")); code != nil {
		t.Errorf("the zone is closed while a priority number is left: %v", code)
	}
	l.Give("A", queue.Priority)
	see(false, 0, false, 0)
	if code, reopens := closedOf(l.get("/api/board?zone=1")); code != "quota_reached" || reopens != "2026-11-27T08:00:00+07:00" {
		t.Errorf("the zone: %v %v", code, reopens)
	}
}
