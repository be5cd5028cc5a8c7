package site

import (
	"context"
	"net/http"
	"strings"

	"antre/queue"
	"antre/queue/store"
)

// Handler answers a request or returns why it cannot; it never chooses a 500.
type Handler func(w http.ResponseWriter, r *http.Request) error

// What a route may need besides a right of the table in queue.
const (
	Anybody  queue.Right = "anybody"   // no sign-in
	SignedIn queue.Right = "signed-in" // whatever the role
)

// Route is one line of the table of URLs: its method and pattern, the right
// that it needs, and who answers. The counter or the service that the pattern
// names is where the right must hold.
type Route struct {
	Pattern string
	Right   queue.Right
	Do      Handler
}

// On is a line of a table.
func On(pattern string, right queue.Right, do Handler) Route { return Route{pattern, right, do} }

// Permit is who asks and what they may act on; only Checked makes one.
type Permit struct {
	Staff   *store.Staff
	Counter *store.Counter // where the pattern names one
	Service *store.Service // where the pattern names one
}

type permitKey struct{}

// Checked lets a request through to its handler when whoever asks may. The
// order is part of the contract: who is it, is there such a place, is it
// theirs, does their role have the right. Sign-in comes first, so that a
// stranger learns nothing about the mall's counters.
func (s *Site) Checked(rt Route) Handler {
	if rt.Right == Anybody {
		return rt.Do
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := s.admit(r, rt)
		if err != nil {
			return err
		}
		return rt.Do(w, r.WithContext(context.WithValue(r.Context(), permitKey{}, p)))
	}
}

func (s *Site) admit(r *http.Request, rt Route) (p Permit, err error) {
	if p.Staff, err = s.staff(r); err != nil {
		return p, err
	}
	switch {
	case strings.Contains(rt.Pattern, "/counters/{code}"), strings.Contains(rt.Pattern, "/desk/{code}"):
		if p.Counter, err = s.Store.Catalog().Counter(r.PathValue("code")); err != nil {
			return p, err
		}
		if !p.Staff.MayAct(p.Counter) {
			return p, queue.Refuse(queue.Forbidden, "wrong_counter", "Loket %s bukan loket Anda.", p.Counter.Code).
				English("Counter %s is not yours.", p.Counter.Code)
		}
	case strings.Contains(rt.Pattern, "/services/{code}"):
		if p.Service, err = s.Store.Catalog().Service(r.PathValue("code")); err != nil {
			return p, err
		}
		if p.Staff.Role == queue.Supervisor && !p.Staff.Reaches(p.Service.Agency) {
			return p, queue.Refuse(queue.Forbidden, "wrong_agency", "Layanan %s bukan layanan instansi Anda.", p.Service.Code).
				English("Service %s is not your agency's.", p.Service.Code)
		}
	}
	if rt.Right != SignedIn && !p.Staff.Role.May(rt.Right) {
		return p, queue.Refuse(queue.Forbidden, "not_allowed", "Peran Anda tidak boleh melakukan ini.").English("Your role may not do this.")
	}
	return p, nil
}

// PermitOf is what Checked found out. A handler that is reached without it is
// refused: a route that forgets its right serves nobody.
func PermitOf(r *http.Request) (Permit, error) {
	p, ok := r.Context().Value(permitKey{}).(Permit)
	if !ok {
		return p, queue.Refuse(queue.Forbidden, "not_allowed", "Peran Anda tidak boleh melakukan ini.").English("Your role may not do this.")
	}
	return p, nil
}

// API are the addresses that monitoring and signing in need.
func (s *Site) API() []Route {
	metrics := s.Metrics.handler()
	return []Route{
		On("GET /api/servers", Anybody, s.getServers),
		On("/api/", Anybody, s.unknownAPI),
		On("GET /healthz", Anybody, s.healthz),
		On("GET /readyz", Anybody, s.readyz),
		On("GET /metrics", Anybody, func(w http.ResponseWriter, r *http.Request) error { metrics.ServeHTTP(w, r); return nil }),
		On("POST /api/session", Anybody, s.postSession),
		On("GET /api/session", SignedIn, s.getSession),
		On("DELETE /api/session", Anybody, s.deleteSession),
	}
}

// Pages are signing in and out, and what every page is made of.
func (s *Site) Pages() []Route {
	return []Route{
		On("GET /sign-in", Anybody, s.signInPage),
		On("POST /sign-in", Anybody, s.signInForm),
		On("POST /sign-out", Anybody, s.signOutForm),
		On("GET /password", SignedIn, s.passwordPage),
		On("POST /password", SignedIn, s.passwordForm),
		On(takePassRoute, Anybody, s.takePass),
		On("GET /qr.svg", Anybody, s.screenQR),
		On("GET /wifi.svg", Anybody, s.wifiQR),
		On("GET /images/{name}", Anybody, s.getImage),
		On("GET /web/brand.css", Anybody, s.brandCSS),
		On("GET /web/{file...}", Anybody, s.webFile),
		On("/", Anybody, s.UnknownPage),
	}
}
