package queue

import (
	"errors"
	"fmt"
)

// Kind says what sort of answer a refusal is. The edge maps kinds to statuses
// in one table and nothing else chooses a status.
type Kind string

// The kinds of refusal.
const (
	NotFound    Kind = "not_found"   // no such ticket, service, counter, zone
	Forbidden   Kind = "forbidden"   // signed in, but not allowed
	Conflict    Kind = "conflict"    // the rules say no
	Invalid     Kind = "invalid"     // the request is well-formed, a value is not
	Unavailable Kind = "unavailable" // the promise cannot be kept now
)

// Refusal is an error that is safe to show: a stable code for machines, a
// sentence for people in Indonesian and English, and the facts that belong to it.
type Refusal struct {
	Kind   Kind
	Code   string
	Detail Text
	Facts  map[string]any // extra fields of the answer: state, by, allowed_at, reopens_at
	Field  string         // the field that is wrong, for Invalid
	cause  error          // for the log only
}

// Refuse makes a refusal with its Indonesian sentence.
func Refuse(kind Kind, code, detail string, args ...any) *Refusal {
	return &Refusal{Kind: kind, Code: code, Detail: Text{"id": fmt.Sprintf(detail, args...)}}
}

// English adds the English sentence.
func (r *Refusal) English(detail string, args ...any) *Refusal {
	r.Detail["en"] = fmt.Sprintf(detail, args...)
	return r
}

// Say puts other sentences in the refusal's place, Indonesian and English, with
// the same arguments.
func (r *Refusal) Say(id, en string, args ...any) *Refusal {
	r.Detail = Text{"id": fmt.Sprintf(id, args...), "en": fmt.Sprintf(en, args...)}
	return r
}

// With adds a fact to the answer.
func (r *Refusal) With(name string, value any) *Refusal {
	if r.Facts == nil {
		r.Facts = map[string]any{}
	}
	r.Facts[name] = value
	return r
}

// At names the field that is wrong.
func (r *Refusal) At(field string) *Refusal {
	r.Field = field
	return r
}

// Because keeps the cause for the log; it never reaches a client.
func (r *Refusal) Because(err error) *Refusal {
	r.cause = err
	return r
}

// Error is the log's line.
func (r *Refusal) Error() string {
	if r.cause != nil {
		return r.Code + ": " + r.cause.Error()
	}
	return r.Code + ": " + r.Detail.In("id")
}

// Unwrap gives the cause.
func (r *Refusal) Unwrap() error { return r.cause }

// AsRefusal finds a refusal in err.
func AsRefusal(err error) (*Refusal, bool) {
	var r *Refusal
	ok := errors.As(err, &r)
	return r, ok
}
