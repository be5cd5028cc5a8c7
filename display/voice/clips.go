package voice

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
	"time"
)

//go:generate go run ./makeclips

//go:embed clips
var shipped embed.FS

// Chime names the sound before every call; it is ours.
const Chime = "chime"

// Clip is the sound of a clip as it ships with the program.
func Clip(lang, name string) (wav []byte, ok bool) {
	wav, err := shipped.ReadFile("clips/" + lang + "/" + name + ".wav")
	return wav, err == nil
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

// Book finds clips: a mall's own recording before ours.
type Book struct {
	Own func(lang, name string) (wav []byte, ok bool) // nil: the mall has none
}

// Clip is the sound that stands for a name.
func (b Book) Clip(lang, name string) (wav []byte, ok bool) {
	if b.Own != nil {
		if wav, ok = b.Own(lang, name); ok {
			return wav, true
		}
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

// pause is what stands between two clips.
func pause(before, after string) time.Duration {
	letter := func(clip string) bool { return len(clip) == 1 && clip[0] >= 'a' && clip[0] <= 'z' }
	switch {
	case before == Chime:
		return afterChime
	case slices.Contains([]string{"silakan-menuju", "please-go-to"}, after), slices.Contains([]string{"panggilan-ulang", "second-call"}, before):
		return betweenSentences
	case slices.Contains([]string{"nomor-antrean", "queue-number", "nomor", "number"}, before), letter(before) && !letter(after):
		return afterComma
	}
	return betweenWords
}

// Render joins the clips of an announcement. A name that nobody has a clip for
// is left out: a mall's own word for a counter that it has not recorded.
func (b Book) Render(lang string, clips []string) (Sound, error) {
	var out Sound
	before := ""
	for _, name := range clips {
		wav, ok := b.Clip(lang, name)
		if !ok {
			continue
		}
		s, err := ReadWAV(wav)
		if err != nil {
			return nil, err
		}
		if before != "" {
			out = append(out, silence(pause(before, name))...)
		}
		out, before = append(out, s...), name
	}
	if len(out) == 0 {
		return nil, ErrSilent
	}
	return out, nil
}
