package admin

import (
	"errors"
	"net/http"
	"strings"

	"antre/display/site"
	"antre/display/view"
	"antre/queue"
	"antre/queue/store"
)

func (s *Room) showPeople(w http.ResponseWriter, r *http.Request) error {
	people, err := s.Store.AllStaff(r.Context())
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "admin-people.html", "admin.title", map[string]any{"People": people})
}

// personPage is the form of somebody's account.
func (s *Room) personPage(w http.ResponseWriter, r *http.Request, status int, p store.Staff, isNew bool, wrong *site.Refusal) error {
	c, lang := s.Store.Catalog(), s.PageLang(w, r)
	var counters, roles []option
	for _, k := range c.Counters {
		counters = append(counters, option{k.Code, s.Store.Settings().Noun() + " " + k.Code + " · " + view.ServiceNames(k, lang)})
	}
	for _, role := range queue.Roles() {
		roles = append(roles, option{string(role), s.Text(lang, "admin.role."+string(role))})
	}
	chosen := map[string]bool{}
	for _, k := range p.Counters {
		chosen[k] = true
	}
	page := map[string]any{"Person": p, "New": isNew, "Counters": counters, "Roles": roles, "Chosen": chosen, "Agencies": agenciesOf(s, &draft{mall: c.Mall}, lang)[1:], "Why": r.PostForm.Get(whyField), "Error": "", "At": ""}
	if wrong != nil {
		page["Error"], page["At"] = wrong.Detail.In(lang), wrong.Field
	}
	return s.render(w, r, status, "admin-person.html", "admin.title", page)
}

func (s *Room) showPerson(w http.ResponseWriter, r *http.Request) error {
	if r.PathValue("user") == "new" {
		p := store.Staff{Role: queue.Officer}
		if k := r.URL.Query().Get("counter"); k != "" {
			p.Counters = []string{k}
		}
		return s.personPage(w, r, http.StatusOK, p, true, nil)
	}
	p, err := s.Store.StaffByUsername(r.Context(), r.PathValue("user"))
	if err != nil {
		return err
	}
	if p == nil {
		return site.Refuse(http.StatusNotFound, "unknown_user", "Pengguna ini tidak ada.", "There is no such user.")
	}
	return s.personPage(w, r, http.StatusOK, *p, false, nil)
}

// savePerson adds or changes an account, sets its password, or keeps it out.
func (s *Room) savePerson(w http.ResponseWriter, r *http.Request) error {
	if err := site.ReadForm(w, r); err != nil {
		return err
	}
	p := store.Staff{Username: strings.TrimSpace(r.PostForm.Get("user")), Name: strings.TrimSpace(r.PostForm.Get("name")),
		Role: queue.Role(r.PostForm.Get("role")), Agency: r.PostForm.Get("agency"), Counters: codes(r.PostForm["counters"])}
	isNew := r.PathValue("user") == "new"
	if !isNew {
		p.Username = r.PathValue("user")
	}
	if p.Role == queue.Manager || p.Role == queue.Admin {
		p.Agency = "" // the whole mall is theirs
	}
	if do := r.PostForm.Get("do"); do == "disable" || do == "password" { // forms of their own, without the rest
		known, err := s.Store.StaffByUsername(r.Context(), p.Username)
		if err != nil {
			return err
		}
		if known != nil {
			p = *known
		}
	}
	err := s.changePerson(r, p, isNew)
	if err == nil {
		return saved(w, r, "/admin/people")
	}
	refusal := site.Mistake(err)
	if refusal == nil {
		return err
	}
	return s.personPage(w, r, refusal.Status, p, isNew, refusal)
}

func (s *Room) changePerson(r *http.Request, p store.Staff, isNew bool) error {
	by, err := s.by(r)
	if err != nil {
		return err
	}
	password := r.PostForm.Get("password")
	hash := ""
	if isNew || password != "" {
		if hash, err = s.SignIn.Hash(password); err != nil {
			return err
		}
	}
	switch r.PostForm.Get("do") {
	case "disable":
		if permit, err := site.PermitOf(r); err != nil || permit.Staff.ID == p.ID {
			return errors.Join(err, queue.Refuse(queue.Conflict, "own_account", "Ini akun Anda sendiri. Minta administrator lain menonaktifkannya.").
				English("This is your own account. Ask another administrator to keep it out."))
		}
		return s.Store.DisableStaff(r.Context(), by, p.Username)
	case "password":
		if hash == "" {
			hash, err = s.SignIn.Hash(password)
		}
		if err != nil {
			return err
		}
		return s.Store.ResetPassword(r.Context(), by, p.Username, hash)
	}
	if isNew {
		p.PasswordHash = hash
		return s.Store.AddStaff(r.Context(), by, p)
	}
	return s.Store.ChangeStaff(r.Context(), by, p)
}
