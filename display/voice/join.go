package voice

import (
	"bytes"
	"encoding/binary"
	"io"
	"time"
)

// Joined is an announcement: its clips, and the silences between them. It holds
// no sound of its own, so that it costs next to nothing however slowly somebody
// takes it.
type Joined struct{ parts [][]byte }

// Join makes an announcement of clips. A name that nobody has a clip for is left
// out: a mall's own word for a counter that it has not recorded.
func (b Book) Join(lang string, clips []string) (Joined, error) {
	var names []string
	var sounds [][]byte
	for _, name := range clips {
		wav, ok := b.Clip(lang, name)
		if !ok {
			continue
		}
		sound, err := content(wav)
		if err != nil {
			return Joined{}, err
		}
		names, sounds = append(names, name), append(sounds, sound)
	}
	if len(sounds) == 0 {
		return Joined{}, ErrSilent
	}
	j := Joined{}
	for i, gap := range pauses(names) {
		j.parts = append(j.parts, sounds[i], noSound[:2*samplesIn(gap)])
	}
	return j, nil
}

// noSound is a silence that is longer than any between two clips.
var noSound [2 * Rate]byte

// samplesIn is how many of a channel last so long.
func samplesIn(d time.Duration) int { return int(d * Rate / time.Second) }

// content is what a file holds in our form: its bytes where it is one of ours.
func content(wav []byte) ([]byte, error) {
	if len(wav) >= headLength && bytes.Equal(wav[:headLength], head(len(wav)-headLength)) {
		return wav[headLength:], nil
	}
	s, err := ReadWAV(wav)
	if err != nil {
		return nil, err
	}
	return s.WAV()[headLength:], nil
}

// Size is how many bytes the file has.
func (j Joined) Size() int64 {
	n := int64(headLength)
	for _, p := range j.parts {
		n += int64(len(p))
	}
	return n
}

// Length is how long it lasts.
func (j Joined) Length() time.Duration {
	return time.Duration(j.Size()-headLength) * time.Second / (2 * Rate)
}

// WriteTo writes it as a file that every browser plays.
func (j Joined) WriteTo(w io.Writer) (n int64, err error) {
	for _, p := range append([][]byte{head(int(j.Size() - headLength))}, j.parts...) {
		wrote, err := w.Write(p)
		if n += int64(wrote); err != nil {
			return n, err
		}
	}
	return n, nil
}

// head begins a file of so many bytes of sound.
func head(length int) []byte {
	b := make([]byte, headLength)
	le := binary.LittleEndian
	copy(b, "RIFF")
	le.PutUint32(b[4:], uint32(headLength-8+length))
	copy(b[8:], "WAVEfmt ")
	le.PutUint32(b[16:], 16)
	le.PutUint16(b[20:], pcm)
	le.PutUint16(b[22:], 1)
	le.PutUint32(b[24:], Rate)
	le.PutUint32(b[28:], Rate*bits/8)
	le.PutUint16(b[32:], bits/8)
	le.PutUint16(b[34:], bits)
	copy(b[36:], "data")
	le.PutUint32(b[40:], uint32(length))
	return b
}
