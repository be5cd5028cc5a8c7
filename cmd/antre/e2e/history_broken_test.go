//go:build e2e || prove

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// A checker that calls everything right proves nothing: here are the mistakes
// that queue systems make, and it must call each of them wrong.

// booth gives and calls numbers from memory, right or with one mistake. Between
// looking and acting there is a moment, as there is on any network.
type booth struct {
	mu      sync.Mutex
	mistake string
	numbers map[string]int
	waiting []string
	current map[string]string
}

const (
	rightBooth  = "none"
	doubleCall  = "next looks, then calls whom it saw"
	falseNobody = "next says that nobody waits when whom it saw is gone"
	lateArrival = "a number stands in the line only after it was given"
	twoNumbers  = "two presses read the same last number"
)

func newBooth(mistake string) *booth {
	return &booth{mistake: mistake, numbers: map[string]int{}, current: map[string]string{}}
}

// ServeHTTP knows POST /api/tickets and POST /api/counters/{code}/next.
func (b *booth) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	var answer object
	if r.URL.Path == "/api/tickets" {
		var in struct{ Service string }
		_ = json.NewDecoder(r.Body).Decode(&in)
		status, answer = http.StatusCreated, object{"code": b.issue(in.Service), "state": "waiting"}
	} else {
		counter := strings.Split(r.URL.Path, "/")[3]
		code, finished := b.next(counter)
		if code == "" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		answer = object{"ticket": object{"code": code, "state": "called", "counter": counter}}
		if finished != "" {
			answer["finished"] = object{"code": finished}
		}
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

// moment lets others in between, where the booth makes this mistake.
func (b *booth) moment(mistakes ...string) {
	if slices.Contains(mistakes, b.mistake) {
		b.mu.Unlock()
		time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond)
		b.mu.Lock()
	}
}

func (b *booth) issue(service string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.numbers[service] + 1
	b.moment(twoNumbers)
	b.numbers[service] = n
	code := fmt.Sprintf("%s-%03d", service, n)
	b.moment(lateArrival)
	b.waiting = append(b.waiting, code)
	return code
}

func (b *booth) next(counter string) (code, finished string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	own, assisted := served(int(counter[0] - '1'))
	for _, all := range []string{own, assisted} {
		if i := slices.IndexFunc(b.waiting, func(c string) bool { return strings.Contains(all, c[:1]) }); i >= 0 {
			code = b.waiting[i]
			break
		}
	}
	b.moment(doubleCall, falseNobody)
	if i := slices.Index(b.waiting, code); i >= 0 {
		b.waiting = slices.Delete(b.waiting, i, i+1)
	} else if b.mistake == falseNobody {
		code = ""
	}
	finished, b.current[counter] = b.current[counter], code
	return code, finished
}

// atBooth lets six people give and call numbers at a booth.
func atBooth(t *testing.T, mistake string) []porcupine.Operation {
	site := httptest.NewServer(newBooth(mistake))
	defer site.Close()
	h := &history{t: t, sites: []*server{{t: t, base: site.URL}}, seed: 1, ops: []weighted{{"issue", 10}, {"next", 9}}, each: 12, oneLine: true}
	h.run(6, nil)
	return h.done
}

func TestChecker_seesEveryMistakeOfARacyBooth(t *testing.T) {
	for range 3 {
		if got := check(atBooth(t, rightBooth)); got != porcupine.Ok {
			t.Fatalf("a booth without a mistake is %s", got)
		}
	}
	for _, mistake := range []string{doubleCall, falseNobody, lateArrival, twoNumbers} {
		began := time.Now()
		if got := check(atBooth(t, mistake)); got != porcupine.Illegal {
			t.Errorf("%s: the checker says %s, want %s", mistake, got, porcupine.Illegal)
		}
		t.Logf("%s: illegal, after %v", mistake, time.Since(began))
	}
}

// lossy loses answers: what was asked has been done, and nobody hears of it.
type lossy struct {
	wire http.RoundTripper
	mu   sync.Mutex
	n    int
}

func (l *lossy) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := l.wire.RoundTrip(r)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.n++; err == nil && l.n%4 == 2 {
		_ = res.Body.Close()
		return nil, errors.New("the answer was lost")
	}
	return res, err
}

// lost lets four people press and call over a network that loses each fourth
// answer; they ask again, with the same key or with a new one.
func lost(t *testing.T, newKey bool) *history {
	s := newServer(t, mallFile(t, historyMall))
	boss := s.boss()
	boss.openCounters(counters)
	h := &history{t: t, sites: []*server{s}, cookie: boss.cookie, seed: 2, ops: []weighted{{"issue", 10}, {"next", 9}}, each: 12, newKey: newKey, oneLine: true}
	h.wire = func(int) http.RoundTripper { return &lossy{wire: &http.Transport{MaxIdleConnsPerHost: 2}} }
	h.run(4, nil)
	return h
}

func TestChecker_seesANewKeyForEachRetry(t *testing.T) {
	same := lost(t, false)
	if got := check(same.done); got != porcupine.Ok || same.replays.Load() == 0 {
		t.Errorf("one key for each human action: %s with %d replays, want %s with some", got, same.replays.Load(), porcupine.Ok)
	}
	if got := check(lost(t, true).done); got != porcupine.Illegal {
		t.Errorf("a new key for each retry: the checker says %s, want %s", got, porcupine.Illegal)
	}
}
