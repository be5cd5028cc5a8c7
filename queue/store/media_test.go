package store_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"antre/queue"
	"antre/queue/store"
)

func TestMedia_isShownWhenAllOfItIsThereAndReadFromAnywhere(t *testing.T) {
	h := openHall(t, false)
	boss := store.By{Actor: "command"}
	content := bytes.Repeat([]byte("antrean "), 100_000) // three parts
	m := found[store.Media](t)(h.AddMedia(t.Context(), boss, store.Media{Name: " Cuci tangan ", Type: "video/mp4", Seconds: 10}, bytes.NewReader(content)))
	if m.Name != "Cuci tangan" || m.Size != int64(len(content)) || len(h.Catalog().MediaOf("")) != 1 {
		t.Fatalf("got %+v, shown %+v", m, h.Catalog().MediaOf(""))
	}
	r := h.OpenMedia(t.Context(), m)
	if got := found[[]byte](t)(io.ReadAll(r)); !bytes.Equal(got, content) {
		t.Errorf("%d bytes came back, want the %d that were given", len(got), len(content))
	}
	for _, at := range []int64{0, 393_215, 393_216, 799_999} {
		if _, err := r.Seek(at, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if got := found[[]byte](t)(io.ReadAll(r)); !bytes.Equal(got, content[at:]) {
			t.Errorf("from %d: %d bytes, want %d", at, len(got), len(content[at:]))
		}
	}
	second := found[store.Media](t)(h.AddMedia(t.Context(), boss, store.Media{Name: "Senyum", Type: "image/png", Seconds: 10}, strings.NewReader("x")))
	if err := h.MoveMedia(t.Context(), boss, second.ID, -1); err != nil {
		t.Fatal(err)
	}
	if all := h.Catalog().MediaOf(""); len(all) != 2 || all[0].ID != second.ID {
		t.Errorf("what was moved up comes not first: %+v", all)
	}
	if err := h.RemoveMedia(t.Context(), boss, second.ID); err != nil {
		t.Fatal(err)
	}
	_ = wantRefusal(t, h.RemoveMedia(t.Context(), boss, second.ID), "unknown_media")
	h.proved()
}

func TestMedia_thatBreaksOffOrIsTooLargeLeavesNothing(t *testing.T) {
	h := openHall(t, false)
	boss := store.By{Actor: "command"}
	m := store.Media{Name: "Film", Type: "video/mp4", Seconds: 10}
	if _, err := h.AddMedia(t.Context(), boss, m, io.MultiReader(bytes.NewReader(make([]byte, 500_000)), brokenReader{})); err == nil {
		t.Error("half a film was kept")
	}
	_, err := h.AddMedia(t.Context(), boss, m, io.LimitReader(zeros{}, store.MaxMedia+1))
	_ = wantRefusal(t, err, "too_large")
	_, err = h.AddMedia(t.Context(), boss, m, strings.NewReader(""))
	_ = wantRefusal(t, err, "missing_field")
	m.Seconds = 0
	_, err = h.AddMedia(t.Context(), boss, m, strings.NewReader("x"))
	_ = wantRefusal(t, err, "bad_value")
	if all := h.Catalog().MediaOf(""); len(all) != 0 {
		t.Errorf("shown: %+v", all)
	}
	db := found[*tables](t)(openTables(h.dir, h.url))
	defer func() { _ = db.Close() }()
	var left int
	if err := db.QueryRow("SELECT (SELECT count(*) FROM media) + (SELECT count(*) FROM media_parts)").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d rows are left of what was refused (%v)", left, err)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestScreens_ownMessageComesBeforeTheMalls(t *testing.T) {
	h := openHall(t, false)
	boss := store.By{Actor: "command"}
	mall := testMall()
	mall.Zones = append(mall.Zones, queue.Zone{Code: "2b", Name: queue.Text{"id": "Lantai 2"}})
	if err := h.Import(t.Context(), boss, mall); err != nil {
		t.Fatal(err)
	}
	set := func(zone string, s store.ZoneScreens) {
		t.Helper()
		if err := h.SetScreens(t.Context(), boss, zone, s); err != nil {
			t.Fatal(err)
		}
	}
	const one, two = "1", "2b"
	if s := h.Catalog().Screens(one); s.Volume != 100 || s.Muted {
		t.Errorf("a zone nobody touched: %+v", s)
	}
	set("", store.ZoneScreens{Volume: 100, Message: queue.Text{"id": "Latihan evakuasi"}})
	set(one, store.ZoneScreens{Volume: 40, Muted: true, Message: queue.Text{"id": "Lift rusak"}})
	if m := h.Catalog().Message(one).In("id"); m != "Lift rusak" {
		t.Errorf("zone %s says %q", one, m)
	}
	if m := h.Catalog().Message(two).In("id"); m != "Latihan evakuasi" {
		t.Errorf("zone %s says %q", two, m)
	}
	if s := h.Catalog().Screens(one); s.Volume != 40 || !s.Muted {
		t.Errorf("got %+v", s)
	}
	set("", store.ZoneScreens{Volume: 100})
	set(one, store.ZoneScreens{Volume: 40})
	if m := h.Catalog().Message(one); len(m) != 0 {
		t.Errorf("what was taken back still stands: %v", m)
	}
	_ = wantRefusal(t, h.SetScreens(t.Context(), boss, "ZZ", store.ZoneScreens{}), "unknown_zone")
	_ = wantRefusal(t, h.SetScreens(t.Context(), boss, one, store.ZoneScreens{Volume: 101}), "bad_value")
	h.proved()
}

// doubtful ends an upload in the database, as a commit does whose answer is
// lost, and then fails.
type doubtful struct{ db *tables }

func (d doubtful) Read([]byte) (int, error) {
	if _, err := d.db.Exec("UPDATE media SET sha256 = 'x', size = 1"); err != nil {
		return 0, err
	}
	return 0, io.ErrUnexpectedEOF
}

func TestMedia_whoseEndIsInDoubtIsNotClearedAway(t *testing.T) {
	h := openHall(t, false)
	db := h.tables()
	if _, err := h.AddMedia(t.Context(), store.By{Actor: "command"}, store.Media{Name: "Film", Type: "video/mp4", Seconds: 10}, doubtful{db}); err == nil {
		t.Error("an upload that failed was taken")
	}
	var left int
	if err := db.QueryRow("SELECT count(*) FROM media").Scan(&left); err != nil || left != 1 {
		t.Errorf("%d rows are left of what was written to its end, want 1 (%v)", left, err)
	}
}
