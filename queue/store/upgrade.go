package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strconv"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"antre"
)

//go:embed upgrades/*.sql
var upgrades embed.FS

// schemaVersion is the version that schema.sql carries. A database with a
// newer one was written by a newer Antre and is refused; an older one is
// upgraded by the steps in upgrades, each of which says its own version.
const schemaVersion = 5

// prepareTables gives an empty database its tables and an older one what it
// lacks. Whoever calls it keeps other processes from doing the same.
func prepareTables(ctx context.Context, db *sql.DB, dialect database.Dialect) error {
	there, err := hasTables(ctx, db, dialect)
	if err != nil {
		return err
	}
	if !there {
		return createTables(ctx, db)
	}
	version, err := readVersion(ctx, db)
	switch {
	case err != nil:
		return err
	case version > schemaVersion:
		return fmt.Errorf("the database has schema version %d and this antre knows %d; use the newer antre", version, schemaVersion)
	case version < schemaVersion:
		return upgrade(ctx, db, dialect, version)
	}
	return nil
}

func hasTables(ctx context.Context, q reading, dialect database.Dialect) (bool, error) {
	query := "SELECT count(*) FROM sqlite_master WHERE name = 'meta'"
	if dialect == database.DialectPostgres {
		query = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('meta')"
	}
	var n int
	if err := q.QueryRowContext(ctx, query).Scan(&n); err != nil {
		return false, fmt.Errorf("read the database: %w", err)
	}
	return n > 0, nil
}

func createTables(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("create the tables: %w", err)
	}
	_, err = tx.ExecContext(ctx, antre.Schema)
	if err == nil {
		_, err = tx.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES ('installation', '"+randomText()+"')")
	}
	if err != nil {
		return errors.Join(fmt.Errorf("create the tables: %w", err), tx.Rollback())
	}
	return tx.Commit()
}

func readVersion(ctx context.Context, q reading) (int64, error) {
	var text string
	if err := q.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'schema_version'").Scan(&text); err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", err)
	}
	version, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("the schema's version %q is not a number", text)
	}
	return version, nil
}

// upgrade runs the steps that a database of an older version lacks, each in
// one transaction. Our own version says where it stands; goose is told so the
// first time.
func upgrade(ctx context.Context, db *sql.DB, dialect database.Dialect, version int64) error {
	steps, err := fs.Sub(upgrades, "upgrades")
	if err != nil {
		return err
	}
	if err := baseline(ctx, db, dialect, version); err != nil {
		return fmt.Errorf("upgrade the database: %w", err)
	}
	p, err := goose.NewProvider(dialect, db, steps, goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return fmt.Errorf("upgrade the database: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("upgrade the database; nothing of the step that failed was done: %w", err)
	}
	return nil
}

// baseline writes down the versions that a database has had from its beginning.
func baseline(ctx context.Context, db *sql.DB, dialect database.Dialect, version int64) error {
	known, err := database.NewStore(dialect, goose.DefaultTablename)
	if err != nil {
		return err
	}
	there, err := known.GetMigration(ctx, db, 0)
	if err == nil && there != nil {
		return nil
	}
	if err := known.CreateVersionTable(ctx, db); err != nil {
		return err
	}
	for v := range version + 1 {
		if err := known.Insert(ctx, db, database.InsertRequest{Version: v}); err != nil {
			return err
		}
	}
	return nil
}
