package site

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"antre/queue"
)

const maxReason = 200 // characters

// BadValue refuses a field, saying what belongs there.
func BadValue(field, id, en string, args ...any) error {
	return queue.Refuse(queue.Invalid, "bad_value", id, args...).English(en, args...).At(field)
}

// WrongClass refuses what is neither of the two classes.
func WrongClass(class string) error {
	return BadValue("class", "Kelas %q harus regular atau priority.", "The class %q must be regular or priority.", class)
}

// Sentence checks a reason, note or notice: one or a few lines that people read.
func Sentence(field, text string, needed bool) (string, error) {
	text = strings.TrimSpace(text)
	if needed && text == "" || utf8.RuneCountInString(text) > maxReason || strings.ContainsFunc(text, unicode.IsControl) {
		return "", queue.Refuse(queue.Invalid, "reason_needed", "Tulis alasan (paling panjang %d huruf).", maxReason).
			English("Give a reason (at most %d characters).", maxReason).At(field)
	}
	return text, nil
}
