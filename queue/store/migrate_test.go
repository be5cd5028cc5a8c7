package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"antre"
	"antre/queue"
	"antre/queue/store"
	"antre/queue/store/pgtest"
)

// fileOf stops a mall that has lived on a file, and gives its folder.
func fileOf(t *testing.T) (h *hall, file string) {
	t.Helper()
	t.Setenv("ANTRE_TEST_ENGINE", "sqlite") // what moves comes from a file
	h = recorded(t)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	return h, filepath.Join(h.dir, "antre.db")
}

// again opens the mall where it lives now, so that the test's end can close it.
func (h *hall) again() {
	h.t.Helper()
	h.start(false)
}

func TestMigrate_movesAMallWithItsHistoryAndGoesOn(t *testing.T) {
	h, file := fileOf(t)
	url := pgtest.URL(t)
	var tables []string
	moved, err := store.Migrate(t.Context(), h.dir, file, url, func(table string, _ int64) { tables = append(tables, table) })
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(antre.Schema, "\n") {
		name, ok := strings.CutPrefix(line, "CREATE TABLE ")
		if name = strings.Fields(name + " x")[0]; ok && name != "servers" && !slices.Contains(tables, name) {
			t.Errorf("table %s is not moved", name)
		}
	}
	for _, kind := range store.EventKinds() {
		if moved.Proof.Kinds[kind] == 0 {
			t.Errorf("no event of kind %s was moved", kind)
		}
	}
	before, err := openTables(h.dir, "")
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	after, err := openTables("", url)
	if err != nil {
		t.Fatal(err)
	}
	defer after.Close()
	for _, table := range []string{"meta", "tickets", "stops", "lines", "events", "notes", "staff", "retry_keys", "counters", "sessions"} {
		// The secret's fingerprint is new: servers with another folder ask for it.
		where := map[string]string{"meta": " WHERE name <> 'secret_sha256'"}[table]
		if got, want := content(t, after, table+where), content(t, before, table+where); !slices.Equal(got, want) {
			t.Errorf("table %s: %d rows, want %d, and the same", table, len(got), len(want))
		}
	}
	h.url = url
	h.again()
	if k := h.issue("A"); k.Number < 2 {
		t.Errorf("after the move numbers begin again: %s", k.Code)
	}
	if _, err := h.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// content is every row of a table, as text.
func content(t *testing.T, db *tables, table string) (all []string) {
	t.Helper()
	_, rows := db.all(t, "SELECT * FROM "+table)
	for _, values := range rows {
		all = append(all, jsonOf(values))
	}
	slices.Sort(all)
	return all
}

func TestMigrate_refusesWhatItCannotMoveWhole(t *testing.T) {
	h, file := fileOf(t)
	url := pgtest.URL(t)
	move := func(ctx context.Context) error {
		_, err := store.Migrate(ctx, h.dir, file, url, nil)
		return err
	}
	h.again()
	if err := move(t.Context()); !errors.Is(err, store.ErrLocked) {
		t.Errorf("beside a running server: %v", err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	if _, err := store.Migrate(ctx, h.dir, file, url, func(table string, _ int64) {
		if table == "events" {
			stop()
		}
	}); err == nil {
		t.Error("a move that was stopped is done all the same")
	}
	db := h.forger()
	forge(t, db, "UPDATE tickets SET number = number + 500 WHERE id = (SELECT min(id) FROM tickets)")
	var broken *store.Broken
	if err := move(t.Context()); !errors.As(err, &broken) || broken.Table != "ticket" {
		t.Errorf("a broken record: %v", err)
	}
	forge(t, db, "UPDATE tickets SET number = number - 500 WHERE id = (SELECT min(id) FROM tickets)")
	// Each of these left the target as it was.
	if err := move(t.Context()); err != nil {
		t.Errorf("after all that was refused: %v", err)
	}
	if err := move(t.Context()); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("a second time: %v", err)
	}
	h.again()
}

func TestExamine_findsWhatMustBeMended(t *testing.T) {
	t.Setenv("ANTRE_TEST_ENGINE", "sqlite")
	h := limited(t, queue.Quota{})
	_ = h.issue("A")
	graded := func(opts store.Options, want store.Grade, words string) {
		t.Helper()
		found := store.Examine(t.Context(), opts)
		for _, f := range found {
			if f.Grade == want && strings.Contains(f.Seen, words) && (want == store.Fine) == (f.Advice == "") {
				return
			}
		}
		t.Errorf("no %s with %q: %+v", want, words, found)
	}
	file := store.Options{Dir: h.dir, Now: h.now}
	graded(file, store.Fine, "a server is running")
	graded(file, store.Fine, "database is sound")
	graded(file, store.Fine, "schema version 5")
	graded(store.Options{Dir: filepath.Join(h.dir, "nowhere")}, store.Fault, "no data folder")
	h.pass(-48 * 3600 * 1e9)
	graded(file, store.Fault, "in the future")
	h.pass(48 * 3600 * 1e9)

	url, dir := pgtest.URL(t), t.TempDir()
	shared := store.Options{Dir: dir, URL: url}
	graded(shared, store.Fine, "is the primary, on timeline 1")
	graded(shared, store.Warning, "has no tables yet")
	graded(shared, store.Fault, "fsync is off")
	graded(shared, store.Warning, "no standby confirms commits")
	s := openSite(t, url, dir, "http://a", 0)
	graded(shared, store.Fine, "server http://a is alive")
	graded(shared, store.Fine, "secret that tickets' links are made with is there")
	graded(store.Options{Dir: t.TempDir(), URL: url}, store.Warning, "has not the mall's secret")
	writeFile(t, filepath.Join(dir, "timeline"), "9\n")
	graded(shared, store.Fault, "is an old primary, on timeline 1; this server has seen timeline 9")
	s.close(t)
	graded(store.Options{Dir: t.TempDir(), URL: url}, store.Fault, "no server is running that could give it")
	graded(store.Options{Dir: dir, URL: "postgres://postgres@127.0.0.1:1/mall?sslmode=disable"}, store.Warning, "127.0.0.1:1 does not answer")
}
