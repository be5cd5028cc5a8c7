package manager

import (
	"net/http"
	"time"

	"antre/display/site"
	"antre/queue"
	"antre/queue/store"
)

// serviceRequest is one action of a supervisor on a service.
type serviceRequest struct {
	by      store.By
	service *store.Service
	lang    string
}

// onService reads an action on a service; in is its body.
func (s *Room) onService(w http.ResponseWriter, r *http.Request, in any) (q serviceRequest, err error) {
	p, err := site.PermitOf(r)
	if err != nil {
		return q, err
	}
	body, err := site.Decode(w, r, in)
	if err != nil {
		return q, err
	}
	key, err := site.RetryOf(r, site.StaffCaller(p.Staff), body)
	q.service, q.by, q.lang = p.Service, store.By{Actor: "staff", StaffID: p.Staff.ID, Retry: key}, s.Lang(r)
	return q, err
}

func (s *Room) answerService(w http.ResponseWriter, q serviceRequest, reply store.Reply[store.ServiceNow], err error) error {
	if err != nil {
		return err
	}
	return site.Answer(w, http.StatusOK, reply.Replayed, s.Service(s.Store.Catalog(), q.service, reply.Value, q.lang))
}

// maxQuota bounds a day's numbers; the highest known load of a whole mall is 4,000.
const maxQuota = 100_000

func (s *Room) setQuota(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Day *int `json:"day"`
	}
	q, err := s.onService(w, r, &in)
	if err != nil {
		return err
	}
	if in.Day == nil || *in.Day < 0 || *in.Day > maxQuota {
		return queue.Refuse(queue.Invalid, "bad_value", "Isi day dengan angka 0 sampai %d.", maxQuota).English("Set day to a number from 0 to %d.", maxQuota).At("day")
	}
	reply, err := s.Store.SetQuota(r.Context(), q.by, q.service.Code, *in.Day)
	return s.answerService(w, q, reply, err)
}

// adHoc is the body of closing or opening a service: what people are told, and
// until when, "15:30"; without it until the day's end.
type adHoc struct {
	Notice string `json:"notice"`
	Until  string `json:"until"`
}

func (s *Room) readAdHoc(in adHoc) (until time.Time, notice queue.Text, err error) {
	text, err := site.Sentence("notice", in.Notice, false)
	if err != nil {
		return until, nil, err
	}
	if text != "" {
		notice = queue.Text{"id": text}
	}
	now := s.Now().In(s.Store.Location())
	until = time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
	if in.Until == "" {
		return until, notice, nil
	}
	at, err := time.Parse("15:04", in.Until)
	clock := time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, now.Location())
	if err != nil || !clock.After(now) {
		return until, nil, queue.Refuse(queue.Invalid, "bad_value", "Isi jam nanti hari ini, misalnya 15.30.").
			English("Set until to a later time of today, such as 15:30.").At("until")
	}
	return clock, notice, nil
}

func (s *Room) closeService(w http.ResponseWriter, r *http.Request) error {
	var in adHoc
	q, err := s.onService(w, r, &in)
	if err != nil {
		return err
	}
	until, notice, err := s.readAdHoc(in)
	if err != nil {
		return err
	}
	reply, err := s.Store.CloseService(r.Context(), q.by, q.service.Code, until, notice)
	return s.answerService(w, q, reply, err)
}

// openService ends a closing made at the desk, and then the hours hold again;
// with a time it is open until then, although hours or a holiday say otherwise.
func (s *Room) openService(w http.ResponseWriter, r *http.Request) error {
	var in adHoc
	q, err := s.onService(w, r, &in)
	if err != nil {
		return err
	}
	until, notice, err := s.readAdHoc(in)
	if err != nil {
		return err
	}
	if in.Until == "" {
		until = time.Time{}
	}
	reply, err := s.Store.OpenService(r.Context(), q.by, q.service.Code, until, notice)
	return s.answerService(w, q, reply, err)
}

// allowDay is an administrator's word that the clock is right.
func (s *Room) allowDay(w http.ResponseWriter, r *http.Request) error {
	p, err := site.PermitOf(r)
	if err != nil {
		return err
	}
	var in struct {
		Day string `json:"day"`
	}
	body, err := site.Decode(w, r, &in)
	if err != nil {
		return err
	}
	key, err := site.RetryOf(r, site.StaffCaller(p.Staff), body)
	if err != nil {
		return err
	}
	reply, err := s.Store.AllowDay(r.Context(), store.By{Actor: "staff", StaffID: p.Staff.ID, Retry: key}, in.Day)
	if err != nil {
		return err
	}
	return site.Answer(w, http.StatusOK, reply.Replayed, map[string]string{"day": reply.Value})
}
