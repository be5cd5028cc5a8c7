package store_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"antre/queue/store"
	"antre/queue/store/pgtest"
)

// A server that made the mall's secret and stopped before it could keep it under
// its name still has it: without it no visitor's link would open again.
func TestSecret_thatACrashLeftOfferedIsTakenUp(t *testing.T) {
	dir, url := t.TempDir(), pgtest.URL(t)
	open := func() string {
		st, err := store.Open(t.Context(), store.Options{Dir: dir, URL: url})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := st.Close(); err != nil {
				t.Error(err)
			}
		}()
		return st.Token(7)
	}
	before := open()
	kept := filepath.Join(dir, "secret")
	secret, err := os.ReadFile(kept) //nolint:gosec // the test's own folder
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(append([]byte("antre's secret: "), secret...))
	if err := os.Rename(kept, kept+"-offered-"+hex.EncodeToString(sum[:])); err != nil {
		t.Fatal(err)
	}
	if after := open(); after != before {
		t.Error("the links of before do not open any more")
	}
	if left, _ := filepath.Glob(kept + "-*"); len(left) != 0 {
		t.Errorf("%v is left", left)
	}
}
