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
		return nil, fmt.Errorf("read %s: %w", homeFile, err)
	}
	ca, err := os.ReadFile(filepath.Join(dir, caFile))
	if err != nil {
		return nil, fmt.Errorf("read the CA: %w", err)
	}
	if i.CA, err = parseCertificate(ca); err != nil {
		return nil, err
	}
	return i, i.load()
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
		block, _ := pem.Decode(raw)
		if block == nil {
			return nil, fmt.Errorf("%s is no PEM", path)
		}
		k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if key, ok := k.(*ecdsa.PrivateKey); err == nil && ok {
			return key, nil
		}
		return nil, fmt.Errorf("%s holds no P-256 key: %w", path, err)
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
	return errors.Join(
		datadir.Write(filepath.Join(dir, caFile), []byte(a.CA)),
		datadir.Write(filepath.Join(dir, certFile), []byte(a.Certificate)),
		datadir.Write(filepath.Join(dir, homeFile), raw))
}

// renewAt is when the certificate has lived half of its life.
func (i *Identity) renewAt() time.Time {
	leaf := i.Cert.Leaf
	return leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)
}
