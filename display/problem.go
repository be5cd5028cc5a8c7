package display

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

// httpRefusal is a refusal that only HTTP knows.
type httpRefusal struct {
	*queue.Refusal
	status int
	retryS int // Retry-After in seconds
}

// Unwrap lets errors.As find the refusal inside.
func (h *httpRefusal) Unwrap() error { return h.Refusal }

func refuse(status int, code, id, en string) *httpRefusal {
	return &httpRefusal{Refusal: queue.Refuse("", code, "%s", id).English("%s", en), status: status}
}

func (h *httpRefusal) after(seconds int) *httpRefusal {
	h.retryS = seconds
	return h
}

// judge finds the status and the refusal for any error. What is not a refusal
// is our fault and is told to nobody but the log.
func judge(err error) *httpRefusal {
	var h *httpRefusal
	if errors.As(err, &h) {
		return h
	}
	if r, ok := queue.AsRefusal(err); ok {
		h = &httpRefusal{Refusal: r, status: statusOf[r.Kind]}
		if r.Kind == queue.Unavailable {
			h.retryS = 2
		}
		return h
	}
	h = refuse(http.StatusInternalServerError, "internal", "Ada kesalahan di server. Coba lagi; bila terulang, panggil petugas.",
		"Something went wrong in the server. Try again; if it happens again, call the staff.")
	_ = h.Because(err)
	return h
}

// problem is RFC 9457's body, with the refusal's facts beside it.
func (h *httpRefusal) problem(lang string) map[string]any {
	body := map[string]any{}
	for k, v := range h.Facts {
		body[k] = v
	}
	body["type"], body["title"], body["status"] = "about:blank", http.StatusText(h.status), h.status
	body["code"], body["detail"] = h.Code, h.Detail.In(lang)
	if h.status == http.StatusUnprocessableEntity && h.Field != "" {
		body["errors"] = []map[string]string{{"field": h.Field, "detail": h.Detail.In(lang)}}
	}
	return body
}

// api runs a handler and answers its error as a problem document.
func (s *Server) api(h handle) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.writeProblem(w, r, err)
		}
	})
}

func (s *Server) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	h := judge(err)
	s.logFault(r, h)
	setRetryAfter(w, h)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(h.status)
	if err := json.NewEncoder(w).Encode(h.problem(s.lang(r))); err != nil {
		s.log.Debug("answer", "err", err)
	}
}

func (s *Server) logFault(r *http.Request, h *httpRefusal) {
	if h.status >= http.StatusInternalServerError {
		s.log.Error("request failed", "method", r.Method, "path", strings.SplitN(r.URL.Path, "/", 4)[1], "err", h.Error())
	}
}

func (s *Server) unknownAPI(_ http.ResponseWriter, r *http.Request) error {
	return refuse(http.StatusNotFound, "unknown_path", "Alamat "+r.Method+" ini tidak ada di API.", "There is no such "+r.Method+" address in the API.")
}

// lang is the language of an answer: asked for, or the browser's, or the mall's first.
func (s *Server) lang(r *http.Request) string {
	langs := s.st.Settings().Langs()
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
