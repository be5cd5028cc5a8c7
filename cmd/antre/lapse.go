package main

import (
	"context"
	"sync"
	"time"

	"antre/queue"
)

// lapse is a clock that runs faster than life.
type lapse struct {
	speed float64

	mu    sync.Mutex
	from  time.Time // simulated
	since time.Time // real
}

func newLapse(from time.Time, speed float64) *lapse {
	return &lapse{speed: speed, from: from, since: time.Now()}
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
func (l *lapse) sleep(ctx context.Context, d time.Duration) bool { return l.sleepOr(ctx, d, nil) }

// sleepOr is sleep that a bell ends earlier.
func (l *lapse) sleepOr(ctx context.Context, d time.Duration, bell <-chan struct{}) bool {
	t := time.NewTimer(time.Duration(float64(d) / l.speed))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-bell:
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

// nextOpening is when a mall opens on a day, or on the first day after it on
// which it does: nobody wants to look at a closed mall.
func nextOpening(def *queue.Mall, day time.Time) time.Time {
	midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, def.Settings.Location())
	if len(def.Hours) == 0 {
		return midnight.Add(usualOpening)
	}
	if at := queue.CalendarOf(def).Opens(queue.Schedule{}, midnight); !at.IsZero() {
		return at
	}
	return midnight.Add(usualOpening)
}
