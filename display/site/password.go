package site

import (
	"net/http"

	"antre/queue"
	"antre/queue/store"
)

// passwordPage is where anybody who is signed in changes their own password.
func (s *Site) passwordPage(w http.ResponseWriter, r *http.Request) error {
	if _, err := PermitOf(r); err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, "password.html", "password.title", map[string]any{"Error": "", "At": "", "Done": r.URL.Query().Get("saved") != ""})
}

// passwordForm sets it. All sessions of the account end but this one, which
// begins anew; guessing the old one is held back like at sign-in.
func (s *Site) passwordForm(w http.ResponseWriter, r *http.Request) error {
	p, err := PermitOf(r)
	if err != nil {
		return err
	}
	if err := ReadForm(w, r); err != nil {
		return err
	}
	if err := s.changePassword(r, p.Staff); err != nil {
		refusal := Mistake(err)
		if refusal == nil {
			return err
		}
		if refusal.Status == http.StatusUnauthorized { // the session is good; what was typed is not
			refusal.Status = http.StatusUnprocessableEntity
		}
		setRetryAfter(w, refusal)
		return s.Render(w, r, refusal.Status, "password.html", "password.title", map[string]any{"Error": refusal.Detail.In(s.PageLang(w, r)), "At": refusal.Field, "Done": false})
	}
	staff, err := s.Store.StaffByID(r.Context(), p.Staff.ID)
	if err != nil || staff == nil {
		return err
	}
	if err := s.SignIn.Begin(w, r, staff); err != nil {
		return err
	}
	http.Redirect(w, r, "/password?saved=1", http.StatusSeeOther)
	return nil
}

func (s *Site) changePassword(r *http.Request, staff *store.Staff) error {
	if _, err := s.SignIn.check(r, staff.Username, r.PostForm.Get("old"), s.Now()); err != nil {
		if refusal := Judge(err); refusal.Status == http.StatusUnauthorized {
			return queue.Refuse(queue.Invalid, "wrong_password", "Kata sandi sekarang salah.").English("The present password is wrong.").At("old")
		}
		return err
	}
	if r.PostForm.Get("password") != r.PostForm.Get("password2") {
		return queue.Refuse(queue.Invalid, "passwords_differ", "Kedua kata sandi tidak sama.").English("The two passwords differ.").At("password2")
	}
	hash, err := s.SignIn.Hash(r.PostForm.Get("password"))
	if err != nil {
		return err
	}
	return s.Store.ResetPassword(r.Context(), store.By{Actor: "staff", StaffID: staff.ID}, staff.Username, hash)
}
