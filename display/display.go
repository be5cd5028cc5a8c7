// Package display is everything a browser sees: the table of URLs, sign-in,
// the API, the pages, and the hub that keeps every screen right.
package display

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"antre/queue/store"
)

// Options are what the process decides about its screens.
type Options struct {
	Store    *store.Store
	Log      *slog.Logger
	Hosts    []string // names this server is known by, besides its own addresses and name
	Origins  []string // other origins whose pages may use the API
	Servers  []string // addresses of the mall's servers, this one first; nil: those that the store knows
	Version  string
	Accounts []Account // of a throwaway mall, offered on the start page; nil in service
	SetupKey string    // opens the first set-up on an empty database; "" for none
}

// Account is one that a throwaway mall offers with a single touch.
type Account struct{ User, Password, Title, Next string }

// Server answers browsers and scripts. Make one with New and run its hub with Run.
type Server struct {
	opts    Options
	st      *store.Store
	log     *slog.Logger
	hub     *hub
	signIn  *signIn
	pages   *pages
	issuing *limits
	metrics *metrics
	handler http.Handler
}

// New prepares the pages and the table of URLs. Publish the store's changes to
// it with Publish.
func New(opts Options) (*Server, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{opts: opts, st: opts.Store, log: opts.Log}
	var err error
	if s.pages, err = loadPages(webFiles()); err != nil {
		return nil, fmt.Errorf("load the pages: %w", err)
	}
	s.metrics = newMetrics(opts.Version)
	s.hub = newHub(s)
	s.signIn = newSignIn(s.st)
	s.issuing = newLimits()
	s.handler = s.guard(s.routes())
	return s, nil
}

// Handler is the whole site.
func (s *Server) Handler() http.Handler { return s.handler }

// Publish takes a change from the store's writer. It never blocks.
func (s *Server) Publish(c store.Change) { s.hub.publish(c) }

// Run keeps screens right until the context ends, then closes every socket:
// http.Server.Shutdown forgets them.
func (s *Server) Run(ctx context.Context) { s.hub.run(ctx) }

// HTTPServer is a server with the deadlines that a public hall needs.
func (s *Server) HTTPServer() *http.Server {
	return &http.Server{
		Handler: s.handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}

var errNoWeb = errors.New("the pages are missing from this build")

func sub(files fs.FS, dir string) fs.FS {
	f, err := fs.Sub(files, dir)
	if err != nil {
		return files
	}
	return f
}
