package admin

import (
	"slices"

	"antre/queue"
)

// The forms, field by field. What a field may hold is judged by the mall's own
// rules, which know every field by the same path.

func choose(pairs ...string) func(*Room, *draft, string) []option {
	return func(*Room, *draft, string) (all []option) {
		for i := 0; i+1 < len(pairs); i += 2 {
			all = append(all, option{pairs[i], pairs[i+1]})
		}
		return all
	}
}

func zonesOf(_ *Room, d *draft, lang string) []option {
	all := []option{{"", "admin.o.none"}}
	for _, z := range d.mall.Zones {
		all = append(all, option{z.Code, z.Code + " · " + z.Name.In(lang)})
	}
	return all
}

func iconsOf(*Room, *draft, string) []option {
	all := []option{{"", "admin.o.none"}}
	for _, name := range queue.Icons() {
		all = append(all, option{name, "admin.icon." + name})
	}
	return all
}

func agenciesOf(_ *Room, d *draft, lang string) []option {
	all := []option{{"", "admin.o.none"}}
	for _, a := range d.mall.Agencies {
		all = append(all, option{a.Code, a.Name.In(lang)})
	}
	return all
}

func servicesOf(_ *Room, d *draft, lang string) (all []option) {
	for _, a := range d.mall.Agencies {
		for _, s := range a.Services {
			all = append(all, option{s.Code, s.Code + " · " + s.Name.In(lang) + " (" + a.Code + ")"})
		}
	}
	return all
}

func serviceOrNone(s *Room, d *draft, lang string) []option {
	return append([]option{{"", "admin.o.none"}}, servicesOf(s, d, lang)...)
}

// screenLangs are the mall's languages in their order, then the others that the
// pages have words of.
func screenLangs(s *Room, d *draft, _ string) (all []option) {
	mine := d.mall.Settings.Langs()
	others := slices.DeleteFunc(s.Languages(), func(lang string) bool { return slices.Contains(mine, lang) })
	for _, lang := range slices.Concat(mine, others) {
		all = append(all, option{lang, s.LangName(lang)})
	}
	return all
}

func settingFields() []field {
	return []field{
		{path: "name", how: asText, needed: true},
		{path: "timezone", how: asChoice, options: choose("Asia/Jakarta", "WIB", "Asia/Makassar", "WITA", "Asia/Jayapura", "WIT"), needed: true},
		{path: "url", how: asText}, {path: "color", how: asColor}, {path: "counter_noun", how: asText},
		{path: "languages", how: asCodes, options: screenLangs},
		{path: "wifi.ssid", how: asText}, {path: "wifi.password", how: asText},
		{path: "footer", how: asTexts}, {path: "ticker", how: asLines},
		{path: "speech.numbers", how: asChoice, options: choose("", "admin.o.default", "digits", "admin.o.digits", "number", "admin.o.number")},
		{path: "speech.zero", how: asChoice, options: choose("", "admin.o.default", "nol", "nol", "kosong", "kosong")},
		{path: "speech.names", how: asChoice, options: choose("", "admin.o.default", "none", "admin.o.no_name", "agency", "admin.o.agency_name", "service", "admin.o.service_name")},
		{path: "speech.languages", how: asCodes, options: choose("id", "Bahasa Indonesia", "en", "English")},
		{path: "priority_run", how: asNumber}, {path: "no_show_after_s", how: asNumber}, {path: "regular_max_wait_min", how: asNumber},
		{path: "target_wait_min", how: asNumber}, {path: "quota_cancelled", how: asChoice, options: choose("", "admin.o.default", "returns", "admin.o.returns", "keeps", "admin.o.keeps")},
		{path: "parallel_open", how: asNumber}, {path: "phone_cap", how: asNumber},
		{path: "issue_from", how: asChoice, options: choose("", "admin.o.default", "anyone", "admin.o.anyone", "devices", "admin.o.devices")}, {path: "kiosk_pin", how: asText},
	}
}

func zoneFields() []field {
	return []field{{path: "code", how: asText, needed: true}, {path: "name", how: asTexts, needed: true}, {path: "directions", how: asTexts}}
}

func agencyFields() []field {
	return []field{
		{path: "code", how: asText, needed: true}, {path: "name", how: asTexts, needed: true}, {path: "short", how: asText},
		{path: "zone", how: asChoice, options: zonesOf}, {path: "icon", how: asChoice, options: iconsOf}, {path: "say", how: asWords}, {path: "hours", how: asWeek},
	}
}

func serviceFields() []field {
	return []field{
		{path: "code", how: asText, needed: true}, {path: "name", how: asTexts, needed: true}, {path: "minutes", how: asNumber},
		{path: "requirements", how: asLines}, {path: "quota.day", how: asNumber}, {path: "quota.kiosk", how: asNumber},
		{path: "quota.booking", how: asNumber}, {path: "quota.priority", how: asNumber},
		{path: "after", how: asCodes, options: servicesOf}, {path: "hours", how: asWeek},
	}
}

func counterFields() []field {
	return []field{
		{path: "code", how: asText, needed: true}, {path: "services", how: asCodes, options: servicesOf, needed: true},
		{path: "assists", how: asCodes, options: servicesOf}, {path: "zone", how: asChoice, options: zonesOf},
		{path: "class", how: asChoice, options: choose("", "admin.o.any", "priority", "admin.o.priority")}, {path: "through_breaks", how: asYes}, {path: "hours", how: asWeek},
	}
}

func periodFields() []field {
	return []field{{path: "name", how: asText, needed: true}, {path: "from", how: asDate, needed: true}, {path: "to", how: asDate, needed: true}, {path: "hours", how: asWeek, needed: true}}
}

func holidayFields() []field {
	return []field{{path: "date", how: asDate, needed: true}, {path: "name", how: asText, needed: true}}
}

func closureFields() []field {
	return []field{
		{path: "from", how: asMoment, needed: true}, {path: "to", how: asMoment, needed: true},
		{path: "agency", how: asChoice, options: agenciesOf}, {path: "service", how: asChoice, options: serviceOrNone}, {path: "notice", how: asTexts},
	}
}
