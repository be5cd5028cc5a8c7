package push

import (
	"context"

	"antre/queue/store"
)

// sendDesks refreshes the consoles of counters that changed, or whose lines did.
func (h *Hub) sendDesks(ctx context.Context, changes []store.Change) {
	catalog := h.site.Store.Catalog()
	for id, clients := range h.desks {
		if len(clients) == 0 {
			delete(h.desks, id)
			continue
		}
		if k := catalog.CounterByID(id); k != nil && !concerns(changes, k) {
			continue
		}
		for c := range clients {
			h.sendDesk(ctx, c)
		}
	}
}

func concerns(changes []store.Change, k *store.Counter) bool {
	for _, change := range changes {
		if change.Mall || change.Counters[k.ID] {
			return true
		}
		for _, list := range [][]*store.Service{k.Own, k.Assisted} {
			for _, service := range list {
				if change.Services[service.ID] {
					return true
				}
			}
		}
	}
	return false
}

// refresh shows consoles what changes by time alone, and drops screens that the
// mall has revoked.
func (h *Hub) refresh(ctx context.Context) {
	for _, screens := range h.screens {
		for _, c := range screens {
			if c.paired != nil && !c.paired(ctx) {
				c.drop()
			}
		}
	}
	for _, clients := range h.desks {
		for c := range clients {
			h.sendDesk(ctx, c)
		}
	}
}

func (h *Hub) sendDesk(ctx context.Context, c *Client) {
	k := h.site.Store.Catalog().CounterByID(c.counterID)
	if k == nil {
		c.drop()
		return
	}
	staff, err := c.who(ctx)
	if err != nil || staff == nil || staff.ID != c.viewer.ID || !staff.MayAct(k) {
		c.drop() // signed out or sent elsewhere: the stream ends with the right to it
		return
	}
	v, err := h.site.Store.Counter(ctx, k.Code)
	if err != nil {
		c.drop()
		return
	}
	h.send(c, h.views.Counter(v, c.viewer, c.lang, h.unheardFor(c.counterID)))
}

func (h *Hub) send(c *Client, view map[string]any) {
	rev := h.nextRev()
	view["epoch"], view["rev"] = h.epoch, rev
	f, err := textFrame(rev, view)
	if err != nil {
		h.site.Log.Error("encode a frame", "err", err)
		return
	}
	c.put(f)
}

// markPhones notes whose line changed; a phone watches its own, not the hall.
func (h *Hub) markPhones(changes []store.Change) {
	for c := range h.phones {
		for _, change := range changes {
			if change.Mall || change.Tickets[c.ticketID] || change.Services[c.serviceID] {
				h.dirty[c] = true
				break
			}
		}
	}
}

func (h *Hub) flushPhones(ctx context.Context) {
	for c := range h.dirty {
		delete(h.dirty, c)
		h.sendPhone(ctx, c)
	}
}

func (h *Hub) sendPhone(ctx context.Context, c *Client) {
	k, err := h.site.Store.Ticket(ctx, c.token)
	if err != nil {
		c.drop()
		return
	}
	c.serviceID = k.ServiceID
	view := h.views.Ticket(k, c.lang)
	view["now"] = h.clock() // a phone's own may be wrong
	h.send(c, view)
}
