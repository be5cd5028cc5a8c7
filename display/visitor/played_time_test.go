//go:build !race

package visitor

import (
	"testing"
	"testing/synctest"
	"time"

	"antre/display/halltest"
	"antre/queue"
)

// The tests here play the clock in a bubble of testing/synctest. Go 1.26's race
// detector now and then crashes in the timers of such a bubble, so make test
// runs them a second time round, without it.

func TestPlayedTime_visitorsPageSaysWhatTheDaysEndDid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := halltest.OpenUnclosed(t, "2026-11-25 14:59:58", nil)
		l := openRoom(t, h)
		h.Give("A", queue.Regular)
		k, err := h.TicketByCode(t.Context(), "A-001")
		if err != nil {
			t.Fatal(err)
		}
		if note := l.Note(h.Catalog(), k, "id"); note != "" || k.ReturnUntil != 0 {
			t.Errorf("waiting: %q", note)
		}
		token := h.Token(k.ID)
		time.Sleep(12 * time.Hour)
		if err := h.TurnDay(t.Context()); err != nil {
			t.Fatal(err)
		}
		if k, err = h.Ticket(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		paper := l.ticketPaper(k, "en")
		if paper["StateText"] != "No-show" || paper["Note"] != "The day has ended. Take a new number on the next open day." || paper["CanCancel"] != false {
			t.Errorf("the next day: %v", paper)
		}
		h.Shut()
	})
}

// TestPlayedTime_noShowIsToldHowLongTheyMayComeBack: half an hour, once.
func TestPlayedTime_noShowIsToldHowLongTheyMayComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := halltest.OpenUnclosed(t, "2026-11-25 09:00:00", nil)
		l := openRoom(t, h)
		officer := h.Officer("1")
		h.Give("A", queue.Regular)
		note := func(want string) {
			t.Helper()
			k, err := h.TicketByCode(t.Context(), "A-001")
			if got := l.Note(h.Catalog(), k, "id"); err != nil || got != want {
				t.Errorf("got %q %v, want %q", got, err, want)
			}
		}
		do := func(_ any, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		do(h.CallNext(t.Context(), officer, "1"))
		do(h.NoShow(t.Context(), officer, "1"))
		note("Anda belum datang saat dipanggil. Temui petugas loket 1 dalam 30 menit, paling lambat pukul 09.30: Anda dipanggil lagi sesudah dua nomor.")
		time.Sleep(20*time.Minute + time.Second)
		note("Anda belum datang saat dipanggil. Temui petugas loket 1 dalam 9 menit, paling lambat pukul 09.30: Anda dipanggil lagi sesudah dua nomor.")
		do(h.Return(t.Context(), officer, "1", "A-001"))
		do(h.CallNext(t.Context(), officer, "1"))
		do(h.NoShow(t.Context(), officer, "1"))
		note("Nomor ini tidak dapat dipanggil lagi. Ambil nomor baru di kios.")
		h.Shut()
	})
}
