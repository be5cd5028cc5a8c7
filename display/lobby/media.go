package lobby

import (
	"net/http"
	"strconv"
	"time"
)

// mediaPatience is how long a slow screen may take for a film.
const mediaPatience = 10 * time.Minute

// getMedia is a picture or a video, whole or from anywhere in it.
func (s *Room) getMedia(w http.ResponseWriter, r *http.Request) error {
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64) // no number is the item 0, which there is not
	m, err := s.Store.Catalog().MediaItem(id)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", m.Type)
	h.Set("ETag", `"`+m.SHA256[:16]+`"`)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	// The server's deadline is for answers of a moment.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(mediaPatience))
	http.ServeContent(w, r, "", time.Time{}, s.Store.OpenMedia(r.Context(), m))
	return nil
}
