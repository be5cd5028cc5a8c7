package site

import (
	"io/fs"
	"os"
	"slices"
	"testing"
	"testing/fstest"
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

// A regional language is one file, whole or begun: it names itself, and what it
// lacks is Indonesian.
func TestWords_aRegionalLanguageIsOneFile(t *testing.T) {
	files := fstest.MapFS{}
	if err := addAll(files, os.DirFS("../web")); err != nil {
		t.Fatal(err)
	}
	files["lang/jv.json"] = &fstest.MapFile{Data: []byte(`{"lang.jv": "Basa Jawa", "kiosk.choose": "Panjenengan badhe ngurus punapa?"}`)}
	p, err := loadPages(files)
	if err != nil {
		t.Fatal(err)
	}
	if langs := (&Site{pages: p}).Languages(); !slices.Equal(langs, []string{"id", "en", "jv"}) {
		t.Errorf("an administrator chooses from %v", langs)
	}
	v := view{s: &Site{pages: p}, Lang: "jv", Langs: []string{"id", "en", "jv"}}
	kiosk, indonesian := v.AllWords("kiosk."), v.WordsIn("id", "kiosk.")
	if len(kiosk) != 3 || len(kiosk["jv"]) != len(indonesian) {
		t.Errorf("%d languages, and %d of %d texts", len(kiosk), len(kiosk["jv"]), len(indonesian))
	}
	for _, c := range []struct{ got, want string }{
		{v.T("kiosk.choose"), "Panjenengan badhe ngurus punapa?"}, {kiosk["jv"]["kiosk.choose"], v.T("kiosk.choose")}, {kiosk["jv"]["kiosk.done"], indonesian["kiosk.done"]},
		{v.LangName("jv"), "Basa Jawa"}, {view{s: v.s, Lang: "en"}.LangName("jv"), "Basa Jawa"}, {v.LangName("en"), "English"},
	} {
		if c.got != c.want || c.want == "" {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func addAll(to fstest.MapFS, from fs.FS) error {
	return fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(from, name)
		to[name] = &fstest.MapFile{Data: content}
		return err
	})
}
