package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"antre/queue"
)

// keepRetries is how long a retry key is remembered; the contract says at
// least 24 hours.
const keepRetries = 48 * time.Hour

// Retry names one human action, so that asking again does nothing twice. The
// zero value is a request that was not named.
type Retry struct {
	Caller string // who asks: a staff member or an address
	Path   string
	Key    string
	Body   []byte // canonical JSON of the request
}

// Reply is what a write did, and whether it was done by an earlier request
// with the same key.
type Reply[T any] struct {
	Value    T
	Replayed bool
}

// once runs a request at most once for its key: the key is written in the same
// transaction as what it did. A duplicate that arrives meanwhile waits in the
// writer's queue and finds the first one's answer.
func once[T any](ctx context.Context, st *Store, by By, do func(*txn) (T, error)) (Reply[T], error) {
	var reply Reply[T]
	id, digest := by.Retry.digest()
	err := st.write(ctx, func(t *txn) error {
		reply = Reply[T]{}
		t.who = by
		t.retry = id
		if id != 0 {
			found, err := t.replay(id, digest, by.Retry, &reply.Value)
			if reply.Replayed = found; found || err != nil {
				return err
			}
		}
		value, err := do(t)
		if err != nil {
			return err
		}
		reply.Value = value
		if id == 0 {
			return nil
		}
		return t.remember(id, digest, by.Retry, value)
	})
	if refused, ok := queue.AsRefusal(err); ok && id != 0 && st.shared() && refused.Kind != queue.Unavailable {
		return afterRefusal(ctx, st, by.Retry, err, reply)
	}
	return reply, err
}

// afterRefusal looks once more for the answer of a duplicate: on PostgreSQL it
// may have run at the same time, and it is because of what it did that this
// one was refused.
func afterRefusal[T any](ctx context.Context, st *Store, r Retry, refused error, reply Reply[T]) (Reply[T], error) {
	id, digest := r.digest()
	err := st.write(ctx, func(t *txn) (err error) {
		t.retry = id
		reply.Replayed, err = t.replay(id, digest, r, &reply.Value)
		return err
	})
	if err == nil && !reply.Replayed {
		err = refused
	}
	return reply, err
}

func (r Retry) digest() (id int64, digest string) {
	if r.Key == "" {
		return 0, ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", r.Caller, r.Path, r.Key))
	return int64(binary.BigEndian.Uint64(sum[:8]) >> 1), hex.EncodeToString(sum[:]) //nolint:gosec // 63 bits on purpose
}

func (r Retry) bodyHash() string {
	sum := sha256.Sum256(r.Body)
	return hex.EncodeToString(sum[:])
}

func (t *txn) replay(id int64, digest string, r Retry, value any) (found bool, err error) {
	var known, body, answer string
	found, err = t.row([]any{&known, &body, &answer}, "SELECT digest, body_hash, answer FROM retry_keys WHERE id = ?", id)
	if err != nil || !found {
		return false, err
	}
	if known != digest || body != r.bodyHash() {
		return false, queue.Refuse(queue.Invalid, "key_reused", "Idempotency-Key ini sudah dipakai untuk permintaan lain. Pakai kunci baru.").
			English("This Idempotency-Key was used for another request. Use a new key.")
	}
	if err := json.Unmarshal([]byte(answer), value); err != nil {
		return false, fmt.Errorf("read a kept answer: %w", err)
	}
	if t.st.shared() {
		// The first answer may never have been given, because a standby did not
		// confirm it in time. This commit waits for it again.
		_, err = t.exec("UPDATE retry_keys SET answer = answer WHERE id = ?", id)
	}
	return true, err
}

func (t *txn) remember(id int64, digest string, r Retry, value any) error {
	answer, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("keep an answer: %w", err)
	}
	_, err = t.exec("INSERT INTO retry_keys (id, digest, body_hash, answer, at) VALUES (?, ?, ?, ?, ?)",
		id, digest, r.bodyHash(), string(answer), t.ms())
	return err
}

// forgetRetries runs once a day.
func (t *txn) forgetRetries() error {
	_, err := t.exec("DELETE FROM retry_keys WHERE at < ?", t.now.Add(-keepRetries).UnixMilli())
	return err
}
