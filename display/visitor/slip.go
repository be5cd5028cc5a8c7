package visitor

import (
	"context"
	"time"

	"antre/display/view"
	"antre/printer"
	"antre/queue"
	"antre/queue/store"
)

// Slip is a ticket's paper: what was told at issue, in the language chosen
// there, so that a slip printed again is the same slip.
func (s *Room) Slip(ctx context.Context, k store.Ticket) printer.Slip {
	c, lang := s.Store.Catalog(), k.Lang
	set := c.Mall.Settings
	slip := printer.Slip{
		Lang: lang, Mall: set.Name, Code: k.Code, IssuedAt: s.Store.At(k.IssuedAt), Day: k.Day, Ahead: k.AheadTold, Footer: set.Footer.In(lang),
	}
	if c.Image(queue.LogoImage) != "" {
		if logo, err := s.Store.Image(ctx, queue.LogoImage); err != nil {
			s.Log.Error("logo", "err", err) // the number matters more
		} else if logo != nil {
			slip.Logo = logo.Content
		}
	}
	if k.WaitTold != nil {
		slip.WaitKnown = true
		slip.WaitLow, slip.WaitHigh = time.Duration(k.WaitTold.LowS)*time.Second, time.Duration(k.WaitTold.HighS)*time.Second
	}
	if len(k.Stops) > 0 {
		first := k.Stops[0].ServiceID
		if k.Journey {
			// The shortest line came first, whatever the number's series is. A slip
			// printed again leads to where the visitor must go now.
			first, slip.Stops = k.ServiceID, stopNames(c, k.Stops, lang)
		}
		if service := c.ServiceByID(first); service != nil {
			slip.Agency, slip.Service = service.Agency.Name.In(lang), service.Name.In(lang)
			slip.Requirements = view.InLang(service.Requirements, lang)
			if z, err := c.Zone(service.Agency.Zone); err == nil {
				slip.Zone, slip.Directions = z.Name.In(lang), z.Directions.In(lang)
			}
		}
	}
	if set.URL != "" {
		slip.URL = s.Links(s.Store.Token(k.ID))["page"]
		if set.Wifi != nil {
			slip.Wifi, slip.WifiCode = set.Wifi.SSID, set.Wifi.Code()
		}
	}
	return slip
}

func stopNames(c *store.Catalog, stops []store.Stop, lang string) (names []string) {
	for _, stop := range stops {
		if service := c.ServiceByID(stop.ServiceID); service != nil {
			names = append(names, service.Name.In(lang)+" \u00b7 "+view.ShortName(service.Agency, lang))
		}
	}
	return names
}
