package store

import (
	"maps"
	"slices"
)

// groups finds the services that are tied to each other by counters that serve
// both, and gives each the first of its group. Whoever stands in one of their
// lines came before or after whoever stands in another.
func groups(services map[int64]*Service, counters map[int64]*Counter) map[int64]int64 {
	first := map[int64]int64{}
	for id := range services {
		first[id] = id
	}
	find := func(id int64) int64 {
		for first[id] != id {
			id = first[id]
		}
		return id
	}
	for _, k := range counters {
		tied := k.servicesOf()
		for _, id := range tied {
			a, b := find(tied[0]), find(id)
			first[max(a, b)] = min(a, b)
		}
	}
	for id := range first {
		first[id] = find(id)
	}
	return first
}

// groupsOf are the groups of some services, in the order in which they are locked.
func (c *Catalog) groupsOf(services []int64) []int64 {
	found := map[int64]bool{}
	for _, id := range services {
		found[c.group[id]] = true
	}
	return slices.Sorted(maps.Keys(found))
}
