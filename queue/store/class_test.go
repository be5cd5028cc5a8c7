package store_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// proved says that the record still rebuilds every table.
func (h *hall) proved() {
	h.t.Helper()
	if _, err := h.Verify(h.t.Context()); err != nil {
		h.t.Error(err)
	}
}

func (h *hall) becomes(by store.By, counter, ticket string, class queue.Class) error {
	_, err := h.ChangeClass(h.t.Context(), by, counter, ticket, class, store.VisitorAsked)
	return err
}

// limited opens a hall in which service A has a quota.
func limited(t *testing.T, q queue.Quota) *hall {
	t.Helper()
	h := openHall(t, false)
	mall := testMall()
	mall.Agencies[0].Services[0].Quota = &q
	if err := h.Import(t.Context(), store.By{Actor: "command"}, mall); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestChangeClass_isCalledByTheirArrivalAmongThoseOfTheNewClass(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("1")
	for _, class := range []queue.Class{queue.Regular, queue.Priority, queue.Regular, queue.Priority} {
		h.give(class, "A")
		h.pass(time.Minute)
	}
	if err := h.becomes(by, "1", "A-003", queue.Priority); err != nil {
		t.Fatal(err)
	}
	if k, err := h.TicketByCode(t.Context(), "A-003"); err != nil || k.Class != queue.Priority || k.State != queue.Waiting || k.Ahead != 1 {
		t.Errorf("A-003 is %s, %s, %d ahead, %v; want priority, waiting, 1", k.Class, k.State, k.Ahead, err)
	}
	// Between A-002, who came before, and A-004, who came later; then A-001's turn.
	var called []string
	for range 4 {
		called = append(called, h.next(by, "1"))
	}
	if want := []string{"A-002", "A-003", "A-001", "A-004"}; !slices.Equal(called, want) {
		t.Errorf("called %v, want %v", called, want)
	}
	h.proved()
}

func TestChangeClass_backToRegularIsAsIfNothingHadBeen(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("1")
	h.give(queue.Regular, "A")
	h.give(queue.Regular, "A")
	for _, class := range []queue.Class{queue.Priority, queue.Regular} {
		if err := h.becomes(by, "1", "A-002", class); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.next(by, "1"); got != "A-001" {
		t.Errorf("called %s, want A-001", got)
	}
	h.proved()
}

func TestChangeClass_keepsTheNumbersSetAsideForPriority(t *testing.T) {
	day, priority := 4, 2
	h := limited(t, queue.Quota{Day: &day, Priority: &priority})
	by := h.atCounter("1")
	h.give(queue.Regular, "A")
	h.give(queue.Regular, "A") // the regulars' two are given
	h.give(queue.Priority, "A")
	_ = wantRefusal(t, h.becomes(by, "1", "A-003", queue.Regular), "quota_reached")
	if err := h.becomes(by, "1", "A-001", queue.Priority); err != nil { // frees a regular number
		t.Fatal(err)
	}
	if err := h.becomes(by, "1", "A-003", queue.Regular); err != nil {
		t.Errorf("a regular number is free: %v", err)
	}
	_, err := h.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A"}, Lang: "id"})
	_ = wantRefusal(t, err, "quota_reached")
	h.give(queue.Priority, "A")
	h.proved()
}

func TestChangeClass_refusedOnceCalledAndWithoutTheCounter(t *testing.T) {
	h := openHall(t, false)
	one, two, three := h.atCounter("1"), h.atCounter("2"), h.atCounter("3")
	h.give(queue.Regular, "A")
	h.give(queue.Regular, "A")
	h.next(two, "2")
	if r := wantRefusal(t, h.becomes(one, "1", "A-001", queue.Priority), "already_called"); r.Facts["by"] != "2" {
		t.Errorf("the refusal names %v, want counter 2", r.Facts["by"])
	}
	if _, err := h.Finish(t.Context(), two, "2"); err != nil {
		t.Fatal(err)
	}
	_ = wantRefusal(t, h.becomes(one, "1", "A-001", queue.Priority), "wrong_state")
	_ = wantRefusal(t, h.becomes(one, "1", "A-009", queue.Priority), "unknown_ticket")
	_ = wantRefusal(t, h.becomes(two, "1", "A-002", queue.Priority), "counter_busy")
	_ = wantRefusal(t, h.becomes(three, "3", "A-002", queue.Priority), "wrong_service")
	if k, err := h.TicketByCode(t.Context(), "A-002"); err != nil || k.Class != queue.Regular {
		t.Errorf("A-002 is %s, %v; want it untouched", k.Class, err)
	}
	h.proved()
}

func TestChangeClass_changesEveryOpenStopOfAJourney(t *testing.T) {
	h := openHall(t, false)
	one, three := h.atCounter("1"), h.atCounter("3")
	h.give(queue.Regular, "A", "AB", "A1") // two at once: A1 is planned
	h.next(one, "1")
	if _, err := h.Finish(t.Context(), one, "1"); err != nil { // A1 begins
		t.Fatal(err)
	}
	for _, s := range []string{"AB", "A1"} {
		h.give(queue.Priority, s)
	}
	if err := h.becomes(three, "3", "A-001", queue.Priority); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	var service, class string
	eachOf(t, h.tables(), []any{&service, &class}, func() { got[service] = class }, `SELECT v.code, s.class FROM stops s JOIN tickets t ON t.id = s.ticket_id
		JOIN lines l ON l.id = s.line_id JOIN services v ON v.id = l.service_id WHERE t.code = 'A-001'`)
	if got["AB"] != "priority" || got["A1"] != "priority" {
		t.Errorf("the stops are %v; want AB and A1 priority", got)
	}
	if got := h.next(three, "3"); got != "A-001" {
		t.Errorf("counter 3 calls %s, want A-001, who came first", got)
	}
	h.proved()
}

func TestChangeClass_isOnRecordWithWhoAndWhyAndCannotBeUndone(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("1")
	h.give(queue.Regular, "A")
	h.give(queue.Regular, "A")
	h.next(by, "1")
	if _, err := h.ChangeClass(t.Context(), by, "1", "A-002", queue.Priority, store.Mistake); err != nil {
		t.Fatal(err)
	}
	var staff int64
	var detail string
	if err := h.tables().QueryRow("SELECT staff_id, detail FROM events WHERE kind = 'class_changed'").Scan(&staff, &detail); err != nil {
		t.Fatal(err)
	}
	var told struct{ Was, Class, Why string }
	if err := json.Unmarshal([]byte(detail), &told); err != nil {
		t.Fatal(err)
	}
	if staff != by.StaffID || told.Was != "regular" || told.Class != "priority" || told.Why != "mistake" {
		t.Errorf("on record: staff %d, %+v", staff, told)
	}
	_, err := h.Undo(t.Context(), by, "1")
	_ = wantRefusal(t, err, "nothing_to_undo")
}

// eachOf reads rows into dest, one after another.
func eachOf(t testing.TB, db *tables, dest []any, take func(), query string, args ...any) {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			t.Fatal(err)
		}
		take()
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}
