package view

import (
	"strings"

	"antre/display/site"
	"antre/queue"
	"antre/queue/store"
)

// ServiceNames are the names of a counter's own services.
func ServiceNames(k *store.Counter, lang string) string {
	var names []string
	for _, service := range k.Own {
		names = append(names, service.Name.In(lang))
	}
	return strings.Join(names, ", ")
}

// Service is a service on the kiosk's first screen.
func (s *Views) Service(c *store.Catalog, service *store.Service, now store.ServiceNow, lang string) map[string]any {
	v := map[string]any{
		"code": service.Code, "name": service.Name.In(lang), "agency": service.Agency.Code, "agency_name": service.Agency.Name.In(lang),
		"agency_short": ShortName(service.Agency, lang), "icon": Icon(service.Agency), "image": site.ImageURL(c, queue.AgencyImage(service.Agency.Code)), "zone": service.Agency.Zone,
		"waiting": now.Waiting, "wait": queue.EstimateWait(now.Waiting, service.Minutes, now.Serving), "requirements": InLang(service.Requirements, lang),
	}
	if len(service.After) > 0 {
		v["after"] = service.After
	}
	if z, err := c.Zone(service.Agency.Zone); err == nil {
		v["zone_name"], v["directions"] = z.Name.In(lang), z.Directions.In(lang)
	}
	s.addGates(v, now, lang)
	return v
}

// ShortName is what fits on a tile.
func ShortName(a *queue.Agency, lang string) string {
	if a.Short != "" {
		return a.Short
	}
	return a.Name.In(lang)
}

// Icon is an agency's built-in picture; "" when it has none.
func Icon(a *queue.Agency) string {
	if queue.KnownIcon(a.Icon) {
		return a.Icon
	}
	return "" // of its own picture, which has an address of its own
}

// ServiceCode is a service's code, "" for none.
func ServiceCode(c *store.Catalog, id int64) string {
	if service := c.ServiceByID(id); service != nil {
		return service.Code
	}
	return ""
}
