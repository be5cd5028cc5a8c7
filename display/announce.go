package display

import (
	"antre/display/voice"
	"antre/queue"
	"antre/queue/store"
)

// announcement is what the hub sends along with a call.
func (n *names) announcement(c *store.Catalog, call store.Call, counter string) any {
	return n.speeches(c, call, counter)
}

// speeches are the announcement in each of the mall's spoken languages.
func (n *names) speeches(c *store.Catalog, call store.Call, counter string) map[string]voice.Announcement {
	set := c.Mall.Settings
	school := queue.Speech{}
	if set.Speech != nil {
		school = *set.Speech
	}
	service, number, err := queue.ParseTicketCode(call.Ticket)
	if err != nil {
		return map[string]voice.Announcement{}
	}
	out := map[string]voice.Announcement{}
	for _, lang := range set.SpokenLangs() {
		out[lang] = voice.NewSpeaker(lang, school, set.Noun()).Announce(voice.Call{Service: service, Number: number, Counter: counter, Recall: call.Recall,
			Ambiguous: ambiguous(c, service), Name: n.said(c, call.ServiceID, lang)})
	}
	return out
}

// said is the name that a call ends with: of the service that the visitor is
// called for, which after a transfer is not the one that the number begins with.
// It is empty while there is no sound for it.
func (n *names) said(c *store.Catalog, serviceID int64, lang string) voice.Name {
	s := c.ServiceByID(serviceID)
	if s == nil {
		return voice.Name{}
	}
	if name := newNaming(c, lang).of(s); n.sounds.Ready(name) {
		return name
	}
	return voice.Name{}
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
