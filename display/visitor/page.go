package visitor

import (
	"net/http"
	"net/url"
	"time"

	"antre/display/site"
	"antre/display/view"
	"antre/queue"
	"antre/queue/store"
)

// ticketPage is the visitor's page behind the slip's QR.
func (s *Room) ticketPage(w http.ResponseWriter, r *http.Request) error {
	k, err := s.Store.Ticket(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	lang := s.ticketLang(r, k)
	return s.RenderIn(w, r, lang, http.StatusOK, "ticket.html", "ticket.title", map[string]any{"Ticket": s.ticketPaper(k, lang), "Token": r.PathValue("token")})
}

// ticketPaper is a ticket in words, for a page that may have no script.
func (s *Room) ticketPaper(k store.Ticket, lang string) map[string]any {
	v := s.Ticket(k, lang, true)
	text := func(key string) string { t, _ := v[key].(string); return t }
	at := s.Store.At(k.IssuedAt)
	paper := map[string]any{
		"Code": k.Code, "State": string(k.State), "StateText": s.Text(lang, "state."+string(k.State)), "Service": text("service_name"),
		"Agency": text("agency_name"), "Zone": text("zone_name"), "Directions": text("directions"), "Counter": text("counter"), "Note": text("note"),
		"Ahead": k.Ahead, "Waiting": k.State == queue.Waiting, "WaitText": "", "WaitClock": "", "Requirements": v["requirements"], "Stops": v["stops"],
		"Journey": len(k.Stops) > 1, "Priority": k.Class == queue.Priority,
		"PDF": "/api/tickets/" + s.Store.Token(k.ID) + "/ticket.pdf", "CanCancel": mayCancel(k), "CanBeLate": k.State == queue.Waiting && k.LateUntil == 0, "IsLate": s.IsLate(k), "Day": k.Day,
		"IssuedText": at.Format(view.ClockFormat(lang)) + " " + queue.ZoneName(at), "Offset": offsetMinutes(at), "ZoneTime": queue.ZoneName(at),
	}
	if k.Wait != nil && k.Wait.HighS > 0 && k.State == queue.Waiting {
		paper["WaitText"] = s.waitText(*k.Wait, lang)
		paper["WaitClock"] = s.waitClock(*k.Wait, lang)
	}
	return paper
}

// waitText is a range of waiting in minutes, or one figure where both ends are it.
func (s *Room) waitText(w queue.Wait, lang string) string {
	if low, high := w.LowS/60, (w.HighS+59)/60; low < high {
		return s.Text(lang, "ticket.wait", low, high)
	}
	return s.Text(lang, "ticket.wait_about", w.LowS/60)
}

// waitClock is a range of waiting as the clock will show it: people plan by the clock.
func (s *Room) waitClock(w queue.Wait, lang string) string {
	now, f := s.Now().In(s.Store.Location()), view.ClockFormat(lang)
	low, high := now.Add(time.Duration(w.LowS)*time.Second).Format(f), now.Add(time.Duration(w.HighS)*time.Second).Format(f)
	if low == high {
		return low + " " + queue.ZoneName(now)
	}
	return low + "\u2013" + high + " " + queue.ZoneName(now)
}

func offsetMinutes(at time.Time) int {
	_, seconds := at.Zone()
	return seconds / 60
}

// mayCancel says whether the visitor can still leave: nobody has called them,
// and something is left to leave.
func mayCancel(k store.Ticket) bool {
	_, ok := queue.Move(k.State, queue.Cancel)
	return ok
}

// actOnPage answers a deed from a page without script. What cannot be done any
// more, because the number was called meanwhile, its page explains.
func (s *Room) actOnPage(do deed) site.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		token := r.PathValue("token")
		_, err := do(r.Context(), store.By{Actor: "visitor"}, token)
		if refusal, ok := queue.AsRefusal(err); err != nil && (!ok || refusal.Kind != queue.Conflict) {
			return err
		}
		back := "/t/" + url.PathEscape(token)
		if lang := r.URL.Query().Get("lang"); lang != "" {
			back += "?lang=" + url.QueryEscape(lang) // whoever chose a language stays in it
		}
		http.Redirect(w, r, back, http.StatusSeeOther)
		return nil
	}
}
