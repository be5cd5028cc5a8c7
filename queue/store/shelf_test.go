package store

import (
	"errors"
	"testing"
)

func TestShelf_readsEachVersionOnceAndForgetsWhatIsGone(t *testing.T) {
	var s shelf[*int]
	reads := 0
	get := func(version string) *int {
		v, err := s.get("one", version, func() (*int, error) { reads++; n := reads; return &n, nil })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if a, b := get("1"), get("1"); a != b || *a != 1 {
		t.Errorf("the same version is %d and %d", *a, *b)
	}
	if v := get("2"); *v != 2 {
		t.Errorf("a new version is read as %d", *v)
	}
	broken := errors.New("the disk")
	if _, err := s.get("one", "3", func() (*int, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("a fault is %v", err)
	}
	if v := get("3"); *v != 3 {
		t.Errorf("after a fault it is read as %d", *v)
	}
	s.drop("one")
	if v := get("3"); *v != 4 {
		t.Errorf("after it went and came back it is %d", *v)
	}
}
