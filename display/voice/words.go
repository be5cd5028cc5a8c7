// Package voice says calls aloud: the words of an announcement in both schools
// of reading numbers, the clips that say them, and the sound of the whole.
package voice

import (
	"slices"
	"strconv"
	"strings"

	"antre/queue"
)

// Phrase is something said: what a browser's voice would read, and the clips
// that say the same.
type Phrase struct {
	Text  string   `json:"text"`
	Clips []string `json:"clips"`
}

// Announcement is a call, and its short form, number and counter alone, for a
// voice that is behind.
type Announcement struct {
	Phrase
	Short Phrase `json:"short"`
}

// Call is what is announced.
type Call struct {
	Service   string // the letters of the number
	Number    int
	Counter   string
	Recall    bool
	Ambiguous bool // "A1-001" and "A-1001" would sound alike: a word stands between
	Name      Name // what the call ends with; empty: with the counter
}

// Speaker reads codes and numbers aloud in one language and one school.
type Speaker struct {
	lang  string
	asOne bool // "tujuh", not "nol nol tujuh"
	zero  string
	noun  string
	frame frame
}

// frame are the fixed parts of an announcement.
type frame struct{ again, number, between, please Phrase }

func frameOf(lang string) frame {
	say := func(text, clip string) Phrase { return Phrase{text, []string{clip}} }
	if lang == English {
		return frame{say("Second call.", "second-call"), say("Queue number", "queue-number"), say("number", "number"), say("Please go to", "please-go-to")}
	}
	return frame{say("Panggilan ulang.", "panggilan-ulang"), say("Nomor antrean", "nomor-antrean"), say("nomor", "nomor"), say("Silakan menuju", "silakan-menuju")}
}

// The languages that can be spoken.
const (
	Indonesian = "id"
	English    = "en"
)

// NewSpeaker reads in a language, in the mall's school, with the mall's word
// for a counter.
func NewSpeaker(lang string, school queue.Speech, noun string) Speaker {
	sp := Speaker{lang: lang, asOne: school.Numbers == "number", zero: "nol", noun: noun, frame: frameOf(lang)}
	if school.Zero == "kosong" {
		sp.zero = "kosong"
	}
	if lang == English {
		sp.zero, sp.noun = "zero", "counter"
	}
	return sp
}

// word is one thing said, with its clip.
type word struct{ text, clip string }

// Announce builds the whole call. The text has commas where a person pauses.
func (sp Speaker) Announce(c Call) Announcement {
	code, digits, place := sp.code(c.Service), sp.number(c.Number, 3), sp.code(c.Counter)
	if c.Ambiguous {
		digits = append([]word{{sp.frame.between.Text, sp.frame.between.Clips[0]}}, digits...)
	}
	number := Phrase{texts(code) + ", " + texts(digits), append(clipsOf(code), clipsOf(digits)...)}
	parted := Phrase{number.Text, slices.Concat(clipsOf(code), []string{Pause}, clipsOf(digits))}
	if last := code[len(code)-1].clip; !isLetter(last) { // E2-007 must not sound like E-2007
		number = parted
	}
	counter := Phrase{sp.noun + " " + texts(place), append([]string{NounClip(sp.noun)}, clipsOf(place)...)}
	full := Phrase{Clips: []string{Chime}}
	if c.Recall {
		full = full.then("", sp.frame.again).then(" ", sp.frame.number)
	} else {
		full = full.then("", sp.frame.number)
	}
	full = full.then(", ", number).then(". ", sp.frame.please).then(" ", counter)
	if c.Name.Text != "" {
		full = full.then(", ", Phrase{c.Name.Text, []string{c.Name.Clip}})
	}
	short := Phrase{Clips: []string{Chime}}.then("", parted).then(". ", Phrase{Clips: []string{Pause}}).then("", Phrase{strings.ToUpper(counter.Text[:1]) + counter.Text[1:], counter.Clips})
	full.Text, short.Text = full.Text+".", short.Text+"."
	return Announcement{Phrase: full, Short: short}
}

// then goes on with another phrase.
func (p Phrase) then(between string, next Phrase) Phrase {
	return Phrase{p.Text + between + next.Text, append(append([]string(nil), p.Clips...), next.Clips...)}
}

func texts(words []word) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w.text
	}
	return strings.ReplaceAll(strings.Join(out, " "), " , ", ", ")
}

func clipsOf(words []word) (clips []string) {
	for _, w := range words {
		if w.clip != "" {
			clips = append(clips, w.clip)
		}
	}
	return clips
}

// code reads letter by letter and number by number: 3C7 is "tiga C tujuh",
// Z1-01 is "Z satu, nol satu".
func (sp Speaker) code(code string) (words []word) {
	code = queue.Key(code)
	for i := 0; i < len(code); {
		if code[i] < '0' || code[i] > '9' {
			if code[i] == '-' {
				words = append(words, word{",", Pause})
			} else {
				words = append(words, word{string(code[i]), strings.ToLower(string(code[i]))})
			}
			i++
			continue
		}
		j := i
		for j < len(code) && code[j] >= '0' && code[j] <= '9' {
			j++
		}
		words = append(words, sp.run(code[i:j])...)
		i = j
	}
	return words
}

// run reads the digits of a code as a number, unless they begin with a zero
// that a number would swallow.
func (sp Speaker) run(digits string) []word {
	n, err := strconv.Atoi(digits)
	if err != nil || (digits[0] == '0' && len(digits) > 1) || n > 9999 {
		return sp.digits(digits)
	}
	return sp.count(n)
}

// number reads a ticket's number in the mall's school.
func (sp Speaker) number(n, width int) []word {
	if sp.asOne {
		return sp.count(n)
	}
	s := strconv.Itoa(n)
	for len(s) < width {
		s = "0" + s
	}
	return sp.digits(s)
}

func (sp Speaker) digits(s string) (words []word) {
	for _, c := range s {
		words = append(words, sp.digit(int(c-'0')))
	}
	return words
}

func (sp Speaker) digit(n int) word {
	clip := strconv.Itoa(n)
	if n == 0 {
		if sp.zero == "kosong" {
			clip = "kosong"
		}
		return word{sp.zero, clip}
	}
	if sp.lang == English {
		return word{[]string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}[n], clip}
	}
	return word{[]string{"", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"}[n], clip}
}

func plain(text string) word { return word{text, text} }

// count reads a number as a number.
func (sp Speaker) count(n int) []word {
	if sp.lang == English {
		return sp.countEnglish(n)
	}
	switch {
	case n < 10:
		return []word{sp.digit(n)}
	case n == 10:
		return []word{plain("sepuluh")}
	case n == 11:
		return []word{plain("sebelas")}
	case n < 20:
		return []word{sp.digit(n - 10), plain("belas")}
	case n < 100:
		return sp.join([]word{sp.digit(n / 10), plain("puluh")}, n%10)
	case n < 200:
		return sp.join([]word{plain("seratus")}, n-100)
	case n < 1000:
		return sp.join([]word{sp.digit(n / 100), plain("ratus")}, n%100)
	case n < 2000:
		return sp.join([]word{plain("seribu")}, n-1000)
	}
	return sp.join(append(sp.count(n/1000), plain("ribu")), n%1000)
}

func (sp Speaker) join(words []word, rest int) []word {
	if rest == 0 {
		return words
	}
	return append(words, sp.count(rest)...)
}

func (sp Speaker) countEnglish(n int) []word {
	teens := []string{"ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
	tens := []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
	switch {
	case n < 10:
		return []word{sp.digit(n)}
	case n < 20:
		return []word{plain(teens[n-10])}
	case n < 100:
		return sp.join([]word{plain(tens[n/10])}, n%10)
	case n < 1000:
		return sp.join([]word{sp.digit(n / 100), plain("hundred")}, n%100)
	}
	return sp.join(append(sp.countEnglish(n/1000), plain("thousand")), n%1000)
}
