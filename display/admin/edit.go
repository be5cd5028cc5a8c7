package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"antre/display/site"
	"antre/queue"
)

const whyField = "why"

// formPage is what the page of a form needs; mark is that of what is in force.
func (s *Room) formPage(w http.ResponseWriter, r *http.Request, status int, title, mark string, d *draft, f form, thing any, faults map[string]string, more map[string]any) error {
	lang := s.PageLang(w, r)
	fields, rest := s.show(f, thing, d, faults, lang)
	page := map[string]any{"Fields": fields, "Rest": rest, "Wrong": len(faults), "Mark": mark, "Why": r.PostForm.Get(whyField), "Heading": title}
	for k, v := range more {
		page[k] = v
	}
	return s.render(w, r, status, "admin-form.html", "admin.title", page)
}

func (s *Room) showSettings(w http.ResponseWriter, r *http.Request) error {
	d, err := s.draft()
	if err != nil {
		return err
	}
	return s.settingsPage(w, r, http.StatusOK, s.mark(s.settingsForm(), &d.mall.Settings, d), d, nil, nil)
}

func (s *Room) settingsForm() form {
	langs := s.Store.Settings().Langs()
	return form{kind: "mall", fields: settingFields(), langs: langs}
}

func (s *Room) settingsPage(w http.ResponseWriter, r *http.Request, status int, mark string, d *draft, faults map[string]string, more map[string]any) error {
	lang := s.PageLang(w, r)
	if more == nil {
		more = map[string]any{}
	}
	if c := site.Contrast(d.mall.Settings.Color); c > 0 && c < site.HallContrast {
		more["Warning"] = s.Text(lang, "admin.pale", fmt.Sprintf("%.1f", c), fmt.Sprint(site.HallContrast))
	}
	if d.mall.Settings.PriorityRunLimit() == queue.UnlimitedRun {
		more["Note"] = s.Text(lang, "admin.unlimited")
	}
	if s.Store.Settings().Name != "" {
		s.picture(more, queue.LogoImage)
	}
	return s.formPage(w, r, status, s.Text(lang, "admin.mall"), mark, d, s.settingsForm(), &d.mall.Settings, faults, more)
}

func (s *Room) saveSettings(w http.ResponseWriter, r *http.Request) error {
	if err := site.ReadForm(w, r); err != nil {
		return err
	}
	d, err := s.draft()
	if err != nil {
		return err
	}
	f, set := s.settingsForm(), &d.mall.Settings
	mark := s.mark(f, set, d) // before what was typed is read into it
	wrong := f.read(set, r.PostForm)
	if err = checkMark(r, mark); err == nil {
		err = s.put(r, d, wrong, "mall")
	}
	if err == nil {
		return saved(w, r, "/admin/mall")
	}
	return s.again(w, r, err, "mall", func(status int, faults map[string]string, more map[string]any) error {
		return s.settingsPage(w, r, status, mark, d, faults, more)
	})
}

// notNumbers are fields in which no number was typed; they come before the
// mall's own rules, which would see a zero.
type notNumbers map[string]string

// Error is for the log; pages say it beside the fields.
func (notNumbers) Error() string { return "a number is needed" }

// put saves a draft, unless something typed was no number.
func (s *Room) put(r *http.Request, d *draft, wrong map[string]string, path string) error {
	if len(wrong) > 0 {
		all := notNumbers{}
		for field, key := range wrong {
			all[path+"."+field] = key
		}
		return all
	}
	return s.save(r, d)
}

// again shows a form once more with what was typed and what is wrong: beside
// the fields where it is about them, else above all.
func (s *Room) again(w http.ResponseWriter, r *http.Request, err error, path string, page func(status int, faults map[string]string, more map[string]any) error) error {
	lang := s.PageLang(w, r)
	all, ok := faultsOf(err, lang)
	if numbers, is := err.(notNumbers); is { //nolint:errorlint // made by put, never wrapped
		all, ok = map[string]string{}, true
		for field, key := range numbers {
			all[field] = s.Text(lang, key)
		}
	}
	if ok {
		faults := map[string]string{}
		for field, text := range all {
			faults[strings.TrimPrefix(strings.TrimPrefix(field, path), ".")] = text
		}
		return page(http.StatusUnprocessableEntity, faults, nil)
	}
	refusal := site.Mistake(err)
	if refusal == nil {
		return err
	}
	return page(refusal.Status, nil, map[string]any{"Error": refusal.Detail.In(lang)})
}

// listOf is the list that the address names.
func listOf(r *http.Request) (list, error) {
	l, ok := lists()[r.PathValue("list")]
	if !ok {
		return l, site.Refuse(http.StatusNotFound, "unknown_page", "Halaman ini tidak ada.", "There is no such page.")
	}
	return l, nil
}

func (s *Room) showList(w http.ResponseWriter, r *http.Request) error {
	l, err := listOf(r)
	if err != nil {
		return err
	}
	d, err := s.draft()
	if err != nil {
		return err
	}
	if l.name == "hours" {
		http.Redirect(w, r, "/admin/parts/hours/week", http.StatusSeeOther)
		return nil
	}
	lang := s.PageLang(w, r)
	return s.render(w, r, http.StatusOK, "admin-list.html", "admin.title", map[string]any{
		"Heading": s.Text(lang, "admin."+l.name), "Lead": s.Text(lang, "admin.lead."+l.name), "List": l.name, "Parts": s.inOrder(l, l.parts(d, lang), r.URL.Query().Get("moved")),
		"Ordered": l.move != nil, "NoAgency": l.ofOne && len(d.mall.Agencies) == 0,
	})
}

// opened is a part that somebody looks at or changes, in a draft of its own.
type opened struct {
	list  list
	draft *draft
	part  part
	isNew bool
	mark  string // of what is in force
}

// open finds what the address names.
func (s *Room) open(r *http.Request, lang string) (o opened, err error) {
	if o.list, err = listOf(r); err != nil {
		return o, err
	}
	if o.draft, err = s.draft(); err != nil {
		return o, err
	}
	if o.part, o.isNew, err = s.item(r, o.list, o.draft, lang); err == nil {
		o.mark = s.mark(s.formOf(o.list), o.part.thing, o.draft)
	}
	return o, err
}

// item finds the part that the address names, or makes a new one.
func (s *Room) item(r *http.Request, l list, d *draft, lang string) (p part, isNew bool, err error) {
	key := r.PathValue("item")
	if key == "new" {
		p, ok := l.begin(d, r.FormValue("agency"))
		if !ok {
			return p, true, queue.Refuse(queue.Conflict, "agency_needed", "Buat instansi dahulu.").English("Make an agency first.").At("agency")
		}
		return p, true, nil
	}
	parts := l.parts(d, lang)
	if i := s.whereNow(r, l, d, parts, key); i >= 0 {
		return parts[i], false, nil
	}
	return p, false, queue.Refuse(queue.NotFound, "unknown_part", "Data ini tidak ada lagi atau baru saja diubah orang lain. Buka lagi dari daftarnya.").English("This is not there any more, or somebody has just changed it. Open it again from its list.")
}

func (s *Room) formOf(l list) form {
	return form{kind: l.name, fields: l.fields, langs: s.Store.Settings().Langs()}
}

func (s *Room) showItem(w http.ResponseWriter, r *http.Request) error {
	o, err := s.open(r, s.PageLang(w, r))
	if err != nil {
		return err
	}
	if k, ok := o.part.thing.(*queue.Counter); ok && o.isNew && r.URL.Query().Get("service") != "" {
		k.Services = []string{r.URL.Query().Get("service")}
	}
	return s.itemPage(w, r, http.StatusOK, o, nil, nil)
}

func (s *Room) itemPage(w http.ResponseWriter, r *http.Request, status int, o opened, faults map[string]string, more map[string]any) error {
	lang, name := s.PageLang(w, r), o.list.name
	if more == nil {
		more = map[string]any{}
	}
	title := o.part.Title
	if o.isNew {
		title = s.Text(lang, "admin.new."+name)
		if o.list.ofOne {
			more["Agencies"], more["Agency"] = agenciesOf(s, o.draft, lang)[1:], r.FormValue("agency")
		}
	}
	if name == "hours" {
		title = s.Text(lang, "admin.hours")
	}
	if name == "agencies" && !o.isNew {
		s.picture(more, queue.AgencyImage(o.part.Key))
	}
	more["New"], more["Back"], more["MayDelete"] = o.isNew, "/admin/parts/"+name, !o.isNew && name != "hours"
	busy, err := s.busy(r, o, lang)
	if err != nil {
		return err
	}
	more["Busy"] = busy
	return s.formPage(w, r, status, title, o.mark, o.draft, s.formOf(o.list), o.part.thing, faults, more)
}

// saveItem saves or deletes a part.
func (s *Room) saveItem(w http.ResponseWriter, r *http.Request) error {
	if err := site.ReadForm(w, r); err != nil {
		return err
	}
	o, err := s.open(r, s.PageLang(w, r))
	if refusal, ok := queue.AsRefusal(err); ok && refusal.Code == "unknown_part" && r.PostForm.Get("do") != "delete" {
		return s.goneItem(w, r, o)
	}
	if err != nil {
		return err
	}
	path, f := o.part.path, s.formOf(o.list)
	if !o.isNew {
		err = s.mayChange(r, o)
	}
	if r.PostForm.Get("do") == "delete" {
		if err == nil {
			err = s.free(r, o)
		}
		if path = everywhere; err == nil {
			o.list.remove(o.draft, o.part.Key)
			err = s.save(r, o.draft)
		}
	} else if wrong := f.read(o.part.thing, r.PostForm); err == nil {
		err = s.put(r, o.draft, wrong, path)
	}
	if err == nil {
		return saved(w, r, s.after(o.list, o.isNew, r.PostForm))
	}
	if path == everywhere { // what still names it is told above the form as it was
		again, err2 := s.open(r, s.PageLang(w, r))
		if err2 != nil {
			return err2
		}
		o = again
	}
	return s.again(w, r, err, path, func(status int, faults map[string]string, more map[string]any) error {
		return s.itemPage(w, r, status, o, faults, more)
	})
}

// mayChange refuses a form that is older than what it is about, and another code
// for what is in use.
func (s *Room) mayChange(r *http.Request, o opened) error {
	if err := checkMark(r, o.mark); err != nil {
		return err
	}
	if o.list.placed || !r.PostForm.Has("code") || queue.Key(r.PostForm.Get("code")) == queue.Key(o.part.Key) {
		return nil
	}
	return s.mayRename(r, o)
}

// goneItem shows what was typed about something that is not there any more, to
// be kept as a new one.
func (s *Room) goneItem(w http.ResponseWriter, r *http.Request, o opened) error {
	lang, ok := s.PageLang(w, r), false
	if o.part, ok = o.list.begin(o.draft, ""); !ok {
		return queue.Refuse(queue.NotFound, "unknown_part", "Data ini tidak ada lagi.").English("This is not there any more.")
	}
	o.isNew = true
	s.formOf(o.list).read(o.part.thing, r.PostForm)
	return s.itemPage(w, r, http.StatusConflict, o, nil, map[string]any{"Error": s.Text(lang, "admin.gone"), "Action": "/admin/parts/" + o.list.name + "/new"})
}

// everywhere is a path that no field has: every fault is told above the form.
const everywhere = "\x00"

// after is where a saved form leads: to the list, or to the next new part.
func (s *Room) after(l list, isNew bool, typed url.Values) string {
	if isNew && typed.Get("do") == "another" {
		return "/admin/parts/" + l.name + "/new"
	}
	if l.name == "hours" {
		return "/admin/parts/hours/week"
	}
	return "/admin/parts/" + l.name
}
