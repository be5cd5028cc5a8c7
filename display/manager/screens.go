package manager

import (
	"context"
	"slices"
	"strconv"

	"antre/queue"
	"antre/queue/store"
)

// screens are the kiosks and screens that serve what somebody looks at, those
// that need somebody first: how they are, and what each showed and spoke last.
func (s *Room) screens(ctx context.Context, scope *queue.Agency, lang string) ([]map[string]any, error) {
	well, ill := []map[string]any{}, []map[string]any{}
	all, err := s.Store.Devices(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		d := &all[i]
		if d.State != store.DeviceAccepted || !serves(s.Store.Catalog(), d, scope) {
			continue
		}
		troubles := s.DeviceTroubles(d, lang)
		if troubles == nil {
			troubles = []string{}
		}
		row := map[string]any{"id": strconv.FormatInt(d.ID, 10), "name": d.Name, "kind": s.Text(lang, "device.kind."+string(d.Kind)), "place": s.DevicePlace(d, lang),
			"troubles": troubles, "shown": d.Status.Shown, "said": d.Status.Said}
		if len(troubles) > 0 {
			ill = append(ill, row)
		} else {
			well = append(well, row)
		}
	}
	return append(ill, well...), nil
}

// serves says whether a screen tells the visitors of an agency something: it
// stands for the whole mall, in a zone where the agency or one of its counters
// is, or at one of them. Nil is every agency.
func serves(c *store.Catalog, d *store.Device, scope *queue.Agency) bool {
	if scope == nil {
		return true
	}
	if d.Kind == store.SignDevice {
		k, err := c.Counter(d.Counter)
		return err == nil && k.Agency.Code == scope.Code
	}
	return d.Zone == "" || d.Zone == scope.Zone || slices.ContainsFunc(c.Counters, func(k *store.Counter) bool {
		return k.Agency.Code == scope.Code && k.ZoneCode == d.Zone
	})
}
