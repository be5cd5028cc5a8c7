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
	zone, err := s.zone(r)
	if err != nil {
		return err
	}
	lang, services, here := s.lang(r), []map[string]any{}, []*store.Service{}
	for _, service := range h.Catalog.Services {
		if zone == "" || service.Agency.Zone == zone {
			services, here = append(services, s.serviceView(h.Catalog, service, h.Service(service, s.now()), lang)), append(here, service)
		}
	}
	out := map[string]any{"services": services}
	if shut := hallShut(h, here, s.now()); shut != nil {
		out["closed"] = s.hallShutView(shut, lang)
	}
	return answer(w, http.StatusOK, false, out)
}

// wanted is the body of a request for a number.
type wanted struct {
	Service  *string  `json:"service"`
	Services []string `json:"services"`
	Order    string   `json:"order"`
	Class    string   `json:"class"`
	Lang     string   `json:"lang"`
	Phone    string   `json:"phone"`
}

// maxStops bounds a journey: nobody visits more agencies on a day.
const maxStops = 8

func badValue(field, id, en string, args ...any) error {
	return queue.Refuse(queue.Invalid, "bad_value", id, args...).English(en, args...).At(field)
}

func wrongClass(class string) error {
	return badValue("class", "Kelas %q harus regular atau priority.", "The class %q must be regular or priority.", class)
}

// check says what is asked of the store, or which field is wrong.
func (in wanted) check(langs []string) (want store.Wanted, err error) {
	want = store.Wanted{Class: queue.Class(in.Class), Lang: in.Lang}
	if want.Services, want.Order, err = in.journey(); err != nil {
		return want, err
	}
	if in.Class != "" && want.Class != queue.Regular && want.Class != queue.Priority {
		return want, wrongClass(in.Class)
	}
	if in.Lang == "" {
		want.Lang = langs[0]
	} else if !slices.Contains(langs, in.Lang) {
		return want, badValue("lang", "Bahasa %q tidak ada di mal ini.", "This mall does not have the language %q.", in.Lang)
	}
	if in.Phone != "" {
		want.Phone, err = queue.Phone(in.Phone)
	}
	return want, err
}

// journey reads one service, or several and their order.
func (in wanted) journey() (services []string, order queue.JourneyOrder, err error) {
	services, order = in.Services, queue.JourneyOrder(in.Order)
	if in.Service != nil {
		if in.Services != nil {
			return nil, "", badValue("services", "Isi service atau services, bukan keduanya.", "Give service or services, not both.")
		}
		services = []string{*in.Service}
	}
	switch {
	case len(services) == 0 || services[0] == "":
		return nil, "", queue.Refuse(queue.Invalid, "missing_field", "Pilih layanan (service).").English("Choose a service.").At("service")
	case len(services) > maxStops:
		return nil, "", badValue("services", "Paling banyak %d layanan dalam satu kunjungan.", "At most %d services in one visit.", maxStops)
	case len(services) == 1 && in.Order != "":
		return nil, "", badValue("order", "Urutan hanya untuk beberapa layanan (services).", "An order is only for several services.")
	case len(services) > 1 && in.Order == "":
		order = queue.Fixed
	case in.Order != "" && !slices.Contains([]queue.JourneyOrder{queue.Fixed, queue.AnyOrder, queue.Parallel}, order):
		return nil, "", badValue("order", "Urutan %q harus fixed, any atau parallel.", "The order %q must be fixed, any or parallel.", in.Order)
	}
	return services, order, nil
}

// postTicket gives a number. Anyone in the building may ask; the limit per
// address is against brokers.
func (s *Server) postTicket(w http.ResponseWriter, r *http.Request) error {
	var in wanted
	body, err := decode(w, r, &in)
	if err != nil {
		return err
	}
	if err := s.issuing.check(remote(r), time.Now()); err != nil {
		return err
	}
	want, err := in.check(s.st.Settings().Langs())
	if err != nil {
		return err
	}
	key, err := retry(r, s.visitorOf(r), body)
	if err != nil {
		return err
	}
	reply, err := s.st.Issue(r.Context(), store.By{Actor: "visitor", Retry: key}, want)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/tickets/"+s.st.Token(reply.Value.ID))
	return answer(w, http.StatusCreated, reply.Replayed, s.ticketView(reply.Value, want.Lang, true))
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
	key, err := retry(r, s.visitorOf(r), body)
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
		first := k.Stops[0].ServiceID
		if k.Journey {
			// The shortest line came first, whatever the number's series is. A slip
			// printed again leads to where the visitor must go now.
			first, slip.Stops = k.ServiceID, stopNames(c, k.Stops, lang)
		}
		if service := c.ServiceByID(first); service != nil {
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

func stopNames(c *store.Catalog, stops []store.Stop, lang string) (names []string) {
	for _, stop := range stops {
		if service := c.ServiceByID(stop.ServiceID); service != nil {
			names = append(names, service.Name.In(lang)+" \u00b7 "+shortName(service.Agency, lang))
		}
	}
	return names
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

// readyz proves that a number can be given durably, and today.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Access-Control-Allow-Origin", "*") // pages of the mall's other servers ask, too
	if err := s.st.Ready(r.Context()); err != nil {
		return err
	}
	if err := s.st.ClockAlarm(); err != nil {
		return err
	}
	return answer(w, http.StatusOK, false, map[string]string{"status": "ready", "epoch": s.st.Epoch()})
}
