package display

import (
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"antre/display/halltest"
	"antre/display/voice"
	"antre/queue"
	"antre/queue/store"
)

// said is an announcement in both languages: text and clips.
func (l *hall) said(service, counter string) (text, clips [2]string) {
	l.t.Helper()
	s, err := l.Catalog().Service(service)
	if err != nil {
		l.t.Fatal(err)
	}
	all := l.names.speeches(l.Catalog(), store.Call{Ticket: "A-007", ServiceID: s.ID}, counter)
	for i, lang := range []string{"id", "en"} {
		a := all[lang]
		text[i], clips[i] = a.Text, strings.Join(a.Clips, ",")
		if short := strings.Join(a.Short.Clips, ","); strings.Contains(short, "-") || strings.Contains(a.Short.Text, "capil") {
			l.t.Errorf("the short form has a name: %s %s", a.Short.Text, short)
		}
	}
	return text, clips
}

// namedMall has an agency with a short name of its own way of saying, and one
// without any, whose service has an English name.
func (l *hall) namedMall(names string) {
	l.t.Helper()
	m := halltest.Mall()
	m.Settings.Speech = &queue.Speech{Names: names, Languages: []string{"id", "en"}}
	m.Agencies[0].Short, m.Agencies[0].Say = "Dukcapil", map[string]string{"DUKCAPIL": "duk capil"}
	m.Agencies[0].Services[0].Name = queue.Text{"id": "Perekaman KTP-el"}
	m.Agencies[1].Name = queue.Text{"id": "BPJS Kesehatan", "en": "Health insurance"}
	m.Agencies[1].Services[0].Name = queue.Text{"id": "Klaim", "en": "Claims"}
	if err := l.Import(l.t.Context(), store.By{Actor: "command"}, m); err != nil {
		l.t.Fatal(err)
	}
	l.names.look(l.t.Context())
}

func fakeEspeak(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	tone := make(voice.Sound, voice.Rate)
	for i := range tone {
		tone[i] = 0.2 * math.Sin(float64(i)/9)
	}
	for name, content := range map[string]string{"tone.wav": string(tone.WAV()), voice.Espeak: "#!/bin/sh\ncd " + dir + "\n" + script + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}

func TestSpeeches_endWithTheNameOnceItHasASound(t *testing.T) {
	fakeEspeak(t, "exec cat tone.wav")
	l := openHall(t, "2026-11-24 09:00:00")
	const id, en = "Nomor antrean, A, nol nol tujuh. Silakan menuju loket satu", "Queue number, A, zero zero seven. Please go to counter one"
	const idClips, enClips = "chime,nomor-antrean,a,0,0,7,silakan-menuju,loket,1", "chime,queue-number,a,0,0,7,please-go-to,counter,1"
	for _, c := range []struct {
		names, service string
		text, clips    [2]string
	}{
		{"none", "A", [2]string{id + ".", en + "."}, [2]string{idClips, enClips}},
		{"", "A", [2]string{id + ".", en + "."}, [2]string{idClips, enClips}},
		{"agency", "A", [2]string{id + ", duk capil.", en + ", duk capil."}, [2]string{idClips + ",agency-SATU", enClips + ",agency-SATU"}},
		{"service", "A", [2]string{id + ", Perekaman ka te pe el.", en + ", Perekaman ka te pe el."}, [2]string{idClips + ",service-A", enClips + ",service-A"}},
		// A visitor who was passed on to B keeps number A-007, and hears where B is.
		{"agency", "B", [2]string{id + ", be pe je es Kesehatan.", en + ", Health insurance."}, [2]string{idClips + ",agency-DUA", enClips + ",agency-DUA"}},
		{"service", "B", [2]string{id + ", Klaim.", en + ", Claims."}, [2]string{idClips + ",service-B", enClips + ",service-B"}},
	} {
		l.namedMall(c.names)
		bare, _ := l.said(c.service, "1")
		if bare != [2]string{id + ".", en + "."} {
			t.Errorf("%s: a name without a sound is said: %q", c.names, bare)
		}
		for l.names.makeNext(t.Context()) {
		}
		text, clips := l.said(c.service, "1")
		if text != c.text || clips != c.clips {
			t.Errorf("%s of %s:\n got %q %q\nwant %q %q", c.names, c.service, text, clips, c.text, c.clips)
		}
		l.namedMall("none") // forgets the sounds
	}
}

func TestSpeeches_aProgramThatFailsLeavesTheNameOut(t *testing.T) {
	fakeEspeak(t, "exit 1")
	l := openHall(t, "2026-11-24 09:00:00")
	l.namedMall("agency")
	for l.names.makeNext(t.Context()) {
	}
	if text, clips := l.said("A", "1"); strings.Contains(text[0], "capil") || strings.Contains(clips[0], "agency") || l.names.sounds.Trouble().Failed == 0 {
		t.Errorf("%q %q", text, clips)
	}
}

func TestSpeeches_aRecordingOfANameNeedsNoEspeak(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	l := openHall(t, "2026-11-24 09:00:00")
	l.namedMall("agency")
	tone := make(voice.Sound, voice.Rate)
	for i := range tone {
		tone[i] = 0.1 * math.Sin(float64(i)/9)
	}
	if err := l.RecordClip(t.Context(), store.By{Actor: "command"}, "id", "agency-SATU", tone.WAV()); err != nil {
		t.Fatal(err)
	}
	l.names.look(t.Context())
	text, clips := l.said("A", "1")
	if !strings.HasSuffix(text[0], ", duk capil.") || strings.Contains(text[1], "capil") || strings.Contains(clips[1], "agency") {
		t.Errorf("%q", text)
	}
	length := func(clips string) int {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/audio/id/say?clips="+clips, nil)
		r.Host = "localhost"
		l.Handler().ServeHTTP(w, r)
		return w.Body.Len()
	}
	if with, without := length(clips[0]), length(strings.TrimSuffix(clips[0], ",agency-SATU")); with < without+2*voice.Rate {
		t.Errorf("with the recording %d bytes, without %d", with, without)
	}
	if err := l.RemoveClip(t.Context(), store.By{Actor: "command"}, "id", "agency-SATU"); err != nil {
		t.Fatal(err)
	}
	l.names.look(t.Context())
	if text, _ := l.said("A", "1"); strings.Contains(text[0], "capil") {
		t.Errorf("removed, and still %q", text[0])
	}
}

// A server renders the names at its start and again when the mall changes,
// sooner than it looks by itself.
func TestRun_rendersNamesAheadOfTheCalls(t *testing.T) {
	fakeEspeak(t, "exec cat tone.wav")
	l := openHall(t, "2026-11-24 09:00:00")
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { l.Run(ctx) })
	defer running.Wait()
	defer stop()
	for _, c := range []struct{ short, said string }{{"Dukcapil", ", duk capil."}, {"KUA", ", ka u a."}} {
		m := halltest.Mall()
		m.Settings.Speech = &queue.Speech{Names: "agency", Languages: []string{"id", "en"}}
		m.Agencies[0].Short, m.Agencies[0].Say = c.short, map[string]string{"DUKCAPIL": "duk capil"}
		if err := l.Import(t.Context(), store.By{Actor: "command"}, m); err != nil {
			t.Fatal(err)
		}
		text := ""
		for deadline := time.Now().Add(lookEvery / 2); time.Now().Before(deadline) && !strings.HasSuffix(text, c.said); time.Sleep(10 * time.Millisecond) {
			all := l.names.speeches(l.Catalog(), store.Call{Ticket: "A-007", ServiceID: l.Catalog().Services[0].ID}, "1")
			text = all["id"].Text
		}
		if !strings.HasSuffix(text, c.said) {
			t.Errorf("%s is not said: %s", c.short, text)
		}
	}
}
