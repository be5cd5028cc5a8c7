package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"antre/queue/store"
)

type migrateOptions struct {
	data, from, to string
}

func (a *app) migrateCommand() *cobra.Command {
	o := &migrateOptions{}
	cmd := &cobra.Command{
		Use: "migrate", Short: "Move a mall with its history to PostgreSQL", Args: exactly(0, "no arguments"),
		Long: "Moves a mall from its SQLite file to an empty PostgreSQL database, all of it or nothing, and proves the move:\n" +
			"as many rows in every table, and the same record, walked on both sides. Stop the server first.\n" +
			"The file is not changed. The data folder stays: it holds the secret that links on paper are made with.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := need(cmd, "to"); err != nil {
				return err
			}
			return a.migrate(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.data, "data", env("ANTRE_DATA", "antre-data"), "folder of the mall's data (ANTRE_DATA)")
	cmd.Flags().StringVar(&o.from, "from", "", "sqlite:FILE; default: antre.db in the data folder")
	cmd.Flags().StringVar(&o.to, "to", "", "postgres://USER@HOST:5432/DATABASE")
	return cmd
}

func (a *app) migrate(ctx context.Context, o *migrateOptions) error {
	dir, file, err := o.source()
	if err != nil {
		return err
	}
	if !isPostgres(o.to) {
		return hinted{usageError{fmt.Errorf("--to %q is not a PostgreSQL", o.to)}, "--to postgres://USER@HOST:5432/DATABASE"}
	}
	began := time.Now()
	moved, err := store.Migrate(ctx, dir, file, o.to, func(table string, rows int64) {
		if rows > 0 && time.Since(began) > time.Second { // a small mall is there before anybody looks
			_, _ = fmt.Fprintf(a.stderr, "antre: %s: %d rows\n", table, rows)
		}
	})
	if err != nil {
		return whyNotMoved(err)
	}
	p := moved.Proof
	_, err = fmt.Fprintf(a.stdout, "moved %d rows of %d tables; the record is the same on both sides: %d events in %d chains, %d days sealed, %d tickets\n"+
		"start the servers with --database and with this data folder (%s), or a copy of its file \"secret\"\n",
		moved.Rows, moved.Tables, p.Events, p.Chains, p.Seals, p.Tickets, dir)
	return err
}

// source is the data folder and the file to move.
func (o *migrateOptions) source() (dir, file string, err error) {
	if dir, err = filepath.Abs(o.data); err != nil {
		return "", "", err
	}
	file = filepath.Join(dir, "antre.db")
	if o.from != "" {
		name, ok := strings.CutPrefix(o.from, "sqlite:")
		if !ok || name == "" {
			return "", "", hinted{usageError{fmt.Errorf("--from %q is not an SQLite file", o.from)}, "--from sqlite:FILE"}
		}
		file = name
	}
	if _, err := os.Stat(file); err != nil {
		return "", "", hinted{err, "name the mall's file with --from sqlite:FILE, or its folder with --data"}
	}
	return dir, file, nil
}

func whyNotMoved(err error) error {
	var broken *store.Broken
	switch {
	case errors.Is(err, store.ErrLocked):
		return hinted{err, "stop the server of this mall first, so that nothing is left behind"}
	case errors.Is(err, store.ErrNotEmpty):
		return hinted{err, "create a database for this mall alone: createdb antre"}
	case errors.As(err, &broken):
		return hinted{err, "nothing was moved; keep a copy of the data folder before anything else"}
	}
	return err
}
