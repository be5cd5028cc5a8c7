package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"antre/display"
	"antre/queue"
	"antre/queue/store"
)

func (a *app) staffCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "staff", Short: "Who may sign in",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return hinted{usageError{fmt.Errorf("there is no antre staff %s", args[0])}, "antre staff add, reset or disable"}
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(a.staffAddCommand(), a.staffResetCommand(), a.staffDisableCommand())
	return cmd
}

type staffOptions struct {
	place
	user, name, role, agency string
	counters                 []string
	passwordStdin            bool
}

func (o *staffOptions) userFlag(cmd *cobra.Command) {
	o.flags(cmd)
	cmd.Flags().StringVar(&o.user, "user", "", "user name, for signing in")
}

func (o *staffOptions) passwordFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.passwordStdin, "password-stdin", false, "read the password from standard input")
}

// need refuses a command without the flags it cannot do without.
func need(cmd *cobra.Command, flags ...string) error {
	for _, name := range flags {
		if f := cmd.Flags().Lookup(name); f == nil || f.Value.String() == "" || f.Value.String() == "false" {
			return hinted{usageError{fmt.Errorf("%s needs --%s", cmd.CommandPath(), name)}, fmt.Sprintf("see %s --help", cmd.CommandPath())}
		}
	}
	return nil
}

func (a *app) staffAddCommand() *cobra.Command {
	o := &staffOptions{}
	cmd := &cobra.Command{
		Use: "add", Short: "Add a member of staff", Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := need(cmd, "user", "name", "role", "password-stdin"); err != nil {
				return err
			}
			return a.withPassword(cmd.Context(), o, func(ctx context.Context, st *store.Store, hash string) error {
				role, err := queue.ParseRole(o.role)
				if err != nil {
					return err
				}
				return st.AddStaff(ctx, a.by(), store.Staff{
					Username: o.user, Name: o.name, Role: role, Agency: o.agency, Counters: o.counters, PasswordHash: hash})
			})
		},
	}
	o.userFlag(cmd)
	o.passwordFlag(cmd)
	cmd.Flags().StringVar(&o.name, "name", "", "the person's name, as visitors and colleagues know it")
	cmd.Flags().StringVar(&o.role, "role", "", "officer, supervisor, manager or admin")
	cmd.Flags().StringVar(&o.agency, "agency", "", "a supervisor's agency")
	cmd.Flags().StringSliceVar(&o.counters, "counters", nil, "an officer's counters, for example 1,2")
	return cmd
}

func (a *app) staffResetCommand() *cobra.Command {
	o := &staffOptions{}
	cmd := &cobra.Command{
		Use: "reset", Short: "Set a new password and sign the person out everywhere", Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := need(cmd, "user", "password-stdin"); err != nil {
				return err
			}
			return a.withPassword(cmd.Context(), o, func(ctx context.Context, st *store.Store, hash string) error {
				return st.ResetPassword(ctx, a.by(), o.user, hash)
			})
		},
	}
	o.userFlag(cmd)
	o.passwordFlag(cmd)
	return cmd
}

func (a *app) staffDisableCommand() *cobra.Command {
	o := &staffOptions{}
	cmd := &cobra.Command{
		Use: "disable", Short: "Keep a person out, from this moment", Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := need(cmd, "user"); err != nil {
				return err
			}
			return a.onMall(cmd.Context(), &o.place, nil, func(ctx context.Context, st *store.Store, _ *display.Server, _ []byte, out io.Writer) error {
				if err := st.DisableStaff(ctx, a.by(), o.user); err != nil {
					return err
				}
				_, err := fmt.Fprintf(out, "%s: disabled\n", o.user)
				return err
			})
		},
	}
	o.userFlag(cmd)
	return cmd
}

// withPassword reads one line of standard input, hashes it and acts.
func (a *app) withPassword(ctx context.Context, o *staffOptions, act func(context.Context, *store.Store, string) error) error {
	var input []byte
	if a.inside == nil {
		line, err := bufio.NewReader(io.LimitReader(a.stdin, 4096)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read the password: %w", err)
		}
		input = []byte(strings.TrimRight(line, "\r\n"))
	}
	return a.onMall(ctx, &o.place, input, func(ctx context.Context, st *store.Store, _ *display.Server, input []byte, out io.Writer) error {
		hash, err := display.HashPassword(string(bytes.TrimSpace(input)))
		if err != nil {
			return err
		}
		if err := act(ctx, st, hash); err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s: ok\n", o.user)
		return err
	})
}
