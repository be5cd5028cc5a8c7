package display

import (
	"context"
	"net/http"
	"strings"

	"antre/queue"
	"antre/queue/store"
)

// handle answers a request or returns why it cannot; it never chooses a 500.
type handle func(w http.ResponseWriter, r *http.Request) error

// What a route may need besides a right of the table in queue.
const (
	anybody  queue.Right = "anybody"   // no sign-in
	signedIn queue.Right = "signed-in" // whatever the role
)

// route is one line of the table of URLs: its method and pattern, the right
// that it needs, and who answers. The counter or the service that the pattern
// names is where the right must hold.
type route struct {
	pattern string
	right   queue.Right
	do      handle
}

// routes makes the mux of the whole table; nothing is served beside it.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	add := func(table []route, kind func(handle) http.Handler) {
		for _, rt := range table {
			mux.Handle(rt.pattern, s.metrics.count(rt.pattern, kind(s.checked(rt))))
		}
	}
	add(s.apiRoutes(), s.api)
	add(s.staffRoutes(), s.api)
	add(s.pageRoutes(), s.page)
	return mux
}

// apiRoutes are for visitors, screens and monitoring.
func (s *Server) apiRoutes() []route {
	metrics := s.metrics.handler()
	return []route{
		{"GET /api/mall", anybody, s.getMall},
		{"GET /api/servers", anybody, s.getServers},
		{"GET /api/services", anybody, s.getServices},
		{"POST /api/tickets", anybody, s.postTicket},
		{"GET /api/tickets/{token}", anybody, s.getTicket},
		{"GET /api/tickets/{token}/stream", anybody, s.streamTicket},
		{"POST /api/tickets/{token}/cancel", anybody, s.cancelTicket},
		{"GET /api/tickets/{token}/ticket.pdf", anybody, s.getTicketPDF},
		{"GET /api/tickets/{token}/qr.svg", anybody, s.getTicketQR},
		{"GET /api/board", anybody, s.getBoard},
		{"GET /api/stream", anybody, s.streamBoard},
		{"/api/", anybody, s.unknownAPI},
		{"GET /healthz", anybody, s.healthz},
		{"GET /readyz", anybody, s.readyz},
		{"GET /metrics", anybody, func(w http.ResponseWriter, r *http.Request) error { metrics.ServeHTTP(w, r); return nil }},
	}
}

// staffRoutes are for those who sign in.
func (s *Server) staffRoutes() []route {
	return []route{
		{"POST /api/session", anybody, s.postSession},
		{"GET /api/session", signedIn, s.getSession},
		{"DELETE /api/session", anybody, s.deleteSession},
		{"GET /api/counters/{code}", queue.RightSee, s.getCounter},
		{"GET /api/counters/{code}/stream", queue.RightSee, s.streamCounter},
		{"POST /api/counters/{code}/open", queue.RightDesk, s.openCounter},
		{"POST /api/counters/{code}/close", queue.RightDesk, s.closeCounter},
		{"POST /api/counters/{code}/pause", queue.RightDesk, s.pauseCounter},
		{"POST /api/counters/{code}/resume", queue.RightDesk, s.resumeCounter},
		{"POST /api/counters/{code}/next", queue.RightDesk, s.callNext},
		{"POST /api/counters/{code}/recall", queue.RightDesk, s.onCurrent(s.st.Recall)},
		{"POST /api/counters/{code}/start", queue.RightDesk, s.onCurrent(s.st.Start)},
		{"POST /api/counters/{code}/finish", queue.RightDesk, s.onCurrent(s.st.Finish)},
		{"POST /api/counters/{code}/no-show", queue.RightDesk, s.onCurrent(s.st.NoShow)},
		{"POST /api/counters/{code}/hold", queue.RightDesk, s.hold},
		{"POST /api/counters/{code}/call", queue.RightDesk, s.callTicket},
		{"POST /api/counters/{code}/return", queue.RightDesk, s.returnTicket},
		{"POST /api/counters/{code}/class", queue.RightDesk, s.changeClass},
		{"POST /api/counters/{code}/transfer", queue.RightDesk, s.transfer},
		{"POST /api/counters/{code}/undo", queue.RightDesk, s.undo},
		{"POST /api/counters/{code}/close-request", queue.RightDesk, s.askClose},
		{"POST /api/counters/{code}/close-request/answer", queue.RightAnswer, s.answerClose},
		{"POST /api/services/{code}/quota", queue.RightQuota, s.setQuota},
		{"POST /api/services/{code}/close", queue.RightClose, s.closeService},
		{"POST /api/services/{code}/open", queue.RightClose, s.openService},
		{"GET /api/live", queue.RightLive, s.getLive},
		{"POST /api/day", queue.RightDay, s.allowDay},
	}
}

// takePassRoute is the one that pages of this mall's other servers may post to.
const takePassRoute = "POST /session/pass"

// pageRoutes are what people open.
func (s *Server) pageRoutes() []route {
	return []route{
		{"GET /{$}", anybody, s.startPage},
		{"GET /kiosk", anybody, s.kioskPage},
		{"GET /tv", anybody, s.tvPage},
		{"GET /tv/{zone}", anybody, s.tvPage},
		{"GET /t/{token}", anybody, s.ticketPage},
		{"POST /t/{token}/cancel", anybody, s.cancelPage},
		{"GET /desk", signedIn, s.desksPage},
		{"GET /desk/{code}", queue.RightSee, s.deskPage},
		{"GET /live", queue.RightLive, s.livePage},
		{"GET /sign-in", anybody, s.signInPage},
		{"POST /sign-in", anybody, s.signInForm},
		{"POST /sign-out", anybody, s.signOutForm},
		{takePassRoute, anybody, s.takePass},
		{"GET /setup/{key}", anybody, s.setupPage},
		{"POST /setup/{key}", anybody, s.setupForm},
		{"GET /qr.svg", anybody, s.screenQR},
		{"GET /web/brand.css", anybody, s.brandCSS},
		{"GET /web/{file...}", anybody, s.webFile},
		{"/", anybody, s.unknownPage},
	}
}

// permit is who asks and what they may act on; only checked makes one.
type permit struct {
	staff   *store.Staff
	counter *store.Counter // where the pattern names one
	service *store.Service // where the pattern names one
}

type permitKey struct{}

// checked lets a request through to its handler when whoever asks may. The
// order is part of the contract: who is it, is there such a place, is it
// theirs, does their role have the right. Sign-in comes first, so that a
// stranger learns nothing about the mall's counters.
func (s *Server) checked(rt route) handle {
	if rt.right == anybody {
		return rt.do
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := s.admit(r, rt)
		if err != nil {
			return err
		}
		return rt.do(w, r.WithContext(context.WithValue(r.Context(), permitKey{}, p)))
	}
}

func (s *Server) admit(r *http.Request, rt route) (p permit, err error) {
	if p.staff, err = s.staff(r); err != nil {
		return p, err
	}
	switch {
	case strings.Contains(rt.pattern, "/counters/{code}"), strings.Contains(rt.pattern, "/desk/{code}"):
		if p.counter, err = s.st.Catalog().Counter(r.PathValue("code")); err != nil {
			return p, err
		}
		if !p.staff.MayAct(p.counter) {
			return p, queue.Refuse(queue.Forbidden, "wrong_counter", "Loket %s bukan loket Anda.", p.counter.Code).
				English("Counter %s is not yours.", p.counter.Code)
		}
	case strings.Contains(rt.pattern, "/services/{code}"):
		if p.service, err = s.st.Catalog().Service(r.PathValue("code")); err != nil {
			return p, err
		}
		if p.staff.Role == queue.Supervisor && !p.staff.Reaches(p.service.Agency) {
			return p, queue.Refuse(queue.Forbidden, "wrong_agency", "Layanan %s bukan layanan instansi Anda.", p.service.Code).
				English("Service %s is not your agency's.", p.service.Code)
		}
	}
	if rt.right != signedIn && !p.staff.Role.May(rt.right) {
		return p, queue.Refuse(queue.Forbidden, "not_allowed", "Peran Anda tidak boleh melakukan ini.").English("Your role may not do this.")
	}
	return p, nil
}

// permitOf is what checked found out. A handler that is reached without it is
// refused: a route that forgets its right serves nobody.
func permitOf(r *http.Request) (permit, error) {
	p, ok := r.Context().Value(permitKey{}).(permit)
	if !ok {
		return p, queue.Refuse(queue.Forbidden, "not_allowed", "Peran Anda tidak boleh melakukan ini.").English("Your role may not do this.")
	}
	return p, nil
}
