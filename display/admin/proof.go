package admin

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"antre/display/view"
	"antre/queue/store"
)

const (
	proofPatience = 30 * time.Minute
	proofAtOnce   = 2 * time.Second // most records are walked before the browser wonders
)

// proving is the walk through the record that was asked for last. There is one
// at a time: it reads all there is.
type proving struct {
	mu    sync.Mutex
	began time.Time // zero: none yet
	took  time.Duration
	ended bool
	proof store.Proof
	err   error
	done  chan struct{} // closed at the end
}

// start begins a walk, or finds the one that runs; the channel is closed at its end.
func (p *proving) start(st *store.Store, now time.Time) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.began.IsZero() && !p.ended {
		return p.done
	}
	done := make(chan struct{})
	p.began, p.ended, p.done = now, false, done
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), proofPatience)
		defer cancel()
		at := time.Now()
		proof, err := st.Verify(ctx)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.proof, p.err, p.took, p.ended = proof, err, time.Since(at), true
		close(done)
	}()
	return done
}

// startProof has the record walked. Whoever asks while it is walked is told so.
func (s *Room) startProof(w http.ResponseWriter, r *http.Request) error {
	select {
	case <-s.proving.start(s.Store, s.Now()):
	case <-time.After(proofAtOnce):
	case <-r.Context().Done():
	}
	http.Redirect(w, r, "/admin/record#proof", http.StatusSeeOther)
	return nil
}

// proofSays is what the page says of the last walk: nothing before the first.
func (s *Room) proofSays(lang string) (text string, bad bool) {
	p := &s.proving
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.began.In(s.Store.Location()).Format(view.ClockFormat(lang))
	var broken *store.Broken
	switch {
	case p.began.IsZero():
		return "", false
	case !p.ended:
		return s.Text(lang, "admin.proof_runs", at), false
	case errors.As(p.err, &broken):
		return s.Text(lang, "admin.proof_broken", at, broken.Place(), broken.Why), true
	case p.err != nil:
		s.Log.Error("verify the record", "err", p.err)
		return s.Text(lang, "admin.proof_failed", at), true
	}
	return s.Text(lang, "admin.proof_whole", at, p.proof.Events, p.proof.Chains, p.proof.Seals, p.proof.Tickets, max(1, int(p.took.Seconds()))), false
}
