package store_test

import (
	"reflect"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// view reads a counter as its console does.
func (h *hall) view(counter string) store.CounterView {
	h.t.Helper()
	v, err := h.Counter(h.t.Context(), counter)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

func TestCounterView_saysWhyTheVisitorIsHere(t *testing.T) {
	h := openHall(t, false)
	one := h.atCounter("1")
	h.issue("A")
	h.issue("A")
	h.next(one, "1")
	if v := h.view("1"); v.Why != queue.WhyFirst || v.WhyReason != "" {
		t.Errorf("called in turn: %q %q", v.Why, v.WhyReason)
	}
	if _, err := h.Hold(t.Context(), one, "1", "Fotokopi KK"); err != nil {
		t.Fatal(err)
	}
	if v := h.view("1"); v.Why != "" || len(v.Held) != 1 || v.Held[0].Remark != "Fotokopi KK" {
		t.Errorf("nobody there, one on hold: %q %+v", v.Why, v.Held)
	}
	if _, err := h.CallTicket(t.Context(), one, "1", "A-002", "Keadaan mendesak"); err != nil {
		t.Fatal(err)
	}
	if v := h.view("1"); v.Why != queue.WhyOutOf || v.WhyReason != "Keadaan mendesak" {
		t.Errorf("called out of order: %q %q", v.Why, v.WhyReason)
	}
	if _, err := h.Finish(t.Context(), one, "1"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.CallTicket(t.Context(), one, "1", "A-001", ""); err != nil {
		t.Fatal(err)
	}
	v := h.view("1")
	if v.Why != queue.WhyHeld || v.WhyReason != "" {
		t.Errorf("called from hold: %q %q", v.Why, v.WhyReason)
	}
	if len(v.Remarks) != 1 || v.Remarks[0].Kind != "held" || v.Remarks[0].Text != "Fotokopi KK" {
		t.Errorf("remarks: %+v", v.Remarks)
	}
}

func TestCounterView_transferNoteGoesWithTheVisitorUnlessTakenBack(t *testing.T) {
	h := openHall(t, false)
	one, three := h.atCounter("1"), h.atCounter("3")
	h.issue("A")
	h.next(one, "1")
	send := func(note string) {
		t.Helper()
		if _, err := h.Transfer(t.Context(), one, "1", "AB", note, true); err != nil {
			t.Fatal(err)
		}
	}
	send("salah kirim")
	if v := h.view("3"); len(v.Next) != 1 || v.Next[0].Remark != "salah kirim" {
		t.Errorf("who comes next: %+v", v.Next)
	}
	if _, err := h.Undo(t.Context(), one, "1"); err != nil {
		t.Fatal(err)
	}
	if v := h.view("1"); v.Current == nil || len(v.Remarks) != 0 {
		t.Errorf("a note that was taken back is still told: %+v", v.Remarks)
	}
	send("sudah foto")
	h.next(three, "3")
	v := h.view("3")
	if len(v.Remarks) != 1 || v.Remarks[0].Text != "sudah foto" || v.Remarks[0].Kind != "transferred" || v.Remarks[0].CounterID != h.view("1").CounterID {
		t.Errorf("remarks at the other counter: %+v", v.Remarks)
	}
}

// Whoever is offered for a return must be accepted, and nobody else offered.
func TestCounterView_listsTheNoShowsWhomReturnAccepts(t *testing.T) {
	h := openHall(t, false)
	one, two := h.atCounter("1"), h.atCounter("2")
	codes := func() (out []string) {
		for _, a := range h.view("2").NoShows {
			out = append(out, a.Code)
		}
		return out
	}
	for range 3 {
		h.issue("A")
		h.next(one, "1")
		h.pass(time.Minute)
		if _, err := h.NoShow(t.Context(), one, "1"); err != nil {
			t.Fatal(err)
		}
	}
	if got := codes(); !reflect.DeepEqual(got, []string{"A-003", "A-002", "A-001"}) {
		t.Errorf("the other counter of the service offers %v", got)
	}
	if _, err := h.Return(t.Context(), two, "2", "A-002"); err != nil {
		t.Fatal(err)
	}
	h.pass(28*time.Minute + time.Second) // 30 min and a second after the first
	if got := codes(); !reflect.DeepEqual(got, []string{"A-003"}) {
		t.Errorf("after a return, and half an hour after the first: %v", got)
	}
	if _, err := h.Return(t.Context(), two, "2", "A-001"); err == nil {
		t.Error("A-001 came back although it was not offered")
	}
	h.next(two, "2") // A-002 again
	h.pass(time.Minute)
	if _, err := h.NoShow(t.Context(), two, "2"); err != nil {
		t.Fatal(err)
	}
	if got := codes(); len(got) != 0 && got[0] == "A-002" {
		t.Errorf("a second return is offered: %v", got)
	}
}

func TestCounterView_saysWhatAnUndoWouldRestore(t *testing.T) {
	h := openHall(t, false)
	one := h.atCounter("1")
	h.issue("A")
	h.issue("A")
	if v := h.view("1"); v.Undo != "" || v.Restores != nil {
		t.Errorf("nothing was done: %q %+v", v.Undo, v.Restores)
	}
	h.next(one, "1")
	if _, err := h.Start(t.Context(), one, "1"); err != nil {
		t.Fatal(err)
	}
	h.next(one, "1")
	v := h.view("1")
	want := []store.Restored{{Code: "A-001", State: queue.Serving}, {Code: "A-002", State: queue.Waiting}}
	if v.Undo != "next" || !reflect.DeepEqual(v.Restores, want) {
		t.Errorf("after next: %q %+v, want %+v", v.Undo, v.Restores, want)
	}
	h.pass(queue.UndoWithin + time.Second)
	if v := h.view("1"); v.Undo != "" || v.Restores != nil {
		t.Errorf("after the minute: %q %+v", v.Undo, v.Restores)
	}
}

func TestCounterView_forgetsAWishToCloseOnceItIsOver(t *testing.T) {
	h := openHall(t, false)
	one := h.atCounter("1")
	ask := func() {
		t.Helper()
		if _, err := h.AskClose(t.Context(), one, "1", "Sakit"); err != nil {
			t.Fatal(err)
		}
	}
	answer := func(approve bool) {
		t.Helper()
		if _, err := h.AnswerClose(t.Context(), store.By{Actor: "staff"}, "1", approve, "baik"); err != nil {
			t.Fatal(err)
		}
	}
	want := func(when, state string, answered bool) {
		t.Helper()
		r := h.view("1").CloseRequest
		if state == "" && r == nil {
			return
		}
		if r == nil || r.State != state || (r.AnsweredAt != 0) != answered {
			t.Errorf("%s: %+v, want %q", when, r, state)
		}
	}
	ask()
	want("asked", "asked", false)
	answer(false)
	want("refused", "refused", true)
	ask()
	want("asked again", "asked", false)
	if _, err := h.CloseCounter(t.Context(), one, "1", false); err != nil {
		t.Fatal(err)
	}
	want("closed without an answer", "", false)
	if _, err := h.OpenCounter(t.Context(), one, "1"); err != nil {
		t.Fatal(err)
	}
	h.issue("A")
	h.next(one, "1")
	ask()
	answer(true)
	want("granted, with a visitor there", "approved", true)
	if _, err := h.Finish(t.Context(), one, "1"); err != nil {
		t.Fatal(err)
	}
	if v := h.view("1"); v.State != queue.CounterClosed {
		t.Fatalf("the counter is %s", v.State)
	}
	want("granted and closed", "approved", true)
	if _, err := h.OpenCounter(t.Context(), one, "1"); err != nil {
		t.Fatal(err)
	}
	want("opened again", "", false)
}
