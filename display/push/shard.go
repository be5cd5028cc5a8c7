package push

import (
	"sync"
	"time"
)

// shard is one goroutine that writes for a share of the clients, never waiting
// for a slow one.
type shard struct {
	mu    sync.Mutex
	ready [ranks][]*Client
	bell  chan struct{}
}

func newShard() *shard { return &shard{bell: make(chan struct{}, 1)} }

func (s *shard) add(c *Client) {
	s.mu.Lock()
	s.ready[c.rank] = append(s.ready[c.rank], c)
	s.mu.Unlock()
	select {
	case s.bell <- struct{}{}:
	default:
	}
}

// pop takes the next client: screens first, then consoles, then phones.
func (s *shard) pop() *Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	for r := range s.ready {
		if n := len(s.ready[r]); n > 0 {
			c := s.ready[r][0]
			s.ready[r] = s.ready[r][1:]
			if n == 1 {
				s.ready[r] = nil
			}
			return c
		}
	}
	return nil
}

// run writes until stop closes. Sockets that take nothing wait aside.
func (s *shard) run(stop <-chan struct{}) {
	var slow []*Client
	again := time.NewTicker(retryEvery)
	defer again.Stop()
	for {
		for c := s.pop(); c != nil; c = s.pop() {
			if !c.flush(writeBudget) {
				slow = append(slow, c)
			}
		}
		select {
		case <-s.bell:
		case <-again.C:
			still := slow[:0]
			for _, c := range slow {
				if !c.flush(retryBudget) {
					still = append(still, c)
				}
			}
			clear(slow[len(still):])
			slow = still
		case <-stop:
			return
		}
	}
}
