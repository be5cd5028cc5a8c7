// Package display is everything a browser sees. Its rooms are told apart by who
// looks at the screen: kiosk, lobby, visitor, desk, reception, manager
// and admin; devices are the screens themselves; site is what they share, view how the contract shows what several of them show, and push the
// hub that keeps every screen right.
package display

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"antre/display/admin"
	"antre/display/desk"
	"antre/display/devices"
	"antre/display/kiosk"
	"antre/display/lobby"
	"antre/display/manager"
	"antre/display/push"
	"antre/display/reception"
	"antre/display/site"
	"antre/display/view"
	"antre/display/visitor"
	"antre/display/voice"
	"antre/printer"
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
	*site.Site
	opts    Options
	hub     *push.Hub
	names   *names
	rooms   []room
	visitor *visitor.Room
	handler http.Handler
}

// room is a part of the site that one kind of person looks at.
type room interface {
	API() []site.Route
	Pages() []site.Route
}

// New prepares the pages and the table of URLs. Publish the store's changes to
// it with Publish.
func New(opts Options) (*Server, error) {
	s, err := newServer(opts)
	if err != nil {
		return nil, err
	}
	s.SignIn = site.NewSignIn(s.Store)
	s.handler = s.Guard(s.routes())
	return s, nil
}

// newServer makes the rooms; nobody can sign in yet.
func newServer(opts Options) (*Server, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	base, err := site.New(site.Options{Store: opts.Store, Log: opts.Log, Web: sub(embedded, "web"), Hosts: opts.Hosts, Origins: opts.Origins,
		Servers: opts.Servers, Version: opts.Version, Throwaway: opts.Accounts != nil})
	if err != nil {
		return nil, err
	}
	s := &Server{Site: base, opts: opts, hub: push.New(base), names: newNames(base)}
	views := &view.Views{Site: base}
	hall, officers := &lobby.Room{Views: views, Hub: s.hub, Clips: voice.Book{Own: s.recording, Names: s.names.sounds}}, &desk.Room{Views: views, Hub: s.hub}
	s.visitor = &visitor.Room{Views: views, Hub: s.hub}
	s.rooms = []room{base, kiosk.New(views), s.visitor, hall, officers, &manager.Room{Views: views}, &admin.Room{Views: views, Speech: s.names.speeches, Names: namesOf, Sounds: s.names.sounds, Recorded: s.names.look}, &reception.Room{Views: views}, devices.New(base), &front{base, opts}}
	s.hub.Show(push.Views{Board: hall.Board, Counter: officers.Counter, Speech: s.names.announcement,
		Ticket: func(k store.Ticket, lang string) map[string]any { return views.Ticket(k, lang, true) }})
	return s, nil
}

// recording is the mall's own clip, where it has one.
func (s *Server) recording(lang, name string) ([]byte, bool) {
	wav, err := s.Store.OwnClip(context.Background(), lang, name)
	if err != nil {
		s.Log.Error("recording", "lang", lang, "clip", name, "err", err)
	}
	return wav, wav != nil
}

// Handler is the whole site.
func (s *Server) Handler() http.Handler { return s.handler }

// Publish takes a change from the store's writer. It never blocks.
func (s *Server) Publish(c store.Change) {
	s.hub.Publish(c)
	if c.Mall {
		s.names.ring()
	}
}

// Run keeps screens right until the context ends, then closes every socket:
// http.Server.Shutdown forgets them. Meanwhile it has the mall's names rendered.
func (s *Server) Run(ctx context.Context) {
	var running sync.WaitGroup
	running.Go(func() { s.names.run(ctx) })
	s.hub.Run(ctx)
	running.Wait()
}

// Slip is a ticket's paper.
func (s *Server) Slip(ctx context.Context, k store.Ticket) printer.Slip {
	return s.visitor.Slip(ctx, k)
}

// HashPassword makes what the store keeps. It refuses a password under eight characters.
func HashPassword(password string) (string, error) { return site.HashPassword(password) }

// HTTPServer is a server with the deadlines that a public hall needs.
func (s *Server) HTTPServer() *http.Server {
	return &http.Server{
		Handler: s.handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
}

//go:embed web
var embedded embed.FS

func sub(files fs.FS, dir string) fs.FS {
	f, err := fs.Sub(files, dir)
	if err != nil {
		return files
	}
	return f
}
