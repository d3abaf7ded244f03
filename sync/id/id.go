// Package id names things. Every thing has a UUID, minted by whoever creates it
// (the tablet, too), so that a retry is recognised; every kind of thing has its
// own Go type, so that the compiler reads the call.
//
// Facts and things made by people are UUIDv7 (RFC 9562, 5.7). What a command
// makes is UUIDv8 of SHA-256(command | counter): the same command makes the same
// things in every branch of a box's history (PROTOCOL.md 1).
package id

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"
)

// ID is a UUID that knows what it names. The zero ID is 'none': it prints as
// the empty string and is stored as the empty text.
type ID[K any] struct{ u uuid.UUID }

type (
	boxKind          struct{}
	bootKind         struct{}
	restaurantKind   struct{}
	organisationKind struct{}
	commandKind      struct{}
	eventKind        struct{}
	orderKind        struct{}
	lineKind         struct{}
	itemKind         struct{}
	modifierKind     struct{}
	customerKind     struct{}
	stationKind      struct{}
	printerKind      struct{}
	ticketKind       struct{}
	jobKind          struct{}
	deviceKind       struct{}
	staffKind        struct{}
	paymentKind      struct{}
	movementKind     struct{}
	userKind         struct{}
	directiveKind    struct{}
	partyKind        struct{}
	approvalKind     struct{}
	discountKind     struct{}
	addressKind      struct{}
	guestKeyKind     struct{}
	giftCardKind     struct{}
	drawerKind       struct{}
)

// The things that have a name.
type (
	Box          = ID[boxKind]          // one appliance; the certificate's common name
	Boot         = ID[bootKind]         // one start of a box
	Restaurant   = ID[restaurantKind]   // one place, served by one box or more
	Organisation = ID[organisationKind] // who owns restaurants and pays
	Command      = ID[commandKind]      // one wish of a person or program; recognised when repeated
	Event        = ID[eventKind]        // one fact
	Order        = ID[orderKind]
	Line         = ID[lineKind]
	Item         = ID[itemKind] // a sellable variant of the menu
	Modifier     = ID[modifierKind]
	Customer     = ID[customerKind] // a guest
	Station      = ID[stationKind]
	Printer      = ID[printerKind]
	Ticket       = ID[ticketKind] // what one station is asked to make at once
	Job          = ID[jobKind]    // one ticket for one printer
	Device       = ID[deviceKind] // a tablet, a screen, or a program
	Staff        = ID[staffKind]
	Payment      = ID[paymentKind]
	Movement     = ID[movementKind]
	User         = ID[userKind]      // a person at head office
	Directive    = ID[directiveKind] // one wish of head office; the command of what it makes
	Party        = ID[partyKind]     // guests who came together
	Approval     = ID[approvalKind]  // one wish for another's word
	Discount     = ID[discountKind]  // what was taken off a check, once
	Address      = ID[addressKind]   // where a guest has things delivered
	GuestKey     = ID[guestKeyKind]  // the name of a key, not the key
	GiftCard     = ID[giftCardKind]  // made of its number, which is written nowhere
	Drawer       = ID[drawerKind]    // one session of a cash drawer, from its float to its count
)

// New mints an id from the clock (UUIDv7).
func New[T ID[K], K any]() T { return T{uuid.Must(uuid.NewV7())} }

// Parse reads the 36-character form, in either case.
func Parse[T ID[K], K any](s string) (T, error) {
	if len(s) != 36 {
		return T{}, fmt.Errorf("%q is not a UUID", clip(s))
	}
	u, err := uuid.Parse(s)
	if err != nil {
		return T{}, fmt.Errorf("%q is not a UUID", clip(s))
	}
	return T{u}, nil
}

// Must is Parse for constants and tests.
func Must[T ID[K], K any](s string) T {
	v, err := Parse[T, K](s)
	if err != nil {
		panic(err)
	}
	return v
}

// From takes 16 bytes as they are.
func From[T ID[K], K any](b [16]byte) T { return T{b} }

// Made is the n-th thing that a command makes: UUIDv8 of SHA-256(command | n).
func Made[T ID[K], K any](c Command, n int) T {
	var in [20]byte
	copy(in[:], c.u[:])
	binary.BigEndian.PutUint32(in[16:], uint32(n))
	return T{v8(sha256.Sum256(in[:]))}
}

// Derived is the id that stands for these parts, always the same: UUIDv8 of
// SHA-256 over the length-prefixed parts.
func Derived[T ID[K], K any](parts ...string) T {
	h := sha256.New()
	var n [4]byte
	for _, p := range parts {
		binary.BigEndian.PutUint32(n[:], uint32(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	var d [32]byte
	h.Sum(d[:0])
	return T{v8(d)}
}

// Following is Derived for what comes of a fact: it begins with the time of the
// fact, so that the rows of one evening lie side by side in a table of years.
func Following[T ID[K], K any](e Event, parts ...string) T {
	d := Derived[ID[K]](append(parts, e.String())...)
	copy(d.u[:6], e.u[:6])
	return T(d)
}

func v8(d [32]byte) (u uuid.UUID) {
	copy(u[:], d[:16])
	u[6] = u[6]&0x0f | 0x80
	u[8] = u[8]&0x3f | 0x80
	return u
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// Equal reports whether two ids are one.
func (i ID[K]) Equal(j ID[K]) bool { return i == j }

// IsZero reports whether this is 'none'.
func (i ID[K]) IsZero() bool { return i.u == uuid.Nil }

// IsMade reports whether the id was made of what it comes from (Made, Derived) and
// not minted.
func (i ID[K]) IsMade() bool { return i.u.Version() == 8 }

// Bytes are the 16 bytes, for keys of tables; nil for none.
func (i ID[K]) Bytes() []byte {
	if i.IsZero() {
		return nil
	}
	return i.u[:]
}

func (i ID[K]) String() string {
	if i.IsZero() {
		return ""
	}
	return i.u.String()
}

// AppendText appends the 36-character form.
func (i ID[K]) AppendText(b []byte) ([]byte, error) {
	if i.IsZero() {
		return b, nil
	}
	var t [36]byte
	encodeHex(&t, i.u)
	return append(b, t[:]...), nil
}

const hexDigits = "0123456789abcdef"

func encodeHex(t *[36]byte, u uuid.UUID) {
	j := 0
	for i, b := range u {
		switch i {
		case 4, 6, 8, 10:
			t[j] = '-'
			j++
		}
		t[j], t[j+1] = hexDigits[b>>4], hexDigits[b&15]
		j += 2
	}
}

// MarshalText writes the lower-case form; none is empty.
func (i ID[K]) MarshalText() ([]byte, error) { return i.AppendText(make([]byte, 0, 36)) }

// UnmarshalText reads the 36-character form; empty is none.
func (i *ID[K]) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = ID[K]{}
		return nil
	}
	v, err := Parse[ID[K]](string(b))
	if err != nil {
		return err
	}
	*i = v
	return nil
}

// Value stores the text form; none is the empty text.
func (i ID[K]) Value() (driver.Value, error) { return i.String(), nil }

// Scan reads text of 36, a blob of 16, or none.
func (i *ID[K]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i = ID[K]{}
		return nil
	case string:
		return i.UnmarshalText([]byte(v))
	case []byte:
		if len(v) == 16 {
			copy(i.u[:], v)
			return nil
		}
		return i.UnmarshalText(v)
	}
	return fmt.Errorf("scan %T as a UUID", src)
}
