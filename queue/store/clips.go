package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"
)

// OwnClip is a recording of the mall's own that takes the place of a clip.
type OwnClip struct {
	Lang, Name string
	AddedAt    time.Time
}

// RecordClip keeps a recording in the place of a clip. The sound must be fit to
// play. Administrators only; the edge checks.
func (st *Store) RecordClip(ctx context.Context, by By, lang, name string, wav []byte) error {
	content := base64.StdEncoding.EncodeToString(wav)
	return st.write(ctx, func(t *txn) error {
		t.who = by
		if _, err := t.exec(`INSERT INTO clips (lang, name, content, added_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (lang, name) DO UPDATE SET content = excluded.content, added_at = excluded.added_at`, lang, name, content, t.ms()); err != nil {
			return err
		}
		_, err := t.record(event{kind: "clip_recorded", detail: map[string]any{"lang": lang, "clip": name}})
		return err
	})
}

// RemoveClip gives a clip back to what ships with the program. Administrators
// only; the edge checks.
func (st *Store) RemoveClip(ctx context.Context, by By, lang, name string) error {
	return st.write(ctx, func(t *txn) error {
		t.who = by
		n, err := t.count("SELECT count(*) FROM clips WHERE lang = ? AND name = ?", lang, name)
		if err != nil || n == 0 {
			return err // another administrator was first: it is as was asked
		}
		if _, err := t.exec("DELETE FROM clips WHERE lang = ? AND name = ?", lang, name); err != nil {
			return err
		}
		_, err = t.record(event{kind: "clip_removed", detail: map[string]any{"lang": lang, "clip": name}})
		return err
	})
}

// OwnClips are all recordings of the mall.
func (st *Store) OwnClips(ctx context.Context) (all []OwnClip, err error) {
	var c OwnClip
	var added int64
	err = eachRow(ctx, st.reads(), []any{&c.Lang, &c.Name, &added}, func() {
		c.AddedAt = st.At(added)
		all = append(all, c)
	}, "SELECT lang, name, added_at FROM clips ORDER BY lang, name")
	if err != nil {
		return nil, unavailable(err)
	}
	return all, nil
}

// OwnClip is the mall's recording of a clip, a WAV file; nil when it has none.
// It is shared with everybody who asks and must not be changed.
func (st *Store) OwnClip(ctx context.Context, lang, name string) ([]byte, error) {
	key := lang + "/" + name
	var added, size int64
	err := st.reads().QueryRowContext(ctx, "SELECT added_at, length(content) FROM clips WHERE lang = ? AND name = ?", lang, name).Scan(&added, &size)
	if errors.Is(err, sql.ErrNoRows) {
		st.ownClips.drop(key)
		return nil, nil
	}
	if err != nil {
		return nil, unavailable(fmt.Errorf("look for a recording: %w", err))
	}
	return st.ownClips.get(key, fmt.Sprint(added, size), func() ([]byte, error) {
		var content string
		if err := st.reads().QueryRowContext(ctx, "SELECT content FROM clips WHERE lang = ? AND name = ?", lang, name).Scan(&content); err != nil {
			return nil, unavailable(fmt.Errorf("read a recording: %w", err))
		}
		return base64.StdEncoding.DecodeString(content)
	})
}
