package pgtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is the PostgreSQL of one test: a primary, and where it is wanted a
// standby that confirms each commit. It keeps what it promises: fsync is on.
type Cluster struct {
	t       testing.TB
	root    string
	primary *Node
	other   *Node // the standby, or the dead
	made    int
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
		for _, n := range []*Node{c.primary, c.other} {
			if n != nil {
				n.end(syscall.SIGQUIT)
			}
		}
		_ = os.RemoveAll(c.root)
	})
	c.primary, err = newNode(c.root, "node", "wal_keep_size=256MB")
	c.must(err)
	c.must(c.primary.start())
	c.must(ask(c.primary.URL("postgres"), "CREATE DATABASE "+mallDatabase))
	port, err := freePort()
	c.must(err)
	c.other = &Node{Port: port, config: []string{"wal_keep_size=256MB"}}
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

// URL is the address of the mall's database on both nodes, whichever is there.
func (c *Cluster) URL() string {
	ports := []int{c.primary.Port, c.other.Port}
	slices.Sort(ports)
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d,127.0.0.1:%d/%s?sslmode=disable", ports[0], ports[1], mallDatabase)
}

// URLOf is the address of the mall's database on one node alone.
func (c *Cluster) URLOf(n *Node) string { return n.URL(mallDatabase) }

// Fresh makes another empty database.
func (c *Cluster) Fresh(name string) string {
	c.t.Helper()
	c.must(ask(c.primary.URL("postgres"), "CREATE DATABASE "+name))
	return c.primary.URL(name)
}

// Standby makes the other node, whatever it was, follow the primary; without
// its word no commit is acknowledged.
func (c *Cluster) Standby() {
	c.t.Helper()
	n := c.other
	n.end(syscall.SIGQUIT)
	c.made++
	n.dir = filepath.Join(c.root, fmt.Sprint("standby", c.made))
	n.config = []string{"wal_keep_size=256MB", "wal_retrieve_retry_interval=500ms"}
	c.must(runProgram(c.root, "pg_basebackup", "-D", n.dir, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", fmt.Sprintf("host=127.0.0.1 port=%d user=postgres", c.primary.Port)))
	c.must(n.start())
	c.configure(c.primary, "synchronous_standby_names = '*'")
	c.await(c.primary, "SELECT count(*) > 0 FROM pg_stat_replication WHERE sync_state = 'sync'")
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

// FailOver kills the primary and promotes the standby.
func (c *Cluster) FailOver() {
	c.t.Helper()
	c.primary.end(syscall.SIGQUIT)
	c.primary, c.other = c.other, c.primary
	c.must(ask(c.primary.URL("postgres"), "SELECT pg_promote()"))
	// As who watches over a cluster does when no standby is left.
	c.configure(c.primary, "synchronous_standby_names = ''")
}

// BackFromTheDead starts the node that was killed as if nothing had happened: a
// primary beside the new one, that asks no standby any more.
func (c *Cluster) BackFromTheDead() *Node {
	c.t.Helper()
	c.other.config = append(c.other.config, "synchronous_standby_names=")
	c.must(c.other.start())
	return c.other
}
