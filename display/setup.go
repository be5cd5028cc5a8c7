package display

import (
	"crypto/subtle"
	"net/http"
	"strings"

	"antre/display/site"
	"antre/queue"
	"antre/queue/store"
)

// maySetUp lets only the one-time link of an empty database through.
func (s *front) maySetUp(r *http.Request) error {
	n, err := s.Store.CountStaff(r.Context())
	if err != nil {
		return err
	}
	if n > 0 || s.opts.SetupKey == "" || subtle.ConstantTimeCompare([]byte(r.PathValue("key")), []byte(s.opts.SetupKey)) != 1 {
		return site.Refuse(http.StatusNotFound, "unknown_page", "Tautan ini sudah dipakai atau tidak berlaku.", "This link was used already or is not valid.")
	}
	return nil
}

func (s *front) setupPage(w http.ResponseWriter, r *http.Request) error {
	if err := s.maySetUp(r); err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, "setup.html", "setup.title", map[string]any{"Error": "", "User": "", "Name": ""})
}

// setupForm makes the first administrator and signs them in.
func (s *front) setupForm(w http.ResponseWriter, r *http.Request) error {
	if err := s.maySetUp(r); err != nil {
		return err
	}
	if err := site.ReadForm(w, r); err != nil {
		return err
	}
	if err := s.addFirst(r); err != nil {
		refusal := site.Judge(err)
		return s.Render(w, r, refusal.Status, "setup.html", "setup.title", map[string]any{
			"Error": refusal.Detail.In(s.PageLang(w, r)), "User": r.PostForm.Get("user"), "Name": r.PostForm.Get("name")})
	}
	staff, err := s.Store.StaffByUsername(r.Context(), r.PostForm.Get("user"))
	if err != nil || staff == nil {
		return err
	}
	if err := s.SignIn.Begin(w, r, staff); err != nil {
		return err
	}
	http.Redirect(w, r, "/admin", http.StatusSeeOther)
	return nil
}

func (s *front) addFirst(r *http.Request) error {
	if r.PostForm.Get("password") != r.PostForm.Get("password2") {
		return queue.Refuse(queue.Invalid, "passwords_differ", "Kedua kata sandi tidak sama.").English("The two passwords differ.").At("password2")
	}
	hash, err := s.SignIn.Hash(r.PostForm.Get("password"))
	if err != nil {
		return err
	}
	return s.Store.AddFirstStaff(r.Context(), store.Staff{
		Username: strings.TrimSpace(r.PostForm.Get("user")), Name: strings.TrimSpace(r.PostForm.Get("name")), Role: queue.Admin, PasswordHash: hash})
}
