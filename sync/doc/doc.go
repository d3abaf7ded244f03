// Package doc is the contract of documents: what is published as a whole, named
// by the SHA-256 of its bytes, and applied or refused as a unit.
//
// A document is too large for an event or makes sense only entire: the menu, the
// venue. Events name documents by hash. Each kind has one owner per venue. A
// document is checked completely before it is taken, and every mistake is listed
// with its place, so that a person mends a file once.
package doc

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/tyngo/tyngo/sync/fault"
)

// MaxBytes is the largest document.
const MaxBytes = 16 << 20

// Kinds of documents.
const (
	KindVenue = "venue"
	KindMenu  = "menu"
	KindStaff = "staff"
)

// Kinds are all of them.
var Kinds = []string{KindVenue, KindMenu, KindStaff}

// PieceBytes is the size of the pieces in which documents travel.
const PieceBytes = 64 << 10

// Pieces is how many pieces a document of so many bytes has.
func Pieces(size int64) int { return int((size + PieceBytes - 1) / PieceBytes) }

// IsSum reports whether s can be the name of a document.
func IsSum(s string) bool {
	return len(s) == 2*sha256.Size && strings.Trim(s, "0123456789abcdef") == ""
}

// Sum names a document: lower-case hex of the SHA-256 of its bytes.
func Sum(body []byte) string {
	s := sha256.Sum256(body)
	return hex.EncodeToString(s[:])
}

// maxMistakes bounds the list of mistakes in one answer.
const maxMistakes = 100

// mistakes collects what is wrong with one document.
type mistakes struct{ fields []fault.Field }

func (m *mistakes) add(where, format string, args ...any) {
	if len(m.fields) < maxMistakes {
		m.fields = append(m.fields, fault.Field{Where: where, Message: fmt.Sprintf(format, args...)})
	}
}

func (m *mistakes) fault(code, what string) error {
	if len(m.fields) == 0 {
		return nil
	}
	f := fault.Newf(fault.Invalid, code, "The %s has %d mistakes and was not taken. The first: %s: %s",
		what, len(m.fields), m.fields[0].Where, m.fields[0].Message)
	f.Fields = m.fields
	return f
}

// decodeStrict reads one JSON value and nothing after it; unknown members are refused.
func decodeStrict(body []byte, into any, code, what string) error {
	if len(body) > MaxBytes {
		return fault.Newf(fault.TooLarge, code, "The %s has %d bytes; at most %d are taken.", what, len(body), MaxBytes)
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff")) // some editors begin a file with it
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return fault.Newf(fault.Invalid, code, "The %s cannot be read: %s.", what, explain(body, dec.InputOffset(), err))
	}
	if _, err := dec.Token(); err != io.EOF {
		return fault.Newf(fault.Invalid, code, "The %s has something after its end, line %d.", what, line(body, dec.InputOffset()))
	}
	return nil
}

func explain(body []byte, at int64, err error) string {
	switch e := err.(type) {
	case *json.SyntaxError:
		return fmt.Sprintf("line %d: %v", line(body, e.Offset), e)
	case *json.UnmarshalTypeError:
		return fmt.Sprintf("line %d: %s must be a %s, not a %s", line(body, e.Offset), e.Field, e.Type, e.Value)
	}
	return "near line " + fmt.Sprint(line(body, at)) + ": " + strings.TrimPrefix(err.Error(), "json: ")
}

func line(body []byte, offset int64) int {
	return 1 + bytes.Count(body[:min(int(offset), len(body))], []byte{'\n'})
}
