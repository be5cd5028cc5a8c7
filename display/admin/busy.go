package admin

import (
	"net/http"
	"slices"
	"strings"

	"antre/queue"
	"antre/queue/store"
)

// partsOf are the counters and services that stop when a part is deleted.
func (s *Room) partsOf(h *store.Hall, o opened) (counters []*store.Counter, services []*store.Service) {
	c := h.Catalog
	for _, k := range c.Counters {
		if o.list.name == "counters" && k.Code == o.part.Key || o.list.name == "agencies" && k.Agency.Code == o.part.Key {
			counters = append(counters, k)
		}
	}
	for _, v := range c.Services {
		if o.list.name == "services" && v.Code == o.part.Key || o.list.name == "agencies" && v.Agency.Code == o.part.Key {
			services = append(services, v)
		}
	}
	return counters, services
}

// busy says what goes on there now, "" nothing.
func (s *Room) busy(r *http.Request, o opened, lang string) (string, error) {
	h, err := s.Store.Hall(r.Context())
	if err != nil {
		return "", err
	}
	var open, says []string
	waiting := 0
	counters, services := s.partsOf(h, o)
	for _, k := range counters {
		if h.Counters[k.ID].State != queue.CounterClosed {
			open = append(open, k.Code)
		}
	}
	for _, v := range services {
		waiting += h.Waiting[v.ID]
	}
	if waiting > 0 {
		says = append(says, s.Text(lang, "admin.waiting", waiting))
	}
	if len(open) > 0 {
		says = append(says, s.Text(lang, "admin.open_now", s.Store.Settings().Noun()+" "+strings.Join(open, ", ")))
	}
	return strings.Join(says, " "), nil
}

// free refuses to delete a counter while a visitor stands there: nobody could
// finish with them, and their phone would send them nowhere.
func (s *Room) free(r *http.Request, o opened) error {
	h, err := s.Store.Hall(r.Context())
	if err != nil {
		return err
	}
	counters, _ := s.partsOf(h, o)
	for _, k := range counters {
		if t := h.Counters[k.ID].Ticket; t != "" {
			return queue.Refuse(queue.Conflict, "counter_occupied", "%s masih di %s %s. Selesaikan dahulu, lalu hapus.", t, s.Store.Settings().Noun(), k.Code).
				English("%s is still at counter %s. Finish with them first, then delete it.", t, k.Code)
		}
	}
	return nil
}

// mayRename refuses another code for what is in use: with a code goes what hangs
// on it, and the old one closes.
func (s *Room) mayRename(r *http.Request, o opened) error {
	h, err := s.Store.Hall(r.Context())
	if err != nil {
		return err
	}
	counters, services := s.partsOf(h, o)
	for _, k := range counters {
		if o.list.name == "counters" && h.Counters[k.ID].State != queue.CounterClosed {
			return queue.Refuse(queue.Conflict, "in_use", "%s %s sedang buka. Ganti kodenya setelah tutup.", s.Store.Settings().Noun(), k.Code).
				English("Counter %s is open. Change its code when it is closed.", k.Code).At("code")
		}
	}
	for _, v := range services {
		if n := h.Waiting[v.ID]; o.list.name == "services" && n > 0 {
			return queue.Refuse(queue.Conflict, "in_use", "%d orang menunggu dengan nomor %s. Ganti kodenya setelah mereka dilayani.", n, v.Code).
				English("%d people wait with numbers of %s. Change its code when they have been served.", n, v.Code).At("code")
		}
	}
	return s.nobodyAt(r, o)
}

// nobodyAt refuses another code for an agency or a counter that people work at.
func (s *Room) nobodyAt(r *http.Request, o opened) error {
	people, err := s.Store.AllStaff(r.Context())
	if err != nil {
		return err
	}
	for _, p := range people {
		if !p.Disabled && (o.list.name == "agencies" && p.Agency == o.part.Key || o.list.name == "counters" && slices.Contains(p.Counters, o.part.Key)) {
			return queue.Refuse(queue.Conflict, "in_use", "%s bertugas di %s. Pindahkan orangnya dahulu, atau buat yang baru.", p.Name, o.part.Key).
				English("%s works at %s. Move them first, or make a new one.", p.Name, o.part.Key).At("code")
		}
	}
	return nil
}
