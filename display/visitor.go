package display

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// note tells a visitor what their ticket's state means for them and what to do,
// for their page; "" where the state says it all.
func (s *Server) note(c *store.Catalog, k store.Ticket, lang string) string {
	counter := ""
	if code := counterCode(c, k.CounterID); code != nil {
		counter = s.st.Settings().Noun() + " " + fmt.Sprint(code)
	}
	text := func(key string, args ...any) string { return s.pages.text(lang, "note."+key, args...) }
	left := time.UnixMilli(k.ReturnUntil).Sub(s.now())
	switch {
	case k.EndedBy == "day_end" && k.State == queue.NoShow:
		return text("day_end")
	case k.State == queue.Waiting && slices.ContainsFunc(k.Stops, func(stop store.Stop) bool { return stop.State == queue.Transferred }):
		return text("transferred", k.Code)
	case k.State == queue.Waiting && slices.ContainsFunc(k.Stops, func(stop store.Stop) bool { return stop.State == queue.Done }):
		return text("next_stop", k.Code)
	case k.State == queue.Serving, k.State == queue.Held && counter != "":
		return text(string(k.State), counter)
	case k.State == queue.NoShow && left > 0:
		// Rounded down: a visitor who hurries must not come a moment too late.
		return text("return", counter, int(left/time.Minute), s.st.At(k.ReturnUntil).Format(clockFormat(lang)))
	case k.State == queue.NoShow, k.State == queue.Done, k.State == queue.Cancelled:
		return text(string(k.State))
	}
	return ""
}

func clockFormat(lang string) string {
	if lang == "id" {
		return "15.04"
	}
	return "15:04"
}

// ticketPage is the visitor's page behind the slip's QR.
func (s *Server) ticketPage(w http.ResponseWriter, r *http.Request) error {
	k, err := s.st.Ticket(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	lang := s.ticketLang(r, k)
	return s.renderIn(w, r, lang, http.StatusOK, "ticket.html", "ticket.title", map[string]any{"Ticket": s.ticketPaper(k, lang), "Token": r.PathValue("token")})
}

// ticketPaper is a ticket in words, for a page that may have no script.
func (s *Server) ticketPaper(k store.Ticket, lang string) map[string]any {
	v := s.ticketView(k, lang, true)
	text := func(key string) string { t, _ := v[key].(string); return t }
	at := s.st.At(k.IssuedAt)
	paper := map[string]any{
		"Code": k.Code, "State": string(k.State), "StateText": s.pages.text(lang, "state."+string(k.State)), "Service": text("service_name"),
		"Agency": text("agency_name"), "Zone": text("zone_name"), "Directions": text("directions"), "Counter": text("counter"), "Note": text("note"),
		"Ahead": k.Ahead, "Waiting": k.State == queue.Waiting, "WaitText": "", "WaitClock": "", "Requirements": v["requirements"], "Stops": v["stops"],
		"Journey": len(k.Stops) > 1, "Priority": k.Class == queue.Priority,
		"PDF": "/api/tickets/" + s.st.Token(k.ID) + "/ticket.pdf", "CanCancel": mayCancel(k), "Day": k.Day,
		"IssuedText": at.Format(clockFormat(lang)) + " " + queue.ZoneName(at), "Offset": offsetMinutes(at), "ZoneTime": queue.ZoneName(at),
	}
	if k.Wait != nil && k.Wait.HighS > 0 && k.State == queue.Waiting {
		paper["WaitText"] = s.pages.text(lang, "ticket.wait", k.Wait.LowS/60, (k.Wait.HighS+59)/60)
		paper["WaitClock"] = s.waitClock(*k.Wait, lang)
	}
	return paper
}

// waitClock is a range of waiting as the clock will show it: people plan by the clock.
func (s *Server) waitClock(w queue.Wait, lang string) string {
	now, f := s.now().In(s.st.Location()), clockFormat(lang)
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

// cancelPage leaves the line from a page without script. A number that was
// called meanwhile cannot be cancelled; its page says where to go instead.
func (s *Server) cancelPage(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	_, err := s.st.Cancel(r.Context(), store.By{Actor: "visitor"}, token)
	if refusal, ok := queue.AsRefusal(err); err != nil && (!ok || refusal.Kind != queue.Conflict) {
		return err
	}
	http.Redirect(w, r, "/t/"+url.PathEscape(token), http.StatusSeeOther)
	return nil
}
