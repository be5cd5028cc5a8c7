package kiosk

import (
	"crypto/subtle"
	"net/http"
	"time"

	"antre/display/site"
)

// Four digits are guessed in an afternoon unless guesses are few: for the whole
// mall, because a guess may come from the kiosk's own machine.
const (
	pinEvery = 12 * time.Second
	pinBurst = 5
)

// checkPIN refuses all digits but the mall's.
func (s *Room) checkPIN(pin string) error {
	want := s.Store.Settings().KioskPIN
	switch {
	case want == "":
		return site.Refuse(http.StatusConflict, "no_pin", "Mal ini belum punya PIN kios. Isi di Pengaturan mal.", "This mall has no kiosk PIN yet. Set it under Mall in the administration.")
	case !s.pins.AllowN(time.Now(), 1):
		return site.Refuse(http.StatusTooManyRequests, "too_many_requests", "Terlalu banyak percobaan. Tunggu sebentar.", "Too many tries. Wait a moment.").After(int(pinEvery.Seconds()))
	case subtle.ConstantTimeCompare([]byte(pin), []byte(want)) != 1:
		return site.Refuse(http.StatusForbidden, "wrong_pin", "PIN salah. Coba lagi.", "Wrong PIN. Try again.")
	}
	return nil
}

// postPIN says whether these digits open a kiosk's settings.
func (s *Room) postPIN(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		PIN string `json:"pin"`
	}
	if _, err := site.Decode(w, r, &in); err != nil {
		return err
	}
	if err := s.checkPIN(in.PIN); err != nil {
		return err
	}
	return site.Answer(w, http.StatusOK, false, map[string]any{"open": true})
}
