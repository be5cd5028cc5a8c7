package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// What one server has changed the others hear by NOTIFY, sent right after the
// commit: inside the transaction it would make all commits wait for each other.
// Whoever was killed between the two, or cut off from the database, is made
// good by looking at the lines' revs each second.

const longestNote = 7900 // bytes; PostgreSQL allows 8000

// note is what a server tells the others.
type note struct {
	From     string   `json:"from"` // epoch of the server
	Calls    []Call   `json:"calls,omitempty"`
	Said     []string `json:"said,omitempty"`
	Services []int64  `json:"services,omitempty"`
	Counters []int64  `json:"counters,omitempty"`
	Tickets  []int64  `json:"tickets,omitempty"`
	Mall     bool     `json:"mall,omitempty"`
}

func (st *Store) channel() string { return "antre_" + st.epoch[:8] }

// tell publishes what a request has committed, here and to the other servers.
// It is called before the request is answered, so that what one person did
// after another is published in that order.
func (st *Store) tell(changes []Change) {
	for _, c := range changes {
		if c.empty() {
			continue
		}
		for _, call := range c.Calls {
			st.pg.known.add(call.ID)
		}
		st.pg.arrived <- c
		select {
		case st.pg.outbox <- c:
		default: // the others will see it when they look
		}
	}
}

// Said tells the other servers that a call has been spoken, so that none of
// them shows it as unheard.
func (st *Store) Said(callID string) {
	if !st.shared() {
		return
	}
	select {
	case st.pg.outbox <- Change{Said: []string{callID}}:
	default:
	}
}

// watch keeps this server and the others in step until the store is closed.
func (c *cluster) watch(st *Store) {
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, work := range []func(context.Context){st.publishArrived, st.sendNotes, st.hearNotes, st.look, st.keepBeating, c.voices.keep} {
		running.Go(func() { work(ctx) })
	}
	<-st.stop
	st.underWay.Wait()
	st.sendLast() // a command ends as soon as it has done its work
	stop()
	running.Wait()
	st.strikeOff()
}

// publishArrived is the one place from which changes are published.
func (st *Store) publishArrived(ctx context.Context) {
	for {
		select {
		case c := <-st.pg.arrived:
			st.publish([]Change{c})
		case <-ctx.Done():
			return
		}
	}
}

// sendNotes tells the other servers, as many changes at once as have gathered.
func (st *Store) sendNotes(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case c := <-st.pg.outbox:
			st.sendNote(ctx, c)
		}
	}
}

// sendNote tells of one change and of all others that wait.
func (st *Store) sendNote(ctx context.Context, first Change) {
	all := newNote(st.epoch)
	all.add(first)
	for gathering := true; gathering; {
		select {
		case c := <-st.pg.outbox:
			all.add(c)
		default:
			gathering = false
		}
	}
	for _, text := range all.texts() {
		if _, err := st.writer.ExecContext(ctx, "SELECT pg_notify($1, $2)", st.channel(), text); err != nil && ctx.Err() == nil {
			st.complain("tell the other servers", err)
		}
	}
}

// sendLast sends what has not been told when the store is closed.
func (st *Store) sendLast() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	select {
	case c := <-st.pg.outbox:
		st.sendNote(ctx, c)
	default:
	}
}

// gathered is several changes that become one note.
type gathered struct {
	from   string
	change Change
}

func newNote(from string) *gathered {
	return &gathered{from: from, change: Change{Services: map[int64]bool{}, Counters: map[int64]bool{}, Tickets: map[int64]bool{}}}
}

func (g *gathered) add(c Change) {
	g.change.Calls = append(g.change.Calls, c.Calls...)
	g.change.Said = append(g.change.Said, c.Said...)
	maps.Copy(g.change.Services, c.Services)
	maps.Copy(g.change.Counters, c.Counters)
	maps.Copy(g.change.Tickets, c.Tickets)
	g.change.Mall = g.change.Mall || c.Mall
}

// texts are the notes, each short enough: when too much has changed, everything
// has, and calls go a few at a time.
func (g *gathered) texts() (texts []string) {
	n := note{From: g.from, Calls: g.change.Calls, Said: g.change.Said, Mall: g.change.Mall,
		Services: slices.Sorted(maps.Keys(g.change.Services)), Counters: slices.Sorted(maps.Keys(g.change.Counters)), Tickets: slices.Sorted(maps.Keys(g.change.Tickets))}
	if text := n.text(); len(text) <= longestNote {
		return []string{text}
	}
	const few = 20
	for calls := g.change.Calls; len(calls) > 0; calls = calls[min(few, len(calls)):] {
		texts = append(texts, note{From: g.from, Calls: calls[:min(few, len(calls))]}.text())
	}
	for said := g.change.Said; len(said) > 0; said = said[min(few, len(said)):] {
		texts = append(texts, note{From: g.from, Said: said[:min(few, len(said))]}.text())
	}
	return append(texts, note{From: g.from, Mall: true}.text())
}

func (n note) text() string {
	b, _ := json.Marshal(n) //nolint:errchkjson // keys and texts
	return string(b)
}

// hearNotes listens on a connection of its own. When it was lost, changes may
// have been missed: every screen gets a fresh board.
func (st *Store) hearNotes(ctx context.Context) {
	for first := true; ctx.Err() == nil; first = false {
		if err := st.hear(ctx, !first); err != nil && ctx.Err() == nil {
			st.complain("listen to the other servers", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func (st *Store) hear(ctx context.Context, again bool) error {
	conn, err := pgx.ConnectConfig(ctx, st.pg.config)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{st.channel()}.Sanitize()); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if again {
		st.arrive(Change{Mall: true})
	}
	for {
		n, err := st.nextNote(ctx, conn)
		if err != nil {
			return err
		}
		var said note
		if err := json.Unmarshal([]byte(n.Payload), &said); err != nil {
			return fmt.Errorf("read a note: %w", err)
		}
		if said.From != st.epoch {
			st.arrive(said.change(st.pg.known))
		}
	}
}

// nextNote waits for a note, and gives up a connection to a primary that has
// been replaced meanwhile: one that was cut off says nothing for ever.
func (st *Store) nextNote(ctx context.Context, conn *pgx.Conn) (*pgconn.Notification, error) {
	for {
		bounded, cancel := context.WithTimeout(ctx, askPeersEvery)
		n, err := conn.WaitForNotification(bounded)
		cancel()
		if err == nil || ctx.Err() != nil || !pgconn.Timeout(err) {
			return n, err
		}
		if !st.pg.fence.holds(conn) {
			return nil, errOldPrimary
		}
	}
}

// change is a note as its receiver publishes it: a call only once.
func (n note) change(known *callsKnown) Change {
	c := Change{Said: n.Said, Mall: n.Mall, Services: map[int64]bool{}, Counters: map[int64]bool{}, Tickets: map[int64]bool{}}
	for _, call := range n.Calls {
		if known.add(call.ID) {
			c.Calls = append(c.Calls, call)
		}
	}
	for _, into := range []struct {
		ids []int64
		to  map[int64]bool
	}{{n.Services, c.Services}, {n.Counters, c.Counters}, {n.Tickets, c.Tickets}} {
		for _, id := range into.ids {
			into.to[id] = true
		}
	}
	return c
}

// arrive publishes what another server did.
func (st *Store) arrive(c Change) {
	if c.Mall {
		ctx, cancel := context.WithTimeout(context.Background(), longestRead)
		defer cancel()
		if err := st.reloadCatalog(ctx); err != nil {
			st.complain("read the mall", err)
		}
	}
	st.seq.Add(1)
	st.pg.arrived <- c
}

// callsKnown is which calls have been published here, of the newest.
type callsKnown struct {
	mu   sync.Mutex
	ids  map[string]bool
	ring []string
}

func newCallsKnown() *callsKnown { return &callsKnown{ids: map[string]bool{}} }

// add says whether a call is new.
func (k *callsKnown) add(id string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ids[id] {
		return false
	}
	k.ids[id] = true
	k.ring = append(k.ring, id)
	if len(k.ring) > 1<<12 {
		delete(k.ids, k.ring[0])
		k.ring = k.ring[1:]
	}
	return true
}

// keepBeating sends heartbeats, and asks the other servers now and then whether
// they know a newer primary.
func (st *Store) keepBeating(ctx context.Context) {
	tick := time.NewTicker(heartbeatEvery)
	defer tick.Stop()
	asked := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		bounded, cancel := context.WithTimeout(ctx, longestRead)
		err := st.beat(bounded)
		cancel()
		if time.Since(asked) > askPeersEvery {
			asked = time.Now()
			err = errors.Join(err, st.pg.fence.listen(ctx))
		}
		if err != nil && ctx.Err() == nil {
			st.complain("heartbeat", err)
		}
	}
}
