package site

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"antre/queue"
)

// statusOf is the one table from kinds of refusal to statuses.
var statusOf = map[queue.Kind]int{
	queue.NotFound:    http.StatusNotFound,
	queue.Forbidden:   http.StatusForbidden,
	queue.Conflict:    http.StatusConflict,
	queue.Invalid:     http.StatusUnprocessableEntity,
	queue.Unavailable: http.StatusServiceUnavailable,
}

// Refusal is a refusal that only HTTP knows.
type Refusal struct {
	*queue.Refusal
	Status int
	retryS int // Retry-After in seconds
}

// Unwrap lets errors.As find the refusal inside.
func (h *Refusal) Unwrap() error { return h.Refusal }

// Refuse makes a refusal that only HTTP knows, in both languages.
func Refuse(status int, code, id, en string) *Refusal {
	return &Refusal{Refusal: queue.Refuse("", code, "%s", id).English("%s", en), Status: status}
}

// After says when it makes sense to try again.
func (h *Refusal) After(seconds int) *Refusal {
	h.retryS = seconds
	return h
}

// Judge finds the status and the refusal for any error. What is not a refusal
// is our fault and is told to nobody but the log.
func Judge(err error) *Refusal {
	var h *Refusal
	if errors.As(err, &h) {
		return h
	}
	if r, ok := queue.AsRefusal(err); ok {
		h = &Refusal{Refusal: r, Status: statusOf[r.Kind]}
		if r.Kind == queue.Unavailable {
			h.retryS = 2
		}
		return h
	}
	h = Refuse(http.StatusInternalServerError, "internal", "Ada kesalahan di server. Coba lagi; bila terulang, panggil petugas.",
		"Something went wrong in the server. Try again; if it happens again, call the staff.")
	_ = h.Because(err)
	return h
}

// Mistake is what people can put right in the form that they sent, to be said
// beside it; nil is a fault of ours, which no form says.
func Mistake(err error) *Refusal {
	if h := Judge(err); h.Status < http.StatusInternalServerError {
		return h
	}
	return nil
}

// problem is RFC 9457's body, with the refusal's facts beside it.
func (h *Refusal) problem(lang string) map[string]any {
	body := map[string]any{}
	for k, v := range h.Facts {
		body[k] = v
	}
	body["type"], body["title"], body["status"] = "about:blank", http.StatusText(h.Status), h.Status
	body["code"], body["detail"] = h.Code, h.Detail.In(lang)
	if h.Status == http.StatusUnprocessableEntity && h.Field != "" {
		body["errors"] = []map[string]string{{"field": h.Field, "detail": h.Detail.In(lang)}}
	}
	return body
}

// AsAPI runs a handler and answers its error as a problem document.
func (s *Site) AsAPI(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.writeProblem(w, r, err)
		}
	})
}

func (s *Site) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	h := Judge(err)
	s.logFault(r, h)
	setRetryAfter(w, h)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(h.Status)
	if err := json.NewEncoder(w).Encode(h.problem(s.Lang(r))); err != nil {
		s.Log.Debug("answer", "err", err)
	}
}

func (s *Site) logFault(r *http.Request, h *Refusal) {
	if h.Status >= http.StatusInternalServerError {
		s.Log.Error("request failed", "method", r.Method, "path", strings.SplitN(r.URL.Path, "/", 4)[1], "err", h.Error())
	}
}

func (s *Site) unknownAPI(_ http.ResponseWriter, r *http.Request) error {
	return Refuse(http.StatusNotFound, "unknown_path", "Alamat "+r.Method+" ini tidak ada di API.", "There is no such "+r.Method+" address in the API.")
}

// Lang is the language of an answer: asked for, or the browser's, or the mall's first.
func (s *Site) Lang(r *http.Request) string {
	langs := s.Store.Settings().Langs()
	asked := r.URL.Query().Get("lang")
	for _, l := range langs {
		if l == asked {
			return l
		}
	}
	for _, part := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		tag, _, _ = strings.Cut(tag, "-")
		for _, l := range langs {
			if l == strings.ToLower(tag) {
				return l
			}
		}
	}
	return langs[0]
}
