package display

import (
	"net/http"
)

// handle answers a request or returns why it cannot; it never chooses a 500.
type handle func(w http.ResponseWriter, r *http.Request) error

// routes is the one table of URLs.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	api := func(pattern string, h handle) { mux.Handle(pattern, s.metrics.count(pattern, s.api(h))) }
	page := func(pattern string, h handle) { mux.Handle(pattern, s.metrics.count(pattern, s.page(h))) }

	api("GET /api/mall", s.getMall)
	api("GET /api/services", s.getServices)
	api("POST /api/tickets", s.postTicket)
	api("GET /api/tickets/{token}", s.getTicket)
	api("GET /api/tickets/{token}/stream", s.streamTicket)
	api("POST /api/tickets/{token}/cancel", s.cancelTicket)
	api("GET /api/tickets/{token}/ticket.pdf", s.getTicketPDF)
	api("GET /api/tickets/{token}/qr.svg", s.getTicketQR)
	api("GET /api/board", s.getBoard)
	api("GET /api/stream", s.streamBoard)

	s.staffRoutes(api)
	api("/api/", s.unknownAPI)

	s.pageRoutes(page)
	api("GET /healthz", s.healthz)
	api("GET /readyz", s.readyz)
	mux.Handle("GET /metrics", s.metrics.handler())
	return mux
}

// staffRoutes are for those who sign in.
func (s *Server) staffRoutes(api func(string, handle)) {
	api("POST /api/session", s.postSession)
	api("GET /api/session", s.getSession)
	api("DELETE /api/session", s.deleteSession)
	api("GET /api/counters/{code}", s.getCounter)
	api("GET /api/counters/{code}/stream", s.streamCounter)
	api("POST /api/counters/{code}/open", s.openCounter)
	api("POST /api/counters/{code}/close", s.closeCounter)
	api("POST /api/counters/{code}/pause", s.pauseCounter)
	api("POST /api/counters/{code}/resume", s.resumeCounter)
	api("POST /api/counters/{code}/next", s.callNext)
	api("POST /api/counters/{code}/recall", s.onCurrent(s.st.Recall))
	api("POST /api/counters/{code}/start", s.onCurrent(s.st.Start))
	api("POST /api/counters/{code}/finish", s.onCurrent(s.st.Finish))
	api("POST /api/counters/{code}/no-show", s.onCurrent(s.st.NoShow))
	api("POST /api/counters/{code}/hold", s.hold)
	api("POST /api/counters/{code}/call", s.callTicket)
	api("POST /api/counters/{code}/return", s.returnTicket)
	api("POST /api/counters/{code}/class", s.changeClass)
	api("POST /api/counters/{code}/transfer", s.transfer)
	api("POST /api/counters/{code}/undo", s.undo)
	api("POST /api/counters/{code}/close-request", s.askClose)
	api("POST /api/counters/{code}/close-request/answer", s.answerClose)
	api("POST /api/services/{code}/quota", s.setQuota)
	api("POST /api/services/{code}/close", s.closeService)
	api("POST /api/services/{code}/open", s.openService)
	api("POST /api/day", s.allowDay)
}

// pageRoutes are what people open.
func (s *Server) pageRoutes(page func(string, handle)) {
	page("GET /{$}", s.startPage)
	page("GET /kiosk", s.kioskPage)
	page("GET /tv", s.tvPage)
	page("GET /tv/{zone}", s.tvPage)
	page("GET /t/{token}", s.ticketPage)
	page("POST /t/{token}/cancel", s.cancelPage)
	page("GET /desk", s.desksPage)
	page("GET /desk/{code}", s.deskPage)
	page("GET /sign-in", s.signInPage)
	page("POST /sign-in", s.signInForm)
	page("POST /sign-out", s.signOutForm)
	page("GET /setup/{key}", s.setupPage)
	page("POST /setup/{key}", s.setupForm)
	page("GET /qr.svg", s.screenQR)
	page("GET /web/brand.css", s.brandCSS)
	page("GET /web/{file...}", s.webFile)
	page("/", s.unknownPage)
}
