package site

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Guard stands before every route: hosts, origins, headers and panics.
func (s *Site) Guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	for _, o := range s.opts.Origins {
		if err := cross.AddTrustedOrigin(o); err != nil {
			s.Log.Error("allowed origin", "origin", o, "err", err)
		}
	}
	cross.AddInsecureBypassPattern(takePassRoute) // it asks for more than an origin
	cross.SetDenyHandler(s.AsAPI(func(http.ResponseWriter, *http.Request) error {
		return Refuse(http.StatusForbidden, "cross_origin", "Permintaan dari situs lain ditolak.", "Requests from another site are refused.")
	}))
	checked := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.setHeaders(w, r)
		if !s.knownHost(r) {
			s.writeProblem(w, r, Refuse(http.StatusForbidden, "unknown_host", "Server ini tidak dikenal dengan nama itu. Jalankan antre serve dengan --host.",
				"This server is not known by that name. Run antre serve with --host."))
			return
		}
		defer s.recoverPanic(w, r)
		checked.ServeHTTP(w, r)
	})
}

func (s *Site) recoverPanic(w http.ResponseWriter, r *http.Request) {
	if p := recover(); p != nil {
		if p == http.ErrAbortHandler { //nolint:errorlint // a panic value, compared as the library documents
			panic(p)
		}
		s.Log.Error("panic", "value", p)
		s.writeProblem(w, r, errNoWeb)
	}
}

// setHeaders is the strict policy: nothing inline, nothing from elsewhere. Old
// television engines do not count ws: as 'self', so the host is named.
func (s *Site) setHeaders(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	host, others := safeHost(r.Host), s.others()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "+
		"connect-src 'self' ws://"+host+" wss://"+host+others+"; frame-src 'self'; object-src 'self'; form-action 'self'"+others+"; base-uri 'none'; frame-ancestors 'self'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	h.Set("Cache-Control", "no-store")
}

func safeHost(host string) string {
	for _, c := range host {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && !strings.ContainsRune(".-:[]", c) {
			return "invalid"
		}
	}
	return host
}

// knownHost stops DNS rebinding: a page of another site may not reach this
// server under its own name. The address that the connection came in on is the
// server's own by definition.
func (s *Site) knownHost(r *http.Request) bool {
	host := hostOnly(r.Host)
	if host == "" {
		return false
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		return ip.IsLoopback() || s.named(host) || !ok || addrIs(local, ip)
	}
	name, _ := os.Hostname()
	return host == "localhost" || strings.EqualFold(host, name) || strings.EqualFold(host, name+".local") || s.named(host)
}

func (s *Site) named(host string) bool {
	if u, err := url.Parse(s.Store.Settings().URL); err == nil && u.Host != "" && strings.EqualFold(u.Hostname(), host) {
		return true
	}
	return slices.ContainsFunc(s.opts.Hosts, func(h string) bool { return strings.EqualFold(hostOnly(h), host) })
}

func hostOnly(hostport string) string {
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		return h
	}
	return strings.Trim(hostport, "[]")
}

func addrIs(a net.Addr, ip netip.Addr) bool {
	ap, err := netip.ParseAddrPort(a.String())
	return err == nil && ap.Addr().Unmap() == ip.Unmap()
}

// KnownOrigin decides about WebSockets, which CrossOriginProtection does not
// see: the page must be ours; a program without an origin may listen, but not
// with somebody's cookie.
func (s *Site) KnownOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		_, err := r.Cookie(sessionCookie)
		return err != nil
	}
	u, err := url.Parse(origin)
	return err == nil && (strings.EqualFold(u.Host, r.Host) || slices.Contains(s.opts.Origins, origin))
}

// Remote is the address a request came from.
func Remote(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.IPv4Unspecified()
	}
	return ap.Addr().Unmap()
}

func setRetryAfter(w http.ResponseWriter, h *Refusal) {
	if h.retryS > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(h.retryS))
	}
}

// takePassRoute is the one that pages of this mall's other servers may post to.
const takePassRoute = "POST /session/pass"
