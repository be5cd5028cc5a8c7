package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// Sign makes a mark that only a server with this installation's secret can
// make: what one server of the mall has said, another believes. Purpose keeps
// marks for different uses apart.
func (st *Store) Sign(purpose, text string) string {
	mac := hmac.New(sha256.New, st.secret)
	mac.Write([]byte("sign " + purpose + ":" + text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Signed says whether a mark is one that Sign made.
func (st *Store) Signed(purpose, text, mark string) bool {
	return len(st.secret) > 0 && hmac.Equal([]byte(mark), []byte(st.Sign(purpose, text)))
}
