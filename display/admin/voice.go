package admin

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"antre/display/site"
	"antre/display/voice"
	"antre/queue/store"
)

// maxRecording holds ten seconds of stereo sound as a studio records it, and
// what surrounds it in a form.
const maxRecording = 4 << 20

// clipRow is a clip as the list shows it.
type clipRow struct {
	Name, Text string
	From       string // what its sound comes from
}

// What a clip's sound comes from: the keys of the words that say so.
const (
	fromOwn    = "clip.own"
	fromShip   = "clip.shipped"
	fromEspeak = "clip.espeak"
	fromNobody = "clip.silent"
)

// clips are all that the mall's announcements are made of in a language: the
// names of its agencies or services, what ships with the program, and the
// mall's own word for a counter.
func (s *Room) clips(lang string) (rows []clipRow) {
	c := s.Store.Catalog()
	if slices.Contains(c.Mall.Settings.SpokenLangs(), lang) {
		for _, name := range s.Names(c, lang) {
			rows = append(rows, clipRow{Name: name.Clip, Text: name.Text})
		}
	}
	shipped, texts := voice.Clips(lang), spoken(lang)
	if noun := voice.NounClip(c.Mall.Settings.Noun()); shipped != nil && lang == voice.Indonesian && !slices.Contains(shipped, noun) {
		shipped = append(shipped, noun)
	}
	for _, name := range shipped {
		rows = append(rows, clipRow{Name: name, Text: textOf(texts, name)})
	}
	return rows
}

// from says what a clip's sound comes from.
func (s *Room) from(lang, name string, own bool) string {
	if own {
		return fromOwn
	}
	if _, ok := (voice.Book{Names: s.Sounds}).Clip(lang, name); !ok {
		return fromNobody
	}
	if voice.IsName(name) {
		return fromEspeak
	}
	return fromShip
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
		for _, row := range s.clips(lang) {
			row.From = s.from(lang, row.Name, recorded[lang+"/"+row.Name])
			l.Clips = append(l.Clips, row)
		}
		all = append(all, l)
	}
	return s.render(w, r, http.StatusOK, "admin-voice.html", "admin.title", map[string]any{"Languages": all, "Trouble": s.trouble(s.PageLang(w, r))})
}

// trouble says why names are left out of calls and what to do about it; "" when
// all are said, or will be in a moment.
func (s *Room) trouble(lang string) string {
	switch t := s.Sounds.Trouble(); {
	case t.Missing:
		return s.Text(lang, "clip.missing", t.Silent)
	case t.Failed > 0:
		return s.Text(lang, "clip.failed", t.Failed)
	}
	return ""
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
	call, counter := store.Call{Ticket: "A-007"}, "1"
	if of := serviceFor(c, name); of != nil {
		call.Ticket, call.ServiceID = of.Code+"-007", of.ID
	}
	if len(c.Counters) > 0 {
		counter = c.Counters[0].Code
	}
	said := s.Speech(c, call, counter)[lang]
	clips := said.Clips
	if name != "" && !slices.Contains(clips, name) {
		clips = append(slices.Clone(clips), voice.Pause, name)
	}
	return "/audio/" + lang + "/say?clips=" + strings.Join(clips, ","), said.Text
}

// serviceFor is a service whose calls have a clip: for a name its own.
func serviceFor(c *store.Catalog, clip string) *store.Service {
	for _, s := range c.Services {
		if clip == voice.ServiceClip(s.Code) || clip == voice.AgencyClip(s.Agency.Code) || !voice.IsName(clip) {
			return s
		}
	}
	return nil
}

// clipOf is the clip that the path names.
func (s *Room) clipOf(r *http.Request) (lang string, clip clipRow, err error) {
	lang = r.PathValue("lang")
	for _, row := range s.clips(lang) {
		if row.Name == r.PathValue("clip") {
			return lang, row, nil
		}
	}
	return lang, clip, site.Refuse(http.StatusNotFound, "unknown_clip", "Klip suara ini tidak ada.", "There is no such clip.")
}

func (s *Room) showClip(w http.ResponseWriter, r *http.Request) error {
	return s.clipPage(w, r, http.StatusOK, "")
}

func (s *Room) clipPage(w http.ResponseWriter, r *http.Request, status int, wrong string) error {
	lang, clip, err := s.clipOf(r)
	if err != nil {
		return err
	}
	own, err := s.Store.OwnClip(r.Context(), lang, clip.Name)
	if err != nil {
		return err
	}
	clip.From = s.from(lang, clip.Name, own != nil)
	page := map[string]any{"Lang": lang, "Clip": clip, "Own": own != nil, "IsName": voice.IsName(clip.Name), "Silent": clip.From == fromNobody, "Error": wrong}
	page["Sample"], page["Sentence"] = s.sample(lang, clip.Name)
	if clip.From == fromNobody && voice.IsName(clip.Name) {
		page["Trouble"] = s.trouble(s.PageLang(w, r))
	}
	return s.render(w, r, status, "admin-clip.html", "admin.title", page)
}

// saveClip puts a recording in a clip's place, or gives the clip back.
func (s *Room) saveClip(w http.ResponseWriter, r *http.Request) error {
	lang, clip, err := s.clipOf(r)
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
		err = s.Store.RemoveClip(r.Context(), by, lang, clip.Name)
	} else {
		var wav []byte
		if wav, err = fit(file); err == nil {
			err = s.Store.RecordClip(r.Context(), by, lang, clip.Name, wav)
		}
	}
	if err != nil {
		return s.wrongClip(w, r, err)
	}
	s.Recorded(r.Context())
	return saved(w, r, "/admin/voice/"+lang+"/"+clip.Name)
}

func (s *Room) wrongClip(w http.ResponseWriter, r *http.Request, err error) error {
	refusal := site.Mistake(err)
	if refusal == nil {
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
