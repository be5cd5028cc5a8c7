package push

import (
	"context"
	"slices"
	"time"

	"antre/queue/store"
)

// announced is a call that its screen has not said yet.
type announced struct {
	call   store.Call
	zone   string
	turn   int // among all calls, the order in which they are said
	at     time.Time
	by     *Client   // the voice; nil where this server has none in the zone
	left   bool      // the voice has gone; its page may be back
	until  time.Time // when a voice that lives has said it
	missed bool      // it has not: this stands on the officer's console
	past   bool      // its counter has called again since
}

const (
	heardWithin = 15 * time.Second // a call that nobody said in this time is on the console
	phraseTakes = 30 * time.Second // more than a call in one language, with its fetching
	pastFor     = 5 * time.Minute  // how long a call is remembered after its counter called again
)

// announce sends a call to the screens of its counter's zone and of the whole
// mall. It is spoken by one screen of the zone and is never sent again.
func (h *Hub) announce(call store.Call) {
	catalog := h.site.Store.Catalog()
	k := catalog.CounterByID(call.CounterID)
	if k == nil {
		return
	}
	for _, a := range h.calls {
		a.past = a.past || a.call.CounterID == k.ID
	}
	voice := h.voice(k.ZoneCode)
	if voice != nil && !h.site.Store.Speaks(k.ZoneCode) {
		voice = nil // a screen of another server speaks in this zone
	}
	if catalog.Screens(k.ZoneCode).Muted {
		voice = nil // somebody wanted silence: nothing is missed
	} else {
		h.turn++
		h.calls[call.ID] = &announced{call: call, zone: k.ZoneCode, turn: h.turn, at: time.Now(), by: voice, until: time.Now().Add(heardWithin)}
	}
	rev := h.nextRev()
	message := map[string]any{
		"type": "call", "epoch": h.epoch, "rev": rev, "id": call.ID, "speak": false, "ticket": call.Ticket, "counter": k.Code,
		"zone": k.ZoneCode, "recall": call.Recall, "speech": h.views.Speech(catalog, call, k.Code), "langs": catalog.Mall.Settings.SpokenLangs(),
	}
	if service := catalog.ServiceByID(call.ServiceID); service != nil {
		message["service"], message["service_name"] = service.Code, service.Name.In(catalog.Mall.Settings.Langs()[0])
	}
	silent, err := textFrame(rev, message)
	if err != nil {
		h.site.Log.Error("encode a call", "err", err)
		return
	}
	message["speak"] = true
	aloud, err := textFrame(rev, message)
	if err != nil {
		return
	}
	for _, zone := range zonesOf(k.ZoneCode) {
		for _, c := range h.screens[zone] {
			if c == voice {
				c.putCall(aloud)
			} else {
				c.putCall(silent)
			}
		}
	}
}

// zonesOf are the streams that carry a zone's calls.
func zonesOf(zone string) []string {
	if zone == "" {
		return []string{""}
	}
	return []string{zone, ""}
}

// voice is the one screen of a zone that speaks: the oldest whose browser lets
// it. A screen of the whole mall speaks only where the mall is a single zone.
// Where a screen that the mall has let in is there, no other browser speaks,
// not even while that one cannot: a stranger's must not make a hall silent.
func (h *Hub) voice(zone string) (best *Client) {
	candidates := h.screens[zone]
	if len(h.site.Store.Catalog().Zones) <= 1 {
		candidates = slices.Concat(candidates, h.screens[""])
	}
	paired := slices.ContainsFunc(candidates, func(c *Client) bool { return c.voice == Paired })
	for _, c := range candidates {
		switch {
		case c.voice == Onlooker, paired && c.voice != Paired, c.sound == soundBlocked:
		case best == nil, c.sound == soundOn && best.sound != soundOn:
			best = c
		}
	}
	return best
}

// wantVoices tells the store in which zones this server could speak, and with a
// screen of the mall's: of several servers one does.
func (h *Hub) wantVoices() {
	zones := map[string]bool{}
	for _, k := range h.site.Store.Catalog().Counters {
		if c := h.voice(k.ZoneCode); c != nil {
			zones[k.ZoneCode] = c.voice == Paired
		}
	}
	h.site.Store.WantVoices(zones)
}

// asked says whether a screen was asked to say a call: the voice of then, or,
// where that has gone, the voice of now, which may be the same page.
func (h *Hub) asked(c *Client, a *announced) bool {
	return a.by == c || a.left && h.voice(a.zone) == c
}

// saying notes that a screen begins to say something: nothing that waits behind
// it is missed while it has the time to say that.
func (h *Hub) saying(c *Client, now time.Time) {
	until := now.Add(phraseTakes)
	for _, a := range h.calls {
		if h.asked(c, a) && until.After(a.until) {
			a.until = until
		}
	}
}

// said notes that a call was heard, here and on the other servers. Only the
// screen that was asked may say so.
func (h *Hub) said(ctx context.Context, c *Client, id string) {
	if a := h.calls[id]; a != nil && h.asked(c, a) {
		h.wasSaid(ctx, id)
		h.site.Store.Said(id)
	}
}

// wasSaid forgets a call that was heard, however late. Where a screen of another
// server has said it, that screen lives: what waits behind it there may have to
// wait for the other languages, and takes its own time.
func (h *Hub) wasSaid(ctx context.Context, id string) {
	a := h.calls[id]
	if a == nil {
		return
	}
	delete(h.calls, id)
	until := time.Now().Add(heardWithin * time.Duration(len(h.site.Store.Settings().SpokenLangs())))
	for _, later := range h.calls {
		if a.by == nil && later.by == nil && later.zone == a.zone && later.turn > a.turn && until.After(later.until) {
			later.until = until
		}
	}
	if a.missed {
		h.tellDesks(ctx, a)
	}
}

// voiceLeft gives up what a screen that has gone was asked to say: its queue may
// have gone with it.
func (h *Hub) voiceLeft(c *Client) {
	for _, a := range h.calls {
		if a.by == c {
			a.by, a.left, a.until = nil, true, a.at.Add(heardWithin)
		}
	}
}

// listen finds the calls that nobody said in time and shows them to the officer.
func (h *Hub) listen(ctx context.Context, now time.Time) {
	for id, a := range h.calls {
		switch {
		case a.past:
			if now.Sub(a.until) > pastFor {
				delete(h.calls, id)
			}
		case !a.missed && !now.Before(a.until):
			a.missed = true
			h.tellDesks(ctx, a)
		}
	}
}

func (h *Hub) tellDesks(ctx context.Context, a *announced) {
	for c := range h.desks[a.call.CounterID] {
		h.sendDesk(ctx, c)
	}
}

// unheardFor is for the hub's own goroutine.
func (h *Hub) unheardFor(counterID int64) []string {
	tickets := []string{}
	for _, a := range h.calls {
		if a.missed && !a.past && a.call.CounterID == counterID {
			tickets = append(tickets, a.call.Ticket)
		}
	}
	return tickets
}

// UnheardAt asks the hub from another goroutine which calls nobody said.
func (h *Hub) UnheardAt(ctx context.Context, counterID int64) []string {
	got := make(chan []string, 1)
	h.do(func() { got <- h.unheardFor(counterID) })
	select {
	case tickets := <-got:
		return tickets
	case <-ctx.Done():
	case <-time.After(time.Second): // the hub has stopped
	}
	return []string{}
}
