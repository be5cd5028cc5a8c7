package desk

import (
	"context"
	"net/http"

	"antre/display/site"
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
func (s *Room) atCounter(r *http.Request) (deskRequest, error) {
	p, err := site.PermitOf(r)
	if err != nil {
		return deskRequest{}, err
	}
	return deskRequest{staff: p.Staff, counter: p.Counter, authority: p.Staff.Role.May(queue.RightAnswer), lang: s.Lang(r)}, nil
}

// currentHeader carries the number that stood on the officer's screen, empty
// for nobody: an act that comes late is not done to another visitor.
const currentHeader = "Antre-Current"

// read takes the body of an action and its retry key.
func (d *deskRequest) read(w http.ResponseWriter, r *http.Request, in any) error {
	body, err := site.Decode(w, r, in)
	if err != nil {
		return err
	}
	key, err := site.RetryOf(r, site.StaffCaller(d.staff), body)
	d.by = store.By{Actor: "staff", StaffID: d.staff.ID, Retry: key}
	if seen := r.Header.Values(currentHeader); len(seen) > 0 {
		d.by.Current = &seen[0]
	}
	return err
}

// act reads an officer's POST that carries nothing.
func (s *Room) act(w http.ResponseWriter, r *http.Request) (deskRequest, error) {
	d, err := s.atCounter(r)
	if err != nil {
		return d, err
	}
	return d, d.read(w, r, &struct{}{})
}

// actFor reads an officer's POST with a reason.
func (s *Room) actFor(w http.ResponseWriter, r *http.Request) (deskRequest, error) {
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
	d.reason, err = site.Sentence("reason", in.Reason, true)
	return d, err
}

func (s *Room) answerCounter(w http.ResponseWriter, d deskRequest, reply store.Reply[store.CounterView], err error) error {
	if err != nil {
		return err
	}
	return site.Answer(w, http.StatusOK, reply.Replayed, s.counterView(reply.Value, d.staff, d.lang))
}

// openCounter takes a closed counter, or, with authority over it, one that
// somebody else has.
func (s *Room) openCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.atCounter(r)
	if err != nil {
		return err
	}
	var in struct {
		TakeOver bool   `json:"take_over"`
		Reason   string `json:"reason"`
	}
	if err := d.read(w, r, &in); err != nil {
		return err
	}
	if in.TakeOver && !d.authority {
		return queue.Refuse(queue.Forbidden, "forbidden", "Hanya supervisor loket ini yang dapat mengambil alih.").English("Only a supervisor of this counter can take it over.")
	}
	reason, err := site.Sentence("reason", in.Reason, in.TakeOver)
	if err != nil {
		return err
	}
	if in.TakeOver {
		reply, err := s.Store.TakeCounter(r.Context(), d.by, d.counter.Code, reason)
		return s.answerCounter(w, d, reply, err)
	}
	reply, err := s.Store.OpenCounter(r.Context(), d.by, d.counter.Code)
	return s.answerCounter(w, d, reply, err)
}

func (s *Room) closeCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.act(w, r)
	if err != nil {
		return err
	}
	reply, err := s.Store.CloseCounter(r.Context(), d.by, d.counter.Code, d.authority)
	return s.answerCounter(w, d, reply, err)
}

func (s *Room) pauseCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.actFor(w, r)
	if err != nil {
		return err
	}
	reply, err := s.Store.PauseCounter(r.Context(), d.by, d.counter.Code, d.reason)
	return s.answerCounter(w, d, reply, err)
}

func (s *Room) resumeCounter(w http.ResponseWriter, r *http.Request) error {
	d, err := s.act(w, r)
	if err != nil {
		return err
	}
	reply, err := s.Store.ResumeCounter(r.Context(), d.by, d.counter.Code)
	return s.answerCounter(w, d, reply, err)
}

func (s *Room) callNext(w http.ResponseWriter, r *http.Request) error {
	d, err := s.act(w, r)
	if err != nil {
		return err
	}
	reply, err := s.Store.CallNext(r.Context(), d.by, d.counter.Code)
	if err != nil {
		return err
	}
	if reply.Value.Ticket == nil {
		return site.Answer(w, http.StatusNoContent, reply.Replayed, nil)
	}
	body := map[string]any{"ticket": s.Ticket(*reply.Value.Ticket, d.lang, false), "finished": nil}
	if reply.Value.Finished != nil {
		body["finished"] = s.Ticket(*reply.Value.Finished, d.lang, false)
	}
	return site.Answer(w, http.StatusOK, reply.Replayed, body)
}

// answerTicket answers an action on a visitor.
func (s *Room) answerTicket(w http.ResponseWriter, d deskRequest, reply store.Reply[store.Ticket], err error) error {
	if err != nil {
		return err
	}
	return site.Answer(w, http.StatusOK, reply.Replayed, map[string]any{"ticket": s.Ticket(reply.Value, d.lang, false)})
}

// onCurrent serves an action on the visitor at the counter that needs no words.
func (s *Room) onCurrent(do func(ctx context.Context, by store.By, code string) (store.Reply[store.Ticket], error)) site.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		d, err := s.act(w, r)
		if err != nil {
			return err
		}
		reply, err := do(r.Context(), d.by, d.counter.Code)
		return s.answerTicket(w, d, reply, err)
	}
}

func (s *Room) hold(w http.ResponseWriter, r *http.Request) error {
	d, err := s.actFor(w, r)
	if err != nil {
		return err
	}
	reply, err := s.Store.Hold(r.Context(), d.by, d.counter.Code, d.reason)
	return s.answerTicket(w, d, reply, err)
}

// named is a body that names a ticket.
type named struct {
	Ticket string `json:"ticket"`
	Reason string `json:"reason"`
}

func (s *Room) callTicket(w http.ResponseWriter, r *http.Request) error {
	d, err := s.atCounter(r)
	if err != nil {
		return err
	}
	var in named
	if err := d.read(w, r, &in); err != nil {
		return err
	}
	reason, err := site.Sentence("reason", in.Reason, false)
	if err != nil {
		return err
	}
	reply, err := s.Store.CallTicket(r.Context(), d.by, d.counter.Code, in.Ticket, reason)
	return s.answerTicket(w, d, reply, err)
}

func (s *Room) returnTicket(w http.ResponseWriter, r *http.Request) error {
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
	reply, err := s.Store.Return(r.Context(), d.by, d.counter.Code, in.Ticket)
	return s.answerTicket(w, d, reply, err)
}

func (s *Room) changeClass(w http.ResponseWriter, r *http.Request) error {
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
		return site.WrongClass(string(in.Class))
	}
	if in.Why != store.VisitorAsked && in.Why != store.Mistake {
		return site.BadValue("why", "Isi why dengan visitor_asked atau mistake; alasan prioritas tidak dicatat.", "Set why to visitor_asked or mistake; the reason for priority is not kept.")
	}
	reply, err := s.Store.ChangeClass(r.Context(), d.by, d.counter.Code, in.Ticket, in.Class, in.Why)
	return s.answerTicket(w, d, reply, err)
}

func (s *Room) transfer(w http.ResponseWriter, r *http.Request) error {
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
	note, err := site.Sentence("note", in.Note, false)
	if err != nil {
		return err
	}
	reply, err := s.Store.Transfer(r.Context(), d.by, d.counter.Code, in.Service, note, in.KeepPlace)
	return s.answerTicket(w, d, reply, err)
}

func (s *Room) undo(w http.ResponseWriter, r *http.Request) error {
	d, err := s.act(w, r)
	if err != nil {
		return err
	}
	reply, err := s.Store.Undo(r.Context(), d.by, d.counter.Code)
	return s.answerCounter(w, d, reply, err)
}

func (s *Room) askClose(w http.ResponseWriter, r *http.Request) error {
	d, err := s.actFor(w, r)
	if err != nil {
		return err
	}
	reply, err := s.Store.AskClose(r.Context(), d.by, d.counter.Code, d.reason)
	return s.answerCounter(w, d, reply, err)
}

// answerClose is the supervisor's answer to an officer who wants to close.
func (s *Room) answerClose(w http.ResponseWriter, r *http.Request) error {
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
	note, err := site.Sentence("note", in.Note, false)
	if err != nil {
		return err
	}
	reply, err := s.Store.AnswerClose(r.Context(), d.by, d.counter.Code, *in.Approve, note)
	return s.answerCounter(w, d, reply, err)
}
