package admin

import (
	"net/http"
	"strconv"
	"strings"

	"antre/display/site"
	"antre/display/view"
	"antre/queue/store"
)

// deviceRow is a screen as the list shows it.
type deviceRow struct {
	ID                       int64
	Name, Kind, Where, State string
	Bad                      bool
}

// showDevices lists the screens, and has the form that lets one in.
func (s *Room) showDevices(w http.ResponseWriter, r *http.Request) error {
	return s.devicesPage(w, r, http.StatusOK, store.Device{Kind: store.TVDevice, Code: r.URL.Query().Get("code")}, nil)
}

func (s *Room) devicesPage(w http.ResponseWriter, r *http.Request, status int, d store.Device, wrong *site.Refusal) error {
	all, err := s.Store.Devices(r.Context())
	if err != nil {
		return err
	}
	lang, waiting, rows := s.PageLang(w, r), 0, []deviceRow{}
	for i := range all {
		if all[i].State == store.DeviceWaiting {
			waiting++
			continue
		}
		rows = append(rows, s.deviceRow(&all[i], lang))
	}
	page := s.deviceForm(d, lang, wrong)
	page["Rows"], page["Waiting"], page["IssueFrom"] = rows, waiting, s.Store.Settings().IssueFrom
	return s.render(w, r, status, "admin-devices.html", "admin.title", page)
}

func (s *Room) deviceRow(d *store.Device, lang string) deviceRow {
	row := deviceRow{ID: d.ID, Name: d.Name, Kind: s.Text(lang, "device.kind."+string(d.Kind)), Where: s.DevicePlace(d, lang), State: s.Text(lang, "device.here")}
	if troubles := s.DeviceTroubles(d, lang); len(troubles) > 0 {
		row.State, row.Bad = strings.Join(troubles, " · "), true
	}
	return row
}

// deviceForm is what the form of one screen needs.
func (s *Room) deviceForm(d store.Device, lang string, wrong *site.Refusal) map[string]any {
	c := s.Store.Catalog()
	kinds, counters := []option{}, []option{}
	for _, kind := range store.DeviceKinds() {
		kinds = append(kinds, option{string(kind), s.Text(lang, "device.kind."+string(kind))})
	}
	for _, k := range c.Counters {
		counters = append(counters, option{k.Code, c.Mall.Settings.Noun() + " " + k.Code + " · " + view.ServiceNames(k, lang)})
	}
	page := map[string]any{"Device": d, "Kinds": kinds, "Zones": s.zoneOptions(lang), "Counters": counters}
	sayWrong(page, wrong, lang)
	return page
}

// zoneOptions are the zones to choose from, the whole mall first.
func (s *Room) zoneOptions(lang string) []option {
	zones := []option{{"", s.ZonePlace("", lang)}}
	for _, z := range s.Store.Catalog().Zones {
		zones = append(zones, option{z.Code, z.Name.In(lang)})
	}
	return zones
}

// sayWrong tells a form's page what was wrong and in which field; wrong may be nil.
func sayWrong(page map[string]any, wrong *site.Refusal, lang string) {
	page["Error"], page["At"] = "", ""
	if wrong != nil {
		page["Error"], page["At"] = wrong.Detail.In(lang), wrong.Field
	}
}

func deviceTyped(r *http.Request) store.Device {
	f := r.PostForm
	return store.Device{Code: strings.ReplaceAll(f.Get("code"), " ", ""), Kind: store.DeviceKind(f.Get("kind")), Name: f.Get("name"), Zone: f.Get("zone"), Counter: f.Get("counter")}
}

// acceptDevice lets a screen in.
func (s *Room) acceptDevice(w http.ResponseWriter, r *http.Request) error {
	if err := site.ReadForm(w, r); err != nil {
		return err
	}
	by, err := s.by(r)
	if err != nil {
		return err
	}
	d := deviceTyped(r)
	if err := s.Store.AcceptDevice(r.Context(), by, d); err != nil {
		refusal := site.Mistake(err)
		if refusal == nil {
			return err
		}
		return s.devicesPage(w, r, refusal.Status, d, refusal)
	}
	return saved(w, r, "/admin/devices")
}

// accepted finds the screen that the path names.
func (s *Room) accepted(r *http.Request) (*store.Device, error) {
	id, _ := strconv.ParseInt(r.PathValue("device"), 10, 64) // no number is the screen 0, which there is not
	return s.Store.AcceptedDevice(r.Context(), id)
}

func (s *Room) showDevice(w http.ResponseWriter, r *http.Request) error {
	d, err := s.accepted(r)
	if err != nil {
		return err
	}
	return s.devicePage(w, r, http.StatusOK, *d, nil)
}

func (s *Room) devicePage(w http.ResponseWriter, r *http.Request, status int, d store.Device, wrong *site.Refusal) error {
	page := s.deviceForm(d, s.PageLang(w, r), wrong)
	page["Shows"], page["Kiosk"] = site.DevicePage(&d), s.kioskSays(d.Kiosk, s.PageLang(w, r))
	return s.render(w, r, status, "admin-device.html", "admin.title", page)
}

// kioskSays tells what was set at a kiosk itself; "" for nothing.
func (s *Room) kioskSays(set *store.KioskSettings, lang string) string {
	if set == nil {
		return ""
	}
	paper, size := s.Text(lang, "kiosk.settings_none"), s.Text(lang, "kiosk.settings_any")
	if set.Paper != "" {
		paper = set.Paper + " mm"
	}
	if set.Inches != 0 {
		size = s.Text(lang, "kiosk.settings_inches", set.Inches)
	}
	says := []string{s.Text(lang, "kiosk.settings_paper") + ": " + paper, s.Text(lang, "kiosk.settings_lang") + ": " + s.Text(set.Lang, "lang."+set.Lang), s.Text(lang, "kiosk.settings_size") + ": " + size}
	if len(set.Hidden) > 0 {
		says = append(says, s.Text(lang, "device.hidden", strings.Join(set.Hidden, ", ")))
	}
	return s.Text(lang, "device.kiosk_set") + " " + strings.Join(says, " \u00b7 ")
}

// saveDevice changes a screen or takes its rights away.
func (s *Room) saveDevice(w http.ResponseWriter, r *http.Request) error {
	if err := site.ReadForm(w, r); err != nil {
		return err
	}
	d, err := s.accepted(r)
	if err != nil {
		return err
	}
	by, err := s.by(r)
	if err != nil {
		return err
	}
	typed := deviceTyped(r)
	typed.ID, typed.Kiosk = d.ID, d.Kiosk
	if r.PostForm.Get("do") == "revoke" {
		err = s.Store.RevokeDevice(r.Context(), by, d.ID)
	} else {
		err = s.Store.ChangeDevice(r.Context(), by, typed)
	}
	if err == nil {
		return saved(w, r, "/admin/devices")
	}
	refusal := site.Mistake(err)
	if refusal == nil {
		return err
	}
	return s.devicePage(w, r, refusal.Status, typed, refusal)
}
