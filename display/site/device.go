package site

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"antre/queue/store"
)

// deviceCookie holds which screen of the mall a browser is: its id and a mark
// that only the mall's servers can make. Whether it is let in stands in the
// database.
const (
	deviceCookie = "antre_device"
	deviceYears  = 10 * 365 * 24 * 3600 // a kiosk is never signed out by time
)

func (s *Site) deviceMark(id int64) string {
	text := strconv.FormatInt(id, 10)
	return text + "." + s.Store.Sign("device", text)
}

// markedDevice is the id in a mark, 0 where it is none of ours.
func (s *Site) markedDevice(mark string) int64 {
	text, sign, _ := strings.Cut(mark, ".")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !s.Store.Signed("device", text, sign) {
		return 0
	}
	return id
}

// Device is the screen that asks, whatever its state; nil when a browser is no
// screen of this mall.
func (s *Site) Device(r *http.Request) (*store.Device, error) {
	c, err := r.Cookie(deviceCookie)
	if err != nil {
		return nil, nil //nolint:nilnil,nilerr // no cookie: no screen of the mall
	}
	id := s.markedDevice(c.Value)
	if id == 0 {
		return nil, nil //nolint:nilnil // somebody else's cookie
	}
	return s.Store.Device(r.Context(), id)
}

// SetDevice makes a browser a screen.
func (s *Site) SetDevice(w http.ResponseWriter, r *http.Request, id int64) {
	http.SetCookie(w, &http.Cookie{Name: deviceCookie, Value: s.deviceMark(id), Path: "/", MaxAge: deviceYears, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode})
}

// DevicePage is what a screen shows.
func DevicePage(d *store.Device) string {
	zone := ""
	if d.Zone != "" {
		zone = "?zone=" + url.QueryEscape(d.Zone)
	}
	switch d.Kind {
	case store.KioskDevice:
		return "/kiosk" + zone
	case store.TVDevice:
		return "/tv" + zone
	case store.SignDevice:
		return "/sign/" + url.PathEscape(d.Counter)
	}
	return "/overview"
}
