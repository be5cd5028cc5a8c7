// Package kiosk is what the touch screen at the entrance shows and asks.
package kiosk

import (
	"net/http"
	"time"

	"antre/display/site"
	"antre/display/view"
	"antre/queue"
	"antre/queue/store"

	"golang.org/x/time/rate"
)

// Room answers the kiosk.
type Room struct {
	*view.Views
	issuing *site.Limits
	pins    *rate.Limiter
}

// A kiosk on another machine gives up to 200 numbers in the first minute; a
// script that takes numbers for sale asks faster and for longer.
const (
	issuePerSecond = 4
	issueBurst     = 120
)

// New makes the room.
func New(v *view.Views) *Room {
	return &Room{Views: v, issuing: site.NewLimits(issuePerSecond, issueBurst), pins: rate.NewLimiter(rate.Every(pinEvery), pinBurst)}
}

// API are the addresses that give numbers.
func (s *Room) API() []site.Route {
	return []site.Route{
		site.On("GET /api/mall", site.Anybody, s.getMall),
		site.On("GET /api/services", site.Anybody, s.getServices),
		site.On("POST /api/tickets", site.Anybody, s.postTicket),
		site.On("POST /api/kiosk/pin", site.Anybody, s.postPIN),
		site.On("POST /api/kiosk/settings", site.Anybody, s.postSettings),
	}
}

// Pages are what the kiosk opens.
func (s *Room) Pages() []site.Route {
	return []site.Route{site.On("GET /kiosk", site.Anybody, s.kioskPage)}
}

func (s *Room) kioskPage(w http.ResponseWriter, r *http.Request) error {
	paper := r.URL.Query().Get("paper")
	if paper != "80" && paper != "58" {
		paper = ""
	}
	if ours, err := s.ours(r); err != nil {
		return err
	} else if !ours {
		http.Redirect(w, r, "/pair?kind=kiosk&paper="+paper, http.StatusSeeOther)
		return nil
	}
	zone, err := s.Zone(r)
	if err != nil {
		return err
	}
	kept, err := s.keptSettings(r)
	if err != nil {
		return err
	}
	wifi := ""
	if set := s.Store.Settings(); set.URL != "" && set.Wifi != nil {
		wifi = set.Wifi.SSID
	}
	return s.Render(w, r, http.StatusOK, "kiosk.html", "kiosk.title", map[string]any{"Zone": zone, "Paper": paper, "Wifi": wifi, "PIN": s.Store.Settings().KioskPIN != "", "Kept": kept})
}

func (s *Room) getMall(w http.ResponseWriter, r *http.Request) error {
	c, lang := s.Store.Catalog(), s.Lang(r)
	day, err := s.Store.Day(r.Context())
	if err != nil {
		return err
	}
	zones := []map[string]any{}
	for _, z := range c.Zones {
		zones = append(zones, map[string]any{"code": z.Code, "name": z.Name.In(lang), "directions": z.Directions.In(lang)})
	}
	set := c.Mall.Settings
	now := s.Now().In(s.Store.Location())
	return site.Answer(w, http.StatusOK, false, map[string]any{
		"name": set.Name, "timezone": set.Timezone, "timezone_name": queue.ZoneName(now), "counter_noun": set.Noun(),
		"languages": set.Langs(), "zones": zones, "day": day, "now": now.Format(time.RFC3339),
	})
}

func (s *Room) getServices(w http.ResponseWriter, r *http.Request) error {
	h, err := s.Store.Hall(r.Context())
	if err != nil {
		return err
	}
	zone, err := s.Zone(r)
	if err != nil {
		return err
	}
	lang, services, here := s.Lang(r), []map[string]any{}, []*store.Service{}
	for _, service := range h.Catalog.Services {
		if zone == "" || service.Agency.Zone == zone {
			services, here = append(services, s.Service(h.Catalog, service, h.Service(service, s.Now()), lang)), append(here, service)
		}
	}
	out := map[string]any{"services": services}
	if shut := view.HallShut(h, here, s.Now()); shut != nil {
		out["closed"] = s.HallShut(shut, lang)
	}
	return site.Answer(w, http.StatusOK, false, out)
}
