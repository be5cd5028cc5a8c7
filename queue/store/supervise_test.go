package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

func (h *hall) askIssue(service string) error {
	h.t.Helper()
	_, err := h.Issue(h.t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{service}, Lang: "id"})
	return err
}

func TestClose_theLastCounterOfAServiceStopsItsNumbersAndOpeningGivesThemAgain(t *testing.T) {
	h := openHall(t, false)
	one, two := h.atCounter("1"), h.atCounter("2")
	h.issue("A")
	_ = must[store.CounterView](t)(h.CloseCounter(t.Context(), one, "1", false))
	if err := h.askIssue("A"); err != nil {
		t.Fatalf("one counter of two has closed: %v", err)
	}
	_ = must[store.CounterView](t)(h.PauseCounter(t.Context(), two, "2", "Salat"))
	if err := h.askIssue("A"); err != nil {
		t.Fatalf("the last counter pauses: %v", err)
	}
	// By a granted wish, too.
	_ = must[store.CounterView](t)(h.AskClose(t.Context(), two, "2", "Sakit"))
	_ = must[store.CounterView](t)(h.AnswerClose(t.Context(), h.officer("boss"), "2", true, ""))
	_ = wantRefusal(t, h.askIssue("A"), "no_counter")
	_ = must[store.CounterView](t)(h.OpenCounter(t.Context(), one, "1"))
	if k := h.issue("A"); k.Code != "A-004" {
		t.Errorf("open again, the next number is %s", k.Code)
	}
	if got := h.next(one, "1"); got != "A-001" {
		t.Errorf("those who waited are served in their order: %s", got)
	}
}

func TestAnswerClose_grantedWhileServingClosesWhenTheVisitorHasLeft(t *testing.T) {
	h := openHall(t, false)
	by, boss := h.atCounter("1"), h.officer("boss")
	h.issue("A")
	h.issue("A")
	h.next(by, "1")
	_ = must[store.Ticket](t)(h.Start(t.Context(), by, "1"))
	_, err := h.AnswerClose(t.Context(), boss, "1", true, "")
	_ = wantRefusal(t, err, "nothing_asked")
	_ = must[store.CounterView](t)(h.AskClose(t.Context(), by, "1", "Sakit"))
	v := must[store.CounterView](t)(h.AnswerClose(t.Context(), boss, "1", true, "Lekas sembuh"))
	if v.State != queue.CounterOpen || v.Current == nil || v.CloseRequest.State != "approved" || v.CloseRequest.Note != "Lekas sembuh" {
		t.Fatalf("granted over a visitor's head: %s, %+v", v.State, v.CloseRequest)
	}
	_, err = h.AnswerClose(t.Context(), boss, "1", false, "")
	_ = wantRefusal(t, err, "nothing_asked")
	if k := must[store.Ticket](t)(h.Finish(t.Context(), by, "1")); k.Code != "A-001" || k.State != queue.Done {
		t.Errorf("finished %s, %s", k.Code, k.State)
	}
	if v := h.view("1"); v.State != queue.CounterClosed || v.OfficerID != 0 {
		t.Errorf("after the visitor left the counter is %s", v.State)
	}
	_, err = h.CallNext(t.Context(), by, "1")
	_ = wantRefusal(t, err, "counter_closed")
	if _, err := h.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAnswerClose_refusedKeepsTheCounterAndMayBeAskedAgain(t *testing.T) {
	h := openHall(t, false)
	by, boss := h.atCounter("1"), h.officer("boss")
	_ = must[store.CounterView](t)(h.AskClose(t.Context(), by, "1", "Rapat"))
	h.pass(time.Second)
	v := must[store.CounterView](t)(h.AnswerClose(t.Context(), boss, "1", false, "Tunggu Budi"))
	if v.State != queue.CounterOpen || v.CloseRequest.State != "refused" || v.CloseRequest.Note != "Tunggu Budi" || v.CloseRequest.Reason != "Rapat" {
		t.Fatalf("refused: %s, %+v", v.State, v.CloseRequest)
	}
	h.pass(time.Second)
	if v := must[store.CounterView](t)(h.AskClose(t.Context(), by, "1", "Rapat penting")); v.CloseRequest.State != "asked" || v.CloseRequest.Note != "" {
		t.Errorf("asked again: %+v", v.CloseRequest)
	}
}

// A counter that was taken over is not the officer's any more, whatever their
// screen still shows.
func TestOfficer_afterLosingTheCounterIsToldWhoHasIt(t *testing.T) {
	h := openHall(t, false)
	ayu, budi, boss := h.atCounter("1"), h.officer("Budi", "1"), h.officer("boss")
	h.issue("A")
	h.issue("A")
	_ = must[store.CounterView](t)(h.CloseCounter(t.Context(), boss, "1", true))
	_ = must[store.CounterView](t)(h.OpenCounter(t.Context(), budi, "1"))
	h.next(budi, "1")
	ticket := func(_ store.Reply[store.Ticket], err error) error { return err }
	counter := func(_ store.Reply[store.CounterView], err error) error { return err }
	ctx := t.Context()
	for name, err := range map[string]error{
		"next":     func() error { _, err := h.CallNext(ctx, ayu, "1"); return err }(),
		"recall":   ticket(h.Recall(ctx, ayu, "1")),
		"start":    ticket(h.Start(ctx, ayu, "1")),
		"finish":   ticket(h.Finish(ctx, ayu, "1")),
		"no-show":  ticket(h.NoShow(ctx, ayu, "1")),
		"hold":     ticket(h.Hold(ctx, ayu, "1", "x")),
		"call":     ticket(h.CallTicket(ctx, ayu, "1", "A-002", "x")),
		"transfer": ticket(h.Transfer(ctx, ayu, "1", "AB", "", true)),
		"pause":    counter(h.PauseCounter(ctx, ayu, "1", "x")),
		"resume":   counter(h.ResumeCounter(ctx, ayu, "1")),
		"open":     counter(h.OpenCounter(ctx, ayu, "1")),
		"close":    counter(h.CloseCounter(ctx, ayu, "1", false)),
		"undo":     counter(h.Undo(ctx, ayu, "1")),
		"ask":      counter(h.AskClose(ctx, ayu, "1", "x")),
	} {
		if r, ok := queue.AsRefusal(err); !ok || r.Code != "counter_busy" || r.Facts["by"] != "Budi" {
			t.Errorf("%s: %v, want a refusal that names Budi", name, err)
		}
	}
	if v := h.view("1"); v.Current == nil || v.Current.Code != "A-001" || v.Officer != "Budi" {
		t.Errorf("the counter was changed: %+v", v)
	}
}

func TestQuota_raisedTodayIsNeverExceededByPressesTogether(t *testing.T) {
	h := openHall(t, false)
	boss := h.officer("boss")
	_ = must[store.ServiceNow](t)(h.SetQuota(t.Context(), boss, "A", 3))
	for range 3 {
		h.issue("A")
	}
	_ = wantRefusal(t, h.askIssue("A"), "quota_reached")
	_, err := h.SetQuota(t.Context(), boss, "A", 2)
	_ = wantRefusal(t, err, "quota_used")
	_ = must[store.ServiceNow](t)(h.SetQuota(t.Context(), boss, "A", 10))
	var wg sync.WaitGroup
	errs := make(chan error, 30)
	for range 30 {
		wg.Go(func() { errs <- h.askIssue("A") })
	}
	wg.Wait()
	close(errs)
	given := 0
	for err := range errs {
		if err == nil {
			given++
		} else {
			_ = wantRefusal(t, err, "quota_reached")
		}
	}
	if given != 7 {
		t.Errorf("%d numbers given, want the 7 that were left", given)
	}
	h.pass(24 * time.Hour)
	for n := range 12 { // tomorrow's is the mall file's again: none
		if k := h.issue("A"); k.Code != fmt.Sprintf("A-%03d", n+1) {
			t.Fatalf("tomorrow's number %d is %s", n+1, k.Code)
		}
	}
}

// Nobody who asks after a closing was answered may still get a number by what
// the calendar said before, and the notice goes with its end.
func TestCloseService_holdsAtOnceUntilItsTimeOrAnOpening(t *testing.T) {
	h := openHall(t, false)
	boss := h.officer("boss")
	h.issue("A")
	until := h.now().Add(2 * time.Hour)
	for round := range 20 {
		_ = must[store.ServiceNow](t)(h.CloseService(t.Context(), boss, "A", until, queue.Text{"id": "Server pusat mati"}))
		r := wantRefusal(t, h.askIssue("A"), "service_closed")
		if at := r.Facts["reopens_at"]; at != until.Format(time.RFC3339) {
			t.Fatalf("round %d: it reopens at %v", round, at)
		}
		_ = must[store.ServiceNow](t)(h.OpenService(t.Context(), boss, "A", until, nil))
		h.issue("A")
		h.pass(time.Minute)
	}
	_ = must[store.ServiceNow](t)(h.CloseService(t.Context(), boss, "A", until, nil))
	h.issue("AB")
	h.at = until
	h.issue("A")
	if _, err := h.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestOpenService_withoutATimeOnlyEndsTheClosing(t *testing.T) {
	h := openHall(t, false)
	boss := h.officer("boss")
	if _, err := h.CloseService(t.Context(), boss, "A", h.now().Add(time.Hour), nil); err != nil {
		t.Fatal(err)
	}
	if err := h.askIssue("A"); err == nil {
		t.Fatal("a closed service gave a number")
	}
	if _, err := h.OpenService(t.Context(), boss, "A", time.Time{}, nil); err != nil {
		t.Fatal(err)
	}
	if err := h.askIssue("A"); err != nil {
		t.Error(err)
	}
	if _, err := h.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestService_noNumberFollowsTheClosingOnTheRecord presses while a supervisor
// closes: requests that share the closing's commit must hear of it too.
func TestService_noNumberFollowsTheClosingOnTheRecord(t *testing.T) {
	h := openHall(t, false)
	boss := h.officer("boss")
	for range 5 {
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				if i == 30 {
					if _, err := h.CloseService(t.Context(), boss, "A", h.now().Add(time.Hour), nil); err != nil {
						t.Error(err)
					}
					return
				}
				if r, ok := queue.AsRefusal(h.askIssue("A")); ok && r.Code != queue.ServiceClosed {
					t.Error(r)
				}
			})
		}
		wg.Wait()
		_ = must[store.ServiceNow](t)(h.OpenService(t.Context(), boss, "A", time.Time{}, nil))
	}
	db := h.tables()
	var late, closings int
	if err := db.QueryRow(`SELECT count(*), (SELECT count(*) FROM events WHERE kind = 'service_closed') FROM events i WHERE i.kind = 'issued' AND
		(SELECT kind FROM events c WHERE c.kind IN ('service_closed', 'service_opened') AND c.id < i.id ORDER BY c.id DESC LIMIT 1) = 'service_closed'`).Scan(&late, &closings); err != nil {
		t.Fatal(err)
	}
	if late > 0 || closings != 5 {
		t.Errorf("%d numbers were given after %d closings", late, closings)
	}
}
