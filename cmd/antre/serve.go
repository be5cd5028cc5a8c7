package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"antre/display"
	"antre/queue"
	"antre/queue/store"
)

type serveOptions struct {
	place
	listen  string
	hosts   []string
	origins []string
	address string
	servers []string
}

func (a *app) serveCommand() *cobra.Command {
	o := &serveOptions{place: place{tickets: true}}
	cmd := &cobra.Command{
		Use: "serve", Short: "Run the mall", Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), o) },
	}
	o.flags(cmd)
	cmd.Flags().StringVar(&o.listen, "listen", env("ANTRE_LISTEN", "127.0.0.1:8080"), "address to listen on; :8080 for the whole building (ANTRE_LISTEN)")
	cmd.Flags().StringSliceVar(&o.hosts, "host", splitEnv("ANTRE_HOST"), "a name this server is also known by (ANTRE_HOST)")
	cmd.Flags().StringSliceVar(&o.origins, "origin", splitEnv("ANTRE_ORIGIN"), "another site whose pages may use the API (ANTRE_ORIGIN)")
	cmd.Flags().StringVar(&o.address, "address", env("ANTRE_ADDRESS", ""), "how kiosks, consoles and other servers reach this server, http://NAME:PORT; default: where it listens (ANTRE_ADDRESS)")
	cmd.Flags().StringSliceVar(&o.servers, "servers", splitEnv("ANTRE_SERVERS"), "addresses of all servers of the mall, this one first; default: those that share the database (ANTRE_SERVERS)")
	return cmd
}

func (a *app) serve(ctx context.Context, o *serveOptions) error {
	opts, err := o.options()
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(a.stderr, nil))
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return hinted{err, "choose a free address with --listen"}
	}
	base := "http://" + reachable(l.Addr())
	if opts.Address = strings.TrimSuffix(o.address, "/"); opts.Address == "" {
		opts.Address = base
	}
	opts.Log = log
	m, err := openMall(ctx, opts, display.Options{Log: log, Servers: o.servers, Hosts: append(o.hosts, hostOf(opts.Address)), Origins: o.origins, SetupKey: rand.Text()})
	if err != nil {
		return errors.Join(whyNotOpen(err, opts), l.Close())
	}
	_, _ = fmt.Fprintf(a.stdout, "antre: ready at %s\n", base)
	if n, err := m.st.CountStaff(ctx); err == nil && n == 0 {
		_, _ = fmt.Fprintf(a.stdout, "antre: nobody can sign in yet; open this link once to make the first administrator:\n  %s/setup/%s\n", base, m.setupKey)
	}
	if opts.URL != "" { // commands work on the shared database by themselves
		return m.serve(ctx, l)
	}
	if err := serveLocal(ctx, opts.Dir, m.st, m.site); err != nil {
		return errors.Join(err, m.st.Close())
	}
	return m.serve(ctx, l)
}

// whyNotOpen says what to do when the mall's data cannot be opened.
func whyNotOpen(err error, opts store.Options) error {
	switch {
	case errors.Is(err, store.ErrLocked):
		return hinted{err, "stop the other antre, or choose another folder with --data"}
	case errors.Is(err, store.ErrNoSecret):
		return hinted{err, "start it while another server of this mall runs, or copy the file \"secret\" from that server's data folder"}
	case opts.URL != "":
		return hinted{err, "antre doctor, with the same --data and --database, says what is wrong with it"}
	}
	return err
}

// hostOf is the name or number in an address.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// reachable prints an address that a browser can open.
func reachable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return addr.String()
	}
	ip := "127.0.0.1"
	if own, err := net.InterfaceAddrs(); err == nil {
		for _, a := range own {
			if n, ok := a.(*net.IPNet); ok && n.IP.IsPrivate() && n.IP.To4() != nil {
				ip = n.IP.String()
				break
			}
		}
	}
	return net.JoinHostPort(ip, fmt.Sprint(tcp.Port))
}

// mall is a store with its screens, wired together.
type mall struct {
	st       *store.Store
	site     *display.Server
	setupKey string
}

// openMall opens the store and the site, and has changes published from one to
// the other, after whoever opts.Publish names.
func openMall(ctx context.Context, opts store.Options, screens display.Options) (*mall, error) {
	var site atomic.Pointer[display.Server]
	also := opts.Publish
	opts.Publish = func(c store.Change) {
		if also != nil {
			also(c)
		}
		if s := site.Load(); s != nil {
			s.Publish(c)
		}
	}
	st, err := store.Open(ctx, opts)
	if err != nil {
		return nil, err
	}
	screens.Store, screens.Version = st, version()
	s, err := display.New(screens)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	site.Store(s)
	return &mall{st: st, site: s, setupKey: screens.SetupKey}, nil
}

// serve answers until the context ends or the disk breaks a promise, then
// closes sockets, server and store, in this order.
func (m *mall) serve(ctx context.Context, l net.Listener) (err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	srv := m.site.HTTPServer()
	var running sync.WaitGroup
	running.Go(func() { m.site.Run(ctx) })
	running.Go(func() { m.watchMidnight(ctx) })
	running.Go(func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			stop(err)
		}
	})
	select {
	case <-ctx.Done():
	case err := <-m.st.Failed():
		stop(hinted{fmt.Errorf("the disk failed to keep what it promised: %w", err), "check the disk, then start antre again: it recovers by itself"})
	}
	shutdown, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err = srv.Shutdown(shutdown)
	running.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return errors.Join(err, m.st.Close())
}

// watchMidnight turns the day when nobody writes at midnight.
func (m *mall) watchMidnight(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	known := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			day := queue.BusinessDay(m.st.Now(), m.st.Location())
			if day != known && m.st.TurnDay(ctx) == nil {
				known = day
			}
		}
	}
}
