package voice

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"antre/queue"
)

// The table of codes, counters and numbers that must be said right.
func tableNumbers() []int {
	return []int{0, 1, 9, 10, 11, 12, 19, 20, 21, 99, 100, 101, 110, 111, 119, 120, 199, 200, 999, 1000}
}

func tableCodes() []string { return []string{"A", "AB", "1J", "E2", "3C7"} }

// schools are both ways of reading numbers, in both languages.
func schools() map[string]Speaker {
	return map[string]Speaker{
		"id digits": NewSpeaker(Indonesian, queue.Speech{}, "loket"), "id number": NewSpeaker(Indonesian, queue.Speech{Numbers: "number", Zero: "kosong"}, "meja"),
		"en digits": NewSpeaker(English, queue.Speech{}, "loket"), "en number": NewSpeaker(English, queue.Speech{Numbers: "number"}, "loket"),
	}
}

func TestNumbers_areSaidRightInBothSchoolsAndLanguages(t *testing.T) {
	asNumber := map[string][]string{
		"id": {"nol", "satu", "sembilan", "sepuluh", "sebelas", "dua belas", "sembilan belas", "dua puluh", "dua puluh satu", "sembilan puluh sembilan",
			"seratus", "seratus satu", "seratus sepuluh", "seratus sebelas", "seratus sembilan belas", "seratus dua puluh", "seratus sembilan puluh sembilan",
			"dua ratus", "sembilan ratus sembilan puluh sembilan", "seribu"},
		"en": {"zero", "one", "nine", "ten", "eleven", "twelve", "nineteen", "twenty", "twenty one", "ninety nine",
			"one hundred", "one hundred one", "one hundred ten", "one hundred eleven", "one hundred nineteen", "one hundred twenty", "one hundred ninety nine",
			"two hundred", "nine hundred ninety nine", "one thousand"},
	}
	digitsOf := map[string][]string{
		"id": {"nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"},
		"en": {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"},
	}
	for lang, words := range asNumber {
		number, digits := NewSpeaker(lang, queue.Speech{Numbers: "number"}, "loket"), NewSpeaker(lang, queue.Speech{}, "loket")
		for i, n := range tableNumbers() {
			if got := texts(number.number(n, 3)); got != words[i] {
				t.Errorf("%s %d as a number: %q, want %q", lang, n, got, words[i])
			}
			want := ""
			for _, c := range fmt.Sprintf("%03d", n) {
				want += " " + digitsOf[lang][c-'0']
			}
			if got := texts(digits.number(n, 3)); " "+got != want {
				t.Errorf("%s %d digit by digit: %q, want %q", lang, n, got, want[1:])
			}
		}
	}
	if got := texts(NewSpeaker(Indonesian, queue.Speech{Zero: "kosong"}, "loket").number(100, 3)); got != "satu kosong kosong" {
		t.Errorf("with kosong: %q", got)
	}
	for code, want := range map[string][2]string{"A": {"A", "A"}, "AB": {"A B", "A B"}, "1J": {"satu J", "one J"}, "E2": {"E dua", "E two"}, "3C7": {"tiga C tujuh", "three C seven"}} {
		for i, lang := range []string{Indonesian, English} {
			if got := texts(NewSpeaker(lang, queue.Speech{}, "loket").code(code)); got != want[i] {
				t.Errorf("%s in %s: %q, want %q", code, lang, got, want[i])
			}
		}
	}
}

// everyAnnouncement is the table said in every way.
func everyAnnouncement(each func(name string, sp Speaker, a Announcement)) {
	for name, sp := range schools() {
		for _, code := range tableCodes() {
			for _, n := range tableNumbers() {
				for _, counter := range []string{"3", "Z1-01", "3C7", "119"} {
					for _, c := range []Call{{Service: code, Number: n, Counter: counter}, {Service: code, Number: n, Counter: counter, Recall: true, Ambiguous: true}} {
						each(fmt.Sprintf("%s %s-%03d at %s", name, code, n, counter), sp, sp.Announce(c))
					}
				}
			}
		}
	}
}

func TestClips_sayEverythingThatCanBeSaidAndNothingElse(t *testing.T) {
	used := map[string]map[string]bool{Indonesian: {}, English: {}}
	note := func(sp Speaker, clips []string) {
		for _, clip := range clips {
			if clip != Pause { // it has no file
				used[sp.lang][clip] = true
			}
		}
	}
	everyAnnouncement(func(_ string, sp Speaker, a Announcement) { note(sp, a.Clips); note(sp, a.Short.Clips) })
	for _, sp := range schools() {
		for c := 'A'; c <= 'Z'; c++ {
			note(sp, clipsOf(sp.code(string(c))))
		}
		for n := range 9999 {
			note(sp, clipsOf(sp.number(n, 3)))
		}
	}
	for _, noun := range []string{"loket", "meja", "konter", "ruang", "bilik", "gerai"} {
		used[Indonesian][NounClip(noun)] = true
	}
	for lang, clips := range used {
		ships := Clips(lang)
		for clip := range clips {
			if !slices.Contains(ships, clip) {
				t.Errorf("%s: there is no clip %q", lang, clip)
			}
		}
		for _, clip := range ships {
			if !clips[clip] {
				t.Errorf("%s: nobody says the clip %q", lang, clip)
			}
		}
		var written []string
		for _, e := range Lexicon() {
			if e.Lang == lang {
				written = append(written, e.Clip)
			}
		}
		slices.Sort(written)
		ships = slices.DeleteFunc(ships, func(c string) bool { return c == Chime })
		slices.Sort(ships)
		if !slices.Equal(written, ships) {
			t.Errorf("%s: the clips are not the lexicon's; run go generate ./display/voice\n%v\n%v", lang, written, ships)
		}
	}
}

// chimeLength is how long the chime lasts.
const chimeLength = 1150 * time.Millisecond

// longestSilence is how long nothing can be heard, at most.
func longestSilence(s Sound) time.Duration {
	most, now := 0, 0
	for _, v := range s {
		if math.Abs(v) < quiet/4 {
			now++
		} else {
			most, now = max(most, now), 0
		}
	}
	return Sound(make([]float64, max(most, now))).Length()
}

// render is an announcement as a television gets it.
func render(b Book, lang string, clips []string) (Sound, error) {
	j, err := b.Join(lang, clips)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if n, err := j.WriteTo(&file); err != nil || n != j.Size() {
		return nil, fmt.Errorf("%d bytes of %d: %w", n, j.Size(), err)
	}
	// A clip lasts ten seconds at most, an announcement may last longer.
	s := make(Sound, (file.Len()-headLength)/2)
	for i := range s {
		s[i] = float64(int16(binary.LittleEndian.Uint16(file.Bytes()[headLength+2*i:]))) / loudest
	}
	if !bytes.Equal(s.WAV()[:headLength], file.Bytes()[:headLength]) || s.Length() != j.Length() {
		return nil, fmt.Errorf("the head does not fit %v of sound", s.Length())
	}
	return s, nil
}

func TestJoin_everyAnnouncementHasTheRightLengthNoClippingAndNoHole(t *testing.T) {
	n, longest := 0, time.Duration(0)
	everyAnnouncement(func(name string, sp Speaker, a Announcement) {
		if n++; n%41 != 0 { // thousands of sounds say nothing that eighty do not
			return
		}
		full, err := render(Book{}, sp.lang, a.Clips)
		if err != nil {
			t.Fatal(err)
		}
		short, err := render(Book{}, sp.lang, a.Short.Clips)
		if err != nil {
			t.Fatal(err)
		}
		words := time.Duration(len(a.Clips)-1) * 250 * time.Millisecond
		if full.Length() < words+chimeLength || full.Length() > 4*words+chimeLength || short.Length() >= full.Length() {
			t.Errorf("%s: %d clips last %v, short %v", name, len(a.Clips), full.Length(), short.Length())
		}
		for _, s := range []Sound{full, short} {
			if s.Peak() > headroom+0.01 || s.Peak() < 0.3 {
				t.Errorf("%s: the loudest moment is %.2f of what a file can hold", name, s.Peak())
			}
			if hole := longestSilence(s); hole > 600*time.Millisecond {
				t.Errorf("%s: nothing can be heard for %v", name, hole)
			}
		}
		longest = max(longest, full.Length())
	})
	if n < 1000 {
		t.Errorf("%d announcements", n)
	}
	t.Logf("the longest lasts %v", longest)
}

// A code that ends in a digit runs into the number that follows, unless there
// is a pause just there and none inside the code.
func TestJoin_pausesWhereOneCodeCouldBeTakenForAnother(t *testing.T) {
	for _, c := range []struct {
		call        Call
		full, short string // the clips; | is a comma's pause or longer
	}{
		{Call{Service: "A", Number: 7, Counter: "3"}, "nomor-antrean | a | 0 0 7 | silakan-menuju loket 3", "a | 0 0 7 | loket 3"},
		{Call{Service: "AB", Number: 12, Counter: "3C7"}, "nomor-antrean | a b | 0 1 2 | silakan-menuju loket 3 c 7", "a b | 0 1 2 | loket 3 c 7"},
		{Call{Service: "E2", Number: 7, Counter: "E2"}, "nomor-antrean | e 2 | 0 0 7 | silakan-menuju loket e 2", "e 2 | 0 0 7 | loket e 2"},
		{Call{Service: "1J", Number: 7, Counter: "Z1-01"}, "nomor-antrean | 1 j | 0 0 7 | silakan-menuju loket z 1 | 0 1", "1 j | 0 0 7 | loket z 1 | 0 1"},
		{Call{Service: "A1", Number: 1, Counter: "1", Ambiguous: true}, "nomor-antrean | a 1 | nomor | 0 0 1 | silakan-menuju loket 1", "a 1 | nomor | 0 0 1 | loket 1"},
	} {
		a := NewSpeaker(Indonesian, queue.Speech{}, "loket").Announce(c.call)
		for want, clips := range map[string][]string{c.full: a.Clips, c.short: a.Short.Clips} {
			got := ""
			for i, gap := range pauses(clips) {
				switch {
				case clips[i] == Chime:
				case clips[i] == Pause:
					got += "| "
				case gap >= afterComma:
					got += clips[i] + " | "
				default:
					got += clips[i] + " "
				}
			}
			if strings.TrimSpace(got) != want {
				t.Errorf("%s at %s:\n got %s\nwant %s", c.call.Service, c.call.Counter, got, want)
			}
		}
	}
	gap := func(clips ...string) time.Duration {
		s, err := render(Book{}, Indonesian, clips)
		if err != nil {
			t.Fatal(err)
		}
		return longestSilence(s)
	}
	if with, without := gap("e", "2", Pause, "0", "0", "1"), gap("2", "0", "0", "1"); with < afterComma || with < without+betweenWords {
		t.Errorf("the pause after E2 lasts %v, other silences %v", with, without)
	}
}

func TestClips_areAsLoudAsOneAnother(t *testing.T) {
	for _, lang := range []string{Indonesian, English} {
		for _, name := range Clips(lang) {
			if name == Chime {
				continue
			}
			wav, _ := Clip(lang, name)
			s, err := ReadWAV(wav)
			if err != nil {
				t.Fatalf("%s %s: %v", lang, name, err)
			}
			if level := s.voiced(); level < 0.117 || level > 0.135 || s.Length() < 200*time.Millisecond || s.Length() > 1500*time.Millisecond { // within 1.2 dB
				t.Errorf("%s %s: %.3f of full scale, %v", lang, name, level, s.Length())
			}
		}
	}
}

func TestBook_takesTheMallsRecordingFirstAndLeavesOutWhatNobodyHas(t *testing.T) {
	mine := silence(700 * time.Millisecond)
	for i := range mine {
		mine[i] = 0.5 * math.Sin(float64(i)/8)
	}
	b := Book{Own: func(lang, name string) ([]byte, bool) { return mine.WAV(), lang == Indonesian && name == "kuda" }}
	with, err := render(b, Indonesian, []string{"kuda", "3"})
	if err != nil {
		t.Fatal(err)
	}
	without, err := render(Book{}, Indonesian, []string{"kuda", "3"})
	if more := (with.Length() - without.Length()).Round(time.Millisecond); err != nil || more != 700*time.Millisecond+betweenWords {
		t.Errorf("the recording adds %v, %v", more, err)
	}
	if _, err := render(Book{}, Indonesian, []string{"kuda"}); !errors.Is(err, ErrSilent) {
		t.Errorf("nothing to say: %v", err)
	}
}

func TestReadWAV_bringsEveryRateAndChannelToOurs(t *testing.T) {
	tone := func(rate, channels int) []byte {
		s := make(Sound, rate*channels/2) // half a second
		for i := range s {
			s[i] = 0.5 * math.Sin(2*math.Pi*440*float64(i/channels)/float64(rate))
		}
		b := s.WAV()
		b[22], b[24], b[25], b[26], b[27] = byte(channels), byte(rate), byte(rate>>8), byte(rate>>16), 0
		return b
	}
	for _, c := range [][2]int{{Rate, 1}, {44100, 2}, {48000, 1}, {16000, 1}, {8000, 2}} {
		s, err := ReadWAV(tone(c[0], c[1]))
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
		crossings := 0
		for i := 1; i < len(s); i++ {
			if s[i-1] < 0 && s[i] >= 0 {
				crossings++
			}
		}
		if s.Length().Round(time.Millisecond) != 500*time.Millisecond || crossings < 218 || crossings > 221 || s.Peak() < 0.45 || s.Peak() > 0.51 {
			t.Errorf("%v: %v, %d waves, %.2f", c, s.Length(), crossings, s.Peak())
		}
	}
	good := tone(Rate, 1)
	for name, b := range map[string][]byte{"nothing": nil, "cut in its head": good[:30], "no WAV": []byte("ID3 and so on, and so on and on"), "24 bits": append(append([]byte{}, good[:34]...), append([]byte{24, 0}, good[36:]...)...)} {
		if _, err := ReadWAV(b); !errors.Is(err, ErrNotWAV) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ReadWAV(silence(11 * time.Second).WAV()); !errors.Is(err, ErrTooLong) {
		t.Errorf("eleven seconds: %v", err)
	}
	if _, err := silence(time.Second).Clean(); !errors.Is(err, ErrSilent) {
		t.Errorf("silence: %v", err)
	}
}

// However many take an announcement, and however slowly, it stands in memory once.
func TestJoin_holdsNoSoundOfItsOwn(t *testing.T) {
	clips := []string{Chime, "nomor-antrean", "a", "0", "0", "7", "silakan-menuju", "loket", "3"}
	var all []Joined
	held := testing.AllocsPerRun(100, func() {
		j, err := Book{}.Join(Indonesian, clips)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, j)
	})
	for i, p := range all[0].parts {
		if len(p) > 0 && &p[0] != &all[1].parts[i][0] {
			t.Errorf("part %d was copied", i)
		}
	}
	if held > 100 {
		t.Errorf("%v allocations", held)
	}
}
