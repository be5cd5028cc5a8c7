package store_test

import (
	"context"
	"slices"
	"time"

	"pgregory.net/rapid"

	"antre/queue"
	"antre/queue/store"
)

// ticketReply is what most requests of an officer give back.
type ticketReply = store.Reply[store.Ticket]

// before is how the tables were before a counter's last action.
type before struct {
	step   int
	shot   shot
	passed []string // the regulars whom the call passed
}

// acted remembers how things stood before an action that can be taken back.
func (w *world) acted(c *refCounter, last *refAction) {
	if c.last != last {
		w.undoes[c.code] = &before{step: w.step, shot: w.seen}
	}
}

// act is one officer's request at a counter: the reference, then the store.
func (w *world) act(c *refCounter, officer string, refer func() no, do func(store.By) (ticketReply, error)) bool {
	b, last := w.by(officer), c.last
	n := refer()
	_, err := do(b)
	done := w.did(n, err, b, func() (bool, error) { r, err := do(b); return r.Replayed, err })
	w.acted(c, last)
	return done
}

// current is what an officer does with the visitor at the counter.
func (w *world) current(what string, c *refCounter) {
	officer := w.officer(c)
	w.tell("%s at %s by %s", what, c.code, officer)
	refer := map[string]func(*refCounter, string) no{"recall": w.m.recall, "start": w.m.start, "finish": w.m.finishAt, "hold": w.m.hold, "absent": w.m.noShow}[what]
	w.act(c, officer, func() no { return refer(c, officer) }, func(b store.By) (ticketReply, error) {
		switch what {
		case "recall":
			return w.st.Recall(w.ctx(), b, c.code)
		case "start":
			return w.st.Start(w.ctx(), b, c.code)
		case "finish":
			return w.st.Finish(w.ctx(), b, c.code)
		case "absent":
			return w.st.NoShow(w.ctx(), b, c.code)
		}
		return w.st.Hold(w.ctx(), b, c.code, "Fotokopi")
	})
}

// absent is a no-show, to the millisecond when the visitor has had their time
// since the first call, whatever a recall made of it; or a little earlier, or
// whenever it happens.
func (w *world) absent(c *refCounter) {
	early := oneOf(w, "early", []time.Duration{-time.Hour, 0, time.Millisecond})
	if s := w.m.current(c); s != nil && early >= 0 {
		if wait := time.Duration(s.called-w.m.now)*time.Millisecond + w.m.noShowAfter - early; wait > 0 {
			w.turn()
			w.at = w.at.Add(wait)
			w.m.at(w.at)
		}
	}
	w.current("absent", c)
}

func (w *world) call(fits func(*refCounter) bool, state queue.State) {
	c := w.counter(fits)
	officer, code := w.officer(c), w.ticket(state)
	if state == queue.Held && rapid.Bool().Draw(w.T, "held here") {
		if i := slices.IndexFunc(w.m.tickets, func(k *refTicket) bool {
			return k.series.day == w.m.day && slices.ContainsFunc(k.stops, func(s *refStop) bool { return s.state == queue.Held && s.counter == c })
		}); i >= 0 {
			code = w.m.tickets[i].code
		}
	}
	reason := ""
	if rapid.Bool().Draw(w.T, "reason") {
		reason = "Membawa bayi"
	}
	w.tell("call %s to %s by %s %q", code, c.code, officer, reason)
	w.act(c, officer, func() no { return w.m.callTicket(c, officer, code, reason) },
		func(b store.By) (ticketReply, error) { return w.st.CallTicket(w.ctx(), b, c.code, code, reason) })
}

func (w *world) comeBack() {
	c := w.counter(func(c *refCounter) bool { return c.state != queue.CounterClosed })
	officer, code := w.officer(c), w.ticket(queue.NoShow)
	w.tell("%s comes back to %s by %s", code, c.code, officer)
	if w.act(c, officer, func() no { return w.m.comeBack(c, officer, code) },
		func(b store.By) (ticketReply, error) { return w.st.Return(w.ctx(), b, c.code, code) }) {
		w.fair.forget(code)
	}
}

func (w *world) transfer(c *refCounter) {
	officer, service := w.officer(c), oneOf(w, "to", []string{"A", "AB", "C"})
	keep := rapid.Bool().Draw(w.T, "keep place")
	w.tell("transfer from %s to %s by %s, keep %v", c.code, service, officer, keep)
	w.act(c, officer, func() no { return w.m.transfer(c, officer, service, keep) },
		func(b store.By) (ticketReply, error) {
			return w.st.Transfer(w.ctx(), b, c.code, service, "Salah loket", keep)
		})
}

func (w *world) class() {
	c := w.counter(func(c *refCounter) bool { return c.state != queue.CounterClosed })
	officer, code := w.officer(c), w.ticket(queue.Waiting)
	class := oneOf(w, "class", []queue.Class{queue.Priority, queue.Regular})
	w.tell("%s becomes %s at %s by %s", code, class, c.code, officer)
	if w.act(c, officer, func() no { return w.m.changeClass(c, officer, code, class) },
		func(b store.By) (ticketReply, error) {
			return w.st.ChangeClass(w.ctx(), b, c.code, code, class, store.VisitorAsked)
		}) && class == queue.Regular {
		w.fair.forget(code)
	}
}

// undo takes back, and when nothing else happened since, everything must stand
// as it stood, to the last column.
func (w *world) undo(c *refCounter) {
	officer := w.officer(c)
	b := w.by(officer)
	w.tell("undo at %s by %s", c.code, officer)
	n := w.m.undo(c, officer)
	do := func() (store.Reply[store.CounterView], error) { return w.st.Undo(w.ctx(), b, c.code) }
	_, err := do()
	if !w.did(n, err, b, func() (bool, error) { r, err := do(); return r.Replayed, err }) {
		return
	}
	was := w.undoes[c.code]
	for _, key := range was.passed {
		w.fair.unpass(key)
	}
	if was.step == w.seen.changed {
		now := w.look(w.m.day)
		if a, b := was.shot.standing(), now.standing(); !slices.Equal(a, b) {
			w.Fatalf("step %d: an undo did not restore what stood before:\n%s", w.step, difference(a, b))
		}
	}
}

// halfServed are visitors who were served in one line and are open in another.
func (w *world) halfServed() (codes []string) {
	for _, k := range w.m.tickets {
		is := func(done bool) bool {
			return slices.ContainsFunc(k.stops, func(s *refStop) bool { return s.state.Ended() == done })
		}
		if k.series.day == w.m.day && is(true) && is(false) {
			codes = append(codes, k.code)
		}
	}
	return codes
}

// holder is whoever has the newest ticket with a code: without one of today,
// one of another day. It is nil before the first.
func (w *world) holder(code string) *refTicket {
	var k *refTicket
	for _, k = range slices.Backward(w.m.tickets) {
		if k.code == code && k.series.day == w.m.day {
			break
		}
	}
	return k
}

// visitor does something with a ticket's token: the reference, then the store.
func (w *world) visitor(k *refTicket, what string, refer func(*refTicket) no, do func(*store.Store, context.Context, store.By, string) (ticketReply, error)) {
	if k == nil {
		w.tell("nobody: %s", what)
		w.turn()
		return
	}
	b := w.by("")
	w.tell("%s of %s: %s", k.code, k.series.day, what)
	n := refer(k)
	token := w.st.Token(k.id)
	_, err := do(w.st, w.ctx(), b, token)
	w.did(n, err, b, func() (bool, error) { r, err := do(w.st, w.ctx(), b, token); return r.Replayed, err })
}

func (w *world) cancel() {
	code := w.ticket(queue.Waiting, queue.Held, queue.Planned)
	if served := w.halfServed(); len(served) > 0 && rapid.Bool().Draw(w.T, "half served") {
		code = oneOf(w, "who", served)
	}
	w.visitor(w.holder(code), "cancels", w.m.cancel, (*store.Store).Cancel)
}

// late is a visitor who asks for time, or has come before it is over.
func (w *world) late(come bool) {
	k := w.holder(w.ticket(queue.Waiting))
	what, do := "is late", (*store.Store).Late
	if come {
		what, do = "is here", (*store.Store).Here
		for _, o := range w.m.tickets {
			if slices.ContainsFunc(o.stops, func(s *refStop) bool { return s.state == queue.Waiting && s.late > w.m.now }) {
				k = o
			}
		}
	}
	w.visitor(k, what, func(k *refTicket) no { return w.m.delay(k, come) }, do)
}

func (w *world) quota() {
	service, day := oneOf(w, "service", []string{"A", "AB", "C"}), w.dice("day", 21)
	b := w.by("ani")
	w.tell("quota of %s is %d", service, day)
	n := w.m.setQuota(service, day)
	do := func() (store.Reply[store.ServiceNow], error) { return w.st.SetQuota(w.ctx(), b, service, day) }
	_, err := do()
	w.did(n, err, b, func() (bool, error) { r, err := do(); return r.Replayed, err })
}

func (w *world) closeService() {
	service := oneOf(w, "service", []string{"A", "AB", "C"})
	until := w.at.Add(time.Duration(1+w.dice("minutes", 10)) * time.Minute)
	w.tell("%s closes until %s", service, until.Format("15:04"))
	w.m.closeService(service, until)
	_, err := w.st.CloseService(w.ctx(), w.by("ani"), service, until, queue.Text{"id": "Gangguan jaringan"})
	w.must(err)
}

func (w *world) openService() {
	service := oneOf(w, "service", []string{"A", "AB", "C"})
	w.tell("%s opens again", service)
	w.m.openService(service)
	_, err := w.st.OpenService(w.ctx(), w.by("ani"), service, w.at.Add(time.Hour), nil)
	w.must(err)
}

// turn lets the store read the clock, as the server does every few seconds; the
// reference has read it then.
func (w *world) turn() { w.must(w.st.TurnDay(w.ctx())) }

// clock lets time pass: also beyond what an undo, a return and a regular's
// patience have.
func (w *world) clock() {
	d := oneOf(w, "long", []time.Duration{30 * time.Second, 58 * time.Second, 61 * time.Second, 6 * time.Minute, 29 * time.Minute, 31 * time.Minute, 62 * time.Minute})
	w.turn()
	w.at = w.at.Add(d)
	w.tell("%v pass", d)
	w.m.at(w.at)
	w.turn()
}

// clockBack lets the machine's clock jump back.
func (w *world) clockBack() {
	d := oneOf(w, "back", []time.Duration{5 * time.Second, time.Hour, 20 * 24 * time.Hour})
	w.turn()
	w.at = w.at.Add(-d)
	w.tell("the clock jumps back %v", d)
	w.m.at(w.at)
	w.turn()
}

// midnight begins another day; sometimes the first request of the morning is
// what notices.
func (w *world) midnight() {
	day, err := time.ParseInLocation(queue.DayFormat, w.m.day, w.at.Location())
	w.must(err)
	w.turn()
	w.at = day.AddDate(0, 0, 1).Add(7 * time.Hour)
	w.tell("the next morning")
	if rapid.Bool().Draw(w.T, "noticed") {
		w.m.at(w.at)
		w.turn()
		return
	}
	w.at = w.at.Add(time.Second)
	w.m.at(w.at)
	w.issue(1)
}

// reopen ends the process and starts another on the same folder. It goes on
// from the newest time that was stored.
func (w *world) reopen() {
	w.tell("the server starts again")
	w.must(w.st.Close())
	var opened int64
	w.must(w.peek.QueryRow("SELECT (SELECT at FROM events ORDER BY id DESC LIMIT 1), (SELECT opened_at FROM days ORDER BY day DESC LIMIT 1)").Scan(&w.m.newest, &opened))
	w.m.newest = max(w.m.newest, opened)
	w.m.ahead = 0
	w.start()
	w.m.at(w.at)
}
