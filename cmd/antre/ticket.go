package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"antre/display"
	"antre/printer"
	"antre/queue/store"
)

func (a *app) ticketCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "ticket", Short: "Give and print numbers at the command line",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return hinted{usageError{fmt.Errorf("there is no antre ticket %s", args[0])}, "antre ticket issue or print"}
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(a.ticketIssueCommand(), a.ticketPrintCommand())
	return cmd
}

func (a *app) ticketIssueCommand() *cobra.Command {
	p := &place{tickets: true}
	var service, lang string
	cmd := &cobra.Command{
		Use: "issue", Short: "Give the next number of a service", Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := need(cmd, "service"); err != nil {
				return err
			}
			return a.onMall(cmd.Context(), p, nil, func(ctx context.Context, st *store.Store, _ *display.Server, _ []byte, out io.Writer) error {
				reply, err := st.Issue(ctx, a.by(), store.Wanted{Services: []string{service}, Lang: lang})
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(out, "%s %s\n", reply.Value.Code, st.Token(reply.Value.ID))
				return err
			})
		},
	}
	p.flags(cmd)
	cmd.Flags().StringVar(&service, "service", "", "code of the service")
	cmd.Flags().StringVar(&lang, "lang", "id", "language of the slip")
	return cmd
}

func (a *app) ticketPrintCommand() *cobra.Command {
	p := &place{tickets: true}
	var paper, out string
	cmd := &cobra.Command{
		Use: "print CODE", Short: "Make the PDF slip of one of today's numbers", Args: exactly(1, "a number such as A-007"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if a.inside == nil && out != "" && out != "-" {
				return a.printTo(cmd.Context(), out)
			}
			return a.onMall(cmd.Context(), p, nil, func(ctx context.Context, st *store.Store, site *display.Server, _ []byte, w io.Writer) error {
				k, err := st.TicketByCode(ctx, args[0])
				if err != nil {
					return err
				}
				size, err := printer.ParsePaper(paper)
				if err != nil {
					return usageError{err}
				}
				return printer.PDF(w, site.Slip(ctx, k), size)
			})
		},
	}
	p.flags(cmd)
	cmd.Flags().StringVar(&paper, "paper", "80", "80, 58 or a6")
	cmd.Flags().StringVar(&out, "out", "-", "file to write; - is standard output")
	return cmd
}

// printTo runs the same command again into a file, which is written whole or
// not at all. The file's name means something only here, not in a server.
func (a *app) printTo(ctx context.Context, file string) error {
	var pdf bytes.Buffer
	again := &app{args: append(append([]string{}, a.args...), "--out", "-"), stdin: a.stdin, stdout: &pdf, stderr: a.stderr, account: a.account}
	if status := again.run(ctx); status != 0 {
		return remoteStatus(status)
	}
	return os.WriteFile(file, pdf.Bytes(), 0o600)
}
