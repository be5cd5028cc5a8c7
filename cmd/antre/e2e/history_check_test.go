//go:build e2e || prove

package e2e

import (
	"cmp"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
	_ "github.com/jackc/pgx/v5/stdlib" // reads the record behind the servers' back
	_ "github.com/mattn/go-sqlite3"
)

// longestCheck is far more than a check needs; one that takes longer proves
// nothing and fails.
const longestCheck = 10 * time.Second

// check says whether some order of the operations, each within its time, is
// what the rules allow.
func check(history []porcupine.Operation) porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(strictOrder(), history, longestCheck)
}

// mustHold fails, and keeps a picture of the history, unless there is such an
// order. Sixteen people at once leave too many orders to try them all, so each
// operation's time is first narrowed to where the record has it. Narrower times
// allow less: what fits in them fits in the true ones, and it fits the record.
func (h *history) mustHold(record map[int64]int64) {
	h.t.Helper()
	narrow, why := narrowed(h.done, record)
	if why == "" && check(narrow) == porcupine.Ok {
		return
	}
	result, info := porcupine.CheckOperationsVerbose(strictOrder(), h.done, longestCheck)
	path, _ := filepath.Abs(fmt.Sprintf("../../../test-output/history-%d.html", h.seed))
	err := porcupine.VisualizePath(strictOrder(), info, path)
	h.t.Errorf("seed %d: the record gives no order of %d operations that the rules allow, and with any other order they are %s; see %s (%v). %s",
		h.seed, len(h.done), result, path, err, why)
}

// recorded is the first event of each retry key: the order in which things were done.
func (s *server) recorded() map[int64]int64 {
	s.t.Helper()
	driver, source := "sqlite3", "file:"+filepath.Join(s.dir, "antre.db")+"?immutable=1"
	if s.url != "" {
		driver, source = "pgx", s.url
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT retry_id, min(id) FROM events WHERE retry_id IS NOT NULL GROUP BY retry_id")
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	all := map[int64]int64{}
	for rows.Next() {
		var key, event int64
		if err := rows.Scan(&key, &event); err != nil {
			s.t.Fatal(err)
		}
		all[key] = event
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return all
}

// retryID is how the record names a retry key: the first 63 bits of a digest.
func retryID(path, key string) int64 {
	caller := "staff BOS"
	if strings.HasPrefix(path, "/api/tickets") {
		caller = "address 127.0.0.1"
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", caller, path, key))
	id := int64(0)
	for _, b := range sum[:8] {
		id = id<<8 | int64(b)
	}
	return int64(uint64(id) >> 1)
}

// narrowed gives every operation a moment of its own within its time: those that
// changed something in the order of the record, and between them everything
// else, as early as it fits what had been done by then.
func narrowed(history []porcupine.Operation, record map[int64]int64) (narrow []porcupine.Operation, why string) {
	var deeds, others []porcupine.Operation
	for _, o := range history {
		if record[o.Metadata.(int64)] != 0 {
			deeds = append(deeds, o)
		} else {
			others = append(others, o)
		}
	}
	slices.SortFunc(deeds, func(a, b porcupine.Operation) int {
		return cmp.Compare(record[a.Metadata.(int64)], record[b.Metadata.(int64)])
	})
	after := []*world{{}} // the hall after so many deeds
	for i, o := range deeds {
		w := after[i].clone()
		if want := w.do(o.Input.(ask)); want != o.Output.(told) {
			return nil, fmt.Sprintf("In the order of the record, %+v should have been answered %+v, not %+v.", o.Input, want, o.Output)
		}
		after = append(after, w)
	}
	between, why := slots(deeds, others, after)
	if why != "" {
		return nil, why
	}
	now := int64(0)
	for i := range after {
		all := between[i]
		slices.SortFunc(all, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
		if i > 0 {
			all = slices.Insert(all, 0, deeds[i-1])
		}
		for _, o := range all {
			if now = max(now, o.Call); now > o.Return {
				return nil, fmt.Sprintf("%+v → %+v was not asked and answered when the record has it.", o.Input, o.Output)
			}
			o.Call, o.Return = int64(2*len(narrow)), int64(2*len(narrow)+1)
			narrow = append(narrow, o)
		}
	}
	return narrow, ""
}

// slots puts each refusal and look after the first number of deeds where time
// and hall allow it, and after those that were answered before it was asked.
func slots(deeds, others []porcupine.Operation, after []*world) (between [][]porcupine.Operation, why string) {
	from, to := make([]int64, len(after)), make([]int64, len(after)) // latest asking before, earliest answer behind
	to[len(deeds)] = 1 << 62
	for i, o := range deeds {
		from[i+1] = max(from[i], o.Call)
	}
	for i := len(deeds) - 1; i >= 0; i-- {
		to[i] = min(to[i+1], deeds[i].Return)
	}
	slices.SortFunc(others, func(a, b porcupine.Operation) int { return cmp.Compare(a.Return, b.Return) })
	between = make([][]porcupine.Operation, len(after))
	at := make([]int, len(others))
	for i, o := range others {
		for j, earlier := range others[:i] {
			if earlier.Return < o.Call {
				at[i] = max(at[i], at[j])
			}
		}
		for at[i] < len(after) && (o.Call > to[at[i]] || o.Return < from[at[i]] || !after[at[i]].idle(o)) {
			at[i]++
		}
		if at[i] == len(after) {
			return nil, fmt.Sprintf("Nowhere within its time (%d to %d) fits %+v → %+v.%s", o.Call, o.Return, o.Input, o.Output, around(o, deeds))
		}
		between[at[i]] = append(between[at[i]], o)
	}
	return between, ""
}

// around are the deeds of an operation's counter near its time, as the record
// has them.
func around(o porcupine.Operation, deeds []porcupine.Operation) (told string) {
	for i, d := range deeds {
		if d.Input.(ask).counter == o.Input.(ask).counter && d.Return > o.Call-int64(time.Second) && d.Call < o.Return+int64(time.Second) {
			told += fmt.Sprintf(" %d (%d to %d) %+v → %+v;", i, d.Call, d.Return, d.Input, d.Output)
		}
	}
	return told
}

// idle says whether an operation fits here and changes nothing.
func (w *world) idle(o porcupine.Operation) bool {
	n := w.clone()
	return n.do(o.Input.(ask)) == o.Output.(told) && n.equal(w)
}
