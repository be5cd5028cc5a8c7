// Package reception is the desk at the door: it takes numbers for visitors who
// cannot, finds a number, says where to go and prints a lost slip again.
package reception

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"time"

	"antre/display/site"
	"antre/display/view"
	"antre/queue"
	"antre/queue/store"
)

// Room answers the staff at the door.
type Room struct{ *view.Views }

// API is nothing of its own: the page is forms.
func (s *Room) API() []site.Route { return nil }

// Pages are the one page and what it posts.
func (s *Room) Pages() []site.Route {
	return []site.Route{
		site.On("GET /reception", queue.RightReprint, s.page),
		site.On("POST /reception", queue.RightReprint, s.issue),
		site.On("POST /reception/slip", queue.RightReprint, s.reprint),
	}
}

// samePress is how long a form that comes twice is one press. After that the
// browser's Back has brought it, and somebody else stands at the desk.
const samePress = 10 * time.Second

// typed is what somebody has filled in to take a number.
type typed struct{ Service, Class, Lang, Key string }

// page shows both forms, and the number that was asked for.
func (s *Room) page(w http.ResponseWriter, r *http.Request) error {
	if _, err := site.PermitOf(r); err != nil {
		return err
	}
	q := r.URL.Query()
	code, page := strings.TrimSpace(q.Get("code")), map[string]any{"New": q.Get("new") != ""}
	if code == "" {
		return s.show(w, r, http.StatusOK, typed{}, page)
	}
	code = queue.GuessTicketCode(code, func(service string) bool { _, err := s.Store.Catalog().Service(service); return err == nil })
	page["Code"] = code
	k, err := s.Store.TicketByCode(r.Context(), code)
	if err != nil {
		refusal, lang := site.Mistake(err), s.PageLang(w, r)
		if refusal == nil {
			return err
		}
		if page["NotFound"] = refusal.Detail.In(lang); refusal.Kind == queue.NotFound {
			page["NotFound"] = s.Text(lang, "reception.none", code)
		}
		return s.show(w, r, refusal.Status, typed{}, page)
	}
	page["Ticket"] = s.found(k, s.PageLang(w, r))
	return s.show(w, r, http.StatusOK, typed{}, page)
}

// found is a number as the desk needs it, in the language of the desk.
func (s *Room) found(k store.Ticket, lang string) map[string]any {
	v := s.Ticket(k, lang, true)
	at := s.Store.At(k.IssuedAt)
	return map[string]any{
		"Code": k.Code, "Token": s.Store.Token(k.ID), "State": s.Text(lang, "state."+string(k.State)), "Note": v["note"], "Service": v["service_name"], "Agency": v["agency_name"],
		"Zone": v["zone_name"], "Directions": v["directions"], "Counter": v["counter"], "Ahead": k.Ahead, "Waiting": k.State == queue.Waiting, "Called": k.State == queue.Called,
		"Priority": k.Class == queue.Priority, "Issued": at.Format(view.ClockFormat(lang)), "Requirements": v["requirements"],
	}
}

// choice is a service of the list, with why it gives no numbers now.
type choice struct {
	Code, Name, Agency, Shut string
	Waiting                  int
}

func (s *Room) choices(h *store.Hall, lang string) (all []choice) {
	for _, service := range h.Catalog.Services {
		c := choice{Code: service.Code, Name: service.Name.In(lang), Agency: view.ShortName(service.Agency, lang), Waiting: h.Waiting[service.ID]}
		if _, gate := h.Gates(service, s.Now()); gate.Shut() != nil { // whatever a regular visitor may have, a priority visitor may
			c.Shut = gate.Shut().Reason.In(lang)
		}
		all = append(all, c)
	}
	return all
}

func (s *Room) show(w http.ResponseWriter, r *http.Request, status int, in typed, page map[string]any) error {
	h, err := s.Store.Hall(r.Context())
	if err != nil {
		return err
	}
	lang := s.PageLang(w, r)
	if in.Key == "" {
		in.Key = rand.Text()
	}
	if in.Lang == "" {
		in.Lang = s.Store.Settings().Langs()[0]
	}
	page["Services"], page["Typed"], page["Noun"] = s.choices(h, lang), in, s.Store.Settings().Noun()
	for _, name := range []string{"Ticket", "NotFound", "Code", "Error"} {
		if page[name] == nil {
			page[name] = ""
		}
	}
	return s.Render(w, r, status, "reception.html", "reception.title", page)
}

// issue takes a number. The form carries the key of its press, so that a form
// sent twice is one number.
func (s *Room) issue(w http.ResponseWriter, r *http.Request) error {
	p, err := site.PermitOf(r)
	if err != nil {
		return err
	}
	if err := site.ReadForm(w, r); err != nil {
		return err
	}
	f := r.PostForm
	in := typed{Service: f.Get("service"), Class: f.Get("class"), Lang: f.Get("lang"), Key: f.Get("key")}
	want := store.Wanted{Services: []string{in.Service}, Class: queue.Regular, Lang: s.Store.Settings().Langs()[0]}
	if in.Class == string(queue.Priority) {
		want.Class = queue.Priority
	}
	for _, lang := range s.Store.Settings().Langs() {
		if lang == in.Lang {
			want.Lang = lang
		}
	}
	by := store.By{Actor: "staff", StaffID: p.Staff.ID}
	if in.Key != "" && len(in.Key) <= 200 {
		// A form that was changed since is not the same press.
		body := url.Values{"service": {in.Service}, "class": {in.Class}, "lang": {in.Lang}}.Encode()
		by.Retry = store.Retry{Caller: site.StaffCaller(p.Staff), Path: r.URL.Path, Key: in.Key + " " + body, Body: []byte(body)}
	}
	reply, err := s.Store.Issue(r.Context(), by, want)
	if err != nil {
		refusal := site.Mistake(err)
		if refusal == nil {
			return err
		}
		in.Key = "" // what was refused is not the same press as the next
		return s.show(w, r, refusal.Status, in, map[string]any{"Error": refusal.Detail.In(s.PageLang(w, r)), "New": false})
	}
	if at := s.Store.At(reply.Value.IssuedAt); reply.Replayed && s.Now().Sub(at) > samePress {
		in.Key = ""
		lang := s.PageLang(w, r)
		return s.show(w, r, http.StatusConflict, in, map[string]any{"Error": s.Text(lang, "reception.again", reply.Value.Code, at.Format(view.ClockFormat(lang))), "New": false})
	}
	http.Redirect(w, r, "/reception?new=1&code="+url.QueryEscape(reply.Value.Code), http.StatusSeeOther)
	return nil
}

// reprint notes that a slip is printed once more, and leads to it.
func (s *Room) reprint(w http.ResponseWriter, r *http.Request) error {
	p, err := site.PermitOf(r)
	if err != nil {
		return err
	}
	if err := site.ReadForm(w, r); err != nil {
		return err
	}
	reply, err := s.Store.Reprint(r.Context(), store.By{Actor: "staff", StaffID: p.Staff.ID}, r.PostForm.Get("code"))
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/api/tickets/"+s.Store.Token(reply.Value.ID)+"/ticket.pdf?paper=80", http.StatusSeeOther)
	return nil
}
