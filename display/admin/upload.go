package admin

import (
	"encoding/binary"
	"errors"
	"io"
	"net/http"

	"antre/display/site"
)

// whole reads an upload and refuses at its end one that was cut off: on the way
// to us, or, of an MP4, before.
type whole struct {
	from  io.Reader
	boxes *boxes // nil: not an MP4
}

func (u whole) Read(p []byte) (int, error) {
	n, err := u.from.Read(p)
	if u.boxes != nil {
		u.boxes.take(p[:n])
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return n, notWhole()
	case errors.Is(err, io.EOF) && u.boxes != nil && !u.boxes.whole():
		return n, atFile(site.Refuse(http.StatusUnprocessableEntity, "bad_video", "Video ini terpotong atau rusak. Simpan ulang sebagai MP4 (H.264).",
			"This video is cut off or damaged. Save it anew as MP4 (H.264)."))
	}
	return n, err
}

func notWhole() error {
	return atFile(site.Refuse(http.StatusBadRequest, "bad_form", "Berkas tidak sampai seluruhnya. Coba lagi.", "The file did not arrive whole. Try again."))
}

// boxes follows the outermost boxes of an MP4 (ISO/IEC 14496-12, 4.2) as they pass.
type boxes struct {
	head   []byte // of the box that begins here
	left   uint64 // bytes of the present box
	toEnd  bool   // the present box is the last
	broken bool
	movie  bool // what says how to play it
	frames bool // what is played
}

// The head of a box is its size and its kind; a size of 1 says that the size
// follows in eight bytes, one of 0 that the box ends with the file.
const (
	boxHead     = 8
	longBoxHead = 16
)

func (b *boxes) take(p []byte) {
	for len(p) > 0 && !b.toEnd && !b.broken {
		if b.left > 0 {
			n := min(b.left, uint64(len(p)))
			b.left -= n
			p = p[n:]
			continue
		}
		b.head = append(b.head, p[0])
		p = p[1:]
		b.begin()
	}
}

// begin starts a box once its head is there.
func (b *boxes) begin() {
	if len(b.head) < boxHead {
		return
	}
	size, length := uint64(binary.BigEndian.Uint32(b.head)), uint64(boxHead)
	if size == 1 {
		if len(b.head) < longBoxHead {
			return
		}
		size, length = binary.BigEndian.Uint64(b.head[boxHead:]), longBoxHead
	}
	switch string(b.head[4:boxHead]) {
	case "moov":
		b.movie = true
	case "mdat":
		b.frames = true
	}
	b.head = b.head[:0]
	b.toEnd, b.broken = size == 0, size != 0 && size < length
	if !b.toEnd && !b.broken {
		b.left = size - length
	}
}

// whole says whether the file ended where its boxes do, and could be played.
func (b *boxes) whole() bool {
	return !b.broken && len(b.head) == 0 && b.left == 0 && b.movie && b.frames
}
