package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/tyngo/tyngo/sync/id"
)

// Head reads the envelope of stored bytes and keeps them; Data stays undecoded.
// The transport needs no more than this.
func Head(body []byte) (Event, error) {
	if len(body) > MaxBytes {
		return Event{}, fmt.Errorf("event of %d bytes, the largest is %d", len(body), MaxBytes)
	}
	s, ok := sealed(body)
	if !ok {
		s = stored{}
		if err := json.Unmarshal(body, &s); err != nil {
			return Event{}, fmt.Errorf("event is not JSON: %w", err)
		}
	}
	if s.Seq < 1 || s.ID.IsZero() || s.Type == "" || s.V < 1 {
		return Event{}, errors.New("event lacks seq, id, type or v")
	}
	return Event{Seq: s.Seq, ID: s.ID, Type: s.Type, V: s.V, At: s.At, Day: s.Day, Command: s.Command,
		Staff: s.Staff, Device: s.Device, TP: s.TP, Data: s.Data, Body: body}, nil
}

// sealed reads the envelope as Seal writes it, at a third of the cost of JSON. What
// is written in any other way is not understood, and read as JSON.
func sealed(body []byte) (s stored, ok bool) {
	r := reading{body, true}
	s.Seq = r.number(`{"seq":`)
	s.ID = readID[id.Event](&r, `,"id":"`)
	s.Type = r.text(`,"type":"`, isType)
	s.V = int(r.number(`,"v":`))
	s.At = r.number(`,"at":`)
	s.Day = r.text(`,"day":"`, isDay)
	s.Command = readID[id.Command](&r, `,"command":"`)
	if r.next(`,"staff":"`) {
		s.Staff = readID[id.Staff](&r, `,"staff":"`)
	}
	if r.next(`,"device":"`) {
		s.Device = readID[id.Device](&r, `,"device":"`)
	}
	if r.next(`,"tp":"`) {
		s.TP = r.text(`,"tp":"`, isTrace)
	}
	r.take(`,"data":`)
	n := len(r.rest) - 1
	if !r.ok || n < 1 || r.rest[n] != '}' {
		return s, false
	}
	s.Data = r.rest[:n]
	return s, !blank(s.Data[0]) && !blank(s.Data[n-1]) && json.Valid(s.Data)
}

// reading goes along the members that stand where they are expected.
type reading struct {
	rest []byte
	ok   bool
}

func (r *reading) next(key string) bool { return bytes.HasPrefix(r.rest, []byte(key)) }

func (r *reading) take(key string) {
	if r.ok = r.ok && r.next(key); r.ok {
		r.rest = r.rest[len(key):]
	}
}

// run takes the bytes that belong.
func (r *reading) run(belongs func(byte) bool) []byte {
	n := 0
	for n < len(r.rest) && belongs(r.rest[n]) {
		n++
	}
	out := r.rest[:n]
	r.rest = r.rest[n:]
	return out
}

func (r *reading) number(key string) int64 {
	r.take(key)
	digits := r.run(isDigit)
	v, err := strconv.ParseInt(string(digits), 10, 64)
	r.ok = r.ok && err == nil && (digits[0] != '0' || len(digits) == 1)
	return v
}

func (r *reading) text(key string, belongs func(byte) bool) string {
	r.take(key)
	out := r.run(belongs)
	r.take(`"`)
	return string(out)
}

func readID[T id.ID[K], K any](r *reading, key string) (v T) {
	const size = 36
	r.take(key)
	if r.ok = r.ok && len(r.rest) > size; !r.ok {
		return v
	}
	v, err := id.Parse[T, K](string(r.rest[:size]))
	r.ok = err == nil
	r.rest = r.rest[size:]
	r.take(`"`)
	return v
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isDay(c byte) bool   { return isDigit(c) || c == '-' }
func isType(c byte) bool  { return c >= 'a' && c <= 'z' || c == '_' || c == '.' }
func isTrace(c byte) bool { return isDay(c) || c >= 'a' && c <= 'f' }
func blank(c byte) bool   { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
