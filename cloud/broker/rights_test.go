package broker_test

import (
	"crypto/tls"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/wire"
)

// heard fails unless the next thing that ingest hears is this.
func (w *world) heard(topic, payload string) {
	w.t.Helper()
	if e := w.next(); e.Kind != link.Received || e.Message.Topic != topic || string(e.Message.Payload) != payload {
		w.t.Errorf("ingest hears %s %.60q, and not %s %.60q", e.Message.Topic, e.Message.Payload, topic, payload)
	}
}

// others is another box, and a shard that b is not in.
func (w *world) others(b *box) (other *box, shard string) {
	w.t.Helper()
	other = w.box()
	for n := range 256 {
		if shard = fmt.Sprintf("%02x", n); shard != wire.Shard(b.id) {
			return other, shard
		}
	}
	return other, shard
}

func TestABoxWritesUpHelloAndWillOfItsOwnAndIngestHearsThem(t *testing.T) {
	t.Parallel()
	w := start(t, nil, nil)
	b := w.box()
	l := b.online()
	for _, leaf := range []string{wire.Up, wire.Hello, wire.Will} {
		for qos := range byte(2) {
			payload := fmt.Sprint(leaf, qos)
			l.say(publish(wire.Topic(b.id, leaf), []byte(payload), qos, false))
			w.heard(wire.Topic(b.id, leaf), payload)
			if qos == 1 {
				if head, body, err := l.read(); err != nil || head != 0x40 || string(body) != "\x00\x07" {
					t.Errorf("%s: the receipt is %x % x, %v", leaf, head, body, err)
				}
			}
		}
	}
	l.alive("after what it may")
}

func TestABoxWritesNothingElse(t *testing.T) {
	t.Parallel()
	w := start(t, nil, nil)
	b := w.box()
	other, shard := w.others(b)
	topics := []string{wire.Topic(b.id, wire.Ack), wire.Topic(b.id, wire.Down), wire.Topic(b.id, "other"), wire.Topic(b.id, wire.Up) + "/", "/" + wire.Topic(b.id, wire.Up),
		"t/v1/" + shard + "/" + b.id.String() + "/up", strings.ToUpper(wire.Topic(b.id, wire.Up)), wire.Topic(b.id, "+"), wire.Topic(b.id, "#"), "t/v1/+/+/up", "#", "+", "",
		"$SYS/broker/version", "$share/g/" + wire.Topic(b.id, wire.Up), wire.Rollcall(wire.Shard(b.id)), wire.Rollcall(shard)}
	for _, leaf := range []string{wire.Up, wire.Hello, wire.Will, wire.Ack, wire.Down} {
		topics = append(topics, wire.Topic(other.id, leaf))
	}
	reader := other.online() // it reads all that it may
	for _, f := range []string{wire.Topic(other.id, wire.Ack), wire.Topic(other.id, wire.Down), wire.Rollcall(wire.Shard(other.id))} {
		if !reader.granted(f, 1) {
			t.Fatalf("%s is refused", f)
		}
	}
	for _, topic := range topics {
		for qos := range byte(3) {
			l := b.online()
			l.say(publish(topic, []byte("foreign"), qos, false))
			// Its own HELLO is taken where the session goes on, and then it is the next that is heard.
			if _, err := l.Write(publish(wire.Topic(b.id, wire.Hello), []byte("mine"), 1, false)); err == nil {
				if head, _, err := l.read(); err == nil && head == 0x40 {
					w.heard(wire.Topic(b.id, wire.Hello), "mine")
				}
			}
			l.Close()
		}
	}
	for len(w.Events()) > 0 {
		if e := w.next(); string(e.Message.Payload) != "mine" {
			t.Errorf("ingest hears %s %q", e.Message.Topic, e.Message.Payload)
		}
	}
	check(t, w.Send(t.Context(), link.Message{Topic: wire.Topic(other.id, wire.Ack), Payload: []byte("ours")}))
	if topic, payload := reader.message(); topic != wire.Topic(other.id, wire.Ack) || payload != "ours" {
		t.Errorf("another box hears %s %q", topic, payload)
	}
}

func TestABoxReadsAckDownAndRollCallOfItsOwnAndNothingElse(t *testing.T) {
	t.Parallel()
	w := start(t, nil, nil)
	b := w.box()
	other, shard := w.others(b)
	own := []string{wire.Topic(b.id, wire.Ack), wire.Topic(b.id, wire.Down), wire.Rollcall(wire.Shard(b.id))}
	l := b.online()
	foreign := []string{"#", "+", "+/#", "/", "t/#", "t/v1/#", "t/v1/+/rollcall", "t/v1/+/+/ack", "t/v1/+/+/+", wire.Rollcall(shard), "t/v1/" + wire.Shard(b.id) + "/+",
		"t/v1/" + wire.Shard(b.id) + "/" + b.id.String() + "/+", "t/v1/" + wire.Shard(b.id) + "/" + b.id.String() + "/#", "t/v1/" + wire.Shard(b.id) + "/#", own[0] + "/#", own[0] + "/",
		wire.Topic(b.id, wire.Up), wire.Topic(b.id, wire.Hello), wire.Topic(b.id, wire.Will), "$SYS/#", "$SYS/broker/clients/connected", "$share/g/#", "$SHARE/g/" + own[0],
		"$share/g/" + own[0], "$share/g/" + own[2], "$share/" + own[0], "$queue/" + own[0], "t/v1/+/" + b.id.String() + "/ack", strings.ToUpper(own[0])}
	for _, leaf := range []string{wire.Up, wire.Hello, wire.Will, wire.Ack, wire.Down} {
		foreign = append(foreign, wire.Topic(other.id, leaf))
	}
	for _, f := range foreign {
		for qos := range byte(2) {
			if l.granted(f, qos) {
				t.Errorf("it may read %s", f)
			}
		}
	}
	for _, f := range own {
		check(t, w.Send(t.Context(), link.Message{Topic: f, Payload: []byte("before"), QoS: 1})) // nobody reads it, and nobody keeps it
	}
	for _, f := range own {
		if !l.granted(f, 1) {
			t.Errorf("it may not read %s", f)
		}
	}
	for _, topic := range foreign {
		if !strings.ContainsAny(topic, "+#") && !strings.HasPrefix(topic, "$") {
			check(t, w.Send(t.Context(), link.Message{Topic: topic, Payload: []byte("foreign"), QoS: 1}))
		}
	}
	for _, want := range own {
		check(t, w.Send(t.Context(), link.Message{Topic: want, Payload: []byte("own"), QoS: 1}))
		if topic, payload := l.message(); topic != want || payload != "own" {
			t.Errorf("it reads %s %q", topic, payload)
		}
	}
}

// mochi checks no will. Ours may say that this box is gone, and nothing else.
func TestAWillForAnotherBoxIsRefusedBeforeItCanBeSaid(t *testing.T) {
	t.Parallel()
	w := start(t, nil, nil)
	b := w.box()
	other, shard := w.others(b)
	victim := other.online()
	for _, topic := range []string{wire.Topic(other.id, wire.Will), wire.Topic(other.id, wire.Up), wire.Topic(other.id, wire.Ack), wire.Topic(b.id, wire.Ack), wire.Topic(b.id, wire.Up),
		wire.Topic(b.id, wire.Hello), wire.Rollcall(wire.Shard(b.id)), wire.Rollcall(shard), "$SYS/x", "#", "t/v1/+/+/will", wire.Topic(b.id, wire.Will) + "/"} {
		for qos := range byte(2) {
			h := b.hello()
			h.will, h.gone, h.qos = topic, "foreign", qos
			if _, err := b.connect(h); err == nil {
				t.Errorf("a will for %s is taken", topic)
			}
		}
	}
	h := b.hello()
	h.will, h.gone = wire.Topic(b.id, wire.Will), "kept"
	h.retain = true
	if _, err := b.connect(h); err == nil {
		t.Error("a will that is kept is taken")
	}
	h.retain, h.qos = false, 2
	if _, err := b.connect(h); err == nil {
		t.Error("a will with QoS 2 is taken")
	}
	h.qos, h.gone = 1, "gone"
	l, err := b.connect(h)
	check(t, err)
	l.NetConn().Close() // a cut
	w.heard(wire.Topic(b.id, wire.Will), "gone")
	victim.alive("the box that was named")
}

// mochi takes over whatever session has the client id. Ours is box.boot, the box
// being that of the certificate.
func TestNobodyThrowsAnotherBoxOffTheLine(t *testing.T) {
	t.Parallel()
	w := start(t, nil, nil)
	b, other := w.box(), w.box()
	victim := other.online()
	theirs := other.hello().client
	for _, name := range []string{theirs, other.id.String() + "." + b.boot.String(), other.id.String(), b.id.String(), b.id.String() + ".", b.id.String() + ".x",
		b.id.String() + "." + theirs, theirs + "." + b.boot.String(), "." + b.boot.String(), "", "inline", "#", b.id.String() + ".#", strings.ToUpper(b.hello().client),
		b.id.String() + "." + strings.ToUpper("a"+b.boot.String()[1:]), b.hello().client + "x", b.hello().client + "\x00", "tyngo-ingest", strings.Repeat("x", 60_000)} {
		h := b.hello()
		h.client = name
		if _, err := b.connect(h); err == nil {
			t.Errorf("the name %.80q is taken", name)
		}
	}
	victim.alive("the box whose name was taken")
	victim.say(publish(wire.Topic(other.id, wire.Hello), []byte("here"), 0, false))
	w.heard(wire.Topic(other.id, wire.Hello), "here")

	first := b.online() // its own place it may take
	b.online().alive("a box that connects again")
	first.ends()
}

func TestOnlyMQTT311WithASessionThatEndsIsSpoken(t *testing.T) {
	t.Parallel()
	w := start(t, nil, nil)
	b := w.box()
	for name, change := range map[string]func(*hello){
		"MQTT 5":                 func(h *hello) { h.version = 5 },
		"MQTT 5 with a will":     func(h *hello) { h.version, h.will = 5, wire.Topic(b.id, wire.Will) },
		"MQTT 3.1":               func(h *hello) { h.version, h.protocol = 3, "MQIsdp" },
		"MQTT 9":                 func(h *hello) { h.version = 9 },
		"another protocol":       func(h *hello) { h.protocol = "HTTP" },
		"a session that is kept": func(h *hello) { h.flags = 0 },
		"a reserved flag":        func(h *hello) { h.flags = 3 },
	} {
		h := b.hello()
		change(&h)
		if _, err := b.connect(h); err == nil {
			t.Errorf("%s is spoken", name)
		}
	}
	l, err := w.dial(b.cert)
	check(t, err)
	l.say(publish(wire.Topic(b.id, wire.Hello), []byte("before CONNECT"), 0, false))
	l.ends()
	l = b.online()
	l.say(b.hello().packet()) // a second CONNECT
	l.ends()
	if n := len(w.Events()); n > 0 {
		t.Errorf("ingest hears %+v", w.next())
	}
}

func TestNothingIsRetained(t *testing.T) {
	t.Parallel()
	w := start(t, nil, nil)
	b := w.box()
	l := b.online()
	for _, topic := range []string{wire.Topic(b.id, wire.Up), wire.Topic(b.id, wire.Will), wire.Topic(b.id, wire.Ack)} {
		l.say(publish(topic, []byte("kept"), 0, true))
	}
	l.say(publish(wire.Topic(b.id, wire.Hello), []byte("kept"), 1, true))
	l.say(publish(wire.Topic(b.id, wire.Hello), []byte("said"), 0, false))
	w.heard(wire.Topic(b.id, wire.Hello), "said")
	if !l.granted(wire.Topic(b.id, wire.Ack), 1) {
		t.Fatal("it may not read its acks")
	}
	check(t, w.Send(t.Context(), link.Message{Topic: wire.Topic(b.id, wire.Ack), Payload: []byte("fresh")}))
	if _, payload := l.message(); payload != "fresh" {
		t.Errorf("it reads %q", payload)
	}
}

func TestWhoHasNoGoodCertificateIsRefused(t *testing.T) {
	t.Parallel()
	w, foreign := start(t, nil, nil), start(t, nil, nil)
	b, revoked, stranger := w.box(), w.box(), foreign.box()
	check(t, w.fleet.Revoke(t.Context(), w.scope, revoked.id))
	for name, c := range map[string]struct {
		cert *tls.Certificate
		as   *box
	}{
		"none": {nil, b}, "one of another head office": {stranger.cert, b}, "one of another head office, under its own name": {stranger.cert, stranger},
		"one that was taken back": {revoked.cert, revoked},
	} {
		if _, err := (&box{w, c.as.id, c.as.boot, c.cert}).connect(c.as.hello()); err == nil {
			t.Errorf("%s is let in", name)
		}
	}
	l := b.online()
	l.alive("a session with a good one")
	w.ahead.Store(int64(30*24*time.Hour + time.Minute))
	if _, err := b.connect(b.hello()); err == nil {
		t.Error("one that has ended is let in")
	}
	l.alive("a session that began while it was good")
}
