package uplink

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

// office is head office as a box sees it, over real TLS: it signs what it is asked
// to, and can be told to answer anything else. The real one is tested with whole
// programs in sync/e2e; edge knows nothing of cloud.
type office struct {
	t    testing.TB
	key  *ecdsa.PrivateKey
	ca   *x509.Certificate
	code join.Code
	at   string // address

	mu       sync.Mutex
	gives    id.Box                                  // the id that a claim is answered with; none: the box's own
	spoil    func(w http.ResponseWriter, a any) bool // answers in our place; false: it changed a alone
	asked    []*http.Request
	requests [][]byte
	keys     []string // of the requests
	given    map[string]string
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{t: t, given: map[string]string{}}
	var err error
	o.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	now := time.Now()
	o.ca = o.sign(&x509.Certificate{Subject: pkix.Name{CommonName: "head office"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(10 * 365 * 24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, o.key.Public())
	o.code = join.NewCode(o.ca)
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	leaf := o.sign(&x509.Certificate{Subject: pkix.Name{CommonName: join.ServerName}, DNSNames: []string{join.ServerName}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(365 * 24 * time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, own.Public())
	s := httptest.NewUnstartedServer(http.HandlerFunc(o.serve))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw, o.ca.Raw}, PrivateKey: own}}, ClientAuth: tls.RequestClientCert}
	s.StartTLS()
	t.Cleanup(s.Close)
	o.at = s.URL
	return o
}

func (o *office) sign(tpl *x509.Certificate, public crypto.PublicKey) *x509.Certificate {
	o.t.Helper()
	by := o.ca
	if by == nil {
		by = tpl
	}
	tpl.SerialNumber = big.NewInt(time.Now().UnixNano())
	der, err := x509.CreateCertificate(rand.Reader, tpl, by, public, o.key)
	check(o.t, err)
	c, err := x509.ParseCertificate(der)
	check(o.t, err)
	return c
}

func toPEM(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// certify signs a box's certificate of 30 days.
func (o *office) certify(b id.Box, public crypto.PublicKey) string {
	o.t.Helper()
	return toPEM(o.sign(&x509.Certificate{Subject: pkix.Name{CommonName: b.String()}, NotBefore: time.Now().Add(-10 * time.Minute), NotAfter: time.Now().Add(join.BoxLife),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}, public).Raw)
}

func (o *office) serve(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		o.t.Error(err)
	}
	o.asked, o.requests = append(o.asked, r), append(o.requests, raw)
	var in join.ClaimRequest
	if err := json.Unmarshal(raw, &in); err != nil {
		o.t.Error(err)
	}
	block, _ := pem.Decode([]byte(in.CSR))
	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil {
		o.t.Error(err)
		return
	}
	key := string(csr.RawSubjectPublicKeyInfo)
	o.keys = append(o.keys, key)
	var out any
	if r.URL.Path == join.RenewPath {
		who, err := join.VerifyBox(r.TLS, o.ca, time.Now())
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		out = &join.RenewAnswer{Certificate: o.certify(who.Box, csr.PublicKey), Now: time.Now().UnixMilli()}
	} else {
		box := in.Box
		if !o.gives.IsZero() {
			box = o.gives
		}
		if o.given[key] == "" {
			o.given[key] = o.certify(box, csr.PublicKey)
		}
		out = &join.ClaimAnswer{Box: box, Certificate: o.given[key], CA: toPEM(o.ca.Raw), Broker: "tls://127.0.0.1:1", Restaurant: id.New[id.Restaurant](),
			Organisation: id.New[id.Organisation](), Name: "Harbor", Now: time.Now().UnixMilli()}
	}
	if o.spoil != nil && o.spoil(w, out) {
		return
	}
	_ = json.NewEncoder(w).Encode(out) // the box may have left
}

// heard is how often head office was asked.
func (o *office) heard() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.asked)
}

func (o *office) answers(spoil func(w http.ResponseWriter, a any) bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.spoil = spoil
}

// lose is an answer that never arrives.
func lose(http.ResponseWriter, any) bool { panic(http.ErrAbortHandler) }

// place is a box's directory, and who it is.
type place struct {
	dir string
	box id.Box
}

func newPlace(t testing.TB) place {
	return place{filepath.Join(t.TempDir(), "home"), id.New[id.Box]()}
}

func (p place) claim(o *office) (*Identity, id.Box, error) {
	return Claim(context.Background(), p.dir, o.at, o.code.String(), p.box, false, time.Now)
}

func (p place) files(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	list, err := os.ReadDir(p.dir)
	check(t, err)
	for _, e := range list {
		raw, err := os.ReadFile(filepath.Join(p.dir, e.Name()))
		check(t, err)
		all[e.Name()] = string(raw)
	}
	return all
}

func (p place) write(t testing.TB, name, text string) {
	t.Helper()
	check(t, os.MkdirAll(p.dir, 0o700))
	check(t, os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600))
}

// joined is a place that joined.
func joined(t testing.TB, o *office) place {
	t.Helper()
	p := newPlace(t)
	_, _, err := p.claim(o)
	check(t, err)
	return p
}

// secret fails where bytes that leave the box hold a private key, in any form.
func (o *office) secret(key *ecdsa.PrivateKey) {
	o.t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	check(o.t, err)
	d, err := key.Bytes()
	check(o.t, err)
	for _, raw := range o.requests {
		var in join.ClaimRequest
		check(o.t, json.Unmarshal(raw, &in))
		block, _ := pem.Decode([]byte(in.CSR))
		for name, part := range map[string][]byte{"the file": der, "its number": d, "a private key": []byte("PRIVATE KEY")} {
			if bytes.Contains(raw, part) || bytes.Contains(block.Bytes, part) {
				o.t.Errorf("%s left the box", name)
			}
		}
	}
}
