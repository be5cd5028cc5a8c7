package store_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"
)

// rowsOfState are the tables that the record rebuilds, and their columns that
// it does not: locks that only count, what an import brings, and the phone's
// keyed hash, which is gone with the day.
func rowsOfState(t *testing.T, db *tables) (all []cell) {
	t.Helper()
	all = append(all, cells(t, db, "stops", "id", "id")...)
	all = append(all, cells(t, db, "tickets", "id", "id", "phone_hash")...)
	all = append(all, cells(t, db, "lines", "id", "id", "rev")...)
	all = append(all, cells(t, db, "counters", "id", "id", "code", "code_key", "agency_id", "zone_id", "class", "through_breaks", "hours", "position", "active", "rev")...)
	all = append(all, cells(t, db, "chains", "name")...)
	return append(all, cells(t, db, "days", "day")...)
}

func nameOfTable(table string) string {
	return map[string]string{"stops": "stop", "tickets": "ticket", "lines": "line", "counters": "counter", "chains": "chain", "days": "day"}[table]
}

func TestVerify_namesTheRowOfTheStateWhoseByteWasChanged(t *testing.T) {
	h := recorded(t)
	db := h.forger()
	all := rowsOfState(t, db)
	for i, c := range all {
		now := c.forge(t, db, i)
		b := h.broken()
		named := b.Table == nameOfTable(c.table) && (b.ID == c.id || b.Name != "" && (b.Name == c.id || c.column == c.key && b.Name == now))
		if !named {
			t.Errorf("%s.%s of %v was %v and is %v: verify names %+v", c.table, c.column, c.id, c.value, now, b)
		}
		c.restore(t, db, now)
	}
	h.proved()
	t.Logf("%d columns of stops, tickets, lines, counters, chains and days changed, each named", len(all))
}

func TestVerify_namesTheRowThatIsGone(t *testing.T) {
	h := recorded(t)
	db := h.forger()
	for _, table := range []string{"stops", "tickets", "lines", "chains", "days"} {
		key := map[string]string{"chains": "name", "days": "day"}[table]
		if key == "" {
			key = "id"
		}
		var first any
		if err := db.QueryRow("SELECT min(" + key + ") FROM " + table).Scan(&first); err != nil {
			t.Fatal(err)
		}
		forge(t, db, "CREATE TEMP TABLE kept AS SELECT * FROM "+table+" WHERE "+key+" = ?", first)
		forge(t, db, "DELETE FROM "+table+" WHERE "+key+" = ?", first)
		if b := h.broken(); b.Table != nameOfTable(table) || b.ID != first && b.Name != first {
			t.Errorf("%s %v is gone: verify names %+v", table, first, b)
		}
		forge(t, db, "INSERT INTO "+table+" SELECT * FROM kept")
		forge(t, db, "DROP TABLE kept")
	}
	h.proved()
}

func forge(t *testing.T, db *tables, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func TestVerify_namesTheNoteThatWasChangedAndAllowsItToBePurged(t *testing.T) {
	h := recorded(t)
	db := h.forger()
	type note struct {
		event               int64
		name, salt, content string
	}
	var notes []note
	var n note
	eachOf(t, db, []any{&n.event, &n.name, &n.salt, &n.content}, func() { notes = append(notes, n) }, "SELECT event_id, name, salt, content FROM notes")
	for i, n := range notes {
		for _, change := range []struct {
			query string
			value any
		}{
			{"UPDATE notes SET content = ? WHERE event_id = ? AND name = ?", flipped(n.content, i, 0)},
			{"UPDATE notes SET salt = ? WHERE event_id = ? AND name = ?", flipped(n.salt, i, 0)},
			{"UPDATE notes SET name = ? WHERE event_id = ? AND name = ?", flipped(n.name, i, 0)},
			{"UPDATE notes SET event_id = event_id + ? WHERE event_id = ? AND name = ?", 1 << 40},
			{"DELETE FROM notes WHERE ? <> '' AND event_id = ? AND name = ?", "x"},
		} {
			forge(t, db, change.query, change.value, n.event, n.name)
			if b := h.broken(); b.Table != "note of event" || b.ID != n.event && b.ID != n.event+1<<40 {
				t.Errorf("%s on %+v: verify names %+v", change.query, n, b)
			}
			forge(t, db, "DELETE FROM notes WHERE event_id IN (?, ? + 1099511627776) AND name IN (?, ?)", n.event, n.event, n.name, flipped(n.name, i, 0))
			forge(t, db, "INSERT INTO notes (event_id, name, salt, content) VALUES (?, ?, ?, ?)", n.event, n.name, n.salt, n.content)
		}
	}
	forge(t, db, "UPDATE notes SET content = NULL")
	h.proved()
	if len(notes) < 10 {
		t.Errorf("only %d notes were tried", len(notes))
	}
}

// chainOf is the longest chain of a line of a day; head its last position.
func chainOf(t *testing.T, db *tables, day string) (chain string, head int64) {
	t.Helper()
	if err := db.QueryRow("SELECT chain, max(position) AS n FROM events WHERE day = ? AND chain <> 'mall' GROUP BY chain ORDER BY n DESC LIMIT 1", day).Scan(&chain, &head); err != nil {
		t.Fatal(err)
	}
	return chain, head
}

func eventAt(t *testing.T, db *tables, chain string, position int64) (id int64) {
	t.Helper()
	if err := db.QueryRow("SELECT id FROM events WHERE chain = ? AND position = ?", chain, position).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestVerify_namesWhereARowWasCutOutOrTwoChangedPlaces(t *testing.T) {
	h := recorded(t)
	db := h.forger()
	for _, chain := range []string{"mall", firstOf(chainOf(t, db, "2026-11-24")), firstOf(chainOf(t, db, h.now().Format("2006-01-02")))} {
		five, six, seven := eventAt(t, db, chain, 5), eventAt(t, db, chain, 6), eventAt(t, db, chain, 7)
		forge(t, db, "CREATE TEMP TABLE kept AS SELECT * FROM events WHERE id = ?", five)
		forge(t, db, "DELETE FROM events WHERE id = ?", five)
		if b := h.broken(); b.Table != "event" || b.ID != six {
			t.Errorf("the 5th event of %s is gone: verify names %+v, want the one after it, %d", chain, b, six)
		}
		forge(t, db, "INSERT INTO events SELECT * FROM kept")
		forge(t, db, "DROP TABLE kept")
		swap := func() {
			forge(t, db, "UPDATE events SET position = -1 WHERE id = ?", five)
			forge(t, db, "UPDATE events SET position = CASE id WHEN ? THEN 5 ELSE 7 END WHERE id = ?", seven, seven)
			forge(t, db, "UPDATE events SET position = 7 WHERE id = ?", five)
		}
		swap()
		if b := h.broken(); b.Table != "event" || b.ID != five && b.ID != seven {
			t.Errorf("the 5th and 7th event of %s changed places: verify names %+v", chain, b)
		}
		forge(t, db, "UPDATE events SET position = -1 WHERE id = ?", five)
		forge(t, db, "UPDATE events SET position = 7 WHERE id = ?", seven)
		forge(t, db, "UPDATE events SET position = 5 WHERE id = ?", five)
	}
	h.proved()
}

func firstOf(chain string, _ int64) string { return chain }

func TestVerify_seesATailThatWasCutOff(t *testing.T) {
	for _, c := range []struct {
		name    string
		day     func(*hall) string
		repair  bool
		table   string
		isChain bool
	}{
		{"of a sealed day", sealedDay, false, "chain", true},
		{"of today", today, false, "chain", true},
		{"of a sealed day, with its head", sealedDay, true, "event", false}, // the seal
		{"of today, with its head", today, true, "line", false},             // the state is ahead of the record
	} {
		t.Run(c.name, func(t *testing.T) {
			h := recorded(t)
			db := h.forger()
			chain, last := chainOf(t, db, c.day(h))
			forge(t, db, "DELETE FROM events WHERE chain = ? AND position > ?", chain, last-2)
			if c.repair {
				forge(t, db, "UPDATE chains SET length = ?, head_hash = (SELECT hash FROM events WHERE chain = ? AND position = ?) WHERE name = ?", last-2, chain, last-2, chain)
			}
			b := h.broken()
			if b.Table != c.table || c.isChain && b.Name != chain || c.table == "event" && b.ID != sealOf(t, db, c.day(h)) {
				t.Errorf("verify names %+v", b)
			}
		})
	}
}

func sealedDay(*hall) string { return "2026-11-24" }
func today(h *hall) string   { return h.now().Format("2006-01-02") }

func sealOf(t *testing.T, db *tables, day string) (id int64) {
	t.Helper()
	if err := db.QueryRow("SELECT id FROM events WHERE kind = 'day_sealed' AND day = ?", day).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// rewrite makes a chain whole again from a position on, as a forger would who
// knows how rows are hashed.
func rewrite(t *testing.T, db *tables, chain string, from int64) {
	t.Helper()
	type row struct {
		position, id, at, ticket, stop, counter, staff, retry, undoes int64
		kind, day, actor, detail                                      string
	}
	var all []row
	var r row
	eachOf(t, db, []any{&r.position, &r.id, &r.kind, &r.at, &r.day, &r.ticket, &r.stop, &r.counter, &r.staff, &r.actor, &r.retry, &r.undoes, &r.detail},
		func() { all = append(all, r) }, `SELECT position, id, kind, at, day, coalesce(ticket_id, 0), coalesce(stop_id, 0), coalesce(counter_id, 0), coalesce(staff_id, 0),
		actor, coalesce(retry_id, 0), coalesce(undoes, 0), detail FROM events WHERE chain = ? AND position >= ? ORDER BY position`, chain, from)
	var hash string
	if err := db.QueryRow("SELECT hash FROM events WHERE chain = ? AND position = ?", chain, from-1).Scan(&hash); err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		b, err := json.Marshal([]any{chain, r.position, r.id, r.kind, r.at, r.day, r.ticket, r.stop, r.counter, r.staff, r.actor, r.retry, r.undoes, r.detail, hash})
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(b)
		hash = hex.EncodeToString(sum[:])
		forge(t, db, "UPDATE events SET hash = ? WHERE id = ?", hash, r.id)
	}
	forge(t, db, "UPDATE chains SET head_hash = ? WHERE name = ?", hash, chain)
}

func TestVerify_theSealNamesAChainThatWasWrittenAnew(t *testing.T) {
	h := recorded(t)
	db := h.forger()
	chain, _ := chainOf(t, db, sealedDay(h))
	var position int64
	if err := db.QueryRow("SELECT min(position) FROM events WHERE chain = ? AND kind = 'called'", chain).Scan(&position); err != nil {
		t.Fatal(err)
	}
	rewrite(t, db, chain, position) // as it is: nothing changes
	h.proved()
	forge(t, db, "UPDATE events SET detail = replace(detail, '\"why\":\"priority\"', '\"why\":\"out_of_order\"') WHERE chain = ? AND position = ?", chain, position)
	rewrite(t, db, chain, position)
	if b := h.broken(); b.Table != "event" || b.ID != sealOf(t, db, sealedDay(h)) {
		t.Errorf("verify names %+v, want the seal of the day", b)
	}
}
