// Package pgtest starts a real PostgreSQL for tests: Debian's, in a temporary
// folder, on a free port, never as root.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Node is one PostgreSQL server.
type Node struct {
	Port   int
	dir    string // the data folder
	config []string
	cmd    *exec.Cmd
	ended  chan struct{}
}

// bin is the folder of the newest PostgreSQL on this machine.
func bin() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(found) == 0 {
		return "", errors.New("PostgreSQL is missing: apt-get install postgresql")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		return n
	}
	return slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) }), nil
}

// account is who runs PostgreSQL: it refuses to run as root.
func account() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // oneself
	}
	out, err := exec.Command("id", "-u", "postgres").Output()
	if err != nil {
		return nil, errors.New("there is no account postgres: apt-get install postgresql")
	}
	group, err := exec.Command("id", "-g", "postgres").Output()
	if err != nil {
		return nil, fmt.Errorf("the group of postgres: %w", err)
	}
	uid, _ := strconv.ParseUint(strings.TrimSpace(string(out)), 10, 32)
	gid, _ := strconv.ParseUint(strings.TrimSpace(string(group)), 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// command is one of PostgreSQL's programs; it dies with the test.
func command(dir, program string, args ...string) (*exec.Cmd, error) {
	path, err := bin()
	if err != nil {
		return nil, err
	}
	who, err := account()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(filepath.Join(path, program), args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who, Pdeathsig: syscall.SIGKILL}
	return cmd, nil
}

func runProgram(dir, program string, args ...string) error {
	cmd, err := command(dir, program, args...)
	if err != nil {
		return err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, out)
	}
	return nil
}

// newRoot makes a folder that PostgreSQL's account may use. It is not the
// test's own temporary folder, which nobody else may enter.
func newRoot() (string, error) {
	root, err := os.MkdirTemp("", "antre-pg-")
	if err != nil {
		return "", err
	}
	who, err := account()
	if err == nil && who != nil {
		err = os.Chown(root, int(who.Uid), int(who.Gid))
	}
	return root, err
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// newNode prepares a data folder, without starting a server on it.
func newNode(root, name string, config ...string) (*Node, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	n := &Node{Port: port, dir: filepath.Join(root, name), config: config}
	return n, runProgram(root, "initdb", "-D", n.dir, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync")
}

// start runs the server and waits until it answers.
func (n *Node) start() error {
	args := []string{"-D", n.dir, "-p", strconv.Itoa(n.Port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=300",
		"-c", "shared_buffers=64MB"}
	for _, c := range n.config {
		args = append(args, "-c", c)
	}
	cmd, err := command(filepath.Dir(n.dir), "postgres", args...)
	if err != nil {
		return err
	}
	log, err := os.OpenFile(n.dir+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // our own folder
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	n.cmd, n.ended = cmd, make(chan struct{})
	go func(ended chan struct{}) { _ = cmd.Wait(); close(ended) }(n.ended)
	return n.await()
}

func (n *Node) await() error {
	var err error
	for began := time.Now(); time.Since(began) < 60*time.Second; time.Sleep(20 * time.Millisecond) {
		select {
		case <-n.ended:
			b, _ := os.ReadFile(n.dir + ".log")
			return fmt.Errorf("PostgreSQL ended: %s", b)
		default:
		}
		if err = ask(n.URL("postgres"), "SELECT 1"); err == nil {
			return nil
		}
	}
	return fmt.Errorf("PostgreSQL does not answer: %w", err)
}

// URL is the address of a database on this node alone.
func (n *Node) URL(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", n.Port, database)
}

func (n *Node) end(signal syscall.Signal) {
	if n.cmd == nil {
		return
	}
	_ = n.cmd.Process.Signal(signal)
	<-n.ended
	n.cmd = nil
}

// ask runs one statement.
func ask(url, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, statement)
	return err
}

// shared is the PostgreSQL of a test program; it promises nothing to a disk.
type shared struct {
	node *Node
	err  error
}

var startShared = sync.OnceValue(func() shared {
	started.Store(true)
	root, err := newRoot()
	if err != nil {
		return shared{err: err}
	}
	n, err := newNode(root, "data", "fsync=off", "full_page_writes=off")
	if err == nil {
		err = n.start()
	}
	return shared{n, err}
})

var made atomic.Int64

// Engine is which engine this test program tests, by ANTRE_TEST_ENGINE.
func Engine() string {
	if os.Getenv("ANTRE_TEST_ENGINE") == "postgres" {
		return "postgres"
	}
	return "sqlite"
}

// Database is a fresh, empty database of the engine that is tested: "" for a
// new SQLite file in the data folder.
func Database(t testing.TB) string {
	t.Helper()
	if Engine() == "sqlite" {
		return ""
	}
	return URL(t)
}

// URL is a fresh, empty database on the PostgreSQL of this test program.
func URL(t testing.TB) string {
	t.Helper()
	url, err := Copy("template1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := Drop(url); err != nil {
			t.Error(err)
		}
	})
	return url
}

// Copy makes a database that begins as another, to which nobody may be
// connected: template1, or one whose address is given.
func Copy(template string) (url string, err error) {
	s := startShared()
	if s.err != nil {
		return "", s.err
	}
	if strings.Contains(template, "://") {
		if template, err = nameOf(template); err != nil {
			return "", err
		}
	}
	name := fmt.Sprintf("mall%d", made.Add(1))
	return s.node.URL(name), ask(s.node.URL("postgres"), "CREATE DATABASE "+name+" TEMPLATE "+template)
}

// Drop removes a database, whoever is still connected to it.
func Drop(url string) error {
	name, err := nameOf(url)
	if err != nil {
		return err
	}
	return ask(startShared().node.URL("postgres"), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
}

func nameOf(url string) (string, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return "", err
	}
	return config.Database, nil
}

// Main runs a package's tests and then stops and removes the PostgreSQL they
// may have started. A test that is killed leaves only a folder behind.
func Main(m *testing.M, after ...func() error) {
	status := m.Run()
	for _, check := range after {
		if err := check(); err != nil && status == 0 {
			fmt.Fprintln(os.Stderr, err)
			status = 1
		}
	}
	if started.Load() {
		if node := startShared().node; node != nil {
			node.end(syscall.SIGQUIT)
			_ = os.RemoveAll(filepath.Dir(node.dir))
		}
	}
	os.Exit(status)
}

var started atomic.Bool
