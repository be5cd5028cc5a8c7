package site

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"antre/queue"
)

// A browser in which somebody has signed in keeps a cookie for each of them: a
// number and a mark that only the mall's servers can make. It opens nothing; it
// tells this browser's mistakes from strangers' guesses (OWASP, "Device Cookies").
const knownDays = 400 // the longest that browsers keep a cookie (RFC 6265bis)

func knownCookie(user string) string {
	sum := sha256.Sum256([]byte(queue.Key(user)))
	return "antre_known_" + hex.EncodeToString(sum[:4])
}

// known is the number of a browser in which a user has signed in, "" of others.
func (a *SignIn) known(r *http.Request, user string) string {
	c, err := r.Cookie(knownCookie(user))
	if err != nil {
		return ""
	}
	number, mark, _ := strings.Cut(c.Value, ".")
	if !a.st.Signed("known", number+" "+queue.Key(user), mark) {
		return ""
	}
	return number
}

// remember makes this a browser in which a user has signed in.
func (a *SignIn) remember(w http.ResponseWriter, r *http.Request, user string) {
	number := rand.Text()
	http.SetCookie(w, &http.Cookie{Name: knownCookie(user), Value: number + "." + a.st.Sign("known", number+" "+queue.Key(user)), Path: "/", MaxAge: knownDays * 24 * 3600,
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode})
}
