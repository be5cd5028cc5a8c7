package main

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"antre/queue"
	"antre/queue/store"
)

const (
	noShowShare    = 0.08             // of all called
	comesWithin    = 40 * time.Second // from the call to the counter, at most
	idleLook       = 10 * time.Minute // how long an officer waits for somebody to come, before looking all the same
	reaction       = 4 * time.Second  // from somebody coming to an idle officer seeing them
	officerSpread  = 0.25             // standard deviation of the logarithm of an officer's pace
	serviceSpread  = 0.45             // the same of one visit
	unknownMinutes = 8                // where the mall file gives none
	closesAfter    = 8 * time.Hour    // of opening; whoever waits is still served
)

// How often an officer meets what is not the usual: one visit in so many.
const (
	holdEvery       = 25
	transferEvery   = 30
	outOfOrderEvery = 60
	undoEvery       = 50
	classEvery      = 40
	returnEvery     = 3 // of the no-shows
)

// officer is one simulated officer at one counter.
type officer struct {
	*simulation
	k      *store.Counter
	by     store.By
	r      *rand.Rand
	pace   float64  // 1 is the service's own minutes
	mine   string   // the ticket that the officer believes to have
	back   []coming // who was set aside or given up, and comes back
	wishes bool     // has asked to close
}

// coming is a visitor who comes back to this counter.
type coming struct {
	code string
	at   time.Time
	gone bool // was a no-show; else on hold
}

func (s *simulation) work(ctx context.Context, k *store.Counter, day uint64) {
	who := simUser(k.Code)
	if k.Code == s.st.Catalog().Counters[0].Code {
		who = "petugas"
	}
	staff, err := s.st.StaffByUsername(ctx, who)
	if err != nil || staff == nil {
		return
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(k.Code))
	r := rand.New(rand.NewPCG(s.seed^h.Sum64(), day)) //nolint:gosec // a simulated day, not a secret
	o := &officer{simulation: s, k: k, by: store.By{Actor: "staff", StaffID: staff.ID}, r: r, pace: logNormal(r, officerSpread)}
	if !s.clock.until(ctx, s.opening.Add(time.Duration(r.Float64()*float64(20*time.Second)))) || o.takenOver(ctx) {
		return
	}
	if _, err := s.st.OpenCounter(ctx, o.by, k.Code); err == nil {
		o.day(ctx)
	}
}

// day calls visitors until closing time has come and nobody waits.
func (o *officer) day(ctx context.Context) {
	lunch := o.opening.Add(lunchFrom)
	eaten := false
	for ctx.Err() == nil && !o.takenOver(ctx) {
		if now := o.clock.now(); !eaten && !now.Before(lunch) {
			eaten = true
			if !o.pause(ctx, lunch.Add(lunchFor)) {
				return
			}
		}
		o.askToClose(ctx)
		called, err := o.call(ctx)
		switch {
		case err != nil:
			if !o.rested(ctx) {
				return
			}
		case called != nil:
			if !o.serve(ctx, called) {
				return
			}
		case len(o.back) == 0 && o.clock.now().After(o.opening.Add(closesAfter)):
			_, _ = o.st.CloseCounter(ctx, o.by, o.k.Code, false)
			return
		case !o.idle(ctx):
			return
		}
	}
}

// idle waits until somebody comes, or comes back.
func (o *officer) idle(ctx context.Context) bool {
	wait := idleLook
	for _, c := range o.back {
		wait = min(wait, max(0, c.at.Sub(o.clock.now())))
	}
	return o.clock.sleepOr(ctx, wait, o.bells[o.k.ID]) && o.clock.sleep(ctx, reaction)
}

// call takes the next visitor; nil when nobody waits. Who comes back to the
// counter is not sent away, and now and then somebody cannot wait.
func (o *officer) call(ctx context.Context) (*store.Ticket, error) {
	if k := o.comesBack(ctx); k != nil {
		return k, nil
	}
	if k := o.outOfOrder(ctx); k != nil {
		return k, nil
	}
	v, err := o.st.Counter(ctx, o.k.Code)
	if err != nil || v.State == queue.CounterOpen && len(v.Next) == 0 && v.Current == nil {
		return nil, err
	}
	before := o.mine
	reply, err := o.st.CallNext(ctx, o.by, o.k.Code)
	if err != nil {
		return nil, err
	}
	if o.holds(reply.Value.Ticket); o.mine != "" && o.every("undo", undoEvery) && o.clock.sleep(ctx, 3*time.Second) {
		if _, err := o.st.Undo(ctx, o.by, o.k.Code); err == nil {
			o.mine = before
			if reply, err = o.st.CallNext(ctx, o.by, o.k.Code); err != nil {
				return nil, err
			}
			o.holds(reply.Value.Ticket)
		}
	}
	return reply.Value.Ticket, nil
}

func (o *officer) holds(k *store.Ticket) {
	if o.mine = ""; k != nil {
		o.mine = k.Code
	}
}

// clear finishes the visitor who is here, so that another can be called by number.
func (o *officer) clear(ctx context.Context) bool {
	if o.mine == "" {
		return true
	}
	_, err := o.st.Finish(ctx, o.by, o.k.Code)
	if err == nil {
		o.mine = ""
	}
	return err == nil
}

// comesBack calls whoever was on hold and is here again, and gives a no-show
// who came after all their place in the line.
func (o *officer) comesBack(ctx context.Context) *store.Ticket {
	i := slices.IndexFunc(o.back, func(c coming) bool { return !o.clock.now().Before(c.at) })
	if i < 0 {
		return nil
	}
	c := o.back[i]
	if c.gone {
		o.back = slices.Delete(o.back, i, i+1)
		_, _ = o.st.Return(ctx, o.by, o.k.Code, c.code)
		return nil
	}
	return o.callByNumber(ctx, c.code, "", func() { o.back = slices.Delete(o.back, i, i+1) })
}

func (o *officer) callByNumber(ctx context.Context, code, reason string, done func()) *store.Ticket {
	if !o.clear(ctx) {
		return nil
	}
	reply, err := o.st.CallTicket(ctx, o.by, o.k.Code, code, reason)
	done()
	if err != nil {
		return nil // somebody else was quicker
	}
	o.holds(&reply.Value)
	return &reply.Value
}

// outOfOrder takes a later visitor with a reason, or gives one the class they
// forgot to ask for.
func (o *officer) outOfOrder(ctx context.Context) *store.Ticket {
	swap, class := o.every("out of order", outOfOrderEvery), o.every("class", classEvery)
	if !swap && !class {
		return nil
	}
	v, err := o.st.Counter(ctx, o.k.Code)
	if err != nil || len(v.Next) < 2 {
		return nil
	}
	last := v.Next[len(v.Next)-1]
	if class {
		to := queue.Priority
		if last.Class == queue.Priority {
			to = queue.Regular
		}
		_, _ = o.st.ChangeClass(ctx, o.by, o.k.Code, last.Code, to, store.VisitorAsked)
		return nil
	}
	return o.callByNumber(ctx, last.Code, "Pengunjung sakit", func() {})
}

// askToClose is the wish of one officer in so many, two hours after opening.
func (o *officer) askToClose(ctx context.Context) {
	if o.wishes || o.clock.now().Before(o.opening.Add(wishesAfter)) {
		return
	}
	if o.wishes = true; o.every("wish to close", wishesEvery) {
		_, _ = o.st.AskClose(ctx, o.by, o.k.Code, "Rapat")
	}
}

// rested waits out a closing that the officer asked for and opens again.
func (o *officer) rested(ctx context.Context) bool {
	v, err := o.st.Counter(ctx, o.k.Code)
	if err != nil || v.State != queue.CounterClosed || !o.wishes || o.clock.now().After(o.opening.Add(closesAfter)) {
		return false
	}
	o.mine = ""
	if !o.clock.sleep(ctx, restsFor) {
		return false
	}
	_, err = o.st.OpenCounter(ctx, o.by, o.k.Code)
	return err == nil
}

// takenOver notices that a person acts at this counter, and steps back for good.
func (o *officer) takenOver(ctx context.Context) bool {
	if _, ok := o.taken.Load(o.k.ID); ok {
		return true
	}
	v, err := o.st.Counter(ctx, o.k.Code)
	if err != nil {
		return true
	}
	now := ""
	if v.Current != nil {
		now = v.Current.Code
	}
	other := v.OfficerID != 0 && v.OfficerID != o.by.StaffID
	if other || now != o.mine || (o.mine != "" && v.State != queue.CounterOpen) {
		o.taken.Store(o.k.ID, true)
		return true
	}
	return false
}

func (o *officer) pause(ctx context.Context, until time.Time) bool {
	if !o.clear(ctx) {
		return false
	}
	if _, err := o.st.PauseCounter(ctx, o.by, o.k.Code, "Istirahat"); err != nil {
		return o.rested(ctx) // closed meanwhile, as asked for
	}
	if !o.clock.until(ctx, until) {
		return false
	}
	_, err := o.st.ResumeCounter(ctx, o.by, o.k.Code)
	return err == nil
}

// serve waits for the called visitor and serves them, or gives up on them.
func (o *officer) serve(ctx context.Context, ticket *store.Ticket) bool {
	if o.r.Float64() < noShowShare {
		return o.giveUp(ctx)
	}
	if !o.clock.sleep(ctx, time.Duration((0.2+0.8*o.r.Float64())*float64(comesWithin))) || o.takenOver(ctx) {
		return false
	}
	if _, err := o.st.Start(ctx, o.by, o.k.Code); err != nil {
		return false
	}
	minutes := unknownMinutes
	if service := o.st.Catalog().ServiceByID(ticket.ServiceID); service != nil && service.Minutes > 0 {
		minutes = service.Minutes
	}
	visit := time.Duration(float64(minutes) * float64(time.Minute) * o.pace * logNormal(o.r, serviceSpread))
	if !o.clock.sleep(ctx, visit/2) || o.takenOver(ctx) {
		return false
	}
	if o.sendAway(ctx, ticket) {
		return true
	}
	return o.clock.sleep(ctx, visit/2)
}

// sendAway sets the visitor aside for a copy they must fetch, or sends them to
// another agency's line.
func (o *officer) sendAway(ctx context.Context, ticket *store.Ticket) bool {
	if o.every("hold", holdEvery) {
		if _, err := o.st.Hold(ctx, o.by, o.k.Code, "Fotokopi KK"); err == nil {
			o.back = append(o.back, coming{code: o.mine, at: o.clock.now().Add(4 * time.Minute)})
			o.mine = ""
			return true
		}
	}
	if o.every("transfer", transferEvery) {
		all := o.st.Catalog().Services
		to := all[o.r.IntN(len(all))]
		if _, err := o.st.Transfer(ctx, o.by, o.k.Code, to.Code, "Berkas sudah lengkap", ticket.Number%2 == 0); err == nil {
			o.mine = ""
			return true
		}
	}
	return false
}

// giveUp calls again at 20 and 40 seconds and then says that nobody came.
func (o *officer) giveUp(ctx context.Context) bool {
	const between = 20 * time.Second
	for range 2 {
		if !o.clock.sleep(ctx, between) || o.takenOver(ctx) {
			return false
		}
		if _, err := o.st.Recall(ctx, o.by, o.k.Code); err != nil {
			return false
		}
	}
	if !o.clock.sleep(ctx, o.st.Settings().NoShowAfter()-2*between+time.Second) || o.takenOver(ctx) {
		return false
	}
	if _, err := o.st.NoShow(ctx, o.by, o.k.Code); err != nil {
		return false
	}
	if o.every("return", returnEvery) {
		o.back = append(o.back, coming{code: o.mine, at: o.clock.now().Add(8 * time.Minute), gone: true})
	}
	o.mine = ""
	return true
}
