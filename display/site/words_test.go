package site

import (
	"os"
	"testing"
)

// A text that one language lacks would show as a key.
func TestWords_everyLanguageIsComplete(t *testing.T) {
	p, err := loadPages(os.DirFS("../web"))
	if err != nil {
		t.Fatal(err)
	}
	for key := range p.words["id"] {
		if p.words["en"][key] == "" {
			t.Errorf("English lacks %q", key)
		}
	}
	for key := range p.words["en"] {
		if p.words["id"][key] == "" {
			t.Errorf("Indonesian lacks %q", key)
		}
	}
}
