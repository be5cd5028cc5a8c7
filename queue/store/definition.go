package store

import (
	"context"
	"encoding/json"
	"fmt"

	"antre/queue"
)

// Import puts a mall's definition in force, all of it or nothing. What exists
// is updated by its code; what is missing from the file is closed, never
// deleted, because tickets on paper still name it. Publishes that everything
// may have changed.
func (st *Store) Import(ctx context.Context, by By, mall *queue.Mall) error {
	return st.importOver(ctx, by, mall, nil)
}

// ImportOver is Import for somebody who has changed the definition of a
// revision: it refuses when another has come in between, because one
// administrator's page must not undo what another has saved.
func (st *Store) ImportOver(ctx context.Context, by By, mall *queue.Mall, revision string) error {
	return st.importOver(ctx, by, mall, &revision)
}

func (st *Store) importOver(ctx context.Context, by By, mall *queue.Mall, over *string) error {
	err := st.write(ctx, func(t *txn) error {
		t.who = by
		if err := t.alone(); err != nil {
			return err
		}
		if changed, err := t.definedSince(over); err != nil {
			return err
		} else if changed {
			return queue.Refuse(queue.Conflict, "definition_changed", "Data mal baru saja diubah orang lain. Muat ulang halaman ini, lalu ubah lagi.").
				English("Somebody else has just changed the mall. Load this page again, then make your change.")
		}
		was := st.Catalog().Mall
		if err := (&importer{txn: t, mall: mall, zones: map[string]int64{}, agencies: map[string]int64{}, services: map[string]int64{}}).run(); err != nil {
			return err
		}
		clear(t.batch.doors)
		clear(t.batch.closed)
		clear(t.batch.lines)
		if err := t.newDefinition(); err != nil {
			return err
		}
		_, err := t.record(event{kind: "mall_imported", detail: map[string]any{"mall": mall.Settings.Name, "changed": queue.Changes(&was, mall)}})
		return err
	})
	if err != nil {
		return err
	}
	// Requests that come between the commit and this line still use the old
	// definition, whose rows all still exist. Only now can screens read the new one.
	return st.refresh(ctx)
}

// definedSince says whether there is another definition than the one of a revision.
func (t *txn) definedSince(revision *string) (bool, error) {
	if revision == nil {
		return false, nil
	}
	var now string
	_, err := t.row([]any{&now}, "SELECT coalesce((SELECT value FROM meta WHERE name = 'definition'), '')")
	return now != *revision, err
}

// newDefinition tells this definition from all before it, for servers that
// share the database.
func (t *txn) newDefinition() error {
	_, err := t.exec("INSERT INTO meta (name, value) VALUES ('definition', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", fmt.Sprint(t.newID()))
	return err
}

// redefine changes what belongs to the mall beside its file, and counts that as
// another definition: every server and every screen reads it anew.
func (st *Store) redefine(ctx context.Context, by By, change func(*txn) error) error {
	if err := st.write(ctx, func(t *txn) error { return t.redefine(by, change) }); err != nil {
		return err
	}
	return st.refresh(ctx)
}

// redefine is for whoever has more to do before the screens read it.
func (t *txn) redefine(by By, change func(*txn) error) error {
	t.who = by
	if err := t.alone(); err != nil {
		return err
	}
	if err := change(t); err != nil {
		return err
	}
	return t.newDefinition()
}

// importer writes a definition inside one transaction.
type importer struct {
	*txn
	mall                      *queue.Mall
	zones, agencies, services map[string]int64 // code key → id
}

func (i *importer) run() error {
	for _, step := range []func() error{i.settings, i.closeAll, i.putZones, i.putAgencies, i.putAfter, i.putCounters, i.putCalendar} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// jsonText never fails on the plain values of a definition.
func jsonText(v any) string {
	b, _ := json.Marshal(v) //nolint:errchkjson // texts, hours and settings are plain
	return string(b)
}

func (i *importer) settings() error {
	_, err := i.exec(`INSERT INTO mall (id, settings, hours) VALUES (1, ?, ?)
		ON CONFLICT (id) DO UPDATE SET settings = excluded.settings, hours = excluded.hours`,
		jsonText(i.mall.Settings), jsonText(i.mall.Hours))
	return err
}

func (i *importer) closeAll() error {
	for _, stmt := range []string{
		"UPDATE zones SET active = 0", "UPDATE agencies SET active = 0", "UPDATE services SET active = 0", "UPDATE counters SET active = 0",
		"DELETE FROM counter_services", "DELETE FROM service_after", "DELETE FROM periods", "DELETE FROM holidays", "DELETE FROM closures WHERE origin = 'file'",
	} {
		if _, err := i.exec(stmt); err != nil {
			return err
		}
	}
	return nil
}

func (i *importer) upsert(into map[string]int64, code, query string, args ...any) error {
	var id int64
	_, err := i.row([]any{&id}, query+" RETURNING id", append([]any{i.newID(), code, queue.Key(code)}, args...)...)
	i.wrote = true
	into[queue.Key(code)] = id
	return err
}

func (i *importer) putZones() error {
	for n, z := range i.mall.Zones {
		if err := i.upsert(i.zones, z.Code, `INSERT INTO zones (id, code, code_key, name, directions, position, active) VALUES (?, ?, ?, ?, ?, ?, 1)
			ON CONFLICT (code_key) DO UPDATE SET code = excluded.code, name = excluded.name, directions = excluded.directions,
			position = excluded.position, active = 1`, jsonText(z.Name), jsonText(z.Directions), n); err != nil {
			return err
		}
	}
	return nil
}

func (i *importer) putAgencies() error {
	position := 0
	for n, a := range i.mall.Agencies {
		if err := i.upsert(i.agencies, a.Code, `INSERT INTO agencies (id, code, code_key, zone_id, name, short, say, icon, hours, position, active)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
			ON CONFLICT (code_key) DO UPDATE SET code = excluded.code, zone_id = excluded.zone_id, name = excluded.name, short = excluded.short,
			say = excluded.say, icon = excluded.icon, hours = excluded.hours, position = excluded.position, active = 1`,
			orNull(i.zones[queue.Key(a.Zone)]), jsonText(a.Name), a.Short, jsonText(a.Say), a.Icon, jsonText(a.Hours), n); err != nil {
			return err
		}
		for _, s := range a.Services {
			position++
			if err := i.putService(a, s, position); err != nil {
				return err
			}
		}
	}
	return nil
}

func (i *importer) putService(a queue.Agency, s queue.Service, position int) error {
	q := queue.Quota{}
	if s.Quota != nil {
		q = *s.Quota
	}
	return i.upsert(i.services, s.Code, `INSERT INTO services (id, code, code_key, agency_id, name, minutes, requirements,
		quota_day, quota_kiosk, quota_booking, quota_priority, hours, position, active)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
		ON CONFLICT (code_key) DO UPDATE SET code = excluded.code, agency_id = excluded.agency_id, name = excluded.name, minutes = excluded.minutes,
		requirements = excluded.requirements, quota_day = excluded.quota_day, quota_kiosk = excluded.quota_kiosk,
		quota_booking = excluded.quota_booking, quota_priority = excluded.quota_priority, hours = excluded.hours,
		position = excluded.position, active = 1`,
		i.agencies[queue.Key(a.Code)], jsonText(s.Name), s.Minutes, jsonText(s.Requirements),
		q.Day, q.Kiosk, q.Booking, q.Priority, jsonText(s.Hours), position)
}

func (i *importer) putAfter() error {
	for _, a := range i.mall.Agencies {
		for _, s := range a.Services {
			for n, before := range s.After {
				if _, err := i.exec("INSERT INTO service_after (service_id, after_id, position) VALUES (?, ?, ?)",
					i.services[queue.Key(s.Code)], i.services[queue.Key(before)], n); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (i *importer) putCounters() error {
	position := 0
	for _, a := range i.mall.Agencies {
		for _, k := range a.Counters {
			position++
			if err := i.putCounter(a, k, position); err != nil {
				return err
			}
		}
	}
	return nil
}

func (i *importer) putCounter(a queue.Agency, k queue.Counter, position int) error {
	class := k.Class
	if class == "" {
		class = "any"
	}
	through := 0
	if k.ThroughBreaks {
		through = 1
	}
	ids := map[string]int64{}
	if err := i.upsert(ids, k.Code, `INSERT INTO counters (id, code, code_key, agency_id, zone_id, class, through_breaks, hours, position, active,
		rev, state, opened_day, priority_run, close_asked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0, 'closed', '', 0, 0)
		ON CONFLICT (code_key) DO UPDATE SET code = excluded.code, agency_id = excluded.agency_id, zone_id = excluded.zone_id, class = excluded.class,
		through_breaks = excluded.through_breaks, hours = excluded.hours, position = excluded.position, active = 1`,
		i.agencies[queue.Key(a.Code)], orNull(i.zones[queue.Key(k.Zone)]), class, through, jsonText(k.Hours), position); err != nil {
		return err
	}
	for role, codes := range map[string][]string{"primary": k.Services, "assist": k.Assists} {
		for n, code := range codes {
			if _, err := i.exec("INSERT INTO counter_services (counter_id, service_id, role, position) VALUES (?, ?, ?, ?)",
				ids[queue.Key(k.Code)], i.services[queue.Key(code)], role, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (i *importer) putCalendar() error {
	for n, p := range i.mall.Periods {
		if _, err := i.exec("INSERT INTO periods (position, name, from_day, to_day, hours) VALUES (?, ?, ?, ?, ?)", n, p.Name, p.From, p.To, jsonText(p.Hours)); err != nil {
			return err
		}
	}
	for _, h := range i.mall.Holidays {
		if _, err := i.exec("INSERT INTO holidays (day, name) VALUES (?, ?)", h.Date, h.Name); err != nil {
			return err
		}
	}
	for kind, all := range map[string][]queue.Closure{"closure": i.mall.Closures, "opening": i.mall.Openings} {
		for n, c := range all {
			if _, err := i.exec(putClosure, i.newID(), kind, "file", n, c.From, c.To, orNull(i.agencies[queue.Key(c.Agency)]), orNull(i.services[queue.Key(c.Service)]), jsonText(c.Notice)); err != nil {
				return err
			}
		}
	}
	return nil
}

const putClosure = `INSERT INTO closures (id, kind, origin, position, from_at, to_at, agency_id, service_id, notice) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
