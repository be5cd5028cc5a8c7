package kiosk

import (
	"net/http"
	"slices"
	"time"

	"antre/display/site"
	"antre/queue"
	"antre/queue/store"
)

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

// check says what is asked of the store, or which field is wrong.
func (in wanted) check(langs []string) (want store.Wanted, err error) {
	want = store.Wanted{Class: queue.Class(in.Class), Lang: in.Lang}
	if want.Services, want.Order, err = in.journey(); err != nil {
		return want, err
	}
	if in.Class != "" && want.Class != queue.Regular && want.Class != queue.Priority {
		return want, site.WrongClass(in.Class)
	}
	if in.Lang == "" {
		want.Lang = langs[0]
	} else if !slices.Contains(langs, in.Lang) {
		return want, site.BadValue("lang", "Bahasa %q tidak ada di mal ini.", "This mall does not have the language %q.", in.Lang)
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
			return nil, "", site.BadValue("services", "Isi service atau services, bukan keduanya.", "Give service or services, not both.")
		}
		services = []string{*in.Service}
	}
	switch {
	case len(services) == 0 || services[0] == "":
		return nil, "", queue.Refuse(queue.Invalid, "missing_field", "Pilih layanan (service).").English("Choose a service.").At("service")
	case len(services) > maxStops:
		return nil, "", site.BadValue("services", "Paling banyak %d layanan dalam satu kunjungan.", "At most %d services in one visit.", maxStops)
	case len(services) == 1 && in.Order != "":
		return nil, "", site.BadValue("order", "Urutan hanya untuk beberapa layanan (services).", "An order is only for several services.")
	case len(services) > 1 && in.Order == "":
		order = queue.Fixed
	case in.Order != "" && !slices.Contains([]queue.JourneyOrder{queue.Fixed, queue.AnyOrder, queue.Parallel}, order):
		return nil, "", site.BadValue("order", "Urutan %q harus fixed, any atau parallel.", "The order %q must be fixed, any or parallel.", in.Order)
	}
	return services, order, nil
}

// mayIssue refuses a number to whoever is no kiosk of a mall that has some.
// Elsewhere anyone in the building may ask; the limit per address is against
// brokers.
func (s *Room) mayIssue(r *http.Request) error {
	kiosk, only, err := s.whoAsks(r)
	switch {
	case err != nil || kiosk:
		return err
	case only:
		return site.Refuse(http.StatusForbidden, "wrong_device", "Nomor hanya diberikan di kiosk mal ini. Kiosk baru: buka /pair di layarnya.",
			"Only this mall's kiosks give numbers. For a new kiosk, open /pair on its screen.")
	}
	return s.issuing.Check(site.Remote(r), time.Now())
}

// whoAsks says whether it is a kiosk that was let in, and whether only those
// give numbers.
func (s *Room) whoAsks(r *http.Request) (kiosk, only bool, err error) {
	device, err := s.Device(r)
	if err != nil || device != nil && device.State == store.DeviceAccepted && device.Kind == store.KioskDevice {
		return err == nil, false, err
	}
	only, err = s.kiosksOnly(r)
	return false, only, err
}

// kiosksOnly says whether only kiosks give numbers: as the mall has set it, or
// from the first kiosk on that was let in.
func (s *Room) kiosksOnly(r *http.Request) (bool, error) {
	switch s.Store.Settings().IssueFrom {
	case "devices":
		return true, nil
	case "anyone":
		return false, nil
	}
	return s.Store.HasKiosk(r.Context())
}

// ours says whether the kiosk's page is of use here: on a kiosk that may give
// numbers, and to an administrator who looks at it.
func (s *Room) ours(r *http.Request) (bool, error) {
	kiosk, only, err := s.whoAsks(r)
	if err != nil || kiosk || !only {
		return err == nil, err
	}
	return s.SignIn.May(r, queue.RightMall)
}

// postTicket gives a number.
func (s *Room) postTicket(w http.ResponseWriter, r *http.Request) error {
	var in wanted
	body, err := site.Decode(w, r, &in)
	if err != nil {
		return err
	}
	if err := s.mayIssue(r); err != nil {
		return err
	}
	want, err := in.check(s.Store.Settings().Langs())
	if err != nil {
		return err
	}
	key, err := site.RetryOf(r, s.VisitorOf(r), body)
	if err != nil {
		return err
	}
	reply, err := s.Store.Issue(r.Context(), store.By{Actor: "visitor", Retry: key}, want)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/tickets/"+s.Store.Token(reply.Value.ID))
	return site.Answer(w, http.StatusCreated, reply.Replayed, s.Ticket(reply.Value, want.Lang, true))
}
