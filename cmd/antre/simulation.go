package main

import (
	"context"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"antre/queue"
	"antre/queue/store"
)

const (
	noShowShare    = 0.08             // of all called
	comesWithin    = 40 * time.Second // from the call to the counter, at most
	idleLook       = 15 * time.Second // how often an officer without a visitor looks again
	officerSpread  = 0.25             // standard deviation of the logarithm of an officer's pace
	serviceSpread  = 0.45             // the same of one visit
	unknownMinutes = 8                // where the mall file gives none
	closesAfter    = 8 * time.Hour    // of opening; whoever waits is still served
)

// simulation is the people of a throwaway mall.
type simulation struct {
	st       *store.Store
	clock    *lapse
	def      *queue.Mall
	visitors int
	seed     uint64
	opening  time.Time
	taken    sync.Map // counters at which a person has begun to act
}

func newSimulation(ctx context.Context, st *store.Store, clock *lapse, o *demoOptions) (*simulation, error) {
	def := st.Catalog().Mall
	return &simulation{st: st, clock: clock, visitors: o.visitors, seed: o.seed, def: &def, opening: nextOpening(&def, clock.now())}, ctx.Err()
}

// run plays one day after another.
func (s *simulation) run(ctx context.Context) {
	for day := uint64(0); ctx.Err() == nil; day++ {
		var people sync.WaitGroup
		r := rand.New(rand.NewPCG(s.seed, day)) //nolint:gosec // a simulated day, not a secret
		people.Go(func() { s.visit(ctx, arrivals(r, s.st.Catalog().Services, s.visitors)) })
		for _, k := range s.st.Catalog().Counters {
			people.Go(func() { s.work(ctx, k, day) })
		}
		people.Wait()
		s.opening = nextOpening(s.def, s.opening.AddDate(0, 0, 1))
		s.clock.jump(s.opening.Add(-30 * time.Second))
		if s.st.TurnDay(ctx) != nil || !s.clock.sleep(ctx, 10*time.Second) {
			return
		}
	}
}

// visit lets the visitors take their numbers. Nobody minds a refusal: a person
// would go home, and so do they.
func (s *simulation) visit(ctx context.Context, day []arrival) {
	for _, a := range day {
		if !s.clock.until(ctx, s.opening.Add(a.after)) {
			return
		}
		_, _ = s.st.Issue(ctx, store.By{Actor: "visitor"}, store.Wanted{Services: []string{a.service}, Lang: "id"})
	}
}

// officer is one simulated officer at one counter.
type officer struct {
	*simulation
	k    *store.Counter
	by   store.By
	r    *rand.Rand
	pace float64 // 1 is the service's own minutes
	mine string  // the ticket that the officer believes to have
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
		reply, err := o.st.CallNext(ctx, o.by, o.k.Code)
		if err != nil {
			return
		}
		o.mine = ""
		if reply.Value.Ticket != nil {
			o.mine = reply.Value.Ticket.Code
			if !o.serve(ctx, reply.Value.Ticket) {
				return
			}
			continue
		}
		if o.clock.now().After(o.opening.Add(closesAfter)) {
			_, _ = o.st.CloseCounter(ctx, o.by, o.k.Code, false)
			return
		}
		if !o.clock.sleep(ctx, idleLook) {
			return
		}
	}
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
	if o.mine != "" {
		if _, err := o.st.Finish(ctx, o.by, o.k.Code); err != nil {
			return false
		}
		o.mine = ""
	}
	if _, err := o.st.PauseCounter(ctx, o.by, o.k.Code, "Istirahat"); err != nil {
		return false
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
	return o.clock.sleep(ctx, time.Duration(float64(minutes)*float64(time.Minute)*o.pace*logNormal(o.r, serviceSpread)))
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
	_, err := o.st.NoShow(ctx, o.by, o.k.Code)
	o.mine = ""
	return err == nil
}

// logNormal draws around a median of 1.
func logNormal(r *rand.Rand, sigma float64) float64 { return math.Exp(sigma * r.NormFloat64()) }
