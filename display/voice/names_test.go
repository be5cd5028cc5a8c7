package voice

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"antre/queue"
)

// fakeEspeak puts a program of that name on the PATH.
func fakeEspeak(t *testing.T, script string) (p Program, dir string) {
	t.Helper()
	dir = t.TempDir()
	tone := make(Sound, Rate)
	for i := range tone {
		tone[i] = 0.2 * math.Sin(float64(i)/9)
	}
	for name, content := range map[string]string{"tone.wav": string(tone.WAV()), "silence.wav": string(silence(time.Second).WAV()), "long.wav": string(silence(11 * time.Second).WAV()), Espeak: "#!/bin/sh\ncd " + dir + "\n" + script + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return FindEspeak(), dir
}

func nameFor(clip, text string) Name {
	return Name{Indonesian, clip, NewReader(Indonesian, queue.Speech{}).Read(text, nil)}
}

func TestNames_withoutEspeakOnlyARecordingIsSaid(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	n := NewNames(FindEspeak())
	one, two := nameFor("agency-SATU", "Satu"), nameFor("agency-DUA", "Dua")
	n.Want([]Name{one, two}, map[string]bool{"id/agency-DUA": true})
	if _, more, err := n.MakeNext(t.Context()); more || err != nil {
		t.Errorf("it tried: %v", err)
	}
	if n.Ready(one) || !n.Ready(two) || n.Trouble() != (Trouble{Missing: true, Silent: 1}) {
		t.Errorf("ready %v %v, %+v", n.Ready(one), n.Ready(two), n.Trouble())
	}
	n.Want([]Name{two}, map[string]bool{"id/agency-DUA": true})
	if n.Trouble() != (Trouble{}) {
		t.Errorf("all are recorded, and yet %+v", n.Trouble())
	}
}

func TestNames_aProgramThatIsSlowOrBrokenLeavesTheNameOut(t *testing.T) {
	for name, script := range map[string]string{
		"slow": "exec sleep 60", "a slow child": "sleep 60; true", "no sound": "echo hello", "fails": "echo no such voice >&2; exit 3", "silent": "cat silence.wav", "too long": "cat long.wav",
		"endless": "exec yes", "cut off": "head -c 20 tone.wav", "nothing": "true",
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := fakeEspeak(t, script)
			p.patience = 5 * time.Second
			if strings.Contains(script, "sleep") {
				p.patience = 200 * time.Millisecond
			}
			n, one := NewNames(p), nameFor("agency-SATU", "Satu")
			n.Want([]Name{one}, nil)
			began := time.Now()
			_, more, err := n.MakeNext(t.Context())
			if !more || err == nil || time.Since(began) > 20*time.Second {
				t.Fatalf("after %v: %v", time.Since(began), err)
			}
			t.Log(err)
			if _, ok := n.Clip(Indonesian, one.Clip); ok || n.Ready(one) || n.Trouble() != (Trouble{Failed: 1, Silent: 1}) {
				t.Errorf("it is said; %+v", n.Trouble())
			}
			if _, more, _ := n.MakeNext(t.Context()); more {
				t.Error("it is tried again at once")
			}
		})
	}
}

func TestNames_afterThreeFailuresTheOthersWait(t *testing.T) {
	p, dir := fakeEspeak(t, "echo x >> tried; exit 1")
	n := NewNames(p)
	var all []Name
	for i := range 10 {
		all = append(all, nameFor(fmt.Sprintf("service-A%d", i), fmt.Sprint("Layanan ", i)))
	}
	n.Want(all, nil)
	for more := true; more; {
		_, more, _ = n.MakeNext(t.Context())
	}
	if tried, _ := os.ReadFile(filepath.Join(dir, "tried")); len(tried) != 2*enoughInRow {
		t.Errorf("tried %d times", len(tried)/2)
	}
	if _, ok := n.next(time.Now().Add(tryAgainAfter)); !ok {
		t.Error("they are never tried again")
	}
}

func TestNames_aStoppedServerBlamesNoName(t *testing.T) {
	p, _ := fakeEspeak(t, "exec sleep 60")
	n := NewNames(p)
	n.Want([]Name{nameFor("agency-SATU", "Satu")}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	if _, more, err := n.MakeNext(ctx); more || err != nil || n.Trouble().Failed != 0 {
		t.Errorf("%v %v %+v", more, err, n.Trouble())
	}
}

func TestNames_theTextGoesThroughTheStandardInput(t *testing.T) {
	p, dir := fakeEspeak(t, `echo "$@" > args; cat > text; exec cat tone.wav`)
	n, one := NewNames(p), nameFor("service-A", "-w Izin [[x]] $(touch hacked) `id`; Surat")
	n.Want([]Name{one}, nil)
	if _, _, err := n.MakeNext(t.Context()); err != nil {
		t.Fatal(err)
	}
	args, _ := os.ReadFile(filepath.Join(dir, "args"))
	text, _ := os.ReadFile(filepath.Join(dir, "text"))
	if got := strings.TrimSpace(string(args)); got != "-v id -s 135 -p 52 -b 1 --stdin --stdout" {
		t.Errorf("arguments: %s", got)
	}
	if got := string(text); got != "[[w'e]] Izin [['eks]] touch hacked id Surat\n" {
		t.Errorf("text: %s", got)
	}
	wav, ok := n.Clip(Indonesian, "service-A")
	if s, err := ReadWAV(wav); !ok || !n.Ready(one) || err != nil || s.voiced() < 0.117 || s.voiced() > 0.135 {
		t.Errorf("%v %v", ok, err)
	}
}

func TestNames_aChangedNameIsNotSaidAsItWas(t *testing.T) {
	p, dir := fakeEspeak(t, "echo x >> tried; exec cat tone.wav")
	n, before, after, twin := NewNames(p), nameFor("service-A", "Surat"), nameFor("service-A", "Kartu"), nameFor("service-B", "Surat")
	n.Want([]Name{before, twin}, nil)
	for more := true; more; {
		_, more, _ = n.MakeNext(t.Context())
	}
	if !n.Ready(before) || !n.Ready(twin) || n.Ready(after) {
		t.Error("the old name is not ready, or the new one is")
	}
	if tried, _ := os.ReadFile(filepath.Join(dir, "tried")); len(tried) != 2 {
		t.Errorf("names that sound alike were rendered %d times", len(tried)/2)
	}
	n.Want([]Name{after}, nil)
	if _, ok := n.Clip(Indonesian, "service-A"); ok || n.Ready(before) || n.Ready(after) || n.Ready(twin) {
		t.Error("a name is said that the mall has no more, or one without a sound")
	}
	n.Want([]Name{{Indonesian, "service-A", Reading{}}}, nil)
	if n.Ready(Name{Indonesian, "service-A", Reading{}}) || n.Trouble() != (Trouble{}) {
		t.Error("a name of which nothing can be said is said")
	}
}

// The real program, which make tools installs.
func TestNames_soundLikeTheOtherClips(t *testing.T) {
	p := FindEspeak()
	if p.path == "" {
		t.Fatal("espeak-ng is not installed; make tools does it")
	}
	n := NewNames(p)
	id, en := NewReader(Indonesian, queue.Speech{}), NewReader(English, queue.Speech{})
	say := map[string]string{"DUKCAPIL": "duk capil"}
	all := []Name{
		{Indonesian, "agency-DISDUKCAPIL", id.Read("Dukcapil", say)}, {Indonesian, "agency-BPJS", id.Read("BPJS Kesehatan", say)},
		{Indonesian, "service-A", id.Read("Perekaman KTP-el (baru), rusak/hilang; dan perubahan data...", say)}, {English, "service-A", en.Read("Recording of KTP-el", say)},
		{Indonesian, "service-B", id.Read("SIM", say)},
	}
	n.Want(all, nil)
	for more := true; more; {
		var err error
		if _, more, err = n.MakeNext(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range all {
		wav, ok := n.Clip(name.Lang, name.Clip)
		s, err := ReadWAV(wav)
		if !ok || err != nil {
			t.Fatalf("%s: %v", name.Clip, err)
		}
		if level := s.voiced(); level < 0.117 || level > 0.135 || s.Length() < 200*time.Millisecond || s.Peak() > headroom+0.01 {
			t.Errorf("%s: %.3f of full scale, peak %.2f, %v", name.Clip, level, s.Peak(), s.Length())
		}
		call := Call{Service: "A", Number: 7, Counter: "3"}
		without := NewSpeaker(name.Lang, queue.Speech{}, "loket").Announce(call)
		call.Name = name
		with := NewSpeaker(name.Lang, queue.Speech{}, "loket").Announce(call)
		sound, err := render(Book{Names: n}, name.Lang, with.Clips)
		if err != nil {
			t.Fatal(err)
		}
		bare, err := render(Book{Names: n}, name.Lang, without.Clips)
		more := (sound.Length() - bare.Length() - afterComma - s.Length()).Abs()
		if hole := longestSilence(sound); err != nil || hole > 600*time.Millisecond || more > time.Millisecond || sound.Peak() > headroom+0.01 {
			t.Errorf("%s: %v with its name, %v without, silent for %v", name.Clip, sound.Length(), bare.Length(), longestSilence(sound))
		}
		if with.Short.Text != without.Short.Text || len(with.Short.Clips) != len(without.Short.Clips) {
			t.Errorf("%s: the short form is %s", name.Clip, with.Short.Text)
		}
	}
}
