package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"antre/display"
	"antre/queue/store"
)

// The local socket lets the command line work beside a running server, which
// holds the data folder's lock. Only the account that runs the server can
// reach it: file permissions are its sign-in.

type localRequest struct {
	Args    []string `json:"args"`
	Input   []byte   `json:"input"`
	Account string   `json:"account"`
}

type localAnswer struct {
	Stdout []byte `json:"stdout"`
	Stderr []byte `json:"stderr"`
	Status int    `json:"status"`
}

// remoteStatus is the exit status of a command that ran inside the server and
// has said everything itself.
type remoteStatus int

// Error is never shown.
func (s remoteStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// socketPath is in the data folder, or, where that name is too long for a
// socket (104 bytes on the smallest system), in a private folder of its own.
func socketPath(dir string) string {
	path := filepath.Join(dir, "antre.sock")
	if len(path) < 100 {
		return path
	}
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(os.TempDir(), fmt.Sprintf("antre-%d-%s", os.Getuid(), hex.EncodeToString(sum[:8])), "antre.sock")
}

// serveLocal answers commands until the context ends.
func serveLocal(ctx context.Context, dir string, st *store.Store, site *display.Server) error {
	path := socketPath(dir)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err // we hold the lock, so the socket can only be a dead server's
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return fmt.Errorf("open the local socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return errors.Join(err, l.Close())
	}
	srv := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in localRequest
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<20)).Decode(&in); err != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		var stdout, stderr bytes.Buffer
		a := &app{args: in.Args, stdin: bytes.NewReader(in.Input), stdout: &stdout, stderr: &stderr, account: in.Account, inside: &inside{st: st, site: site, input: in.Input}}
		status := a.run(r.Context())
		_ = json.NewEncoder(w).Encode(localAnswer{Stdout: stdout.Bytes(), Stderr: stderr.Bytes(), Status: status})
	})}
	context.AfterFunc(ctx, func() { _ = srv.Close() })
	go func() { _ = srv.Serve(l) }()
	return nil
}

// longestCommand is how long a server may take: verifying years of record
// reads every row of it.
const longestCommand = 15 * time.Minute

// askServer runs this command inside the server that holds the data folder.
func (a *app) askServer(ctx context.Context, dir string, input []byte) error {
	body, err := json.Marshal(localRequest{Args: a.args, Input: input, Account: a.account})
	if err != nil {
		return err
	}
	client := &http.Client{Timeout: longestCommand, Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socketPath(dir))
	}}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://antre/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return hinted{fmt.Errorf("the data folder %s is in use, and its server does not answer", dir),
			"wait until it has started, run as the account that runs it, or stop it"}
	}
	defer func() { _ = res.Body.Close() }()
	var out localAnswer
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		return fmt.Errorf("the running server's answer: %w", err)
	}
	_, _ = a.stdout.Write(out.Stdout)
	_, _ = a.stderr.Write(out.Stderr)
	if out.Status != 0 {
		return remoteStatus(out.Status)
	}
	return nil
}
