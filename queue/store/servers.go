package store

import "time"

// Server is one of the servers of this mall.
type Server struct {
	ID      int64
	Address string        // how kiosks, consoles and screens reach it: http://…
	Clock   time.Duration // how far its clock is ahead of the database's
	Seen    time.Duration // since it was last alive
	Self    bool
}

// Servers are the servers of this mall that were alive lately, this one first.
// On SQLite there is only this one.
func (st *Store) Servers() []Server {
	return []Server{{Address: st.opts.Address, Self: true}}
}
