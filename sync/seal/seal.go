// Package seal is how the personal data of guests travels: under a key of each guest,
// so that erasing the key erases the data wherever its bytes lie (PROTOCOL.md 8).
//
// A sealed text is base64(12-byte nonce ‖ ciphertext ‖ tag) of AES-256-GCM, bound to
// the id of its fact and to the name of its field: in another place it does not open.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// KeyBytes is the size of a key.
const KeyBytes = 32

// Key opens what is known of one guest. It is shown nowhere.
type Key struct{ secret [KeyBytes]byte }

// ErrClosed says that a text was not sealed with this key, or not for this place.
var ErrClosed = errors.New("the text does not open with this key")

// NewKey makes a key.
func NewKey() (k Key) {
	_, _ = rand.Read(k.secret[:]) // never fails: it ends the program instead
	return k
}

// Of is the key of 32 stored bytes.
func Of(secret []byte) (k Key, err error) {
	if len(secret) != KeyBytes {
		return k, fmt.Errorf("a key has %d bytes, this has %d", KeyBytes, len(secret))
	}
	copy(k.secret[:], secret)
	return k, nil
}

// Secret is the key itself, for its store and for head office alone.
func (k Key) Secret() []byte { return k.secret[:] }

func (Key) String() string               { return "•••" }
func (Key) GoString() string             { return "•••" }
func (Key) LogValue() slog.Value         { return slog.StringValue("•••") }
func (Key) MarshalJSON() ([]byte, error) { return nil, errors.New("a guest's key is not written") }

var _ json.Marshaler = Key{}

// Seal makes the text of a field of a fact unreadable without the key.
func (k Key) Seal(e id.Event, field, text string) (event.Sealed, error) {
	aead, err := k.aead()
	if err != nil {
		return "", err
	}
	b := make([]byte, aead.NonceSize(), aead.NonceSize()+len(text)+aead.Overhead())
	_, _ = rand.Read(b)
	return event.Sealed(base64.StdEncoding.EncodeToString(aead.Seal(b, b, []byte(text), bound(e, field)))), nil
}

// Open reads the text of a field of a fact; ErrClosed where the key is another one's.
func (k Key) Open(e id.Event, field string, s event.Sealed) (string, error) {
	aead, err := k.aead()
	if err != nil {
		return "", err
	}
	b, err := base64.StdEncoding.Strict().DecodeString(string(s))
	if err != nil || len(b) < aead.NonceSize() {
		return "", ErrClosed
	}
	text, err := aead.Open(nil, b[:aead.NonceSize()], b[aead.NonceSize():], bound(e, field))
	if err != nil {
		return "", ErrClosed
	}
	return string(text), nil
}

// Sum stands for bytes that nobody finds again by trying, once the key is gone.
func (k Key) Sum(b []byte) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, k.secret[:])
	h.Write(b)
	h.Sum(sum[:0])
	return sum
}

func (k Key) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.secret[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// bound is where a text belongs.
func bound(e id.Event, field string) []byte { return []byte(e.String() + "|" + field) }
