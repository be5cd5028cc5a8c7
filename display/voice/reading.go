package voice

import (
	_ "embed"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"antre/queue"
)

// Reading is a name as it is said: KTP-el is "ka te pe el". It is comparable,
// because names that are read alike need only one sound.
type Reading struct {
	Voice string // whose sounds it has, Indonesian or English
	Text  string // for a browser's voice
	Input string // for espeak-ng, with the lexicon's own phonemes
}

// Reader reads the names of agencies and services in one language: what stands
// in them that is no word, such as acronyms and numbers, is spelled out.
type Reader struct {
	Speaker
	sounds map[string]string // the lexicon's phonemes of a word
	names  map[rune]string   // of letters
}

//go:embed names.txt
var nameWords string

// NewReader reads with the sounds of a language, in the mall's school.
func NewReader(lang string, school queue.Speech) Reader {
	r := Reader{Speaker: NewSpeaker(lang, school, ""), sounds: map[string]string{}, names: map[rune]string{}}
	for _, e := range Lexicon() {
		if e.Lang != lang {
			continue
		}
		if e.Phonemes != "" && !strings.Contains(e.Text, " ") {
			r.sounds[e.Text] = e.Phonemes
		}
		if isLetter(e.Clip) {
			r.names[rune(e.Clip[0])] = e.Text
		}
	}
	if lang == English {
		r.sounds["a"] = "'eI" // the letter, not the article
		return r
	}
	for line := range strings.Lines(nameWords) {
		if word, sound, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			r.sounds[word] = sound
		}
	}
	return r
}

// token is a run of letters or of digits of a name.
type token struct {
	text  string
	glued bool // nothing stands between it and the token before it: AK1 is AK and 1
}

// Within a word stands an apostrophe, as in Jum'at. All other signs part words:
// what is left has none of them, so that no name can bring phonemes of its own
// in [[ ]], and nothing in it makes a long pause.
var runs = regexp.MustCompile(`\pL[\pL\pM]*(?:['’]\pL[\pL\pM]*)*|\p{Nd}+|&`)

func tokens(name string) (all []token) {
	end := -1
	for _, at := range runs.FindAllStringIndex(name, -1) {
		all = append(all, token{name[at[0]:at[1]], at[0] == end})
		end = at[1]
	}
	return all
}

// Read gives a name's reading; the agency's own table comes before every rule.
// The reading is empty where nothing of the name can be said.
func (r Reader) Read(name string, say map[string]string) Reading {
	var texts []string
	all := tokens(name)
	shout := shouted(all)
	for i := 0; i < len(all); {
		if sound, n := told(all[i:], say); n > 0 {
			for _, t := range tokens(sound) {
				texts = append(texts, r.words(t, false, true)...)
			}
			i += n
			continue
		}
		texts = append(texts, r.words(all[i], !shout, shout)...)
		i++
	}
	reading := Reading{Voice: r.lang, Text: strings.Join(texts, " ")}
	for i, word := range texts {
		if sound := r.sounds[strings.ToLower(word)]; sound != "" {
			texts[i] = "[[" + sound + "]]"
		}
	}
	reading.Input = strings.Join(texts, " ")
	return reading
}

// told finds the longest entry of a table that stands here as whole words, and
// how many tokens it takes the place of.
func told(all []token, say map[string]string) (sound string, most int) {
	if all[0].glued {
		return "", 0
	}
	for _, word := range slices.Sorted(maps.Keys(say)) { // "Ktp" and "KTP" must not take turns
		key := tokens(word)
		n := len(key)
		if n <= most || n > len(all) || n < len(all) && all[n].glued {
			continue
		}
		if slices.EqualFunc(key, all[:n], func(a, b token) bool { return strings.EqualFold(a.text, b.text) }) {
			sound, most = say[word], n
		}
	}
	return sound, most
}

// words are what is said of a token: a number, letters, or the word itself.
// Capitals tell an acronym, but not where all is written in them.
func (r Reader) words(t token, capitals, shout bool) []string {
	digits := unicode.IsDigit([]rune(t.text)[0])
	switch {
	case digits && isASCII(t.text):
		return splitText(r.run(t.text))
	case digits:
		return nil // digits of another script
	case t.text == "&":
		return []string{map[string]string{Indonesian: "dan", English: "and"}[r.lang]}
	}
	if n := roman(t); n > 0 {
		return splitText(r.count(n))
	}
	if r.spelled(t.text, capitals, shout) {
		return r.letters(t.text)
	}
	return []string{strings.ReplaceAll(t.text, "’", "'")}
}

func splitText(words []word) (texts []string) {
	for _, w := range words {
		texts = append(texts, w.text)
	}
	return texts
}

// letters are the names of a word's letters, one after another.
func (r Reader) letters(word string) (names []string) {
	for _, c := range strings.ToLower(word) {
		if name, ok := r.names[c]; ok {
			names = append(names, name)
		}
	}
	return names
}

// The longest that is spelled: of more letters nobody keeps track.
const (
	longestSpelled  = 8 // without a vowel, such as DPMPTSP
	longestCapitals = 4
)

// spelled says whether a word is read letter by letter: a single letter, what
// has no vowel, and short words in capitals unless they are made like a
// syllable or two (SIM, NIK, HAKI), which is how people say those.
func (r Reader) spelled(word string, capitals, shout bool) bool {
	shape := r.shape(word)
	switch {
	case len(shape) == 1:
		return true
	case !strings.Contains(shape, "V"):
		return len(shape) <= longestSpelled
	case len(shape) > longestCapitals || word != strings.ToUpper(word):
		return false
	case shout:
		return strings.HasPrefix(shape, "CC") || strings.HasSuffix(shape, "CC") && !endsNasal(word)
	}
	return capitals && shape != "CVC" && shape != "CVCV"
}

// endsNasal says that two consonants end a word of the language, as in BANK.
func endsNasal(word string) bool {
	return strings.HasSuffix(word, "NG") || strings.HasSuffix(word, "NK")
}

// shape writes C for each consonant and V for each vowel of a word.
func (r Reader) shape(word string) string {
	var out strings.Builder
	for _, c := range strings.ToLower(word) {
		switch _, named := r.names[c]; {
		case !named:
			return "V-" // a word: it is never spelled
		case strings.ContainsRune("aeiou", c) || c == 'y' && r.lang == English:
			out.WriteByte('V')
		default:
			out.WriteByte('C')
		}
	}
	return out.String()
}

// shouted says that a whole name stands in capitals, so that they tell nothing:
// DINAS SOSIAL DAN TENAGA KERJA.
func shouted(all []token) bool {
	words := 0
	for _, t := range all {
		if t.text != strings.ToUpper(t.text) {
			return false
		}
		if len(t.text) > longestCapitals && strings.ContainsAny(t.text, "AEIOU") {
			words++
		}
	}
	return words > 0 && len(all) > 1
}

// roman is the number that stands in a class or a region, as in Kelas II; 0
// for any other word. A lone V or X may be a letter.
func roman(t token) int {
	if t.glued {
		return 0
	}
	return map[string]int{"I": 1, "II": 2, "III": 3, "IV": 4, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}[t.text]
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c > unicode.MaxASCII })
}
