package cert_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/cert"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

const (
	day  = 24 * time.Hour
	name = "tyngo-7k2qd9.local"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func made(t *testing.T) *cert.Authority {
	t.Helper()
	a, err := cert.Make(filepath.Join(t.TempDir(), "lan"), name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func renew(t *testing.T, a *cert.Authority, now time.Time, at ...netip.Addr) bool {
	t.Helper()
	made, err := a.Renew(now, false, at)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// verify is what a tablet does that trusts the authority and believes it is then.
func verify(t *testing.T, a *cert.Authority, leaf *x509.Certificate, host string, then time.Time, more ...*x509.Certificate) error {
	t.Helper()
	ca, err := x509.ParseCertificate(a.CA())
	if err != nil {
		t.Fatal(err)
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(ca)
	for _, c := range more {
		between.AddCert(c)
	}
	_, err = leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots, Intermediates: between, CurrentTime: then, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	return err
}

func TestANameIsForLifeAndOfTheBox(t *testing.T) {
	t.Parallel()
	b, other := id.Must[id.Box]("0198f000-0000-7000-8000-0000000000b1"), id.Must[id.Box]("0198f000-0000-7000-8000-0000000000b2")
	if n := cert.Name(b); !regexp.MustCompile(`^tyngo-[0-9a-hjkmnp-tv-z]{6}\.local$`).MatchString(n) || n != cert.Name(b) || n == cert.Name(other) {
		t.Errorf("%s and %s", n, cert.Name(other))
	}
	if n := cert.Name(b); n != "tyngo-zs66mw.local" {
		t.Errorf("the box is called %s now: all its tablets lose what they hold", n)
	}
	dir := t.TempDir()
	first, err := cert.Make(dir, name)
	if err != nil {
		t.Fatal(err)
	}
	again, err := cert.Make(dir, "tyngo-other1.local")
	if err != nil {
		t.Fatal(err)
	}
	if again.Name() != name || again.Fingerprint() != first.Fingerprint() {
		t.Errorf("the second time it is %s, %s", again.Name(), again.Fingerprint())
	}
}

func TestTheAuthorityIsBoundToItsName(t *testing.T) {
	t.Parallel()
	a := made(t)
	ca, err := x509.ParseCertificate(a.CA())
	if err != nil {
		t.Fatal(err)
	}
	key, ok := ca.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() || !ca.IsCA || !ca.MaxPathLenZero || ca.MaxPathLen != 0 || ca.KeyUsage != x509.KeyUsageCertSign {
		t.Errorf("P-256 %v, CA %v, path length %d, usage %v", ok, ca.IsCA, ca.MaxPathLen, ca.KeyUsage)
	}
	if !ca.PermittedDNSDomainsCritical || len(ca.PermittedDNSDomains) != 1 || ca.PermittedDNSDomains[0] != name || len(ca.PermittedIPRanges) == 0 {
		t.Errorf("constraints: critical %v, %v, %v", ca.PermittedDNSDomainsCritical, ca.PermittedDNSDomains, ca.PermittedIPRanges)
	}

	// Whoever stole the key signs what he likes; tablets do not believe it.
	steal := func(c x509.Certificate, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c.SerialNumber, c.NotBefore, c.NotAfter, c.BasicConstraintsValid = big.NewInt(7), noon.Add(-day), noon.Add(day), true
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		der, err := x509.CreateCertificate(rand.Reader, &c, parent, k.Public(), by)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return parsed, k
	}
	if leaf, _ := steal(x509.Certificate{DNSNames: []string{name}}, ca, a.Key()); verify(t, a, leaf, name, noon) != nil {
		t.Fatal("the thief's own certificates are wrong for another reason")
	}
	for _, host := range []string{"bank.example", "tyngo-other1.local", "local", "x" + name, "localhost", "*.local"} {
		leaf, _ := steal(x509.Certificate{DNSNames: []string{host}}, ca, a.Key())
		if err := verify(t, a, leaf, strings.ReplaceAll(host, "*", "x"), noon); err == nil {
			t.Errorf("%s is believed", host)
		}
		both, _ := steal(x509.Certificate{DNSNames: []string{name, host}}, ca, a.Key())
		if err := verify(t, a, both, name, noon); err == nil {
			t.Errorf("a certificate of %s as well is believed", host)
		}
	}
	for _, ip := range []string{"8.8.8.8", "172.32.0.1", "100.64.0.1", "127.0.0.1", "2001:db8::1"} {
		leaf, _ := steal(x509.Certificate{IPAddresses: []net.IP{net.ParseIP(ip)}}, ca, a.Key())
		if err := verify(t, a, leaf, ip, noon); err == nil {
			t.Errorf("%s is believed", ip)
		}
	}
	middle, by := steal(x509.Certificate{Subject: pkix.Name{CommonName: "between"}, IsCA: true, KeyUsage: x509.KeyUsageCertSign}, ca, a.Key())
	leaf, _ := steal(x509.Certificate{DNSNames: []string{name}}, middle, by)
	if err := verify(t, a, leaf, name, noon, middle); err == nil {
		t.Error("an authority below it is believed")
	}
}

func TestALeafIsGoodForTabletsOfAnyClockAndRenewedInTime(t *testing.T) {
	t.Parallel()
	a := made(t)
	lan := netip.MustParseAddr("192.168.1.10")
	if !renew(t, a, noon, lan, netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("::ffff:192.168.1.10")) {
		t.Fatal("no leaf was made")
	}
	leaf := a.Leaf().Leaf
	if k, ok := leaf.PublicKey.(*ecdsa.PublicKey); !ok || k.Curve != elliptic.P256() || leaf.NotAfter.Sub(leaf.NotBefore) > 90*day || leaf.IsCA || len(leaf.IPAddresses) != 1 {
		t.Errorf("P-256 %v, %v, CA %v, %v", ok, leaf.NotAfter.Sub(leaf.NotBefore), leaf.IsCA, leaf.IPAddresses)
	}
	for _, host := range []string{name, "192.168.1.10"} {
		for _, off := range []time.Duration{-6 * day, -time.Hour, 0, day, 52 * day, 82 * day} {
			if err := verify(t, a, leaf, host, noon.Add(off)); err != nil {
				t.Errorf("%s, a clock off by %v: %v", host, off, err)
			}
		}
	}
	for _, off := range []time.Duration{-8 * day, 84 * day} { // the checks above can fail
		if verify(t, a, leaf, name, noon.Add(off)) == nil {
			t.Errorf("believed when the clock is off by %v", off)
		}
	}
	// Over two years, looked at every hour, a right tablet and one six days behind
	// always believe what is shown.
	leaves := 0
	for now := noon; now.Before(noon.Add(2 * 365 * day)); now = now.Add(time.Hour) {
		if renew(t, a, now, lan) {
			leaves++
		}
		for _, tablet := range []time.Time{now, now.Add(-6 * day), now.Add(29 * day)} {
			leaf := a.Leaf().Leaf
			if tablet.Before(leaf.NotBefore) || tablet.After(leaf.NotAfter) {
				t.Fatalf("at %v a tablet at %v is shown %v to %v", now, tablet, leaf.NotBefore, leaf.NotAfter)
			}
		}
	}
	if leaves < 12 || leaves > 15 {
		t.Errorf("%d leaves in two years", leaves)
	}
}

func TestAWrongClockCostsNoTablet(t *testing.T) {
	t.Parallel()
	for what, wrong := range map[string]time.Time{"1970": time.Unix(0, 0), "years behind": noon.Add(-900 * day), "years ahead": noon.Add(3000 * day), "a month ahead": noon.Add(31 * day), "two days ahead": noon.Add(2 * day)} {
		a := made(t)
		renew(t, a, wrong) // nothing said that it is wrong
		if renew(t, a, noon); verify(t, a, a.Leaf().Leaf, name, noon.Add(-5*day)) != nil || verify(t, a, a.Leaf().Leaf, name, noon.Add(20*day)) != nil {
			t.Errorf("%s: after the clock was set, %v to %v is shown", what, a.Leaf().Leaf.NotBefore, a.Leaf().Leaf.NotAfter)
		}
	}

	dir := t.TempDir()
	a, err := cert.Make(dir, name) // a new box with a dead clock
	if err != nil {
		t.Fatal(err)
	}
	if made, err := a.Renew(time.Unix(0, 0), true, nil); made || err != nil || a.Leaf() != nil {
		t.Errorf("a leaf was made by a clock in doubt: %v, %v", made, err)
	}
	renew(t, a, noon)
	serial := a.Leaf().Leaf.SerialNumber

	again, err := cert.Open(dir) // after a power cut: it is 1970 again
	if err != nil {
		t.Fatal(err)
	}
	if made, err := again.Renew(time.Unix(0, 0), true, nil); made || err != nil {
		t.Errorf("renewed in doubt: %v, %v", made, err)
	}
	if l := again.Leaf(); l == nil || l.Leaf.SerialNumber.Cmp(serial) != 0 || len(l.Certificate) != 2 || verify(t, again, l.Leaf, name, noon.Add(50*day)) != nil {
		t.Error("the leaf of last time is not shown")
	}
}

func TestANewAddressMakesANewLeafAndALostOneDoesNot(t *testing.T) {
	t.Parallel()
	a := made(t)
	home, other := netip.MustParseAddr("192.168.1.10"), netip.MustParseAddr("10.0.0.7")
	renew(t, a, noon, home)
	if renew(t, a, noon.Add(time.Hour), home) || renew(t, a, noon.Add(time.Hour)) || renew(t, a, noon.Add(time.Hour), home, netip.MustParseAddr("8.8.4.4"), netip.MustParseAddr("127.0.0.1")) {
		t.Error("a leaf was made without need")
	}
	if !renew(t, a, noon.Add(time.Hour), other) || verify(t, a, a.Leaf().Leaf, "10.0.0.7", noon) != nil || verify(t, a, a.Leaf().Leaf, name, noon) != nil {
		t.Error("the new address is not in the leaf")
	}
}

func TestFilesAreTheBoxesOwnAndDamageIsSaid(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "lan")
	if _, err := cert.Open(dir); !errors.Is(err, cert.ErrNone) {
		t.Errorf("nothing there: %v", err)
	}
	a, err := cert.Make(dir, name)
	if err != nil {
		t.Fatal(err)
	}
	renew(t, a, noon)
	for _, f := range []string{"ca.pem", "leaf.pem"} {
		if s, err := os.Stat(filepath.Join(dir, f)); err != nil || s.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f, s, err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "leaf.pem"), []byte("half a fi"), 0o600); err != nil {
		t.Fatal(err)
	}
	if b, err := cert.Open(dir); err != nil || b.Leaf() != nil || !renew(t, b, noon) {
		t.Errorf("a broken leaf: %v", err)
	}
	elsewhere := t.TempDir()
	stranger, err := cert.Make(elsewhere, name) // a clone that made an authority of its own
	if err != nil {
		t.Fatal(err)
	}
	renew(t, stranger, noon)
	raw, err := os.ReadFile(filepath.Join(elsewhere, "leaf.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "leaf.pem"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if b, err := cert.Open(dir); err != nil || b.Leaf() != nil {
		t.Errorf("the leaf of another box is shown: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), []byte("half a fi"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := cert.Make(dir, name); !fault.Is(err, "ca_damaged") {
		t.Errorf("a broken authority: %v", err)
	}
}

func TestALeafThatCannotBeKeptIsShownAndKeptLater(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "lan")
	a, err := cert.Make(dir, name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	if made, err := a.Renew(noon, false, nil); !made || err == nil || a.Leaf() == nil {
		t.Errorf("made %v, %v", made, err)
	}
	if err := os.Rename(dir+".away", dir); err != nil {
		t.Fatal(err)
	}
	if made, err := a.Renew(noon, false, nil); made || err != nil {
		t.Errorf("kept later: made %v, %v", made, err)
	}
	b, err := cert.Open(dir)
	if err != nil || b.Leaf() == nil || b.Leaf().Leaf.SerialNumber.Cmp(a.Leaf().Leaf.SerialNumber) != 0 {
		t.Errorf("it is not on the disk: %v", err)
	}
}
