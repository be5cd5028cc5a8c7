package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"antre/queue/store"
)

const recordPage = 100 // events on a page

// showRecord is what happened on a day, the newest first.
func (s *Room) showRecord(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	page, _ := strconv.Atoi(q.Get("page"))
	page = max(0, page)
	day, entries, total, err := s.Store.ReadRecord(r.Context(), store.Asked{Day: q.Get("day"), Kind: q.Get("kind"), Skip: page * recordPage, Most: recordPage})
	if err != nil {
		return err
	}
	days, err := s.Store.RecordDays(r.Context())
	if err != nil {
		return err
	}
	lang := s.PageLang(w, r)
	var kinds []option
	for _, k := range store.EventKinds() {
		kinds = append(kinds, option{k, s.Text(lang, "admin.event."+k)})
	}
	var rows []map[string]any
	for _, e := range entries {
		who := e.Who
		if who == "" {
			who = s.Text(lang, "admin.actor."+e.Actor)
		}
		rows = append(rows, map[string]any{"At": s.Store.At(e.At).Format("15:04:05"), "What": s.Text(lang, "admin.event."+e.Kind), "Who": who,
			"About": s.about(r.Context(), e, lang), "Reason": e.Reason, "Detail": e.Detail})
	}
	proof, broken := s.proofSays(lang)
	return s.render(w, r, http.StatusOK, "admin-record.html", "admin.title", map[string]any{
		"Proof": proof, "Broken": broken,
		"Day": day, "Days": days, "Kind": q.Get("kind"), "Kinds": kinds, "Rows": rows, "Total": total,
		"Page": page, "Number": page + 1, "Pages": (total + recordPage - 1) / recordPage, "Before": page - 1, "Next": page + 1, "More": (page+1)*recordPage < total,
	})
}

// about is what an event is about: a number, a counter, a person or a screen by
// its name, or the parts of the mall that were changed.
func (s *Room) about(ctx context.Context, e store.Entry, lang string) string {
	var d struct {
		Changed []string `json:"changed"`
		Service string   `json:"service"`
		Staff   int64    `json:"staff"`
		Device  int64    `json:"device"`
		Clip    string   `json:"clip"`
		Image   string   `json:"image"`
		Name    string   `json:"name"`
		Zone    string   `json:"zone"`
	}
	if err := json.Unmarshal([]byte(e.Detail), &d); err != nil {
		return e.Ticket
	}
	if len(d.Changed) > 0 {
		return strings.Join(d.Changed, ", ")
	}
	parts := []string{e.Ticket}
	if e.Counter != "" {
		parts = append(parts, s.Store.Settings().Noun()+" "+e.Counter)
	}
	parts = append(parts, d.Service, d.Clip, d.Image, d.Name)
	if d.Staff != 0 {
		if person, err := s.Store.StaffByID(ctx, d.Staff); err == nil && person != nil {
			parts = append(parts, person.Name)
		}
	}
	if d.Device != 0 {
		if screen, err := s.Store.Device(ctx, d.Device); err == nil && screen != nil {
			parts = append(parts, screen.Name)
		}
	}
	if z, err := s.Store.Catalog().Zone(d.Zone); err == nil {
		parts = append(parts, z.Name.In(lang))
	}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " \u00b7 ")
}
