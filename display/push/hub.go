// Package push keeps every screen, console and phone right over its socket.
package push

import (
	"bytes"
	"context"
	"encoding/json"
	"net/netip"
	"slices"
	"sync"
	"time"

	"antre/display/site"
	"antre/queue/store"
)

// Views are what the hub shows, made by the rooms that own it. They are called
// on the hub's own goroutine.
type Views struct {
	Board   func(hall *store.Hall, zone string) map[string]any
	Counter func(v store.CounterView, viewer *store.Staff, lang string, unheard []string) map[string]any
	Ticket  func(k store.Ticket, lang string) map[string]any
	Speech  func(c *store.Catalog, call store.Call, counter string) any // by language
}

const (
	beatEvery    = 4 * time.Second        // a screen that hears nothing for 10 s says so
	phoneEvery   = 200 * time.Millisecond // at most one frame to a phone in this time
	refreshEvery = 5 * time.Second        // consoles hear at least this often
)

// Hub keeps every screen right. All its state belongs to one goroutine; others
// leave it work with do.
type Hub struct {
	site   *site.Site
	views  Views
	epoch  string
	shards []*shard

	mu      sync.Mutex
	inbox   []func()
	pending []store.Change
	bell    chan struct{}
	from    map[netip.Addr]int // open sockets

	// the hub goroutine's own:
	rev     int64
	clients map[*Client]bool
	screens map[string][]*Client // by zone, the oldest first: the first that can is the voice
	desks   map[int64]map[*Client]bool
	phones  map[*Client]bool
	dirty   map[*Client]bool // phones whose line changed
	boards  map[string]lastBoard
	calls   map[string]*announced // not said yet, by the call's id
	turn    int                   // of the newest call
	nextSh  int
	stopped bool
}

type lastBoard struct {
	body []byte // without the time
	f    frame
	at   time.Time
}

// New makes a hub; Show it what to push before it runs.
func New(s *site.Site) *Hub {
	h := &Hub{
		site: s, epoch: s.Store.Epoch(), bell: make(chan struct{}, 1), from: map[netip.Addr]int{}, clients: map[*Client]bool{}, screens: map[string][]*Client{},
		desks: map[int64]map[*Client]bool{}, phones: map[*Client]bool{}, dirty: map[*Client]bool{}, boards: map[string]lastBoard{},
		calls: map[string]*announced{},
	}
	for range writerShards {
		h.shards = append(h.shards, newShard())
	}
	return h
}

// Show tells the hub what its clients see, before it runs.
func (h *Hub) Show(v Views) { h.views = v }

// Publish takes a change from the store's writer and never blocks it.
func (h *Hub) Publish(c store.Change) {
	h.mu.Lock()
	h.pending = append(h.pending, c)
	h.mu.Unlock()
	h.ring()
}

// do runs a function on the hub's goroutine, soon.
func (h *Hub) do(f func()) {
	h.mu.Lock()
	h.inbox = append(h.inbox, f)
	h.mu.Unlock()
	h.ring()
}

func (h *Hub) ring() {
	select {
	case h.bell <- struct{}{}:
	default:
	}
}

// Run serves until the context ends, then drops every socket.
func (h *Hub) Run(ctx context.Context) {
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for _, sh := range h.shards {
		writers.Go(func() { sh.run(stop) })
	}
	beat, phone, refresh, ping := time.NewTicker(beatEvery), time.NewTicker(phoneEvery), time.NewTicker(refreshEvery), time.NewTicker(pingEvery)
	defer func() { beat.Stop(); phone.Stop(); refresh.Stop(); ping.Stop() }()
	for {
		select {
		case <-h.bell:
			h.work(ctx)
		case <-beat.C:
			// A gate changes by time alone: a break begins, a closing ends.
			h.sendBoards(ctx)
			h.beat()
		case <-phone.C:
			h.flushPhones(ctx)
			h.listen(ctx, time.Now())
		case <-refresh.C:
			h.refresh(ctx)
		case <-ping.C:
			for c := range h.clients {
				c.putControl(finPing, nil)
			}
		case <-ctx.Done():
			h.work(context.WithoutCancel(ctx))
			h.stopped = true
			for c := range h.clients {
				c.drop()
			}
			close(stop)
			writers.Wait()
			return
		}
	}
}

// work takes everything left so far: who came and went, then what changed.
func (h *Hub) work(ctx context.Context) {
	h.mu.Lock()
	inbox, pending := h.inbox, h.pending
	h.inbox, h.pending = nil, nil
	h.mu.Unlock()
	for _, f := range inbox {
		f()
	}
	if len(pending) == 0 {
		return
	}
	for _, change := range pending {
		for _, call := range change.Calls {
			h.announce(call)
		}
		for _, id := range change.Said {
			h.wasSaid(ctx, id)
		}
	}
	h.wantVoices() // the mall's zones may have changed
	h.sendBoards(ctx)
	h.sendDesks(ctx, pending)
	h.markPhones(pending)
}

func (h *Hub) nextRev() int64 {
	h.rev++
	return h.rev
}

// join adds a client; its first frame is already right. Screens are sent the
// shared board.
func (h *Hub) join(ctx context.Context, c *Client) {
	if h.stopped {
		c.drop()
		return
	}
	h.clients[c] = true
	c.shard = h.shards[h.nextSh%len(h.shards)]
	h.nextSh++
	switch c.rank {
	case rankScreen:
		h.screens[c.zone] = append(h.screens[c.zone], c)
		h.wantVoices()
		if f, err := h.board(ctx, c.zone); err == nil {
			c.put(f)
		} else {
			c.drop()
		}
	case rankDesk:
		if h.desks[c.counterID] == nil {
			h.desks[c.counterID] = map[*Client]bool{}
		}
		h.desks[c.counterID][c] = true
		h.sendDesk(ctx, c)
	case rankPhone:
		h.phones[c] = true
		h.sendPhone(ctx, c)
	}
}

func (h *Hub) leave(c *Client) {
	delete(h.clients, c)
	delete(h.phones, c)
	delete(h.dirty, c)
	if c.rank == rankScreen {
		h.voiceLeft(c)
		h.screens[c.zone] = slices.DeleteFunc(h.screens[c.zone], func(o *Client) bool { return o == c })
		h.wantVoices()
	}
	if desks := h.desks[c.counterID]; desks != nil {
		delete(desks, c)
	}
}

// board gives the frame for a screen that joins, made at most once a second.
func (h *Hub) board(ctx context.Context, zone string) (frame, error) {
	if last, ok := h.boards[zone]; ok && time.Since(last.at) < time.Second {
		return last.f, nil
	}
	_, err := h.makeBoard(ctx, zone)
	return h.boards[zone].f, err
}

// makeBoard encodes a zone's board anew and says whether anything on it changed.
func (h *Hub) makeBoard(ctx context.Context, zone string) (changed bool, err error) {
	hall, err := h.site.Store.Hall(ctx)
	if err != nil {
		return false, err
	}
	board := h.views.Board(hall, zone)
	body, err := json.Marshal(board)
	if err != nil {
		return false, err
	}
	last, known := h.boards[zone]
	board["time"] = h.clock()
	rev := h.nextRev()
	f, err := textFrame(rev, map[string]any{"type": "board", "epoch": h.epoch, "rev": rev, "board": board})
	if err != nil {
		return false, err
	}
	h.boards[zone] = lastBoard{body: body, f: f, at: time.Now()}
	return !known || !bytes.Equal(body, last.body), nil
}

func (h *Hub) clock() string { return h.site.Now().In(h.site.Store.Location()).Format(time.RFC3339) }

func (h *Hub) sendBoards(ctx context.Context) {
	for zone, screens := range h.screens {
		if len(screens) == 0 {
			delete(h.boards, zone)
			continue
		}
		changed, err := h.makeBoard(ctx, zone)
		if err != nil {
			h.site.Log.Error("board", "err", err)
			for _, c := range screens {
				c.drop() // a screen that cannot be told the truth must say that it is cut off
			}
			continue
		}
		if changed {
			for _, c := range screens {
				c.put(h.boards[zone].f)
			}
		}
	}
}

// beat tells screens that the server lives; browsers do not show them pings.
func (h *Hub) beat() {
	rev := h.nextRev()
	f, err := textFrame(rev, map[string]any{"type": "beat", "epoch": h.epoch, "rev": rev, "time": h.clock()})
	if err != nil {
		return
	}
	for _, screens := range h.screens {
		for _, c := range screens {
			c.putBeat(f)
		}
	}
}
