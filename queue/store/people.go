package store

import (
	"context"

	"antre/queue"
)

// AllStaff are all people with an account, in the order of their names, without
// their passwords. Administrators only; the edge checks.
func (st *Store) AllStaff(ctx context.Context) (all []Staff, err error) {
	var names []string
	var name string
	if err := eachRow(ctx, st.reads(), []any{&name}, func() { names = append(names, name) }, "SELECT username FROM staff ORDER BY disabled, username_key"); err != nil {
		return nil, unavailable(err)
	}
	for _, name := range names {
		s, err := st.StaffByUsername(ctx, name)
		if err != nil {
			return nil, err
		}
		if s != nil {
			s.PasswordHash = ""
			all = append(all, *s)
		}
	}
	return all, nil
}

// ChangeStaff changes somebody's name, role, agency and counters, and signs
// out their sessions, because what they may do has changed. It refuses to take
// the last administrator's role. Administrators only; the edge checks.
func (st *Store) ChangeStaff(ctx context.Context, by By, s Staff) error {
	agency, counters, err := st.checkStaff(&s)
	if err != nil {
		return err
	}
	return st.write(ctx, func(t *txn) error {
		t.who = by
		id, err := t.staffNamed(s.Username)
		if err != nil {
			return err
		}
		if s.Role != queue.Admin {
			if err := t.keepAnAdmin(id); err != nil {
				return err
			}
		}
		for _, do := range []struct {
			statement string
			args      []any
		}{
			{"UPDATE staff SET name = ?, role = ?, agency_id = ?, sign_out_rev = sign_out_rev + 1 WHERE id = ?", []any{s.Name, s.Role, orNull(agency), id}},
			{"DELETE FROM staff_counters WHERE staff_id = ?", []any{id}},
		} {
			if _, err := t.exec(do.statement, do.args...); err != nil {
				return err
			}
		}
		if err := t.giveCounters(id, counters); err != nil {
			return err
		}
		_, err = t.record(event{kind: "staff_changed", detail: map[string]any{"staff": id, "role": s.Role}})
		return err
	})
}

func (t *txn) staffNamed(username string) (id int64, err error) {
	found, err := t.row([]any{&id}, "SELECT id FROM staff WHERE username_key = ?", queue.Key(username))
	if err == nil && !found {
		err = queue.Refuse(queue.NotFound, "unknown_user", "Pengguna %q tidak ada.", username).English("There is no user %q.", username)
	}
	return id, err
}

// keepAnAdmin refuses what would leave the mall without anybody who can change it.
func (t *txn) keepAnAdmin(id int64) error {
	others, err := t.count("SELECT count(*) FROM staff WHERE role = 'admin' AND disabled = 0 AND id <> ?", id)
	if err != nil || others > 0 {
		return err
	}
	is, err := t.count("SELECT count(*) FROM staff WHERE role = 'admin' AND disabled = 0 AND id = ?", id)
	if err != nil || is == 0 {
		return err
	}
	return queue.Refuse(queue.Conflict, "last_admin", "Ini admin terakhir. Angkat admin lain dahulu.").English("This is the last administrator. Make somebody else one first.").At("role")
}

func (t *txn) giveCounters(staff int64, counters []int64) error {
	for _, counter := range counters {
		if _, err := t.exec("INSERT INTO staff_counters (staff_id, counter_id) VALUES (?, ?)", staff, counter); err != nil {
			return err
		}
	}
	return nil
}
