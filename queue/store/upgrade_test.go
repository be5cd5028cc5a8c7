package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"antre"
	"antre/queue/store"
	"antre/queue/store/pgtest"
)

// oldTables are the tables of version 1, with a row that must live on.
func oldTables(t *testing.T, dir, url string) *tables {
	t.Helper()
	old, err := os.ReadFile("testdata/schema_v1.sql")
	if err != nil {
		t.Fatal(err)
	}
	db, err := openTables(dir, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, statement := range []string{string(old), "INSERT INTO meta (name, value) VALUES ('installation', '0123456789abcdef')",
		"INSERT INTO zones (id, code, code_key, name, directions, position, active) VALUES (7, 'Z', 'Z', '{}', '{}', 0, 1)"} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// shape is everything the engine knows of our tables, without goose's own.
func shape(t *testing.T, db *tables) (all []string) {
	t.Helper()
	questions := []string{"SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"}
	if db.shared {
		questions = []string{
			"SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'",
			"SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
			"SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
		}
	}
	for _, question := range questions {
		var text string
		eachOf(t, db, []any{&text}, func() {
			if !strings.Contains(text, "goose") {
				all = append(all, parts(plainSQL(text))...)
			}
		}, question)
	}
	slices.Sort(all)
	return all
}

// parts are what a table's definition says, one by one: a step can only add a
// column behind the others.
func parts(definition string) (all []string) {
	head, body, isTable := strings.Cut(definition, "(")
	if !isTable || !strings.HasPrefix(definition, "table ") {
		return []string{definition}
	}
	depth, from := 0, 0
	body = strings.TrimSuffix(body, ")") + ","
	for i, c := range body {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			all = append(all, head+strings.TrimSpace(body[from:i]))
			from = i + 1
		}
	}
	return all
}

// plainSQL is a definition without its comments and line breaks.
func plainSQL(text string) string {
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		code, _, _ := strings.Cut(line, "--")
		lines = append(lines, code)
	}
	return strings.NewReplacer("( ", "(", " )", ")").Replace(strings.Join(strings.Fields(strings.Join(lines, " ")), " "))
}

func TestUpgrade_leadsToTheTablesOfTheSchema(t *testing.T) {
	dir, url := t.TempDir(), pgtest.Database(t)
	db := oldTables(t, dir, url)
	for range 2 { // the second time there is nothing left to do
		st, err := store.Open(t.Context(), store.Options{Dir: dir, URL: url})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := st.Verify(t.Context()); err != nil {
			t.Error(err)
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
	}
	fresh, err := openTables(t.TempDir(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	if _, err := fresh.Exec(antre.Schema); err != nil {
		t.Fatal(err)
	}
	got, want := shape(t, db), shape(t, fresh)
	for _, definition := range want {
		if !slices.Contains(got, definition) {
			t.Errorf("the upgraded database lacks %s", definition)
		}
	}
	for _, definition := range got {
		if !slices.Contains(want, definition) {
			t.Errorf("the upgraded database has %s", definition)
		}
	}
	var version, zones string
	if err := db.QueryRow("SELECT value, (SELECT count(*) FROM zones WHERE id = 7) FROM meta WHERE name = 'schema_version'").Scan(&version, &zones); err != nil || version != "5" || zones != "1" {
		t.Errorf("version %s, %s rows: %v", version, zones, err)
	}
	if len(want) < 30 {
		t.Errorf("only %d definitions were compared", len(want))
	}
}

func TestUpgrade_aNewerDatabaseIsRefused(t *testing.T) {
	dir, url := t.TempDir(), pgtest.Database(t)
	db := oldTables(t, dir, url)
	if _, err := db.Exec("UPDATE meta SET value = '99' WHERE name = 'schema_version'"); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), store.Options{Dir: dir, URL: url})
	if err == nil || !strings.Contains(err.Error(), "schema version 99") || !strings.Contains(err.Error(), "newer antre") {
		t.Errorf("got %v", err)
	}
}

// TestUpgrade_serversThatStartTogether opens an empty and an old database from
// several servers at the same moment.
func TestUpgrade_serversThatStartTogether(t *testing.T) {
	for _, c := range []struct {
		name string
		old  bool
	}{{"empty", false}, {"old", true}} {
		t.Run(c.name, func(t *testing.T) {
			url := pgtest.URL(t)
			if c.old {
				oldTables(t, "", url)
			}
			dir := filepath.Join(t.TempDir(), "shared")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					st, err := store.Open(context.Background(), store.Options{Dir: dir, URL: url})
					if err != nil {
						t.Error(err)
						return
					}
					if err := st.Close(); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			db, err := sql.Open("pgx", url)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			var n int
			if err := db.QueryRow("SELECT count(*) FROM meta WHERE name = 'installation'").Scan(&n); err != nil || n != 1 {
				t.Errorf("%d installations: %v", n, err)
			}
		})
	}
}
