package main

import (
	"context"
	"strings"
	"sync"
	"time"

	"antre/queue"
)

// lapse is a clock that runs faster than life. A nil lapse is life itself.
type lapse struct {
	speed float64

	mu    sync.Mutex
	from  time.Time // simulated
	since time.Time // real
}

func newLapse(from time.Time, speed float64) *lapse {
	return &lapse{speed: speed, from: from, since: time.Now()}
}

// clock is what the store asks for the time; nil lets it use the machine's.
func (l *lapse) clock() func() time.Time {
	if l == nil {
		return nil
	}
	return l.now
}

func (l *lapse) now() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.from.Add(time.Duration(float64(time.Since(l.since)) * l.speed))
}

// jump moves on to a later moment: the night is not worth watching.
func (l *lapse) jump(to time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.from, l.since = to, time.Now()
}

// sleep waits for a simulated while; false means that the demo is over.
func (l *lapse) sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(time.Duration(float64(d) / l.speed))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// until waits for a simulated moment.
func (l *lapse) until(ctx context.Context, at time.Time) bool {
	d := at.Sub(l.now())
	return d <= 0 && ctx.Err() == nil || l.sleep(ctx, d)
}

// usualOpening is when most malls of the measured ones open.
const usualOpening = 8 * time.Hour

// openingTime is today's opening of a mall, in its own zone of time.
func openingTime(def *queue.Mall) time.Time {
	now := time.Now().In(def.Settings.Location())
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	return midnight.Add(opensAt(def))
}

// opensAt reads the first interval of the week, whatever day it stands under.
func opensAt(def *queue.Mall) time.Duration {
	first := time.Duration(-1)
	for _, hours := range def.Hours {
		for _, interval := range hours.Open {
			from, _, _ := strings.Cut(interval, "-")
			if at, err := time.Parse("15:04", from); err == nil {
				d := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
				if first < 0 || d < first {
					first = d
				}
			}
		}
	}
	if first < 0 {
		return usualOpening
	}
	return first
}
