package display

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"antre/queue"
	"antre/queue/store"
)

// view is what every page's template gets.
type view struct {
	s        *Server
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
func (v view) T(key string, args ...any) string { return v.s.pages.text(v.Lang, key, args...) }

// Words are the texts a page's script needs, by prefix.
func (v view) Words(prefix string) map[string]string { return v.WordsIn(v.Lang, prefix) }

// WordsIn are the same texts in another language.
func (v view) WordsIn(lang, prefix string) map[string]string {
	out := map[string]string{}
	for k, text := range v.s.pages.words[lang] {
		if strings.HasPrefix(k, prefix) {
			out[k] = text
		}
	}
	return out
}

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

// page runs a page's handler and answers its error as a page.
func (s *Server) page(h handle) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil {
			return
		}
		refusal := judge(err)
		s.logFault(r, refusal)
		if refusal.status == http.StatusUnauthorized {
			http.Redirect(w, r, "/sign-in?next="+url.QueryEscape(r.URL.Path), http.StatusSeeOther)
			return
		}
		setRetryAfter(w, refusal)
		s.showError(w, r, refusal)
	})
}

func (s *Server) showError(w http.ResponseWriter, r *http.Request, refusal *httpRefusal) {
	err := s.render(w, r, refusal.status, "error.html", "error.title", map[string]any{"Status": refusal.status, "Detail": refusal.Detail.In(s.lang(r))})
	if err != nil {
		s.log.Error("error page", "err", err)
	}
}

// render writes a page, whole or not at all.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, name, title string, page any) error {
	return s.renderIn(w, r, s.pageLang(w, r), status, name, title, page)
}

func (s *Server) renderIn(w http.ResponseWriter, r *http.Request, lang string, status int, name, title string, page any) error {
	user, err := s.signIn.who(r)
	if err != nil {
		s.log.Error("session", "err", err)
	}
	set := s.st.Settings()
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

// pageLang is the language of a page: asked for now, or before in this
// browser, or the mall's first. A hall's screens are Indonesian whatever their
// browser was shipped with.
func (s *Server) pageLang(w http.ResponseWriter, r *http.Request) string {
	langs := s.st.Settings().Langs()
	if asked := r.URL.Query().Get("lang"); asked != "" {
		lang := s.lang(r)
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

func (s *Server) unknownPage(http.ResponseWriter, *http.Request) error {
	return refuse(http.StatusNotFound, "unknown_page", "Halaman ini tidak ada.", "There is no such page.")
}

// screen is a link on the start page.
type screen struct{ Title, Path, QR, Note string }

func (s *Server) startPage(w http.ResponseWriter, r *http.Request) error {
	c, lang := s.st.Catalog(), s.pageLang(w, r)
	t := func(key string, args ...any) string { return s.pages.text(lang, key, args...) }
	screens := []screen{{Title: t("start.kiosk"), Path: "/kiosk", Note: t("start.kiosk_note")}}
	for _, z := range c.Zones {
		screens = append(screens, screen{Title: t("start.tv", z.Name.In(lang)), Path: "/tv/" + url.PathEscape(z.Code), Note: t("start.tv_note")})
	}
	screens = append(screens, screen{Title: t("start.tv_all"), Path: "/tv", Note: t("start.tv_all_note")},
		screen{Title: t("start.desk"), Path: "/desk", Note: t("start.desk_note")})
	base := s.st.Settings().URL
	for i := range screens {
		if base != "" {
			screens[i].QR = "/qr.svg?path=" + url.QueryEscape(screens[i].Path)
		}
	}
	return s.render(w, r, http.StatusOK, "start.html", "start.title", map[string]any{
		"Screens": screens, "Demo": len(s.opts.Accounts) > 0, "Accounts": s.opts.Accounts, "URL": base,
	})
}

func (s *Server) kioskPage(w http.ResponseWriter, r *http.Request) error {
	paper := r.URL.Query().Get("paper")
	if paper != "80" && paper != "58" {
		paper = ""
	}
	zone, err := s.zone(r)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "kiosk.html", "kiosk.title", map[string]any{"Zone": zone, "Paper": paper})
}

func (s *Server) tvPage(w http.ResponseWriter, r *http.Request) error {
	zone, err := s.zone(r)
	if err != nil {
		return err
	}
	set := s.st.Settings()
	name := set.Name
	if z, err := s.st.Catalog().Zone(zone); err == nil {
		name = z.Name.In(s.pageLang(w, r))
	}
	return s.render(w, r, http.StatusOK, "tv.html", "tv.title", map[string]any{"Zone": zone, "ZoneName": name, "Noun": set.Noun(), "Langs": set.Langs()})
}

func (s *Server) desksPage(w http.ResponseWriter, r *http.Request) error {
	p, err := permitOf(r)
	if err != nil {
		return err
	}
	staff := p.staff
	h, err := s.st.Hall(r.Context())
	if err != nil {
		return err
	}
	lang := s.pageLang(w, r)
	var counters []map[string]any
	for _, k := range h.Catalog.Counters {
		if !staff.MayAct(k) {
			continue
		}
		now := h.Counters[k.ID]
		counters = append(counters, map[string]any{"Code": k.Code, "State": string(now.State), "StateText": s.pages.text(lang, "desks."+string(now.State)),
			"Services": serviceNames(k, lang), "Officer": now.Officer})
	}
	if len(counters) == 1 && staff.Role == queue.Officer {
		http.Redirect(w, r, "/desk/"+url.PathEscape(fmt.Sprint(counters[0]["Code"])), http.StatusSeeOther)
		return nil
	}
	return s.render(w, r, http.StatusOK, "desks.html", "desks.title", map[string]any{"Counters": counters})
}

func serviceNames(k *store.Counter, lang string) string {
	var names []string
	for _, service := range k.Own {
		names = append(names, service.Name.In(lang))
	}
	return strings.Join(names, ", ")
}

func (s *Server) deskPage(w http.ResponseWriter, r *http.Request) error {
	d, err := s.atCounter(r)
	if err != nil {
		return err
	}
	lang := s.pageLang(w, r)
	return s.render(w, r, http.StatusOK, "desk.html", "desk.title", map[string]any{
		"Counter": d.counter.Code, "Agency": shortName(d.counter.Agency, lang), "AgencyCode": d.counter.Agency.Code, "Services": serviceNames(d.counter, lang),
	})
}

func (s *Server) signInPage(w http.ResponseWriter, r *http.Request) error {
	return s.render(w, r, http.StatusOK, "sign-in.html", "sign-in.title", map[string]any{"Next": localPath(r.URL.Query().Get("next")), "Error": "", "User": ""})
}

// localPath keeps a sign-in from sending people to another site.
func localPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n") {
		return "/desk"
	}
	return path
}

func (s *Server) signInForm(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	next := localPath(r.PostForm.Get("next"))
	staff, err := s.signIn.check(r.Context(), r.PostForm.Get("user"), r.PostForm.Get("password"), remote(r).String(), s.now())
	if err != nil {
		refusal := judge(err)
		setRetryAfter(w, refusal)
		return s.render(w, r, refusal.status, "sign-in.html", "sign-in.title",
			map[string]any{"Next": next, "Error": refusal.Detail.In(s.pageLang(w, r)), "User": r.PostForm.Get("user")})
	}
	if err := s.signIn.begin(w, r, staff); err != nil {
		return err
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		return refuse(http.StatusBadRequest, "bad_form", "Formulir tidak terbaca.", "The form could not be read.")
	}
	return nil
}

func (s *Server) signOutForm(w http.ResponseWriter, r *http.Request) error {
	if err := s.signIn.end(w, r); err != nil {
		return err
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}
