package push

import (
	"bytes"
	"log/slog"
	"net/netip"
	"os"
	"testing"
	"time"

	"antre/display/halltest"
	"antre/display/site"
	"antre/queue"
	"antre/queue/store"
)

// hubAt is a hub whose goroutine is the test.
func hubAt(t *testing.T, languages ...string) *Hub {
	t.Helper()
	hall := halltest.Open(t, "2026-11-25 09:00:00", nil)
	mall := halltest.Mall()
	mall.Settings.Speech = &queue.Speech{Languages: languages}
	if err := hall.Import(t.Context(), store.By{Actor: "command"}, mall); err != nil {
		t.Fatal(err)
	}
	s, err := site.New(site.Options{Store: hall.Store, Log: slog.New(slog.DiscardHandler), Web: os.DirFS("../web")})
	if err != nil {
		t.Fatal(err)
	}
	h := New(s)
	h.Show(Views{
		Board:  func(*store.Hall, string) map[string]any { return map[string]any{} },
		Speech: func(*store.Catalog, store.Call, string) any { return nil },
	})
	return h
}

// comes joins a screen of zone 1 that has said this of its sound.
func (h *Hub) comes(t *testing.T, zone string, voice Voice, sound soundState) *Client {
	t.Helper()
	c := Screen(zone, voice)
	h.join(t.Context(), c)
	c.sound = sound
	return c
}

// call announces a ticket at counter 1 and gives the id of the call.
func (h *Hub) call(ticket string, recall bool) string {
	catalog := h.site.Store.Catalog()
	h.turn++ // an id that was never given
	id := ticket + string(rune('a'+h.turn))
	h.announce(store.Call{ID: id, Ticket: ticket, ServiceID: catalog.Services[0].ID, CounterID: catalog.Counters[0].ID, Recall: recall})
	return id
}

// spoke says whether a screen was asked to say the newest call.
func spoke(c *Client) bool {
	return len(c.calls) > 0 && bytes.Contains(c.calls[len(c.calls)-1].bytes, []byte(`"speak":true`))
}

func TestVoice_isTheScreenThatTheMallLetInAndNoStrangers(t *testing.T) {
	type screen struct {
		voice Voice
		sound soundState
	}
	for name, c := range map[string]struct {
		screens []screen
		speaks  int // which of them; -1: none
	}{
		"nobody":                         {nil, -1},
		"the oldest":                     {[]screen{{Anybody, soundUnknown}, {Anybody, soundUnknown}}, 0},
		"one that says that it can":      {[]screen{{Anybody, soundUnknown}, {Anybody, soundOn}, {Anybody, soundOn}}, 1},
		"none that says that it cannot":  {[]screen{{Anybody, soundBlocked}, {Anybody, soundUnknown}}, 1},
		"no preview":                     {[]screen{{Onlooker, soundOn}}, -1},
		"a paired one before a stranger": {[]screen{{Anybody, soundOn}, {Paired, soundUnknown}}, 1},
		"a stranger not instead":         {[]screen{{Anybody, soundOn}, {Paired, soundBlocked}}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			h := hubAt(t, "id")
			var screens []*Client
			for _, s := range c.screens {
				screens = append(screens, h.comes(t, "1", s.voice, s.sound))
			}
			h.call("A-001", false)
			for i, s := range screens {
				if spoke(s) != (i == c.speaks) {
					t.Errorf("screen %d spoke: %v, want screen %d", i, spoke(s), c.speaks)
				}
			}
		})
	}
}

func TestUnheard_isWhatNobodySaidInTimeUntilItIsSaid(t *testing.T) {
	h := hubAt(t, "id", "en")
	tv, counter := h.comes(t, "1", Anybody, soundOn), h.site.Store.Catalog().Counters[0].ID
	missed := func(after time.Duration) int {
		h.listen(t.Context(), time.Now().Add(after))
		return len(h.unheardFor(counter))
	}
	first := h.call("A-001", false)
	if n := missed(14 * time.Second); n != 0 {
		t.Error("missed after 14 s")
	}
	if n := missed(16 * time.Second); n != 1 {
		t.Error("not missed after 16 s")
	}
	h.said(t.Context(), h.comes(t, "1", Anybody, soundOn), first)
	if missed(16*time.Second) != 1 {
		t.Error("another screen's word counts")
	}
	h.said(t.Context(), tv, first)
	if missed(time.Hour) != 0 {
		t.Error("still missed after it was said, late")
	}
	// The recall waits behind what the voice is saying, known to this server or not.
	h.call("A-002", false)
	second := h.call("A-002", true)
	h.saying(tv, time.Now())
	if missed(29*time.Second) != 0 {
		t.Error("what waits behind another call is missed too early")
	}
	if missed(31*time.Second) != 1 {
		t.Error("what waits behind another call is never missed")
	}
	h.said(t.Context(), tv, second)
	if missed(time.Hour) != 0 || len(h.calls) != 0 {
		t.Errorf("%d calls are remembered after all were said", len(h.calls))
	}
	// A call whose counter has called again does not stand on the console.
	h.call("A-003", false)
	h.call("A-004", false)
	if got := missed(16 * time.Second); got != 1 {
		t.Errorf("%d calls on the console, want that of A-004", got)
	}
	missed(31*time.Second + pastFor)
	if len(h.calls) != 1 {
		t.Errorf("%d calls are remembered for ever", len(h.calls))
	}
	// The voice goes: what it was asked falls to the old time; its page comes back and says it.
	last := h.call("A-005", false)
	h.saying(tv, time.Now())
	stranger := h.comes(t, "1", Anybody, soundBlocked)
	h.leave(tv)
	if missed(16*time.Second) != 1 {
		t.Error("a voice that has gone still has time")
	}
	h.said(t.Context(), stranger, last)
	if missed(time.Second) != 1 {
		t.Error("a screen that cannot speak says that it has")
	}
	h.screens["1"] = nil
	h.said(t.Context(), h.comes(t, "1", Anybody, soundOn), last)
	if missed(time.Second) != 0 {
		t.Error("the page that came back has said it, and it is still missed")
	}
}

func TestServe_oneAddressDoesNotTakeEverySocket(t *testing.T) {
	h := hubAt(t, "id")
	one, other, here := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2"), netip.MustParseAddr("127.0.0.1")
	var leave func()
	for range mostFromOne {
		var err error
		if leave, err = h.letIn(one); err != nil {
			t.Fatal(err)
		}
		if _, err = h.letIn(here); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.letIn(one); err == nil {
		t.Error("one address may hold any number")
	}
	if _, err := h.letIn(here); err != nil {
		t.Errorf("the machine itself: %v", err)
	}
	if l, err := h.letIn(other); err != nil {
		t.Errorf("another address: %v", err)
	} else if l(); len(h.from) != 2 {
		t.Errorf("%d addresses are remembered", len(h.from))
	}
	leave()
	if _, err := h.letIn(one); err != nil {
		t.Errorf("after one has left: %v", err)
	}
}
