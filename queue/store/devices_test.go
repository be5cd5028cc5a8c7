package store_test

import (
	"testing"
	"time"

	"antre/queue/store"
)

func TestDevice_isLetInByItsCodeAndKeptOutForGood(t *testing.T) {
	h := openHall(t, false)
	boss := store.By{Actor: "command"}
	d := found[store.Device](t)(h.AskDevice(t.Context(), store.KioskDevice))
	if len(d.Code) != 6 || d.State != store.DeviceWaiting {
		t.Fatalf("got %+v", d)
	}
	if has := found[bool](t)(h.HasKiosk(t.Context())); has {
		t.Error("a kiosk that waits counts as the mall's")
	}
	_ = wantRefusal(t, h.ChangeDevice(t.Context(), boss, store.Device{ID: d.ID, Kind: store.KioskDevice, Name: "Kios"}), "unknown_device")
	_ = wantRefusal(t, h.AcceptDevice(t.Context(), boss, store.Device{Code: "AAAAAA", Kind: store.KioskDevice, Name: "Kios"}), "unknown_code")
	_ = wantRefusal(t, h.AcceptDevice(t.Context(), boss, store.Device{Code: d.Code, Kind: store.KioskDevice, Name: "  "}), "bad_name")
	_ = wantRefusal(t, h.AcceptDevice(t.Context(), boss, store.Device{Code: d.Code, Kind: store.SignDevice, Name: "Loket"}), "counter_needed")
	if err := h.AcceptDevice(t.Context(), boss, store.Device{Code: " " + d.Code, Kind: store.KioskDevice, Name: "Kios timur"}); err != nil {
		t.Fatal(err)
	}
	_ = wantRefusal(t, h.AcceptDevice(t.Context(), boss, store.Device{Code: d.Code, Kind: store.KioskDevice, Name: "Kios"}), "unknown_code")
	if has := found[bool](t)(h.HasKiosk(t.Context())); !has {
		t.Error("an accepted kiosk does not count")
	}
	if err := h.SawDevice(t.Context(), d.ID, store.DeviceStatus{Printer: "failed"}); err != nil {
		t.Fatal(err)
	}
	if err := h.SawDevice(t.Context(), d.ID, store.DeviceStatus{Shown: "A-001"}); err != nil {
		t.Fatal(err)
	}
	now := found[*store.Device](t)(h.Device(t.Context(), d.ID))
	if now.Name != "Kios timur" || now.Code != "" || now.Status != (store.DeviceStatus{Printer: "failed", Shown: "A-001"}) || now.Gone(h.now()) {
		t.Errorf("got %+v", now)
	}
	if !now.Gone(h.now().Add(store.DeviceSilence + time.Second)) {
		t.Error("a silent screen is not missed")
	}
	if err := h.RevokeDevice(t.Context(), boss, d.ID); err != nil {
		t.Fatal(err)
	}
	_ = wantRefusal(t, h.SawDevice(t.Context(), d.ID, store.DeviceStatus{}), "unknown_device")
	if all := found[[]store.Device](t)(h.Devices(t.Context())); len(all) != 0 {
		t.Errorf("a revoked screen is listed: %+v", all)
	}
	h.proved()
}

func TestDevice_codesRunOutAndAFloodIsRefused(t *testing.T) {
	h := openHall(t, false)
	first := found[store.Device](t)(h.AskDevice(t.Context(), store.TVDevice))
	for range 39 {
		_ = found[store.Device](t)(h.AskDevice(t.Context(), store.TVDevice))
	}
	_, err := h.AskDevice(t.Context(), store.TVDevice)
	_ = wantRefusal(t, err, "too_many_devices")
	h.pass(store.DeviceCodeLife + time.Minute)
	_ = wantRefusal(t, h.AcceptDevice(t.Context(), store.By{Actor: "command"}, store.Device{Code: first.Code, Kind: store.TVDevice, Name: "TV"}), "unknown_code")
	_ = found[store.Device](t)(h.AskDevice(t.Context(), store.TVDevice))
	if all := found[[]store.Device](t)(h.Devices(t.Context())); len(all) != 1 {
		t.Errorf("%d screens wait, want only the new one", len(all))
	}
}

func found[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
