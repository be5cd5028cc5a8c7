package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"antre/display"
	"antre/queue"
	"antre/queue/store"
)

func splitEnv(name string) []string {
	if v := os.Getenv(name); v != "" {
		return strings.Split(v, ",")
	}
	return nil
}

func (a *app) importCommand() *cobra.Command {
	p := &place{}
	var why string
	cmd := &cobra.Command{
		Use: "import FILE", Short: "Put a mall file in force (- reads standard input)", Args: exactly(1, "a mall file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := a.readInput(args[0])
			if err != nil {
				return err
			}
			return a.onMall(cmd.Context(), p, file, func(ctx context.Context, st *store.Store, _ *display.Server, file []byte, out io.Writer) error {
				by := a.by()
				by.Reason = strings.TrimSpace(why)
				return importMall(ctx, st, by, file, out)
			})
		},
	}
	p.flags(cmd)
	cmd.Flags().StringVar(&why, "reason", "", "why the mall is changed, for the record")
	return cmd
}

// unlimitedNote says what a setting does that looks harmless in a file.
const unlimitedNote = "note: priority_run is unlimited: while any priority visitor waits no regular one is called, until one has waited regular_max_wait_min"

const maxMallFile = 1 << 20

// readInput reads a file here, where its name means something; inside the
// server the content came along.
func (a *app) readInput(name string) ([]byte, error) {
	if a.inside != nil {
		return a.inside.input, nil
	}
	in := a.stdin
	if name != "-" {
		f, err := os.Open(name) //nolint:gosec // the administrator named it
		if err != nil {
			return nil, fmt.Errorf("read the mall file: %w", err)
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	content, err := io.ReadAll(io.LimitReader(in, maxMallFile+1))
	if err == nil && len(content) > maxMallFile {
		err = errors.New("the mall file is over 1 MB")
	}
	return content, err
}

func importMall(ctx context.Context, st *store.Store, by store.By, file []byte, out io.Writer) error {
	mall, err := queue.ParseMall(file)
	if err != nil {
		return hinted{err, "nothing was imported; mend the file and import it again"}
	}
	if err := st.Import(ctx, by, mall); err != nil {
		return err
	}
	services, counters := 0, 0
	for _, agency := range mall.Agencies {
		services += len(agency.Services)
		counters += len(agency.Counters)
	}
	if _, err = fmt.Fprintf(out, "%s: %d agencies, %d services, %d counters\n", mall.Settings.Name, len(mall.Agencies), services, counters); err != nil {
		return err
	}
	if mall.Settings.PriorityRunLimit() == queue.UnlimitedRun {
		_, err = fmt.Fprintln(out, unlimitedNote)
	}
	return err
}

func (a *app) exportCommand() *cobra.Command {
	p := &place{}
	cmd := &cobra.Command{
		Use: "export", Short: "Print the mall file that is in force", Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.onMall(cmd.Context(), p, nil, func(_ context.Context, st *store.Store, _ *display.Server, _ []byte, out io.Writer) error {
				mall := st.Catalog().Mall
				if mall.Settings.Name == "" {
					return hinted{errors.New("there is no mall yet"), "put one in force with antre import FILE"}
				}
				file, err := queue.FormatMall(&mall)
				if err == nil {
					_, err = out.Write(file)
				}
				return err
			})
		},
	}
	p.flags(cmd)
	return cmd
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "antre %s\n", version())
			return err
		},
	}
}

// version is what the Go tool stamped into the binary.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
