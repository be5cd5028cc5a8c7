package voice

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"antre/queue"
)

// Name is an agency's or a service's as the calls of a language end with it.
type Name struct {
	Lang string // of the call
	Clip string // agency-DISDUKCAPIL, service-A
	Reading
}

// AgencyClip names the clip of an agency's name.
func AgencyClip(code string) string { return "agency-" + queue.Key(code) }

// ServiceClip names the clip of a service's name.
func ServiceClip(code string) string { return "service-" + queue.Key(code) }

// IsName tells the clips of names from all others.
func IsName(clip string) bool {
	return strings.HasPrefix(clip, "agency-") || strings.HasPrefix(clip, "service-")
}

// Names holds the sounds of the mall's names, rendered ahead, so that no call
// waits for one: a name whose sound is not there is left out.
type Names struct {
	say       func(context.Context, Reading) (Sound, error)
	installed bool

	mu     sync.Mutex
	wanted []Name
	byClip map[string]Reading // by language/clip
	own    map[string]bool    // recordings of the mall, by language/clip
	made   map[Reading]*rendering
	inRow  int // failures, one after another
	lastAt time.Time
}

type rendering struct {
	wav []byte
	err error // why there is none; it is tried again later
	at  time.Time
}

// When names cannot be rendered, all of them would keep a processor busy for
// nothing: after a few the others wait, too.
const (
	tryAgainAfter = 10 * time.Minute
	enoughInRow   = 3
)

// mostNames bounds the memory: a second of a name is 44 kB. No mall has as many.
const mostNames = 500

// NewNames renders with a program.
func NewNames(p Program) *Names {
	return &Names{say: p.Say, installed: p.path != "", byClip: map[string]Reading{}, made: map[Reading]*rendering{}}
}

// Want says which names the mall has now, and which clips it has recorded
// itself, by language/clip. Sounds of others are forgotten.
func (n *Names) Want(all []Name, own map[string]bool) {
	all = slices.DeleteFunc(slices.Clone(all), func(name Name) bool { return name.Input == "" })
	if len(all) > mostNames {
		all = all[:mostNames]
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.wanted, n.own, n.byClip = all, own, map[string]Reading{}
	keep := map[Reading]*rendering{}
	for _, name := range all {
		n.byClip[name.Lang+"/"+name.Clip] = name.Reading
		if m := n.made[name.Reading]; m != nil {
			keep[name.Reading] = m
		}
	}
	n.made = keep
}

// MakeNext renders one name that has no sound yet, and says whether there was one.
func (n *Names) MakeNext(ctx context.Context) (Name, bool, error) {
	name, ok := n.next(time.Now())
	if !ok {
		return name, false, nil
	}
	sound, err := n.say(ctx, name.Reading)
	if ctx.Err() != nil {
		return name, false, nil // the server stops: it says nothing about the name
	}
	m := &rendering{err: err, at: time.Now()}
	if err == nil {
		m.wav = sound.WAV()
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.made[name.Reading] = m
	if n.inRow++; err == nil {
		n.inRow = 0
	}
	n.lastAt = m.at
	return name, true, err
}

func (n *Names) next(now time.Time) (Name, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.installed || n.inRow >= enoughInRow && now.Sub(n.lastAt) < tryAgainAfter {
		return Name{}, false
	}
	for _, name := range n.wanted {
		m := n.made[name.Reading]
		if m == nil || m.err != nil && now.Sub(m.at) >= tryAgainAfter {
			return name, true
		}
	}
	return Name{}, false
}

// Clip is the sound of a name that was rendered.
func (n *Names) Clip(lang, clip string) (wav []byte, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	m := n.made[n.byClip[lang+"/"+clip]]
	if m == nil || m.err != nil {
		return nil, false
	}
	return m.wav, true
}

// Ready says whether a name can be said this moment, as it is read now.
func (n *Names) Ready(name Name) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.byClip[name.Lang+"/"+name.Clip] != name.Reading || name.Input == "" {
		return false // the mall has just changed
	}
	m := n.made[name.Reading]
	return n.own[name.Lang+"/"+name.Clip] || m != nil && m.err == nil
}

// Trouble is why names are left out, in the order of what to do about it.
type Trouble struct {
	Missing bool // espeak-ng is not installed
	Failed  int  // names that it could not render
	Silent  int  // names that have neither a sound nor a recording
}

// Trouble looks at the names that are wanted.
func (n *Names) Trouble() (t Trouble) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, name := range n.wanted {
		if n.own[name.Lang+"/"+name.Clip] {
			continue
		}
		switch m := n.made[name.Reading]; {
		case m == nil:
			t.Silent++
		case m.err != nil:
			t.Failed, t.Silent = t.Failed+1, t.Silent+1
		}
	}
	t.Missing = !n.installed && t.Silent > 0
	return t
}
