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

// TestServers_racesOverTwo is some of the races, with people who ask two servers in turn.
func TestServers_racesOverTwo(t *testing.T) {
	t.Run("next", func(t *testing.T) { nextAtOnce(t, twoServers, 2) })
	t.Run("one visitor", func(t *testing.T) { oneVisitor(t, twoServers, 30) })
	t.Run("transferred", func(t *testing.T) { transferred(t, twoServers, 30) })
	t.Run("undo of a transfer", func(t *testing.T) { undoAgainst(t, twoServers, 30, "transfer", object{"service": "B"}) })
}
