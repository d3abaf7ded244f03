package staff

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"

	"github.com/tyngo/tyngo/sync/fault"
	"golang.org/x/crypto/argon2"
)

// Cost of a PIN's hash: the second of OWASP's recommendations for argon2id (Password
// Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane). A PIN has few digits, so what keeps
// a thief of the disk from it is this; what keeps a guest from it is the lock.
const (
	pinMemory = 19 * 1024 // KiB
	pinTime   = 2
	pinKey    = 32 // bytes
	pinSalt   = 16
)

// one hash at a time: each takes 19 MiB.
var hashing sync.Mutex

func argon(pin string, salt []byte) []byte {
	hashing.Lock()
	defer hashing.Unlock()
	return argon2.IDKey([]byte(pin), salt, pinTime, pinMemory, 1, pinKey)
}

// hashPIN is what is kept of a PIN.
func hashPIN(pin string) string {
	salt := make([]byte, pinSalt)
	_, _ = rand.Read(salt) // never fails, see crypto/rand
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, pinMemory, pinTime, b.EncodeToString(salt), b.EncodeToString(argon(pin, salt)))
}

// isPIN reports whether a PIN is the one of a hash.
func isPIN(pin, hash string) bool {
	var salt, key string
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) || parts[3] != fmt.Sprintf("m=%d,t=%d,p=1", pinMemory, pinTime) {
		return false
	}
	salt, key = parts[4], parts[5]
	b := base64.RawStdEncoding
	s, err1 := b.DecodeString(salt)
	k, err2 := b.DecodeString(key)
	return err1 == nil && err2 == nil && subtle.ConstantTimeCompare(argon(pin, s), k) == 1
}

// CheckPIN refuses what is no PIN, or one that is tried first.
func CheckPIN(pin string) error {
	if len(pin) < 4 || len(pin) > 8 || strings.Trim(pin, "0123456789") != "" {
		return fault.New(fault.Invalid, "pin_form", "A PIN has 4 to 8 digits.").At("body.pin", "must have 4 to 8 digits")
	}
	up, down, same := true, true, true
	for i := 1; i < len(pin); i++ {
		step := int(pin[i]) - int(pin[i-1])
		up, down, same = up && step == 1, down && step == -1, same && step == 0
	}
	if up || down || same {
		return fault.New(fault.Invalid, "pin_weak", "This PIN is the first that somebody would try. Take another one.").At("body.pin", "is too easy")
	}
	return nil
}
