package door

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"math/big"
	"net/http"

	"github.com/tyngo/tyngo/sync/fault"
)

// Pairing is what a page sends to be let in: a one-time code and, where the browser
// lets it have one, its own key with the proof that it holds it.
//
// The proof is ECDSA with SHA-256 over PairingText: over the code, which is good once
// and for ten minutes, so that it is fresh; over the origin, so that what a page of
// another origin was made to sign is of no use here; and over the key itself.
type Pairing struct {
	Code  string `json:"code"`
	Key   string `json:"key"`   // public, SPKI in base64; none: a page without a key
	Proof string `json:"proof"` // base64 of WebCrypto's 64 bytes, r and s
}

var errPairing = fault.New(fault.Invalid, "pairing_proof", "This page could not prove its key. Load it again, and sign in with the same code.")

// Check refuses a pairing whose key is no P-256 key or is not proven at an origin.
func (p Pairing) Check(origin string) error {
	if p.Key == "" && p.Proof == "" {
		return nil
	}
	key, err := ParseKey(p.Key)
	if err != nil {
		return err
	}
	proof, err := base64.StdEncoding.DecodeString(p.Proof)
	if err != nil || !verified(key, PairingText(p.Code, origin, p.Key), proof) {
		return errPairing
	}
	return nil
}

// PairingText is what a page signs to prove its key: the code as it is sent, the
// origin, the key, each with its length before it, so that they cannot run into each
// other.
func PairingText(sent, origin, key string) []byte {
	text := []byte("tyngo-pair/1|")
	for _, part := range []string{sent, origin, key} {
		text = binary.BigEndian.AppendUint32(text, uint32(len(part)))
		text = append(text, part...)
	}
	return text
}

// ParseKey reads the public key of a device: P-256, SPKI in base64.
func ParseKey(s string) (*ecdsa.PublicKey, error) {
	bad := fault.New(fault.Invalid, "device_key", "The key of a device is a P-256 key as SPKI in base64.").At("body.key", "is no such key")
	der, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, bad
	}
	k, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, bad
	}
	key, ok := k.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, bad
	}
	// One key has one text: a device is found by it.
	if again, err := x509.MarshalPKIXPublicKey(key); err != nil || base64.StdEncoding.EncodeToString(again) != s {
		return nil, bad
	}
	return key, nil
}

// verified reports whether a signature of WebCrypto's form, r and s of 32 bytes each,
// is of a key.
func verified(key *ecdsa.PublicKey, text, sig []byte) bool {
	if len(sig) != 64 {
		return false
	}
	sum := sha256.Sum256(text)
	return ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:]))
}

// Origin is the origin of the page that a request came from, where that is a page of
// this server: what its location.origin says.
func Origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
