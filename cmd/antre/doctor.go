package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"antre/queue/store"
)

func (a *app) doctorCommand() *cobra.Command {
	p := &place{}
	cmd := &cobra.Command{
		Use: "doctor", Short: "Say what is wrong with a mall's machine and database", Args: exactly(0, "no arguments"),
		Long: "Looks at the data folder, the database, the disk, the clocks and the other servers, and says what to do.\n" +
			"It changes nothing, and works beside a running server. The exit status is 1 when something must be mended.",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context(), p) },
	}
	p.flags(cmd)
	return cmd
}

func (a *app) doctor(ctx context.Context, p *place) error {
	opts, err := p.options()
	if err != nil {
		return err
	}
	faults := 0
	for _, f := range store.Examine(ctx, opts) {
		if f.Grade == store.Fault {
			faults++
		}
		_, _ = fmt.Fprintf(a.stdout, "%-4s  %s\n", f.Grade, f.Seen)
		if f.Advice != "" {
			_, _ = fmt.Fprintf(a.stdout, "      -> %s\n", f.Advice)
		}
	}
	if faults > 0 {
		return fmt.Errorf("%d things must be mended", faults)
	}
	return nil
}
