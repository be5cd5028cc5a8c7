// Package lobby is what the hall looks up at.
package lobby

import (
	"context"
	"net/http"
	"time"

	"antre/display/push"
	"antre/display/site"
	"antre/display/view"
	"antre/display/voice"
	"antre/queue/store"
)

// Room answers the screens of a zone, or of the whole mall.
type Room struct {
	*view.Views
	Hub   *push.Hub
	Clips voice.Book
}

// API are the board and its stream.
func (s *Room) API() []site.Route {
	return []site.Route{
		site.On("GET /api/board", site.Anybody, s.getBoard),
		site.On("GET /api/stream", site.Anybody, s.streamBoard),
		site.On("GET /media/{id}", site.Anybody, s.getMedia),
		site.On("GET /audio/{lang}/say", site.Anybody, s.say),
		site.On("GET /audio/{lang}/{clip}", site.Anybody, s.getClip),
	}
}

// Pages are what the TVs open.
func (s *Room) Pages() []site.Route {
	return []site.Route{
		site.On("GET /tv", site.Anybody, s.tvPage),
		site.On("GET /tv/{zone}", site.Anybody, s.tvPage),
		site.On("GET /overview", site.Anybody, s.overviewPage),
		site.On("GET /sign/{counter}", site.Anybody, s.signPage),
	}
}

// overviewPage is for the lobby: every agency, where it is, and how long it takes.
func (s *Room) overviewPage(w http.ResponseWriter, r *http.Request) error {
	return s.Render(w, r, http.StatusOK, "tv-overview.html", "tv.overview", map[string]any{})
}

// signPage is the small screen at a counter: its code and whom it serves.
func (s *Room) signPage(w http.ResponseWriter, r *http.Request) error {
	k, err := s.Store.Catalog().Counter(r.PathValue("counter"))
	if err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, "tv-sign.html", "tv.sign", map[string]any{
		"Counter": k.Code, "Zone": k.ZoneCode, "Agency": view.ShortName(k.Agency, s.PageLang(w, r)), "Noun": s.Store.Settings().Noun()})
}

func (s *Room) tvPage(w http.ResponseWriter, r *http.Request) error {
	zone, err := s.Zone(r)
	if err != nil {
		return err
	}
	set := s.Store.Settings()
	name := set.Name
	if z, err := s.Store.Catalog().Zone(zone); err == nil {
		name = z.Name.In(s.PageLang(w, r))
	}
	return s.Render(w, r, http.StatusOK, "tv.html", "tv.title", map[string]any{"Zone": zone, "ZoneName": name, "Noun": set.Noun(), "Langs": set.Langs()})
}

func (s *Room) getBoard(w http.ResponseWriter, r *http.Request) error {
	zone, err := s.Zone(r)
	if err != nil {
		return err
	}
	h, err := s.Store.Hall(r.Context())
	if err != nil {
		return err
	}
	board := s.Board(h, zone)
	board["time"] = s.Now().In(s.Store.Location()).Format(time.RFC3339)
	return site.Answer(w, http.StatusOK, false, board)
}

func (s *Room) streamBoard(w http.ResponseWriter, r *http.Request) error {
	zone, err := s.Zone(r)
	if err != nil {
		return err
	}
	c, err := s.screen(r, zone)
	if err != nil {
		return err
	}
	return s.Hub.Serve(w, r, c)
}

// screen is a browser that follows a zone, and whether it may speak there.
func (s *Room) screen(r *http.Request, zone string) (*push.Client, error) {
	if r.URL.Query().Get("as") == "onlooker" {
		return push.Screen(zone, push.Onlooker), nil
	}
	paired := func(ctx context.Context) (bool, error) {
		d, err := s.Device(r.WithContext(ctx))
		return d != nil && d.State == store.DeviceAccepted && d.Kind == store.TVDevice && d.Zone == zone, err
	}
	is, err := paired(r.Context())
	if err != nil || !is {
		return push.Screen(zone, push.Anybody), err
	}
	return push.PairedScreen(zone, func(ctx context.Context) bool {
		still, err := paired(ctx)
		return still || err != nil // a database that is away revokes nobody
	}), nil
}
