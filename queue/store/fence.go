package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// errOldPrimary says that the database is one that another has replaced.
var errOldPrimary = errors.New("this PostgreSQL is an old primary")

// fence keeps this server from writing to a primary that has been replaced. It
// remembers in the data folder the highest timeline it has seen: each
// promotion of a standby begins a new one.
type fence struct {
	path   string
	config *pgx.ConnConfig
	ask    func(ctx context.Context, address string) (timeline int64, err error)

	mu      sync.Mutex
	highest int64
	trusted string   // the postmaster that was checked last
	peers   []string // addresses of other servers
}

// primary is what a connection says of the server behind it.
type primary struct {
	standby  bool
	timeline int64
	started  string
}

const selectPrimary = `SELECT pg_is_in_recovery(), pg_postmaster_start_time()::text,
	CASE WHEN pg_is_in_recovery() THEN '' ELSE pg_walfile_name(pg_current_wal_lsn()) END`

func readPrimary(ctx context.Context, conn *pgconn.PgConn) (p primary, err error) {
	results, err := conn.Exec(ctx, selectPrimary).ReadAll()
	if err != nil {
		return p, fmt.Errorf("ask the database who it is: %w", err)
	}
	row := results[0].Rows[0]
	p.standby, p.started = string(row[0]) == "t", string(row[1])
	if file := string(row[2]); len(file) >= 8 { // a log file's name begins with its timeline, in hexadecimal
		p.timeline, err = strconv.ParseInt(file[:8], 16, 64)
	}
	return p, err
}

func openFence(dir string, config *pgx.ConnConfig, ask func(context.Context, string) (int64, error)) (*fence, error) {
	f := &fence{path: filepath.Join(dir, "timeline"), config: config, ask: ask}
	b, err := os.ReadFile(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return f, nil
	}
	if err == nil {
		f.highest, err = strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s, which remembers the newest primary: %w", f.path, err)
	}
	return f, nil
}

// guard has every new connection checked before it is used; of several hosts
// the next is tried when one is refused.
func (f *fence) guard(config *pgx.ConnConfig) {
	first := config.ValidateConnect
	config.ValidateConnect = func(ctx context.Context, conn *pgconn.PgConn) error {
		if first != nil {
			if err := first(ctx, conn); err != nil {
				return err
			}
		}
		return f.check(ctx, conn)
	}
}

// check refuses a connection to a standby or to an older primary. A primary
// that has started anew may have come back from the dead: the other hosts of
// the address and the other servers of the mall are asked whether they know a
// newer one.
func (f *fence) check(ctx context.Context, conn *pgconn.PgConn) error {
	p, err := readPrimary(ctx, conn)
	if err != nil {
		return err
	}
	if p.standby {
		return fmt.Errorf("%w: it is a standby", errOldPrimary)
	}
	conn.CustomData()[timelineKey] = p.timeline
	f.mu.Lock()
	known, peers := f.trusted == p.started && f.highest == p.timeline, f.peers
	f.mu.Unlock()
	if known {
		return nil
	}
	if err := f.saw(max(p.timeline, f.elsewhere(ctx, conn, peers))); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if p.timeline < f.highest {
		return fmt.Errorf("%w: it is on timeline %d, and timeline %d has been seen", errOldPrimary, p.timeline, f.highest)
	}
	f.trusted = p.started
	return nil
}

// timelineKey is under which a connection keeps the timeline it was opened on.
const timelineKey = "timeline"

// holds says whether a connection is to the newest primary that is known.
func (f *fence) holds(conn *pgx.Conn) bool {
	return conn.PgConn().CustomData()[timelineKey] == f.newest()
}

// recheck gives up a connection to a primary that has been replaced meanwhile.
func (f *fence) recheck(_ context.Context, conn *pgx.Conn) error {
	if !f.holds(conn) {
		return driver.ErrBadConn
	}
	return nil
}

func (f *fence) newest() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.highest
}

// meet notes where the other servers of the mall are.
func (f *fence) meet(peers []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.peers = peers
}

// listen asks the other servers whether they know a newer primary: one that
// was cut off from everybody but us goes on as if nothing had happened.
func (f *fence) listen(ctx context.Context) error {
	f.mu.Lock()
	peers := f.peers
	f.mu.Unlock()
	return f.saw(f.askPeers(ctx, peers))
}

// saw remembers a timeline durably before anything is written on it.
func (f *fence) saw(timeline int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if timeline <= f.highest {
		return nil
	}
	if err := writeDurably(f.path, []byte(strconv.FormatInt(timeline, 10)+"\n")); err != nil {
		return err
	}
	f.highest = timeline
	return nil
}

// elsewhere is the highest timeline that other hosts and servers know; 0 when
// nobody answers.
func (f *fence) elsewhere(ctx context.Context, conn *pgconn.PgConn, peers []string) int64 {
	self := conn.Conn().RemoteAddr().String()
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	var asks []func() (int64, error)
	hosts := f.hosts()
	if len(hosts) == 1 {
		hosts = nil // it is the one that is being asked
	}
	for _, host := range hosts {
		asks = append(asks, func() (int64, error) { return timelineOf(ctx, host, self) })
	}
	return max(highestOf(asks), f.askPeers(ctx, peers))
}

// askFor is how long others have to say what they know.
const askFor = time.Second

func (f *fence) askPeers(ctx context.Context, peers []string) int64 {
	if f.ask == nil {
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	var asks []func() (int64, error)
	for _, peer := range peers {
		asks = append(asks, func() (int64, error) { return f.ask(ctx, peer) })
	}
	return highestOf(asks)
}

// highestOf asks all at once.
func highestOf(asks []func() (int64, error)) (highest int64) {
	answers := make([]int64, len(asks))
	var asked sync.WaitGroup
	for i, ask := range asks {
		asked.Go(func() {
			if timeline, err := ask(); err == nil {
				answers[i] = timeline
			}
		})
	}
	asked.Wait()
	for _, timeline := range answers {
		highest = max(highest, timeline)
	}
	return highest
}

// hosts are the single hosts of an address that names several, each with all
// the ways, with and without TLS, in which it may be reached.
func (f *fence) hosts() (hosts []*pgx.ConnConfig) {
	ways := append([]*pgconn.FallbackConfig{{Host: f.config.Host, Port: f.config.Port, TLSConfig: f.config.TLSConfig}}, f.config.Fallbacks...)
	byHost := map[string]*pgx.ConnConfig{}
	for _, way := range ways {
		name := fmt.Sprintf("%s %d", way.Host, way.Port)
		if one := byHost[name]; one != nil {
			one.Fallbacks = append(one.Fallbacks, way)
			continue
		}
		one := f.config.Copy()
		one.Host, one.Port, one.TLSConfig, one.Fallbacks, one.ValidateConnect = way.Host, way.Port, way.TLSConfig, nil, nil
		byHost[name] = one
		hosts = append(hosts, one)
	}
	return hosts
}

// timelineOf asks a host of its own; self need not be asked again.
func timelineOf(ctx context.Context, host *pgx.ConnConfig, self string) (int64, error) {
	conn, err := pgx.ConnectConfig(ctx, host)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if conn.PgConn().Conn().RemoteAddr().String() == self {
		return 0, nil
	}
	p, err := readPrimary(ctx, conn.PgConn())
	return p.timeline, err
}
