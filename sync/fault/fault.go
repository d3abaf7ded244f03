// Package fault is how TYNGO says that something went wrong.
//
// A fault has a Kind, which decides what a program does next, a stable code in
// snake_case, which programs match on, and one plain sentence, which staff read.
// What a caller cannot act on is not a fault but an ordinary wrapped error; at
// the border it becomes Internal and its text goes to the log, never to a screen.
//
// Faults cross the network: the border writes them as problem documents and our
// own clients read them back, so Kind and code survive the wire.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what the caller can do about it.
type Kind uint8

const (
	None        Kind = iota // no fault at all: what KindOf(nil) is
	Internal                // a bug or a broken machine: nothing the caller can do
	Invalid                 // the request is wrong and will stay wrong
	NotFound                // the thing does not exist, or not for this caller
	Conflict                // the thing is in a state that forbids this
	NoProof                 // nobody said who is asking, or the proof is bad
	Denied                  // known, and not allowed
	TooMany                 // slow down and try again
	TooLarge                // the body is larger than this route takes
	Unavailable             // not now: try again later; nothing was done
	Stale                   // it changed since the caller looked: look again
	Unknown                 // nobody knows whether it was done: repeat with the same key, or look
)

var names = [...]string{"none", "internal", "invalid", "not_found", "conflict", "no_proof", "denied", "too_many", "too_large", "unavailable", "stale", "unknown"}

func (k Kind) String() string {
	if int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Fault is an error that a caller can act on.
type Fault struct {
	Kind    Kind
	Code    string // stable, snake_case
	Message string // one sentence for staff: what happened and what to do
	Fields  []Field
	cause   error
}

// Field names one part of a request that is wrong.
type Field struct {
	Where   string `json:"location"` // such as body.items[2].quantity
	Message string `json:"message"`
}

func (f *Fault) Error() string {
	s := f.Code + ": " + f.Message
	if f.cause != nil {
		s += " (" + f.cause.Error() + ")"
	}
	return s
}

func (f *Fault) Unwrap() error { return f.cause }

// New makes a fault.
func New(k Kind, code, message string) *Fault {
	return &Fault{Kind: k, Code: code, Message: message}
}

// Newf makes a fault with a formatted sentence.
func Newf(k Kind, code, format string, args ...any) *Fault {
	return &Fault{Kind: k, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes a fault of an error; the cause is for logs only.
func Wrap(err error, k Kind, code, message string) *Fault {
	return &Fault{Kind: k, Code: code, Message: message, cause: err}
}

// At adds the part of the request that is wrong and returns f.
func (f *Fault) At(where, message string) *Fault {
	f.Fields = append(f.Fields, Field{where, message})
	return f
}

// Of finds the fault in err, or makes an Internal one of it. Of(nil) is nil.
func Of(err error) *Fault {
	if err == nil {
		return nil
	}
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return Wrap(err, Internal, "internal", "Something went wrong inside. It was written to the log.")
}

// KindOf is the Kind of err: None of nil, Internal where err is no fault.
func KindOf(err error) Kind {
	if err == nil {
		return None
	}
	return Of(err).Kind
}

// Is reports whether err is a fault with this code.
func Is(err error, code string) bool {
	var f *Fault
	return errors.As(err, &f) && f.Code == code
}
