//go:build e2e || prove

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// binary builds antre once and gives its path. A test of an older binary than
// the sources proves nothing.
func binary(t testing.TB) string {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var build = sync.OnceValues(func() (string, error) {
	path, err := filepath.Abs("../../../antre")
	if err != nil {
		return "", err
	}
	if out, err := exec.Command("go", "build", "-trimpath", "-o", path, "antre/cmd/antre").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return path, nil
})

// server is one running antre with a mall in its data folder.
type server struct {
	t       testing.TB
	dir     string
	url     string // of a PostgreSQL that several servers share; "" for a file in the folder
	addr    string
	base    string
	address string // how it says it is reached; "": as it listens
	cmd     *exec.Cmd
	log     *bytes.Buffer
}

const password = "kata-sandi-uji"

// freeAddr finds a port that nobody listens on.
func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// newServer imports a mall, hires an officer for each counter named, and serves.
func newServer(t testing.TB, mall string, counters ...string) *server {
	t.Helper()
	return newServerOn(t, "", mall, counters...)
}

// newServerOn is newServer on a PostgreSQL.
func newServerOn(t testing.TB, url, mall string, counters ...string) *server {
	t.Helper()
	s := unprepared(t, url)
	file, err := os.ReadFile(mall)
	if err != nil {
		t.Fatal(err)
	}
	// Tests run at any time of day: the week is taken out, so that the mall is always open.
	open := regexp.MustCompile(`(?m)^hours:.*\n(  .*\n)+`).ReplaceAllString(string(file), "")
	withURL := strings.Replace(open, "mall:\n", "mall:\n  url: \""+s.base+"\"\n", 1)
	s.command(withURL, "import", "-")
	for _, k := range counters {
		s.command(password, "staff", "add", "--user", "u"+k, "--name", "Petugas "+k, "--role", "officer", "--counters", k, "--password-stdin")
	}
	s.start()
	t.Cleanup(s.stop)
	return s
}

// unprepared is a server that has not started, with a folder and a port of its own.
func unprepared(t testing.TB, url string) *server {
	t.Helper()
	addr := freeAddr(t)
	return &server{t: t, dir: t.TempDir(), url: url, addr: addr, base: "http://" + addr}
}

// place are the flags that say which mall it is.
func (s *server) place() []string {
	if s.url == "" {
		return []string{"--data", s.dir}
	}
	return []string{"--data", s.dir, "--database", s.url}
}

func (s *server) command(stdin string, args ...string) string {
	s.t.Helper()
	cmd := exec.Command(binary(s.t), append(args, s.place()...)...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("antre %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// start runs the server and returns how long it took to be ready.
func (s *server) start() time.Duration {
	s.t.Helper()
	began := time.Now()
	s.begin()
	for time.Since(began) < 20*time.Second {
		res, err := http.Get(s.base + "/readyz")
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return time.Since(began)
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.t.Fatalf("the server is not ready: %s", s.log)
	return 0
}

// begin runs the server without waiting for it to be ready.
func (s *server) begin() {
	s.t.Helper()
	s.log = &bytes.Buffer{}
	s.cmd = exec.Command(binary(s.t), append([]string{"serve", "--listen", s.addr, "--address", s.address}, s.place()...)...)
	s.cmd.Stderr = s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	done := make(chan struct{})
	go func() { _ = s.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		_ = s.cmd.Process.Kill()
	}
}

// caller is one HTTP client, with a cookie once it has signed in.
type caller struct {
	s      *server
	cookie string
	http   *http.Client
}

func (s *server) visitor() *caller {
	return &caller{s: s, http: &http.Client{Timeout: 10 * time.Second}}
}

func (s *server) officer(counter string) *caller {
	s.t.Helper()
	return s.signIn("u" + counter)
}

// boss hires an administrator and signs them in; they may work at any counter.
func (s *server) boss() *caller {
	s.t.Helper()
	s.command(password, "staff", "add", "--user", "bos", "--name", "Bos", "--role", "admin", "--password-stdin")
	return s.signIn("bos")
}

func (s *server) signIn(user string) *caller {
	s.t.Helper()
	c := s.visitor()
	status, _, head := c.send("POST", "/api/session", "", object{"user": user, "password": password})
	if status != http.StatusOK {
		s.t.Fatalf("sign-in: %d", status)
	}
	c.cookie, _, _ = strings.Cut(head.Get("Set-Cookie"), ";")
	return c
}

type object = map[string]any

// send makes one request; body may be nil, a string sent as it is, or anything
// for JSON. A network failure is status 0.
func (c *caller) send(method, path, key string, body any) (int, object, http.Header) {
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(b)
	default:
		j, _ := json.Marshal(b)
		in = bytes.NewReader(j)
	}
	req, err := http.NewRequestWithContext(context.Background(), method, c.s.base+path, in)
	if err != nil {
		return 0, nil, nil
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	if c.cookie != "" {
		req.Header.Set("Cookie", c.cookie)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return 0, nil, nil
	}
	defer res.Body.Close()
	var out object
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil, nil
	}
	_ = json.Unmarshal(raw, &out)
	return res.StatusCode, out, res.Header
}

// text is the body of a page or a file.
func (c *caller) text(method, path string) (status int, body string) {
	c.s.t.Helper()
	req, err := http.NewRequestWithContext(c.s.t.Context(), method, c.s.base+path, nil)
	if err != nil {
		c.s.t.Fatal(err)
	}
	req.Header.Set("Cookie", c.cookie)
	res, err := c.http.Do(req)
	if err != nil {
		c.s.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		c.s.t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

// must is send, failing unless the answer is one of the 2xx.
func (c *caller) must(method, path string, body any) object {
	c.s.t.Helper()
	status, out, _ := c.send(method, path, "", body)
	if status < 200 || status > 299 {
		c.s.t.Fatalf("%s %s: %d %v", method, path, status, out)
	}
	return out
}

func (c *caller) ticket(service string) object {
	c.s.t.Helper()
	return c.must("POST", "/api/tickets", object{"service": service})
}

// stream listens and hands over frames until the test ends.
func (s *server) stream(path string) (*websocket.Conn, <-chan object) {
	s.t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial("ws://"+s.addr+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	frames := make(chan object, 4096)
	go func() {
		defer close(frames)
		for {
			var f object
			if conn.ReadJSON(&f) != nil {
				return
			}
			frames <- f
		}
	}()
	return conn, frames
}

// await takes frames until one fits, or fails.
func await(t testing.TB, frames <-chan object, within time.Duration, what string, fits func(object) bool) object {
	t.Helper()
	late := time.After(within)
	for {
		select {
		case f, ok := <-frames:
			if !ok {
				t.Fatalf("the stream ended before %s", what)
			}
			if fits(f) {
				return f
			}
		case <-late:
			t.Fatalf("no %s within %v", what, within)
		}
	}
}

func typed(kind string) func(object) bool {
	return func(f object) bool { return f["type"] == kind }
}

// pairs runs two calls at the same moment, n times.
func pairs(n int, a, b func()) {
	for range n {
		var wg sync.WaitGroup
		gate := make(chan struct{})
		for _, f := range []func(){a, b} {
			wg.Go(func() { <-gate; f() })
		}
		close(gate)
		wg.Wait()
	}
}

const tubaba = "../malls/tubaba.yaml"

// mallFile writes a small mall of our own.
func mallFile(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mall.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const smallMall = `mall:
  name: MPP Uji
  timezone: Asia/Jakarta
  no_show_after_s: 0
zones:
  - {code: "1", name: Lantai 1}
  - {code: "2", name: Lantai 2}
agencies:
  - code: SATU
    name: {id: Instansi Satu, en: Agency One}
    short: Satu
    zone: "1"
    services:
      - {code: A, name: {id: Layanan A, en: Service A}, minutes: 10}
      - {code: AB, name: {id: Layanan AB, en: Service AB}, minutes: 10}
      - {code: A1, name: {id: Layanan A satu, en: Service A one}, minutes: 10}
    counters:
      - {code: "1", services: [A]}
      - {code: "2", services: [A]}
      - {code: "3", services: [AB, A1], zone: "2"}
`
