package store

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// installationSecret reads the secret beside the database, making it at the
// first start. It stays outside the database so that a copy of the database
// opens nobody's ticket.
func installationSecret(dir string) ([]byte, error) {
	secret, err := readSecret(dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return secret, err
	}
	secret = newSecret()
	return secret, keepSecret(dir, secret)
}

func newSecret() []byte {
	secret := make([]byte, sha256.Size)
	_, _ = rand.Read(secret) // never fails since Go 1.24
	return secret
}

func secretPath(dir string) string { return filepath.Join(dir, "secret") }

// offerSecret keeps a secret durably that is not the mall's yet: no server of
// this folder may write over what another has made the mall's meanwhile.
func offerSecret(dir string, secret []byte) (path string, err error) {
	path = secretPath(dir) + "-offered-" + fingerprint(secret)
	return path, writeDurably(path, secret)
}

// takeOffered makes the offered secret with this fingerprint the folder's. One
// may be left by a server that stopped before it could.
func takeOffered(dir, known string) error {
	if err := os.Rename(secretPath(dir)+"-offered-"+known, secretPath(dir)); err != nil {
		return err
	}
	return syncDir(dir)
}

// readSecret reads the secret; the error is fs.ErrNotExist where there is none.
func readSecret(dir string) ([]byte, error) {
	secret, err := os.ReadFile(secretPath(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("read the installation's secret: %w", err)
	}
	if len(secret) != sha256.Size {
		return nil, fmt.Errorf("%s is damaged: restore it from the backup", secretPath(dir))
	}
	return secret, nil
}

func keepSecret(dir string, secret []byte) error {
	return writeDurably(secretPath(dir), secret)
}

// writeDurably makes a file that is whole after a power cut: tickets on paper
// carry links that only the secret can open.
func writeDurably(path string, content []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the administrator chose the folder
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Token is the key to a ticket's page: 160 bits nobody can guess, derived from
// the ticket's id, so that a replay can give it again while the database holds
// only its hash.
func (st *Store) Token(ticketID int64) string {
	mac := hmac.New(sha256.New, st.secret)
	mac.Write([]byte("ticket:" + strconv.FormatInt(ticketID, 10)))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:20])
}

// phoneHash is what is kept of a phone: enough to count, useless without the
// installation's secret.
func (st *Store) phoneHash(phone string) string {
	mac := hmac.New(sha256.New, st.secret)
	mac.Write([]byte("phone:" + phone))
	return hex.EncodeToString(mac.Sum(nil))
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func randomText() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return hex.EncodeToString(b)
}
