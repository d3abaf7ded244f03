package uplink

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

// Identity is what joins this box to its head office, kept in files beside the
// database: its key never leaves the box.
type Identity struct {
	dir string
	Home
	CA   *x509.Certificate
	Cert *tls.Certificate
}

// Home is where head office is.
type Home struct {
	Cloud        string          `json:"cloud"`  // https://host:port
	Broker       string          `json:"broker"` // tls://host:port
	Restaurant   id.Restaurant   `json:"restaurant"`
	Organisation id.Organisation `json:"organisation"`
	Name         string          `json:"name"`
}

const (
	homeFile = "home.json"
	keyFile  = "box.key"
	nextFile = "box.key.next"
	certFile = "box.pem"
	caFile   = "ca.pem"
)

// ErrNotJoined says that this box has no head office.
var ErrNotJoined = errors.New("this box has not joined a head office")

// OpenIdentity reads the identity of a joined box; ErrNotJoined where there is none.
func OpenIdentity(dir string) (*Identity, error) {
	i := &Identity{dir: dir}
	raw, err := os.ReadFile(filepath.Join(dir, homeFile)) // written last
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotJoined
	}
	if err == nil {
		err = json.Unmarshal(raw, &i.Home)
	}
	if err != nil {
		return nil, damaged(dir, fmt.Errorf("read %s: %w", homeFile, err))
	}
	ca, err := os.ReadFile(filepath.Join(dir, caFile))
	if err == nil {
		i.CA, err = parseCertificate(ca)
	}
	if err != nil {
		return nil, damaged(dir, fmt.Errorf("read the CA: %w", err))
	}
	if err := i.load(); err != nil {
		return nil, damaged(dir, err)
	}
	return i, nil
}

// damaged is the answer where the files of the identity cannot be used; service
// goes on without head office meanwhile.
func damaged(dir string, err error) error {
	return fault.Wrap(err, fault.Conflict, "identity_damaged", "The files in "+dir+" that join this box to head office are damaged. "+
		"Put them back from a backup, or make a code with: restaurant replace, and join again.")
}

// load reads key and certificate. A renewal that was cut short left the next key:
// whichever fits the certificate is the one.
func (i *Identity) load() error {
	var errs error
	for _, key := range []string{keyFile, nextFile} {
		pair, err := tls.LoadX509KeyPair(filepath.Join(i.dir, certFile), filepath.Join(i.dir, key))
		if err == nil {
			i.Cert = &pair
			return nil
		}
		errs = errors.Join(errs, err)
	}
	return fmt.Errorf("read the certificate of this box: %w", errs)
}

func parseCertificate(raw []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, errors.New("a certificate is no PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}

// openKey reads a key, or makes one and keeps it before it is used: a repeated
// claim must come with the same key.
func openKey(path string) (*ecdsa.PrivateKey, error) {
	raw, err := os.ReadFile(path)
	if err == nil {
		return parseKey(path, raw)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, datadir.Write(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func parseKey(path string, raw []byte) (*ecdsa.PrivateKey, error) {
	var k any
	err := errors.New("no PEM")
	if block, _ := pem.Decode(raw); block != nil {
		k, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	if key, ok := k.(*ecdsa.PrivateKey); err == nil && ok && key.Curve == elliptic.P256() {
		return key, nil
	}
	return nil, fault.Wrap(err, fault.Conflict, "key_damaged", path+" holds no key of this box. Move it away, make a new code at head office, and join again.")
}

// request is a certificate request; only its public key will be taken.
func request(b id.Box, key *ecdsa.PrivateKey) (string, error) {
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: b.String()}}, key)
	if err != nil {
		return "", fmt.Errorf("make a certificate request: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})), nil
}

// keep writes what a claim was answered; home.json comes last and makes it count.
func keep(dir string, h Home, a join.ClaimAnswer) error {
	raw, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		body []byte
	}{{caFile, []byte(a.CA)}, {certFile, []byte(a.Certificate)}, {homeFile, raw}} {
		if err := datadir.Write(filepath.Join(dir, f.name), f.body); err != nil {
			return err
		}
	}
	return nil
}

// fits refuses a certificate that is not the one of this box, this key and this
// head office: what is kept in its place must not be lost for it.
func fits(raw string, ca *x509.Certificate, box id.Box, key *ecdsa.PrivateKey) error {
	c, err := parseCertificate([]byte(raw))
	if err != nil {
		return fmt.Errorf("head office's answer: %w", err)
	}
	public, ok := c.PublicKey.(*ecdsa.PublicKey)
	switch {
	case !ok || !public.Equal(key.Public()):
		return errors.New("head office's answer: a certificate of another key")
	case c.Subject.CommonName != box.String():
		return fmt.Errorf("head office's answer: a certificate of %.60q and not of %s", c.Subject.CommonName, box)
	}
	if err := c.CheckSignatureFrom(ca); err != nil {
		return fmt.Errorf("head office's answer: a certificate that is not its own: %w", err)
	}
	return nil
}

// renewAt is when the certificate has lived half of its life.
func (i *Identity) renewAt() time.Time {
	leaf := i.Cert.Leaf
	return leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)
}
