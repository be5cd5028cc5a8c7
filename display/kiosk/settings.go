package kiosk

import (
	"net/http"
	"slices"

	"antre/display/site"
	"antre/queue/store"
)

// A screen's diagonal, in inches; 0 is one that nobody has measured.
const (
	leastInches = 7
	mostInches  = 100
)

// keptSettings are what the mall keeps of the kiosk that asks; nil where it
// keeps nothing and the browser's own word counts.
func (s *Room) keptSettings(r *http.Request) (*store.KioskSettings, error) {
	d, err := s.Device(r)
	if err != nil || d == nil || d.State != store.DeviceAccepted {
		return nil, err
	}
	return d.Kiosk, nil
}

// postSettings keeps what a kiosk's corner has set, with the PIN that opened
// it. A kiosk that was not let in keeps it itself: kept is then false.
func (s *Room) postSettings(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		PIN string `json:"pin"`
		store.KioskSettings
	}
	if _, err := site.Decode(w, r, &in); err != nil {
		return err
	}
	if err := s.saneSettings(in.KioskSettings); err != nil {
		return err
	}
	if err := s.checkPIN(in.PIN); err != nil {
		return err
	}
	d, err := s.Device(r)
	if err != nil {
		return err
	}
	paired := d != nil && d.State == store.DeviceAccepted
	if paired {
		err = s.Store.SetKiosk(r.Context(), store.By{Actor: "staff"}, d.ID, in.KioskSettings)
	}
	if err != nil {
		return err
	}
	return site.Answer(w, http.StatusOK, false, map[string]any{"kept": paired})
}

func (s *Room) saneSettings(set store.KioskSettings) error {
	c := s.Store.Catalog()
	switch {
	case !slices.Contains([]string{"", "58", "80"}, set.Paper):
		return site.BadValue("paper", "Kertas harus 80, 58 atau kosong.", "Paper must be 80, 58 or empty.")
	case !slices.Contains(c.Mall.Settings.Langs(), set.Lang):
		return site.BadValue("lang", "Mal ini tidak punya bahasa %q.", "This mall has no language %q.", set.Lang)
	case set.Inches != 0 && (set.Inches < leastInches || set.Inches > mostInches):
		return site.BadValue("inches", "Diagonal harus %d sampai %d inci.", "The diagonal must be %d to %d inches.", leastInches, mostInches)
	}
	for _, code := range set.Hidden {
		if _, err := c.Service(code); err != nil {
			return err
		}
	}
	return nil
}
