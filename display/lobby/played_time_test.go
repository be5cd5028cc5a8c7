//go:build !race

package lobby

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"antre/display/halltest"
	"antre/display/push"
	"antre/display/site"
	"antre/display/view"
)

// The tests here play the clock in a bubble of testing/synctest. Go 1.26's race
// detector now and then crashes in the timers of such a bubble, so make test
// runs them a second time round, without it.

// TestPlayedTime_gateThatChangesByTimeAloneReachesScreens: nobody writes, the clock
// goes through a whole day, and a screen is right 5 s after each change.
func TestPlayedTime_gateThatChangesByTimeAloneReachesScreens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := halltest.OpenUnclosed(t, "2026-11-25 07:59:58", nil)
		s, err := site.New(site.Options{Store: h.Store, Log: slog.New(slog.DiscardHandler), Web: os.DirFS("../web")})
		if err != nil {
			t.Fatal(err)
		}
		hub := push.New(s)
		hub.Show(push.Views{Board: (&Room{Views: &view.Views{Site: s}, Hub: hub}).Board})
		ctx, stop := context.WithCancel(t.Context())
		stopped := make(chan struct{})
		go func() { hub.Run(ctx); close(stopped) }()
		here, there := net.Pipe()
		screen := &tv{}
		go screen.listen(there)
		hub.Join(here, push.Screen("1", push.Anybody))
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
			time.Sleep(halltest.Moment(t, "2026-11-25 "+c.moment).Sub(s.Now()))
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
		h.Shut()
	})
}

func closedOf(v map[string]any) (code, reopens any) {
	c, _ := v["closed"].(map[string]any)
	return c["code"], c["reopens_at"]
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
