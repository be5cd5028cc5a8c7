//go:build e2e || prove

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestPairs_everyPressIsAnsweredAndNoNumberIsDoubled(t *testing.T) {
	s := newServer(t, mallFile(t, smallMall), "1", "2")
	var mu sync.Mutex
	codes := map[string]int{}
	press := func() {
		status, ticket, _ := s.visitor().send("POST", "/api/tickets", "", object{"service": "A"})
		mu.Lock()
		defer mu.Unlock()
		if status != http.StatusCreated {
			t.Errorf("a press was answered %d: %v", status, ticket)
			return
		}
		codes[ticket["code"].(string)]++
	}
	pairs(200, press, press)
	for n := 1; n <= 400; n++ {
		if got := codes[fmt.Sprintf("A-%03d", n)]; got != 1 {
			t.Errorf("A-%03d was given %d times", n, got)
		}
	}
	called := map[string]int{}
	next := func(counter string) func() {
		c := s.officer(counter)
		c.must("POST", "/api/counters/"+counter+"/open", nil)
		return func() {
			status, out, _ := c.send("POST", "/api/counters/"+counter+"/next", "", nil)
			mu.Lock()
			defer mu.Unlock()
			if status != http.StatusOK {
				t.Errorf("next at %s was answered %d: %v", counter, status, out)
				return
			}
			called[out["ticket"].(object)["code"].(string)]++
		}
	}
	pairs(200, next("1"), next("2"))
	if len(called) != 400 {
		t.Errorf("%d tickets called, want 400", len(called))
	}
	for code, n := range called {
		if n != 1 {
			t.Errorf("%s called %d times", code, n)
		}
	}
}

// killRounds presses and calls under load, kills the server in the middle, and
// reads the state before anything is tried again.
func killRounds(t *testing.T, rounds int) (slowest time.Duration) {
	s := newServer(t, mallFile(t, smallMall), "1")
	acked := map[string]string{} // token → code
	for round := range rounds {
		var mu sync.Mutex
		var wg sync.WaitGroup
		stop := make(chan struct{})
		for range 8 {
			wg.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if status, k, _ := s.visitor().send("POST", "/api/tickets", "", object{"service": "A"}); status == http.StatusCreated {
						mu.Lock()
						acked[k["token"].(string)] = k["code"].(string)
						mu.Unlock()
					}
				}
			})
		}
		time.Sleep(time.Duration(30+(round*17)%60) * time.Millisecond)
		s.kill()
		close(stop)
		wg.Wait()
		slowest = max(slowest, s.start())
	}
	seen := map[string]string{}
	for token, code := range acked {
		status, k, _ := s.visitor().send("GET", "/api/tickets/"+token, "", nil)
		if status != http.StatusOK || k["code"] != code {
			t.Errorf("acknowledged %s is now %d %v", code, status, k["code"])
		}
		if other, dup := seen[code]; dup {
			t.Errorf("%s is on paper twice: %s and %s", code, other, token)
		}
		seen[code] = token
	}
	t.Logf("%d kills, %d acknowledged tickets, all there; ready again in at most %v", rounds, len(acked), slowest)
	return slowest
}

func TestKill_noAcknowledgedTicketIsLost(t *testing.T) { killRounds(t, 5) }

func TestRetryKey_fiftyInParallelAndAfterACrashIsOneTicket(t *testing.T) {
	s := newServer(t, mallFile(t, smallMall))
	var wg sync.WaitGroup
	bodies := make([]string, 50)
	for i := range 50 {
		wg.Go(func() {
			_, k, _ := s.visitor().send("POST", "/api/tickets", "satu-sentuhan", object{"service": "A", "lang": "id"})
			b, _ := json.Marshal(k)
			bodies[i] = string(b)
		})
	}
	wg.Wait()
	s.kill()
	s.start()
	status, k, head := s.visitor().send("POST", "/api/tickets", "satu-sentuhan", object{"lang": "id", "service": "A"})
	b, _ := json.Marshal(k)
	for _, other := range bodies {
		if other != string(b) {
			t.Fatalf("answers differ:\n%s\n%s", other, b)
		}
	}
	if status != http.StatusCreated || k["code"] != "A-001" || head.Get("Idempotent-Replay") != "true" {
		t.Errorf("after the crash: %d %v %q", status, k["code"], head.Get("Idempotent-Replay"))
	}
	if got := s.visitor().ticket("A")["code"]; got != "A-002" {
		t.Errorf("the next number is %v, want A-002", got)
	}
	if status, k, _ := s.visitor().send("POST", "/api/tickets", "satu-sentuhan", object{"service": "AB"}); status != 422 || k["code"] != "key_reused" {
		t.Errorf("the key with another body: %d %v", status, k["code"])
	}
}

func TestWrongInput_isRefusedAndNothingIsWritten(t *testing.T) {
	s := newServer(t, mallFile(t, smallMall), "1", "2")
	one := s.officer("1")
	s.visitor().ticket("A")
	for _, c := range []struct {
		name         string
		who          *caller
		method, path string
		body         any
		status       int
		code         string
	}{
		{"unknown service", s.visitor(), "POST", "/api/tickets", object{"service": "ZZ"}, 404, "unknown_service"},
		{"no service", s.visitor(), "POST", "/api/tickets", object{}, 422, "missing_field"},
		{"malformed", s.visitor(), "POST", "/api/tickets", `{"service":`, 400, "bad_json"},
		{"oversized", s.visitor(), "POST", "/api/tickets", `{"service":"` + strings.Repeat("A", 70<<10) + `"}`, 413, "too_large"},
		{"unknown field", s.visitor(), "POST", "/api/tickets", object{"service": "A", "servise": "A"}, 422, "unknown_field"},
		{"wrong type", s.visitor(), "POST", "/api/tickets", object{"service": 7}, 422, "bad_value"},
		{"array", s.visitor(), "POST", "/api/tickets", `[1]`, 422, "bad_value"},
		{"unknown language", s.visitor(), "POST", "/api/tickets", object{"service": "A", "lang": "xx"}, 422, "bad_value"},
		{"unknown zone", s.visitor(), "GET", "/api/board?zone=9", nil, 404, "unknown_zone"},
		{"unknown zone, stream", s.visitor(), "GET", "/api/stream?zone=9", nil, 404, "unknown_zone"},
		{"unknown ticket", s.visitor(), "GET", "/api/tickets/abcdefghijklmnopqrstuv", nil, 404, "unknown_ticket"},
		{"unknown path", s.visitor(), "GET", "/api/nothing", nil, 404, "unknown_path"},
		{"not signed in", s.visitor(), "POST", "/api/counters/1/next", nil, 401, "not_signed_in"},
		{"wrong password", s.visitor(), "POST", "/api/session", object{"user": "u1", "password": "salah-sekali"}, 401, "wrong_password"},
		{"next at a closed counter", one, "POST", "/api/counters/1/next", nil, 409, "counter_closed"},
		{"wrong officer", one, "POST", "/api/counters/2/open", nil, 403, "wrong_counter"},
		{"unknown counter", one, "POST", "/api/counters/99/open", nil, 404, "unknown_counter"},
		{"pause without a reason", one, "POST", "/api/counters/1/pause", object{}, 422, "reason_needed"},
		{"recall of nobody", one, "POST", "/api/counters/1/recall", nil, 409, "counter_closed"},
	} {
		status, out, head := c.who.send(c.method, c.path, "", c.body)
		if status != c.status || out["code"] != c.code || head.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %v %s, want %d %s as a problem", c.name, status, out, head.Get("Content-Type"), c.status, c.code)
		}
		if out["detail"] == nil || out["title"] == nil || out["status"] != float64(c.status) {
			t.Errorf("%s: the problem lacks something: %v", c.name, out)
		}
	}
	board := s.visitor().must("GET", "/api/board", nil)
	if n := board["services"].([]any)[0].(object)["waiting"]; n != float64(1) || len(board["calls"].([]any)) != 0 {
		t.Errorf("something was written: %v", board)
	}
}

func TestContentType_mustBeJSON(t *testing.T) {
	s := newServer(t, mallFile(t, smallMall))
	res, err := http.Post(s.base+"/api/tickets", "text/plain", strings.NewReader(`{"service":"A"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("got %d", res.StatusCode)
	}
}

func TestHostAndOrigin_othersAreRefused(t *testing.T) {
	s := newServer(t, mallFile(t, smallMall))
	ask := func(host, origin string) int {
		req, err := http.NewRequest("POST", s.base+"/api/tickets", strings.NewReader(`{"service":"A"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		if host != "" {
			req.Host = host
		}
		if origin != "" {
			req.Header.Set("Origin", origin)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	if got := ask("jahat.example", ""); got != http.StatusForbidden {
		t.Errorf("a rebound name got %d", got)
	}
	if got := ask("", "http://jahat.example"); got != http.StatusForbidden {
		t.Errorf("another origin got %d", got)
	}
	if got := ask("", s.base); got != http.StatusCreated {
		t.Errorf("our own origin got %d", got)
	}
	for _, origin := range []string{"http://jahat.example", "null"} {
		if _, _, err := websocket.DefaultDialer.Dial("ws://"+s.addr+"/api/stream", http.Header{"Origin": {origin}}); err == nil {
			t.Errorf("a socket of %s was let in", origin)
		}
	}
	if _, _, err := websocket.DefaultDialer.Dial("ws://"+s.addr+"/api/stream", http.Header{"Cookie": {"antre_session=x"}}); err == nil {
		t.Error("a socket with a cookie and without an origin was let in")
	}
}

func TestStream_boardFirstThenGrowingRevsAndOneVoice(t *testing.T) {
	s := newServer(t, mallFile(t, smallMall), "1", "3")
	_, first := s.stream("/api/stream?zone=1")
	board := await(t, first, 3*time.Second, "board", func(object) bool { return true })
	if board["type"] != "board" || board["epoch"] == "" {
		t.Fatalf("the first frame is %v", board)
	}
	_, second := s.stream("/api/stream?zone=1")
	_, elsewhere := s.stream("/api/stream?zone=2")
	await(t, second, 3*time.Second, "board", typed("board"))
	await(t, elsewhere, 3*time.Second, "board", typed("board"))
	s.visitor().ticket("A")
	c := s.officer("1")
	c.must("POST", "/api/counters/1/open", nil)
	c.must("POST", "/api/counters/1/next", nil)
	rev := board["rev"].(float64)
	call := await(t, first, 3*time.Second, "call", func(f object) bool {
		if f["rev"].(float64) <= rev {
			t.Errorf("rev %v after %v", f["rev"], rev)
		}
		rev = f["rev"].(float64)
		return f["type"] == "call"
	})
	if call["speak"] != true || call["ticket"] != "A-001" || call["counter"] != "1" || call["zone"] != "1" || call["recall"] != false {
		t.Errorf("the call is %v", call)
	}
	// The mall has A and A1 side by side, and counter 1 is read as a number.
	if text := call["speech"].(object)["id"].(object)["text"]; text != "Nomor antrean, A, nol nol satu. Silakan menuju loket satu." {
		t.Errorf("it says %q", text)
	}
	if other := await(t, second, 3*time.Second, "call", typed("call")); other["speak"] != false {
		t.Error("two screens of one zone speak")
	}
	await(t, first, 3*time.Second, "board with the call", func(f object) bool {
		b, ok := f["board"].(object)
		return ok && len(b["calls"].([]any)) == 1
	})
	c.must("POST", "/api/counters/1/recall", nil)
	again := await(t, first, 3*time.Second, "recall", typed("call"))
	if again["recall"] != true || !strings.HasPrefix(again["speech"].(object)["id"].(object)["text"].(string), "Panggilan ulang.") {
		t.Errorf("the recall is %v", again)
	}
	_, late := s.stream("/api/stream?zone=1")
	await(t, late, 3*time.Second, "board", typed("board"))
	select {
	case f := <-late:
		if f["type"] == "call" {
			t.Error("an old call was replayed")
		}
	case <-time.After(300 * time.Millisecond):
	}
	for len(elsewhere) > 0 {
		if f := <-elsewhere; f["type"] == "call" {
			t.Errorf("zone 2 heard zone 1's call: %v", f)
		}
	}
}

func TestSlowScreen_delaysNobody(t *testing.T) {
	s := newServer(t, tubaba, "1")
	_, good := s.stream("/api/stream?zone=1")
	await(t, good, 3*time.Second, "board", typed("board"))
	for range 8 { // one for each writer and more: they connect and never read
		conn, _, err := (&websocket.Dialer{ReadBufferSize: 512}).Dial("ws://"+s.addr+"/api/stream?zone=1", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	c := s.officer("1")
	c.must("POST", "/api/counters/1/open", nil)
	worst := time.Duration(0)
	for range 150 {
		s.visitor().ticket("A")
		began := time.Now()
		c.must("POST", "/api/counters/1/next", nil)
		await(t, good, 5*time.Second, "call", typed("call"))
		worst = max(worst, time.Since(began))
	}
	if worst > 2*time.Second {
		t.Errorf("a call took %v to reach the screen that reads", worst)
	}
	t.Logf("slowest of 150 calls beside 8 screens that do not read: %v", worst)
}

func TestCodes_areNeverConfused(t *testing.T) {
	s := newServer(t, mallFile(t, smallMall), "1", "3")
	_, frames := s.stream("/api/stream")
	said := map[string]string{}
	for _, c := range []struct{ service, counter string }{{"A", "1"}, {"AB", "3"}, {"A1", "3"}} {
		k := s.visitor().ticket(c.service)
		if k["code"] != c.service+"-001" {
			t.Errorf("got %v", k["code"])
		}
		o := s.officer(c.counter)
		o.must("POST", "/api/counters/"+c.counter+"/open", nil)
		o.must("POST", "/api/counters/"+c.counter+"/next", nil)
		call := await(t, frames, 3*time.Second, "call", typed("call"))
		clips := fmt.Sprint(call["speech"].(object)["id"].(object)["clips"])
		if other, dup := said[clips]; dup {
			t.Errorf("%s sounds like %s: %s", c.service, other, clips)
		}
		said[clips] = c.service
	}
	out, err := exec.Command(binary(t), "ticket", "print", "A1001", "--data", s.dir).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "hyphen") {
		t.Errorf("A1001 was read as a number: %s", out)
	}
}

func TestOfficer_actsOnlyWhileHoldingTheCounter(t *testing.T) {
	s := newServer(t, mallFile(t, smallMall), "1")
	s.command(password, "staff", "add", "--user", "dua", "--name", "Budi", "--role", "officer", "--counters", "1", "--password-stdin")
	first := s.officer("1")
	first.must("POST", "/api/counters/1/open", nil)
	second := s.visitor()
	_, _, head := second.send("POST", "/api/session", "", object{"user": "dua", "password": password})
	second.cookie, _, _ = strings.Cut(head.Get("Set-Cookie"), ";")
	if status, out, _ := second.send("POST", "/api/counters/1/next", "", nil); status != 409 || out["code"] != "counter_busy" || out["by"] != "Petugas 1" {
		t.Errorf("got %d %v", status, out)
	}
	s.command("", "staff", "disable", "--user", "u1")
	if status, _, _ := first.send("POST", "/api/counters/1/next", "", nil); status != 401 {
		t.Errorf("a disabled officer got %d", status)
	}
}

func TestPDF_isTheSameEveryTime(t *testing.T) {
	s := newServer(t, mallFile(t, smallMall))
	k := s.visitor().ticket("A")
	get := func() string {
		res, err := http.Get(s.base + "/api/tickets/" + k["token"].(string) + "/ticket.pdf?paper=58")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.Header.Get("Content-Type") + string(b)
	}
	first := get()
	s.visitor().ticket("A")
	if !strings.HasPrefix(first, "application/pdf%PDF") || first != get() {
		t.Error("the slip changed")
	}
}
