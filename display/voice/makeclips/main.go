// Command makeclips makes every clip of the lexicon with espeak-ng. It is run
// by go generate in display/voice, by whoever changes the lexicon.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"antre/display/voice"
)

func main() {
	if err := makeAll(); err != nil {
		fmt.Fprintln(os.Stderr, "makeclips:", err)
		os.Exit(1)
	}
}

func makeAll() error {
	if err := os.RemoveAll("clips"); err != nil {
		return err
	}
	for _, lang := range []string{voice.Indonesian, voice.English} {
		if err := write(lang, voice.Chime, chime()); err != nil {
			return err
		}
	}
	for _, e := range voice.Lexicon() {
		text := e.Text
		if e.Phonemes != "" {
			text = "[[" + e.Phonemes + "]]"
		}
		wav, err := exec.Command(voice.Espeak, append(voice.EspeakVoice(e.Lang), "--stdout", text)...).Output()
		if err != nil {
			return fmt.Errorf("espeak-ng says %q (Debian: apt-get install espeak-ng): %w", e.Text, err)
		}
		s, err := voice.ReadWAV(wav)
		if err != nil {
			return fmt.Errorf("%s: %w", e.Clip, err)
		}
		if s, err = s.Clean(); err != nil {
			return fmt.Errorf("%s: %w", e.Clip, err)
		}
		if err := write(e.Lang, e.Clip, s); err != nil {
			return err
		}
	}
	// A test compares it: a lexicon that was changed alone would change nothing.
	return os.WriteFile(filepath.Join("clips", "lexicon.sha256"), []byte(voice.LexiconDigest()+"\n"), 0o644)
}

func write(lang, clip string, s voice.Sound) error {
	path := filepath.Join("clips", lang, clip+".wav")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, s.WAV(), 0o644)
}
