package desk

import (
	"slices"
	"time"

	"antre/display/view"
	"antre/queue"
	"antre/queue/store"
)

// Counter is a counter as its officer's console shows it, with the call of its
// own visitor that nobody heard.
func (s *Room) Counter(v store.CounterView, viewer *store.Staff, lang string, unheard []string) map[string]any {
	out := s.counterView(v, viewer, lang)
	out["unheard"] = stillCalled(v, unheard)
	return out
}

// counterView is a counter as its officer's console shows it.
func (s *Room) counterView(v store.CounterView, viewer *store.Staff, lang string) map[string]any {
	c := s.Store.Catalog()
	now := time.UnixMilli(v.At) // of the snapshot, so that a replay reads the same
	out := map[string]any{
		"code": view.CounterCode(c, v.CounterID), "state": v.State, "officer": nil, "mine": v.OfficerID != 0 && v.OfficerID == viewer.ID,
		"current": nil, "can_no_show_at": nil, "pause_reason": v.PauseReason, "now": now.In(s.Store.Location()).Format(time.RFC3339),
		"unheard": []string{}, // who acts has heard it by now
	}
	if v.Officer != "" {
		out["officer"] = v.Officer
	}
	out["may_take"] = v.State != queue.CounterClosed && v.OfficerID != viewer.ID && viewer.Role.May(queue.RightAnswer)
	if v.Current != nil {
		out["current"] = s.currentView(c, v, lang)
		if v.Current.State == queue.Called {
			allowed, _ := queue.MayDeclareAbsent(time.UnixMilli(v.FirstCallAt), now, s.Store.Settings().NoShowAfter())
			allowed = allowed.Add(time.Second - 1).Truncate(time.Second) // a clock without fractions must not be early
			out["can_no_show_at"] = allowed.In(s.Store.Location()).Format(time.RFC3339)
		}
	}
	next, held, history, waiting := []map[string]any{}, []map[string]any{}, []map[string]any{}, map[string]int{}
	for _, u := range v.Next {
		next = append(next, s.upcomingView(c, v.CounterID, u, v.At, lang))
	}
	for _, u := range v.Held {
		held = append(held, s.upcomingView(c, v.CounterID, u, v.At, lang))
	}
	for _, h := range v.History {
		history = append(history, map[string]any{"ticket": h.Code, "service": view.ServiceCode(c, h.ServiceID), "state": h.State,
			"called_at": s.StampOrNil(h.CalledAt), "ended_at": s.StampOrNil(h.EndedAt)})
	}
	for id, n := range v.Waiting {
		waiting[view.ServiceCode(c, id)] = n
	}
	out["next"], out["held"], out["history"], out["waiting"], out["late"] = next, held, history, waiting, s.lateViews(c, v)
	out["lines"], out["no_shows"] = linesView(c, v, lang), s.absences(c, v)
	s.addRequests(out, v, lang)
	return out
}

// currentView is the visitor at the counter, with why they were called and
// what officers have written about them.
func (s *Room) currentView(c *store.Catalog, v store.CounterView, lang string) map[string]any {
	out := s.Ticket(*v.Current, lang, false)
	service := c.ServiceByID(v.Current.ServiceID)
	out["why"], out["why_text"], out["why_reason"] = nil, "", v.WhyReason
	if v.Why != "" {
		out["why"], out["why_text"] = v.Why, s.whyText(c, v.CounterID, v.Why, service, lang)
	}
	notes := []map[string]any{}
	for _, r := range v.Remarks {
		notes = append(notes, map[string]any{"kind": r.Kind, "text": r.Text, "counter": view.CounterCode(c, r.CounterID),
			"service": view.ServiceCode(c, r.ServiceID), "at": s.Stamp(r.At)})
	}
	out["notes"] = notes
	return out
}

func (s *Room) upcomingView(c *store.Catalog, counterID int64, u store.Upcoming, at int64, lang string) map[string]any {
	return map[string]any{"code": u.Code, "class": u.Class, "service": view.ServiceCode(c, u.ServiceID),
		"waited_s": int(max(0, at-u.ArrivedAt) / 1000), "why": u.Why, "why_text": s.whyText(c, counterID, u.Why, c.ServiceByID(u.ServiceID), lang), "note": u.Remark}
}

// whyText is a reason as an officer can read it aloud to somebody who asks.
// The word itself stays as it is; the sentence tells what the mall's own
// settings make of it.
func (s *Room) whyText(c *store.Catalog, counterID int64, why queue.Why, service *store.Service, lang string) string {
	counting, key, args := s.Store.Settings().Counting(), string(why), []any{}
	switch why {
	case queue.WhyPriority:
		if k := c.CounterByID(counterID); k != nil && k.Class == string(queue.Priority) {
			key += "_only"
		} else if counting.Run == queue.UnlimitedRun {
			key += "_unlimited"
		} else {
			args = append(args, int(counting.Run))
		}
	case queue.WhyTurn:
		args = append(args, int(counting.Run))
	case queue.WhyOverdue:
		args = append(args, int(counting.MaxWait/time.Minute))
	case queue.WhyAssist:
		if service != nil {
			args = append(args, service.Name.In(lang))
		}
	}
	return s.Text(lang, "why."+key, args...)
}

// stillCalled keeps, of the calls nobody heard, the one for the visitor whom
// this counter waits for: calling anybody else aloud would bring the wrong one.
func stillCalled(v store.CounterView, unheard []string) []string {
	if v.Current == nil || v.Current.State != queue.Called || !slices.Contains(unheard, v.Current.Code) {
		return []string{}
	}
	return []string{v.Current.Code}
}

// linesView are the lines that this counter calls from, in their order here.
func linesView(c *store.Catalog, v store.CounterView, lang string) []map[string]any {
	lines := []map[string]any{}
	k := c.CounterByID(v.CounterID)
	if k == nil {
		return lines
	}
	for i, list := range [][]*store.Service{k.Own, k.Assisted} {
		for _, service := range list {
			lines = append(lines, map[string]any{"service": service.Code, "name": service.Name.In(lang), "waiting": v.Waiting[service.ID], "assist": i == 1})
		}
	}
	return lines
}

// absences are the no-shows who may still come back.
func (s *Room) absences(c *store.Catalog, v store.CounterView) []map[string]any {
	out := []map[string]any{}
	for _, a := range v.NoShows {
		out = append(out, map[string]any{"ticket": a.Code, "class": a.Class, "service": view.ServiceCode(c, a.ServiceID),
			"counter": view.CounterCode(c, a.CounterID), "return_until": s.Stamp(a.ReturnUntil)})
	}
	return out
}

// lateViews are the visitors whom next passes over until they are back.
func (s *Room) lateViews(c *store.Catalog, v store.CounterView) []map[string]any {
	out := []map[string]any{}
	for _, l := range v.Late {
		out = append(out, map[string]any{"code": l.Code, "class": l.Class, "service": view.ServiceCode(c, l.ServiceID), "until": s.Stamp(l.Until)})
	}
	return out
}

// addRequests shows what is asked of others and what can be taken back.
func (s *Room) addRequests(out map[string]any, v store.CounterView, lang string) {
	out["undo"], out["close_request"] = nil, nil
	if v.Undo != "" {
		restores := []map[string]any{}
		for _, r := range v.Restores {
			restores = append(restores, map[string]any{"ticket": r.Code, "state": r.State})
		}
		out["undo"] = map[string]any{"action": v.Undo, "until": s.Stamp(v.UndoUntil), "restores": restores}
	}
	if r := v.CloseRequest; r != nil {
		out["close_request"] = map[string]any{"state": r.State, "reason": r.Reason, "note": r.Note, "at": s.Stamp(r.At), "answered_at": s.StampOrNil(r.AnsweredAt)}
	}
	out["alarms"] = s.alarms(v, lang)
}

// alarms are what an officer must know beyond their own visitor.
func (s *Room) alarms(v store.CounterView, lang string) []map[string]any {
	alarms, counting := []map[string]any{}, s.Store.Settings().Counting()
	for _, service := range v.Overdue {
		key := "alarm.regular_max_wait"
		if counting.LimitNow(true) != counting.Run {
			key += "_lowered"
		}
		alarms = append(alarms, map[string]any{"code": "regular_max_wait", "service": service,
			"text": s.Text(lang, key, service, int(counting.MaxWait/time.Minute))})
	}
	if err := s.Store.ClockAlarm(); err != nil {
		alarms = append(alarms, map[string]any{"code": "clock_jumped", "text": s.Text(lang, "alarm.clock_jumped")})
	}
	return alarms
}
