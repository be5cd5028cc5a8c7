package display

import (
	"strings"
	"time"

	"antre/queue"
	"antre/queue/store"
)

func (s *Server) now() time.Time { return s.st.Now() }

func (s *Server) stamp(ms int64) string { return s.st.At(ms).Format(time.RFC3339) }

func (s *Server) stampOrNil(ms int64) any {
	if ms == 0 {
		return nil
	}
	return s.stamp(ms)
}

// counterCode is a counter's code, or nil for none.
func counterCode(c *store.Catalog, id int64) any {
	if k := c.CounterByID(id); k != nil {
		return k.Code
	}
	return nil
}

// ticketView is a ticket as the contract shows it; links and token only for
// the visitor who holds it.
func (s *Server) ticketView(k store.Ticket, lang string, visitor bool) map[string]any {
	c := s.st.Catalog()
	v := map[string]any{
		"code": k.Code, "number": k.Number, "class": k.Class, "lang": k.Lang, "state": k.State, "day": k.Day,
		"issued_at": s.stamp(k.IssuedAt), "called_at": s.stampOrNil(k.CalledAt), "started_at": s.stampOrNil(k.StartedAt),
		"ahead": k.Ahead, "wait": k.Wait, "counter": counterCode(c, k.CounterID), "stops": s.stopViews(c, k, lang),
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
		v["requirements"] = inLang(service.Requirements, lang)
		s.addPlace(v, c, k, service, lang)
	}
	if k.ReturnUntil > s.now().UnixMilli() {
		v["return_until"] = s.stamp(k.ReturnUntil)
	}
	if visitor {
		v["note"] = s.note(c, k, lang)
		token := s.st.Token(k.ID)
		v["token"], v["links"] = token, s.links(token)
	}
	return v
}

// addPlace says where to go: to the counter once called, else to the agency's zone.
func (s *Server) addPlace(v map[string]any, c *store.Catalog, k store.Ticket, service *store.Service, lang string) {
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
func (s *Server) stopViews(c *store.Catalog, k store.Ticket, lang string) []map[string]any {
	views, current := []map[string]any{}, false
	for _, stop := range k.Stops {
		here := !current && stop.ServiceID == k.ServiceID && stop.State == k.State && stop.CounterID == k.CounterID
		current = current || here
		v := map[string]any{"service": "", "state": stop.State, "state_text": s.pages.text(lang, "state."+string(stop.State)), "counter": counterCode(c, stop.CounterID), "current": here && !stop.State.Ended()}
		if service := c.ServiceByID(stop.ServiceID); service != nil {
			v["service"], v["service_name"], v["agency_short"] = service.Code, service.Name.In(lang), shortName(service.Agency, lang)
			if z, err := c.Zone(service.Agency.Zone); err == nil {
				v["zone_name"] = z.Name.In(lang)
			}
		}
		views = append(views, v)
	}
	return views
}

func inLang(texts []queue.Text, lang string) []string {
	out := []string{}
	for _, t := range texts {
		out = append(out, t.In(lang))
	}
	return out
}

// links are paths, made absolute where the mall has a URL: never from the Host header.
func (s *Server) links(token string) map[string]string {
	base := strings.TrimSuffix(s.st.Settings().URL, "/")
	return map[string]string{
		"self": base + "/api/tickets/" + token, "pdf": base + "/api/tickets/" + token + "/ticket.pdf", "page": base + "/t/" + token,
	}
}

// serviceView is a service on the kiosk's first screen.
func (s *Server) serviceView(c *store.Catalog, service *store.Service, now store.ServiceNow, lang string) map[string]any {
	v := map[string]any{
		"code": service.Code, "name": service.Name.In(lang), "agency": service.Agency.Code, "agency_name": service.Agency.Name.In(lang),
		"agency_short": shortName(service.Agency, lang), "icon": service.Agency.Icon, "zone": service.Agency.Zone,
		"waiting": now.Waiting, "wait": queue.EstimateWait(now.Waiting, service.Minutes, now.Serving), "requirements": inLang(service.Requirements, lang),
	}
	if len(service.After) > 0 {
		v["after"] = service.After
	}
	if z, err := c.Zone(service.Agency.Zone); err == nil {
		v["zone_name"], v["directions"] = z.Name.In(lang), z.Directions.In(lang)
	}
	s.addGates(v, now, lang)
	return v
}

func shortName(a *queue.Agency, lang string) string {
	if a.Short != "" {
		return a.Short
	}
	return a.Name.In(lang)
}

// boardView is what a screen of a zone must show; zone "" is the whole mall.
func (s *Server) boardView(h *store.Hall, zone string) map[string]any {
	c := h.Catalog
	lang := s.st.Settings().Langs()[0]
	calls, counters, services := []map[string]any{}, []map[string]any{}, []map[string]any{}
	var here []*store.Service
	for _, call := range h.Calls[zone] {
		calls = append(calls, s.callView(c, call, lang))
	}
	shown := map[int64]bool{}
	for _, k := range c.Counters {
		if zone != "" && k.ZoneCode != zone {
			continue
		}
		for _, service := range k.Own {
			shown[service.ID] = true
		}
		counters = append(counters, counterLine(h, k))
	}
	for _, service := range c.Services {
		if zone == "" || shown[service.ID] || service.Agency.Zone == zone {
			here = append(here, service)
			services = append(services, s.boardLine(h, service, lang))
		}
	}
	view := map[string]any{"zone": nil, "calls": calls, "counters": counters, "services": services, "ticker": ticker(s.st.Settings())}
	if zone != "" {
		view["zone"] = zone
	}
	if shut := s.boardShut(h, here); shut != nil {
		view["closed"] = shut
	}
	return view
}

// boardLine is a service on a board. What a gate says is on it, so that a gate
// that changes by time alone is a change of the board.
func (s *Server) boardLine(h *store.Hall, service *store.Service, lang string) map[string]any {
	gate, _ := h.Gates(service, s.now())
	v := map[string]any{"code": service.Code, "name": service.Name.In(lang), "waiting": h.Waiting[service.ID],
		"wait": queue.EstimateWait(h.Waiting[service.ID], service.Minutes, h.Serving(service))}
	s.addClass(v, gate, lang)
	return v
}

func (s *Server) callView(c *store.Catalog, call store.RecentCall, lang string) map[string]any {
	v := map[string]any{"ticket": call.Ticket, "counter": counterCode(c, call.CounterID), "called_at": s.stamp(call.CalledAt), "state": call.State}
	if service := c.ServiceByID(call.ServiceID); service != nil {
		v["service"], v["service_name"], v["agency"] = service.Code, service.Name.In(lang), shortName(service.Agency, lang)
	}
	if k := c.CounterByID(call.CounterID); k != nil {
		v["zone"] = k.ZoneCode
	}
	return v
}

func counterLine(h *store.Hall, k *store.Counter) map[string]any {
	now := h.Counters[k.ID]
	v := map[string]any{"code": k.Code, "agency": k.Agency.Code, "service": nil, "state": now.State, "ticket": nil}
	if len(k.Own) > 0 {
		v["service"] = k.Own[0].Code
	}
	if now.Ticket != "" {
		v["ticket"] = now.Ticket
		if service := h.Catalog.ServiceByID(now.ServiceID); service != nil {
			v["service"] = service.Code
		}
	}
	return v
}

func ticker(s queue.Settings) []string {
	lines := []string{}
	for _, text := range s.Ticker {
		for _, lang := range s.Langs() {
			if line := text[lang]; line != "" {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

func serviceCode(c *store.Catalog, id int64) string {
	if service := c.ServiceByID(id); service != nil {
		return service.Code
	}
	return ""
}
