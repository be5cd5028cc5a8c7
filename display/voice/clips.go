package voice

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:generate go run ./makeclips

//go:embed clips
var shipped embed.FS

// Chime names the sound before every call; it is ours.
const Chime = "chime"

// Pause names no sound but the silence of a comma, where the clips around it do
// not tell that there is one.
const Pause = "pause"

// ours are the clips that ship, by language/name, each in memory once.
var ours = sync.OnceValue(func() map[string][]byte {
	all := map[string][]byte{}
	pause := silence(afterComma).WAV()
	for _, lang := range []string{Indonesian, English} {
		all[lang+"/"+Pause] = pause
		for _, name := range Clips(lang) {
			all[lang+"/"+name], _ = shipped.ReadFile("clips/" + lang + "/" + name + ".wav") // it is embedded
		}
	}
	return all
})

// Clip is the sound of a clip as it ships with the program. It is shared and
// must not be changed.
func Clip(lang, name string) (wav []byte, ok bool) {
	wav, ok = ours()[lang+"/"+name]
	return wav, ok
}

// Clips are the names of all that ship in a language, in the order of the alphabet.
func Clips(lang string) (names []string) {
	files, err := fs.ReadDir(shipped, "clips/"+lang)
	if err != nil {
		return nil // a language that is not spoken
	}
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".wav"))
	}
	return names
}

// Book finds clips: a mall's own recording before ours, and the names that were
// rendered for this mall.
type Book struct {
	Own   func(lang, name string) (wav []byte, ok bool) // nil: the mall has none
	Names *Names                                        // nil: none are said
}

// Clip is the sound that stands for a name. It is shared and must not be changed.
func (b Book) Clip(lang, name string) (wav []byte, ok bool) {
	if b.Own != nil {
		if wav, ok = b.Own(lang, name); ok {
			return wav, true
		}
	}
	if b.Names != nil && IsName(name) {
		return b.Names.Clip(lang, name)
	}
	return Clip(lang, name)
}

// Pauses as a person makes them. None is as long as the silence after which a
// hall believes that the announcement is over.
const (
	betweenWords     = 45 * time.Millisecond
	afterComma       = 190 * time.Millisecond
	betweenSentences = 330 * time.Millisecond
	afterChime       = 60 * time.Millisecond
)

func isLetter(clip string) bool { return len(clip) == 1 && clip[0] >= 'a' && clip[0] <= 'z' }

func isPlease(clip string) bool { return clip == "silakan-menuju" || clip == "please-go-to" }

// pauses are what stands after each clip. After the letters of a ticket's code
// there is a comma, unless the phrase says itself where it is; a counter's
// letters and numbers belong together: "tiga ce tujuh".
func pauses(clips []string) []time.Duration {
	out := make([]time.Duration, len(clips))
	told, place := slices.Contains(clips[:placeAt(clips)], Pause), false
	for i, before := range clips {
		after := ""
		if i+1 < len(clips) {
			after = clips[i+1]
		}
		place = place || isPlease(before)
		switch {
		case after == "" || before == Pause || after == Pause: // the pause is its own silence
		case before == Chime:
			out[i] = afterChime
		case isPlease(after), before == "panggilan-ulang", before == "second-call":
			out[i] = betweenSentences
		case IsName(after), before == "nomor-antrean", before == "queue-number", before == "nomor", before == "number", !told && !place && isLetter(before) && !isLetter(after):
			out[i] = afterComma
		default:
			out[i] = betweenWords
		}
	}
	return out
}

// placeAt is where an announcement stops to speak of the number.
func placeAt(clips []string) int {
	if i := slices.IndexFunc(clips, isPlease); i >= 0 {
		return i
	}
	return len(clips)
}
