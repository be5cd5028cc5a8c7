package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"antre/display"
	"antre/queue/store"
)

func (a *app) verifyCommand() *cobra.Command {
	p := &place{}
	cmd := &cobra.Command{
		Use: "verify", Short: "Prove that nobody has changed the record", Args: exactly(0, "no arguments"),
		Long: "Walks every chain and every daily seal of the record, rebuilds the state from it and compares that with the tables.\n" +
			"It changes nothing, and names the first row that does not fit.",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.onMall(cmd.Context(), p, nil, verify) },
	}
	p.flags(cmd)
	return cmd
}

func verify(ctx context.Context, st *store.Store, _ *display.Server, _ []byte, out io.Writer) error {
	p, err := st.Verify(ctx)
	var broken *store.Broken
	if errors.As(err, &broken) {
		return hinted{err, "somebody or something changed the database behind Antre's back; keep a copy of the data folder before anything else"}
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "the record is whole: %d events in %d chains, %d days sealed, %d tickets\n", p.Events, p.Chains, p.Seals, p.Tickets)
	return err
}
