package site

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"antre/queue"
	"antre/queue/store"
)

// Zone is the zone a screen asks for, as the mall writes it; "" is the whole mall.
func (s *Site) Zone(r *http.Request) (string, error) {
	code := r.URL.Query().Get("zone")
	if code == "" {
		code = r.PathValue("zone")
	}
	if code == "" {
		return "", nil
	}
	z, err := s.Store.Catalog().Zone(code)
	if err != nil {
		return "", err
	}
	return z.Code, nil
}

// maxBody bounds every request: the largest honest one is a reason of a few lines.
const maxBody = 64 << 10

func errTooLarge() error {
	return Refuse(http.StatusRequestEntityTooLarge, "too_large", "Permintaan terlalu besar (paling besar 64 KB).", "The request is too large (64 KB at most).")
}

// Decode reads a JSON body strictly into a struct, and returns its canonical
// form for the retry key. An empty body leaves the struct as it is.
func Decode(w http.ResponseWriter, r *http.Request, into any) (canonical []byte, err error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, errTooLarge()
		}
		return nil, Refuse(http.StatusBadRequest, "bad_body", "Permintaan tidak terbaca.", "The request could not be read.")
	}
	if len(body) == 0 {
		return nil, nil
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, Refuse(http.StatusUnsupportedMediaType, "not_json", "Kirim JSON dengan Content-Type: application/json.", "Send JSON with Content-Type: application/json.")
	}
	var any map[string]any
	if err := json.Unmarshal(body, &any); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return nil, queue.Refuse(queue.Invalid, "bad_value", "Kirim sebuah objek JSON.").English("Send a JSON object.").At("")
		}
		return nil, Refuse(http.StatusBadRequest, "bad_json", "Permintaan bukan JSON yang benar.", "The request is not well-formed JSON.")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return nil, wrongField(err)
	}
	return json.Marshal(any)
}

// wrongField names the field that a strict decoder stumbled over.
func wrongField(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return queue.Refuse(queue.Invalid, "bad_value", "Isi %q salah jenis.", wrong.Field).English("%q has the wrong type.", wrong.Field).At(wrong.Field)
	}
	if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok {
		name = strings.Trim(name, `"`)
		return queue.Refuse(queue.Invalid, "unknown_field", "Isian %q tidak dikenal.", name).English("The field %q is not known.", name).At(name)
	}
	return queue.Refuse(queue.Invalid, "bad_value", "Ada isi yang salah.").English("A value is wrong.").At("").Because(err)
}

// RetryOf reads the Idempotency-Key of a request.
func RetryOf(r *http.Request, caller string, canonical []byte) (store.Retry, error) {
	key := r.Header.Get("Idempotency-Key")
	if len(r.Header.Values("Idempotency-Key")) == 0 {
		return store.Retry{}, nil
	}
	for _, c := range key {
		if c < ' ' || c > '~' {
			key = ""
			break
		}
	}
	if key == "" || len(key) > 200 {
		return store.Retry{}, queue.Refuse(queue.Invalid, "bad_key", "Idempotency-Key harus 1–200 huruf yang tercetak.").
			English("Idempotency-Key must be 1–200 printable characters.").At("Idempotency-Key")
	}
	return store.Retry{Caller: caller, Path: r.URL.Path, Key: key, Body: canonical}, nil
}

// Answer writes JSON, marking what was done before.
func Answer(w http.ResponseWriter, status int, replayed bool, body any) error {
	if replayed {
		w.Header().Set("Idempotent-Replay", "true")
	}
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return nil
	}
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b) // the client is gone; there is nobody to tell
	return nil
}
