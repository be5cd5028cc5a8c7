package store

import "sync"

// shelf keeps in memory what many read and few change, each in its newest
// version: it stands there once, however many ask for it and however slowly
// they take it. What it gives is shared and must not be changed.
type shelf[V any] struct {
	mu   sync.Mutex
	kept map[string]shelved[V]
}

type shelved[V any] struct {
	version string
	value   V
}

// get gives what stands under a name, reading it when its version is another.
func (s *shelf[V]) get(name, version string, read func() (V, error)) (V, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one, ok := s.kept[name]; ok && one.version == version {
		return one.value, nil
	}
	value, err := read()
	if err != nil {
		return value, err
	}
	if s.kept == nil {
		s.kept = map[string]shelved[V]{}
	}
	s.kept[name] = shelved[V]{version, value}
	return value, nil
}

// drop forgets what is no more.
func (s *shelf[V]) drop(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kept, name)
}
