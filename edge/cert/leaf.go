package cert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"time"
)

const (
	leafLife  = 90 * 24 * time.Hour
	leafPast  = 7 * 24 * time.Hour // of it lies before it was made: tablets' clocks are behind
	leafRenew = leafLife * 2 / 3   // after its beginning the next one is made, 30 days before its end
	leafBack  = 24 * time.Hour     // the clock may go back before the next one is made
	atMost    = 16                 // addresses in one leaf
)

// Leaf is the certificate to show; nil before the first was made.
func (a *Authority) Leaf() *tls.Certificate {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.leaf
}

// Renew makes the next leaf where it is time for it: the first one, at two thirds of
// a life, where the clock went back before the leaf's beginning, and where the box
// has an address that the leaf lacks. now is the time of the box; while that is in
// doubt nothing is made. made says that there is a new leaf; with an error it is
// shown all the same, and Renew tries again to keep it.
func (a *Authority) Renew(now time.Time, doubted bool, at []netip.Addr) (made bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at = signable(at)
	if !doubted && (a.leaf == nil || due(a.leaf.Leaf, now, at)) {
		leaf, err := a.sign(now, at)
		if err != nil {
			return false, err
		}
		a.leaf, a.unsaved, made = leaf, true, true
	}
	if a.unsaved {
		if err := save(filepath.Join(a.dir, leafFile), a.leaf.Certificate[0], a.leaf.PrivateKey.(*ecdsa.PrivateKey)); err != nil {
			return made, fmt.Errorf("keep the certificate of the box: %w", err)
		}
		a.unsaved = false
	}
	return made, nil
}

// due reports whether a leaf must be made again.
func due(leaf *x509.Certificate, now time.Time, at []netip.Addr) bool {
	if now.Before(leaf.NotBefore.Add(leafPast-leafBack)) || !now.Before(leaf.NotBefore.Add(leafRenew)) {
		return true
	}
	for _, ip := range at {
		if !slices.ContainsFunc(leaf.IPAddresses, func(have net.IP) bool { return have.Equal(ip.AsSlice()) }) {
			return true
		}
	}
	return false
}

// signable is those addresses that the authority may sign, in order, each once. One
// that it may not would make the whole leaf worthless.
func signable(at []netip.Addr) []netip.Addr {
	var out []netip.Addr
	for _, ip := range at {
		ip = ip.Unmap().WithZone("")
		if slices.ContainsFunc(private, func(n *net.IPNet) bool { return n.Contains(ip.AsSlice()) }) {
			out = append(out, ip)
		}
	}
	slices.SortFunc(out, netip.Addr.Compare)
	out = slices.Compact(out)
	return out[:min(len(out), atMost)]
}

// sign makes a leaf with a key of its own.
func (a *Authority) sign(now time.Time, at []netip.Addr) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	from := now.UTC().Add(-leafPast).Truncate(time.Second)
	t := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{CommonName: a.name}, DNSNames: []string{a.name},
		NotBefore: from, NotAfter: from.Add(leafLife - time.Second), // both ends count
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	for _, ip := range at {
		t.IPAddresses = append(t.IPAddresses, ip.AsSlice())
	}
	der, err := x509.CreateCertificate(rand.Reader, t, a.ca, key.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("make the certificate of the box: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der, a.ca.Raw}, PrivateKey: key, Leaf: leaf}, nil
}
