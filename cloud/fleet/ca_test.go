package fleet_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/fleet"
	"github.com/tyngo/tyngo/sync/join"
)

func TestTheCAStaysTheSameAndSignsNothingBelowItself(t *testing.T) {
	dir := t.TempDir()
	ca, err := fleet.OpenCA(dir, time.Now)
	check(t, err)
	c := ca.Certificate
	if !c.IsCA || !c.MaxPathLenZero || c.MaxPathLen != 0 || c.KeyUsage&x509.KeyUsageCertSign == 0 || c.NotAfter.Before(time.Now().Add(9*365*24*time.Hour)) {
		t.Errorf("the CA is %+v", c)
	}
	for name, want := range map[string]os.FileMode{"ca.key": 0o600, "ca.pem": 0o600} {
		if i, err := os.Stat(filepath.Join(dir, name)); err != nil || i.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, i, err)
		}
	}
	again, err := fleet.OpenCA(dir, time.Now)
	check(t, err)
	if !again.Certificate.Equal(c) {
		t.Error("it is another one")
	}
}

// A key whose certificate was lost (a crash between them, a backup without it) is
// the same CA for every box: they know the key.
func TestACAWhoseCertificateWasLostIsStillTheOneThatBoxesKnow(t *testing.T) {
	dir := t.TempDir()
	ca, err := fleet.OpenCA(dir, time.Now)
	check(t, err)
	check(t, os.Remove(filepath.Join(dir, "ca.pem")))
	again, err := fleet.OpenCA(dir, time.Now)
	check(t, err)
	if join.Pin(again.Certificate) != join.Pin(ca.Certificate) {
		t.Error("no box knows head office any more")
	}
	leaf, err := ca.Server()
	check(t, err)
	if err := leaf.Leaf.CheckSignatureFrom(again.Certificate); err != nil {
		t.Errorf("what was signed before counts no more: %v", err)
	}
}

// Without its key a CA would lock everybody out: then there is none.
func TestACAWhoseKeyCannotBeKeptIsNotMade(t *testing.T) {
	for name, spoil := range map[string]func(key string) error{
		"no file can be there": func(key string) error { return os.MkdirAll(filepath.Join(key, "x"), 0o700) },
		"an empty file":        func(key string) error { return os.WriteFile(key, nil, 0o600) },
		"half a file":          func(key string) error { return os.WriteFile(key, []byte("-----BEGIN PRIVATE KEY-----\nMIG"), 0o600) },
	} {
		dir := t.TempDir()
		check(t, spoil(filepath.Join(dir, "ca.key")))
		if _, err := fleet.OpenCA(dir, time.Now); err == nil || !bytes.Contains([]byte(err.Error()), []byte("ca.key")) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(dir, "ca.pem")); err == nil {
			t.Errorf("%s: a certificate was made", name)
		}
	}
	dir := t.TempDir() // the key of another CA
	other := t.TempDir()
	for _, d := range []string{dir, other} {
		_, err := fleet.OpenCA(d, time.Now)
		check(t, err)
	}
	check(t, os.Rename(filepath.Join(other, "ca.key"), filepath.Join(dir, "ca.key")))
	if _, err := fleet.OpenCA(dir, time.Now); err == nil {
		t.Error("a CA with the key of another was opened")
	}
}

func TestHeadOfficesOwnCertificatesAreMadeAgainInTime(t *testing.T) {
	var c clock
	ca, err := fleet.OpenCA(t.TempDir(), c.now)
	check(t, err)
	for name, get := range map[string]func() (*tls.Certificate, error){"server": ca.Server, "ingest": ca.Ingest} {
		first, err := get()
		check(t, err)
		l := first.Leaf
		want, dns := x509.ExtKeyUsageClientAuth, 0
		if name == "server" {
			want, dns = x509.ExtKeyUsageServerAuth, 1
		}
		if len(l.ExtKeyUsage) != 1 || l.ExtKeyUsage[0] != want || l.IsCA || len(l.DNSNames) != dns || dns == 1 && l.DNSNames[0] != join.ServerName || l.KeyUsage != x509.KeyUsageDigitalSignature {
			t.Errorf("%s: %v %v %v", name, l.ExtKeyUsage, l.DNSNames, l.IsCA)
		}
		if len(first.Certificate) != 2 || !bytes.Equal(first.Certificate[1], ca.Certificate.Raw) {
			t.Errorf("%s: the chain is not shown", name)
		}
		c.pass(59 * 24 * time.Hour)
		if same, err := get(); err != nil || same != first {
			t.Errorf("%s was made again early: %v", name, err)
		}
		c.pass(2 * 24 * time.Hour)
		if next, err := get(); err != nil || next == first || next.Leaf.NotAfter.Sub(c.now()) < 89*24*time.Hour {
			t.Errorf("%s was not made again a month before its end: %v", name, err)
		}
	}
}
