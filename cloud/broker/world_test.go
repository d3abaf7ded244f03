package broker_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/account"
	"github.com/tyngo/tyngo/cloud/broker"
	"github.com/tyngo/tyngo/cloud/fleet"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/cloud/store/sqlite"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
	"github.com/tyngo/tyngo/sync/link"
)

// world is a broker with the boxes of a real fleet.
type world struct {
	t     testing.TB
	fleet *fleet.Fleet
	ca    *fleet.CA
	scope store.Scope
	place id.Restaurant
	ahead atomic.Int64 // of the clock
	*broker.Broker
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// start opens a broker; wrap, where given, stands between it and TCP, and admit
// between it and the fleet.
func start(t testing.TB, wrap func(net.Listener) net.Listener, admit func(*world, broker.Admit) broker.Admit) *world {
	t.Helper()
	w, ctx := &world{t: t}, t.Context()
	dir := t.TempDir()
	s, err := sqlite.Open(ctx, filepath.Join(dir, "cloud.db"))
	check(t, err)
	t.Cleanup(func() { check(t, s.Close()) })
	w.ca, err = fleet.OpenCA(dir, w.now)
	check(t, err)
	w.fleet = fleet.New(s, w.ca, w.now)
	org, err := account.New(s, w.now).Organisation(ctx, "")
	check(t, err)
	w.scope, w.place = s.In(org.ID), id.New[id.Restaurant]()
	check(t, w.scope.AddRestaurant(ctx, store.Restaurant{ID: w.place, Name: "Harbor"}, w.now()))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	if wrap != nil {
		l = wrap(l)
	}
	let := broker.Admit(func(ctx context.Context, s *tls.ConnectionState) (id.Box, error) {
		c, err := w.fleet.Admit(ctx, s, 0)
		return c.ID, err
	})
	if admit != nil {
		let = admit(w, let)
	}
	w.Broker, err = broker.Start(l, w.ca.TLS(true), let, slog.New(slog.DiscardHandler))
	check(t, err)
	w.fleet.OnRevoked(func(b id.Box, _ []string) { w.Kick(b) })
	t.Cleanup(func() { check(t, w.Close()) })
	if e := w.next(); e.Kind != link.Connected {
		t.Fatalf("the broker begins with %+v", e)
	}
	return w
}

func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

// next is the next thing that ingest hears.
func (w *world) next() link.Event {
	w.t.Helper()
	timer := time.NewTimer(20 * time.Second)
	defer timer.Stop()
	select {
	case e := <-w.Events():
		return e
	case <-timer.C:
		w.t.Fatal("ingest hears nothing")
		return link.Event{}
	}
}

// box is one that joined.
type box struct {
	w    *world
	id   id.Box
	boot id.Boot
	cert *tls.Certificate
}

func (w *world) box() *box {
	w.t.Helper()
	code, err := w.fleet.NewClaim(context.Background(), w.scope, w.place, id.Box{})
	check(w.t, err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(w.t, err)
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	check(w.t, err)
	a, err := w.fleet.Claim(context.Background(), join.ClaimRequest{Secret: code.Secret, Box: id.New[id.Box](),
		CSR: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: csr}))})
	check(w.t, err)
	block, _ := pem.Decode([]byte(a.Certificate))
	return &box{w, a.Box, id.New[id.Boot](), &tls.Certificate{Certificate: [][]byte{block.Bytes}, PrivateKey: key}}
}

// hello is a CONNECT, honest where nothing is changed.
type hello struct {
	client   string
	protocol string
	version  byte
	flags    byte // clean session, where nothing is changed
	alive    uint16
	will     string // topic; none where empty
	gone     string // the will's message
	qos      byte
	retain   bool
}

func (b *box) hello() hello {
	return hello{client: b.id.String() + "." + b.boot.String(), protocol: "MQTT", version: 4, flags: 2, alive: 60}
}

func (h hello) packet() []byte {
	body := append(str(h.protocol), h.version, h.flags)
	if h.will != "" {
		body[len(body)-1] |= 4 | h.qos<<3
		if h.retain {
			body[len(body)-1] |= 32
		}
	}
	body = binary.BigEndian.AppendUint16(body, h.alive)
	if h.version == 5 {
		body = append(body, 0)
	}
	body = append(body, str(h.client)...)
	if h.will != "" {
		if h.version == 5 {
			body = append(body, 0)
		}
		body = append(append(body, str(h.will)...), str(h.gone)...)
	}
	return packet(0x10, body)
}

func str(s string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...)
}

func packet(head byte, body []byte) []byte {
	out := []byte{head}
	n := len(body)
	for ; n > 127; n >>= 7 {
		out = append(out, byte(n)|128)
	}
	return append(append(out, byte(n)), body...)
}

func publish(topic string, payload []byte, qos byte, retain bool) []byte {
	head, body := 0x30|qos<<1, str(topic)
	if retain {
		head |= 1
	}
	if qos > 0 {
		body = append(body, 0, 7)
	}
	return packet(head, append(body, payload...))
}

func subscribe(filter string, qos byte) []byte {
	return packet(0x82, append(append([]byte{0, 9}, str(filter)...), qos))
}

// line is a connection that says what it likes.
type line struct {
	t testing.TB
	*tls.Conn
	r *bufio.Reader
}

// dial is TLS with a certificate; no packet yet.
func (w *world) dial(cert *tls.Certificate) (*line, error) {
	raw, err := net.Dial("tcp", w.Addr().String())
	check(w.t, err)
	c := tls.Client(raw, join.ClientTLS(join.ByKey(w.ca.Certificate), cert, w.now))
	w.t.Cleanup(func() { raw.Close() })
	l := &line{w.t, c, bufio.NewReader(c)}
	l.within()
	return l, c.Handshake()
}

// connect says a CONNECT and answers an error unless it was taken.
func (b *box) connect(h hello) (*line, error) {
	l, err := b.w.dial(b.cert)
	if err != nil {
		return nil, err
	}
	if _, err := l.Write(h.packet()); err != nil {
		return nil, err
	}
	head, body, err := l.read()
	if err != nil {
		return nil, err
	}
	if head != 0x20 || len(body) < 2 || body[1] != 0 {
		return nil, fmt.Errorf("the broker answers %x % x", head, body)
	}
	return l, nil
}

func (b *box) online() *line {
	b.w.t.Helper()
	l, err := b.connect(b.hello())
	check(b.w.t, err)
	return l
}

// within gives what is done next a while.
func (l *line) within() { _ = l.SetDeadline(time.Now().Add(20 * time.Second)) } // a line that is over says so itself

func (l *line) say(p []byte) {
	l.t.Helper()
	l.within()
	_, err := l.Write(p)
	check(l.t, err)
}

func (l *line) read() (head byte, body []byte, err error) {
	l.within()
	if head, err = l.r.ReadByte(); err != nil {
		return 0, nil, err
	}
	n, err := binary.ReadUvarint(l.r)
	if err != nil {
		return 0, nil, err
	}
	if n > 1<<22 {
		return 0, nil, errors.New("a large packet")
	}
	body = make([]byte, n)
	_, err = io.ReadFull(l.r, body)
	return head, body, err
}

// granted subscribes, and reports whether the broker lets it.
func (l *line) granted(filter string, qos byte) bool {
	l.t.Helper()
	l.say(subscribe(filter, qos))
	head, body, err := l.read()
	check(l.t, err)
	if head != 0x90 || len(body) != 3 {
		l.t.Fatalf("the answer to %q is %x % x", filter, head, body)
	}
	return body[2] < 0x80
}

// message reads the next message, past receipts.
func (l *line) message() (topic, payload string) {
	l.t.Helper()
	for {
		head, body, err := l.read()
		check(l.t, err)
		if head>>4 != 3 {
			continue
		}
		n := int(binary.BigEndian.Uint16(body))
		topic, body = string(body[2:2+n]), body[2+n:]
		if head&6 != 0 {
			body = body[2:]
		}
		return topic, string(body)
	}
}

// ends waits until the broker ends a line.
func (l *line) ends() {
	l.t.Helper()
	l.within()
	var late net.Error
	if _, err := io.Copy(io.Discard, l.r); errors.As(err, &late) && late.Timeout() {
		l.t.Error("the session goes on")
	}
}

// alive fails unless the session goes on.
func (l *line) alive(what string) {
	l.t.Helper()
	l.within()
	_, err := l.Write([]byte{0xc0, 0})
	for err == nil {
		var head byte
		if head, _, err = l.read(); head == 0xd0 {
			return
		}
	}
	l.t.Errorf("%s: the session is over: %v", what, err)
}

// drain reads until the broker ends a line, whatever comes.
func (l *line) drain() {
	l.within()
	_, _ = io.Copy(io.Discard, l.r) // it may be cut
}
