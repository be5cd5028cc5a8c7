package admin

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"antre/display/site"
)

// box is a box of an MP4.
func box(kind string, content int) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(8+content))
	return append(append(b, kind...), make([]byte, content)...)
}

func film() []byte {
	long := append(binary.BigEndian.AppendUint64([]byte("\x00\x00\x00\x01mdat"), 16+300), make([]byte, 300)...)
	return bytes.Join([][]byte{[]byte("\x00\x00\x00\x14ftypisom\x00\x00\x02\x00mp41"), box("moov", 120), box("free", 0), long}, nil)
}

func TestUpload_ofAFilmIsWholeOrRefused(t *testing.T) {
	head := film()[:20]
	endless := append(append(bytes.Clone(head), box("moov", 9)...), "\x00\x00\x00\x00mdatwhatever"...)
	for name, c := range map[string]struct {
		file []byte
		ok   bool
	}{
		"whole":               {film(), true},
		"frames to the end":   {endless, true},
		"its head alone":      {head, false},
		"without frames":      {film()[:148], false},
		"one byte too few":    {film()[:len(film())-1], false},
		"one byte too many":   {append(film(), 0), false},
		"a box of no size":    {append(film(), 0, 0, 0, 4, 'f', 'r', 'e', 'e'), false},
		"cut in a box's head": {film()[:24], false},
	} {
		for way, from := range map[string]func(io.Reader) io.Reader{"at once": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader} {
			content, kind, err := lookAt(from(bytes.NewReader(c.file)))
			if err != nil || kind != "video/mp4" {
				t.Fatalf("%s: %s, %v", name, kind, err)
			}
			got, err := io.ReadAll(content)
			var refusal *site.Refusal
			if c.ok && (err != nil || !bytes.Equal(got, c.file)) || !c.ok && (!errors.As(err, &refusal) || refusal.Code != "bad_video" || refusal.Field != "file") {
				t.Errorf("%s, %s: %d bytes of %d, %v", name, way, len(got), len(c.file), err)
			}
		}
	}
}

// A browser whose cable is pulled leaves half a file, which is nobody's.
func TestUpload_cutOnTheWayIsRefused(t *testing.T) {
	half := io.MultiReader(strings.NewReader("\x89PNG\r\n\x1a\n"), iotest.ErrReader(io.ErrUnexpectedEOF))
	if content, _, err := lookAt(half); err == nil {
		if _, err = io.ReadAll(content); err == nil {
			t.Error("half a picture was taken")
		}
	}
	half = io.MultiReader(bytes.NewReader(film()[:200]), strings.NewReader(strings.Repeat("x", lookAhead)), iotest.ErrReader(io.ErrUnexpectedEOF))
	content, _, err := lookAt(half)
	if err != nil {
		t.Fatal(err)
	}
	var refusal *site.Refusal
	if _, err := io.ReadAll(content); !errors.As(err, &refusal) || refusal.Code != "bad_form" {
		t.Errorf("half a film: %v", err)
	}
}
