package voice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// Espeak is the program that reads names. It is no part of ours: a machine has
// it or does not.
const Espeak = "espeak-ng"

// EspeakVoice is its voice of a language, with the pace and pitch at which a
// hall understands it, and which the small speakers of televisions still carry:
// in words a minute, and from 0 to 99.
func EspeakVoice(lang string) []string {
	if lang == English {
		return []string{"-v", "en-gb", "-s", "140", "-p", "70"}
	}
	return []string{"-v", "id", "-s", "135", "-p", "52"}
}

// Bounds of one process: a name takes a tenth of a second to render.
const (
	patience    = 5 * time.Second
	mostSound   = headLength + 2*Rate*12 // bytes; ReadWAV refuses what is longer than ten seconds
	mostErrText = 300                    // bytes that the log sees
)

// errNoEspeak says that this machine does not have it.
var errNoEspeak = errors.New(Espeak + " is not installed")

// Program renders names with espeak-ng as a process.
type Program struct {
	path     string // "": not installed
	patience time.Duration
}

// FindEspeak looks for the program once, on the PATH.
func FindEspeak() Program {
	path, err := exec.LookPath(Espeak)
	if err != nil {
		path = ""
	}
	return Program{path, patience}
}

// Say renders a name, as clean as a clip that ships. The text goes through the
// standard input: a name is no argument and no option.
func (p Program) Say(ctx context.Context, r Reading) (Sound, error) {
	if p.path == "" {
		return nil, errNoEspeak
	}
	bounded, cancel := context.WithTimeout(ctx, p.patience)
	defer cancel()
	cmd := exec.CommandContext(bounded, p.path, append(EspeakVoice(r.Voice), "-b", "1", "--stdin", "--stdout")...)
	cmd.WaitDelay = time.Second // of a child of its own that keeps the pipe open
	out, said := limited{most: mostSound}, limited{most: mostErrText}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(r.Input+"\n"), &out, &said
	if err := cmd.Run(); err != nil {
		if bounded.Err() != nil {
			err = fmt.Errorf("not done after %s", p.patience)
		}
		return nil, fmt.Errorf("%s: %w %s", Espeak, err, strings.TrimSpace(said.String()))
	}
	s, err := ReadWAV(out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Espeak, err)
	}
	if s, err = s.Clean(); err != nil {
		return nil, fmt.Errorf("%s: %w", Espeak, err)
	}
	return s, nil
}

// limited keeps what a process writes up to a limit, and breaks its pipe there.
type limited struct {
	bytes.Buffer
	most int
}

var errTooMuch = errors.New("it writes without end")

func (b *limited) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.most {
		return 0, errTooMuch
	}
	return b.Buffer.Write(p)
}
