package display

import (
	"net/http"
	"slices"
	"time"

	"antre/printer"
	"antre/queue"
	"antre/queue/store"
)

func (s *Server) getMall(w http.ResponseWriter, r *http.Request) error {
	c, lang := s.st.Catalog(), s.lang(r)
	day, err := s.st.Day(r.Context())
	if err != nil {
		return err
	}
	zones := []map[string]any{}
	for _, z := range c.Zones {
		zones = append(zones, map[string]any{"code": z.Code, "name": z.Name.In(lang), "directions": z.Directions.In(lang)})
	}
	set := c.Mall.Settings
	now := s.now().In(s.st.Location())
	return answer(w, http.StatusOK, false, map[string]any{
		"name": set.Name, "timezone": set.Timezone, "timezone_name": queue.ZoneName(now), "counter_noun": set.Noun(),
		"languages": set.Langs(), "zones": zones, "day": day, "now": now.Format(time.RFC3339),
	})
}

func (s *Server) getServices(w http.ResponseWriter, r *http.Request) error {
	h, err := s.st.Hall(r.Context())
	if err != nil {
		return err
	}
	lang := s.lang(r)
	services := []map[string]any{}
	for _, service := range h.Catalog.Services {
		services = append(services, s.serviceView(h, service, lang))
	}
	return answer(w, http.StatusOK, false, map[string]any{"services": services})
}

// postTicket gives a number. Anyone in the building may ask; the limit per
// address is against brokers.
func (s *Server) postTicket(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Service *string `json:"service"`
		Class   string  `json:"class"`
		Lang    string  `json:"lang"`
	}
	body, err := decode(w, r, &in)
	if err != nil {
		return err
	}
	if err := s.issuing.check(remote(r), time.Now()); err != nil {
		return err
	}
	if in.Service == nil || *in.Service == "" {
		return queue.Refuse(queue.Invalid, "missing_field", "Pilih layanan (service).").English("Choose a service.").At("service")
	}
	if in.Class != "" && in.Class != string(queue.Regular) {
		return queue.Refuse(queue.Invalid, "bad_value", "Kelas %q belum dapat diminta.", in.Class).English("Class %q cannot be asked for yet.", in.Class).At("class")
	}
	langs := s.st.Settings().Langs()
	if in.Lang == "" {
		in.Lang = langs[0]
	} else if !slices.Contains(langs, in.Lang) {
		return queue.Refuse(queue.Invalid, "bad_value", "Bahasa %q tidak ada di mal ini.", in.Lang).English("This mall does not have the language %q.", in.Lang).At("lang")
	}
	key, err := retry(r, "address "+remote(r).String(), body)
	if err != nil {
		return err
	}
	reply, err := s.st.Issue(r.Context(), store.By{Actor: "visitor", Retry: key}, store.Wanted{Service: *in.Service, Lang: in.Lang})
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/tickets/"+s.st.Token(reply.Value.ID))
	return answer(w, http.StatusCreated, reply.Replayed, s.ticketView(reply.Value, in.Lang, true))
}

func (s *Server) getTicket(w http.ResponseWriter, r *http.Request) error {
	k, err := s.st.Ticket(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, false, s.ticketView(k, s.ticketLang(r, k), true))
}

// ticketLang is the visitor's: asked for now, or chosen at the kiosk.
func (s *Server) ticketLang(r *http.Request, k store.Ticket) string {
	if r.URL.Query().Has("lang") {
		return s.lang(r)
	}
	return k.Lang
}

func (s *Server) cancelTicket(w http.ResponseWriter, r *http.Request) error {
	var in struct{}
	body, err := decode(w, r, &in)
	if err != nil {
		return err
	}
	key, err := retry(r, "address "+remote(r).String(), body)
	if err != nil {
		return err
	}
	reply, err := s.st.Cancel(r.Context(), store.By{Actor: "visitor", Retry: key}, r.PathValue("token"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, reply.Replayed, s.ticketView(reply.Value, reply.Value.Lang, true))
}

func (s *Server) getTicketPDF(w http.ResponseWriter, r *http.Request) error {
	k, err := s.st.Ticket(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	paper, err := printer.ParsePaper(r.URL.Query().Get("paper"))
	if err != nil {
		return queue.Refuse(queue.Invalid, "unknown_paper", "Kertas harus 80, 58 atau a6.").English("Paper must be 80, 58 or a6.").At("paper")
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="`+k.Code+`.pdf"`)
	return printer.PDF(w, s.Slip(k), paper)
}

// Slip is a ticket's paper: what was told at issue, in the language chosen
// there, so that a slip printed again is the same slip.
func (s *Server) Slip(k store.Ticket) printer.Slip {
	c, lang := s.st.Catalog(), k.Lang
	set := c.Mall.Settings
	slip := printer.Slip{
		Lang: lang, Mall: set.Name, Code: k.Code, IssuedAt: s.st.At(k.IssuedAt), Day: k.Day, Ahead: k.AheadTold, Footer: set.Footer.In(lang),
	}
	if k.WaitTold != nil {
		slip.WaitKnown = true
		slip.WaitLow, slip.WaitHigh = time.Duration(k.WaitTold.LowS)*time.Second, time.Duration(k.WaitTold.HighS)*time.Second
	}
	if len(k.Stops) > 0 {
		if service := c.ServiceByID(k.Stops[0].ServiceID); service != nil {
			slip.Agency, slip.Service = service.Agency.Name.In(lang), service.Name.In(lang)
			slip.Requirements = inLang(service.Requirements, lang)
			if z, err := c.Zone(service.Agency.Zone); err == nil {
				slip.Zone, slip.Directions = z.Name.In(lang), z.Directions.In(lang)
			}
		}
	}
	if set.URL != "" {
		slip.URL = s.links(s.st.Token(k.ID))["page"]
		if set.Wifi != nil {
			slip.Wifi = set.Wifi.SSID
		}
	}
	return slip
}

func (s *Server) getBoard(w http.ResponseWriter, r *http.Request) error {
	zone, err := s.zone(r)
	if err != nil {
		return err
	}
	h, err := s.st.Hall(r.Context())
	if err != nil {
		return err
	}
	board := s.boardView(h, zone)
	board["time"] = s.now().In(s.st.Location()).Format(time.RFC3339)
	return answer(w, http.StatusOK, false, board)
}

// zone is the zone a screen asks for, as the mall writes it; "" is the whole mall.
func (s *Server) zone(r *http.Request) (string, error) {
	code := r.URL.Query().Get("zone")
	if code == "" {
		code = r.PathValue("zone")
	}
	if code == "" {
		return "", nil
	}
	z, err := s.st.Catalog().Zone(code)
	if err != nil {
		return "", err
	}
	return z.Code, nil
}

func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) error {
	return answer(w, http.StatusOK, false, map[string]string{"status": "ok", "version": s.opts.Version})
}

// readyz proves that a number can be given durably.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	if err := s.st.Ready(r.Context()); err != nil {
		return err
	}
	return answer(w, http.StatusOK, false, map[string]string{"status": "ready", "epoch": s.st.Epoch()})
}
