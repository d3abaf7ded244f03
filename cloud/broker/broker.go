// Package broker is the MQTT broker inside head office: mochi, read in process,
// with no persistence, since nothing that a broker says is proof of anything.
//
// Who a connection is, is its client certificate's matter. mochi itself checks
// neither the client id nor the topic of the will, so a box could throw another
// off or speak for it: our hook does, before the takeover (measured; see
// sync/DESIGN.md).
package broker

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
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
	server *mochi.Server
	addr   net.Addr
	events chan link.Event
	done   chan struct{}
	stop   sync.Once
}

const (
	room         = 4096             // messages that wait for ingest
	writesMost   = 256              // messages that wait for one box
	clientsMost  = 50_000           // at once
	packetMost   = 2 << 20          // bytes
	handshakeFor = 10 * time.Second // from the connection to CONNECT
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
	if err := b.server.AddHook(&guard{admit: admit, log: log}, nil); err != nil {
		return nil, fmt.Errorf("hook into the broker: %w", err)
	}
	if err := b.server.AddListener(listeners.NewNet("boxes", tls.NewListener(deadlined{l}, t))); err != nil {
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
		err = b.server.Close()
	})
	return err
}

// Events is what boxes say.
func (b *Broker) Events() <-chan link.Event { return b.events }

// Send publishes to boxes.
func (b *Broker) Send(_ context.Context, m link.Message) error {
	return b.server.Publish(m.Topic, m.Payload, false, m.QoS)
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
	for _, c := range b.server.Clients.GetAll() {
		if strings.HasPrefix(c.ID, box.String()+".") {
			_ = b.server.DisconnectClient(c, packets.ErrNotAuthorized) // it is gone either way
		}
	}
}

// Sessions is how many boxes are connected.
func (b *Broker) Sessions() int { return max(0, b.server.Clients.Len()-1) } // without ourselves

// deadlined gives every new connection a while to shake hands and say CONNECT;
// mochi's keep-alive takes over from there.
type deadlined struct{ net.Listener }

func (d deadlined) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err == nil {
		err = c.SetDeadline(time.Now().Add(handshakeFor))
	}
	return c, err
}

// guard decides who connects, and who may read and write what.
type guard struct {
	mochi.HookBase
	admit Admit
	log   *slog.Logger
}

func (*guard) ID() string { return "guard" }

func (*guard) Provides(b byte) bool {
	return bytes.Contains([]byte{mochi.OnConnectAuthenticate, mochi.OnACLCheck, mochi.OnPublish}, []byte{b})
}

// OnConnectAuthenticate binds the connection to the box of its certificate: the
// client id is box.boot, and the will may only say that this box is gone.
func (g *guard) OnConnectAuthenticate(cl *mochi.Client, pk packets.Packet) bool {
	if err := g.connect(cl, pk); err != nil {
		g.log.Warn("a connection was refused", "remote", cl.Net.Remote, "err", err)
		return false
	}
	return true
}

func (g *guard) connect(cl *mochi.Client, pk packets.Packet) error {
	secure, ok := cl.Net.Conn.(*tls.Conn)
	if !ok {
		return errors.New("not over TLS")
	}
	state := secure.ConnectionState()
	ctx, cancel := context.WithTimeout(context.Background(), handshakeFor)
	defer cancel()
	box, err := g.admit(ctx, &state)
	if err != nil {
		return err
	}
	name, boot, ok := strings.Cut(pk.Connect.ClientIdentifier, ".")
	if _, err := id.Parse[id.Boot](boot); !ok || name != box.String() || err != nil {
		return fmt.Errorf("box %s calls itself %.80q", box, pk.Connect.ClientIdentifier)
	}
	if pk.Connect.WillFlag && (pk.Connect.WillTopic != wire.Topic(box, wire.Will) || pk.Connect.WillRetain) {
		return fmt.Errorf("box %s leaves a will for %.80q", box, pk.Connect.WillTopic)
	}
	if !pk.Connect.Clean {
		return fmt.Errorf("box %s wants a session that is kept", box)
	}
	return nil
}

// OnACLCheck lets a box write up, hello and will, and read ack and down of its
// own, and its shard's roll call. mochi asks for filters and for topics alike.
func (g *guard) OnACLCheck(cl *mochi.Client, topic string, write bool) bool {
	name, _, _ := strings.Cut(cl.ID, ".")
	box, err := id.Parse[id.Box](name)
	if err != nil {
		return false
	}
	if write {
		return topic == wire.Topic(box, wire.Up) || topic == wire.Topic(box, wire.Hello) || topic == wire.Topic(box, wire.Will)
	}
	return topic == wire.Topic(box, wire.Ack) || topic == wire.Topic(box, wire.Down) || topic == wire.Rollcall(wire.Shard(box))
}

// OnPublish drops what is to be retained: nothing here outlives its moment.
func (g *guard) OnPublish(cl *mochi.Client, pk packets.Packet) (packets.Packet, error) {
	if pk.FixedHeader.Retain && !cl.Net.Inline {
		return pk, packets.ErrRejectPacket
	}
	return pk, nil
}

// quietly passes on only what is an error: mochi reports every lost connection.
type quietly struct{ slog.Handler }

func (q quietly) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelError && q.Handler.Enabled(ctx, l)
}

func (q quietly) WithAttrs(a []slog.Attr) slog.Handler { return quietly{q.Handler.WithAttrs(a)} }
func (q quietly) WithGroup(n string) slog.Handler      { return quietly{q.Handler.WithGroup(n)} }
