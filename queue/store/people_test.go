package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

func TestChangeStaff_takesEffectAtOnceAndKeepsAnAdministrator(t *testing.T) {
	h := openHall(t, false)
	boss := store.By{Actor: "command"}
	h.officer("ani", "1")
	for _, s := range []store.Staff{{Username: "bos", Name: "Bos", Role: queue.Admin, PasswordHash: "x"}, {Username: "wakil", Name: "Wakil", Role: queue.Admin, PasswordHash: "x"}} {
		if err := h.AddStaff(t.Context(), boss, s); err != nil {
			t.Fatal(err)
		}
	}
	before, err := h.StaffByUsername(t.Context(), "ani")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.ChangeStaff(t.Context(), boss, store.Staff{Username: "ANI", Name: "Ani S.", Role: queue.Supervisor, Agency: "dukcapil", Counters: []string{"2", "3"}}); err != nil {
		t.Fatal(err)
	}
	after, err := h.StaffByUsername(t.Context(), "ani")
	if err != nil || after.Name != "Ani S." || after.Role != queue.Supervisor || after.Agency != "DUKCAPIL" || !slices.Equal(after.Counters, []string{"2", "3"}) || after.SignOutRev == before.SignOutRev {
		t.Errorf("changed to %+v, %v", after, err)
	}
	if err := h.ChangeStaff(t.Context(), boss, store.Staff{Username: "wakil", Name: "Wakil", Role: queue.Manager}); err != nil {
		t.Fatal(err)
	}
	_ = wantRefusal(t, h.ChangeStaff(t.Context(), boss, store.Staff{Username: "bos", Name: "Bos", Role: queue.Officer}), "last_admin")
	_ = wantRefusal(t, h.DisableStaff(t.Context(), boss, "bos"), "last_admin")
	_ = wantRefusal(t, h.ChangeStaff(t.Context(), boss, store.Staff{Username: "tidakada", Name: "X", Role: queue.Officer}), "unknown_user")
	_ = wantRefusal(t, h.ChangeStaff(t.Context(), boss, store.Staff{Username: "ani", Name: "Ani", Role: queue.Supervisor}), "agency_needed")
	if err := h.DisableStaff(t.Context(), boss, "wakil"); err != nil {
		t.Fatal(err)
	}
	all, err := h.AllStaff(t.Context())
	var names []string
	for _, s := range all {
		names = append(names, fmt.Sprint(s.Username, " ", s.Disabled, s.PasswordHash))
	}
	if got := strings.Join(names, ", "); err != nil || got != "ani false, bos false, wakil true" {
		t.Errorf("all people: %s, %v", got, err)
	}
	h.proved()
}

func TestImportOver_refusesWhatWasMadeFromAnOlderDefinition(t *testing.T) {
	h := openHall(t, false)
	seen := h.Catalog().Revision()
	mine, theirs := testMall(), testMall()
	theirs.Settings.Name, mine.Zones[0].Name = "MPP Lain", queue.Text{"id": "Lantai dasar"}
	if err := h.ImportOver(t.Context(), store.By{Actor: "command"}, theirs, seen); err != nil {
		t.Fatal(err)
	}
	_ = wantRefusal(t, h.ImportOver(t.Context(), store.By{Actor: "command"}, mine, seen), "definition_changed")
	if m := h.Catalog().Mall; m.Settings.Name != "MPP Lain" || m.Zones[0].Name["id"] != "Lantai 1" {
		t.Errorf("the mall is %s, %v", m.Settings.Name, m.Zones)
	}
	if err := h.ImportOver(t.Context(), store.By{Actor: "command"}, mine, h.Catalog().Revision()); err != nil {
		t.Fatal(err)
	}
}

func TestReadRecord_isTheDaysEventsNewestFirstWithWhoAndWhy(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("1")
	h.issue("A")
	h.next(by, "1")
	h.pass(time.Minute)
	_ = must[store.Ticket](t)(h.Hold(t.Context(), by, "1", "Fotokopi"))
	today, all, total, err := h.ReadRecord(t.Context(), store.Asked{Most: 3})
	if err != nil || total < 6 || len(all) != 3 {
		t.Fatalf("%d of %d events, %v", len(all), total, err)
	}
	if e := all[0]; e.Kind != "held" || e.Who == "" || e.Ticket != "A-001" || e.Counter != "1" || e.Reason != "Fotokopi" {
		t.Errorf("the newest is %+v", e)
	}
	_, rest, _, err := h.ReadRecord(t.Context(), store.Asked{Skip: 3, Most: 500})
	if err != nil || len(rest) != total-3 {
		t.Errorf("%d more, want %d, %v", len(rest), total-3, err)
	}
	if _, some, n, err := h.ReadRecord(t.Context(), store.Asked{Kind: "issued", Most: 10}); err != nil || n != 1 || some[0].Actor != "visitor" {
		t.Errorf("%d numbers given: %v, %v", n, some, err)
	}
	h.pass(24 * time.Hour)
	h.issue("A")
	if _, old, n, err := h.ReadRecord(t.Context(), store.Asked{Day: today, Kind: "issued", Most: 10}); err != nil || n != 1 || len(old) != 1 {
		t.Errorf("yesterday: %d, %v, %v", n, old, err)
	}
	days, err := h.RecordDays(t.Context())
	if err != nil || len(days) != 2 || days[1] != today {
		t.Errorf("the days: %v, %v", days, err)
	}
}
