// Package join is how a box and its head office come to trust each other, and
// what both have to agree on for it: the claim code, the messages, and how each
// checks the other's certificate (PROTOCOL.md 6).
//
// The code that a person carries from head office to the box holds 50 bits that
// prove the right to join, and 65 bits of the CA's key, so that the box knows
// head office before it sends the proof.
package join

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/tyngo/tyngo/sync/code"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// ServerName is the DNS name in head office's own certificate; it is never looked up.
const ServerName = "cloud.tyngo.internal"

// Times of certificates and codes.
const (
	CodeLife  = 15 * time.Minute
	BoxLife   = 30 * 24 * time.Hour  // of a box's certificate; it is renewed at half of it
	RenewLate = 365 * 24 * time.Hour // so long after its end it may still be renewed
)

const (
	secretLength = 10 // characters: 50 bits
	pinLength    = 13 // characters: 65 bits
)

// Code is a claim code.
type Code struct {
	Secret string // proves the right to join
	Pin    string // of the CA's key
}

// NewCode makes a code for a CA.
func NewCode(ca *x509.Certificate) Code { return Code{code.New(secretLength), Pin(ca)} }

// ParseCode reads a code as people type it.
func ParseCode(s string) (Code, error) {
	p := code.Plain(s, secretLength+pinLength)
	if p == "" {
		return Code{}, fault.Newf(fault.Invalid, "claim_code", "This is no claim code: it has %d letters and digits.", secretLength+pinLength)
	}
	return Code{p[:secretLength], p[secretLength:]}, nil
}

func (c Code) String() string { return code.Show(c.Secret + c.Pin) }

// SecretHash is what head office stores of a code.
func SecretHash(secret string) [32]byte { return sha256.Sum256([]byte("tyngo-claim/1|" + secret)) }

// Pin is the first 65 bits of SHA-256 of the CA's public key.
func Pin(ca *x509.Certificate) string {
	sum := sha256.Sum256(ca.RawSubjectPublicKeyInfo)
	return code.Of(sum[:], pinLength)
}

// ClaimRequest asks to join.
type ClaimRequest struct {
	Secret string `json:"secret"`
	CSR    string `json:"csr"`    // PEM, PKCS#10; only its public key is taken
	Box    id.Box `json:"box"`    // the id that the box minted
	Served bool   `json:"served"` // it has a history of its own and keeps its id
}

// ClaimAnswer is what a box needs from then on.
type ClaimAnswer struct {
	Box          id.Box          `json:"box"`         // under which it goes on
	Certificate  string          `json:"certificate"` // PEM
	CA           string          `json:"ca"`          // PEM
	Broker       string          `json:"broker"`      // tls://host:port
	Restaurant   id.Restaurant   `json:"restaurant"`
	Organisation id.Organisation `json:"organisation"`
	Name         string          `json:"name"` // of the restaurant
	Now          int64           `json:"now"`  // UTC ms, for a box whose clock is dead
}

// RenewRequest asks for the next certificate; the old key proves who asks.
type RenewRequest struct {
	CSR string `json:"csr"` // PEM, PKCS#10
}

// RenewAnswer is the next certificate.
type RenewAnswer struct {
	Certificate string `json:"certificate"` // PEM
	Now         int64  `json:"now"`         // UTC ms
}

// Paths on head office's address for boxes.
const (
	ClaimPath = "/v1/claim"
	RenewPath = "/v1/renew"
	// DocumentsPath, the SHA-256 and a slash and the number of a piece.
	DocumentsPath = "/v1/documents/"
	// GuestKeysPath takes keys of guests, GuestKeysBackPath gives them back.
	GuestKeysPath     = "/v1/guest-keys"
	GuestKeysBackPath = "/v1/guest-keys/back"
)

// GuestKeysMost is how many keys, or guests, one request names.
const GuestKeysMost = 100

// GuestKey is the key of a guest of one box (PROTOCOL.md 8). It goes to head office and
// back, by HTTPS, and nowhere else.
type GuestKey struct {
	ID       id.GuestKey `json:"id"`
	Customer id.Customer `json:"customer"`
	Secret   []byte      `json:"secret"` // 32 bytes
}

// GuestKeysRequest brings keys, or names guests whose keys are to come back.
type GuestKeysRequest struct {
	Keys      []GuestKey    `json:"keys,omitempty"`
	Customers []id.Customer `json:"customers,omitempty"`
}

// GuestKeysAnswer is what head office has of a box.
type GuestKeysAnswer struct {
	Have   int           `json:"have"` // keys of this box
	Keys   []GuestKey    `json:"keys,omitempty"`
	Erased []id.Customer `json:"erased,omitempty"` // of those who were named
}

// DocumentState is how much of a document head office has.
type DocumentState struct {
	Whole bool  `json:"whole"`
	Have  int   `json:"have"`           // pieces, without a hole from the first
	Size  int64 `json:"size,omitempty"` // bytes, where some of it is there
}

// ByPin trusts the CA whose key a claim code names.
func ByPin(pin string) func(*x509.Certificate) bool {
	return func(ca *x509.Certificate) bool { return len(pin) == pinLength && Pin(ca) == pin }
}

// ByKey trusts the CA that was pinned when the box joined.
func ByKey(known *x509.Certificate) func(*x509.Certificate) bool {
	return func(ca *x509.Certificate) bool {
		return sha256.Sum256(ca.RawSubjectPublicKeyInfo) == sha256.Sum256(known.RawSubjectPublicKeyInfo)
	}
}

// ClientTLS is how a box speaks to head office: the whole chain is checked up to
// the CA that trusted names. cert may be nil.
func ClientTLS(trusted func(ca *x509.Certificate) bool, cert *tls.Certificate, now func() time.Time) *tls.Config {
	c := &tls.Config{ServerName: ServerName, MinVersion: tls.VersionTLS12,
		InsecureSkipVerify: true, // the CA comes with the chain: VerifyConnection checks all of it, on resumption too
		VerifyConnection:   func(s tls.ConnectionState) error { return verifyServer(s, trusted, now()) }}
	if cert != nil {
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return cert, nil }
	}
	return c
}

func verifyServer(s tls.ConnectionState, trusted func(*x509.Certificate) bool, now time.Time) error {
	if len(s.PeerCertificates) == 0 {
		return errors.New("head office shows no certificate")
	}
	leaf, rest := s.PeerCertificates[0], s.PeerCertificates[1:]
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	found := false
	for _, c := range rest {
		if c.IsCA && trusted(c) && c.CheckSignatureFrom(c) == nil {
			roots.AddCert(c)
			found = true
			continue
		}
		between.AddCert(c)
	}
	if !found {
		return errors.New("this is not the head office that the code names")
	}
	o := x509.VerifyOptions{DNSName: ServerName, Roots: roots, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	_, err := leaf.Verify(o)
	if onlyDates(err) { // a box whose clock is dead comes to fetch the time
		o.CurrentTime = leaf.NotBefore
		_, err = leaf.Verify(o)
	}
	if err != nil {
		return fmt.Errorf("head office's certificate: %w", err)
	}
	return nil
}

func onlyDates(err error) bool {
	var c x509.CertificateInvalidError
	return errors.As(err, &c) && c.Reason == x509.Expired
}

// Identity is who a client certificate says a box is.
type Identity struct {
	Box     id.Box
	Serial  string // hex
	Expired time.Duration
}

// VerifyBox checks a client certificate up to the CA. Its dates are not judged:
// Expired says how long ago it ended, for the one route that renews it.
func VerifyBox(s *tls.ConnectionState, ca *x509.Certificate, now time.Time) (Identity, error) {
	if s == nil || len(s.PeerCertificates) == 0 {
		return Identity{}, errors.New("no client certificate")
	}
	leaf := s.PeerCertificates[0]
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: leaf.NotBefore, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		return Identity{}, fmt.Errorf("client certificate: %w", err)
	}
	b, err := id.Parse[id.Box](leaf.Subject.CommonName)
	if err != nil || b.String() != leaf.Subject.CommonName {
		return Identity{}, fmt.Errorf("client certificate of %.60q, which is no box", leaf.Subject.CommonName)
	}
	return Identity{Box: b, Serial: fmt.Sprintf("%x", leaf.SerialNumber), Expired: now.Sub(leaf.NotAfter)}, nil
}
