package push

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

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

// Client is one socket. The hub puts frames in; a shard writes them out.
type Client struct {
	rank  rank
	net   net.Conn
	shard *shard

	// what it watches
	zone      string
	counterID int64
	viewer    *store.Staff
	who       func(context.Context) (*store.Staff, error)
	paired    func(context.Context) bool // nil: never was
	token     string
	ticketID  int64
	serviceID int64 // of the line a phone watches
	lang      string
	voice     Voice
	sound     soundState // the hub's own

	mu      sync.Mutex
	board   *frame // only the newest counts
	calls   []frame
	control [][]byte
	rest    []byte // of a frame that was cut by a slow socket
	queued  bool   // its shard knows that there is something to write
	stuck   time.Time
	gone    bool
}

// Voice is what a screen may be among those that could speak in a zone.
type Voice int

// An Onlooker never speaks: a preview in somebody's browser. Of the others, a
// Paired screen, which the mall has let in, comes before any that Anybody opened.
const (
	Onlooker Voice = iota
	Anybody
	Paired
)

// soundState is what a screen has said of its sound.
type soundState int

const (
	soundUnknown soundState = iota
	soundOn
	soundBlocked // the browser does not let it
)

// Screen watches a zone; "" is the whole mall.
func Screen(zone string, voice Voice) *Client {
	return &Client{rank: rankScreen, zone: zone, voice: voice}
}

// PairedScreen is a Paired one, as long as it is: revoked, it is dropped.
func PairedScreen(zone string, still func(context.Context) bool) *Client {
	return &Client{rank: rankScreen, zone: zone, voice: Paired, paired: still}
}

// Desk watches a counter, in the viewer's right to it. who says who is signed in
// there now; nil: nobody any more.
func Desk(counterID int64, viewer *store.Staff, lang string, who func(context.Context) (*store.Staff, error)) *Client {
	return &Client{rank: rankDesk, counterID: counterID, viewer: viewer, lang: lang, who: who}
}

// Phone watches a ticket and the line it stands in.
func Phone(token string, ticketID, serviceID int64, lang string) *Client {
	return &Client{rank: rankPhone, token: token, ticketID: ticketID, serviceID: serviceID, lang: lang}
}

// put leaves a board (or a ticket, or a counter) to be written; an older one
// that was not written yet is forgotten.
func (c *Client) put(f frame) {
	c.mu.Lock()
	c.board = &f
	c.wake()
}

// putCall queues a call; a screen that cannot keep up with calls is dropped
// and comes back to a board that is right.
func (c *Client) putCall(f frame) {
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
func (c *Client) putControl(opcode byte, payload []byte) {
	c.mu.Lock()
	if len(c.control) < 4 {
		c.control = append(c.control, finished(opcode, payload))
	}
	c.wake()
}

// wake hands the client to its shard; it holds the lock and lets it go.
func (c *Client) wake() {
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
func (c *Client) next() []byte {
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
func (c *Client) flush(budget time.Duration) (done bool) {
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
func (c *Client) late(rest []byte, moved bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rest = rest
	if c.stuck.IsZero() || moved {
		c.stuck = time.Now()
	}
	return time.Since(c.stuck) > behindFor
}

// drop closes the socket; its reader then tells the hub.
func (c *Client) drop() {
	c.mu.Lock()
	c.gone = true
	c.mu.Unlock()
	_ = c.net.Close()
}

// asTimeout says whether a write merely took too long.
func asTimeout(err error, into *net.Error) bool {
	return errors.As(err, into) && (*into).Timeout()
}

// putBeat leaves a beat for a screen that has nothing better to hear.
func (c *Client) putBeat(f frame) {
	c.mu.Lock()
	if c.board == nil && len(c.calls) == 0 && len(c.rest) == 0 {
		c.board = &f
	}
	c.wake()
}
