package voice

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// independent reads words with indo-g2p, one a line.
const independent = `
import { toPhoneme } from "indo-g2p";
import { readFileSync } from "fs";
const words = readFileSync(0, "utf8").split("\n");
console.log(words.map((w) => toPhoneme(w).phonemes).join("\n"));
`

// plainIPA leaves out stress, and writes a g as people do.
func plainIPA(ipa string) string {
	return strings.NewReplacer("ˈ", "", "ˌ", "", "ɡ", "g", "ɔ", "o").Replace(strings.TrimSpace(ipa))
}

func TestLexicon_agreesWithAnIndependentReading(t *testing.T) {
	explained := map[string]string{}
	b, err := os.ReadFile("differences.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 4 {
			explained[f[0]] = f[1] + " " + f[2]
		}
	}
	var words []Entry
	var in []string
	for _, e := range Lexicon() {
		if e.Lang == Indonesian {
			words, in = append(words, e), append(in, e.Text)
		}
	}
	node := exec.CommandContext(t.Context(), "node", "--input-type=module", "-e", independent)
	node.Dir = "../../.tools" // where make tools puts it
	node.Stdin = strings.NewReader(strings.Join(in, "\n"))
	out, err := node.CombinedOutput()
	if err != nil {
		t.Fatalf("indo-g2p: %v; make tools installs it\n%s", err, out)
	}
	told := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(told) != len(words) || len(words) < 50 {
		t.Fatalf("%d words, %d readings", len(words), len(told))
	}
	for i, e := range words {
		text := e.Text
		if e.Phonemes != "" {
			text = "[[" + e.Phonemes + "]]"
		}
		out, err := exec.CommandContext(t.Context(), "espeak-ng", "-v", "id", "-q", "--ipa", text).Output()
		if err != nil {
			t.Fatalf("espeak-ng: %v; make tools installs it", err)
		}
		ours, theirs := plainIPA(string(out)), plainIPA(told[i])
		switch why, ok := explained[e.Clip]; {
		case ours == theirs && ok:
			t.Errorf("%s is explained, but there is no difference", e.Clip)
		case ours != theirs && why != ours+" "+theirs:
			t.Errorf("%s (%s): espeak-ng says %s, indo-g2p %s; mend the lexicon or explain it in differences.txt", e.Clip, e.Text, ours, theirs)
		}
	}
}

func TestLexicon_isTheOneThatTheClipsWereMadeFrom(t *testing.T) {
	made, err := os.ReadFile("clips/lexicon.sha256")
	if err != nil || strings.TrimSpace(string(made)) != LexiconDigest() {
		t.Errorf("the clips are of another lexicon; run go generate ./display/voice (%v)", err)
	}
}
