package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"antre/queue"
)

// Staff is somebody who signs in.
type Staff struct {
	ID           int64
	Username     string
	Name         string
	Role         queue.Role
	Agency       string // code; only for a supervisor
	PasswordHash string
	SignOutRev   int // a session made under an older one is void
	Disabled     bool
	Counters     []string // codes an officer may act at
}

// MayAct says whether a member of staff may act at a counter: officers at
// their own, supervisors at their agency's, managers and admins at any.
func (s *Staff) MayAct(k *Counter) bool {
	if s.Role != queue.Officer {
		return s.Reaches(k.Agency)
	}
	for _, code := range s.Counters {
		if queue.Key(code) == queue.Key(k.Code) {
			return true
		}
	}
	return false
}

// Reaches says whether the rights of a member of staff hold in a whole agency:
// a supervisor's in their own, a manager's and an admin's in the mall.
func (s *Staff) Reaches(a *queue.Agency) bool {
	switch s.Role {
	case queue.Admin, queue.Manager:
		return true
	case queue.Supervisor:
		return queue.Key(s.Agency) == queue.Key(a.Code)
	}
	return false
}

// AddStaff adds a member of staff. It refuses a taken user name, and unknown
// counters or agency. Only an administrator may, at the command line or in the
// first set-up.
func (st *Store) AddStaff(ctx context.Context, by By, s Staff) error {
	agency, counters, err := st.checkStaff(&s)
	if err != nil {
		return err
	}
	return st.write(ctx, func(t *txn) error {
		t.who = by
		return t.addStaff(s, agency, counters)
	})
}

// AddFirstStaff adds the administrator of an empty database, and refuses when
// anybody exists: the set-up link must open one door, once.
func (st *Store) AddFirstStaff(ctx context.Context, s Staff) error {
	agency, counters, err := st.checkStaff(&s)
	if err != nil {
		return err
	}
	return st.write(ctx, func(t *txn) error {
		t.who = By{Actor: "command"} // whoever can read the terminal
		if err := t.alone(); err != nil {
			return err
		}
		n, err := t.count("SELECT count(*) FROM staff")
		if err != nil {
			return err
		}
		if n > 0 {
			return queue.Refuse(queue.Conflict, "already_set_up", "Sudah ada akun. Masuk dengan akun itu.").
				English("There is an account already. Sign in with it.")
		}
		return t.addStaff(s, agency, counters)
	})
}

// checkStaff resolves a member of staff's agency and counters.
func (st *Store) checkStaff(s *Staff) (agency int64, counters []int64, err error) {
	if s.Username == "" || s.Name == "" || len(s.Username) > 60 || len(s.Name) > 120 {
		return 0, nil, queue.Refuse(queue.Invalid, "bad_name", "Nama pengguna (paling panjang 60) dan nama (paling panjang 120) harus diisi.").
			English("A user name (at most 60) and a name (at most 120) are needed.").At("user")
	}
	if s.Role == queue.Supervisor && s.Agency == "" {
		return 0, nil, queue.Refuse(queue.Invalid, "agency_needed", "Supervisor memerlukan instansi.").English("A supervisor needs an agency.").At("agency")
	}
	if s.Agency != "" {
		if agency = st.Catalog().agencyIDs[queue.Key(s.Agency)]; agency == 0 {
			return 0, nil, queue.Refuse(queue.NotFound, "unknown_agency", "Instansi %q tidak ada di mal ini.", s.Agency).
				English("There is no agency %q in this mall.", s.Agency).At("agency")
		}
	}
	for _, code := range s.Counters {
		k, err := st.Catalog().Counter(code)
		if err != nil {
			return 0, nil, err
		}
		counters = append(counters, k.ID)
	}
	return agency, counters, nil
}

func (t *txn) addStaff(s Staff, agency int64, counters []int64) error {
	n, err := t.count("SELECT count(*) FROM staff WHERE username_key = ?", queue.Key(s.Username))
	if err != nil {
		return err
	}
	if n > 0 {
		return queue.Refuse(queue.Conflict, "user_exists", "Pengguna %q sudah ada.", s.Username).
			English("User %q exists already.", s.Username).At("user")
	}
	id := t.newID()
	if _, err := t.exec(`INSERT INTO staff (id, username, username_key, name, role, agency_id, password_hash, sign_out_rev, disabled)
		VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)`, id, s.Username, queue.Key(s.Username), s.Name, s.Role, orNull(agency), s.PasswordHash); err != nil {
		return err
	}
	if err := t.giveCounters(id, counters); err != nil {
		return err
	}
	_, err = t.record(event{kind: "staff_added", detail: map[string]any{"staff": id, "role": s.Role}})
	return err
}

// ResetPassword sets a password, lets a disabled member of staff in again and
// signs out all their sessions.
func (st *Store) ResetPassword(ctx context.Context, by By, username, hash string) error {
	return st.changeStaff(ctx, by, username, "staff_reset", "UPDATE staff SET password_hash = ?, disabled = 0, sign_out_rev = sign_out_rev + 1 WHERE id = ?", hash)
}

// DisableStaff keeps a member of staff out, from this moment.
func (st *Store) DisableStaff(ctx context.Context, by By, username string) error {
	return st.changeStaff(ctx, by, username, "staff_disabled", "UPDATE staff SET disabled = 1, sign_out_rev = sign_out_rev + 1 WHERE id = ?")
}

func (st *Store) changeStaff(ctx context.Context, by By, username, kind, query string, args ...any) error {
	return st.write(ctx, func(t *txn) error {
		t.who = by
		id, err := t.staffNamed(username)
		if err != nil {
			return err
		}
		if kind == "staff_disabled" {
			if err := t.keepAnAdmin(id); err != nil {
				return err
			}
		}
		if _, err := t.exec(query, append(args, id)...); err != nil {
			return err
		}
		_, err = t.record(event{kind: kind, detail: map[string]any{"staff": id}})
		return err
	})
}

const selectStaff = `SELECT s.id, s.username, s.name, s.role, a.code, s.password_hash, s.sign_out_rev, s.disabled
	FROM staff s LEFT JOIN agencies a ON a.id = s.agency_id`

// StaffByUsername finds who signs in; nil when there is nobody of that name.
func (st *Store) StaffByUsername(ctx context.Context, username string) (*Staff, error) {
	if strings.ContainsRune(username, 0) || !utf8.ValidString(username) { // nobody's name, and no text to PostgreSQL
		return nil, nil //nolint:nilnil // nobody of that name is an answer, not a fault
	}
	return st.oneStaff(ctx, selectStaff+" WHERE s.username_key = ?", queue.Key(username))
}

// StaffByID finds the holder of a session; nil when there is none.
func (st *Store) StaffByID(ctx context.Context, id int64) (*Staff, error) {
	return st.oneStaff(ctx, selectStaff+" WHERE s.id = ?", id)
}

func (st *Store) oneStaff(ctx context.Context, query string, arg any) (*Staff, error) {
	var s Staff
	var agency sql.NullString
	err := st.reads().QueryRowContext(ctx, query, arg).Scan(&s.ID, &s.Username, &s.Name, &s.Role, &agency, &s.PasswordHash, &s.SignOutRev, &s.Disabled)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // nobody of that name is an answer, not a fault
	}
	if err != nil {
		return nil, unavailable(fmt.Errorf("read staff: %w", err))
	}
	s.Agency = agency.String
	var code string
	err = eachRow(ctx, st.reads(), []any{&code}, func() { s.Counters = append(s.Counters, code) },
		"SELECT k.code FROM staff_counters sc JOIN counters k ON k.id = sc.counter_id WHERE sc.staff_id = ? AND k.active = 1 ORDER BY k.position", s.ID)
	return &s, err
}

// CountStaff says whether anybody can sign in yet.
func (st *Store) CountStaff(ctx context.Context) (n int, err error) {
	err = st.reads().QueryRowContext(ctx, "SELECT count(*) FROM staff").Scan(&n)
	return n, err
}

// Sessions keeps the sessions of sign-ins, by the hash of their token.
type Sessions struct{ st *Store }

// Sessions gives the session table in the shape the session library asks for.
func (st *Store) Sessions() Sessions { return Sessions{st} }

// Find reads a session that has not run out.
func (s Sessions) Find(token string) (content []byte, found bool, err error) {
	var text string
	err = s.st.reads().QueryRowContext(context.Background(), "SELECT content FROM sessions WHERE token_hash = ? AND expires_at > ?",
		token, s.st.storedNow().UnixMilli()).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, unavailable(fmt.Errorf("read a session: %w", err))
	}
	content, err = base64.StdEncoding.DecodeString(text)
	return content, err == nil, err
}

// Commit keeps a session and drops those that ran out. How long it lives is
// counted in stored time, so that a clock that is set signs nobody out and
// makes no session last for years.
func (s Sessions) Commit(token string, content []byte, expiry time.Time) error {
	left := time.Until(expiry)
	return s.st.write(context.Background(), func(t *txn) error {
		if _, err := t.exec("DELETE FROM sessions WHERE expires_at < ?", t.ms()); err != nil {
			return err
		}
		_, err := t.exec(`INSERT INTO sessions (token_hash, content, expires_at) VALUES (?, ?, ?)
			ON CONFLICT (token_hash) DO UPDATE SET content = excluded.content, expires_at = excluded.expires_at`,
			token, base64.StdEncoding.EncodeToString(content), t.now.Add(left).UnixMilli())
		return err
	})
}

// Delete ends a session.
func (s Sessions) Delete(token string) error {
	return s.st.write(context.Background(), func(t *txn) error {
		_, err := t.exec("DELETE FROM sessions WHERE token_hash = ?", token)
		return err
	})
}
