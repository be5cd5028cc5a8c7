package manager

import (
	"cmp"
	"slices"
	"time"

	"antre/display/view"
	"antre/queue"
	"antre/queue/store"
)

// liveRow is one service, or an agency, with what decides how bad it is.
type liveRow struct {
	view    map[string]any
	agency  *queue.Agency
	overdue bool
	regular time.Duration // the longest wait of a regular, where one is overdue
	idle    time.Duration
	stuck   bool // people wait and no counter is open
	longest time.Duration
	waiting int
	called  store.CalledLive
}

// add makes a row that of several services.
func (r *liveRow) add(o *liveRow) {
	if o.overdue {
		r.overdue, r.regular = true, max(r.regular, o.regular)
	}
	r.idle, r.longest, r.waiting, r.stuck = max(r.idle, o.idle), max(r.longest, o.longest), r.waiting+o.waiting, r.stuck || o.stuck
	r.called.Calls, r.called.InTime = r.called.Calls+o.called.Calls, r.called.InTime+o.called.InTime
}

// overdueS is how long the longest-waiting regular has waited, in seconds, nil
// where nobody has waited longer than the mall allows.
func (r *liveRow) overdueS() any {
	if !r.overdue {
		return nil
	}
	return seconds(r.regular)
}

// overTargetS is how long the longest-waiting visitor has waited, in seconds,
// nil where that is within the wait that the mall has set itself, or it has none.
func (r *liveRow) overTargetS(v *store.Live) any {
	target := v.Catalog.Mall.Settings.TargetWaitMin
	if target == nil || r.longest <= time.Duration(*target)*time.Minute {
		return nil
	}
	return seconds(r.longest)
}

// worstFirst puts a regular who waits beyond the limit first, then idle
// counters, then lines that nobody serves, then whoever waits longest.
func worstFirst(rows []*liveRow) []map[string]any {
	yes := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(rows, func(a, b *liveRow) int {
		return cmp.Or(yes(b.overdue)-yes(a.overdue), yes(b.idle >= idleAlarm)-yes(a.idle >= idleAlarm), yes(b.stuck)-yes(a.stuck),
			cmp.Compare(b.longest, a.longest), b.waiting-a.waiting)
	})
	views := []map[string]any{}
	for _, row := range rows {
		views = append(views, row.view)
	}
	return views
}

// agencyRows are the agencies of some services, worst first.
func (s *Room) agencyRows(v *store.Live, services []*liveRow, lang string) []map[string]any {
	var rows []*liveRow
	byCode := map[string]*liveRow{}
	for _, service := range services {
		row := byCode[service.agency.Code]
		if row == nil {
			row = &liveRow{agency: service.agency}
			byCode[service.agency.Code] = row
			rows = append(rows, row)
		}
		row.add(service)
	}
	for _, row := range rows {
		s.showAgency(v, row, services, lang)
	}
	return worstFirst(rows)
}

func (s *Room) showAgency(v *store.Live, row *liveRow, services []*liveRow, lang string) {
	a, counts, idle, asked, stuck := row.agency, map[string]int{"open": 0, "paused": 0, "total": 0}, []map[string]any{}, []string{}, []string{}
	var mine []*store.Service
	for _, service := range v.Catalog.Services {
		if service.Agency.Code == a.Code {
			mine = append(mine, service)
		}
	}
	for _, k := range v.Catalog.Counters {
		if k.Agency.Code != a.Code {
			continue
		}
		countCounter(counts, v, k)
		if _, ok := v.Asked[k.ID]; ok {
			asked = append(asked, k.Code)
		}
		if free, ok := v.Idle[k.ID]; ok && free.For >= idleAlarm {
			idle = append(idle, map[string]any{"counter": k.Code, "minutes": int(free.For / time.Minute)})
		}
	}
	for _, service := range services {
		if service.agency.Code == a.Code && service.stuck {
			stuck = append(stuck, service.view["code"].(string))
		}
	}
	row.view = map[string]any{
		"code": a.Code, "name": a.Name.In(lang), "short": view.ShortName(a, lang), "services": len(mine), "waiting": row.waiting,
		"longest_wait_s": seconds(row.longest), "overdue_s": row.overdueS(), "over_target_s": row.overTargetS(v), "counters": counts, "idle": idle, "close_requests": asked,
		"stuck": stuck, "called": called(v, row.called), "open": true,
	}
	if shut := view.HallShut(v.Hall, mine, s.Now()); shut != nil {
		row.view["open"], row.view["closed"] = false, s.Closed(shut, lang)
	}
}

func (s *Room) liveRow(v *store.Live, service *store.Service, lang string) *liveRow {
	line := v.Lines[service.ID]
	row := &liveRow{agency: service.Agency, overdue: line.Overdue, regular: line.Regular, longest: line.Longest, waiting: v.Waiting[service.ID], called: v.Called[service.ID]}
	counts, idle, asked := map[string]int{"open": 0, "paused": 0, "total": 0}, []map[string]any{}, []string{}
	for _, k := range v.Catalog.Counters {
		own := slices.Contains(k.Own, service)
		if own {
			countCounter(counts, v, k)
		}
		if _, ok := v.Asked[k.ID]; ok && own {
			asked = append(asked, k.Code)
		}
		if free, ok := v.Idle[k.ID]; ok && free.For >= idleAlarm && slices.Contains(free.Services, service.ID) {
			row.idle = max(row.idle, free.For)
			idle = append(idle, map[string]any{"counter": k.Code, "minutes": int(free.For / time.Minute)})
		}
	}
	row.view = map[string]any{
		"code": service.Code, "name": service.Name.In(lang), "agency": service.Agency.Code, "agency_short": view.ShortName(service.Agency, lang),
		"waiting": row.waiting, "longest_wait_s": seconds(line.Longest), "counters": counts, "idle": idle, "close_requests": asked, "quota": nil, "called": called(v, row.called),
	}
	row.stuck = row.waiting > 0 && counts["open"] == 0
	row.view["overdue_s"], row.view["over_target_s"] = row.overdueS(), row.overTargetS(v)
	if q, ok := v.Limits[service.ID]; ok {
		row.view["quota"] = map[string]int{"limit": q.Limit, "given": q.Given, "left": max(0, q.Limit-q.Given)}
	}
	_, gate := v.Gates(service, s.Now()) // whatever a regular visitor may have, a priority visitor may
	row.view["open"] = true
	if shut := gate.Shut(); shut != nil {
		row.view["open"], row.view["closed"] = false, s.Closed(shut, lang)
	}
	return row
}
