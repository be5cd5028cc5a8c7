package site

import (
	"net/http"
	"strings"

	"antre/queue"
	"antre/queue/store"
)

func (s *Site) signInPage(w http.ResponseWriter, r *http.Request) error {
	return s.Render(w, r, http.StatusOK, "sign-in.html", "sign-in.title", map[string]any{"Next": LocalPath(r.URL.Query().Get("next")), "Error": "", "User": ""})
}

func (s *Site) signInForm(w http.ResponseWriter, r *http.Request) error {
	if err := ReadForm(w, r); err != nil {
		return err
	}
	next := LocalPath(r.PostForm.Get("next"))
	staff, err := s.SignIn.check(r, r.PostForm.Get("user"), r.PostForm.Get("password"), s.Now())
	if err != nil {
		refusal := Judge(err)
		setRetryAfter(w, refusal)
		return s.Render(w, r, refusal.Status, "sign-in.html", "sign-in.title",
			map[string]any{"Next": next, "Error": refusal.Detail.In(s.PageLang(w, r)), "User": r.PostForm.Get("user")})
	}
	if err := s.SignIn.Begin(w, r, staff); err != nil {
		return err
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

func (s *Site) signOutForm(w http.ResponseWriter, r *http.Request) error {
	if err := s.SignIn.end(w, r); err != nil {
		return err
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}

func sessionView(st *store.Staff, all []*store.Counter) map[string]any {
	counters := []string{}
	for _, k := range all {
		if st.MayAct(k) {
			counters = append(counters, k.Code)
		}
	}
	return map[string]any{"user": st.Username, "name": st.Name, "role": st.Role, "counters": counters}
}

func (s *Site) postSession(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		User     string `json:"user"`
		Password string `json:"password"`
	}
	if _, err := Decode(w, r, &in); err != nil {
		return err
	}
	for field, value := range map[string]string{"user": in.User, "password": in.Password} {
		if strings.TrimSpace(value) == "" {
			return queue.Refuse(queue.Invalid, "missing_field", "Isi %q.", field).English("Fill in %q.", field).At(field)
		}
	}
	staff, err := s.SignIn.check(r, in.User, in.Password, s.Now())
	if err != nil {
		return err
	}
	if err := s.SignIn.Begin(w, r, staff); err != nil {
		return err
	}
	return Answer(w, http.StatusOK, false, sessionView(staff, s.Store.Catalog().Counters))
}

func (s *Site) getSession(w http.ResponseWriter, r *http.Request) error {
	p, err := PermitOf(r)
	if err != nil {
		return err
	}
	return Answer(w, http.StatusOK, false, sessionView(p.Staff, s.Store.Catalog().Counters))
}

func (s *Site) deleteSession(w http.ResponseWriter, r *http.Request) error {
	if err := s.SignIn.end(w, r); err != nil {
		return err
	}
	return Answer(w, http.StatusNoContent, false, nil)
}
