// Package manager is how supervisors and managers see the lines and act on them.
package manager

import (
	"net/http"
	"time"

	"antre/display/site"
	"antre/display/view"
	"antre/queue"
	"antre/queue/store"
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
		site.On("GET /api/live/tickets", queue.RightLive, s.getTickets),
		site.On("POST /api/day", queue.RightDay, s.allowDay),
	}
}

// Pages are the live page.
func (s *Room) Pages() []site.Route {
	return []site.Route{
		site.On("GET /live", queue.RightLive, s.livePage),
		site.On("GET /live/{agency}", queue.RightLive, s.livePage),
		site.On("GET /live/tickets.csv", queue.RightLive, s.ticketsCSV),
		site.On("GET /hall", queue.RightHall, s.showHall),
		site.On("POST /hall", queue.RightHall, s.saveHall),
	}
}

// idleAlarm is how long a counter may be free while people wait before
// somebody is told.
const idleAlarm = 3 * time.Minute

// getLive is how the lines and counters stand: a supervisor's own agency, the
// mall or one agency for managers and admins.
func (s *Room) getLive(w http.ResponseWriter, r *http.Request) error {
	staff, scope, err := s.scope(r)
	if err != nil {
		return err
	}
	v, err := s.Store.Live(r.Context())
	if err != nil {
		return err
	}
	out := s.liveView(v, staff, scope, s.Lang(r))
	out["hall"] = s.hallNow(v.Catalog, s.Lang(r))
	if out["screens"], err = s.screens(r.Context(), scope, s.Lang(r)); err != nil {
		return err
	}
	return site.Answer(w, http.StatusOK, false, out)
}

// livePage shows an agency's services, or the mall's agencies.
func (s *Room) livePage(w http.ResponseWriter, r *http.Request) error {
	staff, scope, err := s.scope(r)
	if err != nil {
		return err
	}
	page := map[string]any{"Scope": s.Store.Settings().Name, "Agency": "", "Up": false, "Hall": staff.Role.May(queue.RightHall)}
	if scope != nil {
		page["Scope"], page["Agency"], page["Up"] = scope.Name.In(s.PageLang(w, r)), scope.Code, staff.Role != queue.Supervisor
	}
	return s.Render(w, r, http.StatusOK, "live.html", "live.title", page)
}

func seconds(d time.Duration) int { return int(d / time.Second) }

func (s *Room) liveView(v *store.Live, staff *store.Staff, scope *queue.Agency, lang string) map[string]any {
	sum := &liveRow{}
	var rows []*liveRow
	for _, service := range v.Catalog.Services {
		if within(scope, service.Agency) {
			row := s.liveRow(v, service, lang)
			rows = append(rows, row)
			sum.add(row)
		}
	}
	counts := map[string]int{"open": 0, "paused": 0, "total": 0}
	for _, k := range v.Catalog.Counters {
		if within(scope, k.Agency) {
			countCounter(counts, v, k)
		}
	}
	return map[string]any{
		"now": v.Now.In(s.Store.Location()).Format(time.RFC3339), "day": v.Day, "waiting": sum.waiting, "longest_wait_s": seconds(sum.longest), "counters": counts,
		"called": called(v, sum.called), "target_wait_min": v.Catalog.Mall.Settings.TargetWaitMin,
		"close_requests": s.liveRequests(v, scope, lang), "agencies": s.agencyRows(v, rows, lang), "services": worstFirst(rows), "clock": s.clockView(staff, lang),
	}
}

// called is how many were called today and, where the mall has set itself a
// target, how many of them within it.
func called(v *store.Live, c store.CalledLive) map[string]any {
	out := map[string]any{"calls": c.Calls, "in_time": nil}
	if v.Catalog.Mall.Settings.TargetWaitMin != nil {
		out["in_time"] = c.InTime
	}
	return out
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
func (s *Room) liveRequests(v *store.Live, scope *queue.Agency, lang string) []map[string]any {
	out := []map[string]any{}
	for _, k := range v.Catalog.Counters {
		asked, ok := v.Asked[k.ID]
		if !ok || !within(scope, k.Agency) {
			continue
		}
		out = append(out, map[string]any{"counter": k.Code, "officer": v.Counters[k.ID].Officer, "reason": asked.Reason, "at": s.StampOrNil(asked.At),
			"services": view.ServiceNames(k, lang), "occupied": v.Counters[k.ID].Ticket != ""})
	}
	return out
}
