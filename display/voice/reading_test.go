package voice

import (
	"strings"
	"testing"

	"antre/queue"
)

func TestRead_saysNamesAsPeopleDo(t *testing.T) {
	say := map[string]string{"DUKCAPIL": "duk capil", "SIM": "es i em", "Samsat Keliling": "sam sat ke liling", "AK1": "ak satu", "ak1": "never", "IMB": "IMB"}
	for _, c := range []struct{ lang, name, text string }{
		// Acronyms without a vowel, or in up to four capitals, letter by letter.
		{"id", "KTP", "ka te pe"}, {"id", "Perekaman KTP-el", "Perekaman ka te pe el"}, {"id", "BPJS Kesehatan", "be pe je es Kesehatan"},
		{"id", "IKD", "i ka de"}, {"id", "KUA", "ka u a"}, {"id", "Dinas PUPR", "Dinas pe u pe er"}, {"id", "OSS", "o es es"}, {"id", "DPMPTSP", "de pe em pe te es pe"},
		{"id", "Ktp", "ka te pe"}, {"id", "Blok M", "Blok em"}, {"id", "e-KTP", "e ka te pe"},
		// But a syllable or two is a word, and so is what is longer.
		{"id", "NIK", "NIK"}, {"id", "KIR dan HAKI", "KIR dan HAKI"}, {"id", "TASPEN", "TASPEN"}, {"id", "Polri", "Polri"},
		// Where everything is in capitals they tell nothing.
		{"id", "DINAS SOSIAL DAN ESDM KE ATAS", "DINAS SOSIAL DAN e es de em KE ATAS"}, {"id", "BANK BPD SEJAHTERA", "BANK be pe de SEJAHTERA"},
		// The table, by whole word, in any case, comes before both.
		{"id", "Dukcapil", "duk capil"}, {"id", "Kantor dukcapil 2", "Kantor duk capil dua"}, {"id", "SIM", "es i em"}, {"id", "Simpang", "Simpang"},
		{"id", "Samsat-keliling malam", "sam sat ke liling malam"}, {"id", "Samsat", "Samsat"}, {"id", "AK12", "a ka dua belas"}, {"id", "AK1", "ak satu"}, {"id", "IMB", "i em be"},
		// Numbers, classes and signs.
		{"id", "AK9", "a ka sembilan"}, {"id", "Samsat 24 jam", "Samsat dua puluh empat jam"}, {"id", "SP2D & PPh21", "es pe dua de dan pe pe ha dua puluh satu"},
		{"id", "Kantor Imigrasi Kelas II", "Kantor Imigrasi Kelas dua"}, {"id", "Gedung 007", "Gedung nol nol tujuh"}, {"id", "Jum’at (baru) a/b", "Jum'at baru a be"},
		{"id", "…!?", ""}, {"id", "٣", ""},
		{"en", "KTP-el recording", "K T P el recording"}, {"en", "ID card", "I D card"}, {"en", "Tax & customs by 24", "Tax and customs by twenty four"}, {"en", "PIN", "PIN"},
	} {
		got := NewReader(c.lang, queue.Speech{}).Read(c.name, say)
		if got.Text != c.text || got.Voice != c.lang || (got.Input == "") != (c.text == "") {
			t.Errorf("%s %q:\n got %q\nwant %q", c.lang, c.name, got.Text, c.text)
		}
	}
	if got := NewReader("id", queue.Speech{Zero: "kosong"}).Read("Gedung 007", nil).Text; got != "Gedung kosong kosong tujuh" {
		t.Errorf("with kosong: %q", got)
	}
}

func TestRead_takesPhonemesFromTheLexiconAndNoneFromAName(t *testing.T) {
	for name, want := range map[string]string{
		"Loket KTP":             "[[l'oket]] [[k'a]] [[t'e]] [[p'e]]",
		"Kelas dua":             "[[k@l'as]] dua",
		"Izin [[x]] -w /tmp/x":  "Izin [['eks]] [[w'e]] [[t'e]] [['em]] [[p'e]] [['eks]]",
		"[[[[' a ']]]] <b>Tera": "[['a]] [[b'e]] Tera",
	} {
		if got := NewReader("id", queue.Speech{}).Read(name, nil); got.Input != want {
			t.Errorf("%q: got %q, want %q", name, got.Input, want)
		}
	}
}

// A line of the words that nobody can hear the effect of is a mistake.
func TestNameWords_areAllRead(t *testing.T) {
	r := NewReader("id", queue.Speech{})
	n := 0
	for line := range strings.Lines(nameWords) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		n++
		word, sound, _ := strings.Cut(line, "\t")
		if got := r.Read(strings.ToUpper(word[:1])+word[1:], nil).Input; got != "[["+sound+"]]" || !strings.Contains(sound, "'") {
			t.Errorf("%s is read %s", word, got)
		}
	}
	if n < 30 {
		t.Errorf("%d words", n)
	}
}
