package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"antre/queue"
)

// DeviceKind is what a screen of the mall shows.
type DeviceKind string

// The kinds of screens.
const (
	KioskDevice    DeviceKind = "kiosk"
	TVDevice       DeviceKind = "tv"
	OverviewDevice DeviceKind = "overview"
	SignDevice     DeviceKind = "sign" // at one counter
)

// DeviceKinds are all kinds, in the order in which they are offered.
func DeviceKinds() []DeviceKind {
	return []DeviceKind{KioskDevice, TVDevice, OverviewDevice, SignDevice}
}

// DeviceState is whether a screen belongs to the mall.
type DeviceState string

// The states of a screen.
const (
	DeviceWaiting  DeviceState = "waiting"
	DeviceAccepted DeviceState = "accepted"
	DeviceRevoked  DeviceState = "revoked"
)

const (
	// DeviceCodeLife is how long a waiting screen's code is good.
	DeviceCodeLife = 15 * time.Minute
	// DeviceSilence is after how long an accepted screen that says nothing has
	// gone: three times as long as it may be silent.
	DeviceSilence = 90 * time.Second

	maxWaitingDevices = 40 // more are a flood
	deviceCodeLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	deviceCodeLength  = 6
)

// DeviceStatus is what a screen says of itself; an empty field says nothing new.
type DeviceStatus struct {
	Shown   string `json:"shown,omitempty"`   // the last call that it showed: the ticket's code
	Said    string `json:"said,omitempty"`    // the last call that it spoke
	Sound   string `json:"sound,omitempty"`   // "on", or "blocked" by the browser
	Printer string `json:"printer,omitempty"` // "ok" or "failed"
}

// KioskSettings are what a kiosk's own settings corner says of it.
type KioskSettings struct {
	Paper  string   `json:"paper"`  // "80" or "58" mm; "" for none
	Lang   string   `json:"lang"`   // the first one
	Inches int      `json:"inches"` // the screen's diagonal; 0: not known
	Hidden []string `json:"hidden"` // codes of services that it does not offer
}

// Device is a kiosk or a screen.
type Device struct {
	ID      int64
	Code    string // to let it in; "" when it is
	Kind    DeviceKind
	Name    string
	Zone    string // code; "" is the whole mall
	Counter string // code, of a sign
	State   DeviceState
	AskedAt time.Time
	SeenAt  time.Time
	Status  DeviceStatus
	Kiosk   *KioskSettings // nil before its corner has set anything
}

// Gone says whether an accepted screen has been silent for too long.
func (d *Device) Gone(now time.Time) bool {
	return d.State == DeviceAccepted && now.Sub(d.SeenAt) > DeviceSilence
}

// AskDevice keeps a new screen that waits to be let in, and forgets those
// whose code has run out. Anybody may ask; the edge limits how often.
func (st *Store) AskDevice(ctx context.Context, kind DeviceKind) (d Device, err error) {
	err = st.write(ctx, func(t *txn) error {
		oldest := t.ms() - DeviceCodeLife.Milliseconds()
		n, err := t.count("SELECT count(*) FROM devices WHERE state = 'waiting' AND asked_at >= ?", oldest)
		if err != nil {
			return err
		}
		if n >= maxWaitingDevices {
			return queue.Refuse(queue.Conflict, "too_many_devices", "Terlalu banyak layar menunggu diterima. Coba lagi dalam 15 menit.").
				English("Too many screens wait to be let in. Try again in 15 minutes.")
		}
		if _, err := t.exec("DELETE FROM devices WHERE state = 'waiting' AND asked_at < ?", oldest); err != nil {
			return err
		}
		d = Device{ID: t.newID(), Code: deviceCode(), Kind: kind, State: DeviceWaiting, AskedAt: t.now, SeenAt: t.now}
		_, err = t.exec(`INSERT INTO devices (id, code, kind, name, state, asked_at, seen_at, status) VALUES (?, ?, ?, '', 'waiting', ?, ?, '{}')`,
			d.ID, d.Code, d.Kind, t.ms(), t.ms())
		return err
	})
	return d, err
}

func deviceCode() string {
	b := make([]byte, deviceCodeLength)
	_, _ = rand.Read(b) // never fails since Go 1.24
	for i := range b {
		b[i] = deviceCodeLetters[int(b[i])%len(deviceCodeLetters)]
	}
	return string(b)
}

// AcceptDevice lets a waiting screen in by its code. Administrators only; the
// edge checks.
func (st *Store) AcceptDevice(ctx context.Context, by By, d Device) error {
	zone, counter, err := st.checkDevice(&d)
	if err != nil {
		return err
	}
	return st.write(ctx, func(t *txn) error {
		t.who = by
		var id, asked int64
		found, err := t.row([]any{&id, &asked}, "SELECT id, asked_at FROM devices WHERE code = ? AND state = 'waiting'", strings.ToUpper(strings.TrimSpace(d.Code)))
		if err != nil {
			return err
		}
		if !found || t.ms()-asked > DeviceCodeLife.Milliseconds() {
			return queue.Refuse(queue.NotFound, "unknown_code", "Tidak ada layar yang menunggu dengan kode %q. Lihat lagi kode di layarnya.", d.Code).
				English("No screen waits with the code %q. Look at its screen again.", d.Code).At("code")
		}
		if _, err := t.exec("UPDATE devices SET code = ?, state = 'accepted', seen_at = ? WHERE id = ?", strconv.FormatInt(id, 10), t.ms(), id); err != nil {
			return err
		}
		return t.placeDevice(id, &d, zone, counter, "device_accepted")
	})
}

// ChangeDevice gives an accepted screen another name, kind or place; it turns
// to it by itself. Administrators only; the edge checks.
func (st *Store) ChangeDevice(ctx context.Context, by By, d Device) error {
	zone, counter, err := st.checkDevice(&d)
	if err != nil {
		return err
	}
	return st.write(ctx, func(t *txn) error {
		t.who = by
		if err := t.acceptedDevice(d.ID); err != nil {
			return err
		}
		return t.placeDevice(d.ID, &d, zone, counter, "device_changed")
	})
}

// SetKiosk keeps what an accepted kiosk's own corner has set, so that it is
// still so at another server or on another machine. Whoever knows the mall's
// PIN; the edge checks.
func (st *Store) SetKiosk(ctx context.Context, by By, id int64, set KioskSettings) error {
	return st.write(ctx, func(t *txn) error {
		t.who = by
		if err := t.acceptedDevice(id); err != nil {
			return err
		}
		b, err := json.Marshal(set)
		if err != nil {
			return err
		}
		if _, err := t.exec("UPDATE devices SET settings = ? WHERE id = ?", string(b), id); err != nil {
			return err
		}
		_, err = t.record(event{kind: "device_changed", detail: map[string]any{"device": id, "kiosk": set}})
		return err
	})
}

// RevokeDevice takes a screen's rights away, for good. Administrators only;
// the edge checks.
func (st *Store) RevokeDevice(ctx context.Context, by By, id int64) error {
	return st.write(ctx, func(t *txn) error {
		t.who = by
		if err := t.acceptedDevice(id); err != nil {
			return err
		}
		if _, err := t.exec("UPDATE devices SET state = 'revoked' WHERE id = ?", id); err != nil {
			return err
		}
		_, err := t.record(event{kind: "device_revoked", detail: map[string]any{"device": id}})
		return err
	})
}

func (t *txn) acceptedDevice(id int64) error {
	n, err := t.count("SELECT count(*) FROM devices WHERE id = ? AND state = 'accepted'", id)
	if err == nil && n == 0 {
		err = errNoDevice()
	}
	return err
}

func errNoDevice() error {
	return queue.Refuse(queue.NotFound, "unknown_device", "Layar ini tidak ada, atau sudah dicabut.").English("There is no such screen, or it has been revoked.")
}

// placeDevice writes what an administrator said about a screen.
func (t *txn) placeDevice(id int64, d *Device, zone, counter int64, kind string) error {
	if _, err := t.exec("UPDATE devices SET kind = ?, name = ?, zone_id = ?, counter_id = ? WHERE id = ?", d.Kind, d.Name, orNull(zone), orNull(counter), id); err != nil {
		return err
	}
	_, err := t.record(event{kind: kind, counterID: counter, detail: map[string]any{"device": id, "kind": d.Kind, "zone": d.Zone}})
	return err
}

// checkDevice resolves a screen's zone and counter.
func (st *Store) checkDevice(d *Device) (zone, counter int64, err error) {
	d.Name = strings.TrimSpace(d.Name)
	if d.Name == "" || len(d.Name) > 80 {
		return 0, 0, queue.Refuse(queue.Invalid, "bad_name", "Beri layar ini nama (paling panjang 80 huruf), misalnya \"TV lantai 1\".").
			English("Give this screen a name (at most 80 letters), such as \"TV floor 1\".").At("name")
	}
	if !slices.Contains(DeviceKinds(), d.Kind) {
		return 0, 0, queue.Refuse(queue.Invalid, "bad_value", "Pilih jenis layar.").English("Choose a kind of screen.").At("kind")
	}
	if d.Zone != "" {
		z, err := st.Catalog().Zone(d.Zone)
		if err != nil {
			return 0, 0, err
		}
		zone, d.Zone = z.ID, z.Code
	}
	if d.Kind != SignDevice {
		d.Counter = ""
		return zone, 0, nil
	}
	if d.Counter == "" {
		return 0, 0, queue.Refuse(queue.Invalid, "counter_needed", "Pilih loket untuk layar loket.").English("Choose the counter of this sign.").At("counter")
	}
	k, err := st.Catalog().Counter(d.Counter)
	if err != nil {
		return 0, 0, err
	}
	d.Counter = k.Code
	return zone, k.ID, nil
}

// SawDevice keeps that a screen was heard, and what it said of itself. It
// refuses one that is not in the mall.
func (st *Store) SawDevice(ctx context.Context, id int64, said DeviceStatus) error {
	return st.write(ctx, func(t *txn) error {
		var text string
		found, err := t.row([]any{&text}, "SELECT status FROM devices WHERE id = ? AND state <> 'revoked'", id)
		if err != nil {
			return err
		}
		if !found {
			return errNoDevice()
		}
		var now DeviceStatus
		if err := json.Unmarshal([]byte(text), &now); err != nil {
			return fmt.Errorf("read the status of device %d: %w", id, err)
		}
		b, err := json.Marshal(now.and(said))
		if err != nil {
			return err
		}
		_, err = t.exec("UPDATE devices SET seen_at = ?, status = ? WHERE id = ?", t.ms(), string(b), id)
		return err
	})
}

// and is a status with what was said since.
func (s DeviceStatus) and(said DeviceStatus) DeviceStatus {
	for _, f := range []struct {
		of  *string
		new string
	}{{&s.Shown, said.Shown}, {&s.Said, said.Said}, {&s.Sound, said.Sound}, {&s.Printer, said.Printer}} {
		if f.new != "" {
			*f.of = f.new
		}
	}
	return s
}

const selectDevices = `SELECT d.id, d.code, d.kind, d.name, coalesce(z.code, ''), coalesce(k.code, ''), d.state, d.asked_at, d.seen_at, d.status, d.settings
	FROM devices d LEFT JOIN zones z ON z.id = d.zone_id AND z.active = 1 LEFT JOIN counters k ON k.id = d.counter_id AND k.active = 1`

// Device is one screen; nil when there is none of that id.
func (st *Store) Device(ctx context.Context, id int64) (*Device, error) {
	all, err := st.devices(ctx, selectDevices+" WHERE d.id = ?", id)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// AcceptedDevice is one screen that is in the mall. It refuses any other id.
func (st *Store) AcceptedDevice(ctx context.Context, id int64) (*Device, error) {
	d, err := st.Device(ctx, id)
	if err == nil && (d == nil || d.State != DeviceAccepted) {
		err = errNoDevice()
	}
	return d, err
}

// Devices are the screens of the mall: those that wait first, then those that
// are in, by name. Revoked ones are left out.
func (st *Store) Devices(ctx context.Context) ([]Device, error) {
	return st.devices(ctx, selectDevices+" WHERE d.state = 'accepted' OR d.state = 'waiting' AND d.asked_at >= ? ORDER BY d.state DESC, d.name, d.id",
		st.storedNow().Add(-DeviceCodeLife).UnixMilli())
}

func (st *Store) devices(ctx context.Context, query string, args ...any) (all []Device, err error) {
	var d Device
	var asked, seen int64
	var status, settings string
	var damaged error
	take := func() {
		d.AskedAt, d.SeenAt, d.Status, d.Kiosk = st.At(asked), st.At(seen), DeviceStatus{}, nil
		if err := errors.Join(fromJSON(status, &d.Status), fromJSON(settings, &d.Kiosk)); err != nil {
			damaged = fmt.Errorf("read the status of device %d: %w", d.ID, err)
		}
		one := d
		if one.State != DeviceWaiting {
			one.Code = ""
		}
		all = append(all, one)
	}
	if err := eachRow(ctx, st.reads(), []any{&d.ID, &d.Code, &d.Kind, &d.Name, &d.Zone, &d.Counter, &d.State, &asked, &seen, &status, &settings}, take, query, args...); err != nil {
		return nil, unavailable(err)
	}
	return all, damaged
}

// HasKiosk says whether a kiosk has been let in: from then on only kiosks give
// numbers, unless the mall says otherwise.
func (st *Store) HasKiosk(ctx context.Context) (bool, error) {
	var n int
	err := st.reads().QueryRowContext(ctx, "SELECT count(*) FROM devices WHERE kind = 'kiosk' AND state = 'accepted'").Scan(&n)
	if err != nil {
		return false, unavailable(err)
	}
	return n > 0, nil
}
