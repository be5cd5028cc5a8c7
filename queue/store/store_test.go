package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

func TestIssue_numbersAreDenseByService(t *testing.T) {
	h := openHall(t, false)
	for i, want := range []string{"A-001", "A-002", "AB-001", "A1-001", "A-003"} {
		service, _, err := queue.ParseTicketCode(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.issue(service).Code; got != want {
			t.Errorf("ticket %d is %s, want %s", i, got, want)
		}
	}
}

func TestIssue_pairsPressedTogetherGetDifferentNumbers(t *testing.T) {
	h := openHall(t, false)
	seen := sync.Map{}
	for range 200 {
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				reply, err := h.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A"}, Lang: "id"})
				if err != nil {
					t.Error(err)
				} else if _, dup := seen.LoadOrStore(reply.Value.Number, true); dup {
					t.Errorf("number %d given twice", reply.Value.Number)
				}
			})
		}
		wg.Wait()
	}
	for n := 1; n <= 400; n++ {
		if _, ok := seen.Load(n); !ok {
			t.Errorf("number %d is missing", n)
		}
	}
}

func TestCallNext_pairsOfCountersNeverShareAVisitor(t *testing.T) {
	h := openHall(t, false)
	one, two := h.atCounter("1"), h.atCounter("2")
	for range 400 {
		h.issue("A")
	}
	var mu sync.Mutex
	called := map[string]string{}
	for range 200 {
		var wg sync.WaitGroup
		for counter, by := range map[string]store.By{"1": one, "2": two} {
			wg.Go(func() {
				reply, err := h.CallNext(t.Context(), by, counter)
				if err != nil || reply.Value.Ticket == nil {
					t.Errorf("counter %s: %v, %v", counter, reply.Value, err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				if other, dup := called[reply.Value.Ticket.Code]; dup {
					t.Errorf("%s called to %s and %s", reply.Value.Ticket.Code, other, counter)
				}
				called[reply.Value.Ticket.Code] = counter
			})
		}
		wg.Wait()
	}
	if len(called) != 400 {
		t.Errorf("%d visitors called, want 400", len(called))
	}
}

func TestCallNext_ownLinesFirstThenAssisted(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("1")
	h.issue("AB")
	h.pass(time.Minute)
	h.issue("A")
	h.issue("A")
	for _, want := range []string{"A-001", "A-002", "AB-001", ""} {
		if got := h.next(by, "1"); got != want {
			t.Fatalf("called %q, want %q", got, want)
		}
	}
}

func TestCallNext_earliestOverTheCountersOwnLines(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("3")
	for _, s := range []string{"A1", "AB", "A1"} {
		h.pass(time.Second)
		h.issue(s)
	}
	for _, want := range []string{"A1-001", "AB-001", "A1-002"} {
		if got := h.next(by, "3"); got != want {
			t.Fatalf("called %q, want %q", got, want)
		}
	}
}

func TestCallNext_refusedAtClosedPausedAndForeignCounters(t *testing.T) {
	h := openHall(t, false)
	h.issue("A")
	by := h.officer("ani", "1", "2")
	_, err := h.CallNext(t.Context(), by, "1")
	_ = wantRefusal(t, err, "counter_closed")
	if _, err := h.OpenCounter(t.Context(), by, "1"); err != nil {
		t.Fatal(err)
	}
	other := h.officer("budi", "1")
	_, err = h.CallNext(t.Context(), other, "1")
	if r := wantRefusal(t, err, "counter_busy"); r.Facts["by"] != "ani" {
		t.Errorf("the refusal names %v, want ani", r.Facts["by"])
	}
	if _, err := h.PauseCounter(t.Context(), by, "1", "Salat"); err != nil {
		t.Fatal(err)
	}
	_, err = h.CallNext(t.Context(), by, "1")
	_ = wantRefusal(t, err, "counter_closed")
	if k, err := h.TicketByCode(t.Context(), "A-001"); err != nil || k.State != queue.Waiting {
		t.Errorf("the ticket is %v, %v; want it untouched", k.State, err)
	}
}

func TestLifeOfATicket_callRecallStartFinish(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("1")
	h.issue("A")
	h.next(by, "1")
	for _, step := range []struct {
		do   func(context.Context, store.By, string) (store.Reply[store.Ticket], error)
		want queue.State
	}{{h.Recall, queue.Called}, {h.Start, queue.Serving}, {h.Finish, queue.Done}} {
		reply, err := step.do(t.Context(), by, "1")
		if err != nil || reply.Value.State != step.want {
			t.Fatalf("state %v, %v; want %v", reply.Value.State, err, step.want)
		}
	}
	_, err := h.Recall(t.Context(), by, "1")
	_ = wantRefusal(t, err, "not_current")
}

func TestNoShow_onlyAfterTheVisitorHadTheirTime(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("1")
	h.issue("A")
	h.next(by, "1")
	h.pass(59 * time.Second)
	_, err := h.NoShow(t.Context(), by, "1")
	if r := wantRefusal(t, err, "too_early"); r.Facts["allowed_at"] != "2026-11-24T08:01:00+07:00" {
		t.Errorf("allowed at %v", r.Facts["allowed_at"])
	}
	h.pass(time.Second)
	reply, err := h.NoShow(t.Context(), by, "1")
	if err != nil || reply.Value.State != queue.NoShow {
		t.Fatalf("%v, %v", reply.Value.State, err)
	}
}

func TestCancel_visitorLeavesOnceAndNotFromACounter(t *testing.T) {
	h := openHall(t, false)
	by := h.atCounter("1")
	first, second := h.issue("A"), h.issue("A")
	h.next(by, "1")
	_, err := h.Cancel(t.Context(), store.By{Actor: "visitor"}, h.Token(first.ID))
	if r := wantRefusal(t, err, "already_called"); r.Facts["by"] != "1" {
		t.Errorf("by %v, want counter 1", r.Facts["by"])
	}
	reply, err := h.Cancel(t.Context(), store.By{Actor: "visitor"}, h.Token(second.ID))
	if err != nil || reply.Value.State != queue.Cancelled {
		t.Fatalf("%v, %v", reply.Value.State, err)
	}
	_, err = h.Cancel(t.Context(), store.By{Actor: "visitor"}, h.Token(second.ID))
	if r := wantRefusal(t, err, "wrong_state"); r.Facts["by"] != "visitor" {
		t.Errorf("by %v, want visitor", r.Facts["by"])
	}
	if got := h.next(by, "1"); got != "" {
		t.Errorf("called %s, who left", got)
	}
}

func TestRetry_oneKeyFiftyTimesAndAfterRestartIsOneTicket(t *testing.T) {
	h := openHall(t, false)
	by := store.By{Actor: "visitor", Retry: store.Retry{Caller: "kiosk", Path: "/api/tickets", Key: "k1", Body: []byte(`{"service":"A"}`)}}
	press := func() (store.Reply[store.Ticket], error) {
		return h.Issue(t.Context(), by, store.Wanted{Services: []string{"A"}, Lang: "id"})
	}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if reply, err := press(); err != nil || reply.Value.Code != "A-001" {
				t.Errorf("%v, %v", reply.Value.Code, err)
			}
		})
	}
	wg.Wait()
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	h.start(false)
	reply, err := press()
	if err != nil || reply.Value.Code != "A-001" || !reply.Replayed {
		t.Fatalf("after restart: %+v, %v", reply, err)
	}
	by.Retry.Body = []byte(`{"service":"AB"}`)
	_, err = press()
	_ = wantRefusal(t, err, "key_reused")
	if got := h.issue("A").Code; got != "A-002" {
		t.Errorf("the next number is %s, want A-002", got)
	}
}

func TestService_stopsGivingNumbersWhenItsLastCounterCloses(t *testing.T) {
	h := openHall(t, false)
	h.issue("A") // before the first opening
	one, two := h.atCounter("1"), h.atCounter("2")
	for _, c := range []struct {
		by      store.By
		counter string
	}{{one, "1"}, {two, "2"}} {
		h.issue("A")
		if _, err := h.CloseCounter(t.Context(), c.by, c.counter, false); err != nil {
			t.Fatal(err)
		}
	}
	_, err := h.Issue(t.Context(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A"}, Lang: "id"})
	_ = wantRefusal(t, err, "no_counter")
}

func TestDay_turnsAtLocalMidnightAlsoAcrossARestart(t *testing.T) {
	h := openHall(t, false)
	mall := testMall()
	mall.Settings.Timezone = "Asia/Makassar"
	if err := h.Import(t.Context(), store.By{Actor: "command"}, mall); err != nil {
		t.Fatal(err)
	}
	by := h.atCounter("1")
	left, serving := h.issue("AB"), h.issue("A")
	h.next(by, "1")
	if _, err := h.Start(t.Context(), by, "1"); err != nil {
		t.Fatal(err)
	}
	h.at = time.Date(2026, 11, 24, 15, 59, 59, 0, time.UTC) // 23.59.59 WITA
	if got := h.issue("A"); got.Day != "2026-11-24" || got.Code != "A-002" {
		t.Fatalf("before midnight: %s on %s", got.Code, got.Day)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	h.pass(time.Second)
	h.start(false)
	if got := h.issue("A"); got.Day != "2026-11-25" || got.Code != "A-001" {
		t.Fatalf("after midnight: %s on %s", got.Code, got.Day)
	}
	for token, want := range map[string]queue.State{h.Token(left.ID): queue.NoShow, h.Token(serving.ID): queue.Done} {
		if k, err := h.Ticket(t.Context(), token); err != nil || k.State != want || k.EndedBy != "day_end" {
			t.Errorf("%s is %s by %q, %v; want %s by day_end", k.Code, k.State, k.EndedBy, err, want)
		}
	}
	if v, err := h.Counter(t.Context(), "1"); err != nil || v.State != queue.CounterClosed {
		t.Errorf("counter 1 is %s, %v; want closed", v.State, err)
	}
	h.pass(-48 * time.Hour)
	if got := h.issue("A"); got.Day != "2026-11-25" || got.Code != "A-002" {
		t.Errorf("with a clock that jumped back: %s on %s", got.Code, got.Day)
	}
}

// A file belongs to one server; a PostgreSQL to any number.
func TestOpen_refusesASecondServerOnAFile(t *testing.T) {
	dir := t.TempDir()
	st, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	if _, err := store.Open(t.Context(), store.Options{Dir: dir}); !errors.Is(err, store.ErrLocked) {
		t.Fatalf("the data folder was opened twice: %v", err)
	}
}

func BenchmarkIssue64(b *testing.B) {
	for _, mode := range []struct {
		name string
		solo bool
	}{{"shared commit", false}, {"one commit each", true}} {
		b.Run(mode.name, func(b *testing.B) {
			h := openHall(b, mode.solo)
			b.SetParallelism(32) // 64 callers on 2 cores
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := h.Issue(context.Background(), store.By{Actor: "visitor"}, store.Wanted{Services: []string{"A"}, Lang: "id"}); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tickets/s")
		})
	}
}
