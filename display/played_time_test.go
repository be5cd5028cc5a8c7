//go:build !race

package display

// The tests here play the clock in a bubble of testing/synctest. Go 1.26's race
// detector now and then crashes in the timers of such a bubble, so make test
// runs them a second time round, without it.

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"antre/queue"
)

// bare is a server of screens alone: sign-in starts a goroutine that never
// ends, which a bubble of synctest does not forgive.
func bare(opts Options) (s *Server, err error) {
	s = &Server{opts: opts, st: opts.Store, log: slog.New(slog.DiscardHandler), metrics: newMetrics("test")}
	s.hub = newHub(s)
	s.pages, err = loadPages(webFiles())
	return s, err
}

// TestPlayedTime_gateThatChangesByTimeAloneReachesScreens: nobody writes, the clock
// goes through a whole day, and a screen is right 5 s after each change.
func TestPlayedTime_gateThatChangesByTimeAloneReachesScreens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openWith(t, "2026-11-25 07:59:58", bare)
		ctx, stop := context.WithCancel(t.Context())
		stopped := make(chan struct{})
		go func() { l.Run(ctx); close(stopped) }()
		here, there := net.Pipe()
		screen := &tv{}
		go screen.listen(there)
		l.hub.do(func() { l.hub.join(t.Context(), &client{rank: rankScreen, zone: "1", net: here}) })
		synctest.Wait()
		board, n := screen.last()
		if code, _ := closedOf(board); code != "not_open_yet" || n != 1 {
			t.Fatalf("the first board: %v, %d boards", board, n)
		}
		for i, c := range []struct {
			moment string
			code   any
		}{
			{"08:00:05", nil}, {"12:00:05", "break"}, {"13:00:05", nil}, {"15:00:05", "last_ticket_passed"},
		} {
			time.Sleep(jakarta(t, "2026-11-25 "+c.moment).Sub(l.now()))
			synctest.Wait()
			board, n := screen.last()
			if code, _ := closedOf(board); code != c.code {
				t.Errorf("at %s the board says %v, want %v", c.moment, code, c.code)
			}
			if n != i+2 { // and in between nothing but beats
				t.Errorf("at %s the screen has had %d boards, want %d", c.moment, n, i+2)
			}
		}
		stop()
		<-stopped
		_ = there.Close()
		if err := l.st.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestPlayedTime_visitorsPageSaysWhatTheDaysEndDid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openWith(t, "2026-11-25 14:59:58", bare)
		l.issue("A", queue.Regular)
		k, err := l.st.TicketByCode(t.Context(), "A-001")
		if err != nil {
			t.Fatal(err)
		}
		if note := l.note(l.st.Catalog(), k, "id"); note != "" || k.ReturnUntil != 0 {
			t.Errorf("waiting: %q", note)
		}
		token := l.st.Token(k.ID)
		time.Sleep(12 * time.Hour)
		if err := l.st.TurnDay(t.Context()); err != nil {
			t.Fatal(err)
		}
		if k, err = l.st.Ticket(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		paper := l.ticketPaper(k, "en")
		if paper["StateText"] != "No-show" || paper["Note"] != "The day has ended. Take a new number on the next open day." || paper["CanCancel"] != false {
			t.Errorf("the next day: %v", paper)
		}
		if err := l.st.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestPlayedTime_noShowIsToldHowLongTheyMayComeBack: half an hour, once.
func TestPlayedTime_noShowIsToldHowLongTheyMayComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openWith(t, "2026-11-25 09:00:00", bare)
		officer := l.officer("1")
		l.issue("A", queue.Regular)
		note := func(want string) {
			t.Helper()
			k, err := l.st.TicketByCode(t.Context(), "A-001")
			if got := l.note(l.st.Catalog(), k, "id"); err != nil || got != want {
				t.Errorf("got %q %v, want %q", got, err, want)
			}
		}
		do := func(_ any, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		do(l.st.CallNext(t.Context(), officer, "1"))
		do(l.st.NoShow(t.Context(), officer, "1"))
		note("Anda belum datang saat dipanggil. Temui petugas loket 1 dalam 30 menit, paling lambat pukul 09.30: Anda dipanggil lagi sesudah dua nomor.")
		time.Sleep(20*time.Minute + time.Second)
		note("Anda belum datang saat dipanggil. Temui petugas loket 1 dalam 9 menit, paling lambat pukul 09.30: Anda dipanggil lagi sesudah dua nomor.")
		do(l.st.Return(t.Context(), officer, "1", "A-001"))
		do(l.st.CallNext(t.Context(), officer, "1"))
		do(l.st.NoShow(t.Context(), officer, "1"))
		note("Nomor ini tidak dapat dipanggil lagi. Ambil nomor baru di kios.")
		if err := l.st.Close(); err != nil {
			t.Error(err)
		}
	})
}

// tv is a screen that reads as fast as it can.
type tv struct {
	mu     sync.Mutex
	boards []map[string]any
}

func (v *tv) listen(conn net.Conn) {
	in := bufio.NewReader(conn)
	for {
		head := make([]byte, 2)
		if _, err := io.ReadFull(in, head); err != nil {
			return
		}
		n := int(head[1])
		if n == 126 {
			_, _ = io.ReadFull(in, head)
			n = int(binary.BigEndian.Uint16(head))
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(in, body); err != nil {
			return
		}
		var f map[string]any
		if json.Unmarshal(body, &f) == nil && f["type"] == "board" {
			v.mu.Lock()
			v.boards = append(v.boards, f["board"].(map[string]any))
			v.mu.Unlock()
		}
	}
}

// last is the newest board and how many there were.
func (v *tv) last() (board map[string]any, n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.boards) == 0 {
		return nil, 0
	}
	return v.boards[len(v.boards)-1], len(v.boards)
}
