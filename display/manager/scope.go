package manager

import (
	"net/http"

	"antre/display/site"
	"antre/queue"
	"antre/queue/store"
)

// scope is what somebody looks at: one agency, or nil for the whole mall. A
// supervisor looks at their own agency where the address names none.
func (s *Room) scope(r *http.Request) (*store.Staff, *queue.Agency, error) {
	p, err := site.PermitOf(r)
	if err != nil {
		return nil, nil, err
	}
	code := r.PathValue("agency")
	if code == "" {
		code = r.URL.Query().Get("agency")
	}
	scope, err := s.scopeOf(p.Staff, code)
	return p.Staff, scope, err
}

func (s *Room) scopeOf(staff *store.Staff, code string) (*queue.Agency, error) {
	if code == "" && staff.Role == queue.Supervisor {
		code = staff.Agency
	}
	if code == "" {
		return nil, nil //nolint:nilnil // the whole mall
	}
	mall := s.Store.Catalog().Mall
	for i := range mall.Agencies {
		a := &mall.Agencies[i]
		if queue.Key(a.Code) != queue.Key(code) {
			continue
		}
		if !staff.Reaches(a) {
			return nil, queue.Refuse(queue.Forbidden, "wrong_agency", "Instansi %s bukan instansi Anda.", a.Code).English("Agency %s is not yours.", a.Code)
		}
		return a, nil
	}
	return nil, queue.Refuse(queue.NotFound, "unknown_agency", "Instansi %q tidak ada.", code).English("There is no agency %q.", code)
}

// within says whether an agency is part of what somebody looks at.
func within(scope, a *queue.Agency) bool { return scope == nil || scope.Code == a.Code }
