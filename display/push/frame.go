package push

import (
	"encoding/binary"
	"encoding/json"
)

// A frame is encoded once, to its finished bytes, for all its receivers. The
// websocket library reads; it does not write, because only whoever knows how
// many bytes a slow socket took can go on in the middle of a frame.
type frame struct {
	rev   int64
	bytes []byte
}

// RFC 6455, section 5.2: FIN with an opcode, then the length in 7, 16 or 64
// bits; a server does not mask.
const (
	finText  = 0x81
	finClose = 0x88
	finPing  = 0x89
	finPong  = 0x8A
)

func finished(opcode byte, payload []byte) []byte {
	n := len(payload)
	head := make([]byte, 2, 10+n)
	head[0] = opcode
	switch {
	case n < 126:
		head[1] = byte(n)
	case n < 1<<16:
		head[1] = 126
		head = binary.BigEndian.AppendUint16(head, uint16(n))
	default:
		head[1] = 127
		head = binary.BigEndian.AppendUint64(head, uint64(n))
	}
	return append(head, payload...)
}

func textFrame(rev int64, message map[string]any) (frame, error) {
	b, err := json.Marshal(message)
	return frame{rev: rev, bytes: finished(finText, b)}, err
}
