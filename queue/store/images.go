package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
)

// Image is a picture that an administrator uploaded: the mall's logo, or what
// stands for an agency.
type Image struct {
	Name, Type, SHA string // a MIME type; what tells one content from another
	Content         []byte
}

// PutImage keeps a picture under its name, in the place of one before it. The
// content must be fit to show. Screens are told: what they show has changed.
// Administrators only; the edge checks.
func (st *Store) PutImage(ctx context.Context, by By, i Image) error {
	content := base64.StdEncoding.EncodeToString(i.Content)
	return st.redefine(ctx, by, func(t *txn) error {
		if _, err := t.exec(`INSERT INTO images (name, type, content, sha256, added_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET type = excluded.type, content = excluded.content, sha256 = excluded.sha256, added_at = excluded.added_at`,
			i.Name, i.Type, content, i.SHA, t.ms()); err != nil {
			return err
		}
		_, err := t.record(event{kind: "image_added", detail: map[string]any{"image": i.Name, "sha256": i.SHA}})
		return err
	})
}

// RemoveImage takes a picture away. Administrators only; the edge checks.
func (st *Store) RemoveImage(ctx context.Context, by By, name string) error {
	return st.redefine(ctx, by, func(t *txn) error {
		n, err := t.count("SELECT count(*) FROM images WHERE name = ?", name)
		if err != nil || n == 0 {
			return err // another administrator was first: it is as was asked
		}
		if _, err := t.exec("DELETE FROM images WHERE name = ?", name); err != nil {
			return err
		}
		_, err = t.record(event{kind: "image_removed", detail: map[string]any{"image": name}})
		return err
	})
}

// Image is an uploaded picture; nil when there is none of that name. It is
// shared with everybody who asks and must not be changed.
func (st *Store) Image(ctx context.Context, name string) (*Image, error) {
	var sum string
	err := st.reads().QueryRowContext(ctx, "SELECT sha256 FROM images WHERE name = ?", name).Scan(&sum)
	if errors.Is(err, sql.ErrNoRows) {
		st.pictures.drop(name)
		return nil, nil //nolint:nilnil // no picture is no fault
	}
	if err != nil {
		return nil, unavailable(fmt.Errorf("look for a picture: %w", err))
	}
	return st.pictures.get(name, sum, func() (*Image, error) {
		i, content := Image{Name: name}, ""
		if err := st.reads().QueryRowContext(ctx, "SELECT type, content, sha256 FROM images WHERE name = ?", name).Scan(&i.Type, &content, &i.SHA); err != nil {
			return nil, unavailable(fmt.Errorf("read a picture: %w", err))
		}
		var err error
		i.Content, err = base64.StdEncoding.DecodeString(content)
		return &i, err
	})
}

// Image is the sum of an uploaded picture's content; "" when there is none.
func (c *Catalog) Image(name string) string { return c.images[name] }

func (l *loader) images() {
	var name, sum string
	l.each([]any{&name, &sum}, func() error { l.c.images[name] = sum; return nil }, "SELECT name, sha256 FROM images")
}
