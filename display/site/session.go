package site

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/alexedwards/scs/v2"

	"antre/queue"
	"antre/queue/store"
)

// StaffCaller names a member of staff, for retries.
func StaffCaller(staff *store.Staff) string { return "staff " + queue.Key(staff.Username) }

const (
	sessionCookie = "antre_session"
	sessionLife   = 14 * time.Hour // one working day, so that nobody is signed out before a visitor
	minPassword   = 8
)

// passwordCost is OWASP's least: 19 MiB, two passes, one lane. One at a time,
// so that a flood of sign-ins cannot take the machine's memory from the hall.
func passwordCost() *argon2id.Params {
	return &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// HashPassword makes what the store keeps. It refuses a password under eight characters.
func HashPassword(password string) (string, error) {
	if len([]rune(password)) < minPassword || len(password) > 200 {
		return "", queue.Refuse(queue.Invalid, "weak_password", "Kata sandi paling sedikit %d huruf.", minPassword).
			English("A password has at least %d characters.", minPassword).At("password")
	}
	return argon2id.CreateHash(password, passwordCost())
}

// SignIn checks passwords and keeps sessions.
type SignIn struct {
	st       *store.Store
	sessions *scs.SessionManager
	one      sync.Mutex // one hash at a time
	decoy    string     // compared when there is no such user, so that both take as long
	backoff  *backoff
}

// NewSignIn reads sessions from the store.
func NewSignIn(st *store.Store) *SignIn {
	m := scs.New()
	m.Store = st.Sessions()
	m.Lifetime = sessionLife
	m.HashTokenInStore = true
	decoy, _ := HashPassword("not a password")
	return &SignIn{st: st, sessions: m, decoy: decoy, backoff: newBackoff()}
}

// Hash makes what the store keeps of a password, one at a time.
func (a *SignIn) Hash(password string) (string, error) {
	a.one.Lock()
	defer a.one.Unlock()
	return HashPassword(password)
}

// check finds who has this password, holding back whoever guesses. A browser in
// which this user has signed in before is counted for itself, so that nobody
// can keep an officer out of the counter by guessing in the officer's name.
func (a *SignIn) check(r *http.Request, user, password string, now time.Time) (*store.Staff, error) {
	ctx, keys := r.Context(), []string{"user:" + queue.Key(user)}
	if from := Remote(r); !from.IsLoopback() { // a proxy on this machine brings everybody
		keys = append(keys, addressKey+from.String())
	}
	if browser := a.known(r, user); browser != "" {
		keys = []string{"browser:" + browser}
	}
	if wait := a.backoff.wait(now, keys); wait > 0 {
		seconds := int(wait.Seconds()) + 1
		return nil, Refuse(http.StatusTooManyRequests, "too_many_attempts", fmt.Sprintf("Terlalu banyak percobaan. Coba lagi dalam %d detik.", seconds),
			fmt.Sprintf("Too many attempts. Try again in %d seconds.", seconds)).After(seconds)
	}
	staff, err := a.st.StaffByUsername(ctx, user)
	if err != nil {
		return nil, err
	}
	hash := a.decoy
	if staff != nil {
		hash = staff.PasswordHash
	}
	a.one.Lock()
	match, err := argon2id.ComparePasswordAndHash(password, hash)
	a.one.Unlock()
	if err != nil {
		return nil, err
	}
	if !match || staff == nil || staff.Disabled {
		a.backoff.failed(now, keys)
		return nil, Refuse(http.StatusUnauthorized, "wrong_password", "Nama pengguna atau kata sandi salah.", "The user name or password is wrong.")
	}
	a.backoff.forgive(keys[:1])
	return staff, nil
}

// Begin opens a session with a new token and sets its cookie. Secure only over
// TLS: on the plain HTTP of a mall's LAN the browser would drop the cookie and
// sign-in would go round in circles.
func (a *SignIn) Begin(w http.ResponseWriter, r *http.Request, staff *store.Staff) error {
	ctx, err := a.sessions.Load(r.Context(), "")
	if err != nil {
		return err
	}
	a.sessions.Put(ctx, "staff", staff.ID)
	a.sessions.Put(ctx, "rev", staff.SignOutRev)
	token, expiry, err := a.sessions.Commit(ctx)
	if err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: token, Path: "/", Expires: expiry, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode})
	if a.known(r, staff.Username) == "" {
		a.remember(w, r, staff.Username)
	}
	return nil
}

// end revokes the session and takes its cookie away.
func (a *SignIn) end(w http.ResponseWriter, r *http.Request) error {
	if ctx, err := a.load(r); err == nil && ctx != nil {
		if err := a.sessions.Destroy(ctx); err != nil {
			return err
		}
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode})
	return nil
}

func (a *SignIn) load(r *http.Request) (context.Context, error) {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil, nil //nolint:nilnil,nilerr // no cookie: nobody is signed in
	}
	return a.sessions.Load(r.Context(), c.Value)
}

// Who is the member of staff behind a request, nil for a visitor.
func (a *SignIn) Who(r *http.Request) (*store.Staff, error) {
	ctx, err := a.load(r)
	if err != nil || ctx == nil {
		return nil, err
	}
	id := a.sessions.GetInt64(ctx, "staff")
	if id == 0 {
		return nil, nil //nolint:nilnil // an expired session is nobody
	}
	staff, err := a.st.StaffByID(r.Context(), id)
	if err != nil || staff == nil || staff.Disabled || staff.SignOutRev != a.sessions.GetInt(ctx, "rev") {
		return nil, err
	}
	return staff, nil
}

// May says whether whoever is signed in has a right; a visitor has none.
func (a *SignIn) May(r *http.Request, right queue.Right) (bool, error) {
	staff, err := a.Who(r)
	return err == nil && staff != nil && staff.Role.May(right), err
}

// staff is Who, refusing visitors.
func (s *Site) staff(r *http.Request) (*store.Staff, error) {
	staff, err := s.SignIn.Who(r)
	if err != nil {
		return nil, err
	}
	if staff == nil {
		return nil, Refuse(http.StatusUnauthorized, "not_signed_in", "Silakan masuk dahulu.", "Please sign in first.")
	}
	return staff, nil
}
