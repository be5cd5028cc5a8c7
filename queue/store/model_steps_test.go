package store_test

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pgregory.net/rapid"

	"antre/queue"
	"antre/queue/store"
)

// happens lets a little time pass, and then somebody does something.
func (w *world) happens() {
	w.at = w.at.Add(oneOf(w, "passes", []time.Duration{0, time.Millisecond, 900 * time.Millisecond, 3 * time.Second, 11 * time.Second, 40 * time.Second}))
	steps := w.steps()
	kinds := strings.Fields(weights)
	kind := oneOf(w, "kind", kinds)
	w.m.at(w.at)
	if !slices.ContainsFunc(w.m.counters, func(c *refCounter) bool { return c.state != queue.CounterClosed }) && w.dice("doors", 2) == 1 {
		w.doorsOpen()
		return
	}
	steps[kind]()
}

// doorsOpen is how most days begin: every counter has its officer.
func (w *world) doorsOpen() {
	w.tell("the doors open")
	for i, c := range w.m.counters {
		officer := officers()[i%len(officers())]
		n := w.m.open(c, officer)
		_, err := w.st.OpenCounter(w.ctx(), w.staff[officer], c.code)
		w.refused(n, err)
	}
}

// weights is what happens how often. Nothing comes first, so that a failing run
// shrinks to the steps that matter.
const weights = `nothing ` +
	`issue issue issue issue issue issue issue issue issue issue issue issue journey journey journey journey journey ` +
	`open open open open pause resume resume close ask answer answer ` +
	`next next next next next next next next next next next next next next next ` +
	`call call held held recall recall recall start start start finish finish finish absent absent absent absent return return return return ` +
	`hold hold hold transfer transfer transfer transfer transfer class class class cancel cancel cancel late late late late here here ` +
	`undo undo undo undo undo undo undo undo undo again again ` +
	`quota closeService openService clock clock clock back midnight reopen`

func (w *world) steps() map[string]func() {
	m := w.m
	busy := func(c *refCounter) bool { return m.current(c) != nil }
	at := func(state ...queue.State) func(*refCounter) bool {
		return func(c *refCounter) bool { s := m.current(c); return s != nil && slices.Contains(state, s.state) }
	}
	in := func(state ...queue.CounterState) func(*refCounter) bool {
		return func(c *refCounter) bool { return slices.Contains(state, c.state) }
	}
	free := func(c *refCounter) bool { return c.state == queue.CounterOpen && m.current(c) == nil }
	return map[string]func(){
		"nothing": func() { w.tell("nothing"); w.turn() },
		"issue":   func() { w.issue(1) },
		"journey": func() { w.issue(2 + w.dice("legs", 2)) },
		"open":    func() { w.desk("open", in(queue.CounterClosed, queue.CounterPaused)) },
		"pause":   func() { w.desk("pause", in(queue.CounterOpen)) },
		"resume":  func() { w.desk("resume", in(queue.CounterPaused)) },
		"close":   func() { w.desk("close", free) },
		"ask":     func() { w.desk("ask", busy) },
		"answer":  func() { w.desk("answer", func(c *refCounter) bool { return c.asked == 1 }) },
		"next":    func() { w.next(w.counter(in(queue.CounterOpen))) },
		"call":    func() { w.call(free, queue.Waiting) },
		"held":    func() { w.call(free, queue.Held) },
		"recall":  func() { w.current("recall", w.counter(at(queue.Called))) },
		"start":   func() { w.current("start", w.counter(at(queue.Called))) },
		"finish":  func() { w.current("finish", w.counter(busy)) },
		"absent":  func() { w.absent(w.counter(at(queue.Called))) },
		"hold":    func() { w.current("hold", w.counter(busy)) },
		"return":  w.comeBack,
		"transfer": func() {
			w.transfer(w.counter(busy))
		},
		"class":        w.class,
		"cancel":       w.cancel,
		"late":         func() { w.late(false) },
		"here":         func() { w.late(true) },
		"undo":         func() { w.undo(w.counter(func(c *refCounter) bool { return c.last != nil && c.last.open })) },
		"again":        w.repeat,
		"quota":        w.quota,
		"closeService": w.closeService,
		"openService":  w.openService,
		"clock":        w.clock,
		"back":         w.clockBack,
		"midnight":     w.midnight,
		"reopen":       w.reopen,
	}
}

// dice draws evenly: rapid's own numbers are mostly the small ones, and then
// half of all steps are the first that is named. It shrinks to 0.
func (w *world) dice(label string, sides int) int {
	return rapid.Custom(func(t *rapid.T) (n int) {
		for range 12 {
			n *= 2
			if rapid.Bool().Draw(t, "bit") {
				n++
			}
		}
		return n * sides >> 12
	}).Draw(w.T, label)
}

func oneOf[T any](w *world, label string, all []T) T { return all[w.dice(label, len(all))] }

// counter draws one for which a step makes sense, mostly.
func (w *world) counter(fits func(*refCounter) bool) *refCounter {
	var all []*refCounter
	for _, c := range w.m.counters {
		if fits(c) {
			all = append(all, c)
		}
	}
	if len(all) == 0 || w.dice("any counter", 10) == 9 {
		all = w.m.counters
	}
	return oneOf(w, "counter", all)
}

// officer is the counter's own, mostly.
func (w *world) officer(c *refCounter) string {
	if c.holder != "" && w.dice("other officer", 12) < 11 {
		return c.holder
	}
	return oneOf(w, "officer", officers())
}

// ticket is a code of today with a stop in one of these states, mostly.
func (w *world) ticket(states ...queue.State) string {
	var fit, all []string
	for _, k := range w.m.tickets {
		if k.series.day != w.m.day {
			continue
		}
		all = append(all, k.code)
		if slices.ContainsFunc(k.stops, func(s *refStop) bool { return slices.Contains(states, s.state) }) {
			fit = append(fit, k.code)
		}
	}
	if len(fit) > 0 && w.dice("any ticket", 10) < 9 {
		all = fit
	}
	return oneOf(w, "ticket", append(all, "A-099"))
}

// by is an officer with or without a retry key.
func (w *world) by(officer string) store.By {
	b := w.staff[officer]
	if officer == "" {
		b = store.By{Actor: "visitor"}
	}
	if w.dice("key", 4) > 0 {
		b.Retry = store.Retry{Caller: officer, Path: "/" + strconv.Itoa(w.step), Key: "k", Body: []byte("{}")}
	}
	return b
}

// did holds what the store said against what the reference says, and keeps the
// request so that it can be sent again.
func (w *world) did(want no, err error, b store.By, again func() (replayed bool, err error)) (done bool) {
	w.refused(want, err)
	if want.code == "" && b.Retry.Key != "" {
		w.again = func() {
			if replayed, err := again(); err != nil || !replayed {
				w.Fatalf("step %d: the same request again: replayed %v, %v", w.step, replayed, err)
			}
		}
	}
	return want.code == ""
}

func (w *world) refused(want no, err error) {
	r, ok := queue.AsRefusal(err)
	switch {
	case err == nil && want.code == "":
	case err == nil:
		w.Fatalf("step %d, %s: done, and should be refused with %s", w.step, w.said, want.code)
	case !ok || r.Code != want.code:
		w.Fatalf("step %d, %s: got %v, want %q", w.step, w.said, err, want.code)
	case want.by != "" && r.Facts["by"] != want.by:
		w.Fatalf("step %d, %s: refused with %s, naming %v, want %s", w.step, w.said, r.Code, r.Facts["by"], want.by)
	}
}

// repeat sends the last named request again: nothing may happen twice.
func (w *world) repeat() {
	w.tell("the last request again")
	if w.again == nil {
		w.turn()
		return
	}
	w.again()
}

func (w *world) issue(stops int) {
	want := store.Wanted{Lang: "id", Class: queue.Regular, Channel: queue.Kiosk}
	if w.dice("class", 10) > 5 {
		want.Class = queue.Priority
	}
	if w.dice("channel", 6) == 5 {
		want.Channel = queue.Booking
	}
	if w.dice("phone", 6) == 5 {
		want.Phone = "+628111111111"
	}
	if stops > 1 {
		want.Order = oneOf(w, "order", []queue.JourneyOrder{queue.Fixed, queue.AnyOrder, queue.Parallel, queue.Parallel})
	}
	codes := []string{"A", "AB", "C"}
	if w.dice("twice", 16) == 15 {
		codes = []string{"A", "A", "A"}
	}
	for i := range codes {
		j := i + w.dice("services", len(codes)-i)
		codes[i], codes[j] = codes[j], codes[i]
	}
	want.Services = codes[:stops]
	b := w.by("")
	w.tell("issue %v %s %s %s", want.Services, want.Order, want.Class, want.Channel)
	k, n := w.m.issue(want)
	do := func() (store.Reply[store.Ticket], error) { return w.st.Issue(w.ctx(), b, want) }
	reply, err := do()
	if !w.did(n, err, b, func() (bool, error) { r, err := do(); return r.Replayed && r.Value.Code == k.code, err }) {
		return
	}
	if k.id = reply.Value.ID; reply.Value.Code != k.code {
		w.Fatalf("step %d: the number is %s, want %s", w.step, reply.Value.Code, k.code)
	}
}

// desk is what an officer does with their counter.
func (w *world) desk(what string, fits func(*refCounter) bool) {
	c := w.counter(fits)
	officer := w.officer(c)
	b := w.by(officer)
	yes := rapid.Bool().Draw(w.T, "yes")
	w.tell("%s %s by %s, %v", what, c.code, officer, yes)
	do := map[string]func() (store.Reply[store.CounterView], error){
		"open":   func() (store.Reply[store.CounterView], error) { return w.st.OpenCounter(w.ctx(), b, c.code) },
		"pause":  func() (store.Reply[store.CounterView], error) { return w.st.PauseCounter(w.ctx(), b, c.code, "Salat") },
		"resume": func() (store.Reply[store.CounterView], error) { return w.st.ResumeCounter(w.ctx(), b, c.code) },
		"close":  func() (store.Reply[store.CounterView], error) { return w.st.CloseCounter(w.ctx(), b, c.code, yes) },
		"ask":    func() (store.Reply[store.CounterView], error) { return w.st.AskClose(w.ctx(), b, c.code, "Pulang") },
		"answer": func() (store.Reply[store.CounterView], error) {
			return w.st.AnswerClose(w.ctx(), b, c.code, yes, "Baik")
		},
	}[what]
	n := map[string]func() no{
		"open":   func() no { return w.m.open(c, officer) },
		"pause":  func() no { return w.m.pause(c, officer, queue.CounterPaused) },
		"resume": func() no { return w.m.pause(c, officer, queue.CounterOpen) },
		"close":  func() no { return w.m.closeCounter(c, officer, yes) },
		"ask":    func() no { return w.m.askClose(c, officer) },
		"answer": func() no { return w.m.answerClose(c, yes) },
	}[what]()
	_, err := do()
	w.did(n, err, b, func() (bool, error) { r, err := do(); return r.Replayed, err })
}

func (w *world) next(c *refCounter) {
	officer := w.officer(c)
	b := w.by(officer)
	w.tell("next at %s by %s", c.code, officer)
	there, last := w.m.current(c), c.last
	s, n := w.m.callNext(c, officer)
	do := func() (store.Reply[store.Called], error) { return w.st.CallNext(w.ctx(), b, c.code) }
	reply, err := do()
	if !w.did(n, err, b, func() (bool, error) { r, err := do(); return r.Replayed, err }) {
		return
	}
	code := ""
	if s != nil {
		code = s.ticket.code
	}
	if k := reply.Value.Ticket; (k == nil) != (s == nil) || k != nil && k.Code != code {
		w.Fatalf("step %d, %s: called %v, want %q", w.step, w.said, k, code)
	}
	if k := reply.Value.Finished; (k == nil) != (there == nil) || k != nil && k.Code != there.ticket.code {
		w.Fatalf("step %d, %s: finished %v", w.step, w.said, k)
	}
	w.acted(c, last)
	if s != nil {
		w.Logf("    calls %s (%s)", code, s.ticket.class)
		w.undoes[c.code].passed = w.fair.called(w, c, s)
	}
}
