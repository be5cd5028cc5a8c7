package voice

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"strings"
)

//go:embed lexicon.txt
var lexicon string

// Entry is a clip of the lexicon.
type Entry struct {
	Lang, Clip, Text string
	Phonemes         string // espeak-ng's mnemonics; "" where it says the text well by itself
}

// Lexicon are all clips that ship with the program, but for the chime.
func Lexicon() (all []Entry) {
	for line := range strings.Lines(lexicon) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 4 || strings.HasPrefix(line, "#") {
			continue
		}
		e := Entry{Lang: f[0], Clip: f[1], Text: f[2], Phonemes: f[3]}
		if e.Phonemes == "-" {
			e.Phonemes = ""
		}
		all = append(all, e)
	}
	return all
}

// LexiconDigest is the SHA-256 of the lexicon, by which the clips say what
// they were made from.
func LexiconDigest() string {
	sum := sha256.Sum256([]byte(lexicon))
	return hex.EncodeToString(sum[:])
}

// NounClip names the clip of a mall's word for a counter. A mall with a word of
// its own may record it under this name.
func NounClip(noun string) string { return strings.ReplaceAll(strings.ToLower(noun), " ", "-") }
