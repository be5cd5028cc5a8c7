package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"antre/queue"
)

// loader reads the definition's tables one after another; the first error stops it.
type loader struct {
	ctx      context.Context //nolint:containedctx // lives for one load
	q        querier
	c        *Catalog
	agencies map[int64]*agencyRow
	order    []*agencyRow
	zoneCode map[int64]string
	closures []queue.Closure // made at the desk
	openings []queue.Opening
	err      error
}

type agencyRow struct {
	queue.Agency
	id       int64
	active   bool
	services []*Service
	counters []*Counter
}

func (l *loader) each(dest []any, take func() error, query string) {
	if l.err != nil {
		return
	}
	var inner error
	err := eachRow(l.ctx, l.q, dest, func() {
		if inner == nil {
			inner = take()
		}
	}, query)
	if err == nil {
		err = inner
	}
	l.err = err
}

func fromJSON(text string, into any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}

// revision tells one definition from another: servers that share a database
// must notice that theirs is old.
func (l *loader) revision() {
	var rev string
	l.each([]any{&rev}, func() error { l.c.revision = rev; return nil }, "SELECT value FROM meta WHERE name = 'definition'")
}

func (l *loader) mall() {
	var settings, hours string
	l.each([]any{&settings, &hours}, func() error {
		if err := fromJSON(settings, &l.c.Mall.Settings); err != nil {
			return err
		}
		return fromJSON(hours, &l.c.Mall.Hours)
	}, "SELECT settings, hours FROM mall")
}

func (l *loader) zones() {
	l.zoneCode = map[int64]string{}
	var id int64
	var code, name, directions string
	var active bool
	l.each([]any{&id, &code, &name, &directions, &active}, func() error {
		z := Zone{ID: id, Zone: queue.Zone{Code: code}}
		l.zoneCode[id] = code
		if err := fromJSON(name, &z.Name); err != nil {
			return err
		}
		if err := fromJSON(directions, &z.Directions); err != nil {
			return err
		}
		if active {
			l.c.Zones = append(l.c.Zones, z)
			l.c.Mall.Zones = append(l.c.Mall.Zones, z.Zone)
		}
		return nil
	}, "SELECT id, code, name, directions, active FROM zones ORDER BY position")
}

func (l *loader) readAgencies() {
	var id int64
	var zone sql.NullInt64
	var code, name, short, say, icon, hours string
	var active bool
	l.each([]any{&id, &code, &zone, &name, &short, &say, &icon, &hours, &active}, func() error {
		a := &agencyRow{id: id, active: active, Agency: queue.Agency{Code: code, Short: short, Icon: icon, Zone: l.zoneCode[zone.Int64]}}
		if !queue.KnownIcon(icon) && icon != queue.AgencyImage(code) {
			a.Icon = "" // from a file older than the pictures, when any name was taken and none shown
		}
		l.agencies[id] = a
		l.order = append(l.order, a)
		l.c.agencyIDs[queue.Key(code)] = id
		return firstError(fromJSON(name, &a.Name), fromJSON(say, &a.Say), fromJSON(hours, &a.Hours))
	}, "SELECT id, code, zone_id, name, short, say, icon, hours, active FROM agencies ORDER BY position")
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) services() {
	var s Service
	var agency int64
	var name, requirements, hours string
	var day, kiosk, booking, priority *int
	l.each([]any{&s.ID, &s.Code, &agency, &name, &s.Minutes, &requirements, &day, &kiosk, &booking, &priority, &hours, &s.Active}, func() error {
		row := &Service{ID: s.ID, Active: s.Active, Service: queue.Service{Code: s.Code, Minutes: s.Minutes}}
		if day != nil || kiosk != nil || booking != nil || priority != nil {
			row.Quota = &queue.Quota{Day: day, Kiosk: kiosk, Booking: booking, Priority: priority}
		}
		a := l.agencies[agency]
		row.Agency = &a.Agency
		a.services = append(a.services, row)
		l.c.serviceByID[row.ID] = row
		l.c.serviceByKey[queue.Key(row.Code)] = row
		return firstError(fromJSON(name, &row.Name), fromJSON(requirements, &row.Requirements), fromJSON(hours, &row.Hours))
	}, `SELECT id, code, agency_id, name, minutes, requirements, quota_day, quota_kiosk, quota_booking, quota_priority, hours, active
		FROM services ORDER BY position`)
}

func (l *loader) after() {
	var service, after int64
	l.each([]any{&service, &after}, func() error {
		s := l.c.serviceByID[service]
		s.After = append(s.After, l.c.serviceByID[after].Code)
		return nil
	}, "SELECT service_id, after_id FROM service_after ORDER BY service_id, position")
}

func (l *loader) counters() {
	var k Counter
	var zone sql.NullInt64
	var hours string
	l.each([]any{&k.ID, &k.Code, &k.AgencyID, &zone, &k.Class, &k.ThroughBreaks, &hours, &k.Active}, func() error {
		row := &Counter{ID: k.ID, AgencyID: k.AgencyID, Active: k.Active,
			Counter: queue.Counter{Code: k.Code, Class: k.Class, ThroughBreaks: k.ThroughBreaks, Zone: l.zoneCode[zone.Int64]}}
		a := l.agencies[k.AgencyID]
		row.Agency, row.ZoneCode = &a.Agency, row.Zone
		if row.ZoneCode == "" {
			row.ZoneCode = a.Zone
		}
		if row.Class == "any" {
			row.Class = ""
		}
		a.counters = append(a.counters, row)
		l.c.counterByID[row.ID] = row
		l.c.counterByKey[queue.Key(row.Code)] = row
		return fromJSON(hours, &row.Hours)
	}, "SELECT id, code, agency_id, zone_id, class, through_breaks, hours, active FROM counters ORDER BY position")
}

func (l *loader) served() {
	var counter, service int64
	var role string
	l.each([]any{&counter, &service, &role}, func() error {
		k, s := l.c.counterByID[counter], l.c.serviceByID[service]
		if role == "primary" {
			k.Own, k.Services = append(k.Own, s), append(k.Services, s.Code)
		} else {
			k.Assisted, k.Assists = append(k.Assisted, s), append(k.Assists, s.Code)
		}
		return nil
	}, "SELECT counter_id, service_id, role FROM counter_services ORDER BY counter_id, position")
}

func (l *loader) calendar() {
	var p queue.Period
	var hours string
	l.each([]any{&p.Name, &p.From, &p.To, &hours}, func() error {
		row := queue.Period{Name: p.Name, From: p.From, To: p.To}
		err := fromJSON(hours, &row.Hours)
		l.c.Mall.Periods = append(l.c.Mall.Periods, row)
		return err
	}, "SELECT name, from_day, to_day, hours FROM periods ORDER BY position")
	var h queue.Holiday
	l.each([]any{&h.Date, &h.Name}, func() error {
		l.c.Mall.Holidays = append(l.c.Mall.Holidays, h)
		return nil
	}, "SELECT day, name FROM holidays ORDER BY day")
	l.readClosures()
}

// readClosures reads closings and openings: those of the file are the mall's
// definition, those made at the desk only count today.
func (l *loader) readClosures() {
	var c queue.Closure
	var agency, service sql.NullInt64
	var kind, origin, notice string
	l.each([]any{&kind, &origin, &c.From, &c.To, &agency, &service, &notice}, func() error {
		row := queue.Closure{From: c.From, To: c.To}
		if a := l.agencies[agency.Int64]; a != nil {
			row.Agency = a.Code
		}
		if s := l.c.serviceByID[service.Int64]; s != nil {
			row.Service = s.Code
		}
		into := &l.c.Mall.Closures
		switch {
		case origin == "file" && kind == "opening":
			into = &l.c.Mall.Openings
		case origin == "desk" && kind == "closure":
			into = &l.closures
		case origin == "desk":
			into = &l.openings
		}
		err := fromJSON(notice, &row.Notice)
		*into = append(*into, row)
		return err
	}, "SELECT kind, origin, from_at, to_at, agency_id, service_id, notice FROM closures ORDER BY position, id")
}

// assemble puts the active parts together as the mall file has them.
func (l *loader) assemble() {
	for _, a := range l.order {
		if !a.active {
			continue
		}
		def := a.Agency
		for _, s := range a.services {
			if s.Active {
				def.Services = append(def.Services, s.Service)
				l.c.Services = append(l.c.Services, s)
			}
		}
		for _, k := range a.counters {
			if k.Active {
				def.Counters = append(def.Counters, k.Counter)
				l.c.Counters = append(l.c.Counters, k)
			}
		}
		l.c.Mall.Agencies = append(l.c.Mall.Agencies, def)
	}
}
