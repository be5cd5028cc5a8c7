package lobby

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"antre/display/site"
	"antre/display/voice"
	"antre/queue"
)

// maxClips bounds an announcement; the longest that can be made has about thirty.
const maxClips = 40

func noClip() error {
	return site.Refuse(http.StatusNotFound, "unknown_clip", "Klip suara ini tidak ada.", "There is no such clip.")
}

// getClip is one clip as the mall hears it.
func (s *Room) getClip(w http.ResponseWriter, r *http.Request) error {
	name, isWAV := strings.CutSuffix(r.PathValue("clip"), ".wav")
	wav, err := s.Clips.Join(r.PathValue("lang"), []string{name})
	if err != nil || !isWAV {
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
	if i := slices.Index(names[1:], voice.Chime); i >= 0 {
		return queue.Refuse(queue.Invalid, "two_chimes", "Hanya satu bunyi lonceng, di depan.").English("One chime, before everything else.").At("clips")
	}
	sound, err := s.Clips.Join(lang, names)
	if err != nil {
		return noClip()
	}
	return writeSound(w, r, sound)
}

// writeSound answers with a WAV file, whose parts stand in memory once.
func writeSound(w http.ResponseWriter, r *http.Request, wav voice.Joined) error {
	sum := sha256.New()
	_, _ = wav.WriteTo(sum)
	tag := `"` + hex.EncodeToString(sum.Sum(nil)[:8]) + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-cache") // a mall may record a clip anew at any time
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", "audio/wav")
	w.Header().Set("Content-Length", strconv.FormatInt(wav.Size(), 10))
	_, _ = wav.WriteTo(w)
	return nil
}
