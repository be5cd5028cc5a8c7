package pgtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is the PostgreSQL of one test: a primary, and standbys that confirm
// each commit. It keeps what it promises: fsync is on.
type Cluster struct {
	t       testing.TB
	root    string
	nodes   []*Node // all there ever were
	primary *Node
}

const mallDatabase = "mall"

// NewCluster starts a primary with an empty database.
func NewCluster(t testing.TB) *Cluster {
	t.Helper()
	c := &Cluster{t: t}
	var err error
	if c.root, err = newRoot(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, n := range c.nodes {
			n.end(syscall.SIGQUIT)
		}
		_ = os.RemoveAll(c.root)
	})
	if c.primary, err = newNode(c.root, "node1", "wal_keep_size=256MB"); err != nil {
		t.Fatal(err)
	}
	c.nodes = append(c.nodes, c.primary)
	c.must(c.primary.start())
	c.must(ask(c.primary.URL("postgres"), "CREATE DATABASE "+mallDatabase))
	return c
}

func (c *Cluster) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// Primary is the node that takes writes now.
func (c *Cluster) Primary() *Node { return c.primary }

// URL is the address of the mall's database on every node there ever was.
func (c *Cluster) URL() string {
	var hosts []string
	for _, n := range c.nodes {
		hosts = append(hosts, fmt.Sprintf("127.0.0.1:%d", n.Port))
	}
	return "postgres://postgres@" + strings.Join(hosts, ",") + "/" + mallDatabase + "?sslmode=disable"
}

// URLOf is the address of the mall's database on one node alone.
func (c *Cluster) URLOf(n *Node) string { return n.URL(mallDatabase) }

// Fresh makes another empty database.
func (c *Cluster) Fresh(name string) string {
	c.t.Helper()
	c.must(ask(c.primary.URL("postgres"), "CREATE DATABASE "+name))
	return c.primary.URL(name)
}

// Standby adds a node that follows the primary and without whose word no
// commit is acknowledged.
func (c *Cluster) Standby() *Node {
	c.t.Helper()
	port, err := freePort()
	c.must(err)
	n := &Node{Port: port, dir: filepath.Join(c.root, fmt.Sprintf("node%d", len(c.nodes)+1)), config: []string{"wal_keep_size=256MB"}}
	c.must(runProgram(c.root, "pg_basebackup", "-D", n.dir, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", fmt.Sprintf("host=127.0.0.1 port=%d user=postgres", c.primary.Port)))
	c.nodes = append(c.nodes, n)
	c.must(n.start())
	c.configure(c.primary, "synchronous_standby_names = '*'")
	c.await(c.primary, "SELECT count(*) > 0 FROM pg_stat_replication WHERE sync_state = 'sync'")
	return n
}

func (c *Cluster) configure(n *Node, setting string) {
	c.t.Helper()
	c.must(ask(n.URL("postgres"), "ALTER SYSTEM SET "+setting))
	c.must(ask(n.URL("postgres"), "SELECT pg_reload_conf()"))
}

func (c *Cluster) await(n *Node, condition string) {
	c.t.Helper()
	for began := time.Now(); time.Since(began) < 30*time.Second; time.Sleep(20 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		var is bool
		conn, err := pgx.Connect(ctx, n.URL("postgres"))
		if err == nil {
			err = conn.QueryRow(ctx, condition).Scan(&is)
			_ = conn.Close(ctx)
		}
		cancel()
		if err == nil && is {
			return
		}
	}
	c.t.Fatalf("it never came true: %s", condition)
}

// Restart stops the primary at once, as a crash does, and starts it again.
func (c *Cluster) Restart() {
	c.t.Helper()
	c.primary.end(syscall.SIGQUIT)
	c.must(c.primary.start())
}

// FailOver kills the primary and promotes a standby. It gives the dead one.
func (c *Cluster) FailOver(standby *Node) (dead *Node) {
	c.t.Helper()
	dead = c.primary
	dead.end(syscall.SIGQUIT)
	c.must(ask(standby.URL("postgres"), "SELECT pg_promote()"))
	c.primary = standby
	// As who watches over a cluster does when no standby is left.
	c.configure(standby, "synchronous_standby_names = ''")
	return dead
}

// BackFromTheDead starts a node that was killed, as if nothing had happened: a
// primary beside the new one, and one that asks no standby any more.
func (c *Cluster) BackFromTheDead(n *Node) {
	c.t.Helper()
	n.config = append(n.config, "synchronous_standby_names=")
	c.must(n.start())
}

// Kill ends a node at once.
func (c *Cluster) Kill(n *Node) { n.end(syscall.SIGQUIT) }
