package display

import (
	"net/http"
	"net/url"

	"antre/display/site"
)

// front is where everybody comes in, and on the first morning the administrator.
type front struct {
	*site.Site
	opts Options
}

// API is nothing of its own.
func (s *front) API() []site.Route { return nil }

// Pages are the start page and the first set-up.
func (s *front) Pages() []site.Route {
	return []site.Route{
		site.On("GET /{$}", site.Anybody, s.startPage),
		site.On("GET /setup/{key}", site.Anybody, s.setupPage),
		site.On("POST /setup/{key}", site.Anybody, s.setupForm),
	}
}

// screen is a link on the start page.
type screen struct{ Title, Path, QR, Note string }

func (s *front) startPage(w http.ResponseWriter, r *http.Request) error {
	c, lang := s.Store.Catalog(), s.PageLang(w, r)
	t := func(key string, args ...any) string { return s.Text(lang, key, args...) }
	screens := []screen{{Title: t("start.kiosk"), Path: "/kiosk", Note: t("start.kiosk_note")}}
	for _, z := range c.Zones {
		screens = append(screens, screen{Title: t("start.tv", z.Name.In(lang)), Path: "/tv/" + url.PathEscape(z.Code), Note: t("start.tv_note")})
	}
	screens = append(screens, screen{Title: t("start.tv_all"), Path: "/tv", Note: t("start.tv_all_note")},
		screen{Title: t("start.overview"), Path: "/overview", Note: t("start.overview_note")},
		screen{Title: t("start.desk"), Path: "/desk", Note: t("start.desk_note")})
	base := s.Store.Settings().URL
	for i := range screens {
		if base != "" {
			screens[i].QR = "/qr.svg?path=" + url.QueryEscape(screens[i].Path)
		}
	}
	return s.Render(w, r, http.StatusOK, "start.html", "start.title", map[string]any{
		"Screens": screens, "Demo": len(s.opts.Accounts) > 0, "Accounts": s.opts.Accounts, "URL": base,
	})
}
