package main

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"antre/display"
	"antre/queue"
	"antre/queue/store"
)

//go:embed malls/*.yaml
var malls embed.FS

type demoOptions struct {
	mall     string
	listen   string
	visitors int
	speed    float64
	seed     uint64
	still    bool
}

// Visitors a day, from the measured totals: the average of MPP Kota Batu in
// 2024. Siola has about 1,000, and the highest published is 4,000.
const usualVisitors = 329

func (a *app) demoCommand() *cobra.Command {
	o := &demoOptions{}
	cmd := &cobra.Command{
		Use: "demo", Short: "Run a throwaway mall with simulated visitors and officers", Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), o) },
	}
	cmd.Flags().StringVar(&o.mall, "mall", "tubaba", "which mall: "+strings.Join(mallNames(), ", "))
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	cmd.Flags().IntVar(&o.visitors, "visitors", usualVisitors, "visitors a day")
	cmd.Flags().Float64Var(&o.speed, "speed", 10, "how many times faster than life")
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, "another number gives another day")
	cmd.Flags().BoolVar(&o.still, "still", false, "no simulated people: the mall is yours")
	return cmd
}

func mallNames() (names []string) {
	files, err := fs.Glob(malls, "malls/*.yaml")
	if err != nil {
		return nil
	}
	for _, f := range files {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(f, "malls/"), ".yaml"))
	}
	return names
}

func demoMall(name string) (*queue.Mall, error) {
	file, err := malls.ReadFile("malls/" + name + ".yaml")
	if err != nil {
		return nil, hinted{usageError{fmt.Errorf("there is no demo mall %q", name)}, "choose one of " + strings.Join(mallNames(), ", ")}
	}
	return queue.ParseMall(file)
}

func (a *app) demo(ctx context.Context, o *demoOptions) (err error) {
	def, err := demoMall(o.mall)
	if err != nil {
		return err
	}
	if o.speed <= 0 || o.speed > 600 || o.visitors < 0 || o.visitors > 4000 {
		return usageError{errors.New("--speed is more than 0 and at most 600, --visitors at most 4000")}
	}
	dir, err := os.MkdirTemp("", "antre-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return err
	}
	base := "http://" + reachable(l.Addr())
	def.Settings.URL = base
	if o.still {
		o.speed = 1
	}
	lapse := newLapse(nextOpening(def, time.Now().In(def.Settings.Location())), o.speed)
	sim := newSimulation(lapse, o)
	password := strings.ToLower(rand.Text()[:12])
	m, err := openMall(ctx, store.Options{Dir: dir, Address: base, Now: lapse.now, Publish: sim.stir}, display.Options{
		Log: slog.New(slog.NewTextHandler(a.stderr, nil)), Accounts: demoAccounts(def, password)})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if err := prepareDemo(ctx, m.st, def, password); err != nil {
		return errors.Join(err, l.Close(), m.st.Close())
	}
	_, _ = fmt.Fprintf(a.stdout, "%s\n\n  Open  %s\n\nEvery screen is linked there. Officer: petugas, supervisor: supervisor, administrator: admin, password of all: %s\nStop with Ctrl+C; nothing is kept.\n",
		def.Settings.Name, base, password)
	if !o.still {
		sim.enter(m.st)
		go sim.run(ctx)
	}
	return m.serve(ctx, l)
}

// demoAccounts are one-touch sign-ins of the start page: the officer of the
// first counter, whom the simulation leaves alone once a person acts there,
// the administrator, and the supervisor of the first agency.
func demoAccounts(def *queue.Mall, password string) []display.Account {
	counter := firstCounter(def)
	return []display.Account{
		{User: "petugas", Password: password, Title: "Petugas " + def.Settings.Noun() + " " + counter, Next: "/desk/" + counter},
		{User: "admin", Password: password, Title: "Admin", Next: "/desk"},
		{User: supervisor, Password: password, Title: "Supervisor " + def.Agencies[0].Short, Next: "/live"},
	}
}

func firstCounter(def *queue.Mall) string {
	for _, a := range def.Agencies {
		for _, k := range a.Counters {
			return k.Code
		}
	}
	return ""
}

// prepareDemo puts the mall in force and hires its staff: one officer a counter.
func prepareDemo(ctx context.Context, st *store.Store, def *queue.Mall, password string) error {
	by := store.By{Actor: "command"}
	if err := st.Import(ctx, by, def); err != nil {
		return err
	}
	hash, err := display.HashPassword(password)
	if err != nil {
		return err
	}
	for _, s := range []store.Staff{
		{Username: "admin", Name: "Admin", Role: queue.Admin, PasswordHash: hash},
		{Username: supervisor, Name: "Supervisor " + def.Agencies[0].Short, Role: queue.Supervisor, Agency: def.Agencies[0].Code, PasswordHash: hash},
		{Username: intern, Name: "Magang", Role: queue.Officer, Counters: []string{firstCounter(def)}, PasswordHash: hash},
	} {
		if err := st.AddStaff(ctx, by, s); err != nil {
			return err
		}
	}
	for i, k := range st.Catalog().Counters {
		s := store.Staff{Username: simUser(k.Code), Name: officerName(i), Role: queue.Officer, Counters: []string{k.Code}, PasswordHash: hash}
		if i == 0 {
			s.Username = "petugas"
		}
		if err := st.AddStaff(ctx, by, s); err != nil {
			return err
		}
	}
	return nil
}

func simUser(counter string) string { return "petugas-" + strings.ToLower(counter) }

// officerName gives the simulated officers names, made from common Indonesian ones.
func officerName(i int) string {
	first := []string{"Ayu", "Budi", "Citra", "Dewi", "Eko", "Fitri", "Gilang", "Hana", "Indra", "Joko", "Kartika", "Lestari", "Made"}
	last := []string{"Pratama", "Sari", "Wijaya", "Putri", "Santoso", "Hidayat", "Rahma"}
	return first[i%len(first)] + " " + last[i/len(first)%len(last)]
}
