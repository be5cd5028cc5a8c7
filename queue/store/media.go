package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"antre/queue"
)

// Media is a picture or a video that screens show beside the numbers.
type Media struct {
	ID       int64
	Name     string
	Type     string // MIME
	Seconds  int    // how long a picture stays; a video plays to its end
	Zone     string // code; "" is everywhere
	Position int
	Size     int64 // bytes
	SHA256   string
	AddedAt  time.Time
}

const (
	// MaxMedia is how large one picture or video may be, in bytes.
	MaxMedia = 100 << 20
	// MaxMediaSeconds is how long a picture may stay.
	MaxMediaSeconds = 120

	maxAllMedia  = 1 << 30       // of the mall, in bytes: every backup carries them
	mediaPart    = 384 << 10     // one transaction's, in bytes: calls go between them
	mediaPatient = 2 * time.Hour // an upload that is older has been given up
)

// MediaOf are what the screens of a zone show beside the numbers, in order;
// zone "" is the whole mall.
func (c *Catalog) MediaOf(zone string) (shown []Media) {
	for _, m := range c.Media {
		if m.Zone == "" || c.screensKey(m.Zone) == c.screensKey(zone) {
			shown = append(shown, m)
		}
	}
	return shown
}

func (l *loader) media() {
	var m Media
	var zone sql.NullInt64
	var added int64
	l.each([]any{&m.ID, &m.Name, &m.Type, &m.Seconds, &zone, &m.Position, &m.Size, &m.SHA256, &added}, func() error {
		one := m
		one.Zone, one.AddedAt = l.zoneCode[zone.Int64], time.UnixMilli(added)
		l.c.Media = append(l.c.Media, one)
		return nil
	}, "SELECT id, name, type, seconds, zone_id, position, size, sha256, added_at FROM media WHERE sha256 <> '' ORDER BY position, id")
}

// MediaItem is one of the mall's media. It refuses an id that is none.
func (c *Catalog) MediaItem(id int64) (Media, error) {
	for _, m := range c.Media {
		if m.ID == id {
			return m, nil
		}
	}
	return Media{}, queue.Refuse(queue.NotFound, "unknown_media", "Gambar atau video ini tidak ada.").English("There is no such picture or video.")
}

// checkMedia resolves the zone and bounds what people typed.
func (st *Store) checkMedia(m *Media) (zone int64, err error) {
	m.Name = strings.TrimSpace(m.Name)
	if m.Name == "" || len(m.Name) > 80 {
		return 0, queue.Refuse(queue.Invalid, "bad_name", "Beri nama (paling panjang 80 huruf).").English("Give it a name (at most 80 letters).").At("name")
	}
	if m.Seconds < 3 || m.Seconds > MaxMediaSeconds {
		return 0, queue.Refuse(queue.Invalid, "bad_value", "Sebuah gambar tampil 3 sampai %d detik.", MaxMediaSeconds).English("A picture stays for 3 to %d seconds.", MaxMediaSeconds).At("seconds")
	}
	if m.Zone == "" {
		return 0, nil
	}
	z, err := st.Catalog().Zone(m.Zone)
	if err != nil {
		return 0, err
	}
	return z.ID, nil
}

// AddMedia keeps a picture or video and shows it when all of it is there, as
// the last in order. The content must be what its type says. Administrators
// only; the edge checks. Publishes that everything may have changed.
func (st *Store) AddMedia(ctx context.Context, by By, m Media, content io.Reader) (Media, error) {
	zone, err := st.checkMedia(&m)
	if err != nil {
		return m, err
	}
	if err := st.beginMedia(ctx, &m, zone); err != nil {
		return m, err
	}
	err = st.takeMedia(ctx, &m, content)
	if err == nil {
		err = st.endMedia(ctx, by, &m)
	}
	if err != nil {
		// Half a film is nobody's; whoever asked may have gone.
		return m, errors.Join(err, st.write(context.WithoutCancel(ctx), func(t *txn) error { return t.dropHalf(m.ID) }))
	}
	return m, st.refresh(ctx)
}

// beginMedia makes the row that the parts belong to, and clears away what
// others left half done.
func (st *Store) beginMedia(ctx context.Context, m *Media, zone int64) error {
	return st.write(ctx, func(t *txn) error {
		var old []int64
		var id int64
		if err := t.each([]any{&id}, func() { old = append(old, id) }, "SELECT id FROM media WHERE sha256 = '' AND added_at < ?", t.ms()-mediaPatient.Milliseconds()); err != nil {
			return err
		}
		for _, id := range old {
			if err := t.dropHalf(id); err != nil {
				return err
			}
		}
		if _, err := t.row([]any{&m.Position}, "SELECT coalesce(max(position), 0) + 1 FROM media"); err != nil {
			return err
		}
		m.ID, m.AddedAt = t.newID(), t.now
		_, err := t.exec("INSERT INTO media (id, name, type, seconds, zone_id, position, size, sha256, added_at) VALUES (?, ?, ?, ?, ?, ?, 0, '', ?)",
			m.ID, m.Name, m.Type, m.Seconds, orNull(zone), m.Position, t.ms())
		return err
	})
}

// takeMedia writes the parts, each in a transaction of its own.
func (st *Store) takeMedia(ctx context.Context, m *Media, content io.Reader) error {
	hash, part := sha256.New(), make([]byte, mediaPart)
	for n := 0; ; n++ {
		got, err := io.ReadFull(content, part)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("read an upload: %w", err)
		}
		if m.Size += int64(got); m.Size > MaxMedia {
			return queue.Refuse(queue.Invalid, "too_large", "Berkas lebih besar dari %d MB. Kecilkan dahulu.", MaxMedia>>20).English("The file is over %d MB. Make it smaller first.", MaxMedia>>20).At("file")
		}
		if got > 0 {
			_, _ = hash.Write(part[:got])
			text := base64.StdEncoding.EncodeToString(part[:got])
			if err := st.write(ctx, func(t *txn) error {
				_, err := t.exec("INSERT INTO media_parts (media_id, part, content) VALUES (?, ?, ?)", m.ID, n, text)
				return err
			}); err != nil {
				return err
			}
		}
		if err != nil {
			m.SHA256 = hex.EncodeToString(hash.Sum(nil))
			return nil
		}
	}
}

func (st *Store) endMedia(ctx context.Context, by By, m *Media) error {
	if m.Size == 0 {
		return queue.Refuse(queue.Invalid, "missing_field", "Pilih berkas gambar atau video.").English("Choose a picture or a video.").At("file")
	}
	return st.write(ctx, func(t *txn) error { return t.redefine(by, m.complete) })
}

// complete marks media whole, where there is room for them.
func (m *Media) complete(t *txn) error {
	var all int64
	if _, err := t.row([]any{&all}, "SELECT coalesce(sum(size), 0) FROM media WHERE sha256 <> ''"); err != nil {
		return err
	}
	if all+m.Size > maxAllMedia {
		return queue.Refuse(queue.Conflict, "media_full", "Semua gambar dan video bersama paling besar %d MB. Hapus yang tidak dipakai.", maxAllMedia>>20).
			English("All pictures and videos together may be %d MB at most. Remove what is not used.", maxAllMedia>>20).At("file")
	}
	if _, err := t.exec("UPDATE media SET size = ?, sha256 = ? WHERE id = ?", m.Size, m.SHA256, m.ID); err != nil {
		return err
	}
	return t.recordMedia("media_added", *m)
}

func (t *txn) recordMedia(kind string, m Media) error {
	_, err := t.record(event{kind: kind, detail: map[string]any{"media": m.ID, "name": m.Name, "zone": m.Zone, "sha256": m.SHA256}})
	return err
}

// dropHalf clears away what is still half there: where it is in doubt whether
// the end of an upload was written, it may be whole.
func (t *txn) dropHalf(id int64) error {
	half, err := t.count("SELECT count(*) FROM media WHERE id = ? AND sha256 = ''", id)
	if err != nil || half == 0 {
		return err
	}
	return t.dropMedia(id)
}

func (t *txn) dropMedia(id int64) error {
	if _, err := t.exec("DELETE FROM media_parts WHERE media_id = ?", id); err != nil {
		return err
	}
	_, err := t.exec("DELETE FROM media WHERE id = ?", id)
	return err
}

// ChangeMedia gives one of the media another name, time or zone. Administrators
// only; the edge checks. Publishes that everything may have changed.
func (st *Store) ChangeMedia(ctx context.Context, by By, m Media) error {
	zone, err := st.checkMedia(&m)
	if err != nil {
		return err
	}
	return st.onMedia(ctx, by, m.ID, func(t *txn, was Media) error {
		if _, err := t.exec("UPDATE media SET name = ?, seconds = ?, zone_id = ? WHERE id = ?", m.Name, m.Seconds, orNull(zone), m.ID); err != nil {
			return err
		}
		m.SHA256 = was.SHA256
		return t.recordMedia("media_changed", m)
	})
}

// MoveMedia shows one of the media earlier (by a negative number of places) or
// later. Administrators only; the edge checks. Publishes that everything may
// have changed.
func (st *Store) MoveMedia(ctx context.Context, by By, id int64, places int) error {
	return st.onMedia(ctx, by, id, func(t *txn, was Media) error {
		order := []int64{}
		at := 0
		for i, m := range t.catalog().Media {
			if m.ID == id {
				at = i
			}
			order = append(order, m.ID)
		}
		to := min(max(at+places, 0), len(order)-1)
		order = append(order[:at], order[at+1:]...)
		order = append(order[:to], append([]int64{id}, order[to:]...)...)
		for position, id := range order {
			if _, err := t.exec("UPDATE media SET position = ? WHERE id = ?", position+1, id); err != nil {
				return err
			}
		}
		return t.recordMedia("media_changed", was)
	})
}

// RemoveMedia takes one of the media off the screens, for good. Administrators
// only; the edge checks. Publishes that everything may have changed.
func (st *Store) RemoveMedia(ctx context.Context, by By, id int64) error {
	return st.onMedia(ctx, by, id, func(t *txn, was Media) error {
		if err := t.dropMedia(id); err != nil {
			return err
		}
		return t.recordMedia("media_removed", was)
	})
}

// onMedia changes one of the media that is there.
func (st *Store) onMedia(ctx context.Context, by By, id int64, do func(t *txn, was Media) error) error {
	return st.redefine(ctx, by, func(t *txn) error {
		was, err := t.catalog().MediaItem(id)
		if err != nil {
			return err
		}
		return do(t, was)
	})
}

// OpenMedia reads one of the media from anywhere in it, part by part. It is
// for one goroutine.
func (st *Store) OpenMedia(ctx context.Context, m Media) io.ReadSeeker {
	return &mediaReader{ctx: ctx, st: st, m: m, part: -1}
}

type mediaReader struct {
	ctx  context.Context //nolint:containedctx // lives for one request
	st   *Store
	m    Media
	at   int64
	part int64 // the one in held; -1: none
	held []byte
}

func (r *mediaReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.m.Size
	}
	if offset < 0 {
		return r.at, errors.New("seek before the beginning")
	}
	r.at = offset
	return offset, nil
}

func (r *mediaReader) Read(p []byte) (int, error) {
	if r.at >= r.m.Size {
		return 0, io.EOF
	}
	if part := r.at / mediaPart; part != r.part {
		var text string
		err := r.st.reads().QueryRowContext(r.ctx, "SELECT content FROM media_parts WHERE media_id = ? AND part = ?", r.m.ID, part).Scan(&text)
		if err != nil {
			return 0, unavailable(fmt.Errorf("read part %d of %q: %w", part, r.m.Name, err))
		}
		if r.held, err = base64.StdEncoding.DecodeString(text); err != nil {
			return 0, fmt.Errorf("part %d of %q: %w", part, r.m.Name, err)
		}
		r.part = part
	}
	from := r.at - r.part*mediaPart
	if from >= int64(len(r.held)) {
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(p, r.held[from:])
	r.at += int64(n)
	return n, nil
}
