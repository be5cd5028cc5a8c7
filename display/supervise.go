package display

import (
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"antre/queue"
	"antre/queue/store"
)

// sentence checks a reason, note or notice: one or a few lines that people read.
func sentence(field, text string, needed bool) (string, error) {
	text = strings.TrimSpace(text)
	if needed && text == "" || utf8.RuneCountInString(text) > maxReason || strings.ContainsFunc(text, unicode.IsControl) {
		return "", queue.Refuse(queue.Invalid, "reason_needed", "Tulis alasan (paling panjang %d huruf).", maxReason).
			English("Give a reason (at most %d characters).", maxReason).At(field)
	}
	return text, nil
}

// answerClose is the supervisor's answer to an officer who wants to close.
func (s *Server) answerClose(w http.ResponseWriter, r *http.Request) error {
	d, err := s.atCounter(r)
	if err != nil {
		return err
	}
	var in struct {
		Approve *bool  `json:"approve"`
		Note    string `json:"note"`
	}
	if err := d.read(w, r, &in); err != nil {
		return err
	}
	if in.Approve == nil {
		return queue.Refuse(queue.Invalid, "missing_field", "Isi approve dengan true atau false.").English("Set approve to true or false.").At("approve")
	}
	note, err := sentence("note", in.Note, false)
	if err != nil {
		return err
	}
	reply, err := s.st.AnswerClose(r.Context(), d.by, d.counter.Code, *in.Approve, note)
	return s.answerCounter(w, d, reply, err)
}

// serviceRequest is one action of a supervisor on a service.
type serviceRequest struct {
	by      store.By
	service *store.Service
	lang    string
}

// onService reads an action on a service; in is its body.
func (s *Server) onService(w http.ResponseWriter, r *http.Request, in any) (q serviceRequest, err error) {
	p, err := permitOf(r)
	if err != nil {
		return q, err
	}
	body, err := decode(w, r, in)
	if err != nil {
		return q, err
	}
	key, err := retry(r, staffCaller(p.staff), body)
	q.service, q.by, q.lang = p.service, store.By{Actor: "staff", StaffID: p.staff.ID, Retry: key}, s.lang(r)
	return q, err
}

func (s *Server) answerService(w http.ResponseWriter, q serviceRequest, reply store.Reply[store.ServiceNow], err error) error {
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, reply.Replayed, s.serviceView(s.st.Catalog(), q.service, reply.Value, q.lang))
}

// maxQuota bounds a day's numbers; the highest known load of a whole mall is 4,000.
const maxQuota = 100_000

func (s *Server) setQuota(w http.ResponseWriter, r *http.Request) error {
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
	reply, err := s.st.SetQuota(r.Context(), q.by, q.service.Code, *in.Day)
	return s.answerService(w, q, reply, err)
}

// adHoc is the body of closing or opening a service: what people are told, and
// until when, "15:30"; without it until the day's end.
type adHoc struct {
	Notice string `json:"notice"`
	Until  string `json:"until"`
}

func (s *Server) readAdHoc(in adHoc) (until time.Time, notice queue.Text, err error) {
	text, err := sentence("notice", in.Notice, false)
	if err != nil {
		return until, nil, err
	}
	if text != "" {
		notice = queue.Text{"id": text}
	}
	now := s.now().In(s.st.Location())
	until = time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
	if in.Until == "" {
		return until, notice, nil
	}
	at, err := time.Parse("15:04", in.Until)
	clock := time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, now.Location())
	if err != nil || !clock.After(now) {
		return until, nil, queue.Refuse(queue.Invalid, "bad_value", "Isi until dengan jam nanti hari ini, misalnya 15:30.").
			English("Set until to a later time of today, such as 15:30.").At("until")
	}
	return clock, notice, nil
}

func (s *Server) closeService(w http.ResponseWriter, r *http.Request) error {
	var in adHoc
	q, err := s.onService(w, r, &in)
	if err != nil {
		return err
	}
	until, notice, err := s.readAdHoc(in)
	if err != nil {
		return err
	}
	reply, err := s.st.CloseService(r.Context(), q.by, q.service.Code, until, notice)
	return s.answerService(w, q, reply, err)
}

// openService ends a closing made at the desk, and then the hours hold again;
// with a time it is open until then, although hours or a holiday say otherwise.
func (s *Server) openService(w http.ResponseWriter, r *http.Request) error {
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
	reply, err := s.st.OpenService(r.Context(), q.by, q.service.Code, until, notice)
	return s.answerService(w, q, reply, err)
}

// allowDay is an administrator's word that the clock is right.
func (s *Server) allowDay(w http.ResponseWriter, r *http.Request) error {
	p, err := permitOf(r)
	if err != nil {
		return err
	}
	var in struct {
		Day string `json:"day"`
	}
	body, err := decode(w, r, &in)
	if err != nil {
		return err
	}
	key, err := retry(r, staffCaller(p.staff), body)
	if err != nil {
		return err
	}
	reply, err := s.st.AllowDay(r.Context(), store.By{Actor: "staff", StaffID: p.staff.ID, Retry: key}, in.Day)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, reply.Replayed, map[string]string{"day": reply.Value})
}
