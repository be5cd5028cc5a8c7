package display

import (
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"antre/queue/store"
)

const (
	maxCalls     = 16               // calls kept for a slow screen, then it is dropped
	behindFor    = 10 * time.Second // how long a socket may take nothing at all
	silentFor    = 60 * time.Second // how long a client may say nothing, not even a pong
	pingEvery    = 20 * time.Second
	readLimit    = 4 << 10
	writeBudget  = 5 * time.Millisecond // one try; a healthy socket needs microseconds
	retryBudget  = time.Millisecond     // one more try on a socket that took nothing
	retryEvery   = 50 * time.Millisecond
	writerShards = 4
)

// rank is the order in which clients are served: the hall looks up at once,
// officers next, phones can wait.
type rank int

const (
	rankScreen rank = iota
	rankDesk
	rankPhone
	ranks
)

// client is one socket. The hub puts frames in; a shard writes them out.
type client struct {
	rank  rank
	conn  *websocket.Conn
	net   net.Conn
	shard *shard

	// what it watches
	zone      string
	counterID int64
	viewer    *store.Staff
	token     string
	ticketID  int64
	serviceID int64 // of the line a phone watches
	lang      string
	mute      bool // the hub's own: the browser blocks sound

	mu      sync.Mutex
	board   *frame // only the newest counts
	calls   []frame
	control [][]byte
	rest    []byte // of a frame that was cut by a slow socket
	queued  bool   // its shard knows that there is something to write
	stuck   time.Time
	gone    bool
}

// put leaves a board (or a ticket, or a counter) to be written; an older one
// that was not written yet is forgotten.
func (c *client) put(f frame) {
	c.mu.Lock()
	c.board = &f
	c.wake()
}

// putCall queues a call; a screen that cannot keep up with calls is dropped
// and comes back to a board that is right.
func (c *client) putCall(f frame) {
	c.mu.Lock()
	if len(c.calls) >= maxCalls {
		c.mu.Unlock()
		c.drop()
		return
	}
	c.calls = append(c.calls, f)
	c.wake()
}

// putControl queues a ping or a pong; they go between frames, never inside one.
func (c *client) putControl(opcode byte, payload []byte) {
	c.mu.Lock()
	if len(c.control) < 4 {
		c.control = append(c.control, finished(opcode, payload))
	}
	c.wake()
}

// wake hands the client to its shard; it holds the lock and lets it go.
func (c *client) wake() {
	queue := !c.queued && !c.gone
	if queue {
		c.queued = true
	}
	c.mu.Unlock()
	if queue {
		c.shard.add(c)
	}
}

// next takes the bytes to write now, in the order of their revs.
func (c *client) next() []byte {
	switch {
	case len(c.rest) > 0:
		b := c.rest
		c.rest = nil
		return b
	case len(c.control) > 0:
		b := c.control[0]
		c.control = c.control[1:]
		return b
	case c.board != nil && (len(c.calls) == 0 || c.board.rev < c.calls[0].rev):
		b := c.board.bytes
		c.board = nil
		return b
	case len(c.calls) > 0:
		b := c.calls[0].bytes
		c.calls = c.calls[1:]
		return b
	}
	return nil
}

// flush writes what there is within a budget. It returns false when the socket
// took less than everything and must be tried again.
func (c *client) flush(budget time.Duration) (done bool) {
	for {
		c.mu.Lock()
		b := c.next()
		if b == nil || c.gone {
			c.queued, c.stuck = false, time.Time{}
			c.mu.Unlock()
			return true
		}
		c.mu.Unlock()
		// A deadline before every write: without one a dead cable holds the shard.
		_ = c.net.SetWriteDeadline(time.Now().Add(budget))
		n, err := c.net.Write(b)
		if err == nil {
			c.mu.Lock()
			c.stuck = time.Time{}
			c.mu.Unlock()
			continue
		}
		var timeout net.Error
		if !asTimeout(err, &timeout) || c.late(b[n:], n > 0) {
			c.drop()
			return true
		}
		return false
	}
}

// late keeps the rest of a cut frame and says whether the socket has taken
// nothing for too long.
func (c *client) late(rest []byte, moved bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rest = rest
	if c.stuck.IsZero() || moved {
		c.stuck = time.Now()
	}
	return time.Since(c.stuck) > behindFor
}

// drop closes the socket; its reader then tells the hub.
func (c *client) drop() {
	c.mu.Lock()
	c.gone = true
	c.mu.Unlock()
	_ = c.net.Close()
}

// shard is one goroutine that writes for a share of the clients, never waiting
// for a slow one.
type shard struct {
	mu    sync.Mutex
	ready [ranks][]*client
	bell  chan struct{}
}

func newShard() *shard { return &shard{bell: make(chan struct{}, 1)} }

func (s *shard) add(c *client) {
	s.mu.Lock()
	s.ready[c.rank] = append(s.ready[c.rank], c)
	s.mu.Unlock()
	select {
	case s.bell <- struct{}{}:
	default:
	}
}

// pop takes the next client: screens first, then consoles, then phones.
func (s *shard) pop() *client {
	s.mu.Lock()
	defer s.mu.Unlock()
	for r := range s.ready {
		if n := len(s.ready[r]); n > 0 {
			c := s.ready[r][0]
			s.ready[r] = s.ready[r][1:]
			if n == 1 {
				s.ready[r] = nil
			}
			return c
		}
	}
	return nil
}

// run writes until stop closes. Sockets that take nothing wait aside.
func (s *shard) run(stop <-chan struct{}) {
	var slow []*client
	again := time.NewTicker(retryEvery)
	defer again.Stop()
	for {
		for c := s.pop(); c != nil; c = s.pop() {
			if !c.flush(writeBudget) {
				slow = append(slow, c)
			}
		}
		select {
		case <-s.bell:
		case <-again.C:
			still := slow[:0]
			for _, c := range slow {
				if !c.flush(retryBudget) {
					still = append(still, c)
				}
			}
			clear(slow[len(still):])
			slow = still
		case <-stop:
			return
		}
	}
}
