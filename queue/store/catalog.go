package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"antre/queue"
)

// Catalog is the mall's definition with the database's keys: who serves what,
// and where. It never changes; an import puts another in its place.
type Catalog struct {
	Mall     queue.Mall
	Zones    []Zone
	Services []*Service // active ones, in the file's order
	Counters []*Counter // active ones, in the file's order
	Media    []Media    // what screens show beside the numbers, in order

	serviceByKey map[string]*Service
	serviceByID  map[int64]*Service // also those gone from the file
	counterByKey map[string]*Counter
	counterByID  map[int64]*Counter
	agencyIDs    map[string]int64
	location     func() *time.Location
	screens      map[string]ZoneScreens // by zone key; "" is everywhere
	calendar     queue.Calendar         // with what supervisors added to the file's
	now          func() time.Time
	group        map[int64]int64   // of each service, the first of those that some counter serves together with it, and with those
	revision     string            // of the definition, as the database counts it
	images       map[string]string // the uploaded pictures: of each name, the sum of its content
}

// Zone is a zone of the mall.
type Zone struct {
	queue.Zone
	ID int64
}

// Service is a service with its agency.
type Service struct {
	queue.Service
	ID     int64
	Agency *queue.Agency
	Active bool
}

// Counter is a counter with what it serves.
type Counter struct {
	queue.Counter
	ID       int64
	Agency   *queue.Agency
	AgencyID int64
	ZoneCode string // its own, or its agency's
	Own      []*Service
	Assisted []*Service
	Active   bool
}

// Location is the mall's zone of time.
func (c *Catalog) Location() *time.Location { return c.location() }

// Revision tells this definition from any other of the mall, before or after.
func (c *Catalog) Revision() string { return c.revision }

// since is how long ago a stored moment was.
func (c *Catalog) since(ms int64) time.Duration { return since(ms, c.now()) }

// Service finds a service by its code, without regard to case.
func (c *Catalog) Service(code string) (*Service, error) {
	if s := c.serviceByKey[queue.Key(code)]; s != nil {
		return s, nil
	}
	return nil, queue.Refuse(queue.NotFound, "unknown_service", "Layanan %q tidak ada di mal ini.", code).
		English("There is no service %q in this mall.", code).At("service")
}

// ServiceByID finds a service of a ticket, even one that is gone from the file.
func (c *Catalog) ServiceByID(id int64) *Service { return c.serviceByID[id] }

// Counter finds a counter by its code, without regard to case.
func (c *Catalog) Counter(code string) (*Counter, error) {
	if k := c.counterByKey[queue.Key(code)]; k != nil && k.Active {
		return k, nil
	}
	return nil, queue.Refuse(queue.NotFound, "unknown_counter", "Loket %q tidak ada di mal ini.", code).
		English("There is no counter %q in this mall.", code)
}

// CounterByID finds a counter, even one that is gone from the file.
func (c *Catalog) CounterByID(id int64) *Counter { return c.counterByID[id] }

// Zone finds a zone by its code.
func (c *Catalog) Zone(code string) (*Zone, error) {
	for i := range c.Zones {
		if queue.Key(c.Zones[i].Code) == queue.Key(code) {
			return &c.Zones[i], nil
		}
	}
	return nil, queue.Refuse(queue.NotFound, "unknown_zone", "Zona %q tidak ada di mal ini.", code).
		English("There is no zone %q in this mall.", code)
}

// reloadCatalog reads the definition, before the writer runs or inside it.
func (st *Store) reloadCatalog(ctx context.Context) error {
	st.loading.Lock() // whoever reads last also stores last, or an older mall would stay in force
	defer st.loading.Unlock()
	return st.read(ctx, func(q reading, _ string) error {
		c, err := loadCatalog(ctx, q, st.storedNow)
		if err != nil {
			return fmt.Errorf("read the mall: %w", err)
		}
		st.catalog.Store(c)
		return nil
	})
}

// putCatalog puts the definition in force that a transaction wrote and has
// committed, before the next one asks.
func (st *Store) putCatalog(c *Catalog) {
	st.loading.Lock()
	defer st.loading.Unlock()
	st.catalog.Store(c)
}

func loadCatalog(ctx context.Context, q querier, now func() time.Time) (*Catalog, error) {
	c := &Catalog{
		now:          now,
		serviceByKey: map[string]*Service{}, serviceByID: map[int64]*Service{},
		counterByKey: map[string]*Counter{}, counterByID: map[int64]*Counter{}, agencyIDs: map[string]int64{}, images: map[string]string{},
	}
	l := &loader{ctx: ctx, q: q, c: c, agencies: map[int64]*agencyRow{}}
	l.mall()
	l.zones()
	l.readAgencies()
	l.services()
	l.after()
	l.counters()
	l.served()
	l.calendar()
	l.screens()
	l.media()
	l.revision()
	l.images()
	if l.err != nil {
		return nil, l.err
	}
	l.assemble()
	c.group = groups(c.serviceByID, c.counterByID)
	c.location = sync.OnceValue(c.Mall.Settings.Location)
	c.calendar = queue.CalendarOf(&c.Mall)
	c.calendar.Closures = append(c.Mall.Closures[:len(c.Mall.Closures):len(c.Mall.Closures)], l.closures...)
	c.calendar.Openings = append(c.Mall.Openings[:len(c.Mall.Openings):len(c.Mall.Openings)], l.openings...)
	return c, nil
}

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
