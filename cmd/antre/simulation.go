package main

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"antre/queue"
	"antre/queue/store"
)

// simulation is the people of a throwaway mall: visitors, officers, a
// supervisor and an administrator. A day of them uses every rule.
type simulation struct {
	st       *store.Store
	clock    *lapse
	def      *queue.Mall
	visitors int
	seed     uint64
	opening  time.Time
	people   sync.WaitGroup
	taken    sync.Map // counters at which a person has begun to act

	mu    sync.Mutex
	times map[string]int          // how often something might have happened
	bells map[int64]chan struct{} // by counter
}

func newSimulation(clock *lapse, o *demoOptions) *simulation {
	return &simulation{clock: clock, visitors: o.visitors, seed: o.seed, times: map[string]int{}}
}

// enter takes the people into a mall that is ready for them.
func (s *simulation) enter(st *store.Store) {
	def := st.Catalog().Mall
	s.st, s.def, s.opening = st, &def, nextOpening(&def, s.clock.now())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bells = map[int64]chan struct{}{}
	for _, k := range st.Catalog().Counters {
		s.bells[k.ID] = make(chan struct{}, 1)
	}
}

// stir wakes the idle officers of the counters that a change is about. The
// store's publisher calls it; it never waits.
func (s *simulation) stir(c store.Change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, bell := range s.bells {
		k := s.st.Catalog().CounterByID(id)
		if k == nil || !c.Counters[id] && !slices.ContainsFunc(slices.Concat(k.Own, k.Assisted), func(v *store.Service) bool { return c.Services[v.ID] }) {
			continue
		}
		select {
		case bell <- struct{}{}:
		default:
		}
	}
}

// run plays one day after another.
func (s *simulation) run(ctx context.Context) {
	for day := uint64(0); ctx.Err() == nil; day++ {
		s.day(ctx, day)
		if !s.night(ctx) {
			return
		}
	}
}

// day plays a day until the last visitor has left.
func (s *simulation) day(ctx context.Context, day uint64) {
	r := rand.New(rand.NewPCG(s.seed, day)) //nolint:gosec // a simulated day, not a secret
	s.people.Go(func() { s.visit(ctx, arrivals(r, s.st.Catalog().Services, s.visitors)) })
	for _, k := range s.st.Catalog().Counters {
		s.people.Go(func() { s.work(ctx, k, day) })
	}
	s.people.Go(func() { s.supervise(ctx) })
	s.people.Wait()
}

// night moves on to the next day on which the mall opens; false means that the
// demo is over.
func (s *simulation) night(ctx context.Context) bool {
	s.opening = nextOpening(s.def, s.opening.AddDate(0, 0, 1))
	s.clock.jump(s.opening.Add(-30 * time.Second))
	// The administrator looks at the server's clock before the doors open.
	_, _ = s.st.AllowDay(ctx, store.By{Actor: "command"}, queue.BusinessDay(s.clock.now(), s.st.Location()))
	return s.st.TurnDay(ctx) == nil && s.clock.sleep(ctx, 10*time.Second)
}

// every is true each nth time that something might happen. Chance alone would
// leave some days without the rarer things.
func (s *simulation) every(what string, n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times[what]++
	return s.times[what]%n == 0
}

// Those who leave before they are called, one in so many, and after how long.
const (
	leavesEvery = 25
	leavesAfter = 12 * time.Minute
	// Those who say on their phone that they are late; every other comes sooner.
	lateEvery = 30
	lateAfter = 4 * time.Minute
	hereAfter = 9 * time.Minute
)

// visit lets the visitors take their numbers. Nobody minds a refusal: a person
// would go home, and so do they.
func (s *simulation) visit(ctx context.Context, day []arrival) {
	for _, a := range day {
		if !s.clock.until(ctx, s.opening.Add(a.after)) {
			return
		}
		reply, err := s.st.Issue(ctx, store.By{Actor: "visitor"}, store.Wanted{Services: a.services, Order: a.order, Class: a.class, Lang: "id"})
		if err != nil {
			continue
		}
		later := func(after time.Duration, do func(context.Context, store.By, string) (store.Reply[store.Ticket], error)) {
			s.people.Go(func() {
				if s.clock.sleep(ctx, after) {
					_, _ = do(ctx, store.By{Actor: "visitor"}, s.st.Token(reply.Value.ID))
				}
			})
		}
		if s.every("leaves", leavesEvery) {
			later(leavesAfter, s.st.Cancel)
		}
		if s.every("is late", lateEvery) {
			later(lateAfter, s.st.Late)
			if s.every("is here sooner", 2) {
				later(hereAfter, s.st.Here)
			}
		}
	}
}

// logNormal draws around a median of 1.
func logNormal(r *rand.Rand, sigma float64) float64 { return math.Exp(sigma * r.NormFloat64()) }
