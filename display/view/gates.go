package view

import (
	"time"

	"antre/queue"
	"antre/queue/store"
)

// addGates says whether a service gives a number now, what is left of its quota
// for a regular visitor, and, where it is not the same, what a priority visitor
// may have.
func (s *Views) addGates(v map[string]any, now store.ServiceNow, lang string) {
	s.AddClass(v, now.Regular, lang)
	class := map[string]any{}
	s.AddClass(class, now.Priority, lang)
	v["priority"] = class
}

// AddClass adds what a gate says to one class.
func (s *Views) AddClass(v map[string]any, gate queue.Gate, lang string) {
	v["open"] = true
	if gate.Limited {
		v["quota"] = map[string]int{"limit": gate.Limit, "left": gate.Left}
	}
	if shut := gate.Shut(); shut != nil {
		v["open"], v["closed"] = false, s.Closed(shut, lang)
	}
}

// Closed is why something is closed, and until when.
func (s *Views) Closed(shut *queue.Shut, lang string) map[string]any {
	v := map[string]any{"code": shut.Code, "detail": shut.Detail(lang), "reason": shut.Reason.In(lang), "reopens": shut.Reopens(lang), "reopens_at": nil}
	if !shut.ReopensAt.IsZero() {
		v["reopens_at"] = shut.ReopensAt.In(s.Store.Location()).Format(time.RFC3339)
	}
	return v
}

// HallShut is why none of some services gives anybody a number: in the words
// of the one that does so again first, and of most where several do. It is nil
// while one gives numbers, and for no services at all.
func HallShut(h *store.Hall, services []*store.Service, now time.Time) (first *queue.Shut) {
	votes := map[string]int{}
	for _, service := range services {
		_, gate := h.Gates(service, now) // whatever a regular visitor may have, a priority visitor may
		shut := gate.Shut()
		if shut == nil {
			return nil
		}
		if first == nil || sooner(shut.ReopensAt, first.ReopensAt) {
			first = shut
			clear(votes)
		}
		if !shut.ReopensAt.Equal(first.ReopensAt) {
			continue
		}
		votes[shut.Code]++
		if votes[shut.Code] > votes[first.Code] {
			first = shut
		}
	}
	return first
}

// sooner compares reopenings; one that is not known comes last.
func sooner(a, b time.Time) bool { return !a.IsZero() && (b.IsZero() || a.Before(b)) }

// HallShut is the page that a kiosk or a TV shows while nothing is open.
func (s *Views) HallShut(shut *queue.Shut, lang string) map[string]any {
	v := s.Closed(shut, lang)
	v["title"], v["note"] = s.Text(lang, "closed."+ShutKey(shut)), shut.Note.In(lang)
	return v
}

// ShutKey names the words for a shut hall. The noon break of a Friday is for prayer.
func ShutKey(shut *queue.Shut) string {
	asked := shut.Asked.In(shut.ReopensAt.Location())
	if shut.Code == queue.BreakClosed && asked.Weekday() == time.Friday && asked.Hour() >= 11 && asked.Hour() < 14 {
		return "break_friday"
	}
	if shut.Code == queue.ServiceClosed && len(shut.Note) > 0 {
		return "notice"
	}
	return shut.Code
}
