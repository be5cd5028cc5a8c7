package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// house is HOUSE.md's table: which of our packages each may import, and what
// it must not import at all. A package that is missing here fails the test, so
// that adding one is a decision.
func house() map[string]struct{ ours, never []string } {
	drivers := []string{"github.com/mattn/go-sqlite3", "github.com/jackc/pgx/v5", "github.com/jackc/pgx/v5/stdlib"}
	type room = struct{ ours, never []string }
	noSQL := append([]string{"database/sql", "github.com/spf13/cobra"}, drivers...)
	rooms := func(names ...string) []string { // of display: what screens are made of, and these parts of it
		all := []string{"antre/queue", "antre/queue/store", "antre/printer"}
		for _, name := range names {
			all = append(all, "antre/display/"+name)
		}
		return all
	}
	return map[string]struct{ ours, never []string }{
		"antre":                         room{nil, []string{"*"}},
		"antre/queue":                   room{nil, append([]string{"database/sql", "net/http"}, drivers...)},
		"antre/queue/store":             room{[]string{"antre", "antre/queue"}, []string{"net/http"}},
		"antre/queue/store/pgtest":      room{nil, []string{"net/http"}}, // for tests: a real PostgreSQL
		"antre/printer":                 room{[]string{"antre/queue"}, []string{"database/sql"}},
		"antre/display":                 room{rooms("site", "view", "push", "voice", "kiosk", "visitor", "lobby", "desk", "manager", "admin", "reception", "devices"), noSQL},
		"antre/display/site":            room{[]string{"antre/queue", "antre/queue/store"}, noSQL},
		"antre/display/view":            room{rooms("site"), noSQL},
		"antre/display/push":            room{rooms("site"), noSQL},
		"antre/display/kiosk":           room{rooms("site", "view"), noSQL},
		"antre/display/visitor":         room{rooms("site", "view", "push"), noSQL},
		"antre/display/lobby":           room{rooms("site", "view", "push", "voice"), noSQL},
		"antre/display/voice":           room{[]string{"antre/queue"}, noSQL},
		"antre/display/voice/makeclips": room{[]string{"antre/display/voice"}, noSQL},
		"antre/display/desk":            room{rooms("site", "view", "push"), noSQL},
		"antre/display/manager":         room{rooms("site", "view"), noSQL},
		"antre/display/admin":           room{rooms("site", "view", "voice"), noSQL},
		"antre/display/devices":         room{rooms("site"), noSQL},
		"antre/display/reception":       room{rooms("site", "view"), noSQL},
		"antre/display/halltest":        room{[]string{"antre/queue", "antre/queue/store"}, noSQL}, // for tests: a small mall
		"antre/cmd/antre":               room{[]string{"antre", "antre/queue", "antre/queue/store", "antre/printer", "antre/display"}, []string{"database/sql"}},
		"antre/cmd/antre/e2e":           room{[]string{"antre/queue/store/pgtest"}, nil}, // from outside: nothing of ours
	}
}

func TestImports_everyPackageKeepsToItsRoom(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "antre/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	rooms := house()
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		room, known := rooms[p.ImportPath]
		if !known {
			t.Errorf("%s is not in the house: decide what it may import", p.ImportPath)
		}
		for _, i := range p.Imports {
			ours := i == "antre" || strings.HasPrefix(i, "antre/")
			if ours && !slices.Contains(room.ours, i) || slices.Contains(room.never, i) || slices.Contains(room.never, "*") && i != "embed" {
				t.Errorf("%s must not import %s", p.ImportPath, i)
			}
		}
	}
}

func TestQueue_hasNoClockOfItsOwn(t *testing.T) {
	out, err := exec.Command("grep", "-rn", "--include=*.go", "--exclude=*_test.go", "time.Now()", "../../queue").Output()
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		if line != "" && !strings.Contains(line, "/store/") {
			t.Errorf("the rules read a clock: %s", line)
		}
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
}
