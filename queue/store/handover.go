package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/crypto/nacl/box"
)

// Servers of one mall need the same secret, or a ticket's link made by one
// would not be the one another gives for the same retry key. It never stands
// in the database: a new server leaves a public key there, and one that has
// the secret seals it to that key.

const secretWithin = 15 * time.Second

// ErrNoSecret says that this data folder lacks the installation's secret and no
// running server could give it.
var ErrNoSecret = errors.New("this data folder has not the secret of this mall")

// learnSecret reads the installation's secret, makes it for a new mall, or has
// it given by another server.
func (st *Store) learnSecret(ctx context.Context) error {
	secret, err := readSecret(st.opts.Dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if st.opts.Keyless {
		st.secret = secret
		return nil
	}
	var known string
	if err := st.reads().QueryRowContext(ctx, "SELECT coalesce((SELECT value FROM meta WHERE name = 'secret_sha256'), '')").Scan(&known); err != nil {
		return fmt.Errorf("read the secret's fingerprint: %w", err)
	}
	switch {
	case known != "":
		err = nil
	case secret != nil:
		known, err = st.claimSecret(ctx, secret)
	default:
		known, err = st.makeSecret(ctx)
	}
	if err != nil {
		return err
	}
	if secret == nil {
		if secret, err = st.folderSecret(known); err != nil {
			return err
		}
	}
	if secret == nil {
		if secret, err = st.askForSecret(ctx, known); err != nil {
			return err
		}
	}
	if known != fingerprint(secret) {
		return fmt.Errorf("%w: its file \"secret\" belongs to another", ErrNoSecret)
	}
	st.secret = secret
	return nil
}

// makeSecret offers a new secret to a mall that has none, and gives the
// fingerprint of the one that counts: another server may have done the same at
// this moment.
func (st *Store) makeSecret(ctx context.Context) (known string, err error) {
	secret := newSecret()
	path, err := offerSecret(st.opts.Dir, secret)
	if err != nil {
		return "", err
	}
	if known, err = st.claimSecret(ctx, secret); err != nil || known == fingerprint(secret) {
		return known, err // where nobody knows who was first, the offer stays
	}
	return known, os.Remove(path)
}

// folderSecret gives the mall's secret if this folder has it, or its offer by a
// server that is about to keep it; nil is neither.
func (st *Store) folderSecret(known string) ([]byte, error) {
	if err := takeOffered(st.opts.Dir, known); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("keep the mall's secret: %w", err)
	}
	secret, err := readSecret(st.opts.Dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return secret, err
}

// claimSecret makes this secret the mall's, unless another one already is, and
// gives the fingerprint of the one that counts.
func (st *Store) claimSecret(ctx context.Context, secret []byte) (known string, err error) {
	if _, err := st.writer.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES ('secret_sha256', $1) ON CONFLICT DO NOTHING", fingerprint(secret)); err != nil {
		return "", fmt.Errorf("keep the secret's fingerprint: %w", err)
	}
	if err := st.writer.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'secret_sha256'").Scan(&known); err != nil {
		return "", fmt.Errorf("read the secret's fingerprint: %w", err)
	}
	return known, nil
}

func fingerprint(secret []byte) string {
	sum := sha256.Sum256(append([]byte("antre's secret: "), secret...))
	return hex.EncodeToString(sum[:])
}

// askForSecret leaves a public key and waits for another server to seal the
// secret to it.
func (st *Store) askForSecret(ctx context.Context, known string) ([]byte, error) {
	public, private, err := box.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("ask for the secret: %w", err)
	}
	id := st.pg.server
	if id == 0 { // a command: a row of its own for a moment, which is no server's
		id = -st.keys.next(st.Now())
		defer func() {
			_, _ = st.writer.ExecContext(context.WithoutCancel(ctx), "DELETE FROM servers WHERE id = $1", id)
		}()
	}
	if _, err := st.writer.ExecContext(ctx, `INSERT INTO servers (id, address, clock_ms, seen_at, public_key, sealed) VALUES ($1, '', 0, `+databaseNow+`, $2, '')
		ON CONFLICT (id) DO UPDATE SET public_key = excluded.public_key, sealed = ''`, id, base64.StdEncoding.EncodeToString(public[:])); err != nil {
		return nil, fmt.Errorf("ask for the secret: %w", err)
	}
	for began := time.Now(); time.Since(began) < secretWithin; {
		var sealed string
		if err := st.writer.QueryRowContext(ctx, "SELECT sealed FROM servers WHERE id = $1", id).Scan(&sealed); err != nil {
			return nil, fmt.Errorf("wait for the secret: %w", err)
		}
		if b, err := base64.StdEncoding.DecodeString(sealed); err == nil && sealed != "" {
			secret, ok := box.OpenAnonymous(nil, b, public, private)
			if !ok || fingerprint(secret) != known {
				return nil, fmt.Errorf("%w: what another server gave is not it", ErrNoSecret)
			}
			_, err := st.writer.ExecContext(ctx, "UPDATE servers SET public_key = '', sealed = '' WHERE id = $1", id)
			return secret, errors.Join(err, keepSecret(st.opts.Dir, secret))
		}
		if secret, err := st.folderSecret(known); err != nil || secret != nil {
			return secret, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil, fmt.Errorf("%w, and no running server gave it", ErrNoSecret)
}

// sealSecrets gives the secret to new servers that ask.
func (st *Store) sealSecrets(ctx context.Context) error {
	if len(st.secret) == 0 {
		return nil
	}
	asking := map[int64]string{}
	var id int64
	var key string
	if err := eachRow(ctx, st.reads(), []any{&id, &key}, func() { asking[id] = key }, "SELECT id, public_key FROM servers WHERE public_key <> '' AND sealed = ''"); err != nil {
		return err
	}
	for id, key := range asking {
		b, err := base64.StdEncoding.DecodeString(key)
		if err != nil || len(b) != 32 {
			continue
		}
		sealed, err := box.SealAnonymous(nil, st.secret, (*[32]byte)(b), rand.Reader)
		if err != nil {
			return fmt.Errorf("seal the secret: %w", err)
		}
		if _, err := st.writer.ExecContext(ctx, "UPDATE servers SET sealed = $1 WHERE id = $2 AND public_key = $3", base64.StdEncoding.EncodeToString(sealed), id, key); err != nil {
			return fmt.Errorf("hand over the secret: %w", err)
		}
	}
	return nil
}
