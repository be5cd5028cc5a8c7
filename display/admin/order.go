package admin

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"antre/display/site"
	"antre/display/view"
	"antre/queue"
)

// row is a part as its list shows it.
type row struct {
	part
	Icon, Image string
	First, Last bool   // of those that it can change places with
	Focus       string // the arrow that was pressed last, or the other one at an end
}

// inOrder are the parts of a list with what stands for them and where they can go.
func (s *Room) inOrder(l list, parts []part, moved string) (rows []row) {
	c := s.Store.Catalog()
	for i, p := range parts {
		r := row{part: p, First: i == 0 || parts[i-1].of != p.of, Last: i == len(parts)-1 || parts[i+1].of != p.of}
		if way, key, _ := strings.Cut(moved, " "); key == p.Key && way != "" {
			r.Focus = way
			if r.First {
				r.Focus = "down"
			} else if r.Last {
				r.Focus = "up"
			}
		}
		if a, ok := p.thing.(*queue.Agency); ok {
			r.Icon, r.Image = view.Icon(a), site.ImageURL(c, queue.AgencyImage(a.Code))
		}
		rows = append(rows, r)
	}
	return rows
}

// picture tells a form's page where its picture is and where it is changed.
func (s *Room) picture(page map[string]any, name string) {
	page["PictureAt"], page["PictureNow"] = "/admin/images/"+url.PathEscape(name), site.ImageURL(s.Store.Catalog(), name)
}

// moveItem moves a part one place up or down. Kiosks and screens show parts in
// this order. The focus goes with it, for whoever presses a key again;
// a browser gives it only where the address has no fragment.
func (s *Room) moveItem(w http.ResponseWriter, r *http.Request) error {
	if err := site.ReadForm(w, r); err != nil {
		return err
	}
	o, err := s.open(r, s.PageLang(w, r))
	if err != nil {
		return err
	}
	by, ok := map[string]int{"up": -1, "down": 1}[r.PostForm.Get("do")]
	if !ok || o.isNew || o.list.move == nil {
		return site.Refuse(http.StatusUnprocessableEntity, "unknown_move", "Pilih naik atau turun.", "Choose up or down.")
	}
	if o.list.move(o.draft, o.part.Key, by) {
		if err := s.save(r, o.draft); err != nil {
			return err
		}
	}
	key := url.QueryEscape(r.PostForm.Get("do") + " " + o.part.Key)
	http.Redirect(w, r, "/admin/parts/"+o.list.name+"?saved=1&moved="+key, http.StatusSeeOther)
	return nil
}

// swap changes the item of a key with its neighbour, where there is one.
func swap[T any](items []T, key func(*T) string, k string, by int) bool {
	i := slices.IndexFunc(items, func(item T) bool { return key(&item) == k })
	if i < 0 || i+by < 0 || i+by >= len(items) {
		return false
	}
	items[i], items[i+by] = items[i+by], items[i]
	return true
}
