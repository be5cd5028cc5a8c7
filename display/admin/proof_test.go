package admin

import (
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"antre/display/halltest"
	"antre/display/site"
	"antre/display/view"
	"antre/queue/store"
)

func TestProof_isSaidInWordsAndABrokenRowByItsPlace(t *testing.T) {
	h := halltest.Open(t, "2026-11-25 09:00:00", nil)
	base, err := site.New(site.Options{Store: h.Store, Log: slog.New(slog.DiscardHandler), Web: os.DirFS("../web")})
	if err != nil {
		t.Fatal(err)
	}
	s := &Room{Views: &view.Views{Site: base}}
	if text, bad := s.proofSays("id"); text != "" || bad {
		t.Errorf("before the first walk: %q", text)
	}
	<-s.proving.start(s.Store, time.Now())
	if text, bad := s.proofSays("id"); !strings.HasPrefix(text, "Utuh") || bad {
		t.Errorf("a whole record: %q", text)
	}
	s.proving.err = &store.Broken{Table: "events", ID: 77, Why: "its hash is another"}
	if text, bad := s.proofSays("en"); !strings.Contains(text, "the row events 77 does not fit (its hash is another)") || !bad {
		t.Errorf("a broken record: %q", text)
	}
	s.proving.ended = false
	if a, b := s.proving.start(s.Store, time.Now()), s.proving.start(s.Store, time.Now()); a != b {
		t.Error("two walks run at once")
	}
}
