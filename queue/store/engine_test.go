package store_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // tests look behind the store's back
	_ "github.com/mattn/go-sqlite3"

	"antre/queue/store/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// tables is the database behind the store's back, on one connection.
type tables struct {
	*sql.DB
	shared bool
}

func openTables(dir, url string) (*tables, error) {
	driver, source := "sqlite3", "file:"+filepath.Join(dir, "antre.db")+"?_busy_timeout=5000"
	if url != "" {
		driver, source = "pgx", url
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return &tables{db, url != ""}, nil
}

// in numbers a statement's arguments where the engine wants it.
func (b *tables) in(query string) string {
	for n := 1; b.shared && strings.Contains(query, "?"); n++ {
		query = strings.Replace(query, "?", fmt.Sprint("$", n), 1)
	}
	return query
}

func (b *tables) Query(query string, args ...any) (*sql.Rows, error) {
	return b.DB.Query(b.in(query), args...)
}

func (b *tables) QueryRow(query string, args ...any) *sql.Row {
	return b.DB.QueryRow(b.in(query), args...)
}

func (b *tables) Exec(query string, args ...any) (sql.Result, error) {
	return b.DB.Exec(b.in(query), args...)
}

// all reads every row that a question gives.
func (b *tables) all(t *testing.T, query string) (columns []string, all [][]any) {
	t.Helper()
	rows, err := b.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if columns, err = rows.Columns(); err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, values)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return columns, all
}

// tables reads the database behind the store's back.
func (h *hall) tables() *tables {
	h.t.Helper()
	db, err := openTables(h.dir, h.url)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = db.Close() })
	return db
}

// forger changes the tables behind the store's back, whatever they forbid; what
// it does can be taken back.
func (h *hall) forger() *tables {
	db := h.tables()
	free := []string{"PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF", "PRAGMA ignore_check_constraints = ON"}
	if db.shared {
		free = []string{"SET session_replication_role = replica"} // without foreign keys
		var table, name string
		eachOf(h.t, db, []any{&table, &name}, func() { free = append(free, "ALTER TABLE "+table+" DROP CONSTRAINT "+name) },
			"SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace")
	}
	for _, statement := range free {
		if _, err := db.Exec(statement); err != nil {
			h.t.Fatal(err)
		}
	}
	return db
}

func jsonOf(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
