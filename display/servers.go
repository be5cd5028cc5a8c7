package display

import "net/http"

// getServers names the servers of this mall, this one first, so that kiosks,
// consoles and screens know where to go when it does not answer. Other servers
// ask it for the newest primary of the database it has seen.
func (s *Server) getServers(w http.ResponseWriter, _ *http.Request) error {
	servers := []map[string]any{}
	for _, address := range s.addresses() {
		servers = append(servers, map[string]any{"address": address})
	}
	return answer(w, http.StatusOK, false, map[string]any{"servers": servers, "timeline": s.st.Timeline()})
}

// addresses are those of all servers of this mall: as told on the command line,
// or those that were alive in the last minutes.
func (s *Server) addresses() (all []string) {
	if len(s.opts.Servers) > 0 {
		return s.opts.Servers
	}
	for _, server := range s.st.Servers() {
		if server.Address != "" {
			all = append(all, server.Address)
		}
	}
	return all
}
