package join_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

// noon is when the certificates of these tests are good.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func clock(at time.Time) func() time.Time { return func() time.Time { return at } }

type authority struct {
	t    testing.TB
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

func caTemplate(name string) x509.Certificate {
	return x509.Certificate{Subject: pkix.Name{CommonName: name}, NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(10 * 365 * 24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign}
}

func newCA(t testing.TB) *authority {
	t.Helper()
	a := &authority{t: t, key: newKey(t)}
	a.cert = a.make(nil, a.key.Public(), caTemplate("head office"))
	return a
}

// make signs; by is nil for the authority itself.
func (a *authority) make(by *x509.Certificate, public crypto.PublicKey, tpl x509.Certificate) *x509.Certificate {
	a.t.Helper()
	tpl.SerialNumber = big.NewInt(time.Now().UnixNano())
	if by == nil {
		by = &tpl
	}
	der, err := x509.CreateCertificate(rand.Reader, &tpl, by, public, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

// leaf makes a key and its certificate; chain is what is shown behind it.
func (a *authority) leaf(tpl x509.Certificate, chain ...*x509.Certificate) *tls.Certificate {
	a.t.Helper()
	key := newKey(a.t)
	if tpl.NotBefore.IsZero() {
		tpl.NotBefore, tpl.NotAfter = noon.Add(-10*time.Minute), noon.Add(90*24*time.Hour)
	}
	tpl.BasicConstraintsValid, tpl.KeyUsage = true, x509.KeyUsageDigitalSignature
	c := a.make(a.cert, key.Public(), tpl)
	out := &tls.Certificate{Certificate: [][]byte{c.Raw}, PrivateKey: key, Leaf: c}
	for _, c := range chain {
		out.Certificate = append(out.Certificate, c.Raw)
	}
	return out
}

func serverTemplate(names ...string) x509.Certificate {
	return x509.Certificate{Subject: pkix.Name{CommonName: join.ServerName}, DNSNames: names, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
}

func boxTemplate(name string) x509.Certificate {
	return x509.Certificate{Subject: pkix.Name{CommonName: name}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
}

// shake has a client meet a server over TCP; both errors and what the server saw.
func shake(t testing.TB, server, client *tls.Config) (seen tls.ConnectionState, atServer, atClient error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	done := make(chan error, 1)
	go func() {
		raw, err := l.Accept()
		if err != nil {
			done <- err
			return
		}
		c := tls.Server(raw, server)
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(10 * time.Second)) // a fresh connection takes it
		err = c.Handshake()
		seen = c.ConnectionState()
		if err == nil {
			_, err = c.Write([]byte("hello"))
		}
		done <- err
	}()
	raw, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := tls.Client(raw, client)
	_ = c.SetDeadline(time.Now().Add(10 * time.Second)) // a fresh connection takes it
	atClient = c.Handshake()
	if atClient == nil {
		_, atClient = c.Read(make([]byte, 5)) // tickets come before it
	}
	c.Close()
	return seen, <-done, atClient
}

func serving(c *tls.Certificate) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{*c}} }

// TestABoxSpeaksToNobodyButTheHeadOfficeOfItsCode: the whole chain, the name, the
// purpose and the pin, at any time of the box's clock.
func TestABoxSpeaksToNobodyButTheHeadOfficeOfItsCode(t *testing.T) {
	ours, foreign := newCA(t), newCA(t)
	clocks := map[string]time.Time{"good clock": noon, "1970": time.Unix(0, 0), "2000": time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), "2100": time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}
	twin := newCA(t) // a root that has our name, and shows our root behind its own leaf
	box := id.New[id.Box]().String()
	inter := newCA(t)
	inter.cert = ours.make(ours.cert, inter.key.Public(), caTemplate("between"))
	boxAsCA := &authority{t: t, key: newKey(t)}
	boxAsCA.cert = ours.make(ours.cert, boxAsCA.key.Public(), func() x509.Certificate {
		tpl := boxTemplate(box)
		tpl.NotBefore, tpl.NotAfter, tpl.BasicConstraintsValid = noon.Add(-time.Hour), noon.Add(time.Hour), true
		return tpl
	}())
	notCA := serverTemplate(join.ServerName) // the pinned key, but in a certificate that is no CA
	notCA.NotBefore, notCA.NotAfter = noon.Add(-time.Hour), noon.Add(time.Hour)
	for name, c := range map[string]struct {
		cert *tls.Certificate
		good bool
	}{
		"head office":                                   {ours.leaf(serverTemplate(join.ServerName), ours.cert), true},
		"a box with its certificate":                    {ours.leaf(boxTemplate(box), ours.cert), false},
		"a box whose certificate had the name":          {ours.leaf(x509.Certificate{Subject: pkix.Name{CommonName: box}, DNSNames: []string{join.ServerName}, ExtKeyUsage: boxTemplate("").ExtKeyUsage}, ours.cert), false},
		"a box that signs a certificate":                {boxAsCA.leaf(serverTemplate(join.ServerName), boxAsCA.cert, ours.cert), false},
		"a foreign head office":                         {foreign.leaf(serverTemplate(join.ServerName), foreign.cert), false},
		"a foreign one that shows our root, too":        {foreign.leaf(serverTemplate(join.ServerName), foreign.cert, ours.cert), false},
		"a foreign one that shows our root alone":       {twin.leaf(serverTemplate(join.ServerName), ours.cert), false},
		"our chain with a foreign root":                 {ours.leaf(serverTemplate(join.ServerName), foreign.cert), false},
		"another server of ours":                        {ours.leaf(serverTemplate("hq.example.com"), ours.cert), false},
		"one without a name":                            {ours.leaf(serverTemplate(), ours.cert), false},
		"a leaf alone":                                  {ours.leaf(serverTemplate(join.ServerName)), false},
		"one below a CA that may not have any below it": {inter.leaf(serverTemplate(join.ServerName), inter.cert, ours.cert), false},
		"the pinned key in a certificate that is no CA": {ours.leaf(serverTemplate(join.ServerName), ours.make(ours.cert, ours.key.Public(), notCA)), false},
		"the root itself":                               {&tls.Certificate{Certificate: [][]byte{ours.cert.Raw, ours.cert.Raw}, PrivateKey: ours.key}, false},
		"one whose dates never were those of its root": {ours.leaf(func() x509.Certificate {
			x := serverTemplate(join.ServerName)
			x.NotBefore, x.NotAfter = noon.Add(-2000*time.Hour), noon.Add(-1000*time.Hour)
			return x
		}(), ours.cert), false},
	} {
		for at, now := range clocks {
			for trust, trusted := range map[string]func(*x509.Certificate) bool{"pin": join.ByPin(join.Pin(ours.cert)), "key": join.ByKey(ours.cert)} {
				_, _, err := shake(t, serving(c.cert), join.ClientTLS(trusted, nil, clock(now)))
				if (err == nil) != c.good {
					t.Errorf("%s, %s, by %s: %v", name, at, trust, err)
				}
			}
		}
	}
}

// The check runs at a resumption, too: a box that has a ticket and another pin, or
// a later word about its root, does not go on with it.
func TestAResumedSessionIsCheckedAsANewOneIs(t *testing.T) {
	ours := newCA(t)
	server := serving(ours.leaf(serverTemplate(join.ServerName), ours.cert))
	good := true
	client := join.ClientTLS(func(c *x509.Certificate) bool { return good && join.ByKey(ours.cert)(c) }, nil, clock(noon))
	client.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	for i := range 2 {
		seen, _, err := shake(t, server, client)
		if err != nil || seen.DidResume != (i == 1) {
			t.Fatalf("connection %d: resumed %v, %v", i, seen.DidResume, err)
		}
	}
	good = false
	if _, _, err := shake(t, server, client); err == nil {
		t.Error("a head office that is not trusted any more is spoken to by a ticket")
	}
}

func TestABoxSpeaksNothingOlderThanTLS12(t *testing.T) {
	ours := newCA(t)
	server := serving(ours.leaf(serverTemplate(join.ServerName), ours.cert))
	server.MinVersion, server.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	if _, _, err := shake(t, server, join.ClientTLS(join.ByKey(ours.cert), nil, clock(noon))); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
}

// TestHeadOfficeKnowsABoxByItsWholeChain: who a certificate is, over real TLS.
func TestHeadOfficeKnowsABoxByItsWholeChain(t *testing.T) {
	ours, foreign := newCA(t), newCA(t)
	box := id.New[id.Box]()
	server := serving(ours.leaf(serverTemplate(join.ServerName), ours.cert))
	server.ClientAuth = tls.RequestClientCert
	see := func(c *tls.Certificate, at time.Time) (join.Identity, error) {
		seen, atServer, atClient := shake(t, server, join.ClientTLS(join.ByKey(ours.cert), c, clock(noon)))
		if err := errors.Join(atServer, atClient); err != nil {
			t.Fatal(err)
		}
		return join.VerifyBox(&seen, ours.cert, at)
	}
	good := ours.leaf(boxTemplate(box.String()))
	for at, expired := range map[time.Time]time.Duration{noon: -90 * 24 * time.Hour, good.Leaf.NotAfter.Add(time.Hour): time.Hour, time.Unix(0, 0): time.Unix(0, 0).Sub(good.Leaf.NotAfter)} {
		who, err := see(good, at)
		if err != nil || who.Box != box || who.Expired != expired || who.Serial != good.Leaf.SerialNumber.Text(16) {
			t.Errorf("at %v: %+v, %v", at, who, err)
		}
	}
	sub := &authority{t: t, key: good.PrivateKey.(*ecdsa.PrivateKey), cert: good.Leaf}
	for name, c := range map[string]*tls.Certificate{
		"nobody":                     nil,
		"one of another head office": foreign.leaf(boxTemplate(box.String())),
		"one that a box signed":      sub.leaf(boxTemplate(id.New[id.Box]().String()), good.Leaf),
		"head office's own":          ours.leaf(serverTemplate(join.ServerName)),
		"one for signing code":       ours.leaf(x509.Certificate{Subject: pkix.Name{CommonName: box.String()}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}}),
		"'+'":                        ours.leaf(boxTemplate("+")),
		"'#'":                        ours.leaf(boxTemplate("#")),
		"no name":                    ours.leaf(boxTemplate("")),
		"ingest":                     ours.leaf(boxTemplate("tyngo-ingest")),
		"capital letters":            ours.leaf(boxTemplate(strings.ToUpper("a" + box.String()[1:]))),
		"nil":                        ours.leaf(boxTemplate("00000000-0000-0000-0000-000000000000")),
		"a topic":                    ours.leaf(boxTemplate(box.String() + "/+")),
	} {
		if c == nil {
			c = &tls.Certificate{}
		}
		if who, err := see(c, noon); err == nil {
			t.Errorf("%s is %+v", name, who)
		}
	}
	if _, err := join.VerifyBox(nil, ours.cert, noon); err == nil {
		t.Error("a connection without TLS is a box")
	}
}
