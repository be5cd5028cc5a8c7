package site

import (
	"testing"
	"time"
)

func TestBackoff_doublesAfterHonestMistakes(t *testing.T) {
	b := newBackoff()
	now := testNow()
	for range freeGuesses - 1 {
		b.failed(now, []string{"user:ANI"})
	}
	if b.wait(now, []string{"user:ANI"}) != 0 {
		t.Error("honest mistakes are punished")
	}
	last := b.wait(now, []string{"user:ANI"})
	for range 12 {
		b.failed(now, []string{"user:ANI"})
		wait := b.wait(now, []string{"user:ANI"})
		if wait <= last && wait != longestWait {
			t.Errorf("the wait went from %v to %v", last, wait)
		}
		last = wait
	}
	if last != longestWait {
		t.Errorf("the longest wait is %v", last)
	}
}

func testNow() time.Time { return time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC) }
