package manager

import (
	"context"
	"strconv"

	"antre/queue"
	"antre/queue/store"
)

// screens are the mall's kiosks and screens, those that need somebody first:
// how they are, and what each showed and spoke last. They are the whole mall's,
// so a supervisor of one agency does not see them.
func (s *Room) screens(ctx context.Context, staff *store.Staff, lang string) ([]map[string]any, error) {
	well, ill := []map[string]any{}, []map[string]any{}
	if staff.Role == queue.Supervisor {
		return well, nil
	}
	all, err := s.Store.Devices(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		d := &all[i]
		if d.State != store.DeviceAccepted {
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
