package display

import (
	"context"
	"slices"
	"sync"
	"time"

	"antre/display/site"
	"antre/display/voice"
	"antre/queue"
	"antre/queue/store"
)

// names keeps the sounds of agencies' and services' names ahead of the calls
// that end with them: rendered at the start and whenever the mall changes.
type names struct {
	site    *site.Site
	sounds  *voice.Names
	bell    chan struct{} // the mall may have changed
	looking sync.Mutex    // whoever looks last also tells last
}

// lookEvery is how soon a recording is heard that was made on another server.
const lookEvery = 10 * time.Second

func newNames(base *site.Site) *names {
	return &names{site: base, sounds: voice.NewNames(voice.FindEspeak()), bell: make(chan struct{}, 1)}
}

// ring has the mall looked at soon. It never blocks.
func (n *names) ring() {
	select {
	case n.bell <- struct{}{}:
	default:
	}
}

// run renders one name at a time, until the context ends.
func (n *names) run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	told := false
	for {
		n.look(ctx)
		if !told && n.sounds.Trouble().Missing {
			told = true
			n.site.Log.Warn("names of agencies and services are left out of calls: install espeak-ng (apt install espeak-ng) and start antre again, or record them")
		}
		for len(n.bell) == 0 && n.makeNext(ctx) {
		}
		select {
		case <-ctx.Done():
			return
		case <-n.bell:
		case <-tick.C:
		}
	}
}

func (n *names) makeNext(ctx context.Context) bool {
	name, more, err := n.sounds.MakeNext(ctx)
	if err != nil {
		n.site.Log.Warn("a name is left out of calls", "lang", name.Lang, "clip", name.Clip, "err", err)
	}
	return more
}

// look learns which names the mall has now, and which of them it has recorded.
func (n *names) look(ctx context.Context) {
	n.looking.Lock()
	defer n.looking.Unlock()
	c := n.site.Store.Catalog()
	var all []voice.Name
	for _, lang := range c.Mall.Settings.SpokenLangs() {
		all = append(all, namesOf(c, lang)...)
	}
	own := map[string]bool{}
	if len(all) > 0 {
		clips, err := n.site.Store.OwnClips(ctx)
		if err != nil {
			return // it is asked again soon
		}
		for _, clip := range clips {
			own[clip.Lang+"/"+clip.Name] = true
		}
	}
	n.sounds.Want(all, own)
}

// namesOf are all names that the mall's calls can end with in a language.
func namesOf(c *store.Catalog, lang string) (all []voice.Name) {
	read := newNaming(c, lang)
	for _, s := range c.Services {
		name := read.of(s)
		if name.Clip != "" && !slices.ContainsFunc(all, func(other voice.Name) bool { return other.Clip == name.Clip }) {
			all = append(all, name)
		}
	}
	return all
}

// naming gives services the name that the mall's calls end with.
type naming struct {
	lang    string
	what    string // queue.SayAgency, queue.SayService, "" for none
	readers map[string]voice.Reader
}

func newNaming(c *store.Catalog, lang string) naming {
	n := naming{lang: lang, what: c.Mall.Settings.SpokenName()}
	if n.what != "" {
		school := *c.Mall.Settings.Speech
		n.readers = map[string]voice.Reader{voice.Indonesian: voice.NewReader(voice.Indonesian, school), voice.English: voice.NewReader(voice.English, school)}
	}
	return n
}

// of is the name for one service. One that the mall has in Indonesian alone
// keeps its Indonesian sounds in every call: an English voice would make it a
// name that nobody knows.
func (n naming) of(s *store.Service) voice.Name {
	text, clip := s.Name, voice.ServiceClip(s.Code)
	switch n.what {
	case "":
		return voice.Name{}
	case queue.SayAgency:
		text, clip = s.Agency.Name, voice.AgencyClip(s.Agency.Code)
		if s.Agency.Short != "" {
			text = queue.Text{voice.Indonesian: s.Agency.Short}
		}
	}
	if n.lang == voice.English && text[voice.English] != "" {
		return voice.Name{Lang: n.lang, Clip: clip, Reading: n.readers[voice.English].Read(text[voice.English], nil)}
	}
	return voice.Name{Lang: n.lang, Clip: clip, Reading: n.readers[voice.Indonesian].Read(text[voice.Indonesian], s.Agency.Say)}
}
