// Package broker is the MQTT broker inside head office: mochi, read in process,
// with no persistence, since nothing that a broker says is proof of anything.
//
// Who a connection is, is its client certificate's matter. mochi itself checks
// neither the client id nor the topic of the will, so a box could throw another
// off or speak for it: our hook does, before the takeover (measured; see
// sync/DESIGN.md).
package broker

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/wire"
)

// Admit finds which box a TLS connection is, and refuses it otherwise.
type Admit func(ctx context.Context, s *tls.ConnectionState) (id.Box, error)

// Broker is a running broker; it is the transport of ingest.
type Broker struct {
	server   *mochi.Server
	addr     net.Addr
	events   chan link.Event
	done     chan struct{}
	stop     sync.Once
	guard    *guard
	listener *patient
}

const (
	room         = 4096             // messages that wait for ingest
	writesMost   = 256              // messages that wait for one box
	clientsMost  = 50_000           // at once
	sessionsMost = 4                // of one box: its old ones that are not known to be dead
	packetMost   = 2 << 20          // bytes
	handshakeFor = 10 * time.Second // from the connection to CONNECT
	writeFor     = 15 * time.Second // until a box that takes nothing is let go
)

// Start listens for boxes.
func Start(l net.Listener, t *tls.Config, admit Admit, log *slog.Logger) (*Broker, error) {
	c := mochi.NewDefaultServerCapabilities()
	c.MaximumClients, c.MaximumClientWritesPending, c.MaximumPacketSize, c.ReceiveMaximum = clientsMost, writesMost, packetMost, wire.MaxWindow
	c.MaximumSessionExpiryInterval, c.TopicAliasMaximum, c.MaximumQos = 0, 0, 1
	c.RetainAvailable, c.SharedSubAvailable, c.SubIDAvailable, c.MinimumProtocolVersion = 0, 0, 0, 4
	quiet := slog.New(quietly{log.Handler()})
	b := &Broker{events: make(chan link.Event, room), done: make(chan struct{}), addr: l.Addr(),
		server: mochi.New(&mochi.Options{Capabilities: c, Logger: quiet, InlineClient: true, SysTopicResendInterval: 3600})}
	b.listener = listen(l, log)
	b.guard = &guard{admit: admit, log: log, live: map[id.Box][]*mochi.Client{}}
	if err := b.server.AddHook(b.guard, nil); err != nil {
		return nil, fmt.Errorf("hook into the broker: %w", err)
	}
	if err := b.server.AddListener(listeners.NewNet("boxes", tls.NewListener(b.listener, t))); err != nil {
		return nil, fmt.Errorf("listen for boxes: %w", err)
	}
	for i, leaf := range []string{wire.Up, wire.Hello, wire.Will} {
		if err := b.server.Subscribe(wire.All(leaf), i+1, b.take); err != nil {
			return nil, fmt.Errorf("read the broker: %w", err)
		}
	}
	if err := b.server.Serve(); err != nil {
		return nil, fmt.Errorf("start the broker: %w", err)
	}
	b.events <- link.Event{Kind: link.Connected}
	return b, nil
}

// Addr is where boxes connect.
func (b *Broker) Addr() net.Addr { return b.addr }

// Run waits for ctx and ends the broker.
func (b *Broker) Run(ctx context.Context) error {
	select {
	case <-ctx.Done():
	case <-b.done:
	}
	return b.Close()
}

// Close ends every session.
func (b *Broker) Close() (err error) {
	b.stop.Do(func() {
		close(b.done)
		err = errors.Join(b.listener.shut(), b.server.Close())
	})
	return err
}

// Events is what boxes say.
func (b *Broker) Events() <-chan link.Event { return b.events }

// Send publishes to boxes, always with QoS 0: for a QoS 1 message mochi takes a
// lock that a writer to a box holds, and a box that reads nothing would hold up
// all. What gets lost is asked for again.
func (b *Broker) Send(_ context.Context, m link.Message) error {
	return b.server.Publish(m.Topic, m.Payload, false, 0)
}

// take runs on the goroutine of the connection that spoke: it must not block. What
// has no room is dropped; the box sends it again.
func (b *Broker) take(_ *mochi.Client, _ packets.Subscription, pk packets.Packet) {
	select {
	case b.events <- link.Event{Message: link.Message{Topic: pk.TopicName, Payload: pk.Payload, QoS: pk.FixedHeader.Qos}}:
	default:
	}
}

// Kick ends the live sessions of a box.
func (b *Broker) Kick(box id.Box) {
	for _, c := range b.guard.sessions(box) {
		end(c, packets.ErrNotAuthorized)
	}
}

// Sessions is how many boxes are connected.
func (b *Broker) Sessions() int { return max(0, b.server.Clients.Len()-1) } // without ourselves

// quietly passes on only what is an error: mochi reports every lost connection.
type quietly struct{ slog.Handler }

func (q quietly) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelError && q.Handler.Enabled(ctx, l)
}

func (q quietly) WithAttrs(a []slog.Attr) slog.Handler { return quietly{q.Handler.WithAttrs(a)} }
func (q quietly) WithGroup(n string) slog.Handler      { return quietly{q.Handler.WithGroup(n)} }
