package lobby

import (
	"antre/display/site"
	"antre/display/view"
	"antre/queue"
	"antre/queue/store"
)

// agencies are what somebody at the door wants to know of each: where it is,
// whether it is open, how many wait and how long. Texts are in every language
// of the mall, because a hall reads two.
func (s *Room) agencies(h *store.Hall) []map[string]any {
	all, now := []map[string]any{}, s.Now()
	for i := range h.Catalog.Mall.Agencies {
		a := &h.Catalog.Mall.Agencies[i]
		var mine []*store.Service
		waiting := 0
		var wait *queue.Wait
		for _, service := range h.Catalog.Services {
			if service.Agency.Code != a.Code {
				continue
			}
			mine = append(mine, service)
			waiting += h.Waiting[service.ID]
			wait = wider(wait, queue.EstimateWait(h.Waiting[service.ID], service.Minutes, h.Serving(service)))
		}
		if len(mine) == 0 {
			continue
		}
		v := map[string]any{"code": a.Code, "name": a.Name, "waiting": waiting, "wait": wait, "open": true, "zone": a.Zone,
			"icon": view.Icon(a), "image": site.ImageURL(h.Catalog, queue.AgencyImage(a.Code))}
		if z, err := h.Catalog.Zone(a.Zone); err == nil {
			v["zone_name"], v["directions"] = z.Name, z.Directions
		}
		if shut := view.HallShut(h, mine, now); shut != nil {
			reasons := queue.Text{}
			for i, lang := range s.Store.Settings().Langs() {
				reasons[lang] = s.shutLine(shut, lang, i == 0)
			}
			v["open"], v["closed"] = false, reasons
		}
		all = append(all, v)
	}
	return all
}

// longNote is a notice, in letters, that may not be read to its end in passing.
const longNote = 40

// shutLine is why an agency is closed and until when, short enough to be read
// in passing: its notice, or a word. A notice that is there in one language
// alone is said once, in the first. Of a long one the reopening comes before it.
func (s *Room) shutLine(shut *queue.Shut, lang string, first bool) string {
	why, again := shut.Note[lang], shut.Reopens(lang)
	if first {
		why = shut.Note.In(lang)
	}
	if why == "" && (len(shut.Note) == 0 || again == "") {
		why = s.Text(lang, "closed."+view.ShutKey(shut))
	}
	if again != "" {
		key := "tv.reopens"
		if shut.Code == queue.NotOpenYet {
			key = "tv.opens"
		}
		again = s.Text(lang, key) + ": " + again
	}
	if len([]rune(why)) > longNote {
		why, again = again, why
	}
	if why == "" || again == "" {
		return why + again
	}
	return why + " \u00b7 " + again
}

// wider is a range that holds both: whoever comes for any of the services.
func wider(a, b *queue.Wait) *queue.Wait {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	return &queue.Wait{LowS: min(a.LowS, b.LowS), HighS: max(a.HighS, b.HighS)}
}
