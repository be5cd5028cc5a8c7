package lobby

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"antre/display/site"
	"antre/queue"
)

// maxClips bounds an announcement; the longest that can be made has about thirty.
const maxClips = 60

func noClip() error {
	return site.Refuse(http.StatusNotFound, "unknown_clip", "Klip suara ini tidak ada.", "There is no such clip.")
}

// getClip is one clip as the mall hears it.
func (s *Room) getClip(w http.ResponseWriter, r *http.Request) error {
	name, isWAV := strings.CutSuffix(r.PathValue("clip"), ".wav")
	wav, ok := s.Clips.Clip(r.PathValue("lang"), name)
	if !ok || !isWAV {
		return noClip()
	}
	return writeSound(w, r, wav)
}

// say is a whole announcement as one sound, so that a television has one thing
// to fetch and nothing to join.
func (s *Room) say(w http.ResponseWriter, r *http.Request) error {
	lang, names := r.PathValue("lang"), strings.Split(r.URL.Query().Get("clips"), ",")
	if len(names) > maxClips {
		return queue.Refuse(queue.Invalid, "too_long", "Paling banyak %d klip.", maxClips).English("At most %d clips.", maxClips).At("clips")
	}
	sound, err := s.Clips.Render(lang, names)
	if err != nil {
		return noClip()
	}
	return writeSound(w, r, sound.WAV())
}

func writeSound(w http.ResponseWriter, r *http.Request, wav []byte) error {
	sum := sha256.Sum256(wav)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-cache") // a mall may record a clip anew at any time
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", "audio/wav")
	_, _ = w.Write(wav)
	return nil
}
