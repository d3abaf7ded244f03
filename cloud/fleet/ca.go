package fleet

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

const (
	caLife     = 10 * 365 * 24 * time.Hour
	leafLife   = 90 * 24 * time.Hour
	leafMargin = leafLife / 3 // a leaf is made again so long before its end
	skew       = 10 * time.Minute
)

// CA is head office's own certificate authority. It signs boxes, and its own
// leaves, and nothing else.
type CA struct {
	Certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	now         func() time.Time

	mu     sync.Mutex
	leaves map[string]*tls.Certificate
}

// OpenCA reads the CA of a data directory, or makes one.
func OpenCA(dir string, now func() time.Time) (*CA, error) {
	certPath, keyPath := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca.key")
	cert, err := os.ReadFile(certPath)
	if errors.Is(err, fs.ErrNotExist) {
		return makeCA(certPath, keyPath, now)
	}
	key, e2 := os.ReadFile(keyPath)
	if err := errors.Join(err, e2); err != nil {
		return nil, fmt.Errorf("read the CA: %w", err)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("read the CA: %w", err)
	}
	k, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the key of the CA is a %T", pair.PrivateKey)
	}
	c, err := x509.ParseCertificate(pair.Certificate[0])
	return &CA{Certificate: c, key: k, now: now, leaves: map[string]*tls.Certificate{}}, err
}

func makeCA(certPath, keyPath string, now func() time.Time) (*CA, error) {
	key, err := caKey(keyPath)
	if err != nil {
		return nil, fmt.Errorf("the key of the CA: %w", err)
	}
	t := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{CommonName: "TYNGO head office"}, NotBefore: now().Add(-skew), NotAfter: now().Add(caLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make the CA: %w", err)
	}
	if err := datadir.Write(certPath, encode(der)); err != nil {
		return nil, fmt.Errorf("keep the CA: %w", err)
	}
	c, err := x509.ParseCertificate(der)
	return &CA{Certificate: c, key: key, now: now, leaves: map[string]*tls.Certificate{}}, err
}

// caKey is on the disk before its certificate is: one whose key was lost would lock
// everybody out. A key whose certificate was lost gets another one, and all boxes
// still know it, for they know the key.
func caKey(path string) (*ecdsa.PrivateKey, error) {
	raw, err := os.ReadFile(path)
	if err == nil {
		block, _ := pem.Decode(raw)
		if block == nil {
			return nil, fmt.Errorf("%s is no PEM: put the one of the backup there", path)
		}
		k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		key, ok := k.(*ecdsa.PrivateKey)
		if !ok {
			return nil, fmt.Errorf("%s holds a %T", path, k)
		}
		return key, nil
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

func encode(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// PEM is the CA's certificate.
func (c *CA) PEM() []byte { return encode(c.Certificate.Raw) }

// serial is 127 random bits.
func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		panic(err) // the kernel always has random numbers
	}
	return n
}

// signBox makes the certificate of a box. Nothing of a request but its public key
// comes in here.
func (c *CA) signBox(b id.Box, public crypto.PublicKey) (*x509.Certificate, error) {
	now := c.now()
	t := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{CommonName: b.String()}, NotBefore: now.Add(-skew), NotAfter: now.Add(join.BoxLife),
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, t, c.Certificate, public, c.key)
	if err != nil {
		return nil, fmt.Errorf("sign box: %w", err)
	}
	return x509.ParseCertificate(der)
}

// leaf is a certificate of head office itself, made again in time.
func (c *CA) leaf(name string, t x509.Certificate) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if l := c.leaves[name]; l != nil && c.now().Before(l.Leaf.NotAfter.Add(-leafMargin)) {
		return l, nil
	}
	l, err := c.sign(name, t, leafLife)
	if err == nil {
		c.leaves[name] = l
	}
	return l, err
}

// sign makes a key and its certificate.
func (c *CA) sign(name string, t x509.Certificate, life time.Duration) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := c.now()
	t.SerialNumber, t.NotBefore, t.NotAfter = serial(), now.Add(-skew), now.Add(life)
	t.Subject, t.BasicConstraintsValid, t.KeyUsage = pkix.Name{CommonName: name}, true, x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, &t, c.Certificate, key.Public(), c.key)
	if err != nil {
		return nil, fmt.Errorf("make the certificate of %s: %w", name, err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der, c.Certificate.Raw}, PrivateKey: key, Leaf: parsed}, nil
}

// Server is head office's own certificate.
func (c *CA) Server() (*tls.Certificate, error) {
	return c.leaf(join.ServerName, x509.Certificate{DNSNames: []string{join.ServerName}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
}

// IngestName is the common name of ingest's own client certificate at an external broker.
const IngestName = "tyngo-ingest"

// Ingest is the client certificate with which ingest reads an external broker.
func (c *CA) Ingest() (*tls.Certificate, error) {
	return c.leaf(IngestName, x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
}

// TLS is for listeners that boxes connect to: a client certificate is asked for,
// and whoever needs it checks it. Where it is required, nobody without one of ours
// gets as far as to speak; whether it was taken back is not looked up here.
func (c *CA) TLS(require bool) *tls.Config {
	t := &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequestClientCert,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.Server() }}
	if require {
		t.ClientAuth = tls.RequireAnyClientCert
		t.VerifyConnection = func(s tls.ConnectionState) error { // at a resumption, too
			_, err := join.VerifyBox(&s, c.Certificate, c.now())
			return err
		}
	}
	return t
}
