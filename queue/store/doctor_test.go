package store_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"antre/queue"
	"antre/queue/store"
)

func TestExamine_saysWhetherNamesCanBeRead(t *testing.T) {
	with, without := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(with, "espeak-ng"), []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	h := openHall(t, false)
	for _, c := range []struct {
		names, path string
		grade       store.Grade
		seen        string
	}{
		{"agency", without, store.Warning, "calls end with a name, but espeak-ng is not installed: only recorded names are said"},
		{"service", with, store.Fine, "names at the end of calls are read by " + with + "/espeak-ng"},
		{"none", without, "", ""},
		{"", without, "", ""},
	} {
		mall := testMall()
		mall.Settings.Speech = &queue.Speech{Names: c.names}
		if err := h.Import(t.Context(), store.By{Actor: "command"}, mall); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", c.path)
		found := slices.DeleteFunc(store.Examine(t.Context(), store.Options{Dir: h.dir, URL: h.url, Now: h.now}), func(f store.Finding) bool { return !strings.Contains(f.Seen, "name") })
		switch {
		case c.seen == "" && len(found) > 0:
			t.Errorf("%q: %+v", c.names, found)
		case c.seen != "" && (len(found) != 1 || found[0].Grade != c.grade || found[0].Seen != c.seen || (found[0].Advice == "") != (c.grade == store.Fine)):
			t.Errorf("%q: %+v", c.names, found)
		}
	}
}
