package site

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

var errNoWeb = errors.New("the pages are missing from this build")

// pages are the templates, the words in each language and the static files
// with the hash that makes them cacheable for ever.
type pages struct {
	templates *template.Template
	words     map[string]map[string]string // language → key → text
	files     map[string]webFile
}

type webFile struct {
	content []byte
	kind    string
	hash    string
}

func loadPages(files fs.FS) (*pages, error) {
	p := &pages{words: map[string]map[string]string{}, files: map[string]webFile{}}
	var html []string
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		switch ext := path.Ext(name); {
		case ext == ".html":
			html = append(html, name)
		case strings.HasPrefix(name, "lang/"):
			return p.addWords(name, content)
		default:
			sum := sha256.Sum256(content)
			p.files[name] = webFile{content: content, kind: mime.TypeByExtension(ext), hash: hex.EncodeToString(sum[:6])}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(html) == 0 {
		return nil, errNoWeb
	}
	p.templates, err = template.New("").Funcs(template.FuncMap{"asset": p.asset, "inline": p.inline, "pair": func(a, b any) struct{ First, Second any } { return struct{ First, Second any }{a, b} }}).ParseFS(files, html...)
	return p, err
}

// addWords reads lang/id.json or lang/tv.id.json.
func (p *pages) addWords(name string, content []byte) error {
	var words map[string]string
	if err := json.Unmarshal(content, &words); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	parts := strings.Split(strings.TrimSuffix(path.Base(name), ".json"), ".")
	lang := parts[len(parts)-1]
	if p.words[lang] == nil {
		p.words[lang] = map[string]string{}
	}
	for k, v := range words {
		p.words[lang][k] = v
	}
	return nil
}

func (p *pages) asset(name string) (string, error) {
	f, ok := p.files[name]
	if !ok {
		return "", fmt.Errorf("no web file %q", name)
	}
	return "/web/" + name + "?v=" + f.hash, nil
}

// inline is one of our own drawings in the page itself: what scripts draw anew
// at every change must not be fetched anew each time.
func (p *pages) inline(name string) (template.HTML, error) {
	f, ok := p.files[name]
	if !ok || path.Ext(name) != ".svg" {
		return "", fmt.Errorf("no drawing %q", name)
	}
	return template.HTML(f.content), nil //nolint:gosec // it ships with the program
}

// webFile serves a static file; with its hash in the address it never changes.
func (s *Site) webFile(w http.ResponseWriter, r *http.Request) error {
	f, ok := s.pages.files[r.PathValue("file")]
	if !ok {
		return s.UnknownPage(w, r)
	}
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("ETag", `"`+f.hash+`"`)
	if r.URL.Query().Get("v") == f.hash {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		w.Header().Set("Cache-Control", "no-cache")
	}
	if r.Header.Get("If-None-Match") == `"`+f.hash+`"` {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	_, _ = w.Write(f.content)
	return nil
}

// defaultColor is the accent of a mall that names none; white on it is 7.1:1.
const defaultColor = "#005A9C"

func (s *Site) brandCSS(w http.ResponseWriter, _ *http.Request) error {
	color := deepened(s.Store.Settings().Color)
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = fmt.Fprintf(w, ":root{--brand:%s}\n", color)
	return nil
}
