package fleet_test

import (
	"bytes"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

// refused fails unless err is the refusal with this code, which comes with a
// sentence for people.
func refused(t testing.TB, what string, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) || len(fault.Of(err).Message) < 15 {
		t.Errorf("%s: %v; want %s", what, err, code)
	}
}

// greedy is a request for more than a box may have.
func greedy(t testing.TB, name string) x509.CertificateRequest {
	t.Helper()
	ext := func(v any, oid ...int) pkix.Extension {
		raw, err := asn1.Marshal(v)
		check(t, err)
		return pkix.Extension{Id: oid, Critical: true, Value: raw}
	}
	u, err := url.Parse("https://" + join.ServerName)
	check(t, err)
	return x509.CertificateRequest{Subject: pkix.Name{CommonName: name, Organization: []string{"TYNGO"}, SerialNumber: "1"},
		DNSNames: []string{join.ServerName, "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, EmailAddresses: []string{"a@b.c"}, URIs: []*url.URL{u},
		ExtraExtensions: []pkix.Extension{
			ext(struct{ CA bool }{true}, 2, 5, 29, 19),
			ext([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 1}, {2, 5, 29, 37, 0}}, 2, 5, 29, 37),
			ext(asn1.BitString{Bytes: []byte{0x06}, BitLength: 7}, 2, 5, 29, 15),
			ext("x", 1, 2, 3, 4),
		}}
}

// boxCertificate is all that a box's certificate is.
func boxCertificate(t testing.TB, w *world, c *x509.Certificate, b id.Box, key any) {
	t.Helper()
	if c.Subject.String() != "CN="+b.String() || len(c.Subject.Names) != 1 {
		t.Errorf("the name is %s, and the box %s", c.Subject, b)
	}
	if len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != x509.ExtKeyUsageClientAuth || len(c.UnknownExtKeyUsage) > 0 || c.KeyUsage != x509.KeyUsageDigitalSignature || c.IsCA || !c.BasicConstraintsValid {
		t.Errorf("it is good for %v %v %v, CA %v", c.ExtKeyUsage, c.UnknownExtKeyUsage, c.KeyUsage, c.IsCA)
	}
	if n := len(c.DNSNames) + len(c.IPAddresses) + len(c.EmailAddresses) + len(c.URIs); n > 0 || len(c.UnhandledCriticalExtensions) > 0 || len(c.Extensions) != 4 {
		t.Errorf("it has %d other names, and the extensions %v", n, c.Extensions)
	}
	if err := c.CheckSignatureFrom(w.CA.Certificate); err != nil {
		t.Error(err)
	}
	if public, ok := c.PublicKey.(interface{ Equal(x any) bool }); ok && !public.Equal(key) {
		t.Error("it is of another key")
	}
	if life := c.NotAfter.Sub(w.now()); life > 30*24*time.Hour || life < 30*24*time.Hour-time.Minute || c.SerialNumber.BitLen() < 64 {
		t.Errorf("it lives for %v, with the serial %v", life, c.SerialNumber)
	}
}

// A request that names another box, that wants to be a CA, a server, anything: what
// comes back is a box's certificate, in the name of the box that joins.
func TestOfARequestNothingButThePublicKeyIsTaken(t *testing.T) {
	t.Parallel()
	w := start(t)
	place, first := w.restaurant("", "Harbor")
	victim := w.join(first)
	for _, name := range []string{"", victim.id.String(), id.New[id.Box]().String()} {
		c, _ := w.another("", place, id.Box{})
		m := w.machine()
		var a join.ClaimAnswer
		in := join.ClaimRequest{Secret: c.Secret, CSR: csr(t, m.key, greedy(t, name)), Box: m.id}
		check(t, w.post(w.here(), m.tls(), join.ClaimPath, in, &a))
		if a.Box != m.id || a.Broker != w.At.MQTT || a.Restaurant.String() != place || a.Name != "Harbor" || a.CA != string(w.CA.PEM()) || a.Organisation.IsZero() {
			t.Errorf("the answer is %+v", a)
		}
		boxCertificate(t, w, certificate(t, a.Certificate), m.id, m.key.Public())
		m.keep(a.Certificate)

		r, err := m.renew(csr(t, m.key, greedy(t, victim.id.String())))
		check(t, err)
		boxCertificate(t, w, certificate(t, r.Certificate), m.id, m.key.Public())
	}
	if _, err := victim.connect(); err != nil {
		t.Errorf("the box that was named cannot connect: %v", err)
	}
}

func TestARequestThatIsNotOneIsRefusedAndTheCodeStaysGood(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, c := w.restaurant("", "Harbor")
	m := w.machine()
	weak, err := rsa.GenerateKey(rand.Reader, 2048)
	check(t, err)
	block, _ := pem.Decode([]byte(m.csr()))
	forged := bytes.Clone(block.Bytes)
	forged[len(forged)-1] ^= 1
	named := func(cn string) string {
		return csr(t, m.key, x509.CertificateRequest{Subject: pkix.Name{CommonName: cn}})
	}
	for name, request := range map[string]string{
		"no PEM": "x", "nothing": "", "a certificate": string(w.CA.PEM()), "another's signature": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: forged})),
		"'+'": named("+"), "'#'": named("#"), "a topic": named(m.id.String() + "/#"), "no UUID": named("tyngo-ingest"), "capital letters": named(strings.ToUpper("a" + m.id.String()[1:])),
		"RSA": csr(t, weak, x509.CertificateRequest{}), "P-384": csr(t, newKey(t, elliptic.P384()), x509.CertificateRequest{}),
		"too large": m.csr() + strings.Repeat("\n", 9<<10),
	} {
		err := w.post(w.here(), m.tls(), join.ClaimPath, join.ClaimRequest{Secret: c.Secret, CSR: request, Box: m.id}, &join.ClaimAnswer{})
		refused(t, name, err, "csr")
	}
	for name, box := range map[string]string{"nobody": `""`, "'+'": `"+"`, "nil": `"00000000-0000-0000-0000-000000000000"`, "a number": `7`, "no UUID": `"harbor"`} {
		request, err := json.Marshal(m.csr())
		check(t, err)
		body := `{"secret":"` + c.Secret + `","csr":` + string(request) + `,"box":` + box + `}`
		if err := w.send(w.here(), m.tls(), join.ClaimPath, []byte(body), &join.ClaimAnswer{}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("the box %s: %v", name, err)
		}
	}
	for name, body := range map[string]string{"nothing": "", "no JSON": "x", "another member": `{"box":"` + m.id.String() + `","cn":"x"}`, "much": `{"secret":"` + strings.Repeat("x", 1<<20) + `"}`} {
		if err := w.send(w.here(), m.tls(), join.ClaimPath, []byte(body), &join.ClaimAnswer{}); err == nil || fault.KindOf(err) == fault.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := m.claim(c, false); err != nil {
		t.Errorf("the code was used up: %v", err)
	}
}

func TestALostAnswerIsGivenAgainToTheSameKeyAndToNoOther(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, c := w.restaurant("", "Harbor")
	m, thief := w.machine(), w.machine()
	first, err := m.claim(c, false)
	check(t, err)
	w.pass(14*time.Minute + 30*time.Second)
	_, err = thief.claim(c, false)
	refused(t, "another key", err, "claim_wrong")
	thief.id = m.id
	_, err = thief.claim(c, false)
	refused(t, "another key with the same id", err, "claim_wrong")
	again, err := m.claim(c, false)
	check(t, err)
	if again.Certificate != first.Certificate || again.Box != first.Box || again.Restaurant != first.Restaurant || again.Organisation != first.Organisation || again.Broker != first.Broker || again.CA != first.CA {
		t.Errorf("first %+v, then %+v", first, again)
	}
	if again.Now-first.Now < 14*60_000 {
		t.Errorf("the time of the second answer is %d, of the first %d", again.Now, first.Now)
	}
	if _, err := m.connect(); err != nil {
		t.Error(err)
	}
	w.pass(time.Minute)
	_, err = m.claim(c, false)
	refused(t, "after the quarter of an hour", err, "claim_wrong")
}

func TestACodeIsGoodOnceForAQuarterOfAnHour(t *testing.T) {
	t.Parallel()
	w := start(t)
	place, _ := w.restaurant("", "Harbor")
	late, _ := w.another("", place, id.Box{})
	w.pass(14*time.Minute + 50*time.Second)
	soon, _ := w.another("", place, id.Box{})
	if _, err := w.machine().claim(late, false); err != nil {
		t.Errorf("ten seconds before its end: %v", err)
	}
	w.pass(15*time.Minute + time.Second)
	_, err := w.machine().claim(soon, false)
	refused(t, "a second after its end", err, "claim_wrong")
	_, err = w.machine().claim(join.Code{Secret: "0000000000", Pin: soon.Pin}, false)
	refused(t, "one that nobody made", err, "claim_wrong")

	once, _ := w.another("", place, id.Box{})
	var all sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs { // many at once
		m, from := w.machine(), w.here()
		in := join.ClaimRequest{Secret: once.Secret, CSR: m.csr(), Box: m.id}
		all.Go(func() { errs[i] = w.post(from, m.tls(), join.ClaimPath, in, &join.ClaimAnswer{}) })
	}
	all.Wait()
	good := 0
	for _, err := range errs {
		if err == nil {
			good++
		} else {
			refused(t, "the second", err, "claim_wrong")
		}
	}
	if good != 1 {
		t.Errorf("one code let %d boxes in", good)
	}
}

// The secret is stored as a hash alone.
func TestTheDatabaseDoesNotHoldTheCode(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, c := w.restaurant("", "Harbor")
	m := w.join(c)
	for _, raw := range files(t, w.Config.Dir) {
		if bytes.Contains(raw, []byte(c.Secret)) {
			t.Error("a file of head office holds the code")
		}
	}
	if m.cert == nil {
		t.Error("it did not join")
	}
}

func TestFiveCodesAMinuteAreTriedFromOneAddress(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, c := w.restaurant("", "Harbor")
	m := w.join(c)
	from, elsewhere := w.here(), w.here()
	try := func(from string, c join.Code) error {
		return w.post(from, m.tls(), join.ClaimPath, join.ClaimRequest{Secret: c.Secret, CSR: m.csr(), Box: m.id}, &join.ClaimAnswer{})
	}
	wrong := join.NewCode(w.CA.Certificate)
	for range 4 {
		refused(t, "a wrong code", try(from, wrong), "claim_wrong")
	}
	check(t, try(from, c)) // a right one is no reason to forget the wrong ones
	refused(t, "the fifth wrong code", try(from, wrong), "claim_wrong")
	refused(t, "the sixth", try(from, wrong), "too_many_tries")
	refused(t, "a right one after them", try(from, c), "too_many_tries")
	check(t, try(elsewhere, c))
	w.pass(61 * time.Second)
	check(t, try(from, c))
}

func TestACodeIsForItsOrganisationAlone(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, c := w.restaurant("", "Harbor")
	box := w.join(c)
	theirs, c2 := w.restaurant("Other", "Elsewhere")

	m := w.machine()
	m.id = box.id // another organisation's
	_, err := m.claim(c2, false)
	refused(t, "the id of a box of another organisation", err, "box_taken")
	box.cert = nil
	_, err = box.claim(c2, false) // the key proves the box, but not the organisation
	refused(t, "that box itself", err, "box_taken")
	if _, status := w.another("Other", theirs, box.id); status != http.StatusNotFound {
		t.Errorf("a code to replace a box of another organisation: %d", status)
	}
	if _, status := w.another("Other", w.placeOf(box.id), id.Box{}); status != http.StatusNotFound {
		t.Errorf("a code for a restaurant of another organisation: %d", status)
	}
	if status := w.Do(w.owner("Other"), "POST", "/api/v1/boxes/"+box.id.String()+"/revoke", nil, nil); status != http.StatusNotFound {
		t.Errorf("another organisation takes a box back: %d", status)
	}
	if _, err := w.machine().claim(c2, false); err != nil {
		t.Errorf("the code was used up: %v", err)
	}
}

// Only a code that replaces a box, or proof of its key, touches an id that is known.
func TestAKnownIdIsTouchedByItsOwnKeyOrItsOwnCodeAlone(t *testing.T) {
	t.Parallel()
	w := start(t)
	place, c := w.restaurant("", "Harbor")
	box := w.join(c)
	fresh := func() join.Code { c, _ := w.another("", place, id.Box{}); return c }

	thief := w.machine()
	thief.id = box.id
	_, err := thief.claim(fresh(), true)
	refused(t, "another key", err, "box_taken")

	was := box.cert
	elsewhere, c := w.restaurant("", "Market") // the box itself moves to another restaurant
	if a, err := box.claim(c, true); err != nil || a.Box != box.id || a.Restaurant.String() != elsewhere {
		t.Errorf("the box itself: %+v, %v", a, err)
	}
	if w.placeOf(box.id) != elsewhere {
		t.Error("the box did not move")
	}

	w.revoke(box.id) // stolen, say
	_, err = box.claim(fresh(), true)
	refused(t, "the key of a box that was shut out", err, "box_taken")
	if bytes.Equal(was.Certificate[0], box.cert.Certificate[0]) {
		t.Error("the box got its old certificate")
	}
	// A person who wants it back says so: a code that is for this id.
	c, _ = w.another("", elsewhere, box.id)
	if a, err := box.claim(c, true); err != nil || a.Box != box.id {
		t.Errorf("with its own code: %+v, %v", a, err)
	}
	if _, err := box.connect(); err != nil {
		t.Error(err)
	}
}

func TestAnAnswerWhoseCertificateWasTakenBackIsNotGivenAgain(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, c := w.restaurant("", "Harbor")
	m := w.join(c)
	w.revoke(m.id)
	_, err := m.claim(c, false)
	refused(t, "the same code and key", err, "claim_wrong")
}

// A box whose clock is dead comes for the time, too; but only to the head office
// of its code.
func TestABoxWithADeadClockJoins(t *testing.T) {
	t.Parallel()
	w := start(t)
	place, _ := w.restaurant("", "Harbor")
	other := join.NewCode(foreignCA(t).Certificate)
	for name, at := range map[string]time.Time{"1970": time.Unix(0, 0), "2000": time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), "2090": time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC)} {
		dead := func() time.Time { return at }
		c, _ := w.another("", place, id.Box{})
		m := w.machine()
		in := join.ClaimRequest{Secret: c.Secret, CSR: m.csr(), Box: m.id}
		var a join.ClaimAnswer
		if err := w.post(w.here(), join.ClientTLS(join.ByPin(other.Pin), nil, dead), join.ClaimPath, in, &a); err == nil || fault.KindOf(err) == fault.NoProof {
			t.Errorf("%s, another's code: %v", name, err)
		}
		check(t, w.post(w.here(), join.ClientTLS(join.ByPin(c.Pin), nil, dead), join.ClaimPath, in, &a))
		if now := time.UnixMilli(a.Now); now.Sub(w.now()).Abs() > time.Minute {
			t.Errorf("%s: the time is %v", name, now)
		}
		m.keep(a.Certificate)
		if _, err := m.connectWith(join.ClientTLS(join.ByKey(w.CA.Certificate), m.cert, dead)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
