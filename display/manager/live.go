// Package manager is how supervisors and managers see the lines and act on them.
package manager

import (
	"antre/display/site"
	"antre/display/view"
	"antre/queue"
	"antre/queue/store"
	"net/http"
	"slices"
	"time"
)

// Room answers those who answer for an agency or the mall.
type Room struct{ *view.Views }

// API are what they see and do.
func (s *Room) API() []site.Route {
	return []site.Route{
		site.On("POST /api/services/{code}/quota", queue.RightQuota, s.setQuota),
		site.On("POST /api/services/{code}/close", queue.RightClose, s.closeService),
		site.On("POST /api/services/{code}/open", queue.RightClose, s.openService),
		site.On("GET /api/live", queue.RightLive, s.getLive),
		site.On("POST /api/day", queue.RightDay, s.allowDay),
	}
}

// Pages are the live page.
func (s *Room) Pages() []site.Route {
	return []site.Route{site.On("GET /live", queue.RightLive, s.livePage)}
}

// idleAlarm is how long a counter may be free while people wait before
// somebody is told.
const idleAlarm = 3 * time.Minute

// getLive is how the lines and counters stand: a supervisor's own agency, the
// mall for managers and admins.
func (s *Room) getLive(w http.ResponseWriter, r *http.Request) error {
	p, err := site.PermitOf(r)
	if err != nil {
		return err
	}
	v, err := s.Store.Live(r.Context())
	if err != nil {
		return err
	}
	return site.Answer(w, http.StatusOK, false, s.liveView(v, p.Staff, s.Lang(r)))
}

func (s *Room) livePage(w http.ResponseWriter, r *http.Request) error {
	p, err := site.PermitOf(r)
	if err != nil {
		return err
	}
	lang, scope := s.PageLang(w, r), s.Store.Settings().Name
	for _, service := range s.Store.Catalog().Services {
		if p.Staff.Role == queue.Supervisor && p.Staff.Reaches(service.Agency) {
			scope = service.Agency.Name.In(lang)
		}
	}
	return s.Render(w, r, http.StatusOK, "live.html", "live.title", map[string]any{"Scope": scope})
}

func seconds(d time.Duration) int { return int(d / time.Second) }

func (s *Room) liveView(v *store.Live, staff *store.Staff, lang string) map[string]any {
	rows, waiting, longest := []*liveRow{}, 0, time.Duration(0)
	for _, service := range v.Catalog.Services {
		if staff.Reaches(service.Agency) {
			row := s.liveRow(v, service, lang)
			rows = append(rows, row)
			waiting += v.Waiting[service.ID]
			longest = max(longest, row.longest)
		}
	}
	slices.SortStableFunc(rows, worstFirst)
	services := []map[string]any{}
	for _, row := range rows {
		services = append(services, row.view)
	}
	counts := map[string]int{"open": 0, "paused": 0, "total": 0}
	for _, k := range v.Catalog.Counters {
		if staff.Reaches(k.Agency) {
			countCounter(counts, v, k)
		}
	}
	return map[string]any{
		"now": v.Now.In(s.Store.Location()).Format(time.RFC3339), "day": v.Day, "waiting": waiting, "longest_wait_s": seconds(longest), "counters": counts,
		"close_requests": s.liveRequests(v, staff, lang), "services": services, "clock": s.clockView(staff, lang),
	}
}

func countCounter(counts map[string]int, v *store.Live, k *store.Counter) {
	counts["total"]++
	switch v.Counters[k.ID].State {
	case queue.CounterOpen:
		counts["open"]++
	case queue.CounterPaused:
		counts["paused"]++
	}
}

// clockView is the alarm of a clock that leapt, and whether this person may
// say that it is right.
func (s *Room) clockView(staff *store.Staff, lang string) any {
	alarm, ok := queue.AsRefusal(s.Store.ClockAlarm())
	if !ok {
		return nil
	}
	return map[string]any{"code": alarm.Code, "detail": alarm.Detail.In(lang), "day": alarm.Facts["day"], "may_confirm": staff.Role.May(queue.RightDay)}
}

// liveRequests are the wishes to close, in the order of the mall's counters.
func (s *Room) liveRequests(v *store.Live, staff *store.Staff, lang string) []map[string]any {
	out := []map[string]any{}
	for _, k := range v.Catalog.Counters {
		asked, ok := v.Asked[k.ID]
		if !ok || !staff.Reaches(k.Agency) {
			continue
		}
		out = append(out, map[string]any{"counter": k.Code, "officer": v.Counters[k.ID].Officer, "reason": asked.Reason, "at": s.StampOrNil(asked.At),
			"services": view.ServiceNames(k, lang), "occupied": v.Counters[k.ID].Ticket != ""})
	}
	return out
}

// liveRow is one service with what decides how bad it is.
type liveRow struct {
	view    map[string]any
	overdue bool
	idle    time.Duration
	longest time.Duration
	waiting int
}

// worstFirst puts a regular who waits beyond the limit first, then idle
// counters, then whoever waits longest.
func worstFirst(a, b *liveRow) int {
	switch {
	case a.overdue != b.overdue:
		if a.overdue {
			return -1
		}
		return 1
	case a.idle >= idleAlarm != (b.idle >= idleAlarm):
		if a.idle >= idleAlarm {
			return -1
		}
		return 1
	case a.longest != b.longest:
		return int(min(1, max(-1, b.longest-a.longest)))
	}
	return b.waiting - a.waiting
}

func (s *Room) liveRow(v *store.Live, service *store.Service, lang string) *liveRow {
	line := v.Lines[service.ID]
	row := &liveRow{overdue: line.Overdue, longest: line.Longest, waiting: v.Waiting[service.ID]}
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
		"waiting": row.waiting, "longest_wait_s": seconds(line.Longest), "overdue_s": nil, "counters": counts, "idle": idle, "close_requests": asked, "quota": nil,
	}
	if line.Overdue {
		row.view["overdue_s"] = seconds(line.Regular)
	}
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
