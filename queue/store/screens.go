package store

import (
	"context"

	"antre/queue"
)

// ZoneScreens are how loud the screens of a zone are, and what is said on them
// over everything else.
type ZoneScreens struct {
	Volume  int // percent of what the television is set to
	Muted   bool
	Message queue.Text // empty when there is none
}

// screensKey is where a zone's are kept: a mall of one zone, or without any,
// is one hall.
func (c *Catalog) screensKey(zone string) string {
	if len(c.Zones) <= 1 {
		return ""
	}
	return queue.Key(zone)
}

// Screens are those of a zone as its people set them; "" is the whole mall.
func (c *Catalog) Screens(zone string) ZoneScreens {
	if s, ok := c.screens[c.screensKey(zone)]; ok {
		return s
	}
	return ZoneScreens{Volume: 100}
}

// Message is what stands on a zone's screens over everything: its own, or the
// whole mall's. Empty when nothing does.
func (c *Catalog) Message(zone string) queue.Text {
	if own := c.Screens(zone).Message; len(own) > 0 {
		return own
	}
	return c.screens[""].Message
}

func (l *loader) screens() {
	l.c.screens = map[string]ZoneScreens{}
	var key, message string
	var s ZoneScreens
	l.each([]any{&key, &s.Volume, &s.Muted, &message}, func() error {
		one := ZoneScreens{Volume: s.Volume, Muted: s.Muted}
		err := fromJSON(message, &one.Message)
		l.c.screens[key] = one
		return err
	}, "SELECT zone_key, volume, muted, message FROM zone_screens")
}

// SetScreens changes how loud a zone's screens are and what is said on them;
// zone "" is the whole mall. The edge checks the right. Publishes that
// everything may have changed.
func (st *Store) SetScreens(ctx context.Context, by By, zone string, s ZoneScreens) error {
	if s.Volume < 0 || s.Volume > 100 {
		return queue.Refuse(queue.Invalid, "bad_value", "Isi keras suara dengan angka 0 sampai 100.").English("Set the volume to a number from 0 to 100.").At("volume")
	}
	if zone != "" {
		if _, err := st.Catalog().Zone(zone); err != nil {
			return err
		}
	}
	muted := 0
	if s.Muted {
		muted = 1
	}
	return st.redefine(ctx, by, func(t *txn) error {
		c, message := t.catalog(), ""
		before := c.Screens(zone)
		if len(s.Message) > 0 {
			message = jsonText(s.Message)
		}
		if _, err := t.exec(`INSERT INTO zone_screens (zone_key, volume, muted, message) VALUES (?, ?, ?, ?)
			ON CONFLICT (zone_key) DO UPDATE SET volume = excluded.volume, muted = excluded.muted, message = excluded.message`,
			c.screensKey(zone), s.Volume, muted, message); err != nil {
			return err
		}
		return t.recordScreens(zone, before, s)
	})
}

// recordScreens records what of a zone's screens is another than before. What
// was said stands beside the chain, for it may name somebody.
func (t *txn) recordScreens(zone string, before, s ZoneScreens) error {
	if before.Volume != s.Volume || before.Muted != s.Muted {
		if _, err := t.record(event{kind: "sound_changed", detail: map[string]any{"zone": zone, "volume": s.Volume, "muted": s.Muted}}); err != nil {
			return err
		}
	}
	said, says := before.Message.In("id"), s.Message.In("id")
	if said == says {
		return nil
	}
	kind, notes := "message_removed", map[string]string(nil)
	if says != "" {
		kind, notes = "message_shown", map[string]string{"message": says}
	}
	_, err := t.record(event{kind: kind, detail: map[string]any{"zone": zone}, notes: notes})
	return err
}
