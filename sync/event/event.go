// Package event is the contract of facts: what a box writes into its journal,
// what travels to head office, and what both fold into their tables.
//
// A fact is in the past tense, says one thing, and is enough by itself. Its
// stored bytes are built once, in the transaction that commits it, and never
// marshalled again: the digest chain runs over them (PROTOCOL.md 2). A released
// payload is frozen: fields may be added, never changed; otherwise V grows and
// the old version is decoded for ever. testdata holds one golden file a type.
package event

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/tyngo/tyngo/sync/id"
)

// MaxBytes is the largest stored event; what is larger is a document.
const MaxBytes = 32 << 10

// Event is one fact as it is stored.
type Event struct {
	Seq     int64      // dense per box from 1, never restarts
	ID      id.Event   // UUIDv7
	Type    string     // such as order.line_added
	V       int        // version of the payload
	At      int64      // UTC milliseconds, never less than that of the event before
	Day     string     // business day, decided by the box, as 2026-11-24
	Command id.Command // the wish that made it
	Staff   id.Staff   // who is responsible; none for machines
	Device  id.Device  // the tablet or program that asked; none for the box itself
	TP      string     // W3C traceparent of the request, or empty
	Data    json.RawMessage

	Payload Payload // decoded Data; nil where this program does not know the type
	Body    []byte  // the stored bytes
}

// Time is At as a time.
func (e Event) Time() time.Time { return time.UnixMilli(e.At).UTC() }

// Payload is the data of one type and version of fact.
type Payload interface{ Kind() (typ string, v int) }

// New makes an unnumbered fact of a payload, or of the draft of one.
func New(p Payload) (Event, error) {
	fresh := id.New[id.Event]()
	if d, ok := p.(Draft); ok {
		var err error
		if p, err = d.Under(fresh); err != nil {
			return Event{}, fmt.Errorf("seal: %w", err)
		}
	}
	data, err := marshal(p)
	if err != nil {
		return Event{}, fmt.Errorf("encode %T: %w", p, err)
	}
	typ, v := p.Kind()
	return Event{ID: fresh, Type: typ, V: v, Data: data, Payload: p}, nil
}

// encoder writes JSON without the escapes of HTML: an ampersand in a dish stays one
// byte. It is used again: facts are encoded while others wait for the commit.
type encoder struct {
	b   bytes.Buffer
	enc *json.Encoder
}

var encoders = sync.Pool{New: func() any {
	e := &encoder{}
	e.enc = json.NewEncoder(&e.b)
	e.enc.SetEscapeHTML(false)
	return e
}}

func marshal(v any) ([]byte, error) {
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	e.b.Reset()
	if err := e.enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.Clone(bytes.TrimSuffix(e.b.Bytes(), []byte{'\n'})), nil
}

// Seal builds the stored bytes: one JSON object without a line feed, members in
// a fixed order, everything but the digest.
func (e *Event) Seal() error {
	b := make([]byte, 0, 320+len(e.Data))
	b = append(b, `{"seq":`...)
	b = strconv.AppendInt(b, e.Seq, 10)
	b = appendID(b, `,"id":"`, e.ID)
	b = append(b, `,"type":"`...)
	b = append(b, e.Type...)
	b = append(b, `","v":`...)
	b = strconv.AppendInt(b, int64(e.V), 10)
	b = append(b, `,"at":`...)
	b = strconv.AppendInt(b, e.At, 10)
	b = append(b, `,"day":"`...)
	b = append(b, e.Day...)
	b = append(b, '"')
	b = appendID(b, `,"command":"`, e.Command)
	if !e.Staff.IsZero() {
		b = appendID(b, `,"staff":"`, e.Staff)
	}
	if !e.Device.IsZero() {
		b = appendID(b, `,"device":"`, e.Device)
	}
	if e.TP != "" {
		b = append(b, `,"tp":"`...)
		b = append(b, e.TP...)
		b = append(b, '"')
	}
	b = append(b, `,"data":`...)
	b = append(b, e.Data...)
	b = append(b, '}')
	if len(b) > MaxBytes {
		return fmt.Errorf("%s is %d bytes, the largest event is %d", e.Type, len(b), MaxBytes)
	}
	if bytes.IndexByte(b, '\n') >= 0 {
		return fmt.Errorf("%s contains a line feed", e.Type)
	}
	e.Body = b
	return nil
}

func appendID[K any](b []byte, key string, i id.ID[K]) []byte {
	b = append(b, key...)
	b, _ = i.AppendText(b)
	return append(b, '"')
}

// stored is the envelope as JSON.
type stored struct {
	Seq     int64           `json:"seq"`
	ID      id.Event        `json:"id"`
	Type    string          `json:"type"`
	V       int             `json:"v"`
	At      int64           `json:"at"`
	Day     string          `json:"day"`
	Command id.Command      `json:"command"`
	Staff   id.Staff        `json:"staff"`
	Device  id.Device       `json:"device"`
	TP      string          `json:"tp"`
	Data    json.RawMessage `json:"data"`
}

// Parse reads stored bytes with their payload. An unknown type or version is no
// error: Payload stays nil.
func Parse(body []byte) (Event, error) {
	e, err := Head(body)
	if err != nil {
		return Event{}, err
	}
	if e.Payload, err = decode(e.Type, e.V, e.Data); err != nil {
		return Event{}, fmt.Errorf("event %d, %s: %w", e.Seq, e.Type, err)
	}
	return e, nil
}

func decode(typ string, v int, data []byte) (Payload, error) {
	mk, ok := catalogue[key{typ, v}]
	if !ok {
		return nil, nil
	}
	return mk(data)
}

// Digest is D(s): it stands for the whole history up to s.
type Digest [sha256.Size]byte

// Genesis is D(0) of a box.
func Genesis(b id.Box) Digest { return sha256.Sum256([]byte("tyngo/1|" + b.String())) }

// Next is D(s) of D(s-1) and the stored bytes of s.
func (d Digest) Next(body []byte) (n Digest) {
	h := sha256.New()
	h.Write(d[:])
	h.Write(body)
	h.Sum(n[:0])
	return n
}
