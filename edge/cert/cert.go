// Package cert makes the origin of a box: the one name under which tablets of the
// LAN know it for life, and the certificates with which it proves that name.
//
// A box has a certificate authority of its own, which tablets are made to trust
// once. It promises: that authority can sign nothing but this name and private
// addresses, so that whoever steals its key cannot pose as a bank; the certificate
// that is shown (the leaf) is made again in time, with no internet and no restart;
// a box that starts without knowing the time shows the leaf of last time. It
// refuses to make a leaf by a clock that is in doubt (PROTOCOL.md 1).
package cert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/tyngo/tyngo/sync/code"
	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// The authority's life is written here and not counted from the day on which it is
// made: a box may be new and its clock dead.
var (
	caFrom  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) // before any box was made
	caUntil = time.Date(2056, 1, 1, 0, 0, 0, 0, time.UTC)
)

// private are the addresses that the authority may sign: those which mean another
// machine on every network.
var private = func() (nets []*net.IPNet) {
	for _, s := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"} {
		_, n, err := net.ParseCIDR(s)
		if err != nil {
			panic(err) // constants
		}
		nets = append(nets, n)
	}
	return nets
}()

// ErrNone says that a directory holds no authority yet.
var ErrNone = errors.New("this box has no certificate authority yet")

const (
	caFile   = "ca.pem"   // certificate and key in one file: whole or not at all
	leafFile = "leaf.pem" // the same
	nameLen  = 6          // characters that tell boxes apart, 5 bits each
)

// Name is the name of a box for life, such as tyngo-7k2qd9.local. It comes from the
// id, so that a box which was replaced or restored keeps it, and with it everything
// that its tablets keep under that origin.
func Name(b id.Box) string {
	sum := sha256.Sum256([]byte("tyngo-name/1|" + b.String()))
	return "tyngo-" + strings.ToLower(code.Of(sum[:], nameLen)) + ".local"
}

// Authority is the certificate authority of one box, and the leaf that it shows.
type Authority struct {
	dir  string
	name string
	ca   *x509.Certificate
	key  *ecdsa.PrivateKey

	mu      sync.Mutex
	leaf    *tls.Certificate // nil before the first
	unsaved bool             // the leaf is not on the disk
}

// Open reads the authority of a directory and the leaf of last time; ErrNone where
// none was made.
func Open(dir string) (*Authority, error) {
	pair, err := load(filepath.Join(dir, caFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, damaged(dir, err)
	}
	a := &Authority{dir: dir, ca: pair.Leaf}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok || !a.ca.IsCA || len(a.ca.PermittedDNSDomains) != 1 {
		return nil, damaged(dir, errors.New("it is none of ours"))
	}
	a.key, a.name = key, a.ca.PermittedDNSDomains[0]
	// A leaf that cannot be read or is another's is no loss: the next is made.
	if leaf, err := load(filepath.Join(dir, leafFile)); err == nil && leaf.Leaf.CheckSignatureFrom(a.ca) == nil && leaf.Leaf.VerifyHostname(a.name) == nil {
		leaf.Certificate = append(leaf.Certificate[:1], a.ca.Raw)
		a.leaf = leaf
	}
	return a, nil
}

// damaged is the answer where the file of the authority cannot be used. It is never
// made again by itself: tablets that trust the old one would be shut out for good.
func damaged(dir string, err error) error {
	return fault.Wrap(err, fault.Conflict, "ca_damaged", "The certificate authority of this box ("+filepath.Join(dir, caFile)+") cannot be read. "+
		"Put it back from where you keep it, or move it away: then a new one is made, and every tablet must be let in again.")
}

// Make makes the authority of a directory for a name, or opens the one that is
// there, whatever its name: a name is for life.
func Make(dir, name string) (*Authority, error) {
	if a, err := Open(dir); !errors.Is(err, ErrNone) {
		return a, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	short, _, _ := strings.Cut(name, ".")
	t := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{CommonName: "TYNGO box " + short}, NotBefore: caFrom, NotAfter: caUntil,
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: []string{name}, PermittedIPRanges: private}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make the certificate authority: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("keep the certificate authority: %w", err)
	}
	if err := save(filepath.Join(dir, caFile), der, key); err != nil {
		return nil, fmt.Errorf("keep the certificate authority: %w", err)
	}
	return Open(dir)
}

// Name is the name that the authority proves.
func (a *Authority) Name() string { return a.name }

// CA is the authority's certificate, for tablets: DER.
func (a *Authority) CA() []byte { return a.ca.Raw }

// Fingerprint is SHA-256 of CA as people compare it: eight groups of four bytes.
func (a *Authority) Fingerprint() string {
	sum := sha256.Sum256(a.ca.Raw)
	groups := make([]string, 0, len(sum)/4)
	for i := 0; i < len(sum); i += 4 {
		groups = append(groups, fmt.Sprintf("%02X:%02X:%02X:%02X", sum[i], sum[i+1], sum[i+2], sum[i+3]))
	}
	return strings.Join(groups, " ")
}

// load reads a certificate and its key from one file.
func load(path string) (*tls.Certificate, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(raw, raw)
	return &pair, err
}

// save writes both into one file that only the box reads.
func save(path string, der []byte, key *ecdsa.PrivateKey) error {
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return datadir.Write(path, append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...))
}

// serial is 127 random bits.
func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		panic(err) // the kernel always has random numbers
	}
	return n
}
