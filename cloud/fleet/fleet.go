// Package fleet is the boxes of head office: how they join, how their
// certificates are renewed and taken back, and who a connection is.
//
// It promises: only a claim code, or proof of the old key, touches an existing
// id, and only inside its organisation; of a request nothing but the public key
// is taken; a lost answer is no loss; revocation counts from the next connect on
// and ends live sessions.
package fleet

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

// Fleet is all boxes.
type Fleet struct {
	store *store.Store
	ca    *CA
	now   func() time.Time
	kick  func(b id.Box, serials []string) // ends live sessions; nil where none can be
}

// New makes a fleet.
func New(s *store.Store, ca *CA, now func() time.Time) *Fleet {
	return &Fleet{store: s, ca: ca, now: now, kick: func(id.Box, []string) {}}
}

// OnRevoked says how live sessions of a box are ended.
func (f *Fleet) OnRevoked(kick func(b id.Box, serials []string)) { f.kick = kick }

// NewClaim makes a claim code for a new box of a restaurant, or, where replaces is
// given, for the box that takes its place.
func (f *Fleet) NewClaim(ctx context.Context, c store.Scope, r id.Restaurant, replaces id.Box) (join.Code, error) {
	if _, err := c.Restaurant(ctx, r); err != nil {
		return join.Code{}, noSuch(err, "restaurant")
	}
	if !replaces.IsZero() {
		old, err := f.store.Box(ctx, replaces)
		if err != nil || old.Organisation != c.Organisation() || old.Restaurant != r {
			return join.Code{}, noSuch(errors.Join(err, store.ErrNone), "box")
		}
	}
	code := join.NewCode(f.ca.Certificate)
	return code, c.AddClaim(ctx, join.SecretHash(code.Secret), r, replaces, f.now().Add(join.CodeLife))
}

func noSuch(err error, what string) error {
	if errors.Is(err, store.ErrNone) {
		return fault.Newf(fault.NotFound, what+"_unknown", "There is no such %s in this organisation.", what)
	}
	return err
}

var (
	errCode    = fault.New(fault.NoProof, "claim_wrong", "This claim code is not valid: it was used, or is older than 15 minutes. Make a new one at head office.")
	errRevoked = fault.New(fault.NoProof, "certificate_revoked", "The certificate of this box was taken back.")
	errTaken   = fault.New(fault.Conflict, "box_taken", "This box id belongs to another key. To replace a box, make a code with: restaurant replace")
)

// Claim lets a box in.
func (f *Fleet) Claim(ctx context.Context, r join.ClaimRequest) (join.ClaimAnswer, error) {
	public, key, err := publicKey(r.CSR)
	if err != nil {
		return join.ClaimAnswer{}, err
	}
	if r.Box.IsZero() {
		return join.ClaimAnswer{}, fault.New(fault.Invalid, "box_id", "The request names no box.")
	}
	var out join.ClaimAnswer
	var revoked []string
	var gone id.Box
	err = f.store.Write(ctx, func(t *store.Tx) error {
		hash := join.SecretHash(r.Secret)
		c, err := t.Claim(hash)
		switch {
		case errors.Is(err, store.ErrNone) || err == nil && f.now().After(c.Expires):
			return errCode
		case err != nil:
			return err
		case !c.Box.IsZero():
			if good, err := t.HasKey(c.Organisation, c.Box, key); err != nil || !good || string(c.Key) != string(key[:]) {
				return cmp.Or(err, error(errCode))
			}
			out = join.ClaimAnswer{Box: c.Box, Certificate: string(c.Certificate), Restaurant: c.Restaurant, Organisation: c.Organisation}
			return nil
		}
		b := store.Box{ID: r.Box, Organisation: c.Organisation, Restaurant: c.Restaurant}
		if !c.Replaces.IsZero() {
			if revoked, err = t.Revoke(c.Organisation, c.Replaces, f.now()); err != nil {
				return err
			}
			gone = c.Replaces
			if !r.Served {
				b.ID = c.Replaces
			}
		}
		if b.ID != c.Replaces {
			if err := free(t, b, key); err != nil {
				return err
			}
		}
		if err := t.AddBox(b, f.now()); err != nil {
			return err
		}
		cert, err := f.issue(t, b, public, key)
		if err != nil {
			return err
		}
		out = join.ClaimAnswer{Box: b.ID, Certificate: string(encode(cert.Raw)), Restaurant: c.Restaurant, Organisation: c.Organisation}
		return t.UseClaim(hash, b.ID, key, encode(cert.Raw))
	})
	if err != nil {
		return join.ClaimAnswer{}, err
	}
	if !gone.IsZero() {
		f.kick(gone, revoked)
	}
	place, err := f.store.In(out.Organisation).Restaurant(ctx, out.Restaurant)
	out.CA, out.Name, out.Now = string(f.ca.PEM()), place.Name, f.now().UnixMilli()
	return out, err
}

// free refuses an id that is known already, unless the same key of the same
// organisation comes back, and was not shut out.
func free(t *store.Tx, b store.Box, key [32]byte) error {
	known, err := t.Box(b.ID)
	if errors.Is(err, store.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	same, err := t.HasKey(known.Organisation, b.ID, key)
	if err == nil && (!same || known.Organisation != b.Organisation) {
		err = errTaken
	}
	return err
}

func (f *Fleet) issue(t *store.Tx, b store.Box, public *ecdsa.PublicKey, key [32]byte) (*x509.Certificate, error) {
	cert, err := f.ca.signBox(b.ID, public)
	if err != nil {
		return nil, err
	}
	return cert, t.AddCertificate(b.Organisation, store.Certificate{Serial: fmt.Sprintf("%x", cert.SerialNumber), Box: b.ID, Key: key, Expires: cert.NotAfter}, f.now())
}

// publicKey takes the public key out of a request, and nothing else.
func publicKey(csr string) (*ecdsa.PublicKey, [32]byte, error) {
	bad := func(why string) (*ecdsa.PublicKey, [32]byte, error) {
		return nil, [32]byte{}, fault.Newf(fault.Invalid, "csr", "The certificate request is not good: %s.", why)
	}
	block, _ := pem.Decode([]byte(csr))
	if block == nil || len(csr) > 8<<10 {
		return bad("it is no PEM")
	}
	r, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		return bad("it cannot be read")
	}
	if err := r.CheckSignature(); err != nil {
		return bad("it is not signed by its own key")
	}
	if cn := r.Subject.CommonName; cn != "" {
		if b, err := id.Parse[id.Box](cn); err != nil || b.String() != cn {
			return bad("its name is not the id of a box")
		}
	}
	public, ok := r.PublicKey.(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() {
		return bad("its key is not P-256")
	}
	return public, sha256.Sum256(r.RawSubjectPublicKeyInfo), nil
}

// Caller is a box that proved who it is.
type Caller struct {
	store.Box
	Serial string
}

// Admit finds which box a TLS connection is. late is how long after its end a
// certificate is still taken.
func (f *Fleet) Admit(ctx context.Context, s *tls.ConnectionState, late time.Duration) (Caller, error) {
	who, err := join.VerifyBox(s, f.ca.Certificate, f.now())
	if err != nil {
		return Caller{}, fault.Wrap(err, fault.NoProof, "certificate", "This is no certificate of a box of this head office.")
	}
	if who.Expired > late {
		return Caller{}, fault.New(fault.NoProof, "certificate_old", "The certificate of this box is too old. Join again with a new code.")
	}
	c, err := f.store.Certificate(ctx, who.Serial)
	if errors.Is(err, store.ErrNone) || err == nil && (c.Revoked || c.Box != who.Box) {
		return Caller{}, errRevoked
	}
	if err != nil {
		return Caller{}, err
	}
	b, err := f.store.Box(ctx, who.Box)
	return Caller{b, who.Serial}, err
}

// Renew gives a box that proved its old key the next certificate.
func (f *Fleet) Renew(ctx context.Context, s *tls.ConnectionState, csr string) (join.RenewAnswer, error) {
	caller, err := f.Admit(ctx, s, join.RenewLate)
	if err != nil {
		return join.RenewAnswer{}, err
	}
	public, key, err := publicKey(csr)
	if err != nil {
		return join.RenewAnswer{}, err
	}
	var cert *x509.Certificate
	old := sha256.Sum256(s.PeerCertificates[0].RawSubjectPublicKeyInfo)
	err = f.store.Write(ctx, func(t *store.Tx) error {
		// Looked up once more where nobody else writes: what is taken back just now stays so.
		good, err := t.HasKey(caller.Organisation, caller.ID, old)
		if err == nil && !good {
			err = errRevoked
		}
		if err == nil {
			cert, err = f.issue(t, caller.Box, public, key)
		}
		return err
	})
	if err != nil {
		return join.RenewAnswer{}, err
	}
	return join.RenewAnswer{Certificate: string(encode(cert.Raw)), Now: f.now().UnixMilli()}, nil
}

// Revoke takes back every certificate of a box and ends its sessions.
func (f *Fleet) Revoke(ctx context.Context, c store.Scope, b id.Box) error {
	var serials []string
	err := f.store.Write(ctx, func(t *store.Tx) (err error) { serials, err = t.Revoke(c.Organisation(), b, f.now()); return err })
	if err == nil {
		f.kick(b, serials)
	}
	return err
}
