package store_test

import (
	"testing"

	"antre/queue"
)

func TestCallTicket_whoIsOnHoldHereNeedsNoReasonAlsoWhileWaitingInALineHelped(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("1") // serves A and helps AB
	h.give(queue.Regular, "AB", "A")
	if got := h.next(by, "1"); got != "AB-001" {
		t.Fatalf("called %q", got)
	}
	if _, err := h.Hold(t.Context(), by, "1", "Fotokopi"); err != nil {
		t.Fatal(err)
	}
	reply, err := h.CallTicket(t.Context(), by, "1", "AB-001", "")
	if err != nil {
		t.Fatal(err)
	}
	if stops := reply.Value.Stops; stops[0].State != queue.Waiting || stops[1].State != queue.Called {
		t.Errorf("the stops are %+v; want AB waiting and A, which was on hold, called", stops)
	}
	h.proved()
}
