package admin

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"antre/display/site"
	"antre/display/voice"
)

// maxRecording holds ten seconds of stereo sound as a studio records it, and
// what surrounds it in a form.
const maxRecording = 4 << 20

// clipRow is a clip as the list shows it.
type clipRow struct {
	Name, Text string
	Own        bool
}

// clips are the names that the mall's announcements are made of in a language:
// what ships with the program, and the mall's own word for a counter.
func (s *Room) clips(lang string) []string {
	names := voice.Clips(lang)
	if noun := voice.NounClip(s.Store.Settings().Noun()); names != nil && lang == voice.Indonesian && !slices.Contains(names, noun) {
		names = append(names, noun)
	}
	return names
}

func (s *Room) showVoice(w http.ResponseWriter, r *http.Request) error {
	own, err := s.Store.OwnClips(r.Context())
	if err != nil {
		return err
	}
	recorded := map[string]bool{}
	for _, c := range own {
		recorded[c.Lang+"/"+c.Name] = true
	}
	type language struct {
		Lang, Sample, Text string
		Clips              []clipRow
	}
	var all []language
	for _, lang := range []string{voice.Indonesian, voice.English} {
		l := language{Lang: lang}
		if l.Sample, l.Text = s.sample(lang, ""); l.Text == "" {
			continue // the mall does not speak it
		}
		texts := spoken(lang)
		for _, name := range s.clips(lang) {
			l.Clips = append(l.Clips, clipRow{Name: name, Text: textOf(texts, name), Own: recorded[lang+"/"+name]})
		}
		all = append(all, l)
	}
	return s.render(w, r, http.StatusOK, "admin-voice.html", "admin.title", map[string]any{"Languages": all})
}

// spoken is what the clips of a language say, by name.
func spoken(lang string) map[string]string {
	texts := map[string]string{}
	for _, e := range voice.Lexicon() {
		if e.Lang == lang {
			texts[e.Clip] = e.Text
		}
	}
	return texts
}

// textOf is what one of them says; the chime and a mall's own word say their name.
func textOf(texts map[string]string, name string) string {
	if text, ok := texts[name]; ok {
		return text
	}
	return strings.ReplaceAll(name, "-", " ")
}

// sample is the address of an announcement of this mall to hear a clip in, and
// its words. A clip that it does not hold is said behind it.
func (s *Room) sample(lang, name string) (address, text string) {
	c := s.Store.Catalog()
	ticket, counter := "A-007", "1"
	if len(c.Services) > 0 {
		ticket = c.Services[0].Code + "-007"
	}
	if len(c.Counters) > 0 {
		counter = c.Counters[0].Code
	}
	said := s.Speech(c, ticket, counter, false)[lang]
	clips := said.Clips
	if name != "" && !slices.Contains(clips, name) {
		clips = append(slices.Clone(clips), voice.Pause, name)
	}
	return "/audio/" + lang + "/say?clips=" + strings.Join(clips, ","), said.Text
}

// clipOf is the clip that the path names.
func (s *Room) clipOf(r *http.Request) (lang, name string, err error) {
	lang, name = r.PathValue("lang"), r.PathValue("clip")
	if !slices.Contains(s.clips(lang), name) {
		err = site.Refuse(http.StatusNotFound, "unknown_clip", "Klip suara ini tidak ada.", "There is no such clip.")
	}
	return lang, name, err
}

func (s *Room) showClip(w http.ResponseWriter, r *http.Request) error {
	return s.clipPage(w, r, http.StatusOK, "")
}

func (s *Room) clipPage(w http.ResponseWriter, r *http.Request, status int, wrong string) error {
	lang, name, err := s.clipOf(r)
	if err != nil {
		return err
	}
	own, err := s.Store.OwnClip(r.Context(), lang, name)
	if err != nil {
		return err
	}
	sample, text := s.sample(lang, name)
	return s.render(w, r, status, "admin-clip.html", "admin.title", map[string]any{
		"Lang": lang, "Name": name, "Text": textOf(spoken(lang), name), "Own": own != nil, "Sample": sample, "Sentence": text, "Error": wrong})
}

// saveClip puts a recording in a clip's place, or gives the clip back.
func (s *Room) saveClip(w http.ResponseWriter, r *http.Request) error {
	lang, name, err := s.clipOf(r)
	if err != nil {
		return err
	}
	file, err := readRecording(w, r)
	if err != nil {
		return s.wrongClip(w, r, err)
	}
	by, err := s.by(r)
	if err != nil {
		return err
	}
	if r.PostForm.Get("do") == "remove" {
		err = s.Store.RemoveClip(r.Context(), by, lang, name)
	} else {
		var wav []byte
		if wav, err = fit(file); err == nil {
			err = s.Store.RecordClip(r.Context(), by, lang, name, wav)
		}
	}
	if err != nil {
		return s.wrongClip(w, r, err)
	}
	return saved(w, r, "/admin/voice/"+lang+"/"+name)
}

func (s *Room) wrongClip(w http.ResponseWriter, r *http.Request, err error) error {
	refusal := site.Judge(err)
	if refusal.Status >= http.StatusInternalServerError {
		return err
	}
	return s.clipPage(w, r, refusal.Status, refusal.Detail.In(s.PageLang(w, r)))
}

func readRecording(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRecording)
	bad := site.Refuse(http.StatusRequestEntityTooLarge, "too_large", "Rekaman tidak terbaca atau lebih dari 4 MB. Sebuah klip paling lama 10 detik.",
		"The recording could not be read or is over 4 MB. A clip lasts ten seconds at most.")
	if err := r.ParseMultipartForm(maxRecording); err != nil {
		return nil, bad
	}
	file, _, err := r.FormFile("recording")
	if err != nil {
		return nil, nil // none was chosen: said when it is needed
	}
	defer func() { _ = file.Close() }()
	b, err := io.ReadAll(file)
	if err != nil {
		return nil, bad
	}
	return b, nil
}

// fit makes a recording what the voice plays: its silence cut off, as loud as
// the other clips.
func fit(file []byte) ([]byte, error) {
	if len(file) == 0 {
		return nil, site.Refuse(http.StatusUnprocessableEntity, "missing_field", "Pilih berkas rekaman (WAV).", "Choose a recording (WAV).")
	}
	sound, err := voice.ReadWAV(file)
	if err == nil {
		sound, err = sound.Clean()
	}
	switch {
	case errors.Is(err, voice.ErrTooLong):
		return nil, site.Refuse(http.StatusUnprocessableEntity, "too_long", "Rekaman lebih lama dari 10 detik. Potong dahulu.", "The recording is longer than ten seconds. Cut it first.")
	case errors.Is(err, voice.ErrSilent):
		return nil, site.Refuse(http.StatusUnprocessableEntity, "silent", "Tidak terdengar apa-apa di rekaman ini. Rekam lagi lebih dekat.", "Nothing can be heard in this recording. Record it again from closer.")
	case err != nil:
		return nil, site.Refuse(http.StatusUnprocessableEntity, "not_wav", "Bukan WAV 16-bit. Simpan rekaman sebagai WAV (PCM 16-bit).", "Not a 16-bit WAV. Save the recording as WAV (PCM, 16 bits).")
	}
	return sound.WAV(), nil
}
