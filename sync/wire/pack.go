package wire

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
)

// Ids are half of what facts say, and nothing compresses them: written as text, a
// new one costs 22 bytes behind zstd; its 16 bytes cost 16. So a quoted UUID, as
// the stored bytes hold it, travels as a mark and its bytes. JSON text never holds
// the mark, and what holds it is not packed: unpack gives back the very bytes that
// the digest was made of.
const mark = 0x01

const (
	quotedLen = 38 // "0198f000-0000-7000-8000-000000000001"
	packedLen = 17
)

// pack shortens every quoted lower-case UUID; ok is false where the mark occurs.
func pack(plain []byte) (packed []byte, ok bool) {
	if bytes.IndexByte(plain, mark) >= 0 {
		return nil, false
	}
	packed = make([]byte, 0, len(plain))
	for {
		i := bytes.IndexByte(plain, '"')
		if i < 0 || len(plain)-i < quotedLen {
			return append(packed, plain...), true
		}
		if b, ok := quoted(plain[i : i+quotedLen]); ok {
			packed = append(append(append(packed, plain[:i]...), mark), b[:]...)
			plain = plain[i+quotedLen:]
			continue
		}
		packed = append(packed, plain[:i+1]...)
		plain = plain[i+1:]
	}
}

// dashes are where a quoted UUID has them.
var dashes = [...]int{9, 14, 19, 24}

// quoted reads a quoted UUID in lower case.
func quoted(q []byte) (b [16]byte, ok bool) {
	if q[quotedLen-1] != '"' {
		return b, false
	}
	for _, d := range dashes {
		if q[d] != '-' {
			return b, false
		}
	}
	n := 0
	for i := 1; i < quotedLen-1; i++ {
		var v byte
		switch c := q[i]; {
		case c >= '0' && c <= '9':
			v = c - '0'
		case c >= 'a' && c <= 'f':
			v = c - 'a' + 10
		case c == '-' && (i == dashes[0] || i == dashes[1] || i == dashes[2] || i == dashes[3]):
			continue
		default:
			return b, false
		}
		b[n/2] = b[n/2]<<4 | v
		n++
	}
	return b, true
}

// unpack is the way back, to at most maxPlain bytes.
func unpack(packed []byte) ([]byte, error) {
	size := len(packed)
	for rest := packed; ; {
		i := bytes.IndexByte(rest, mark)
		if i < 0 {
			break
		}
		if len(rest)-i < packedLen {
			return nil, errors.New("batch ends within an id")
		}
		size += quotedLen - packedLen
		rest = rest[i+packedLen:]
	}
	if size > maxPlain {
		return nil, fmt.Errorf("batch of %d bytes, the largest is %d", size, maxPlain)
	}
	plain := make([]byte, 0, size)
	for {
		i := bytes.IndexByte(packed, mark)
		if i < 0 {
			return append(plain, packed...), nil
		}
		plain = append(append(plain, packed[:i]...), '"')
		b := packed[i+1 : i+packedLen]
		for k, part := range [...][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
			if k > 0 {
				plain = append(plain, '-')
			}
			plain = hex.AppendEncode(plain, part)
		}
		plain = append(plain, '"')
		packed = packed[i+packedLen:]
	}
}
