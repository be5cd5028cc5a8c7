package site

import (
	"net/http"
	"net/url"
	"strconv"

	"antre/queue"
	"antre/queue/store"
)

// ImageURL is where an uploaded picture is, "" when there is none. The address
// changes with the picture, so that a screen may keep it for ever.
func ImageURL(c *store.Catalog, name string) string {
	sum := c.Image(name)
	if sum == "" {
		return ""
	}
	return "/images/" + url.PathEscape(name) + "?v=" + sum[:min(12, len(sum))]
}

// getImage is an uploaded picture.
func (s *Site) getImage(w http.ResponseWriter, r *http.Request) error {
	none := Refuse(http.StatusNotFound, "unknown_image", "Gambar ini tidak ada.", "There is no such picture.")
	name, h := r.PathValue("name"), w.Header()
	sum := s.Store.Catalog().Image(name)
	if sum == "" {
		return none
	}
	h.Set("ETag", `"`+sum+`"`)
	if v := r.URL.Query().Get("v"); v != "" && v == sum[:min(12, len(sum))] {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	if r.Header.Get("If-None-Match") == `"`+sum+`"` {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	image, err := s.Store.Image(r.Context(), name)
	if err != nil {
		return err
	}
	if image == nil || image.SHA != sum { // changed between two breaths: what is kept must be what its address says
		h.Del("ETag")
		h.Set("Cache-Control", "no-store")
	}
	if image == nil {
		return none
	}
	h.Set("Content-Type", image.Type)
	h.Set("Content-Length", strconv.Itoa(len(image.Content)))
	_, _ = w.Write(image.Content)
	return nil
}

// Logo is where the mall's logo is; "" when it has none.
func (v view) Logo() string { return ImageURL(v.s.Store.Catalog(), queue.LogoImage) }
