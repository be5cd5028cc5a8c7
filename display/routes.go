package display

import (
	"net/http"

	"antre/display/site"
)

// routes makes the mux of the tables of all rooms; nothing is served beside it.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	add := func(table []site.Route, kind func(site.Handler) http.Handler) {
		for _, rt := range table {
			mux.Handle(rt.Pattern, s.Metrics.Count(rt.Pattern, kind(s.Checked(rt))))
		}
	}
	for _, room := range s.rooms {
		add(room.API(), s.AsAPI)
		add(room.Pages(), s.AsPage)
	}
	return mux
}
