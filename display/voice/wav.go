package voice

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"time"
)

// Rate is the sampling of every clip: what espeak-ng makes.
const Rate = 22050

// Sound is mono sound at Rate, from -1 to 1.
type Sound []float64

// Length is how long it lasts.
func (s Sound) Length() time.Duration { return time.Duration(len(s)) * time.Second / Rate }

// Peak is the loudest moment.
func (s Sound) Peak() (peak float64) {
	for _, v := range s {
		peak = max(peak, math.Abs(v))
	}
	return peak
}

// silence lasts a while.
func silence(d time.Duration) Sound { return make(Sound, samplesIn(d)) }

// The parts of a WAV file that we write and read: RIFF, "fmt " with PCM of 16
// bits, "data".
const (
	headLength = 44
	pcm        = 1
	bits       = 16
	loudest    = math.MaxInt16
)

// WAV is the sound as a file that every browser plays.
func (s Sound) WAV() []byte {
	b := slices.Grow(head(2*len(s)), 2*len(s))
	for _, v := range s {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(math.Round(max(-1, min(1, v))*loudest))))
	}
	return b
}

// Why a file is not a sound for us. Screens say it in their own words.
var (
	ErrNotWAV  = errors.New("not a WAV file of 16-bit PCM")
	ErrTooLong = errors.New("longer than ten seconds")
	ErrSilent  = errors.New("nothing can be heard")
)

// longest is what a single clip may last; the longest phrase of ours has two seconds.
const longest = 10 * time.Second

// ReadWAV reads 16-bit PCM of any rate, mono or of several channels mixed to one.
func ReadWAV(b []byte) (Sound, error) {
	le := binary.LittleEndian
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WAVE" {
		return nil, ErrNotWAV
	}
	var rate, channels int
	for at := 12; at+8 <= len(b); {
		name, n := string(b[at:at+4]), int(le.Uint32(b[at+4:]))
		at += 8
		if name == "data" && channels > 0 {
			return samples(b[at:min(len(b), at+max(0, n))], rate, channels)
		}
		if n < 0 || at+n > len(b) {
			break
		}
		if name == "fmt " {
			if rate, channels = format(b[at : at+n]); channels == 0 {
				return nil, ErrNotWAV
			}
		}
		at += n + n%2
	}
	return nil, ErrNotWAV
}

// format reads what kind of samples follow; no channels where it is not ours.
func format(b []byte) (rate, channels int) {
	le := binary.LittleEndian
	if len(b) < 16 || le.Uint16(b) != pcm || le.Uint16(b[14:]) != bits {
		return 0, 0
	}
	channels, rate = int(le.Uint16(b[2:])), int(le.Uint32(b[4:]))
	if channels > 8 || rate < 8000 || rate > 192_000 {
		return 0, 0
	}
	return rate, channels
}

// samples mixes channels to one and brings them to our rate.
func samples(b []byte, rate, channels int) (Sound, error) {
	frames := len(b) / 2 / channels
	if time.Duration(frames)*time.Second/time.Duration(rate) > longest {
		return nil, ErrTooLong
	}
	s := make(Sound, frames)
	for i := range s {
		for c := range channels {
			s[i] += float64(int16(binary.LittleEndian.Uint16(b[2*(i*channels+c):]))) / loudest / float64(channels)
		}
	}
	if rate == Rate || frames < 2 {
		return s, nil
	}
	out := make(Sound, frames*Rate/rate)
	step := float64(rate) / Rate
	for i := range out { // of a faster recording, each sample is the mean of those it stands for
		from := float64(i) * step
		n := max(1, int(step))
		for k := range n {
			at := min(from+float64(k), float64(frames-1))
			whole := min(int(at), frames-2)
			part := at - float64(whole)
			out[i] += (s[whole]*(1-part) + s[whole+1]*part) / float64(n)
		}
	}
	return out, nil
}

const (
	quiet    = 0.012                 // of full scale: below it is silence
	loud     = 0.13                  // root mean square of what is voiced in every clip, so that none stands out
	knee     = 0.6                   // samples above it are bent
	headroom = 0.89                  // the loudest sample: one decibel under full scale
	edge     = 12 * time.Millisecond // kept at either end, and faded so that nothing clicks
)

// Clean takes the silence off both ends, brings the sound to the loudness of
// all clips without clipping, and fades its edges.
func (s Sound) Clean() (Sound, error) {
	first, last := -1, 0
	for i, v := range s {
		if math.Abs(v) > quiet {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 || last-first < Rate/50 {
		return nil, ErrSilent
	}
	keep := int(edge * Rate / time.Second)
	out := append(Sound(nil), s[max(0, first-keep):min(len(s), last+keep)]...)
	gain := loud / out.voiced()
	for i := range out {
		fade := min(1, float64(i)/float64(keep), float64(len(out)-1-i)/float64(keep))
		out[i] = bend(out[i]*gain) * fade
	}
	return out, nil
}

// voiced is the level of a sound without the silences inside it, such as those
// before a p or a t: pieces of 5 ms within a tenth of the loudest count.
func (s Sound) voiced() float64 {
	const piece = Rate / 200
	var levels []float64
	most := 0.0
	for at := 0; at+piece <= len(s); at += piece {
		sum := 0.0
		for _, v := range s[at : at+piece] {
			sum += v * v
		}
		levels = append(levels, sum/piece)
		most = max(most, sum/piece)
	}
	sum, n := 0.0, 0
	for _, v := range levels {
		if v >= most/100 {
			sum, n = sum+v, n+1
		}
	}
	return math.Sqrt(sum / float64(max(1, n)))
}

// bend keeps a sample under the headroom without cutting it off, so that one
// peak does not make a whole word quiet.
func bend(v float64) float64 {
	if over := math.Abs(v) - knee; over > 0 {
		return math.Copysign(knee+(headroom-knee)*math.Tanh(over/(headroom-knee)), v)
	}
	return v
}
