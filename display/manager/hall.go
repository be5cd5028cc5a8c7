package manager

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"antre/display/site"
	"antre/queue"
	"antre/queue/store"
)

// maxMessage is how many letters a notice has at most.
const maxMessage = 200

// hallRow is a zone as the page shows it: how loud, and what is said there.
type hallRow struct {
	Zone, Name string
	Sound      bool // its screens speak
	Now        store.ZoneScreens
	Mark       string // of what holds: a page that was opened before it says so
}

// markOf tells what holds in a zone from anything else that could.
func markOf(now store.ZoneScreens) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %t %q", now.Volume, now.Muted, now.Message))
	return hex.EncodeToString(sum[:8])
}

// showHall is how loud the zones are and what is said on their screens.
func (s *Room) showHall(w http.ResponseWriter, r *http.Request) error {
	if _, err := site.PermitOf(r); err != nil {
		return err
	}
	return s.hallPage(w, r, http.StatusOK, nil, nil)
}

// hallRows are the whole mall, and its zones where there are several.
func (s *Room) hallRows(c *store.Catalog, lang string) []hallRow {
	rows := []hallRow{{Name: s.Text(lang, "hall.everywhere"), Sound: len(c.Zones) <= 1, Now: c.Screens(""), Mark: markOf(c.Screens(""))}}
	if len(c.Zones) > 1 {
		for _, z := range c.Zones {
			rows = append(rows, hallRow{Zone: z.Code, Name: z.Name.In(lang), Sound: true, Now: c.Screens(z.Code), Mark: markOf(c.Screens(z.Code))})
		}
	}
	return rows
}

// hallPage shows every zone; typed takes the place of what holds, where the
// form was wrong.
func (s *Room) hallPage(w http.ResponseWriter, r *http.Request, status int, typed *hallRow, wrong *site.Refusal) error {
	lang := s.PageLang(w, r)
	rows := s.hallRows(s.Store.Catalog(), lang)
	page := map[string]any{"Rows": rows, "Volumes": []int{100, 90, 80, 70, 60, 50, 40, 30, 20, 10}, "Saved": r.URL.Query().Has("saved"), "Error": "", "At": "", "Wrong": ""}
	if wrong != nil {
		page["Error"], page["At"], page["Wrong"] = wrong.Detail.In(lang), wrong.Field, typed.Zone
		for i := range rows {
			if rows[i].Zone == typed.Zone {
				rows[i].Now = typed.Now
			}
		}
	}
	return s.Render(w, r, status, "hall.html", "hall.title", page)
}

// saveHall changes one zone.
func (s *Room) saveHall(w http.ResponseWriter, r *http.Request) error {
	if err := site.ReadForm(w, r); err != nil {
		return err
	}
	p, err := site.PermitOf(r)
	if err != nil {
		return err
	}
	row, err := s.hallTyped(r)
	if err == nil {
		err = s.Store.SetScreens(r.Context(), store.By{Actor: "staff", StaffID: p.Staff.ID}, row.Zone, row.Now)
	}
	if err == nil {
		http.Redirect(w, r, "/hall?saved", http.StatusSeeOther)
		return nil
	}
	refusal := site.Mistake(err)
	if refusal == nil {
		return err
	}
	return s.hallPage(w, r, refusal.Status, &row, refusal)
}

// hallTyped is what the form of one zone holds. The mall's languages each have
// their own words; without the first there is no message.
func (s *Room) hallTyped(r *http.Request) (hallRow, error) {
	f := r.PostForm
	row := hallRow{Zone: f.Get("zone"), Now: s.Store.Catalog().Screens(f.Get("zone"))}
	if f.Has("mark") && f.Get("mark") != markOf(row.Now) { // an old page must not bring back what somebody has taken away
		return row, queue.Refuse(queue.Conflict, "hall_changed", "Baru saja diubah orang lain. Di bawah ini yang berlaku sekarang.").
			English("Somebody else has just changed this. What holds now is below.")
	}
	row.Now.Message = queue.Text{}
	if f.Has("volume") {
		volume, err := strconv.Atoi(f.Get("volume"))
		if err != nil {
			volume = -1 // refused as any other that is out of bounds
		}
		row.Now.Volume, row.Now.Muted = volume, f.Get("muted") != ""
	}
	if f.Get("do") == "clear" {
		return row, nil
	}
	langs := s.Store.Settings().Langs()
	for _, lang := range langs {
		if text := strings.Join(strings.Fields(f.Get("message_"+lang)), " "); text != "" {
			row.Now.Message[lang] = text
		}
	}
	return row, checkMessage(row.Now.Message, langs[0])
}

func checkMessage(message queue.Text, first string) error {
	for lang, text := range message {
		if utf8.RuneCountInString(text) > maxMessage {
			return queue.Refuse(queue.Invalid, "too_long", "Pengumuman paling panjang %d huruf; yang pendek terbaca dari jauh.", maxMessage).
				English("A notice has %d letters at most; a short one is read from afar.", maxMessage).At("message_" + lang)
		}
	}
	if len(message) > 0 && message[first] == "" {
		return queue.Refuse(queue.Invalid, "missing_field", "Isi juga pengumuman dalam bahasa utama.").English("Write the notice in the first language too.").At("message_" + first)
	}
	return nil
}

// hallNow is what somebody may have forgotten: zones without sound, and notices
// that stand. Everybody who looks at the lines sees it.
func (s *Room) hallNow(c *store.Catalog, lang string) []string {
	now := []string{}
	for _, z := range s.hallRows(c, lang) {
		if z.Sound && (z.Now.Muted || z.Now.Volume == 0) {
			now = append(now, s.Text(lang, "hall.now_muted", z.Name))
		}
		if text := z.Now.Message.In(lang); text != "" {
			now = append(now, s.Text(lang, "hall.now_message", z.Name, text))
		}
	}
	return now
}
