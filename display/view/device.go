package view

import (
	"strconv"

	"antre/queue/store"
)

// DeviceTroubles are what somebody should see to at a screen, in words.
func (v *Views) DeviceTroubles(d *store.Device, lang string) (all []string) {
	if d.Gone(v.Now()) { // what it said before is old
		return []string{v.Text(lang, "device.gone", d.SeenAt.In(v.Store.Location()).Format(ClockFormat(lang)))}
	}
	if d.Status.Printer == "failed" {
		all = append(all, v.Text(lang, "device.no_paper"))
	}
	if d.Status.Sound == "blocked" {
		all = append(all, v.Text(lang, "device.mute"))
	}
	return all
}

// DevicePlace is where a screen stands, in words.
func (v *Views) DevicePlace(d *store.Device, lang string) string {
	if d.Counter != "" {
		return v.Store.Settings().Noun() + " " + d.Counter
	}
	return v.ZonePlace(d.Zone, lang)
}

// ZonePlace is a zone in words; "" is the whole mall.
func (v *Views) ZonePlace(zone, lang string) string {
	if z, err := v.Store.Catalog().Zone(zone); err == nil {
		return z.Name.In(lang)
	}
	return v.Text(lang, "device.everywhere")
}

// MediaURL is where one of the media is fetched; another content has another.
func MediaURL(m store.Media) string { return "/media/" + strconv.FormatInt(m.ID, 10) }
