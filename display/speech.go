package display

import (
	"strconv"
	"strings"

	"antre/queue"
)

// speech is one announcement: what a browser's voice reads, and the clips that
// say the same.
type speech struct {
	Text  string   `json:"text"`
	Clips []string `json:"clips"`
}

// speaker reads codes and numbers aloud in one language and one school.
type speaker struct {
	lang  string
	asOne bool // "tujuh", not "nol nol tujuh"
	zero  string
	noun  string
}

func newSpeaker(lang string, school queue.Speech, noun string) speaker {
	sp := speaker{lang: lang, asOne: school.Numbers == "number", zero: "nol", noun: noun}
	if school.Zero == "kosong" {
		sp.zero = "kosong"
	}
	if lang == "en" {
		sp.zero = "zero"
		sp.noun = "counter"
	}
	return sp
}

// word is one thing said, with its clip.
type word struct{ text, clip string }

// announce builds the whole call. The text has commas where a person pauses.
func (sp speaker) announce(service string, number int, counter string, recall, ambiguous bool) speech {
	code := sp.code(service)
	digits := sp.number(number, 3)
	if ambiguous {
		between := word{"nomor", "nomor"}
		if sp.lang == "en" {
			between = word{"number", "number"}
		}
		digits = append([]word{between}, digits...)
	}
	place := sp.code(counter)
	out := speech{Clips: []string{"chime"}}
	again, lead, please := "Panggilan ulang.", "Nomor antrean", "Silakan menuju"
	clips := []string{"panggilan-ulang", "nomor-antrean", "silakan-menuju", queue.Key(sp.noun)}
	if sp.lang == "en" {
		again, lead, please = "Second call.", "Queue number", "Please go to"
		clips = []string{"second-call", "queue-number", "please-go-to", "counter"}
	}
	if recall {
		out.Text = again + " "
		out.Clips = append(out.Clips, clips[0])
	}
	out.Text += lead + ", " + texts(code) + ", " + texts(digits) + ". " + please + " " + sp.noun + " " + texts(place) + "."
	out.Clips = append(out.Clips, clips[1])
	out.Clips = append(out.Clips, clipsOf(code)...)
	out.Clips = append(out.Clips, clipsOf(digits)...)
	out.Clips = append(out.Clips, clips[2], strings.ToLower(clips[3]))
	out.Clips = append(out.Clips, clipsOf(place)...)
	return out
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
func (sp speaker) code(code string) (words []word) {
	code = queue.Key(code)
	for i := 0; i < len(code); {
		if code[i] < '0' || code[i] > '9' {
			if code[i] == '-' {
				words = append(words, word{",", ""})
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
func (sp speaker) run(digits string) []word {
	n, err := strconv.Atoi(digits)
	if err != nil || (digits[0] == '0' && len(digits) > 1) || n > 9999 {
		return sp.digits(digits)
	}
	return sp.count(n)
}

// number reads a ticket's number in the mall's school.
func (sp speaker) number(n, width int) []word {
	if sp.asOne {
		return sp.count(n)
	}
	s := strconv.Itoa(n)
	for len(s) < width {
		s = "0" + s
	}
	return sp.digits(s)
}

func (sp speaker) digits(s string) (words []word) {
	for _, c := range s {
		words = append(words, sp.digit(int(c-'0')))
	}
	return words
}

func (sp speaker) digit(n int) word {
	clip := strconv.Itoa(n)
	if n == 0 {
		if sp.zero == "kosong" {
			clip = "kosong"
		}
		return word{sp.zero, clip}
	}
	if sp.lang == "en" {
		return word{[]string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}[n], clip}
	}
	return word{[]string{"", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"}[n], clip}
}

func plain(text string) word { return word{text, text} }

// count reads a number as a number.
func (sp speaker) count(n int) []word {
	if sp.lang == "en" {
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

func (sp speaker) join(words []word, rest int) []word {
	if rest == 0 {
		return words
	}
	return append(words, sp.count(rest)...)
}

func (sp speaker) countEnglish(n int) []word {
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
