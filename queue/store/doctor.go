package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/mattn/go-sqlite3"

	"antre/queue"
)

// Grade is how bad a finding is.
type Grade string

// The grades.
const (
	Fine    Grade = "ok"
	Warning Grade = "warn"
	Fault   Grade = "FAIL"
)

// Finding is one thing that Examine has looked at.
type Finding struct {
	Grade  Grade
	Seen   string
	Advice string // what to do; "" when it is fine
}

// Examine looks at a mall's data folder and database without changing
// anything, beside a running server or without one.
func Examine(ctx context.Context, opts Options) []Finding {
	d := &doctor{ctx: ctx, opts: opts}
	if opts.Now == nil {
		d.opts.Now = time.Now
	}
	if !d.folder() {
		return d.found
	}
	if opts.URL != "" {
		d.cluster()
		return d.found
	}
	d.ownSecret()
	d.file()
	return d.found
}

type doctor struct {
	ctx   context.Context //nolint:containedctx // lives for one examination
	opts  Options
	found []Finding
}

func (d *doctor) fine(format string, args ...any) {
	d.found = append(d.found, Finding{Grade: Fine, Seen: fmt.Sprintf(format, args...)})
}

func (d *doctor) warn(advice, format string, args ...any) {
	d.found = append(d.found, Finding{Grade: Warning, Seen: fmt.Sprintf(format, args...), Advice: advice})
}

func (d *doctor) fault(advice, format string, args ...any) {
	d.found = append(d.found, Finding{Grade: Fault, Seen: fmt.Sprintf(format, args...), Advice: advice})
}

// folder looks at the data folder; nothing else is to be had without it.
func (d *doctor) folder() bool {
	info, err := os.Stat(d.opts.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.fault("name the folder with --data; antre serve makes a new one", "there is no data folder %s", d.opts.Dir)
		return false
	case err != nil || !info.IsDir():
		d.fault("name a folder with --data", "the data folder %s cannot be read", d.opts.Dir)
		return false
	case info.Mode().Perm()&0o077 != 0:
		d.warn("chmod 700 "+d.opts.Dir, "others on this machine can look into the data folder %s", d.opts.Dir)
	default:
		d.fine("data folder %s", d.opts.Dir)
	}
	d.disk()
	return true
}

const (
	littleDisk = 1 << 30
	noDisk     = 200 << 20
)

// disk looks at what is left of the disk, where the system tells.
func (d *doctor) disk() {
	free, err := freeBytes(d.opts.Dir)
	switch {
	case err != nil:
		d.warn("look at the disk by other means", "the free space of the disk is not to be had: %v", err)
	case free < noDisk:
		d.fault("make room before numbers cannot be saved any more", "only %d MB of disk are free", free>>20)
	case free < littleDisk:
		d.warn("make room", "%d MB of disk are free", free>>20)
	default:
		d.fine("%d GB of disk are free", free>>30)
	}
}

func (d *doctor) ownSecret() {
	switch _, err := readSecret(d.opts.Dir); {
	case errors.Is(err, fs.ErrNotExist):
		d.warn("antre serve makes it at its first start; if this mall has given numbers already, restore it from the backup", "there is no secret in the data folder")
	case err != nil:
		d.fault("restore it from the backup", "%v", err)
	default:
		d.fine("the secret that tickets' links are made with is there")
	}
}

// file looks at the SQLite database.
func (d *doctor) file() {
	path := d.opts.File
	if path == "" {
		path = filepath.Join(d.opts.Dir, "antre.db")
	}
	if _, err := os.Stat(path); err != nil {
		d.warn("antre import or antre serve makes it", "there is no database yet: %s", path)
		return
	}
	d.holder()
	if version, _, _ := sqlite3.Version(); !versionAtLeast(version, 3, 51, 3) {
		d.fault("use a newer antre", "SQLite %s can damage its log", version)
	} else {
		d.fine("SQLite %s", version)
	}
	db, err := sql.Open("sqlite3", dsn(path, "_query_only=1&mode=ro"))
	if err != nil {
		d.fault("restore the backup", "the database cannot be opened: %v", err)
		return
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	var mode, check string
	if err := db.QueryRowContext(d.ctx, "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		d.fault("start antre serve once, which sets it", "the database's journal is %q and not a write-ahead log (%v)", mode, err)
	} else {
		d.fine("the database has a write-ahead log, synced at every commit")
	}
	if err := db.QueryRowContext(d.ctx, "PRAGMA quick_check(1)").Scan(&check); err != nil || check != "ok" {
		d.fault("stop the server, keep a copy of the folder, restore the backup", "the database is damaged: %s %v", check, err)
	} else {
		d.fine("the database is sound")
	}
	d.schema(db)
	d.newest(db)
	d.names(db)
}

// holder says whether a server has the folder.
func (d *doctor) holder() {
	path := filepath.Join(d.opts.Dir, "antre.lock")
	if _, err := os.Stat(path); err != nil {
		return
	}
	lock := flock.New(path, flock.SetFlag(os.O_RDONLY))
	got, err := lock.TryRLock()
	switch {
	case err != nil:
		d.warn("run antre doctor as the account that runs the server", "the lock of the data folder cannot be read: %v", err)
	case got:
		_ = lock.Unlock()
		d.warn("start antre serve", "no server is running on this data folder")
	default:
		d.fine("a server is running on this data folder")
	}
}

// schema looks at the version of the tables, on either engine.
func (d *doctor) schema(q reading) bool {
	version, err := readVersion(d.ctx, q)
	switch {
	case err != nil:
		d.fault("restore the backup", "the tables cannot be read: %v", err)
		return false
	case version > schemaVersion:
		d.fault("use the newer antre", "the database has schema version %d and this antre knows %d", version, schemaVersion)
	case version < schemaVersion:
		d.warn("it is upgraded when antre serve starts; make a backup before", "the database has schema version %d, this antre has %d", version, schemaVersion)
	default:
		d.fine("schema version %d", version)
	}
	return true
}

// newest compares this machine's clock with the newest event.
func (d *doctor) newest(q reading) {
	var at sql.NullInt64
	if err := q.QueryRowContext(d.ctx, "SELECT max(at) FROM events WHERE id > (SELECT coalesce(max(id), 0) FROM events) - 4000000000000").Scan(&at); err != nil {
		d.fault("run antre verify", "the record cannot be read: %v", err)
		return
	}
	if ahead := time.UnixMilli(at.Int64).Sub(d.opts.Now()); ahead > time.Minute {
		d.fault("set the clock right (NTP)", "the newest event is %s in the future: this machine's clock is behind", ahead.Round(time.Second))
		return
	}
	d.fine("this machine's clock is not behind the newest event")
}

// reader is the program that says names of agencies and services aloud.
const reader = "espeak-ng"

// names looks for what reads the names that the mall's calls end with.
func (d *doctor) names(q reading) {
	var text string
	var set queue.Settings
	err := q.QueryRowContext(d.ctx, "SELECT settings FROM mall").Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return // there is no mall yet
	}
	if err = errors.Join(err, fromJSON(text, &set)); err != nil {
		d.fault("restore the backup", "the settings of the mall cannot be read: %v", err)
		return
	}
	if set.SpokenName() == "" {
		return
	}
	path, err := exec.LookPath(reader)
	if err != nil {
		d.warn("apt install "+reader+", then start antre serve again; or record the names on the page Suara", "calls end with a name, but %s is not installed: only recorded names are said", reader)
		return
	}
	d.fine("names at the end of calls are read by %s", path)
}
