package store

import (
	"context"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store/pgtest"
)

// twoStops is a store with one visitor who waits in two lines at once, before
// everybody else in both.
func twoStops(t *testing.T) (st *Store, by By, code string) {
	t.Helper()
	at := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	st, err := Open(t.Context(), Options{Dir: t.TempDir(), URL: pgtest.Database(t), Now: func() time.Time { at = at.Add(time.Second); return at }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	mall := &queue.Mall{
		Settings: queue.Settings{Name: "MPP Uji", Timezone: "Asia/Jakarta"},
		Agencies: []queue.Agency{{Code: "SATU", Name: queue.Text{"id": "Satu"},
			Services: []queue.Service{{Code: "A", Name: queue.Text{"id": "A"}, Minutes: 5}, {Code: "B", Name: queue.Text{"id": "B"}, Minutes: 5}},
			Counters: []queue.Counter{{Code: "1", Services: []string{"A"}}, {Code: "2", Services: []string{"B"}}},
		}},
	}
	if err := st.Import(t.Context(), By{Actor: "command"}, mall); err != nil {
		t.Fatal(err)
	}
	if err := st.AddStaff(t.Context(), By{Actor: "command"}, Staff{Username: "u", Name: "U", Role: queue.Officer, Counters: []string{"1", "2"}, PasswordHash: "x"}); err != nil {
		t.Fatal(err)
	}
	u, err := st.StaffByUsername(t.Context(), "u")
	if err != nil {
		t.Fatal(err)
	}
	by = By{Actor: "staff", StaffID: u.ID}
	traveller := issueFor(t, st, "A")
	first := issueFor(t, st, "B") // opens B's line; the traveller then stands before them
	_, err = once(t.Context(), st, By{Actor: "command"}, func(x *txn) (bool, error) {
		_, err := x.exec(`INSERT INTO stops (id, ticket_id, line_id, leg, rev, class, place, state, arrived_at, calls, start_inferred, ended_by, returned)
			SELECT id + 1000000, ?, line_id, 2, 0, class, place - 1, 'waiting', arrived_at, 0, 0, '', 0 FROM stops WHERE ticket_id = ?`, traveller.ID, first.ID)
		return true, err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"1", "2"} {
		if _, err := st.OpenCounter(t.Context(), by, k); err != nil {
			t.Fatal(err)
		}
	}
	return st, by, traveller.Code
}

func issueFor(t *testing.T, st *Store, service string) Ticket {
	t.Helper()
	reply, err := st.Issue(t.Context(), By{Actor: "visitor"}, Wanted{Services: []string{service}, Lang: "id"})
	if err != nil {
		t.Fatal(err)
	}
	return reply.Value
}

func callAt(t *testing.T, st *Store, by By, counter string) string {
	t.Helper()
	reply, err := st.CallNext(t.Context(), by, counter)
	if err != nil {
		t.Fatal(err)
	}
	if reply.Value.Ticket == nil {
		return ""
	}
	return reply.Value.Ticket.Code
}

func TestCallNext_holdsThePlaceOfAVisitorWhoIsServedElsewhere(t *testing.T) {
	st, by, traveller := twoStops(t)
	if got := callAt(t, st, by, "1"); got != traveller {
		t.Fatalf("counter 1 calls %q, want %s", got, traveller)
	}
	if got := callAt(t, st, by, "2"); got != "B-001" {
		t.Fatalf("counter 2 calls %q, want B-001: the traveller stands at counter 1", got)
	}
	if _, err := st.Finish(t.Context(), by, "1"); err != nil {
		t.Fatal(err)
	}
	// Back from counter 1, the traveller is first again although B-002 came meanwhile.
	issueFor(t, st, "B")
	if got := callAt(t, st, by, "2"); got != traveller {
		t.Fatalf("counter 2 calls %q, want %s, whose place was kept", got, traveller)
	}
	if got := callAt(t, st, by, "2"); got != "B-002" {
		t.Fatalf("counter 2 calls %q, want B-002", got)
	}
}

func TestStops_theDatabaseItselfRefusesOneVisitorAtTwoCounters(t *testing.T) {
	st, by, traveller := twoStops(t)
	callAt(t, st, by, "1")
	_, err := once(t.Context(), st, By{Actor: "command"}, func(x *txn) (bool, error) {
		_, err := x.exec(`UPDATE stops SET state = 'called', counter_id = (SELECT id FROM counters WHERE code = '2')
			WHERE leg = 2 AND ticket_id = (SELECT id FROM tickets WHERE code = ?)`, traveller)
		return true, err
	})
	if err == nil {
		t.Fatal("one visitor was called to two counters")
	}
	if err := st.Ready(context.Background()); err != nil {
		t.Errorf("a refused write left the store unusable: %v", err)
	}
}

func TestTicket_twoStopsKeepOneCodeAndShowWhereTheVisitorIs(t *testing.T) {
	st, by, traveller := twoStops(t)
	callAt(t, st, by, "1")
	k, err := st.TicketByCode(t.Context(), traveller)
	if err != nil {
		t.Fatal(err)
	}
	if len(k.Stops) != 2 || k.Code != traveller || k.State != queue.Called {
		t.Errorf("%s: %d stops, state %s; want 2, called", k.Code, len(k.Stops), k.State)
	}
	if _, err := st.Finish(t.Context(), by, "1"); err != nil {
		t.Fatal(err)
	}
	if k, err = st.TicketByCode(t.Context(), traveller); err != nil || k.State != queue.Waiting || k.Ahead != 0 {
		t.Errorf("after the first stop: %s, %d ahead, %v; want waiting with nobody ahead", k.State, k.Ahead, err)
	}
}
