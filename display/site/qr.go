package site

import (
	"fmt"
	"net/http"
	"strings"

	"rsc.io/qr"

	"antre/queue"
)

// WriteQR draws a QR code as one SVG path, merged by row, with its quiet zone.
func WriteQR(w http.ResponseWriter, text string) error {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return queue.Refuse(queue.Invalid, "too_long", "Alamat terlalu panjang untuk kode QR.").English("The address is too long for a QR code.")
	}
	const quiet = 4
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for x+run < code.Size && code.Black(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
				x += run
			}
		}
	}
	size := code.Size + 2*quiet
	w.Header().Set("Content-Type", "image/svg+xml")
	_, _ = fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`,
		size, size, size, size, path.String())
	return nil
}

// ErrNoURL refuses a link where the mall has no address.
func ErrNoURL() error {
	return Refuse(http.StatusNotFound, "no_url", "Mal ini belum punya alamat (mall.url), jadi tidak ada kode QR.",
		"This mall has no address yet (mall.url), so there is no QR code.")
}

// wifiQR joins a phone to the guests' network, where phones need it to reach
// the mall's address.
func (s *Site) wifiQR(w http.ResponseWriter, _ *http.Request) error {
	set := s.Store.Settings()
	if set.URL == "" || set.Wifi == nil {
		return Refuse(http.StatusNotFound, "no_wifi", "Mal ini tidak menyebut Wi-Fi tamu (mall.wifi).", "This mall names no Wi-Fi for guests (mall.wifi).")
	}
	return WriteQR(w, set.Wifi.Code())
}

// screenQR leads to one of our own pages, never elsewhere.
func (s *Site) screenQR(w http.ResponseWriter, r *http.Request) error {
	base, path := s.Store.Settings().URL, r.URL.Query().Get("path")
	if base == "" {
		return ErrNoURL()
	}
	if !strings.HasPrefix(path, "/") || len(path) > 200 {
		return queue.Refuse(queue.Invalid, "bad_value", "path harus dimulai dengan /.").English("path must begin with /.").At("path")
	}
	return WriteQR(w, strings.TrimSuffix(base, "/")+path)
}
