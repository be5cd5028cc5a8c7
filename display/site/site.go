// Package site is what all pages and addresses share: the table's lines and
// the rights they need, sign-in, requests and their refusals, pages in the
// visitor's language, and the guard before everything.
package site

import (
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"antre/queue/store"
)

// Options are what the process decides about the site.
type Options struct {
	Store     *store.Store
	Log       *slog.Logger
	Web       fs.FS    // templates, words and static files
	Hosts     []string // names this server is known by, besides its own addresses and name
	Origins   []string // other origins whose pages may use the API
	Servers   []string // addresses of the mall's servers, this one first; nil: those that the store knows
	Version   string
	Throwaway bool // a mall to try things on, of which there is only one server
}

// Site is what every room of the house builds on.
type Site struct {
	Store   *store.Store
	Log     *slog.Logger
	SignIn  *SignIn
	Metrics *Metrics
	opts    Options
	pages   *pages
}

// New reads the pages. Nobody can sign in before SignIn is set.
func New(opts Options) (*Site, error) {
	s := &Site{Store: opts.Store, Log: opts.Log, opts: opts, Metrics: newMetrics(opts.Version)}
	var err error
	if s.pages, err = loadPages(opts.Web); err != nil {
		return nil, fmt.Errorf("load the pages: %w", err)
	}
	return s, nil
}

func (s *Site) healthz(w http.ResponseWriter, _ *http.Request) error {
	return Answer(w, http.StatusOK, false, map[string]string{"status": "ok", "version": s.opts.Version})
}

// readyz proves that a number can be given durably, and today.
func (s *Site) readyz(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Access-Control-Allow-Origin", "*") // pages of the mall's other servers ask, too
	if err := s.Store.Ready(r.Context()); err != nil {
		return err
	}
	if err := s.Store.ClockAlarm(); err != nil {
		return err
	}
	return Answer(w, http.StatusOK, false, map[string]string{"status": "ready", "epoch": s.Store.Epoch()})
}

// Now is the mall's clock.
func (s *Site) Now() time.Time { return s.Store.Now() }

// Stamp is a moment, given in Unix ms, as the contract writes it.
func (s *Site) Stamp(ms int64) string { return s.Store.At(ms).Format(time.RFC3339) }

// StampOrNil is Stamp, and nil for a moment that has not come.
func (s *Site) StampOrNil(ms int64) any {
	if ms == 0 {
		return nil
	}
	return s.Stamp(ms)
}
