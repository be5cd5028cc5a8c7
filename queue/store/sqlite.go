package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3/database"
)

// openFile opens the SQLite database that belongs to one process.
func (st *Store) openFile(ctx context.Context) error {
	st.lock = flock.New(filepath.Join(st.opts.Dir, "antre.lock"))
	got, err := st.lock.TryLock()
	if err != nil {
		return fmt.Errorf("lock the data folder: %w", err)
	}
	if !got {
		return ErrLocked
	}
	if st.secret, err = installationSecret(st.opts.Dir); err != nil {
		return err
	}
	path := st.opts.File
	if path == "" {
		path = filepath.Join(st.opts.Dir, "antre.db")
	}
	if st.writer, err = sql.Open("sqlite3", dsn(path, "_journal_mode=WAL&_txlock=immediate&_synchronous=FULL")); err != nil {
		return err
	}
	st.writer.SetMaxOpenConns(1)
	if err := assertEngine(ctx, st.writer); err != nil {
		return err
	}
	if err := prepareTables(ctx, st.writer, database.DialectSQLite3); err != nil {
		return err
	}
	if st.reader, err = sql.Open("sqlite3", dsn(path, "_query_only=1&mode=ro&_stmt_cache_size=64")); err != nil {
		return err
	}
	st.reader.SetMaxOpenConns(8)
	if err := st.resume(ctx); err != nil {
		return err
	}
	return st.reloadCatalog(ctx)
}

// dsn carries the pragmas: run once on a pool they would reach one connection only.
func dsn(path, more string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}
	return u.String() + "?_foreign_keys=1&_busy_timeout=5000&" + more
}

// assertEngine refuses an SQLite that can corrupt a write-ahead log (3.7.0 to
// 3.51.2, fixed in 3.51.3) and a connection whose pragmas are not in force:
// without FULL a number on paper could be rolled back by a power cut.
func assertEngine(ctx context.Context, db *sql.DB) error {
	var version string
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	if !versionAtLeast(version, 3, 51, 3) {
		return fmt.Errorf("SQLite %s can damage its log; build with 3.51.3 or newer", version)
	}
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000"} {
		var got string
		if err := db.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil {
			return fmt.Errorf("read pragma %s: %w", pragma, err)
		}
		if got != want {
			return fmt.Errorf("pragma %s is %s, must be %s", pragma, got, want)
		}
	}
	return nil
}

func versionAtLeast(version string, want ...int) bool {
	var got [3]int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &got[0], &got[1], &got[2]); err != nil {
		return false
	}
	for i, w := range want {
		if got[i] != w {
			return got[i] > w
		}
	}
	return true
}
