package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sort"

	"antre/queue"
)

// Proof is what a verification has walked.
type Proof struct {
	Events, Chains, Seals, Tickets int
	Kinds                          map[string]int      // events by kind
	States                         map[queue.State]int // stops by the state they have now
}

// Broken is the first row that does not fit the record.
type Broken struct {
	Table string
	ID    int64
	Why   string
}

// Error names the row.
func (b *Broken) Error() string {
	return fmt.Sprintf("the record is broken at %s %d: %s", b.Table, b.ID, b.Why)
}

// Verify walks every chain and seal, rebuilds the state from the record and
// compares it with the tables. A *Broken error names the first row that does
// not fit. Administrators only; the edge checks.
func (st *Store) Verify(ctx context.Context) (p Proof, err error) {
	err = st.read(ctx, func(tx *sql.Tx, _ string) error {
		v := &verifier{ctx: ctx, tx: tx, ends: map[string]chainHead{}, stops: map[int64]moved{}, numbers: map[int64]int{}, tickets: map[int64]issuedTicket{}, counters: map[int64]string{}, proof: Proof{Kinds: map[string]int{}, States: map[queue.State]int{}}}
		for _, step := range []func() error{v.walkChains, v.checkHeads, v.fold, v.compareStops, v.compareTickets, v.compareLines, v.compareCounters} {
			if err := step(); err != nil {
				return err
			}
		}
		p = v.proof
		return nil
	})
	return p, err
}

type verifier struct {
	ctx      context.Context //nolint:containedctx // lives for one verification
	tx       *sql.Tx
	proof    Proof
	ends     map[string]chainHead   // as walked
	stops    map[int64]moved        // as the record tells
	numbers  map[int64]int          // last number by line
	tickets  map[int64]issuedTicket // as issued
	counters map[int64]string
}

type issuedTicket struct {
	code   string
	number int
}

// eventRow is a row of the record as it is hashed.
type eventRow struct {
	id, position, at                     int64
	chain, kind, day, actor, detail      string
	ticket, stop, counter, staff, undoes sql.NullInt64
	retry                                sql.NullInt64
	hash                                 string
}

const selectEvent = `SELECT id, chain, position, kind, at, day, ticket_id, stop_id, counter_id, staff_id, actor, retry_id, undoes, detail, hash FROM events`

func (e *eventRow) dest() []any {
	return []any{&e.id, &e.chain, &e.position, &e.kind, &e.at, &e.day, &e.ticket, &e.stop, &e.counter, &e.staff, &e.actor, &e.retry, &e.undoes, &e.detail, &e.hash}
}

// chainHash is SHA-256 over the JSON array of a row's fields and the hash before it.
func (e *eventRow) chainHash(before string) (string, error) {
	b, err := json.Marshal([]any{e.chain, e.position, e.id, e.kind, e.at, e.day, e.ticket.Int64, e.stop.Int64, e.counter.Int64, e.staff.Int64,
		e.actor, e.retry.Int64, e.undoes.Int64, e.detail, before})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// walkChains checks that every row hashes to what it says and follows the one
// before it.
func (v *verifier) walkChains() error {
	var e eventRow
	var first error
	end, chain := chainHead{}, ""
	err := eachRow(v.ctx, v.tx, e.dest(), func() {
		if first != nil {
			return
		}
		if e.chain != chain {
			end, chain = chainHead{}, e.chain
		}
		if e.position != end.length+1 {
			first = v.misplaced(chain, end, e)
			return
		}
		hash, err := e.chainHash(end.hash)
		if err == nil && hash != e.hash {
			err = &Broken{"event", e.id, "its hash does not fit what it says or the row before it"}
		}
		first = err
		end = chainHead{length: e.position, hash: e.hash}
		v.ends[chain] = end
		v.proof.Events++
		v.proof.Kinds[e.kind]++
	}, selectEvent+" ORDER BY chain, position, id")
	return errors.Join(err, first)
}

// misplaced finds the row that was moved out of its place, by the hash it still has.
func (v *verifier) misplaced(chain string, end chainHead, at eventRow) error {
	found := &Broken{"event", at.id, fmt.Sprintf("chain %s goes from position %d to %d", chain, end.length, at.position)}
	var e eventRow
	err := eachRow(v.ctx, v.tx, e.dest(), func() {
		moved := e
		moved.chain, moved.position = chain, end.length+1
		if hash, err := moved.chainHash(end.hash); err == nil && hash == e.hash {
			found = &Broken{"event", e.id, fmt.Sprintf("it belongs to position %d of chain %s", end.length+1, chain)}
		}
	}, selectEvent+" ORDER BY id")
	return errors.Join(err, found)
}

// checkHeads compares the chains with their heads, in name order.
func (v *verifier) checkHeads() error {
	var name, hash string
	var length int64
	var first error
	err := eachRow(v.ctx, v.tx, []any{&name, &length, &hash}, func() {
		v.proof.Chains++
		if end := v.ends[name]; first == nil && (end.length != length || end.hash != hash) {
			first = fmt.Errorf("the record is broken: chain %s has %d events and its head says %d", name, end.length, length)
		}
		delete(v.ends, name)
	}, "SELECT name, length, head_hash FROM chains ORDER BY name")
	for name := range v.ends {
		first = errors.Join(first, fmt.Errorf("the record is broken: chain %s has no head", name))
	}
	return errors.Join(err, first)
}

// told is what an event's detail says that the state is made of.
type told struct {
	Code    string  `json:"code"`
	Number  int     `json:"number"`
	Stops   []moved `json:"stops"`
	State   string  `json:"state"`
	Officer int64   `json:"officer"`
	Day     string  `json:"day"`
	Lines   int     `json:"lines"`
	Heads   string  `json:"heads"`
}

// fold replays the record in the order it was written.
func (v *verifier) fold() error {
	var e eventRow
	var first error
	var seals []eventRow
	err := eachRow(v.ctx, v.tx, e.dest(), func() {
		var t told
		if err := json.Unmarshal([]byte(e.detail), &t); err != nil && first == nil {
			first = &Broken{"event", e.id, "its detail is not JSON"}
			return
		}
		for _, m := range t.Stops {
			v.stops[m.Stop] = m
		}
		switch e.kind {
		case "issued":
			v.tickets[e.ticket.Int64] = issuedTicket{t.Code, t.Number}
			v.numbers[lineOf(e.chain)] = t.Number
		case "counter_opened", "counter_resumed", "counter_paused", "counter_closed":
			v.counters[e.counter.Int64] = fmt.Sprintf("%s %d", t.State, t.Officer)
		case "day_sealed":
			seals = append(seals, e)
		}
	}, selectEvent+" ORDER BY id")
	if err := errors.Join(err, first); err != nil {
		return err
	}
	for _, s := range seals {
		if err := v.checkSeal(s); err != nil {
			return err
		}
	}
	return v.checkNotes()
}

func lineOf(chain string) (id int64) {
	_, _ = fmt.Sscanf(chain, "line:%d", &id)
	return id
}

// checkSeal compares a day's seal with where its chains end now: a tail that
// was cut off, heads and all, is seen here.
func (v *verifier) checkSeal(e eventRow) error {
	v.proof.Seals++
	var t told
	_ = json.Unmarshal([]byte(e.detail), &t) // fold has read it before
	type line struct {
		id   int64
		text string
	}
	var lines []line
	var name, hash string
	var length, id int64
	err := eachRow(v.ctx, v.tx, []any{&id, &name, &length, &hash}, func() { lines = append(lines, line{id, chainLine(name, length, hash)}) },
		"SELECT l.id, c.name, c.length, c.head_hash FROM chains c JOIN lines l ON c.name = 'line:' || l.id WHERE l.day = ?", t.Day)
	if err != nil {
		return err
	}
	sort.Slice(lines, func(i, j int) bool { return lines[i].id < lines[j].id })
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = l.text
	}
	if len(texts) != t.Lines || sealed(texts) != t.Heads {
		return &Broken{"event", e.id, "the seal of " + t.Day + " does not fit the lines of that day"}
	}
	return nil
}

// checkNotes compares reasons and notes that have not been purged with their hashes.
func (v *verifier) checkNotes() error {
	var id int64
	var name, salt, detail string
	var content sql.NullString
	var first error
	err := eachRow(v.ctx, v.tx, []any{&id, &name, &salt, &content, &detail}, func() {
		if first != nil || !content.Valid {
			return
		}
		var hashes map[string]any
		_ = json.Unmarshal([]byte(detail), &hashes)
		sum := sha256.Sum256([]byte(salt + content.String))
		if hashes[name+"_sha256"] != hex.EncodeToString(sum[:]) {
			first = &Broken{"note of event", id, "its " + name + " is not what was written then"}
		}
	}, "SELECT n.event_id, n.name, n.salt, n.content, e.detail FROM notes n JOIN events e ON e.id = n.event_id ORDER BY n.event_id, n.name")
	return errors.Join(err, first)
}

// compareStops holds the tables against what the record tells.
func (v *verifier) compareStops() error {
	var s stopRow
	var first error
	seen := 0
	err := eachRow(v.ctx, v.tx, s.dest(), func() {
		seen++
		v.proof.States[s.state]++
		want, ok := v.stops[s.id]
		if got := s.moved(); first == nil && (!ok || got != want) {
			first = &Broken{"stop", s.id, fmt.Sprintf("the table has %s %s, the record %s", s.code, got.State, want.State)}
		}
	}, selectStop+" ORDER BY s.id")
	if first == nil && seen != len(v.stops) {
		first = fmt.Errorf("the record is broken: it knows %d stops and the table %d", len(v.stops), seen)
	}
	return errors.Join(err, first)
}

func (v *verifier) compareTickets() error {
	var id int64
	var t issuedTicket
	var first error
	err := eachRow(v.ctx, v.tx, []any{&id, &t.code, &t.number}, func() {
		v.proof.Tickets++
		if want := v.tickets[id]; first == nil && want != t {
			first = &Broken{"ticket", id, fmt.Sprintf("the table has %s, the record %q", t.code, want.code)}
		}
	}, "SELECT id, code, number FROM tickets ORDER BY id")
	if first == nil && v.proof.Tickets != len(v.tickets) {
		first = fmt.Errorf("the record is broken: it knows %d tickets and the table %d", len(v.tickets), v.proof.Tickets)
	}
	return errors.Join(err, first)
}

func (v *verifier) compareLines() error {
	var id int64
	var number int
	var first error
	err := eachRow(v.ctx, v.tx, []any{&id, &number}, func() {
		if want := v.numbers[id]; first == nil && want != number {
			first = &Broken{"line", id, fmt.Sprintf("the last number is %d, the record says %d", number, want)}
		}
	}, "SELECT id, last_number FROM lines ORDER BY id")
	return errors.Join(err, first)
}

func (v *verifier) compareCounters() error {
	var id, officer int64
	var state queue.CounterState
	var first error
	err := eachRow(v.ctx, v.tx, []any{&id, &state, &officer}, func() {
		want := v.counters[id]
		if want == "" {
			want = fmt.Sprintf("%s 0", queue.CounterClosed)
		}
		if got := fmt.Sprintf("%s %d", state, officer); first == nil && got != want {
			first = &Broken{"counter", id, fmt.Sprintf("the table says %s, the record %s", got, want)}
		}
	}, "SELECT id, state, coalesce(officer_id, 0) FROM counters ORDER BY id")
	return errors.Join(err, first)
}
