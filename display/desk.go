package display

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"antre/queue"
	"antre/queue/store"
)

// deskRequest is one action of an officer: who, where, and its retry key.
type deskRequest struct {
	by        store.By
	staff     *store.Staff
	counter   *store.Counter
	authority bool // more than an officer's
	lang      string
	reason    string
}

// mayAct finds the counter of a request and who asks. Sign-in comes first, so
// that a stranger learns nothing about counters.
func (s *Server) mayAct(r *http.Request) (d deskRequest, err error) {
	if d.staff, err = s.staff(r); err != nil {
		return d, err
	}
	if d.counter, err = s.st.Catalog().Counter(r.PathValue("code")); err != nil {
		return d, err
	}
	if !d.staff.MayAct(d.counter) {
		return d, queue.Refuse(queue.Forbidden, "wrong_counter", "Loket %s bukan loket Anda.", d.counter.Code).
			English("Counter %s is not yours.", d.counter.Code)
	}
	d.authority, d.lang = d.staff.Role != queue.Officer, s.lang(r)
	return d, nil
}

const maxReason = 200 // characters

// act reads an officer's POST; only a pause carries a reason.
func (s *Server) act(w http.ResponseWriter, r *http.Request, withReason bool) (deskRequest, error) {
	d, err := s.mayAct(r)
	if err != nil {
		return d, err
	}
	var body []byte
	if withReason {
		var in struct {
			Reason string `json:"reason"`
		}
		body, err = decode(w, r, &in)
		d.reason = strings.TrimSpace(in.Reason)
		if err == nil && (d.reason == "" || utf8.RuneCountInString(d.reason) > maxReason || strings.ContainsFunc(d.reason, unicode.IsControl)) {
			err = queue.Refuse(queue.Invalid, "reason_needed", "Tulis alasan (paling panjang %d huruf).", maxReason).
				English("Give a reason (at most %d characters).", maxReason).At("reason")
		}
	} else {
		body, err = decode(w, r, &struct{}{})
	}
	if err != nil {
		return d, err
	}
	key, err := retry(r, "staff "+queue.Key(d.staff.Username), body)
	d.by = store.By{Actor: "staff", StaffID: d.staff.ID, Retry: key}
	return d, err
}

func (s *Server) getCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.mayAct(r)
	if err != nil {
		return err
	}
	v, err := s.st.Counter(r.Context(), d.counter.Code)
	if err != nil {
		return err
	}
	view := s.counterView(v, d.staff, d.lang)
	view["unheard"] = s.hub.unheardAt(r.Context(), v.CounterID)
	return answer(w, http.StatusOK, false, view)
}

func (s *Server) answerCounter(w http.ResponseWriter, d deskRequest, reply store.Reply[store.CounterView], err error) error {
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, reply.Replayed, s.counterView(reply.Value, d.staff, d.lang))
}

func (s *Server) openCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.act(w, r, false)
	if err != nil {
		return err
	}
	reply, err := s.st.OpenCounter(r.Context(), d.by, d.counter.Code)
	return s.answerCounter(w, d, reply, err)
}

func (s *Server) closeCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.act(w, r, false)
	if err != nil {
		return err
	}
	reply, err := s.st.CloseCounter(r.Context(), d.by, d.counter.Code, d.authority)
	return s.answerCounter(w, d, reply, err)
}

func (s *Server) pauseCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.act(w, r, true)
	if err != nil {
		return err
	}
	reply, err := s.st.PauseCounter(r.Context(), d.by, d.counter.Code, d.reason)
	return s.answerCounter(w, d, reply, err)
}

func (s *Server) resumeCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.act(w, r, false)
	if err != nil {
		return err
	}
	reply, err := s.st.ResumeCounter(r.Context(), d.by, d.counter.Code)
	return s.answerCounter(w, d, reply, err)
}

func (s *Server) callNext(w http.ResponseWriter, r *http.Request) error {
	d, err := s.act(w, r, false)
	if err != nil {
		return err
	}
	reply, err := s.st.CallNext(r.Context(), d.by, d.counter.Code)
	if err != nil {
		return err
	}
	if reply.Value.Ticket == nil {
		return answer(w, http.StatusNoContent, reply.Replayed, nil)
	}
	body := map[string]any{"ticket": s.ticketView(*reply.Value.Ticket, d.lang, false), "finished": nil}
	if reply.Value.Finished != nil {
		body["finished"] = s.ticketView(*reply.Value.Finished, d.lang, false)
	}
	return answer(w, http.StatusOK, reply.Replayed, body)
}

// onCurrent answers an action on the visitor at the counter.
func (s *Server) onCurrent(w http.ResponseWriter, r *http.Request, do func(deskRequest) (store.Reply[store.Ticket], error)) error {
	d, err := s.act(w, r, false)
	if err != nil {
		return err
	}
	reply, err := do(d)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, reply.Replayed, map[string]any{"ticket": s.ticketView(reply.Value, d.lang, false)})
}

func (s *Server) recall(w http.ResponseWriter, r *http.Request) error {
	return s.onCurrent(w, r, func(d deskRequest) (store.Reply[store.Ticket], error) {
		return s.st.Recall(r.Context(), d.by, d.counter.Code)
	})
}

func (s *Server) start(w http.ResponseWriter, r *http.Request) error {
	return s.onCurrent(w, r, func(d deskRequest) (store.Reply[store.Ticket], error) {
		return s.st.Start(r.Context(), d.by, d.counter.Code)
	})
}

func (s *Server) finish(w http.ResponseWriter, r *http.Request) error {
	return s.onCurrent(w, r, func(d deskRequest) (store.Reply[store.Ticket], error) {
		return s.st.Finish(r.Context(), d.by, d.counter.Code)
	})
}

func (s *Server) noShow(w http.ResponseWriter, r *http.Request) error {
	return s.onCurrent(w, r, func(d deskRequest) (store.Reply[store.Ticket], error) {
		return s.st.NoShow(r.Context(), d.by, d.counter.Code)
	})
}
