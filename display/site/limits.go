package site

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const limitsKept = 10_000 // addresses; more are a flood, and then all start afresh

// Limits counts what each address may ask.
type Limits struct {
	mu        sync.Mutex
	byAddr    map[netip.Addr]*rate.Limiter
	perSecond rate.Limit
	burst     int
}

// NewLimits has seen nobody yet. Each address may ask burst times at once, and
// then so many times a second.
func NewLimits(perSecond float64, burst int) *Limits {
	return &Limits{byAddr: map[netip.Addr]*rate.Limiter{}, perSecond: rate.Limit(perSecond), burst: burst}
}

// Check refuses an address that asks too fast; the machine itself never does.
func (l *Limits) Check(addr netip.Addr, now time.Time) error {
	if addr.IsLoopback() {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.byAddr) > limitsKept {
		clear(l.byAddr)
	}
	lim := l.byAddr[addr]
	if lim == nil {
		lim = rate.NewLimiter(l.perSecond, l.burst)
		l.byAddr[addr] = lim
	}
	if lim.AllowN(now, 1) {
		return nil
	}
	return Refuse(http.StatusTooManyRequests, "too_many_requests", "Terlalu banyak permintaan. Tunggu sebentar.",
		"Too many requests. Wait a moment.").After(1)
}

// Five honest mistakes are free; then each guess doubles the wait, to five
// minutes. Behind one address there may be a whole hall of officers.
const (
	freeGuesses     = 5
	freeFromAddress = 30
	longestWait     = 5 * time.Minute
	forgetOne       = 10 * time.Minute // after which one guess is forgotten
	addressKey      = "addr:"
)

// backoff holds back accounts and addresses that guess.
type backoff struct {
	mu    sync.Mutex
	fails map[string]fails
}

type fails struct {
	n     int
	at    time.Time // of the last
	until time.Time
}

func newBackoff() *backoff { return &backoff{fails: map[string]fails{}} }

func (b *backoff) wait(now time.Time, keys []string) (longest time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, k := range keys {
		longest = max(longest, b.fails[k].until.Sub(now))
	}
	return longest
}

func (b *backoff) failed(now time.Time, keys []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.fails) > limitsKept {
		clear(b.fails)
	}
	for _, k := range keys {
		f, free := b.fails[k], freeGuesses
		if strings.HasPrefix(k, addressKey) {
			free = freeFromAddress
		}
		if past := int(now.Sub(f.at) / forgetOne); !f.at.IsZero() && past > 0 {
			f.n = max(0, f.n-past)
		}
		f.n++
		f.at = now
		if over := f.n - free; over >= 0 {
			f.until = now.Add(min(longestWait, time.Second<<min(over, 10)))
		}
		b.fails[k] = f
	}
}

func (b *backoff) forgive(keys []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, k := range keys {
		delete(b.fails, k)
	}
}
