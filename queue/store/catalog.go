package store

import (
	"context"
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
