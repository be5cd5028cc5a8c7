package site

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"antre/queue/store"
)

// getServers names the servers of this mall, this one first, so that kiosks,
// consoles and screens know where to go when it does not answer. Other servers
// ask it for the newest primary of the database it has seen.
func (s *Site) getServers(w http.ResponseWriter, _ *http.Request) error {
	servers := []map[string]any{}
	for _, address := range s.addresses() {
		servers = append(servers, map[string]any{"address": address})
	}
	return Answer(w, http.StatusOK, false, map[string]any{"servers": servers, "timeline": s.Store.Timeline()})
}

// addresses are those of all servers of this mall: as told on the command line,
// or those that were alive in the last minutes. Pages go there by themselves,
// so nothing but the name of a site is taken from them.
func (s *Site) addresses() []string {
	all := []string{} // a page reads a list, however short
	told := s.opts.Servers
	if len(told) == 0 {
		for _, server := range s.Store.Servers() {
			told = append(told, server.Address)
		}
	}
	for _, address := range told {
		u, err := url.Parse(address)
		if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && safeHost(u.Host) == u.Host {
			all = append(all, u.Scheme+"://"+u.Host)
		}
	}
	return all
}

// elsewhere is what a page must know to go on at another server when this one
// is gone: where the others are, as whom this browser has asked so far, and for
// whoever is signed in a pass that lets them in there.
func (s *Site) elsewhere(r *http.Request, user *store.Staff) map[string]any {
	servers := s.addresses()
	out := map[string]any{"servers": servers}
	device, err := s.Device(r)
	if err == nil && device != nil && device.State == store.DeviceAccepted {
		out["page"] = DevicePage(device) // it is a screen of the mall, which says that it lives
	}
	if s.opts.Throwaway || len(servers) < 2 {
		return out
	}
	caller := "address " + Remote(r).String()
	out["caller"] = caller + "." + s.Store.Sign("caller", caller)
	if out["page"] != nil {
		out["device"] = s.deviceMark(device.ID)
	}
	if user != nil {
		out["pass"] = s.pass(user)
	}
	return out
}

// others are the servers of the mall as a policy for pages names them: a page
// may ask them whether they are there, and hand itself over.
func (s *Site) others() (sources string) {
	for _, address := range s.addresses() {
		sources += " " + address
	}
	return sources
}

// callerHeader carries as whom a browser has asked another server of this mall:
// a kiosk that stands on one of them has another address at the next, and a
// press must stay the same press.
const callerHeader = "Antre-Caller"

// VisitorOf names who asks, for retries.
func (s *Site) VisitorOf(r *http.Request) string {
	told := r.Header.Get(callerHeader)
	if i := strings.LastIndexByte(told, '.'); i > 0 && s.Store.Signed("caller", told[:i], told[i+1:]) {
		return told[:i]
	}
	return "address " + Remote(r).String()
}

// passLife is as long as a session: whoever could work here may work there.
const passLife = sessionLife

// pass lets a member of staff in at another server of this mall without their
// password. It dies with the account, a new password or the day's work.
func (s *Site) pass(user *store.Staff) string {
	text := fmt.Sprintf("%d %d %d", user.ID, user.SignOutRev, s.Now().Add(passLife).Unix())
	return text + " " + s.Store.Sign("pass", text)
}

// passed finds whose pass it is, nil when it lets nobody in.
func (s *Site) passed(ctx context.Context, pass string) (*store.Staff, error) {
	i := strings.LastIndexByte(pass, ' ')
	if i < 0 || !s.Store.Signed("pass", pass[:i], pass[i+1:]) {
		return nil, nil //nolint:nilnil // not one of ours
	}
	var id, until int64
	var rev int
	if _, err := fmt.Sscanf(pass[:i], "%d %d %d", &id, &rev, &until); err != nil || s.Now().Unix() > until {
		return nil, nil //nolint:nilnil,nilerr // it has run out
	}
	staff, err := s.Store.StaffByID(ctx, id)
	if err != nil || staff == nil || staff.Disabled || staff.SignOutRev != rev {
		return nil, err
	}
	return staff, nil
}

// takePass lets a console or a screen in that comes from another server of this
// mall, and sends it to where it was with what it was doing. Only pages of those
// servers may ask.
func (s *Site) takePass(w http.ResponseWriter, r *http.Request) error {
	if err := ReadForm(w, r); err != nil {
		return err
	}
	if origin := r.Header.Get("Origin"); !slices.Contains(s.addresses(), origin) {
		return Refuse(http.StatusForbidden, "cross_origin", "Permintaan dari situs lain ditolak.", "Requests from another site are refused.")
	}
	to := LocalPath(r.PostForm.Get("to"))
	if doing := r.PostForm.Get("doing"); doing != "" {
		to += "#" + url.PathEscape(doing)
	}
	if id := s.markedDevice(r.PostForm.Get("device")); id != 0 {
		s.SetDevice(w, r, id)
		if r.PostForm.Get("pass") == "" {
			goOn(w, to)
			return nil
		}
	}
	staff, err := s.passed(r.Context(), r.PostForm.Get("pass"))
	if err != nil {
		return err
	}
	if staff == nil {
		http.Redirect(w, r, "/sign-in?next="+url.QueryEscape(LocalPath(r.PostForm.Get("to"))), http.StatusSeeOther)
		return nil
	}
	if err := s.SignIn.Begin(w, r, staff); err != nil {
		return err
	}
	goOn(w, to)
	return nil
}

// goOn leads to a path with what the page was doing, which http.Redirect would
// take for a part of the path.
func goOn(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}
