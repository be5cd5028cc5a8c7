package display

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"antre/queue/store"
)

const (
	beatEvery    = 4 * time.Second        // a screen that hears nothing for 10 s says so
	phoneEvery   = 200 * time.Millisecond // at most one frame to a phone in this time
	refreshEvery = 5 * time.Second        // consoles hear at least this often
	heardWithin  = 15 * time.Second       // a call that nobody said in this time is on the console
)

// hub keeps every screen right. All its state belongs to one goroutine; others
// leave it work with do.
type hub struct {
	s      *Server
	epoch  string
	shards []*shard

	mu      sync.Mutex
	inbox   []func()
	pending []store.Change
	bell    chan struct{}

	// the hub goroutine's own:
	rev     int64
	clients map[*client]bool
	screens map[string][]*client // by zone, the oldest first: the first that can is the voice
	desks   map[int64]map[*client]bool
	phones  map[*client]bool
	dirty   map[*client]bool // phones whose line changed
	boards  map[string]lastBoard
	calls   map[string]*announced
	unheard map[int64][]string // by counter: tickets whose call nobody said
	nextSh  int
	stopped bool
}

type lastBoard struct {
	body []byte // without the time
	f    frame
	at   time.Time
}

type announced struct {
	call store.Call
	at   time.Time
	by   *client // the voice; nil when no screen could speak
}

func newHub(s *Server) *hub {
	h := &hub{
		s: s, epoch: s.st.Epoch(), bell: make(chan struct{}, 1), clients: map[*client]bool{}, screens: map[string][]*client{},
		desks: map[int64]map[*client]bool{}, phones: map[*client]bool{}, dirty: map[*client]bool{}, boards: map[string]lastBoard{},
		calls: map[string]*announced{}, unheard: map[int64][]string{},
	}
	for range writerShards {
		h.shards = append(h.shards, newShard())
	}
	return h
}

// publish takes a change from the store's writer and never blocks it.
func (h *hub) publish(c store.Change) {
	h.mu.Lock()
	h.pending = append(h.pending, c)
	h.mu.Unlock()
	h.ring()
}

// do runs a function on the hub's goroutine, soon.
func (h *hub) do(f func()) {
	h.mu.Lock()
	h.inbox = append(h.inbox, f)
	h.mu.Unlock()
	h.ring()
}

func (h *hub) ring() {
	select {
	case h.bell <- struct{}{}:
	default:
	}
}

// run serves until the context ends, then drops every socket.
func (h *hub) run(ctx context.Context) {
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
			h.listen(time.Now())
		case <-phone.C:
			h.flushPhones(ctx)
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
func (h *hub) work(ctx context.Context) {
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
			delete(h.calls, id)
		}
	}
	h.wantVoices() // the mall's zones may have changed
	h.sendBoards(ctx)
	h.sendDesks(ctx, pending)
	h.markPhones(pending)
}

func (h *hub) nextRev() int64 {
	h.rev++
	return h.rev
}

// join adds a client; its first frame is already right. Screens are sent the
// shared board.
func (h *hub) join(ctx context.Context, c *client) {
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
			h.desks[c.counterID] = map[*client]bool{}
		}
		h.desks[c.counterID][c] = true
		h.sendDesk(ctx, c)
	case rankPhone:
		h.phones[c] = true
		h.sendPhone(ctx, c)
	}
}

func (h *hub) leave(c *client) {
	delete(h.clients, c)
	delete(h.phones, c)
	delete(h.dirty, c)
	if c.rank == rankScreen {
		h.screens[c.zone] = slices.DeleteFunc(h.screens[c.zone], func(o *client) bool { return o == c })
		h.wantVoices()
	}
	if desks := h.desks[c.counterID]; desks != nil {
		delete(desks, c)
	}
}

// board gives the frame for a screen that joins, made at most once a second.
func (h *hub) board(ctx context.Context, zone string) (frame, error) {
	if last, ok := h.boards[zone]; ok && time.Since(last.at) < time.Second {
		return last.f, nil
	}
	_, err := h.makeBoard(ctx, zone)
	return h.boards[zone].f, err
}

// makeBoard encodes a zone's board anew and says whether anything on it changed.
func (h *hub) makeBoard(ctx context.Context, zone string) (changed bool, err error) {
	hall, err := h.s.st.Hall(ctx)
	if err != nil {
		return false, err
	}
	board := h.s.boardView(hall, zone)
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

func (h *hub) clock() string { return h.s.now().In(h.s.st.Location()).Format(time.RFC3339) }

func (h *hub) sendBoards(ctx context.Context) {
	for zone, screens := range h.screens {
		if len(screens) == 0 {
			delete(h.boards, zone)
			continue
		}
		changed, err := h.makeBoard(ctx, zone)
		if err != nil {
			h.s.log.Error("board", "err", err)
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
func (h *hub) beat() {
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

// sendDesks refreshes the consoles of counters that changed, or whose lines did.
func (h *hub) sendDesks(ctx context.Context, changes []store.Change) {
	catalog := h.s.st.Catalog()
	for id, clients := range h.desks {
		if len(clients) == 0 {
			delete(h.desks, id)
			continue
		}
		if k := catalog.CounterByID(id); k != nil && !concerns(changes, k) {
			continue
		}
		for c := range clients {
			h.sendDesk(ctx, c)
		}
	}
}

func concerns(changes []store.Change, k *store.Counter) bool {
	for _, change := range changes {
		if change.Mall || change.Counters[k.ID] {
			return true
		}
		for _, list := range [][]*store.Service{k.Own, k.Assisted} {
			for _, service := range list {
				if change.Services[service.ID] {
					return true
				}
			}
		}
	}
	return false
}

func (h *hub) refresh(ctx context.Context) {
	for _, clients := range h.desks {
		for c := range clients {
			h.sendDesk(ctx, c)
		}
	}
}

func (h *hub) sendDesk(ctx context.Context, c *client) {
	k := h.s.st.Catalog().CounterByID(c.counterID)
	if k == nil {
		c.drop()
		return
	}
	staff, err := h.s.st.StaffByID(ctx, c.viewer.ID)
	if err != nil || staff == nil || staff.Disabled || staff.SignOutRev != c.viewer.SignOutRev || !staff.MayAct(k) {
		c.drop() // signed out or sent elsewhere: the stream ends with the right to it
		return
	}
	v, err := h.s.st.Counter(ctx, k.Code)
	if err != nil {
		c.drop()
		return
	}
	view := h.s.counterView(v, c.viewer, c.lang)
	view["unheard"] = stillCalled(v, h.unheardFor(c.counterID))
	h.send(c, view)
}

func (h *hub) send(c *client, view map[string]any) {
	rev := h.nextRev()
	view["epoch"], view["rev"] = h.epoch, rev
	f, err := textFrame(rev, view)
	if err != nil {
		h.s.log.Error("encode a frame", "err", err)
		return
	}
	c.put(f)
}

// markPhones notes whose line changed; a phone watches its own, not the hall.
func (h *hub) markPhones(changes []store.Change) {
	for c := range h.phones {
		for _, change := range changes {
			if change.Mall || change.Tickets[c.ticketID] || change.Services[c.serviceID] {
				h.dirty[c] = true
				break
			}
		}
	}
}

func (h *hub) flushPhones(ctx context.Context) {
	for c := range h.dirty {
		delete(h.dirty, c)
		h.sendPhone(ctx, c)
	}
}

func (h *hub) sendPhone(ctx context.Context, c *client) {
	k, err := h.s.st.Ticket(ctx, c.token)
	if err != nil {
		c.drop()
		return
	}
	c.serviceID = k.ServiceID
	h.send(c, h.s.ticketView(k, c.lang, true))
}
