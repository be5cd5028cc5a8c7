package lobby

import (
	"antre/display/view"
	"antre/queue"
	"antre/queue/store"
)

// boardShut is the board's "closed": the same in each of the mall's languages,
// because a hall reads two.
func (s *Room) boardShut(h *store.Hall, services []*store.Service) map[string]any {
	shut := view.HallShut(h, services, s.Now())
	if shut == nil {
		return nil
	}
	langs := s.Store.Settings().Langs()
	v, texts := s.HallShut(shut, langs[0]), map[string]any{}
	for _, lang := range langs {
		t := s.HallShut(shut, lang)
		texts[lang] = map[string]any{"title": t["title"], "note": t["note"], "reopens": t["reopens"]}
	}
	v["texts"] = texts
	return v
}

// Board is what a screen of a zone must show; zone "" is the whole mall.
func (s *Room) Board(h *store.Hall, zone string) map[string]any {
	c := h.Catalog
	lang := s.Store.Settings().Langs()[0]
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
	view := map[string]any{"zone": nil, "calls": calls, "counters": counters, "services": services, "ticker": ticker(s.Store.Settings())}
	if zone != "" {
		view["zone"] = zone
	} else {
		view["agencies"] = s.agencies(h)
	}
	if shut := s.boardShut(h, here); shut != nil {
		view["closed"] = shut
	}
	addScreens(view, c, zone)
	return view
}

// addScreens adds how loud a zone's screens are, what is said on them over
// everything, and what they show beside the numbers.
func addScreens(board map[string]any, c *store.Catalog, zone string) {
	now, media := c.Screens(zone), []map[string]any{}
	for _, m := range c.MediaOf(zone) {
		media = append(media, map[string]any{"url": view.MediaURL(m), "type": m.Type, "seconds": m.Seconds})
	}
	board["sound"], board["media"] = map[string]any{"volume": now.Volume, "muted": now.Muted}, media
	if message := c.Message(zone); len(message) > 0 {
		board["message"] = message
	}
}

// boardLine is a service on a board. What a gate says is on it, so that a gate
// that changes by time alone is a change of the board.
func (s *Room) boardLine(h *store.Hall, service *store.Service, lang string) map[string]any {
	gate, _ := h.Gates(service, s.Now())
	v := map[string]any{"code": service.Code, "name": service.Name.In(lang), "waiting": h.Waiting[service.ID],
		"wait": queue.EstimateWait(h.Waiting[service.ID], service.Minutes, h.Serving(service))}
	s.AddClass(v, gate, lang)
	return v
}

func (s *Room) callView(c *store.Catalog, call store.RecentCall, lang string) map[string]any {
	v := map[string]any{"ticket": call.Ticket, "counter": view.CounterCode(c, call.CounterID), "called_at": s.Stamp(call.CalledAt), "state": call.State}
	if service := c.ServiceByID(call.ServiceID); service != nil {
		v["service"], v["service_name"], v["agency"] = service.Code, service.Name.In(lang), view.ShortName(service.Agency, lang)
	}
	if k := c.CounterByID(call.CounterID); k != nil {
		v["zone"] = k.ZoneCode
	}
	return v
}

// counterLine is a counter and whom it has called: all that are called now stand
// on the board here, where the newest calls are only so many.
func counterLine(h *store.Hall, k *store.Counter) map[string]any {
	now := h.Counters[k.ID]
	v := map[string]any{"code": k.Code, "agency": k.Agency.Code, "service": nil, "state": now.State, "ticket": nil, "ticket_state": nil}
	if len(k.Own) > 0 {
		v["service"] = k.Own[0].Code
	}
	if now.Ticket != "" {
		v["ticket"], v["ticket_state"] = now.Ticket, now.TicketState
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
