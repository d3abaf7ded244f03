package fleet_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/fleet"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/link/mqtt"
	"github.com/tyngo/tyngo/sync/wire"
)

// files are all files of a directory.
func files(t testing.TB, dir string) (all map[string][]byte) {
	t.Helper()
	all = map[string][]byte{}
	list, err := os.ReadDir(dir)
	check(t, err)
	for _, e := range list {
		if !e.IsDir() {
			raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
			check(t, err)
			all[e.Name()] = raw
		}
	}
	return all
}

// placeOf is the restaurant of a box.
func (w *world) placeOf(b id.Box) string {
	w.T.Helper()
	known, err := w.Store.Box(context.Background(), b)
	check(w.T, err)
	return known.Restaurant.String()
}

// online is a box that keeps a line as ours do.
func (m *machine) online() *mqtt.Transport {
	m.w.T.Helper()
	t := mqtt.New(mqtt.Config{Broker: m.w.At.MQTT, ClientID: m.id.String() + "." + id.New[id.Boot]().String(), TLS: m.tls(), Log: slog.New(slog.DiscardHandler),
		Topics: []mqtt.Topic{{Filter: wire.Topic(m.id, wire.Ack)}, {Filter: wire.Topic(m.id, wire.Down), QoS: 1}, {Filter: wire.Rollcall(wire.Shard(m.id)), QoS: 1}}})
	ctx, cancel := context.WithCancel(context.Background())
	var run sync.WaitGroup
	run.Go(func() { _ = t.Run(ctx) }) // it ends with the context alone
	m.w.T.Cleanup(func() { cancel(); run.Wait() })
	if e := next(m.w.T, t); e.Kind != link.Connected {
		m.w.T.Fatalf("the box does not connect: %v", e.Err)
	}
	return t
}

func next(t testing.TB, l link.Transport) link.Event {
	t.Helper()
	timer := time.NewTimer(20 * time.Second)
	defer timer.Stop()
	select {
	case e := <-l.Events():
		return e
	case <-timer.C:
		t.Fatal("nothing happens on the line")
		return link.Event{}
	}
}

// shutOut fails unless a machine is off the line for good, with what it has.
func (m *machine) shutOut() {
	m.w.T.Helper()
	if _, err := m.connect(); err == nil {
		m.w.T.Error("a box that was shut out connects")
	}
	_, err := m.renew(m.csr())
	refused(m.w.T, "it renews", err, "certificate_revoked")
}

// A code to replace a box takes its id over at the moment of its use: the old
// certificates are void, its sessions end, and nothing of it comes back.
func TestAReplacementTakesTheIdAndCutsTheOldBoxOff(t *testing.T) {
	t.Parallel()
	w := start(t)
	place, c := w.restaurant("", "Harbor")
	old := w.join(c)
	first := *old
	r, err := old.renew(old.csr())
	check(t, err)
	old.keep(r.Certificate) // it has two good certificates
	line := old.online()
	session, err := first.connect()
	check(t, err)
	bystander, _ := w.another("", place, id.Box{})
	other := w.join(bystander).online()

	c, _ = w.another("", place, old.id)
	if _, err := old.connect(); err != nil {
		t.Errorf("the code alone shuts the box out: %v", err)
	}
	blank := w.machine()
	a, err := blank.claim(c, false)
	check(t, err)
	if a.Box != old.id || a.Restaurant.String() != place {
		t.Fatalf("the replacement is %+v, the old box %s", a, old.id)
	}
	boxCertificate(t, w, blank.cert.Leaf, old.id, blank.key.Public())
	if e := next(t, line); e.Kind != link.Lost {
		t.Errorf("the old box hears %+v", e)
	}
	ends(t, session)
	old.shutOut()
	first.shutOut()

	again, err := blank.claim(c, false) // a lost answer: it does not shut out whom it let in
	check(t, err)
	if again.Certificate != a.Certificate {
		t.Error("the replacement got another answer")
	}
	now := blank.online()
	if _, err := blank.renew(blank.csr()); err != nil {
		t.Error(err)
	}
	for name, l := range map[string]link.Transport{"the replacement": now, "another box": other} {
		select {
		case e := <-l.Events():
			t.Errorf("%s hears %+v", name, e)
		default:
		}
	}
}

// A box that served already keeps its id; it takes the place and not the name.
func TestAReplacementThatServedStaysASecondBox(t *testing.T) {
	t.Parallel()
	w := start(t)
	place, c := w.restaurant("", "Harbor")
	old := w.join(c)
	line := old.online()
	c, _ = w.another("", place, old.id)
	served := w.machine()
	own := served.id
	a, err := served.claim(c, true)
	check(t, err)
	if a.Box != own || a.Restaurant.String() != place || w.placeOf(own) != place {
		t.Errorf("the box %s became %+v", own, a)
	}
	boxCertificate(t, w, served.cert.Leaf, own, served.key.Public())
	if e := next(t, line); e.Kind != link.Lost {
		t.Errorf("the old box hears %+v", e)
	}
	old.shutOut()
}

// A code that replaces one box touches no other.
func TestACodeToReplaceABoxIsBoundToIt(t *testing.T) {
	t.Parallel()
	w := start(t)
	place, c := w.restaurant("", "Harbor")
	old := w.join(c)
	c, _ = w.another("", place, id.Box{})
	neighbour := w.join(c)
	c, _ = w.another("", place, old.id)
	m := w.machine()
	m.id = neighbour.id
	_, err := m.claim(c, true)
	refused(t, "the id of its neighbour", err, "box_taken")
	if _, err := old.connect(); err != nil { // a claim that is refused does nothing
		t.Errorf("the old box was shut out: %v", err)
	}
	market, _ := w.restaurant("", "Market")
	if _, status := w.another("", market, old.id); status != 404 {
		t.Errorf("a code of another restaurant for it: %d", status)
	}
}

func TestACertificateIsRenewedByProofOfItsKey(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, c := w.restaurant("", "Harbor")
	m := w.join(c)
	w.pass(15 * 24 * time.Hour) // half of its life
	old := m.cert
	next := *m
	next.key = newKey(t, m.key.Curve)
	a, err := m.renew(next.csr())
	check(t, err)
	next.keep(a.Certificate)
	boxCertificate(t, w, next.cert.Leaf, m.id, next.key.Public())
	for name, m := range map[string]*machine{"the new": &next, "the old": {w: w, id: m.id, key: m.key, cert: old}} { // its answer may be lost
		if _, err := m.connect(); err != nil {
			t.Errorf("%s certificate: %v", name, err)
		}
	}

	w.pass(31 * 24 * time.Hour)
	if _, err := next.connect(); err == nil {
		t.Error("an expired certificate connects to the broker")
	}
	w.pass(363 * 24 * time.Hour) // it ended 364 days ago
	late, err := next.renew(next.csr())
	check(t, err)
	was := next
	next.keep(late.Certificate)
	if _, err := next.connect(); err != nil {
		t.Errorf("renewed after most of a year: %v", err)
	}
	w.pass(2 * 24 * time.Hour) // more than a year after the end of the one before
	_, err = was.renew(was.csr())
	refused(t, "after more than a year", err, "certificate_old")

	w.revoke(m.id)
	_, err = next.renew(next.csr())
	refused(t, "one that was taken back", err, "certificate_revoked")
}

// foreign is the certificate of a box of ours, by another head office.
func foreign(t testing.TB, b id.Box) *tls.Certificate {
	t.Helper()
	c, err := fleet.New(nil, foreignCA(t), time.Now).Stand(b)
	check(t, err)
	return c
}

func foreignCA(t testing.TB) *fleet.CA {
	t.Helper()
	ca, err := fleet.OpenCA(t.TempDir(), time.Now)
	check(t, err)
	return ca
}

func TestNobodyElseRenewsACertificate(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, c := w.restaurant("", "Harbor")
	m := w.join(c)
	nobody := w.machine()
	_, err := nobody.renew(m.csr())
	refused(t, "without a certificate", err, "no_token")

	ours, err := w.CA.Server()
	check(t, err)
	ingest, err := w.CA.Ingest()
	check(t, err)
	stand, err := w.Fleet.Stand(m.id)
	check(t, err)
	for name, c := range map[string]*tls.Certificate{"head office's own": ours, "ingest's": ingest, "another head office's": foreign(t, m.id)} {
		_, err := (&machine{w: w, id: m.id, key: m.key, cert: c}).renew(m.csr())
		refused(t, name, err, "certificate")
	}
	_, err = (&machine{w: w, id: m.id, key: m.key, cert: stand}).renew(m.csr()) // signed, but never given to a box
	refused(t, "head office's stand-in", err, "certificate_revoked")
	if _, err := m.renew("x"); err == nil {
		t.Error("no request is renewed")
	}
}

// What is taken back stays so, though the box asks for the next certificate at the
// same moment, again and again.
func TestARenewalDoesNotSlipPastARevocation(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, c := w.restaurant("", "Harbor")
	m := w.join(c)
	request, state := m.csr(), &tls.ConnectionState{PeerCertificates: []*x509.Certificate{m.cert.Leaf}}
	var all sync.WaitGroup
	ctx := context.Background()
	var mu sync.Mutex
	var got []string
	begun := make(chan struct{}, 8)
	for range 8 {
		all.Go(func() {
			for n := 0; ; n++ {
				a, err := w.Fleet.Renew(ctx, state, request)
				if err != nil {
					refused(t, "a renewal", err, "certificate_revoked")
					return
				}
				if n == 0 {
					begun <- struct{}{}
				}
				mu.Lock()
				got = append(got, a.Certificate)
				mu.Unlock()
			}
		})
	}
	for range 8 {
		<-begun
	}
	w.revoke(m.id)
	all.Wait()
	for _, raw := range got {
		if _, err := w.Fleet.Admit(ctx, &tls.ConnectionState{PeerCertificates: []*x509.Certificate{certificate(t, raw)}}, 0); err == nil {
			t.Fatal("a box that was shut out has a good certificate")
		}
	}
}

// A TLS ticket is no way around: who a connection is, is looked up at each.
func TestAResumedSessionIsNoWayPastARevocation(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, c := w.restaurant("", "Harbor")
	m := w.join(c)
	mqttTLS, renewTLS := m.tls(), m.tls()
	mqttTLS.ClientSessionCache, renewTLS.ClientSessionCache = tls.NewLRUClientSessionCache(4), tls.NewLRUClientSessionCache(4)
	resumed := false
	renewTLS.VerifyConnection = func(s tls.ConnectionState) error { resumed = s.DidResume; return nil }
	renewTLS.InsecureSkipVerify = true // the test is the server's
	renew := func() error {
		return w.post(w.here(), renewTLS, join.RenewPath, join.RenewRequest{CSR: m.csr()}, &join.RenewAnswer{})
	}
	var line *tls.Conn
	for i := range 2 {
		check(t, renew())
		if resumed != (i > 0) {
			t.Fatalf("renewal %d: resumed %v", i, resumed)
		}
		var err error
		line, err = m.connectWith(mqttTLS)
		check(t, err)
		if line.ConnectionState().DidResume != (i > 0) {
			t.Fatalf("connection %d: resumed %v", i, line.ConnectionState().DidResume)
		}
	}
	w.revoke(m.id)
	ends(t, line)
	refused(t, "a renewal on a ticket", renew(), "certificate_revoked")
	if !resumed {
		t.Error("the last renewal was on no ticket")
	}
	if _, err := m.connectWith(mqttTLS); err == nil {
		t.Error("a box that was shut out connects by a ticket")
	}

	// A ticket from a connection without a certificate is none with one, and one of
	// the other listener is worth nothing.
	bare := m.tls()
	bare.GetClientCertificate = nil
	bare.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	for range 2 {
		err := w.post(w.here(), bare, join.RenewPath, join.RenewRequest{CSR: m.csr()}, &join.RenewAnswer{})
		refused(t, "a renewal without a certificate", err, "no_token")
	}
	for range 2 {
		if _, err := m.connectWith(bare); err == nil {
			t.Error("a connection without a certificate is let in")
		}
	}
}

// A stranger does not get as far as to speak MQTT.
func TestTheBrokerSpeaksToBoxesOfThisHeadOfficeAlone(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, c := w.restaurant("", "Harbor")
	m := w.join(c)
	ingest, err := w.CA.Ingest()
	check(t, err)
	server, err := w.CA.Server()
	check(t, err)
	stand, err := w.Fleet.Stand(m.id)
	check(t, err)
	for name, cert := range map[string]*tls.Certificate{"no certificate": nil, "one of another head office": foreign(t, m.id), "ingest's": ingest, "head office's": server, "one that was never given": stand} {
		who := &machine{w: w, id: m.id, key: m.key, cert: cert}
		_, err := who.connect()
		if err == nil {
			t.Errorf("%s is let in", name)
		}
		if spoken := err != nil && strings.HasPrefix(err.Error(), "the broker answers"); spoken != (name == "one that was never given") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := m.connect(); err != nil {
		t.Error(err)
	}
}
