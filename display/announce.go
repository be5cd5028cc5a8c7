package display

import (
	"antre/display/voice"
	"antre/queue"
	"antre/queue/store"
)

// announcement is what the hub sends along with a call.
func announcement(c *store.Catalog, ticket, counter string, recall bool) any {
	return speeches(c, ticket, counter, recall)
}

// speeches are the announcement in each of the mall's spoken languages.
func speeches(c *store.Catalog, ticket, counter string, recall bool) map[string]voice.Announcement {
	set := c.Mall.Settings
	langs := []string{"id"}
	school := queue.Speech{}
	if set.Speech != nil {
		school = *set.Speech
		if len(school.Languages) > 0 {
			langs = school.Languages
		}
	}
	service, number, err := queue.ParseTicketCode(ticket)
	if err != nil {
		return map[string]voice.Announcement{}
	}
	out := map[string]voice.Announcement{}
	for _, lang := range langs {
		out[lang] = voice.NewSpeaker(lang, school, set.Noun()).Announce(voice.Call{Service: service, Number: number, Counter: counter, Recall: recall, Ambiguous: ambiguous(c, service)})
	}
	return out
}

// ambiguous says that a code without its last digits is a code of the mall
// too: then A1-001 and A-1001 would sound alike but for a pause.
func ambiguous(c *store.Catalog, code string) bool {
	for short := code; short != "" && short[len(short)-1] >= '0' && short[len(short)-1] <= '9'; {
		short = short[:len(short)-1]
		if _, err := c.Service(short); err == nil {
			return true
		}
	}
	return false
}
