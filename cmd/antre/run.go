package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"antre/display"
	"antre/queue"
	"antre/queue/store"
)

// app is one run of the program: its streams, and the mall it works on when it
// runs on behalf of somebody else inside a server.
type app struct {
	args           []string
	stdin          io.Reader
	stdout, stderr io.Writer
	account        string // of the computer, that typed the command
	inside         *inside
}

// by is the person who typed a command.
func (a *app) by() store.By { return store.By{Actor: "command", Account: a.account} }

// inside is a command sent to a running server over its local socket.
type inside struct {
	st    *store.Store
	site  *display.Server
	input []byte
}

// hinted is an error with a sentence about what to do.
type hinted struct {
	error
	hint string
}

// Unwrap gives the error without its hint.
func (h hinted) Unwrap() error { return h.error }

// usageError is a command used wrongly: exit status 2.
type usageError struct{ error }

// run does everything; main only gives it the world. It returns the exit
// status: 0, 1 for a failure, 2 for wrong usage.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{args: args, stdin: stdin, stdout: stdout, stderr: stderr, account: account()}
	return a.run(ctx)
}

// account is the computer's account that runs this program, or "" where it has none.
func account() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

func (a *app) run(ctx context.Context) int {
	root := a.rootCommand()
	root.SetArgs(a.args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var remote remoteStatus
	if errors.As(err, &remote) {
		return int(remote)
	}
	a.complain(err)
	var usage usageError
	if errors.As(err, &usage) || strings.HasPrefix(err.Error(), "unknown command") {
		return 2
	}
	return 1
}

func (a *app) complain(err error) {
	message := err.Error()
	if r, ok := queue.AsRefusal(err); ok {
		message = r.Detail.In("en")
		if cause := r.Unwrap(); cause != nil {
			message += " (" + cause.Error() + ")"
		}
	}
	_, _ = fmt.Fprintf(a.stderr, "antre: error: %s\n", message)
	var h hinted
	if errors.As(err, &h) {
		_, _ = fmt.Fprintf(a.stderr, "antre: hint: %s\n", h.hint)
	}
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use: "antre", Short: "Tickets, calls and screens for a public service mall", SilenceErrors: true, SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return hinted{usageError{err}, fmt.Sprintf("see %s --help", cmd.CommandPath())}
	})
	root.AddCommand(a.serveCommand(), a.demoCommand(), a.importCommand(), a.exportCommand(), a.staffCommand(), a.ticketCommand(), a.verifyCommand(), a.migrateCommand(), a.doctorCommand(), a.dayCommand(), a.versionCommand())
	return root
}

// exactly refuses a wrong number of arguments as wrong usage.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return hinted{usageError{fmt.Errorf("%s needs %s", cmd.CommandPath(), what)}, fmt.Sprintf("see %s --help", cmd.CommandPath())}
	}
}

// place says which mall a command works on.
type place struct {
	data     string
	database string
	tickets  bool // the command gives links to tickets, and so needs the installation's secret
}

func (p *place) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.data, "data", env("ANTRE_DATA", "antre-data"), "folder of the mall's data (ANTRE_DATA)")
	cmd.Flags().StringVar(&p.database, "database", env("ANTRE_DATABASE", ""), "sqlite:FILE or postgres://USER@HOST/DATABASE; default: antre.db in the data folder (ANTRE_DATABASE)")
}

func env(name, fallback string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return fallback
}

// options turns the flags into what the store needs.
func (p *place) options() (store.Options, error) {
	opts := store.Options{Dir: p.data}
	switch {
	case p.database == "":
	case strings.HasPrefix(p.database, "sqlite:") && len(p.database) > len("sqlite:"):
		opts.File = strings.TrimPrefix(p.database, "sqlite:")
	case isPostgres(p.database):
		opts.URL, opts.Keyless, opts.Ask = p.database, !p.tickets, askTimeline
	default:
		return opts, hinted{usageError{fmt.Errorf("--database %q is not supported", p.database)}, "--database sqlite:FILE or --database postgres://USER@HOST:5432/DATABASE"}
	}
	abs, err := filepath.Abs(p.data)
	opts.Dir = abs
	return opts, err
}

// isPostgres says that a database is a PostgreSQL that servers can share.
func isPostgres(database string) bool {
	return strings.HasPrefix(database, "postgres://") || strings.HasPrefix(database, "postgresql://")
}

// task is what a command does to a mall, here or inside a running server.
type task func(ctx context.Context, st *store.Store, site *display.Server, input []byte, out io.Writer) error

// onMall runs a task: inside the server that called us, else under the data
// folder's lock, else by asking the server that holds it.
func (a *app) onMall(ctx context.Context, p *place, input []byte, do task) (err error) {
	if a.inside != nil {
		return do(ctx, a.inside.st, a.inside.site, a.inside.input, a.stdout)
	}
	opts, err := p.options()
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, opts)
	if errors.Is(err, store.ErrLocked) {
		return a.askServer(ctx, opts.Dir, input)
	}
	if err != nil {
		return whyNotOpen(err, opts)
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	site, err := display.New(display.Options{Store: st, Version: version()})
	if err != nil {
		return err
	}
	return do(ctx, st, site, input, a.stdout)
}
