package main

import (
	"math"
	"time"

	"antre/display/voice"
)

// chime is ours: two falling bell notes, a major third apart, each with three
// partials that die away the faster the higher they are.
func chime() voice.Sound {
	const second = 380 * time.Millisecond
	out := make(voice.Sound, int(1150*time.Millisecond*voice.Rate/time.Second))
	for _, note := range []struct {
		at    time.Duration
		pitch float64 // Hz
	}{{0, 784}, {second, 622.25}} {
		from := int(note.at * voice.Rate / time.Second)
		for i := range out[from:] {
			t := float64(i) / voice.Rate
			attack := min(1, t/0.006)
			for k, part := range []float64{1, 0.35, 0.12} {
				h := float64(k + 1)
				out[from+i] += 0.3 * part * attack * math.Exp(-t*5.5*h) * math.Sin(2*math.Pi*note.pitch*h*t)
			}
		}
	}
	keep := voice.Rate / 20 // the last note ends before it clicks
	for i := range keep {
		out[len(out)-1-i] *= float64(i) / float64(keep)
	}
	return out
}
