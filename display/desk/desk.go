// Package desk is the console of an officer at a counter.
package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"antre/display/push"
	"antre/display/site"
	"antre/display/view"
	"antre/queue"
	"antre/queue/store"
)

// Room answers consoles.
type Room struct {
	*view.Views
	Hub *push.Hub
}

// API are what an officer does, and what their supervisor answers them.
func (s *Room) API() []site.Route {
	return []site.Route{
		site.On("GET /api/counters/{code}", queue.RightSee, s.getCounter),
		site.On("GET /api/counters/{code}/stream", queue.RightSee, s.streamCounter),
		site.On("POST /api/counters/{code}/open", queue.RightDesk, s.openCounter),
		site.On("POST /api/counters/{code}/close", queue.RightDesk, s.closeCounter),
		site.On("POST /api/counters/{code}/pause", queue.RightDesk, s.pauseCounter),
		site.On("POST /api/counters/{code}/resume", queue.RightDesk, s.resumeCounter),
		site.On("POST /api/counters/{code}/next", queue.RightDesk, s.callNext),
		site.On("POST /api/counters/{code}/recall", queue.RightDesk, s.onCurrent(s.Store.Recall)),
		site.On("POST /api/counters/{code}/start", queue.RightDesk, s.onCurrent(s.Store.Start)),
		site.On("POST /api/counters/{code}/finish", queue.RightDesk, s.onCurrent(s.Store.Finish)),
		site.On("POST /api/counters/{code}/no-show", queue.RightDesk, s.onCurrent(s.Store.NoShow)),
		site.On("POST /api/counters/{code}/hold", queue.RightDesk, s.hold),
		site.On("POST /api/counters/{code}/call", queue.RightDesk, s.callTicket),
		site.On("POST /api/counters/{code}/return", queue.RightDesk, s.returnTicket),
		site.On("POST /api/counters/{code}/class", queue.RightDesk, s.changeClass),
		site.On("POST /api/counters/{code}/transfer", queue.RightDesk, s.transfer),
		site.On("POST /api/counters/{code}/undo", queue.RightDesk, s.undo),
		site.On("POST /api/counters/{code}/close-request", queue.RightDesk, s.askClose),
		site.On("POST /api/counters/{code}/close-request/answer", queue.RightAnswer, s.answerClose),
	}
}

// Pages are the list of counters and the console.
func (s *Room) Pages() []site.Route {
	return []site.Route{
		site.On("GET /desk", site.SignedIn, s.desksPage),
		site.On("GET /desk/{code}", queue.RightSee, s.deskPage),
	}
}

func (s *Room) getCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.atCounter(r)
	if err != nil {
		return err
	}
	v, err := s.Store.Counter(r.Context(), d.counter.Code)
	if err != nil {
		return err
	}
	return site.Answer(w, http.StatusOK, false, s.Counter(v, d.staff, d.lang, s.Hub.UnheardAt(r.Context(), v.CounterID)))
}

func (s *Room) desksPage(w http.ResponseWriter, r *http.Request) error {
	p, err := site.PermitOf(r)
	if err != nil {
		return err
	}
	staff := p.Staff
	h, err := s.Store.Hall(r.Context())
	if err != nil {
		return err
	}
	lang := s.PageLang(w, r)
	var counters []map[string]any
	for _, k := range h.Catalog.Counters {
		if !staff.MayAct(k) {
			continue
		}
		now := h.Counters[k.ID]
		counters = append(counters, map[string]any{"Code": k.Code, "State": string(now.State), "StateText": s.Text(lang, "desks."+string(now.State)),
			"Services": view.ServiceNames(k, lang), "Officer": now.Officer})
	}
	if len(counters) == 1 && staff.Role == queue.Officer {
		http.Redirect(w, r, "/desk/"+url.PathEscape(fmt.Sprint(counters[0]["Code"])), http.StatusSeeOther)
		return nil
	}
	return s.Render(w, r, http.StatusOK, "desks.html", "desks.title", map[string]any{"Counters": counters})
}

func (s *Room) deskPage(w http.ResponseWriter, r *http.Request) error {
	d, err := s.atCounter(r)
	if err != nil {
		return err
	}
	lang := s.PageLang(w, r)
	return s.Render(w, r, http.StatusOK, "desk.html", "desk.title", map[string]any{
		"Counter": d.counter.Code, "Agency": view.ShortName(d.counter.Agency, lang), "AgencyCode": d.counter.Agency.Code, "Services": view.ServiceNames(d.counter, lang),
	})
}

func (s *Room) streamCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.atCounter(r)
	if err != nil {
		return err
	}
	return s.Hub.Serve(w, r, push.Desk(d.counter.ID, d.staff, d.lang, func(ctx context.Context) (*store.Staff, error) {
		return s.SignIn.Who(r.WithContext(ctx))
	}))
}
