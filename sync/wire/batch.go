package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// Bounds of a batch.
const (
	MaxEvents = 512       // in one batch
	MaxBytes  = 128 << 10 // of stored bytes before compression, unless one event alone is larger
	maxPlain  = 1 << 20   // what is read at most while decompressing
)

// Batch is a run of facts that continues one epoch.
type Batch struct {
	Box    id.Box
	Epoch  int64
	Boot   id.Boot
	From   int64        // seq of the first
	Prev   event.Digest // D(from-1)
	Dg     event.Digest // D of the last
	Bodies [][]byte     // stored bytes, as they are
}

// Last is the seq of the last fact.
func (b *Batch) Last() int64 { return b.From + int64(len(b.Bodies)) - 1 }

type header struct {
	Box   id.Box       `json:"box"`
	Epoch int64        `json:"epoch"`
	Boot  id.Boot      `json:"boot"`
	From  int64        `json:"from"`
	N     int          `json:"n"`
	Prev  event.Digest `json:"prev"`
	Dg    event.Digest `json:"dg"`
}

// Encodings of a payload.
const (
	encRaw  = 0
	encZstd = 1
	encIDs  = 2 // ids packed, then zstd; not for a cloud that does not say it reads it

	// Reads is the highest encoding that DecodeBatch reads; acks say so.
	Reads = encIDs
)

// coder is one encoder and one decoder, made on first use; both may be shared.
var coder = sync.OnceValue(func() (c struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}) {
	var e1, e2 error
	c.enc, e1 = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(256<<10), zstd.WithEncoderCRC(false))
	c.dec, e2 = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxPlain), zstd.WithDecoderMaxWindow(maxPlain))
	if err := errors.Join(e1, e2); err != nil {
		panic(err) // the options are constants
	}
	return c
})

// Encode writes the payload of a batch: header line, then the stored bytes, one a
// line; compressed where that is smaller, and for a cloud that says it reads so,
// with its ids packed where they can be.
func (b *Batch) Encode(reads int) []byte {
	plain := Encode(header{b.Box, b.Epoch, b.Boot, b.From, len(b.Bodies), b.Prev, b.Dg})
	for _, body := range b.Bodies {
		plain = append(append(plain, '\n'), body...)
	}
	packed, enc := plain, byte(encZstd)
	if reads >= encIDs {
		if p, ok := pack(plain); ok {
			packed, enc = p, encIDs
		}
	}
	out := coder().enc.EncodeAll(packed, []byte{'T', '1', enc, 0})
	if len(out) >= len(plain)+4 {
		out = append([]byte{'T', '1', encRaw, 0}, plain...)
	}
	return out
}

// DecodeBatch reads the payload of a batch. It checks form and bounds; whether
// the batch continues anything is the receiver's matter.
func DecodeBatch(p []byte) (*Batch, error) {
	if len(p) < 4 || p[0] != 'T' || p[1] != '1' || p[3] != 0 {
		return nil, errors.New("batch does not begin with T1")
	}
	if len(p) > maxPlain {
		return nil, fmt.Errorf("batch of %d bytes, the largest is %d", len(p), maxPlain)
	}
	plain := p[4:]
	switch p[2] {
	case encRaw:
	case encZstd, encIDs:
		var err error
		if plain, err = coder().dec.DecodeAll(plain, nil); err != nil {
			return nil, fmt.Errorf("decompress batch: %w", err)
		}
		if p[2] == encIDs {
			if plain, err = unpack(plain); err != nil {
				return nil, err
			}
		}
	default:
		return nil, fmt.Errorf("batch has the unknown encoding %d", p[2])
	}
	line, rest, _ := bytes.Cut(plain, []byte{'\n'})
	var h header
	if err := json.Unmarshal(line, &h); err != nil {
		return nil, fmt.Errorf("batch header: %w", err)
	}
	if h.N < 1 || h.N > MaxEvents || h.From < 1 || h.Epoch < 1 || h.Box.IsZero() || h.Boot.IsZero() {
		return nil, errors.New("batch header has an impossible box, boot, epoch, from or n")
	}
	b := &Batch{h.Box, h.Epoch, h.Boot, h.From, h.Prev, h.Dg, make([][]byte, 0, h.N)}
	for len(rest) > 0 {
		if len(b.Bodies) == h.N {
			return nil, fmt.Errorf("batch says %d events and has more", h.N)
		}
		line, rest, _ = bytes.Cut(rest, []byte{'\n'})
		if len(line) > event.MaxBytes {
			return nil, fmt.Errorf("event of %d bytes, the largest is %d", len(line), event.MaxBytes)
		}
		b.Bodies = append(b.Bodies, line)
	}
	if len(b.Bodies) != h.N {
		return nil, fmt.Errorf("batch says %d events and has %d", h.N, len(b.Bodies))
	}
	return b, nil
}
