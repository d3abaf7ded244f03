package fleet

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/id"
)

// Files of an external broker, in one directory. The key may be read by the
// directory's group: the broker runs as somebody else.
const (
	PaperCA   = "ca.pem"
	PaperCert = "server.pem"
	PaperKey  = "server.key"
	PaperCRL  = "crl.pem"
)

// Papers writes into a directory what an external broker needs to know our boxes:
// the CA, a server certificate with its key, and the list of certificates that
// were taken back. changed is false where all of it was there and good.
func (f *Fleet) Papers(ctx context.Context, dir string) (changed bool, err error) {
	revoked, err := f.store.Revoked(ctx, f.now())
	if err != nil {
		return false, err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return false, fmt.Errorf("papers of the broker: %w", err)
	}
	put := func(name string, raw []byte, mode fs.FileMode) error {
		changed = true
		return datadir.WriteMode(filepath.Join(dir, name), raw, mode)
	}
	if have, _ := os.ReadFile(filepath.Join(dir, PaperCA)); !bytes.Equal(have, f.ca.PEM()) {
		err = put(PaperCA, f.ca.PEM(), 0o644)
	}
	if !f.ca.goodServer(dir) {
		l, e := f.ca.Server()
		if e != nil {
			return changed, e
		}
		key, e := x509.MarshalPKCS8PrivateKey(l.PrivateKey)
		if e != nil {
			return changed, e
		}
		err = errors.Join(err, put(PaperKey, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o640),
			put(PaperCert, append(encode(l.Certificate[0]), f.ca.PEM()...), 0o644))
	}
	if !f.ca.listed(dir, revoked) {
		raw, e := f.ca.revocationList(revoked)
		if e != nil {
			return changed, e
		}
		err = errors.Join(err, put(PaperCRL, raw, 0o644))
	}
	return changed, err
}

// goodServer reports whether a directory holds a certificate and key of ours that
// will do for a while.
func (c *CA) goodServer(dir string) bool {
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, PaperCert), filepath.Join(dir, PaperKey))
	return err == nil && pair.Leaf.CheckSignatureFrom(c.Certificate) == nil && c.now().Before(pair.Leaf.NotAfter.Add(-leafMargin))
}

// listed reports whether a directory holds a list of ours that names just these.
func (c *CA) listed(dir string, revoked []store.Revocation) bool {
	raw, err := os.ReadFile(filepath.Join(dir, PaperCRL))
	if err != nil {
		return false
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return false
	}
	have, err := x509.ParseRevocationList(block.Bytes)
	if err != nil || have.CheckSignatureFrom(c.Certificate) != nil {
		return false
	}
	named := map[string]bool{}
	for _, e := range have.RevokedCertificateEntries {
		named[fmt.Sprintf("%x", e.SerialNumber)] = true
	}
	for _, r := range revoked {
		if !named[r.Serial] {
			return false
		}
	}
	return true // one that names more names what has expired since
}

// revocationList is good as long as the CA: brokers refuse everybody when a list
// is past its next update (measured on Mosquitto 2.0.11), and a head office that
// is away for a month must not darken all restaurants.
func (c *CA) revocationList(revoked []store.Revocation) ([]byte, error) {
	now := c.now()
	t := &x509.RevocationList{Number: big.NewInt(now.UnixMilli()), ThisUpdate: now.Add(-skew), NextUpdate: c.Certificate.NotAfter}
	for _, r := range revoked {
		n, ok := new(big.Int).SetString(r.Serial, 16)
		if !ok {
			return nil, fmt.Errorf("%q is no serial of a certificate", r.Serial)
		}
		t.RevokedCertificateEntries = append(t.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: n, RevocationTime: r.At})
	}
	der, err := x509.CreateRevocationList(rand.Reader, t, c.Certificate, c.key)
	if err != nil {
		return nil, fmt.Errorf("list revoked certificates: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}), nil
}

// Stand is a certificate with which head office takes a box's place at an external
// broker for a moment, which ends the session that is there: a broker looks at
// its list at connects alone.
func (f *Fleet) Stand(b id.Box) (*tls.Certificate, error) {
	return f.ca.sign(b.String(), x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}, skew)
}
