package site

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"antre/queue/store"
)

// view is what every page's template gets.
type view struct {
	s        *Site
	Lang     string
	Langs    []string
	MallName string
	Noun     string
	Title    string
	Path     string
	User     *store.Staff
	Servers  any // for pages that go on at another server
	Page     any
}

// T gives a text of the page's language, with {0}, {1} filled in.
func (v view) T(key string, args ...any) string { return v.s.Text(v.Lang, key, args...) }

// Words are the texts a page's script needs, by prefix.
func (v view) Words(prefix string) map[string]string { return v.WordsIn(v.Lang, prefix) }

// WordsIn are the same texts in another language, and in Indonesian what that
// one lacks.
func (v view) WordsIn(lang, prefix string) map[string]string {
	out := map[string]string{}
	for _, from := range []string{"id", lang} {
		for k, text := range v.s.pages.words[from] {
			if strings.HasPrefix(k, prefix) {
				out[k] = text
			}
		}
	}
	return out
}

// AllWords are the same texts in each of the mall's languages.
func (v view) AllWords(prefix string) map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, lang := range append([]string{"id"}, v.Langs...) {
		out[lang] = v.WordsIn(lang, prefix)
	}
	return out
}

// LangName is what a language calls itself.
func (v view) LangName(lang string) string { return v.s.LangName(lang) }

// LangName is what a language calls itself.
func (s *Site) LangName(lang string) string { return s.Text(lang, "lang."+lang) }

// Languages are those that the pages have words of: Indonesian and English,
// then those of the regions.
func (s *Site) Languages() []string {
	return slices.SortedFunc(maps.Keys(s.pages.words), func(a, b string) int {
		usual := []string{"en", "id"}
		return cmp.Or(slices.Index(usual, b)-slices.Index(usual, a), strings.Compare(a, b))
	})
}

// Text is a text of a language, or of Indonesian where that lacks it, with {0},
// {1} filled in.
func (s *Site) Text(lang, key string, args ...any) string { return s.pages.text(lang, key, args...) }

func (p *pages) text(lang, key string, args ...any) string {
	text, ok := p.words[lang][key]
	if !ok {
		if text, ok = p.words["id"][key]; !ok {
			return key
		}
	}
	for i, a := range args {
		text = strings.ReplaceAll(text, fmt.Sprintf("{%d}", i), fmt.Sprint(a))
	}
	return text
}

// AsPage runs a page's handler and answers its error as a page.
func (s *Site) AsPage(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil {
			return
		}
		refusal := Judge(err)
		s.logFault(r, refusal)
		if refusal.Status == http.StatusUnauthorized {
			http.Redirect(w, r, "/sign-in?next="+url.QueryEscape(r.URL.Path), http.StatusSeeOther)
			return
		}
		setRetryAfter(w, refusal)
		s.showError(w, r, refusal)
	})
}

func (s *Site) showError(w http.ResponseWriter, r *http.Request, refusal *Refusal) {
	err := s.Render(w, r, refusal.Status, "error.html", "error.title", map[string]any{"Status": refusal.Status, "Detail": refusal.Detail.In(s.PageLang(w, r))})
	if err != nil {
		s.Log.Error("error page", "err", err)
	}
}

// Render writes a page, whole or not at all.
func (s *Site) Render(w http.ResponseWriter, r *http.Request, status int, name, title string, page any) error {
	return s.RenderIn(w, r, s.PageLang(w, r), status, name, title, page)
}

// RenderIn writes a page in one language.
func (s *Site) RenderIn(w http.ResponseWriter, r *http.Request, lang string, status int, name, title string, page any) error {
	user, err := s.SignIn.Who(r)
	if err != nil {
		s.Log.Error("session", "err", err)
	}
	set := s.Store.Settings()
	v := view{s: s, Lang: lang, Langs: set.Langs(), MallName: set.Name, Noun: set.Noun(), Path: r.URL.Path, User: user, Servers: s.elsewhere(r, user), Page: page}
	v.Title = v.T(title)
	if v.MallName == "" {
		v.MallName = "Antre"
	}
	var out bytes.Buffer
	if err := s.pages.templates.ExecuteTemplate(&out, name, v); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", lang)
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes())
	return nil
}

// PageLang is the language of a page: asked for now, or before in this
// browser, or the mall's first. A hall's screens are Indonesian whatever their
// browser was shipped with.
func (s *Site) PageLang(w http.ResponseWriter, r *http.Request) string {
	langs := s.Store.Settings().Langs()
	if asked := r.URL.Query().Get("lang"); asked != "" {
		lang := s.Lang(r)
		http.SetCookie(w, &http.Cookie{Name: "antre_lang", Value: lang, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode, HttpOnly: true, Secure: r.TLS != nil})
		return lang
	}
	if c, err := r.Cookie("antre_lang"); err == nil {
		for _, l := range langs {
			if l == c.Value {
				return l
			}
		}
	}
	return langs[0]
}

// UnknownPage answers where there is no page.
func (s *Site) UnknownPage(http.ResponseWriter, *http.Request) error {
	return Refuse(http.StatusNotFound, "unknown_page", "Halaman ini tidak ada.", "There is no such page.")
}

// LocalPath keeps a sign-in from sending people to another site.
func LocalPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n") {
		return "/desk"
	}
	return path
}

// ReadForm reads a small form.
func ReadForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return errTooLarge()
		}
		return Refuse(http.StatusBadRequest, "bad_form", "Formulir tidak terbaca.", "The form could not be read.")
	}
	return nil
}
