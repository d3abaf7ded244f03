package broker

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/wire"
)

// version of MQTT that boxes speak: 3.1.1. What 5 adds (wills that wait, aliases of
// topics, sessions that stay) is more to guard and of no use here.
const version = 4

// guard decides who connects, and who may read and write what.
type guard struct {
	mochi.HookBase
	admit Admit
	log   *slog.Logger

	mu   sync.Mutex
	live map[id.Box][]*mochi.Client // the oldest first
}

func (*guard) ID() string { return "guard" }

func (*guard) Provides(b byte) bool {
	return bytes.Contains([]byte{mochi.OnConnectAuthenticate, mochi.OnSessionEstablished, mochi.OnDisconnect, mochi.OnACLCheck, mochi.OnPublish}, []byte{b})
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
	box, err := g.who(cl)
	if err != nil {
		return err
	}
	name, boot, ok := strings.Cut(pk.Connect.ClientIdentifier, ".")
	if b, err := id.Parse[id.Boot](boot); !ok || name != box.String() || err != nil || b.String() != boot {
		return fmt.Errorf("box %s calls itself %.80q", box, pk.Connect.ClientIdentifier)
	}
	if pk.ProtocolVersion != version {
		return fmt.Errorf("box %s speaks version %d of MQTT, and not %d (3.1.1)", box, pk.ProtocolVersion, version)
	}
	if pk.Connect.WillFlag && (pk.Connect.WillTopic != wire.Topic(box, wire.Will) || pk.Connect.WillRetain) {
		return fmt.Errorf("box %s leaves a will for %.80q", box, pk.Connect.WillTopic)
	}
	if !pk.Connect.Clean {
		return fmt.Errorf("box %s wants a session that is kept", box)
	}
	return nil
}

// who is the box of a connection's certificate.
func (g *guard) who(cl *mochi.Client) (id.Box, error) {
	secure, ok := cl.Net.Conn.(*tls.Conn)
	if !ok {
		return id.Box{}, errors.New("not over TLS")
	}
	state := secure.ConnectionState()
	ctx, cancel := context.WithTimeout(context.Background(), handshakeFor)
	defer cancel()
	return g.admit(ctx, &state)
}

// OnSessionEstablished notes the session, and only then looks once more whether the
// box is let in: between the first look and the note it may have been shut out,
// and nobody would end this session. Of too many sessions of a box the oldest end.
func (g *guard) OnSessionEstablished(cl *mochi.Client, _ packets.Packet) {
	box := named(cl)
	g.mu.Lock()
	all := append(g.live[box], cl)
	g.live[box] = all
	g.mu.Unlock()
	for _, old := range all[:max(0, len(all)-sessionsMost)] {
		end(old, packets.ErrSessionTakenOver)
	}
	if _, err := g.who(cl); err != nil {
		g.log.Warn("a session was ended as it began", "remote", cl.Net.Remote, "box", box, "err", err)
		end(cl, packets.ErrNotAuthorized)
	}
}

// end ends a session without a word to the box, which may not be reading.
func end(cl *mochi.Client, why packets.Code) {
	if secure, ok := cl.Net.Conn.(*tls.Conn); ok {
		_ = secure.NetConn().Close() // it is gone either way
	}
	cl.Stop(why)
}

// OnDisconnect forgets the session; mochi calls it for each that it established.
func (g *guard) OnDisconnect(cl *mochi.Client, _ error, _ bool) {
	box := named(cl)
	g.mu.Lock()
	defer g.mu.Unlock()
	left := slices.DeleteFunc(slices.Clone(g.live[box]), func(c *mochi.Client) bool { return c == cl })
	if len(left) == 0 {
		delete(g.live, box)
		return
	}
	g.live[box] = left
}

// sessions are the live ones of a box.
func (g *guard) sessions(box id.Box) []*mochi.Client {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.live[box])
}

// named is the box of a session: its client id was checked against its certificate.
func named(cl *mochi.Client) id.Box {
	name, _, _ := strings.Cut(cl.ID, ".")
	box, err := id.Parse[id.Box](name)
	if err != nil {
		return id.Box{}
	}
	return box
}

// OnACLCheck lets a box write up, hello and will, and read ack and down of its
// own, and its shard's roll call. mochi asks for filters and for topics alike.
func (g *guard) OnACLCheck(cl *mochi.Client, topic string, write bool) bool {
	box := named(cl)
	if box.IsZero() {
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
