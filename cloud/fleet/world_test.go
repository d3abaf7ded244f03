package fleet_test

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
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/hq"
	"github.com/tyngo/tyngo/cloud/hq/hqtest"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

// world is a whole head office with a clock that moves when it is told to.
type world struct {
	*hqtest.Office
	clock
	from atomic.Int32 // each claim comes from an address of its own
}

type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time       { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) pass(d time.Duration) { c.ahead.Add(int64(d)) }

func start(t testing.TB) *world {
	t.Helper()
	w := &world{}
	w.Office = hqtest.Start(t, func(c *hq.Config) { c.Now = w.now })
	return w
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// owner is a token of an organisation, good now.
func (w *world) owner(organisation string) string {
	w.T.Helper()
	token, err := hq.Token(w.T.Context(), w.Config, organisation, "owner", "test", time.Hour)
	check(w.T, err)
	return token
}

// restaurant adds one, and answers the code of its first box.
func (w *world) restaurant(organisation, name string) (id string, c join.Code) {
	w.T.Helper()
	r := w.AddRestaurant(w.owner(organisation), name)
	return r.RestaurantID, code(w.T, r.Claim)
}

func code(t testing.TB, s string) join.Code {
	t.Helper()
	c, err := join.ParseCode(s)
	check(t, err)
	return c
}

// another makes a code for another box of a restaurant, or one that replaces a box.
func (w *world) another(organisation, restaurant string, replaces id.Box) (c join.Code, status int) {
	w.T.Helper()
	var out struct{ Claim string }
	body := map[string]string{}
	if !replaces.IsZero() {
		body["replaces"] = replaces.String()
	}
	if status = w.Do(w.owner(organisation), "POST", "/api/v1/restaurants/"+restaurant+"/claims", body, &out); status != http.StatusCreated {
		return c, status
	}
	return code(w.T, out.Claim), status
}

// machine is what wants to be a box: a key, and what it was given for it.
type machine struct {
	w    *world
	id   id.Box
	key  *ecdsa.PrivateKey
	cert *tls.Certificate
}

func (w *world) machine() *machine {
	return &machine{w: w, id: id.New[id.Box](), key: newKey(w.T, elliptic.P256())}
}

func newKey(t testing.TB, c elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(c, rand.Reader)
	check(t, err)
	return k
}

func csr(t testing.TB, key crypto.Signer, tpl x509.CertificateRequest) string {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, &tpl, key)
	check(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))
}

func (m *machine) csr() string {
	return csr(m.w.T, m.key, x509.CertificateRequest{Subject: pkix.Name{CommonName: m.id.String()}})
}

// claim uses a code as a box does; the machine keeps what it is given.
func (m *machine) claim(c join.Code, served bool) (a join.ClaimAnswer, err error) {
	m.w.T.Helper()
	if err = m.w.post(m.w.here(), m.tls(), join.ClaimPath, join.ClaimRequest{Secret: c.Secret, CSR: m.csr(), Box: m.id, Served: served}, &a); err == nil {
		m.id = a.Box
		m.keep(a.Certificate)
	}
	return a, err
}

func (m *machine) keep(raw string) {
	m.w.T.Helper()
	c := certificate(m.w.T, raw)
	m.cert = &tls.Certificate{Certificate: [][]byte{c.Raw}, PrivateKey: m.key, Leaf: c}
}

func certificate(t testing.TB, raw string) *x509.Certificate {
	t.Helper()
	block, rest := pem.Decode([]byte(raw))
	if block == nil || len(rest) > 0 {
		t.Fatalf("%q is no certificate", raw)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	check(t, err)
	return c
}

// join is a machine that joined.
func (w *world) join(c join.Code) *machine {
	w.T.Helper()
	m := w.machine()
	_, err := m.claim(c, false)
	check(w.T, err)
	return m
}

// renew asks for the next certificate with what the machine has.
func (m *machine) renew(csr string) (a join.RenewAnswer, err error) {
	m.w.T.Helper()
	return a, m.w.post(m.w.here(), m.tls(), join.RenewPath, join.RenewRequest{CSR: csr}, &a)
}

func (m *machine) tls() *tls.Config {
	return join.ClientTLS(join.ByKey(m.w.CA.Certificate), m.cert, m.w.now)
}

// here is an address of this machine that nobody came from yet.
func (w *world) here() string {
	n := w.from.Add(1)
	return fmt.Sprintf("127.1.%d.%d", n>>8&255, n&255)
}

// post sends to the address for boxes, from one of ours.
func (w *world) post(from string, secure *tls.Config, path string, in, out any) error {
	w.T.Helper()
	body, err := json.Marshal(in)
	check(w.T, err)
	return w.send(from, secure, path, body, out)
}

func (w *world) send(from string, secure *tls.Config, path string, body []byte, out any) error {
	w.T.Helper()
	d := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	tr := &http.Transport{TLSClientConfig: secure, DialContext: d.DialContext, ForceAttemptHTTP2: true}
	defer tr.CloseIdleConnections()
	r, err := http.NewRequestWithContext(w.T.Context(), http.MethodPost, w.At.Box+path, bytes.NewReader(body))
	check(w.T, err)
	r.Header.Set("Content-Type", "application/json")
	res, err := (&http.Client{Transport: tr, Timeout: 20 * time.Second}).Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	check(w.T, err)
	if res.StatusCode != http.StatusOK {
		return door.Refusal(res.StatusCode, raw)
	}
	return json.Unmarshal(raw, out)
}

// connect says CONNECT to the broker, as MQTT 3.1.1 has it.
func (m *machine) connect() (*tls.Conn, error) {
	m.w.T.Helper()
	return m.connectWith(m.tls())
}

func (m *machine) connectWith(secure *tls.Config) (*tls.Conn, error) {
	m.w.T.Helper()
	u, err := url.Parse(m.w.At.MQTT)
	check(m.w.T, err)
	c, err := tls.DialWithDialer(&net.Dialer{Timeout: 20 * time.Second}, "tcp", u.Host, secure)
	if err != nil {
		return nil, err
	}
	m.w.T.Cleanup(func() { c.Close() })
	check(m.w.T, c.SetDeadline(time.Now().Add(time.Minute)))
	name := m.id.String() + "." + id.New[id.Boot]().String()
	p := append([]byte{0x10, byte(12 + len(name)), 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, byte(len(name))}, name...)
	if _, err := c.Write(p); err != nil {
		return nil, err
	}
	ack := make([]byte, 4)
	if _, err := io.ReadFull(c, ack); err != nil {
		return nil, err
	}
	if ack[0] != 0x20 || ack[3] != 0 {
		return nil, fmt.Errorf("the broker answers % x", ack)
	}
	return c, nil
}

// ends waits until the other side ends a connection.
func ends(t testing.TB, c *tls.Conn) {
	t.Helper()
	var late net.Error
	if _, err := io.Copy(io.Discard, c); errors.As(err, &late) && late.Timeout() {
		t.Error("the session goes on")
	}
}

func (w *world) revoke(b id.Box) {
	w.T.Helper()
	known, err := w.Store.Box(context.Background(), b)
	check(w.T, err)
	check(w.T, w.Fleet.Revoke(w.T.Context(), w.Store.In(known.Organisation), b))
}
