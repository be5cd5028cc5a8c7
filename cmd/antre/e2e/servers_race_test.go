//go:build e2e || prove

package e2e

import (
	"testing"

	"antre/queue/store/pgtest"
)

// place opens a mall's servers.
type place func(t *testing.T, mall string) []*server

func oneServer(t *testing.T, mall string) []*server { return []*server{newServer(t, mall)} }

func twoServers(t *testing.T, mall string) []*server { return newServers(t, pgtest.URL(t), mall, 2) }

// races are all the ways in which people reach for the same thing at the same
// moment; each is run the fraction of its usual rounds.
func races(t *testing.T, where place, part int) {
	t.Run("next", func(t *testing.T) { nextAtOnce(t, where, 100/part) })
	t.Run("one visitor", func(t *testing.T) { oneVisitor(t, where, 500/part) })
	t.Run("held", func(t *testing.T) { heldVisitor(t, where, 300/part) })
	t.Run("transferred", func(t *testing.T) { transferred(t, where, 500/part) })
	t.Run("two browsers", func(t *testing.T) { twoTabs(t, where, 300/part) })
	t.Run("two undos", func(t *testing.T) { twoUndos(t, where, 300/part) })
	t.Run("undo of a transfer", func(t *testing.T) { undoAgainst(t, where, 500/part, "transfer", object{"service": "B"}) })
	t.Run("undo of a hold", func(t *testing.T) { undoAgainst(t, where, 300/part, "hold", object{"reason": "fotokopi"}) })
}

// TestServers_racesOverTwo is the races with people who ask two servers in turn.
func TestServers_racesOverTwo(t *testing.T) { races(t, twoServers, 20) }
