// Package devices lets kiosks and screens into the mall, and hears that they live.
package devices

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"antre/display/site"
	"antre/queue/store"
)

// Room answers screens about themselves.
type Room struct {
	*site.Site
	asking *site.Limits
}

// An address asks for a code when a screen is new and whenever one has run out.
const (
	asksPerSecond = 1.0 / 60
	asksBurst     = 10
)

// New makes the room.
func New(s *site.Site) *Room {
	return &Room{Site: s, asking: site.NewLimits(asksPerSecond, asksBurst)}
}

// API is how a screen asks to be let in and tells of itself.
func (s *Room) API() []site.Route {
	return []site.Route{
		site.On("POST /api/devices", site.Anybody, s.ask),
		site.On("GET /api/devices/self", site.Anybody, s.self),
		site.On("POST /api/devices/self", site.Anybody, s.tell),
	}
}

// Pages are what a new screen opens, and what an accepted one goes to.
func (s *Room) Pages() []site.Route {
	return []site.Route{
		site.On("GET /pair", site.Anybody, s.pairPage),
		site.On("GET /screen", site.Anybody, s.screenPage),
	}
}

// ask makes the browser a screen that waits, with a code to show.
func (s *Room) ask(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Kind string `json:"kind"`
	}
	if _, err := site.Decode(w, r, &in); err != nil {
		return err
	}
	kind := store.DeviceKind(in.Kind)
	if in.Kind == "" {
		kind = store.TVDevice
	}
	if !slices.Contains(store.DeviceKinds(), kind) {
		return site.BadValue("kind", "Jenis layar %q tidak dikenal (kiosk, tv, overview, sign).", "There is no kind of screen %q (kiosk, tv, overview, sign).", in.Kind)
	}
	if err := s.asking.Check(site.Remote(r), time.Now()); err != nil {
		return err
	}
	d, err := s.Store.AskDevice(r.Context(), kind)
	if err != nil {
		return err
	}
	s.SetDevice(w, r, d.ID)
	return site.Answer(w, http.StatusCreated, false, s.view(&d))
}

// own is the screen that asks, refusing other browsers.
func (s *Room) own(r *http.Request) (*store.Device, error) {
	d, err := s.Device(r)
	if err == nil && d == nil {
		err = site.Refuse(http.StatusNotFound, "not_paired", "Layar ini belum dipasangkan dengan mal. Buka /pair.", "This screen is not paired with the mall. Open /pair.")
	}
	return d, err
}

func (s *Room) self(w http.ResponseWriter, r *http.Request) error {
	d, err := s.own(r)
	if err != nil {
		return err
	}
	return site.Answer(w, http.StatusOK, false, s.view(d))
}

// tell hears that a screen lives and what it says of itself, and answers what
// it should be.
func (s *Room) tell(w http.ResponseWriter, r *http.Request) error {
	var said store.DeviceStatus
	if _, err := site.Decode(w, r, &said); err != nil {
		return err
	}
	if err := sane(said); err != nil {
		return err
	}
	d, err := s.own(r)
	if err != nil {
		return err
	}
	if d.State == store.DeviceAccepted {
		if err := s.Store.SawDevice(r.Context(), d.ID, said); err != nil {
			return err
		}
	}
	return site.Answer(w, http.StatusOK, false, s.view(d))
}

// longestCode bounds a ticket's code as a screen tells it.
const longestCode = 12

func sane(said store.DeviceStatus) error {
	switch {
	case len(said.Shown) > longestCode || len(said.Said) > longestCode:
		return site.BadValue("shown", "Nomor terlalu panjang.", "The number is too long.")
	case !slices.Contains([]string{"", "on", "blocked"}, said.Sound):
		return site.BadValue("sound", "sound harus on atau blocked.", "sound must be on or blocked.")
	case !slices.Contains([]string{"", "ok", "failed"}, said.Printer):
		return site.BadValue("printer", "printer harus ok atau failed.", "printer must be ok or failed.")
	}
	return nil
}

func (s *Room) view(d *store.Device) map[string]any {
	v := map[string]any{"kind": d.Kind, "state": d.State, "name": d.Name, "zone": orNil(d.Zone), "counter": orNil(d.Counter), "page": nil, "code": nil, "expires_at": nil}
	switch d.State {
	case store.DeviceAccepted:
		v["page"] = site.DevicePage(d)
	case store.DeviceWaiting:
		v["code"], v["expires_at"] = d.Code, d.AskedAt.Add(store.DeviceCodeLife).In(s.Store.Location()).Format(time.RFC3339)
		if s.Now().Sub(d.AskedAt) > store.DeviceCodeLife {
			v["state"] = "expired"
		}
	}
	return v
}

func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// pairPage shows a new screen's code until it is let in.
func (s *Room) pairPage(w http.ResponseWriter, r *http.Request) error {
	kind := store.DeviceKind(r.URL.Query().Get("kind"))
	if !slices.Contains(store.DeviceKinds(), kind) {
		kind = store.TVDevice
	}
	return s.Render(w, r, http.StatusOK, "pair.html", "pair.title", map[string]any{"Kind": kind, "Host": r.Host})
}

// screenPage leads a screen to what it is, with the paper that its browser was
// started for, and any other browser to the pairing.
func (s *Room) screenPage(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Device(r)
	if err != nil {
		return err
	}
	if d == nil || d.State != store.DeviceAccepted {
		http.Redirect(w, r, "/pair", http.StatusSeeOther)
		return nil
	}
	to := site.DevicePage(d)
	if paper := r.URL.Query().Get("paper"); d.Kind == store.KioskDevice && paper != "" {
		join := "?"
		if strings.Contains(to, "?") {
			join = "&"
		}
		to += join + "paper=" + url.QueryEscape(paper)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
