package store

import (
	"antre/queue"
)

// advance lets the next legs of a journey begin when one has ended, and gives
// a visitor whose other stops wait the place they held.
func (t *txn) advance(ended stopRow) error {
	stops, err := t.stopsOf(ended.ticketID)
	if err != nil || len(stops) < 2 {
		return err
	}
	var order string
	if _, err := t.row([]any{&order}, "SELECT journey FROM tickets WHERE id = ?", ended.ticketID); err != nil {
		return err
	}
	legs := make([]queue.Leg, len(stops))
	for i, s := range stops {
		legs[i] = t.leg(s, stops)
	}
	room := 1
	if queue.JourneyOrder(order) == queue.Parallel {
		room = t.st.Settings().ParallelLimit()
	}
	predict := func(i int) int { return t.predict(stops[i].serviceID) }
	for _, i := range queue.NextLegs(legs, queue.JourneyOrder(order), room, predict) {
		if err := t.beginLeg(stops[i]); err != nil {
			return err
		}
	}
	return nil
}

// leg is a stop as the rules of journeys see it.
func (t *txn) leg(s stopRow, all []stopRow) queue.Leg {
	l := queue.Leg{State: s.state}
	service := t.st.Catalog().ServiceByID(s.serviceID)
	if service == nil {
		return l
	}
	for _, code := range service.After {
		for i, other := range all {
			if o := t.st.Catalog().ServiceByID(other.serviceID); o != nil && queue.Key(o.Code) == queue.Key(code) {
				l.After = append(l.After, i)
			}
		}
	}
	return l
}

// predict is how long a new visitor would wait in a service's line, in
// minutes; a line nobody serves comes last.
func (t *txn) predict(serviceID int64) int {
	const nobody = 1 << 20
	service := t.st.Catalog().ServiceByID(serviceID)
	if service == nil {
		return nobody
	}
	waiting, err := t.count("SELECT count(*) FROM stops s JOIN lines l ON l.id = s.line_id WHERE l.service_id = ? AND l.day = ? AND s.state = 'waiting'", serviceID, t.day)
	if err != nil {
		return nobody
	}
	row, err := t.doors(service)
	if err != nil || row.serving == 0 {
		return nobody + waiting
	}
	return waiting * max(1, service.Minutes) / row.serving
}

// beginLeg puts a planned stop at the end of its line.
func (t *txn) beginLeg(s stopRow) error {
	place, err := t.takePlace(s.lineID)
	if err != nil {
		return err
	}
	after := s
	after.state, after.place, after.arrivedAt = queue.Waiting, place, t.ms()
	_, err = t.change(s, after, "leg_begun", nil, nil)
	return err
}
