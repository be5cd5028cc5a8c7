package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"antre/display"
	"antre/queue"
	"antre/queue/store"
)

func (a *app) dayCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "day", Short: "The business day, after the clock has leapt",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return hinted{usageError{fmt.Errorf("there is no antre day %s", args[0])}, "antre day allow"}
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(a.dayAllowCommand())
	return cmd
}

func (a *app) dayAllowCommand() *cobra.Command {
	p := &place{}
	cmd := &cobra.Command{
		Use: "allow 2006-01-02", Short: "Say that the clock is right, and open today", Args: exactly(1, "today's date, such as 2006-01-02"),
		Long: "A clock that has leapt more than a month ahead is more likely wrong than right, and no day is opened until somebody says so.\n" +
			"Name the day that it is. The day in progress ends and cannot be opened again.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := time.Parse(queue.DayFormat, args[0]); err != nil {
				return hinted{usageError{fmt.Errorf("%q is not a date", args[0])}, "write it as 2006-01-02"}
			}
			return a.onMall(cmd.Context(), p, nil, func(ctx context.Context, st *store.Store, _ *display.Server, _ []byte, out io.Writer) error {
				reply, err := st.AllowDay(ctx, a.by(), args[0])
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(out, "%s is open\n", reply.Value)
				return err
			})
		},
	}
	p.flags(cmd)
	return cmd
}
