package admin

import (
	"encoding/json"
	"net/http"
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
			"About": about(e), "Reason": e.Reason, "Detail": e.Detail})
	}
	proof, broken := s.proofSays(lang)
	return s.render(w, r, http.StatusOK, "admin-record.html", "admin.title", map[string]any{
		"Proof": proof, "Broken": broken,
		"Day": day, "Days": days, "Kind": q.Get("kind"), "Kinds": kinds, "Rows": rows, "Total": total,
		"Page": page, "Number": page + 1, "Pages": (total + recordPage - 1) / recordPage, "Before": page - 1, "Next": page + 1, "More": (page+1)*recordPage < total,
	})
}

// about is what an event is about: a number and a counter, or the parts of the
// mall that were changed.
func about(e store.Entry) string {
	var d struct {
		Changed []string `json:"changed"`
	}
	if json.Unmarshal([]byte(e.Detail), &d) == nil && len(d.Changed) > 0 {
		return strings.Join(d.Changed, ", ")
	}
	return strings.TrimSpace(e.Ticket + " " + e.Counter)
}
