// Package admin is how an administrator sets a mall up and changes it: all that
// the mall file holds, field by field, the people, and what the record says.
package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"antre/display/site"
	"antre/display/view"
	"antre/display/voice"
	"antre/queue"
	"antre/queue/store"
)

// Room answers administrators.
type Room struct {
	*view.Views
	Speech   func(c *store.Catalog, call store.Call, counter string) map[string]voice.Announcement // by language
	Names    func(c *store.Catalog, lang string) []voice.Name                                      // that its calls can end with
	Sounds   *voice.Names                                                                          // of these
	Recorded func(context.Context)                                                                 // learns that a recording has come or gone

	proving proving
}

// API is nothing of its own: the pages are forms.
func (s *Room) API() []site.Route { return nil }

// Pages are all under /admin.
func (s *Room) Pages() []site.Route {
	return []site.Route{
		on("GET /admin", queue.RightMall, s.overview),
		on("GET /admin/mall", queue.RightMall, s.showSettings),
		on("POST /admin/mall", queue.RightMall, s.saveSettings),
		on("GET /admin/parts/{list}", queue.RightMall, s.showList),
		on("GET /admin/parts/{list}/{item}", queue.RightMall, s.showItem),
		on("POST /admin/parts/{list}/{item}", queue.RightMall, s.saveItem),
		on("GET /admin/people", queue.RightMall, s.showPeople),
		on("GET /admin/people/{user}", queue.RightMall, s.showPerson),
		on("POST /admin/people/{user}", queue.RightMall, s.savePerson),
		on("GET /admin/devices", queue.RightMall, s.showDevices),
		on("POST /admin/devices", queue.RightMall, s.acceptDevice),
		on("GET /admin/devices/{device}", queue.RightMall, s.showDevice),
		on("POST /admin/devices/{device}", queue.RightMall, s.saveDevice),
		on("GET /admin/media", queue.RightMall, s.showMedia),
		on("POST /admin/media", queue.RightMall, s.addMedia),
		on("GET /admin/media/{media}", queue.RightMall, s.showMediaItem),
		on("POST /admin/media/{media}", queue.RightMall, s.saveMediaItem),
		on("GET /admin/voice", queue.RightMall, s.showVoice),
		on("GET /admin/voice/{lang}/{clip}", queue.RightMall, s.showClip),
		on("POST /admin/voice/{lang}/{clip}", queue.RightMall, s.saveClip),
		on("GET /admin/images/{name}", queue.RightMall, s.showImage),
		on("POST /admin/images/{name}", queue.RightMall, s.saveImage),
		on("POST /admin/order/{list}/{item}", queue.RightMall, s.moveItem),
		on("GET /admin/file", queue.RightMall, s.showFile),
		on("GET /admin/file/mall.yaml", queue.RightMall, s.download),
		on("POST /admin/file", queue.RightMall, s.takeFile),
		on("GET /admin/preview", queue.RightMall, s.preview),
		on("GET /admin/record", queue.RightRecord, s.showRecord),
		on("POST /admin/record", queue.RightRecord, s.startProof),
	}
}

// on is a line of the table whose handler is never reached by a stranger: what
// these pages show is nobody else's, whatever becomes of the table.
func on(pattern string, right queue.Right, do site.Handler) site.Route {
	return site.On(pattern, right, func(w http.ResponseWriter, r *http.Request) error {
		if _, err := site.PermitOf(r); err != nil {
			return err
		}
		return do(w, r)
	})
}

// draft is a definition that somebody is changing, and the revision that it
// was made from.
type draft struct {
	mall     queue.Mall
	revision string
}

// draft copies the definition in force.
func (s *Room) draft() (*draft, error) {
	c := s.Store.Catalog()
	d := &draft{revision: c.Revision()}
	b, err := json.Marshal(c.Mall)
	if err == nil {
		err = json.Unmarshal(b, &d.mall)
	}
	if d.mall.Settings.Timezone == "" { // before the first settings
		d.mall.Settings.Timezone = "Asia/Jakarta"
	}
	return d, err
}

// save puts a draft in force. A *queue.MallFileError says what is wrong with it.
func (s *Room) save(r *http.Request, d *draft) error {
	if err := queue.CheckMall(&d.mall); err != nil {
		return err
	}
	by, err := s.by(r)
	if err != nil {
		return err
	}
	return s.Store.ImportOver(r.Context(), by, &d.mall, d.revision)
}

// by is who asks, with what they said about why.
func (s *Room) by(r *http.Request) (store.By, error) {
	p, err := site.PermitOf(r)
	if err != nil {
		return store.By{}, err
	}
	why, err := site.Sentence("why", r.PostForm.Get("why"), false)
	return store.By{Actor: "staff", StaffID: p.Staff.ID, Reason: why}, err
}

// faultsOf are what is wrong with a draft, by the path of the field, and
// whether that is what the error says at all.
func faultsOf(err error, lang string) (faults map[string]string, ok bool) {
	wrong, ok := asMallFile(err)
	if !ok {
		return nil, false
	}
	faults = map[string]string{}
	for _, f := range wrong.Faults {
		if _, had := faults[f.Field]; !had {
			faults[f.Field] = f.In(lang)
		}
	}
	return faults, true
}

// render writes an administrator's page with the navigation beside it.
func (s *Room) render(w http.ResponseWriter, r *http.Request, status int, name, title string, page map[string]any) error {
	page["Section"] = strings.TrimPrefix(strings.SplitN(strings.TrimPrefix(r.URL.Path, "/admin"), "?", 2)[0], "/")
	if list := r.PathValue("list"); list != "" {
		page["Section"] = "parts/" + list
	}
	if strings.HasPrefix(r.URL.Path, "/admin/images/") {
		page["Section"] = "parts/agencies"
		if r.PathValue("name") == queue.LogoImage {
			page["Section"] = "mall"
		}
	}
	for _, section := range []string{"people", "devices", "media", "voice"} {
		if strings.HasPrefix(r.URL.Path, "/admin/"+section) {
			page["Section"] = section
		}
	}
	page["Nav"] = []string{"", "mall", "parts/zones", "parts/agencies", "parts/services", "parts/counters", "parts/hours", "parts/periods", "parts/holidays", "parts/closures", "parts/openings", "people", "devices", "media", "voice", "record", "file", "preview"}
	page["Saved"] = r.URL.Query().Get("saved") != ""
	if p, err := site.PermitOf(r); err == nil {
		page["MayChange"] = p.Staff.Role.May(queue.RightMall)
	}
	return s.Render(w, r, status, name, title, page)
}

// saved leads on after a change, so that a reload repeats nothing.
func saved(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, to+"?saved=1", http.StatusSeeOther)
	return nil
}

// hint is something that a mall still lacks, and where to do it.
type hint struct{ Text, To string }

// overview says what the mall has and what it still lacks.
func (s *Room) overview(w http.ResponseWriter, r *http.Request) error {
	c, lang := s.Store.Catalog(), s.PageLang(w, r)
	people, err := s.Store.AllStaff(r.Context())
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "admin.html", "admin.title", map[string]any{
		"Hints": s.hints(c, people, lang), "Ready": len(c.Services) > 0 && len(c.Counters) > 0,
		"Counts": map[string]int{"zones": len(c.Zones), "agencies": len(c.Mall.Agencies), "services": len(c.Services), "counters": len(c.Counters), "people": len(people)},
	})
}

func (s *Room) hints(c *store.Catalog, people []store.Staff, lang string) (all []hint) {
	say := func(to, key string, args ...any) {
		all = append(all, hint{s.Text(lang, "admin.hint."+key, args...), to})
	}
	if c.Mall.Settings.Name == "" {
		say("/admin/mall", "mall")
		return all // everything else follows from it
	}
	if len(c.Zones) == 0 {
		say("/admin/parts/zones/new", "zones")
	}
	if len(c.Mall.Agencies) == 0 {
		say("/admin/parts/agencies/new", "agencies")
	}
	served, staffed := map[string]bool{}, map[string]bool{}
	for _, k := range c.Counters {
		for _, service := range k.Own {
			served[service.Code] = true
		}
	}
	for _, p := range people {
		for _, k := range p.Counters {
			staffed[queue.Key(k)] = !p.Disabled
		}
	}
	if len(c.Mall.Agencies) > 0 && len(c.Services) == 0 {
		say("/admin/parts/services/new", "services")
	}
	for _, service := range c.Services {
		if !served[service.Code] {
			say("/admin/parts/counters/new?agency="+service.Agency.Code+"&service="+service.Code, "unserved", service.Code, service.Name.In(lang))
		}
	}
	for _, k := range c.Counters {
		if !staffed[queue.Key(k.Code)] {
			say("/admin/people/new?counter="+k.Code, "unstaffed", c.Mall.Settings.Noun(), k.Code)
		}
	}
	if c.Mall.Settings.URL == "" {
		say("/admin/mall#f-url", "url")
	}
	if len(c.Mall.Hours) == 0 {
		say("/admin/parts/hours/week", "hours")
	}
	return all
}

// preview shows the kiosk and a zone's TV as they are now, side by side.
func (s *Room) preview(w http.ResponseWriter, r *http.Request) error {
	zone := ""
	if zones := s.Store.Catalog().Zones; len(zones) > 0 {
		zone = zones[0].Code
	}
	return s.render(w, r, http.StatusOK, "admin-preview.html", "admin.preview", map[string]any{"Zone": zone, "URL": s.Store.Settings().URL})
}
