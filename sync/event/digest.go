package event

import (
	"encoding/base64"
	"fmt"
)

// String is the standard padded base64 form, as on the wire.
func (d Digest) String() string { return base64.StdEncoding.EncodeToString(d[:]) }

// MarshalText writes the wire form.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the wire form.
func (d *Digest) UnmarshalText(b []byte) error {
	var raw [33]byte
	n, err := base64.StdEncoding.Strict().Decode(raw[:], clip44(b))
	if err != nil || n != len(d) || len(b) != 44 {
		return fmt.Errorf("%q is not a digest: 44 characters of base64", clip44(b))
	}
	copy(d[:], raw[:])
	return nil
}

func clip44(b []byte) []byte { return b[:min(len(b), 44)] }

// Value is stored as 32 bytes.
func (d Digest) Bytes() []byte { return d[:] }

// Scan reads 32 bytes.
func (d *Digest) Scan(src any) error {
	b, ok := src.([]byte)
	if !ok || len(b) != len(d) {
		return fmt.Errorf("scan %T of %d bytes as a digest", src, len(b))
	}
	copy(d[:], b)
	return nil
}
