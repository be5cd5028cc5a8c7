// Package view is how the contract shows what several rooms show: tickets,
// services, and why something is closed.
package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"antre/display/site"
	"antre/queue"
	"antre/queue/store"
)

// Views show a mall's state in a language of the mall.
type Views struct{ *site.Site }

// CounterCode is a counter's code, or nil for none.
func CounterCode(c *store.Catalog, id int64) any {
	if k := c.CounterByID(id); k != nil {
		return k.Code
	}
	return nil
}

// Ticket is a ticket as the contract shows it; links and token only for
// the visitor who holds it.
func (s *Views) Ticket(k store.Ticket, lang string, visitor bool) map[string]any {
	c := s.Store.Catalog()
	v := map[string]any{
		"code": k.Code, "number": k.Number, "class": k.Class, "lang": k.Lang, "state": k.State, "day": k.Day,
		"issued_at": s.Stamp(k.IssuedAt), "called_at": s.StampOrNil(k.CalledAt), "started_at": s.StampOrNil(k.StartedAt),
		"ahead": k.Ahead, "wait": k.Wait, "counter": CounterCode(c, k.CounterID), "stops": s.stopViews(c, k, lang),
	}
	if k.EndedBy != "" {
		v["ended_by"] = k.EndedBy
	}
	if k.StartInferred {
		v["start_inferred"] = true
	}
	if service := c.ServiceByID(k.ServiceID); service != nil {
		v["service"], v["service_name"] = service.Code, service.Name.In(lang)
		v["agency"], v["agency_name"], v["zone"] = service.Agency.Code, service.Agency.Name.In(lang), service.Agency.Zone
		v["requirements"] = InLang(service.Requirements, lang)
		s.addPlace(v, c, k, service, lang)
	}
	if k.ReturnUntil > s.Now().UnixMilli() {
		v["return_until"] = s.Stamp(k.ReturnUntil)
	}
	v["late_until"] = s.StampOrNil(k.LateUntil)
	if visitor {
		v["note"] = s.Note(c, k, lang)
		token := s.Store.Token(k.ID)
		v["token"], v["links"] = token, s.Links(token)
	}
	return v
}

// addPlace says where to go: to the counter once called, else to the agency's zone.
func (s *Views) addPlace(v map[string]any, c *store.Catalog, k store.Ticket, service *store.Service, lang string) {
	zone := service.Agency.Zone
	if counter := c.CounterByID(k.CounterID); counter != nil && counter.ZoneCode != "" {
		zone = counter.ZoneCode
		v["zone"] = zone
	}
	if z, err := c.Zone(zone); err == nil {
		v["zone_name"], v["directions"] = z.Name.In(lang), z.Directions.In(lang)
	}
}

// stopViews are all stops of a ticket; the current one is the one its head describes.
func (s *Views) stopViews(c *store.Catalog, k store.Ticket, lang string) []map[string]any {
	views, current := []map[string]any{}, false
	for _, stop := range k.Stops {
		here := !current && stop.ServiceID == k.ServiceID && stop.State == k.State && stop.CounterID == k.CounterID
		current = current || here
		v := map[string]any{"service": "", "state": stop.State, "state_text": s.Text(lang, "state."+string(stop.State)), "counter": CounterCode(c, stop.CounterID), "current": here && !stop.State.Ended()}
		if service := c.ServiceByID(stop.ServiceID); service != nil {
			v["service"], v["service_name"], v["agency_short"] = service.Code, service.Name.In(lang), ShortName(service.Agency, lang)
			if z, err := c.Zone(service.Agency.Zone); err == nil {
				v["zone_name"] = z.Name.In(lang)
			}
		}
		views = append(views, v)
	}
	return views
}

// InLang are texts in one language.
func InLang(texts []queue.Text, lang string) []string {
	out := []string{}
	for _, t := range texts {
		out = append(out, t.In(lang))
	}
	return out
}

// Links are paths, made absolute where the mall has a URL: never from the Host header.
func (s *Views) Links(token string) map[string]string {
	base := strings.TrimSuffix(s.Store.Settings().URL, "/")
	return map[string]string{
		"self": base + "/api/tickets/" + token, "pdf": base + "/api/tickets/" + token + "/ticket.pdf", "page": base + "/t/" + token,
	}
}

// Note tells a visitor what their ticket's state means for them and what to do,
// for their page; "" where the state says it all.
func (s *Views) Note(c *store.Catalog, k store.Ticket, lang string) string {
	counter := ""
	if code := CounterCode(c, k.CounterID); code != nil {
		counter = s.Store.Settings().Noun() + " " + fmt.Sprint(code)
	}
	text := func(key string, args ...any) string { return s.Text(lang, "note."+key, args...) }
	left := time.UnixMilli(k.ReturnUntil).Sub(s.Now())
	switch {
	case k.EndedBy == "day_end" && k.State == queue.NoShow:
		return text("day_end")
	case s.IsLate(k):
		return text("late", s.Store.At(k.LateUntil).Format(ClockFormat(lang)))
	case k.State == queue.Waiting && slices.ContainsFunc(k.Stops, func(stop store.Stop) bool { return stop.State == queue.Transferred }):
		return text("transferred", k.Code)
	case k.State == queue.Waiting && slices.ContainsFunc(k.Stops, func(stop store.Stop) bool { return stop.State == queue.Done }):
		return text("next_stop", k.Code)
	case k.State == queue.Serving, k.State == queue.Held && counter != "":
		return text(string(k.State), counter)
	case k.State == queue.NoShow && left > 0:
		// Rounded down: a visitor who hurries must not come a moment too late.
		return text("return", counter, int(left/time.Minute), s.Store.At(k.ReturnUntil).Format(ClockFormat(lang)))
	case k.State == queue.NoShow, k.State == queue.Done, k.State == queue.Cancelled:
		return text(string(k.State))
	}
	return ""
}

// IsLate says that a visitor waits and is passed over until they are back.
func (s *Views) IsLate(k store.Ticket) bool {
	return k.State == queue.Waiting && k.LateUntil > s.Now().UnixMilli()
}

// ClockFormat is how a language writes the time of day.
func ClockFormat(lang string) string {
	if lang == "id" {
		return "15.04"
	}
	return "15:04"
}
