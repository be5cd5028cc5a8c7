// Package visitor is what somebody with a number sees: on their phone and on paper.
package visitor

import (
	"context"
	"net/http"

	"antre/display/push"
	"antre/display/site"
	"antre/display/view"
	"antre/printer"
	"antre/queue"
	"antre/queue/store"
)

// Room answers whoever holds a ticket's token.
type Room struct {
	*view.Views
	Hub *push.Hub
}

// API are the addresses of one ticket.
func (s *Room) API() []site.Route {
	return []site.Route{
		site.On("GET /api/tickets/{token}", site.Anybody, s.getTicket),
		site.On("GET /api/tickets/{token}/stream", site.Anybody, s.streamTicket),
		site.On("POST /api/tickets/{token}/cancel", site.Anybody, s.act(s.Store.Cancel)),
		site.On("POST /api/tickets/{token}/late", site.Anybody, s.act(s.Store.Late)),
		site.On("POST /api/tickets/{token}/here", site.Anybody, s.act(s.Store.Here)),
		site.On("GET /api/tickets/{token}/ticket.pdf", site.Anybody, s.getTicketPDF),
		site.On("GET /api/tickets/{token}/qr.svg", site.Anybody, s.getTicketQR),
	}
}

// Pages are those behind the slip's QR code.
func (s *Room) Pages() []site.Route {
	return []site.Route{
		site.On("GET /t/{token}", site.Anybody, s.ticketPage),
		site.On("POST /t/{token}/cancel", site.Anybody, s.actOnPage(s.Store.Cancel)),
		site.On("POST /t/{token}/late", site.Anybody, s.actOnPage(s.Store.Late)),
		site.On("POST /t/{token}/here", site.Anybody, s.actOnPage(s.Store.Here)),
	}
}

func (s *Room) getTicket(w http.ResponseWriter, r *http.Request) error {
	k, err := s.Store.Ticket(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	return site.Answer(w, http.StatusOK, false, s.Ticket(k, s.ticketLang(r, k), true))
}

// ticketLang is the visitor's: asked for now, or chosen at the kiosk.
func (s *Room) ticketLang(r *http.Request, k store.Ticket) string {
	if r.URL.Query().Has("lang") {
		return s.Lang(r)
	}
	return k.Lang
}

// deed is what a visitor does with their ticket's token.
type deed func(ctx context.Context, by store.By, token string) (store.Reply[store.Ticket], error)

// act answers a deed asked for by a program: once for each retry key.
func (s *Room) act(do deed) site.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var in struct{}
		body, err := site.Decode(w, r, &in)
		if err != nil {
			return err
		}
		key, err := site.RetryOf(r, s.VisitorOf(r), body)
		if err != nil {
			return err
		}
		reply, err := do(r.Context(), store.By{Actor: "visitor", Retry: key}, r.PathValue("token"))
		if err != nil {
			return err
		}
		return site.Answer(w, http.StatusOK, reply.Replayed, s.Ticket(reply.Value, s.ticketLang(r, reply.Value), true))
	}
}

func (s *Room) getTicketPDF(w http.ResponseWriter, r *http.Request) error {
	k, err := s.Store.Ticket(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	paper, err := printer.ParsePaper(r.URL.Query().Get("paper"))
	if err != nil {
		return queue.Refuse(queue.Invalid, "unknown_paper", "Kertas harus 80, 58 atau a6.").English("Paper must be 80, 58 or a6.").At("paper")
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="`+k.Code+`.pdf"`)
	return printer.PDF(w, s.Slip(r.Context(), k), paper)
}

func (s *Room) getTicketQR(w http.ResponseWriter, r *http.Request) error {
	k, err := s.Store.Ticket(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	if s.Store.Settings().URL == "" {
		return site.ErrNoURL()
	}
	return site.WriteQR(w, s.Links(s.Store.Token(k.ID))["page"])
}

func (s *Room) streamTicket(w http.ResponseWriter, r *http.Request) error {
	k, err := s.Store.Ticket(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	return s.Hub.Serve(w, r, push.Phone(r.PathValue("token"), k.ID, k.ServiceID, s.ticketLang(r, k)))
}
