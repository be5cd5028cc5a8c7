package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// recorded is two days with every kind of event: one that is sealed, and today.
func recorded(t *testing.T) *hall {
	t.Helper()
	day := 20
	h := limited(t, queue.Quota{Day: &day})
	h.rememberedDay("one", "two", "three")
	h.pass(40 * 24 * time.Hour) // so far ahead that somebody is asked
	if err := h.TurnDay(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.AllowDay(t.Context(), store.By{Actor: "command", Account: "root", Reason: "Libur panjang"}, h.now().Format(queue.DayFormat)); err != nil {
		t.Fatal(err)
	}
	h.rememberedDay("four", "five", "six")
	proof, err := h.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range store.EventKinds() {
		if proof.Kinds[kind] == 0 {
			t.Errorf("no event of kind %s is tried", kind)
		}
	}
	return h
}

// rememberedDay lets three officers do everything there is to do.
func (h *hall) rememberedDay(names ...string) {
	h.t.Helper()
	ctx := context.Background()
	by := map[string]store.By{}
	for i, counter := range []string{"1", "2", "3"} {
		by[counter] = h.officer(names[i], counter)
		r, err := h.OpenCounter(ctx, by[counter], counter)
		_ = done(h, r, err)
	}
	issue := func(class queue.Class, order queue.JourneyOrder, services ...string) store.Ticket {
		h.pass(time.Second)
		by := store.By{Actor: "visitor", Retry: store.Retry{Caller: "kiosk", Path: "/api/tickets", Key: h.now().String()}}
		r, err := h.Issue(ctx, by, store.Wanted{Services: services, Class: class, Order: order, Lang: "id"})
		return done(h, r, err)
	}
	step := func(do func(context.Context, store.By, string) (store.Reply[store.Ticket], error), counter string) {
		h.pass(time.Second)
		r, err := do(ctx, by[counter], counter)
		_ = done(h, r, err)
	}
	number := func(n int) string { return queue.TicketCode("A", n) }
	for range 5 {
		issue(queue.Regular, "", "A")
	}
	issue(queue.Priority, "", "A")
	issue(queue.Regular, queue.Fixed, "A", "A1")
	left := issue(queue.Regular, queue.Parallel, "A", "AB", "A1")
	h.next(by["1"], "1") // the priority visitor
	step(h.Recall, "1")
	step(h.Start, "1")
	h.next(by["1"], "1")
	h.pass(time.Minute)
	step(h.NoShow, "1")
	back, err := h.Return(ctx, by["1"], "1", number(1))
	_ = done(h, back, err)
	h.next(by["1"], "1")
	held, err := h.Hold(ctx, by["1"], "1", "Fotokopi")
	_ = done(h, held, err)
	called, err := h.CallTicket(ctx, by["1"], "1", number(2), "")
	_ = done(h, called, err)
	for _, keep := range []bool{true, false} {
		moved, err := h.Transfer(ctx, by["1"], "1", "AB", "Salah layanan", keep)
		_ = done(h, moved, err)
		h.next(by["1"], "1")
	}
	early, err := h.CallTicket(ctx, by["2"], "2", number(7), "Membawa bayi")
	_ = done(h, early, err)
	step(h.Finish, "2") // the journey's next leg begins
	changed, err := h.ChangeClass(ctx, by["2"], "2", number(5), queue.Priority, store.VisitorAsked)
	_ = done(h, changed, err)
	for _, do := range []func(context.Context, store.By, string) (store.Reply[store.Ticket], error){h.Late, h.Here} {
		late, err := do(ctx, store.By{Actor: "visitor"}, h.Token(left.ID))
		_ = done(h, late, err)
	}
	cancelled, err := h.Cancel(ctx, store.By{Actor: "visitor"}, h.Token(left.ID))
	_ = done(h, cancelled, err)
	h.next(by["3"], "3")
	taken, err := h.Undo(ctx, by["3"], "3")
	_ = done(h, taken, err)
	again, err := h.Reprint(ctx, by["3"], number(1))
	_ = done(h, again, err)
	h.next(by["3"], "3")
	h.supervised(by)
}

// supervised is the part of the day that supervisors and administrators see.
func (h *hall) supervised(by map[string]store.By) {
	h.t.Helper()
	ctx := context.Background()
	view := func(r store.Reply[store.CounterView], err error) { h.t.Helper(); _ = done(h, r, err) }
	change := func(r store.Reply[store.ServiceNow], err error) { h.t.Helper(); _ = done(h, r, err) }
	view(h.PauseCounter(ctx, by["2"], "2", "Salat"))
	view(h.ResumeCounter(ctx, by["2"], "2"))
	view(h.AskClose(ctx, by["2"], "2", "Sakit"))
	view(h.AnswerClose(ctx, by["1"], "2", false, "Sebentar lagi"))
	view(h.AskClose(ctx, by["2"], "2", "Sakit"))
	view(h.AnswerClose(ctx, by["1"], "2", true, "Baik"))
	change(h.SetQuota(ctx, by["1"], "A", 30))
	change(h.CloseService(ctx, by["1"], "AB", h.now().Add(time.Hour), queue.Text{"id": "Gangguan jaringan"}))
	change(h.OpenService(ctx, by["1"], "AB", h.now().Add(time.Hour), queue.Text{"id": "Sudah pulih"}))
	name := fmt.Sprint("tamu", by["1"].StaffID)
	h.officer(name, "1")
	changed := store.Staff{Username: name, Name: "Nama baru", Role: queue.Officer, Counters: []string{"1"}}
	if err := errors.Join(h.ChangeStaff(ctx, store.By{Actor: "command"}, changed), h.ResetPassword(ctx, store.By{Actor: "command"}, name, "y"), h.DisableStaff(ctx, store.By{Actor: "command"}, name)); err != nil {
		h.t.Fatal(err)
	}
	tv, err := h.AskDevice(ctx, store.TVDevice)
	if err != nil {
		h.t.Fatal(err)
	}
	tv.Name = "TV"
	if err := errors.Join(h.AcceptDevice(ctx, store.By{Actor: "command"}, tv), h.ChangeDevice(ctx, store.By{Actor: "command"}, tv), h.RevokeDevice(ctx, store.By{Actor: "command"}, tv.ID),
		h.RecordClip(ctx, store.By{Actor: "command"}, "id", "loket", []byte("RIFF")), h.RemoveClip(ctx, store.By{Actor: "command"}, "id", "loket"),
		h.PutImage(ctx, store.By{Actor: "command"}, store.Image{Name: queue.LogoImage, Type: "image/png", Content: []byte("PNG"), SHA: "1"}), h.RemoveImage(ctx, store.By{Actor: "command"}, queue.LogoImage)); err != nil {
		h.t.Fatal(err)
	}
	m, err := h.AddMedia(ctx, store.By{Actor: "command"}, store.Media{Name: "Senyum", Type: "image/png", Seconds: 10}, strings.NewReader("x"))
	if err != nil {
		h.t.Fatal(err)
	}
	boss := store.By{Actor: "command"}
	if err := errors.Join(h.ChangeMedia(ctx, boss, m), h.RemoveMedia(ctx, boss, m.ID),
		h.SetScreens(ctx, boss, "", store.ZoneScreens{Volume: 50, Message: queue.Text{"id": "Lift rusak"}}), h.SetScreens(ctx, boss, "", store.ZoneScreens{Volume: 100})); err != nil {
		h.t.Fatal(err)
	}
}

func done[T any](h *hall, r store.Reply[T], err error) T {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	return r.Value
}

// flipped is a value with one bit of one byte changed; try goes through the
// bits, because some would give a row a key that another one has.
func flipped(v any, row, try int) any {
	switch v := v.(type) {
	case nil:
		return int64(row%2 + try)
	case int64:
		return v ^ int64(1)<<try
	case string:
		if v == "" {
			return "x"
		}
		b := []byte(v)
		b[(row+try)%len(b)] ^= 1
		return string(b)
	}
	return fmt.Sprintf("no such type: %T", v)
}

// cell is one column of one row, and how to find the row.
type cell struct {
	table, column, key string
	id, value          any
}

// forge changes one cell until the tables accept it, and gives the new value.
func (c cell) forge(t *testing.T, db *tables, row int) any {
	t.Helper()
	for try := range 8 {
		v := flipped(c.value, row, try)
		if _, err := db.Exec(fmt.Sprintf("UPDATE %s SET %s = ? WHERE %s = ?", c.table, c.column, c.key), v, c.id); err == nil {
			return v
		}
	}
	t.Fatalf("%s.%s of %v cannot be changed", c.table, c.column, c.id)
	return nil
}

func (c cell) restore(t *testing.T, db *tables, now any) {
	t.Helper()
	id := c.id
	if c.column == c.key {
		id = now
	}
	if _, err := db.Exec(fmt.Sprintf("UPDATE %s SET %s = ? WHERE %s = ?", c.table, c.column, c.key), c.value, id); err != nil {
		t.Fatal(err)
	}
}

// cells are all columns of all rows of a table, but for some columns.
func cells(t *testing.T, db *tables, table, key string, but ...string) (all []cell) {
	t.Helper()
	columns, rows := db.all(t, "SELECT * FROM "+table+" ORDER BY "+key)
	for _, values := range rows {
		for i, column := range columns {
			if !slices.Contains(but, column) {
				all = append(all, cell{table, column, key, values[slices.Index(columns, key)], values[i]})
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("no rows of %s", table)
	}
	return all
}

// broken is the row that Verify names.
func (h *hall) broken() *store.Broken {
	_, err := h.Verify(h.t.Context())
	var b *store.Broken
	if !errors.As(err, &b) {
		h.t.Helper()
		if err != nil {
			h.t.Errorf("verify names no row: %v", err)
		}
		return &store.Broken{Table: "nothing"}
	}
	return b
}

func TestVerify_namesTheEventWhoseByteWasChanged(t *testing.T) {
	h := recorded(t)
	db := h.forger()
	all := cells(t, db, "events", "id")
	for i, c := range all {
		now := c.forge(t, db, i)
		want := c.id
		if c.column == "id" {
			want = now
		}
		if b := h.broken(); b.Table != "event" || b.ID != want {
			t.Errorf("%s of event %v was %v and is %v: verify names %+v", c.column, c.id, c.value, now, b)
		}
		c.restore(t, db, now)
	}
	h.proved()
	t.Logf("%d columns of events changed, each named", len(all))
}
