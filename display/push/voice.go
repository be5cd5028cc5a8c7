package push

import (
	"context"
	"slices"
	"time"

	"antre/queue/store"
)

// announce sends a call to the screens of its counter's zone and of the whole
// mall. It is spoken by one screen of the zone and is never sent again.
func (h *Hub) announce(call store.Call) {
	catalog := h.site.Store.Catalog()
	k := catalog.CounterByID(call.CounterID)
	if k == nil {
		return
	}
	h.unheard[k.ID] = nil
	voice := h.voice(k.ZoneCode)
	if voice != nil && !h.site.Store.Speaks(k.ZoneCode) {
		voice = nil // a screen of another server speaks in this zone
	}
	if catalog.Screens(k.ZoneCode).Muted {
		voice = nil // somebody wanted silence: nothing is missed
	} else {
		h.calls[call.ID] = &announced{call: call, at: time.Now(), by: voice}
	}
	rev := h.nextRev()
	message := map[string]any{
		"type": "call", "epoch": h.epoch, "rev": rev, "id": call.ID, "speak": false, "ticket": call.Ticket, "counter": k.Code,
		"zone": k.ZoneCode, "recall": call.Recall, "speech": h.views.Speech(catalog, call, k.Code),
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
func (h *Hub) voice(zone string) *Client {
	candidates := h.screens[zone]
	if len(h.site.Store.Catalog().Zones) <= 1 {
		candidates = slices.Concat(candidates, h.screens[""])
	}
	for _, c := range candidates {
		if !c.mute {
			return c
		}
	}
	return nil
}

// wantVoices tells the store in which zones this server could speak: of several
// servers one does.
func (h *Hub) wantVoices() {
	zones := map[string]bool{}
	for _, k := range h.site.Store.Catalog().Counters {
		if !zones[k.ZoneCode] && h.voice(k.ZoneCode) != nil {
			zones[k.ZoneCode] = true
		}
	}
	h.site.Store.WantVoices(zones)
}

// said notes that a call was heard, here and on the other servers. Only the
// screen that was asked may say so.
func (h *Hub) said(c *Client, id string) {
	if a := h.calls[id]; a != nil && a.by == c {
		delete(h.calls, id)
		h.site.Store.Said(id)
	}
}

// listen finds the calls that nobody said in time and shows them to the officer.
func (h *Hub) listen(now time.Time) {
	for id, a := range h.calls {
		if now.Sub(a.at) < heardWithin {
			continue
		}
		delete(h.calls, id)
		h.unheard[a.call.CounterID] = []string{a.call.Ticket}
		for c := range h.desks[a.call.CounterID] {
			h.sendDesk(context.Background(), c)
		}
	}
}

// unheardFor is for the hub's own goroutine.
func (h *Hub) unheardFor(counterID int64) []string {
	return append([]string{}, h.unheard[counterID]...)
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
