package display

import (
	"context"
	"net/http"

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

// atCounter is the request as the table of routes let it through.
func (s *Server) atCounter(r *http.Request) (deskRequest, error) {
	p, err := permitOf(r)
	if err != nil {
		return deskRequest{}, err
	}
	return deskRequest{staff: p.staff, counter: p.counter, authority: p.staff.Role.May(queue.RightAnswer), lang: s.lang(r)}, nil
}

func staffCaller(staff *store.Staff) string { return "staff " + queue.Key(staff.Username) }

// read takes the body of an action and its retry key.
func (d *deskRequest) read(w http.ResponseWriter, r *http.Request, in any) error {
	body, err := decode(w, r, in)
	if err != nil {
		return err
	}
	key, err := retry(r, staffCaller(d.staff), body)
	d.by = store.By{Actor: "staff", StaffID: d.staff.ID, Retry: key}
	return err
}

const maxReason = 200 // characters

// act reads an officer's POST that carries nothing.
func (s *Server) act(w http.ResponseWriter, r *http.Request) (deskRequest, error) {
	d, err := s.atCounter(r)
	if err != nil {
		return d, err
	}
	return d, d.read(w, r, &struct{}{})
}

// actFor reads an officer's POST with a reason.
func (s *Server) actFor(w http.ResponseWriter, r *http.Request) (deskRequest, error) {
	d, err := s.atCounter(r)
	if err != nil {
		return d, err
	}
	var in struct {
		Reason string `json:"reason"`
	}
	if err := d.read(w, r, &in); err != nil {
		return d, err
	}
	d.reason, err = sentence("reason", in.Reason, true)
	return d, err
}

func (s *Server) getCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.atCounter(r)
	if err != nil {
		return err
	}
	v, err := s.st.Counter(r.Context(), d.counter.Code)
	if err != nil {
		return err
	}
	view := s.counterView(v, d.staff, d.lang)
	view["unheard"] = stillCalled(v, s.hub.unheardAt(r.Context(), v.CounterID))
	return answer(w, http.StatusOK, false, view)
}

func (s *Server) answerCounter(w http.ResponseWriter, d deskRequest, reply store.Reply[store.CounterView], err error) error {
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, reply.Replayed, s.counterView(reply.Value, d.staff, d.lang))
}

func (s *Server) openCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.act(w, r)
	if err != nil {
		return err
	}
	reply, err := s.st.OpenCounter(r.Context(), d.by, d.counter.Code)
	return s.answerCounter(w, d, reply, err)
}

func (s *Server) closeCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.act(w, r)
	if err != nil {
		return err
	}
	reply, err := s.st.CloseCounter(r.Context(), d.by, d.counter.Code, d.authority)
	return s.answerCounter(w, d, reply, err)
}

func (s *Server) pauseCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.actFor(w, r)
	if err != nil {
		return err
	}
	reply, err := s.st.PauseCounter(r.Context(), d.by, d.counter.Code, d.reason)
	return s.answerCounter(w, d, reply, err)
}

func (s *Server) resumeCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.act(w, r)
	if err != nil {
		return err
	}
	reply, err := s.st.ResumeCounter(r.Context(), d.by, d.counter.Code)
	return s.answerCounter(w, d, reply, err)
}

func (s *Server) callNext(w http.ResponseWriter, r *http.Request) error {
	d, err := s.act(w, r)
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

// answerTicket answers an action on a visitor.
func (s *Server) answerTicket(w http.ResponseWriter, d deskRequest, reply store.Reply[store.Ticket], err error) error {
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, reply.Replayed, map[string]any{"ticket": s.ticketView(reply.Value, d.lang, false)})
}

// onCurrent serves an action on the visitor at the counter that needs no words.
func (s *Server) onCurrent(do func(ctx context.Context, by store.By, code string) (store.Reply[store.Ticket], error)) handle {
	return func(w http.ResponseWriter, r *http.Request) error {
		d, err := s.act(w, r)
		if err != nil {
			return err
		}
		reply, err := do(r.Context(), d.by, d.counter.Code)
		return s.answerTicket(w, d, reply, err)
	}
}

func (s *Server) hold(w http.ResponseWriter, r *http.Request) error {
	d, err := s.actFor(w, r)
	if err != nil {
		return err
	}
	reply, err := s.st.Hold(r.Context(), d.by, d.counter.Code, d.reason)
	return s.answerTicket(w, d, reply, err)
}

// named is a body that names a ticket.
type named struct {
	Ticket string `json:"ticket"`
	Reason string `json:"reason"`
}

func (s *Server) callTicket(w http.ResponseWriter, r *http.Request) error {
	d, err := s.atCounter(r)
	if err != nil {
		return err
	}
	var in named
	if err := d.read(w, r, &in); err != nil {
		return err
	}
	reason, err := sentence("reason", in.Reason, false)
	if err != nil {
		return err
	}
	reply, err := s.st.CallTicket(r.Context(), d.by, d.counter.Code, in.Ticket, reason)
	return s.answerTicket(w, d, reply, err)
}

func (s *Server) returnTicket(w http.ResponseWriter, r *http.Request) error {
	d, err := s.atCounter(r)
	if err != nil {
		return err
	}
	var in struct {
		Ticket string `json:"ticket"`
	}
	if err := d.read(w, r, &in); err != nil {
		return err
	}
	reply, err := s.st.Return(r.Context(), d.by, d.counter.Code, in.Ticket)
	return s.answerTicket(w, d, reply, err)
}

func (s *Server) changeClass(w http.ResponseWriter, r *http.Request) error {
	d, err := s.atCounter(r)
	if err != nil {
		return err
	}
	var in struct {
		Ticket string         `json:"ticket"`
		Class  queue.Class    `json:"class"`
		Why    store.ClassWhy `json:"why"`
	}
	if err := d.read(w, r, &in); err != nil {
		return err
	}
	if in.Class != queue.Regular && in.Class != queue.Priority {
		return wrongClass(string(in.Class))
	}
	if in.Why != store.VisitorAsked && in.Why != store.Mistake {
		return badValue("why", "Isi why dengan visitor_asked atau mistake; alasan prioritas tidak dicatat.", "Set why to visitor_asked or mistake; the reason for priority is not kept.")
	}
	reply, err := s.st.ChangeClass(r.Context(), d.by, d.counter.Code, in.Ticket, in.Class, in.Why)
	return s.answerTicket(w, d, reply, err)
}

func (s *Server) transfer(w http.ResponseWriter, r *http.Request) error {
	d, err := s.atCounter(r)
	if err != nil {
		return err
	}
	in := struct {
		Service   string `json:"service"`
		Note      string `json:"note"`
		KeepPlace bool   `json:"keep_place"`
	}{KeepPlace: true}
	if err := d.read(w, r, &in); err != nil {
		return err
	}
	if in.Service == "" {
		return queue.Refuse(queue.Invalid, "missing_field", "Pilih layanan tujuan (service).").English("Choose the service to transfer to.").At("service")
	}
	note, err := sentence("note", in.Note, false)
	if err != nil {
		return err
	}
	reply, err := s.st.Transfer(r.Context(), d.by, d.counter.Code, in.Service, note, in.KeepPlace)
	return s.answerTicket(w, d, reply, err)
}

func (s *Server) undo(w http.ResponseWriter, r *http.Request) error {
	d, err := s.act(w, r)
	if err != nil {
		return err
	}
	reply, err := s.st.Undo(r.Context(), d.by, d.counter.Code)
	return s.answerCounter(w, d, reply, err)
}

func (s *Server) askClose(w http.ResponseWriter, r *http.Request) error {
	d, err := s.actFor(w, r)
	if err != nil {
		return err
	}
	reply, err := s.st.AskClose(r.Context(), d.by, d.counter.Code, d.reason)
	return s.answerCounter(w, d, reply, err)
}
