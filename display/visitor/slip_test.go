package visitor

import (
	"log/slog"
	"os"
	"testing"

	"antre/display/halltest"
	"antre/display/site"
	"antre/display/view"
	"antre/queue"
	"antre/queue/store"
)

// openRoom is the visitor's room of a small mall.
func openRoom(t testing.TB, h *halltest.Hall) *Room {
	t.Helper()
	s, err := site.New(site.Options{Store: h.Store, Log: slog.New(slog.DiscardHandler), Web: os.DirFS("../web")})
	if err != nil {
		t.Fatal(err)
	}
	return &Room{Views: &view.Views{Site: s}}
}

// TestSlip_ofAJourneyLeadsToItsFirstLine: the number is of the first service
// named, the way to the one whose line is the shortest.
func TestSlip_ofAJourneyLeadsToItsFirstLine(t *testing.T) {
	h := halltest.Open(t, "2026-11-25 09:00:00", nil)
	l := openRoom(t, h)
	h.Officer("1", "2") // a line that nobody serves would come last
	h.Give("A", queue.Regular)
	reply, err := h.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A", "B"}, Order: queue.AnyOrder, Lang: "id"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.TicketByCode(t.Context(), "A-002")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []store.Ticket{reply.Value, again} {
		slip := l.Slip(t.Context(), k)
		if slip.Code != "A-002" || slip.Service != "Layanan B" || slip.Zone != "Lantai 2" || slip.Ahead != 0 || len(slip.Stops) != 2 || slip.Stops[0] != "Layanan A \u00b7 Satu" {
			t.Errorf("the slip: %+v", slip)
		}
	}
	one, err := h.TicketByCode(t.Context(), "A-001")
	if slip := l.Slip(t.Context(), one); err != nil || slip.Service != "Layanan A" || slip.Stops != nil {
		t.Errorf("a slip of one service: %+v %v", slip, err)
	}
}
