package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

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
	Name  string // of a row without a number: a chain, a day
	Why   string
}

// Place names the row.
func (b *Broken) Place() string {
	row := b.Name
	if row == "" {
		row = strconv.FormatInt(b.ID, 10)
	}
	return b.Table + " " + row
}

// Error names the row and says what does not fit.
func (b *Broken) Error() string {
	return fmt.Sprintf("the record is broken at %s: %s", b.Place(), b.Why)
}

// Verify walks every chain and seal, rebuilds the state from the record and
// compares it with the tables. A *Broken error names the first row that does
// not fit. Administrators only; the edge checks.
func (st *Store) Verify(ctx context.Context) (p Proof, err error) {
	err = st.readLong(ctx, func(q reading, _ string) error {
		p, err = prove(ctx, q)
		return err
	})
	return p, err
}

// prove walks the record that one snapshot holds.
func prove(ctx context.Context, q reading) (Proof, error) {
	v := &verifier{ctx: ctx, q: q, ends: map[string]chainHead{}, days: map[string]string{}, told: newState(), notes: map[noteKey]string{}, proof: Proof{Kinds: map[string]int{}, States: map[queue.State]int{}}}
	for _, step := range []func() error{v.walkChains, v.checkHeads, v.fold, v.checkSeals, v.checkNotes, v.compare} {
		if err := step(); err != nil {
			return Proof{}, err
		}
	}
	return v.proof, nil
}

type verifier struct {
	ctx   context.Context //nolint:containedctx // lives for one verification
	q     reading
	proof Proof
	ends  map[string]chainHead // as walked
	days  map[string]string    // of each chain's first event
	told  *state               // as the record tells it
	notes map[noteKey]string   // hashes
	seals []eventRow
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

// zeroForNothing says that a 0 stands where nothing should: both read alike.
func zeroForNothing(all ...sql.NullInt64) bool {
	return slices.ContainsFunc(all, func(n sql.NullInt64) bool { return n.Valid && n.Int64 == 0 })
}

// walkChains checks that every row hashes to what it says and follows the one
// before it.
func (v *verifier) walkChains() error {
	var e eventRow
	var first error
	var stray *eventRow // the first that is not in its place
	end, chain := chainHead{}, ""
	err := eachRow(v.ctx, v.q, e.dest(), func() {
		if first != nil || stray != nil {
			return
		}
		if e.chain != chain {
			end, chain = chainHead{}, e.chain
		}
		if e.position != end.length+1 {
			found := e
			stray = &found
			return
		}
		if e.position == 1 {
			v.days[chain] = e.day
		}
		hash, err := e.chainHash(end.hash)
		if err == nil && (hash != e.hash || zeroForNothing(e.ticket, e.stop, e.counter, e.staff, e.retry, e.undoes)) {
			err = &Broken{Table: "event", ID: e.id, Why: "its hash does not fit what it says or the row before it"}
		}
		first = err
		end = chainHead{length: e.position, hash: e.hash}
		v.ends[chain] = end
		v.proof.Events++
		v.proof.Kinds[e.kind]++
	}, selectEvent+" ORDER BY chain, position, id")
	if err == nil && stray != nil {
		return v.misplaced(chain, end, *stray)
	}
	return errors.Join(err, first)
}

// misplaced finds the row that was moved out of its place, by the hash it still has.
func (v *verifier) misplaced(chain string, end chainHead, at eventRow) error {
	found := &Broken{Table: "event", ID: at.id, Why: fmt.Sprintf("chain %s goes from position %d to %d", chain, end.length, at.position)}
	var e eventRow
	err := eachRow(v.ctx, v.q, e.dest(), func() {
		if e.chain == chain && e.position == end.length+1 {
			return // it is in its place: the one before it is not
		}
		moved := e
		moved.chain, moved.position = chain, end.length+1
		if hash, err := moved.chainHash(end.hash); err == nil && hash == e.hash {
			found = &Broken{Table: "event", ID: e.id, Why: fmt.Sprintf("it belongs to position %d of chain %s", end.length+1, chain)}
		}
	}, selectEvent+" ORDER BY id")
	return errors.Join(err, found)
}

// checkHeads compares the chains with their heads, in name order.
func (v *verifier) checkHeads() error {
	var name, hash string
	var length int64
	var first error
	seen := map[string]bool{}
	err := eachRow(v.ctx, v.q, []any{&name, &length, &hash}, func() {
		v.proof.Chains++
		seen[name] = true
		if end := v.ends[name]; first == nil && (end.length != length || end.hash != hash) {
			first = &Broken{Table: "chain", Name: name, Why: fmt.Sprintf("it has %d events and its head says %d", end.length, length)}
		}
	}, "SELECT name, length, head_hash FROM chains ORDER BY name")
	for _, name := range slices.Sorted(maps.Keys(v.ends)) {
		if first == nil && !seen[name] {
			first = &Broken{Table: "chain", Name: name, Why: "it has no head"}
		}
	}
	return errors.Join(err, first)
}

// checkSeals compares each day's seal with where its chains end now: a tail
// that was cut off, heads and all, is seen here.
func (v *verifier) checkSeals() error {
	for _, e := range v.seals {
		v.proof.Seals++
		var seal struct {
			Day   string `json:"day"`
			Lines int    `json:"lines"`
			Heads string `json:"heads"`
		}
		if err := json.Unmarshal([]byte(e.detail), &seal); err != nil {
			return unreadable(e)
		}
		var lines []int64
		for chain, day := range v.days {
			if id := lineOf(chain); id != 0 && day == seal.Day {
				lines = append(lines, id)
			}
		}
		slices.Sort(lines)
		texts := make([]string, len(lines))
		for i, id := range lines {
			name := chainOf(id)
			texts[i] = chainLine(name, v.ends[name].length, v.ends[name].hash)
		}
		if len(texts) != seal.Lines || sealed(texts) != seal.Heads {
			return &Broken{Table: "event", ID: e.id, Why: "the seal of " + seal.Day + " does not fit the lines of that day"}
		}
	}
	return nil
}

func unreadable(e eventRow) *Broken {
	return &Broken{Table: "event", ID: e.id, Why: "its detail cannot be read"}
}

func lineOf(chain string) (id int64) {
	_, _ = fmt.Sscanf(chain, "line:%d", &id)
	return id
}

// noted keeps which notes an event was written with, and their hashes.
func (v *verifier) noted(e *eventRow) {
	if !strings.Contains(e.detail, noteHash+`"`) {
		return
	}
	var all map[string]any
	_ = json.Unmarshal([]byte(e.detail), &all) // fold has read it before
	for key, hash := range all {
		if name, ok := strings.CutSuffix(key, noteHash); ok {
			v.notes[noteKey{e.id, name}] = fmt.Sprint(hash)
		}
	}
}

type noteKey struct {
	event int64
	name  string
}

// checkNotes compares reasons and notes that have not been purged with their
// hashes. Purging leaves the row.
func (v *verifier) checkNotes() error {
	var key noteKey
	var salt string
	var content sql.NullString
	var first *Broken
	err := eachRow(v.ctx, v.q, []any{&key.event, &key.name, &salt, &content}, func() {
		hash, ok := v.notes[key]
		delete(v.notes, key)
		sum := sha256.Sum256([]byte(salt + content.String))
		if first == nil && (!ok || content.Valid && hash != hex.EncodeToString(sum[:])) {
			first = &Broken{Table: "note of event", ID: key.event, Why: "its " + key.name + " is not what was written then"}
		}
	}, "SELECT event_id, name, salt, content FROM notes ORDER BY event_id, name")
	for key := range v.notes {
		if first == nil || key.event < first.ID {
			first = &Broken{Table: "note of event", ID: key.event, Why: "its " + key.name + " is gone"}
		}
	}
	if err == nil && first != nil {
		return first
	}
	return err
}
