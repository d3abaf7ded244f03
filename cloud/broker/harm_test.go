package broker_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/broker"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/wire"
	"pgregory.net/rapid"
)

// soon fails where something takes long: others wait for it.
func soon(t testing.TB, what string, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	timer := time.NewTimer(10 * time.Second)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		t.Fatalf("%s: it hangs", what)
	}
}

// until waits for what the broker does on its own.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(10 * time.Second)
	defer deadline.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			t.Fatalf("after 10 s still not: %s", what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestABoxThatIsShutOutIsOffTheLineAtOnceWithAllItsSessions(t *testing.T) {
	t.Parallel()
	w := start(t, nil, nil)
	b, other := w.box(), w.box()
	stays := other.online()
	var lines []*line
	for range 3 {
		b.boot = id.New[id.Boot]()
		l := b.online()
		l.alive("before")
		lines = append(lines, l)
	}
	check(t, w.fleet.Revoke(t.Context(), w.scope, b.id))
	for _, l := range lines {
		l.ends()
	}
	if _, err := b.connect(b.hello()); err == nil {
		t.Error("it comes back")
	}
	stays.alive("another box")
}

// The moment between the look at the certificate and the beginning of the session
// is no gap: whoever is shut out just then does not stay.
func TestABoxThatIsShutOutWhileItConnectsDoesNotStay(t *testing.T) {
	t.Parallel()
	var once sync.Once
	var who atomic.Pointer[box]
	w := start(t, nil, func(w *world, look broker.Admit) broker.Admit {
		return func(ctx context.Context, s *tls.ConnectionState) (id.Box, error) {
			b, err := look(ctx, s)
			once.Do(func() { check(t, w.fleet.Revoke(ctx, w.scope, who.Load().id)) })
			return b, err
		}
	})
	b := w.box()
	who.Store(b)
	if l, err := b.connect(b.hello()); err == nil {
		l.ends()
	}
	until(t, "no session is left", func() bool { return w.Sessions() == 0 })
}

func TestABoxHasFewSessionsAndTheOldestEnd(t *testing.T) {
	t.Parallel()
	w := start(t, nil, nil)
	b, other := w.box(), w.box()
	stays := other.online()
	var lines []*line
	for range 10 {
		b.boot = id.New[id.Boot]()
		lines = append(lines, b.online())
		lines[len(lines)-1].alive("a new session")
	}
	for _, l := range lines[:6] {
		l.ends()
	}
	for _, l := range lines[6:] {
		l.alive("one of the newest")
	}
	stays.alive("another box")
}

func TestAPacketThatIsTooLargeEndsItsSessionAlone(t *testing.T) {
	t.Parallel()
	w := start(t, nil, nil)
	b, other := w.box(), w.box()
	stays := other.online()
	l := b.online()
	large := bytes.Repeat([]byte("x"), 1<<20)
	l.say(publish(wire.Topic(b.id, wire.Up), large, 0, false))
	w.heard(wire.Topic(b.id, wire.Up), string(large))
	l.say([]byte{0x30, 0xff, 0xff, 0xff, 0x7f}) // 256 MB are to come
	l.ends()
	l = b.online()
	l.say([]byte{0x30, 0xff, 0xff, 0xff, 0xff, 0x7f}) // a length that is none
	l.ends()
	raw, err := w.dial(b.cert)
	check(t, err)
	raw.say([]byte{0x10, 0xff, 0xff, 0xff, 0x7f}) // so large a CONNECT
	raw.ends()
	stays.alive("another box")
}

// A box that asks and never reads holds nobody up: not ingest, not its neighbours,
// not whoever shuts it out, and not the end of the program.
func TestABoxThatReadsNothingHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	w := start(t, nil, nil)
	b, other, third := w.box(), w.box(), w.box()
	stays := other.online()
	if !stays.granted(wire.Topic(other.id, wire.Ack), 1) {
		t.Fatal("it may not read its acks")
	}
	for _, deaf := range []*box{b, third} {
		h := deaf.hello()
		h.alive = 0 // for ever
		l, err := deaf.connect(h)
		check(t, err)
		for _, f := range []string{wire.Topic(deaf.id, wire.Ack), wire.Topic(deaf.id, wire.Down), wire.Rollcall(wire.Shard(deaf.id))} {
			if !l.granted(f, 1) {
				t.Fatalf("%s is refused", f)
			}
		}
	}
	much := bytes.Repeat([]byte("x"), 64<<10)
	soon(t, "messages to a box that reads nothing", func() {
		for range 200 { // more than any buffer on the way
			for _, deaf := range []*box{b, third} {
				check(t, w.Send(context.Background(), link.Message{Topic: wire.Topic(deaf.id, wire.Ack), Payload: much}))
			}
		}
		check(t, w.Send(context.Background(), link.Message{Topic: wire.Rollcall(wire.Shard(b.id)), Payload: []byte("{}"), QoS: 1}))
		check(t, w.Send(context.Background(), link.Message{Topic: wire.Topic(other.id, wire.Ack), Payload: []byte("ack")}))
	})
	if _, payload := stays.message(); payload != "ack" {
		t.Errorf("another box hears %q", payload)
	}
	soon(t, "to shut it out", func() { check(t, w.fleet.Revoke(context.Background(), w.scope, b.id)) })
	stays.alive("another box")
	soon(t, "the end of the broker", func() { check(t, w.Close()) })
}

// Connections that say nothing cost a moment each, and nobody waits for them.
func TestConnectionsThatSayNothingHoldNobodyUp(t *testing.T) {
	t.Parallel()
	w := start(t, nil, nil)
	b := w.box()
	for i := range 100 {
		raw, err := net.Dial("tcp", w.Addr().String())
		check(t, err)
		defer raw.Close()
		if i%2 == 0 {
			_, err = raw.Write([]byte{0x16, 3, 1}) // the beginning of TLS
			check(t, err)
		}
	}
	for range 20 {
		if _, err := w.dial(b.cert); err != nil { // TLS and no CONNECT
			t.Fatal(err)
		}
	}
	soon(t, "a box that connects", func() { b.online().alive("a box") })
}

// Who sends more than ingest takes loses what it sends, and its neighbours stay.
func TestMoreThanIngestTakesIsDropped(t *testing.T) {
	t.Parallel()
	w := start(t, nil, nil)
	b, other := w.box(), w.box()
	l, stays := b.online(), other.online()
	p := publish(wire.Topic(b.id, wire.Up), []byte("x"), 0, false)
	for range 50 {
		l.say(bytes.Repeat(p, 100))
	}
	l.alive("the box that sends")
	stays.alive("another box")
	if n := len(w.Events()); n > 4096 || n < 4000 {
		t.Errorf("%d messages wait", n)
	}
	for len(w.Events()) > 0 {
		w.next()
	}
	stays.say(publish(wire.Topic(other.id, wire.Hello), []byte("here"), 0, false))
	w.heard(wire.Topic(other.id, wire.Hello), "here")
}

// tired is a listener that has no file descriptor for the first few.
type tired struct {
	net.Listener
	n atomic.Int32
}

func (l *tired) Accept() (net.Conn, error) {
	if l.n.Add(1)%4 != 0 {
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: syscall.EMFILE}
	}
	return l.Listener.Accept()
}

func TestTheBrokerListensOnAfterAMomentWithoutFileDescriptors(t *testing.T) {
	t.Parallel()
	w := start(t, func(l net.Listener) net.Listener { return &tired{Listener: l} }, nil)
	b := w.box()
	for range 3 {
		b.online().alive("a box")
	}
}

// Whatever a box with a good certificate sends, the broker stays for the others,
// and ingest hears nothing but the box's own topics.
func TestNoBytesOfABoxHurtAnother(t *testing.T) {
	t.Parallel()
	w := start(t, nil, nil)
	b, other := w.box(), w.box()
	stays := other.online()
	if !stays.granted(wire.Topic(other.id, wire.Ack), 1) {
		t.Fatal("it may not read its acks")
	}
	own := map[string]bool{wire.Topic(b.id, wire.Up): true, wire.Topic(b.id, wire.Hello): true, wire.Topic(b.id, wire.Will): true}
	rapid.Check(t, func(t *rapid.T) {
		l, err := w.dial(b.cert)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		var p []byte
		if rapid.IntRange(0, 9).Draw(t, "CONNECT first") > 0 {
			p = b.hello().packet()
		}
		topic := rapid.SampledFrom([]string{wire.Topic(b.id, wire.Up), wire.Topic(other.id, wire.Ack), wire.Topic(other.id, wire.Up), "#", ""})
		for range rapid.IntRange(1, 6).Draw(t, "packets") {
			body := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "bytes")
			switch rapid.IntRange(0, 4).Draw(t, "kind") {
			case 0:
				p = append(p, publish(topic.Draw(t, "topic"), body, byte(rapid.IntRange(0, 3).Draw(t, "QoS")), rapid.Bool().Draw(t, "retain"))...)
			case 1:
				p = append(p, subscribe(topic.Draw(t, "filter"), rapid.Byte().Draw(t, "QoS"))...)
			case 2:
				p = append(p, packet(rapid.Byte().Draw(t, "head"), body)...)
			case 3:
				p = append(p, packet(rapid.Byte().Draw(t, "head"), append(str(topic.Draw(t, "topic")), body...))...)
			default:
				p = append(p, body...)
			}
		}
		_, _ = l.Write(p) // it may be cut
		_ = l.CloseWrite()
		l.drain()
	})
	stays.alive("another box")
	for len(w.Events()) > 0 {
		if e := w.next(); !own[e.Message.Topic] {
			t.Errorf("ingest hears %s", e.Message.Topic)
		}
	}
	check(t, w.Send(t.Context(), link.Message{Topic: wire.Topic(other.id, wire.Ack), Payload: []byte("ours")}))
	if _, payload := stays.message(); payload != "ours" {
		t.Errorf("another box hears %q", payload)
	}
}
