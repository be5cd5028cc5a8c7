package display

import (
	"io/fs"
	"regexp"
	"slices"
	"testing"

	"antre/queue"
)

// A name without a drawing would leave a hole on the kiosk.
func TestIcons_everyNameIsDrawnAndNoOther(t *testing.T) {
	file, err := fs.ReadFile(embedded, "web/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	var drawn []string
	for _, m := range regexp.MustCompile(`<symbol id="([^"]+)" viewBox="0 0 24 24" fill="none" stroke="currentColor"[^>]*>.`).FindAllStringSubmatch(string(file), -1) {
		drawn = append(drawn, m[1])
	}
	if !slices.Equal(drawn, queue.Icons()) {
		t.Errorf("drawn: %v\nnamed: %v", drawn, queue.Icons())
	}
}
