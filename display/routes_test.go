package display

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"antre/display/site"
	"antre/queue"
	"antre/queue/store"
)

// routesFile lists every route with the right it needs; the black-box test of
// the roles walks it with every role.
const routesFile = "testdata/routes.txt"

func bareServer(t *testing.T) *Server {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	s, err := New(Options{Store: st})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tables are those of all rooms.
func tables(s *Server) (all [][]site.Route) {
	for _, room := range s.rooms {
		all = append(all, room.API(), room.Pages())
	}
	return all
}

func TestRoutes_everyOneIsInTheListThatTheRolesAreWalkedWith(t *testing.T) {
	s := bareServer(t)
	var b strings.Builder
	for _, table := range tables(s) {
		for _, rt := range table {
			_, _ = fmt.Fprintf(&b, "%s: %s\n", rt.Right, rt.Pattern)
		}
	}
	want, err := os.ReadFile(routesFile)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("%s is not the table of routes. After adding a route, write it there and into the table of cmd/antre/e2e/roles_test.go. The table:\n%s", routesFile, got)
	}
}

// A right that nobody has, or a pattern whose place is not looked up, would
// lock a route for all or open it to all.
func TestRoutes_everyRightIsKnownAndEveryPlaceIsFound(t *testing.T) {
	s := bareServer(t)
	known := map[queue.Right]bool{site.Anybody: true, site.SignedIn: true}
	for _, right := range queue.Rights() {
		known[right] = true
	}
	for _, table := range tables(s) {
		for _, rt := range table {
			if !known[rt.Right] {
				t.Errorf("%s needs %q, which nobody has", rt.Pattern, rt.Right)
			}
			places := strings.Contains(rt.Pattern, "/counters/{code}") || strings.Contains(rt.Pattern, "/desk/{code}") || strings.Contains(rt.Pattern, "/services/{code}")
			if strings.Contains(rt.Pattern, "{code}") != places {
				t.Errorf("nobody looks up the place that %s names", rt.Pattern)
			}
			if places && (rt.Right == site.Anybody || rt.Right == site.SignedIn) {
				t.Errorf("%s names a place, but needs no right there", rt.Pattern)
			}
		}
	}
}

func TestRoutes_handlerWithoutAPermitServesNobody(t *testing.T) {
	s := bareServer(t)
	for _, rt := range slices.Concat(tables(s)...) {
		if rt.Right == site.Anybody {
			continue
		}
		err := rt.Do(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody))
		if r, ok := queue.AsRefusal(err); !ok || r.Kind != queue.Forbidden {
			t.Errorf("%s answered without knowing who asks: %v", rt.Pattern, err)
		}
	}
}
