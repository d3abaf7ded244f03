// Package mqtt is link.Transport over MQTT 3.1.1 with paho, used as a dumb pipe.
//
// paho's tokens complete without a PUBACK, its store sends again in an order of
// its own, and its reconnection speaks before we can (measured, see
// sync/DESIGN.md). So every connection is a fresh client with a clean session
// that never reconnects by itself, nothing is published without a connection,
// and no token is waited for.
package mqtt

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/url"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/tyngo/tyngo/sync/link"
)

// Config is one end of a connection to a broker.
type Config struct {
	Broker   string // tls://host:port, or tcp://host:port in tests
	ClientID string
	TLS      *tls.Config // nil for tcp
	Topics   []Topic     // subscribed at every connection
	Will     link.Message
	Room     int                                                         // messages that may wait for their reader; 1,024 where 0
	Dial     func(ctx context.Context, address string) (net.Conn, error) // nil: TCP
	Log      *slog.Logger
}

// Topic is a filter to subscribe to.
type Topic struct {
	Filter string
	QoS    byte
}

const (
	keepAlive   = 30 * time.Second
	pingTimeout = 10 * time.Second
	dialTimeout = 10 * time.Second
	writeLimit  = 15 * time.Second
	retryLeast  = 300 * time.Millisecond
	retryMost   = 30 * time.Second
	quiesce     = 250 * time.Millisecond // what a goodbye may take
	room        = 1024                   // messages that wait for their reader
)

// Transport is a connection to a broker that is made again when it is lost.
type Transport struct {
	c      Config
	events chan link.Event
	client chan paho.Client // holds the connected client, or nothing
}

// New makes a transport; Run connects it.
func New(c Config) *Transport {
	if c.Room == 0 {
		c.Room = room
	}
	return &Transport{c: c, events: make(chan link.Event, c.Room), client: make(chan paho.Client, 1)}
}

// Events is what happens.
func (t *Transport) Events() <-chan link.Event { return t.events }

// Send publishes while connected.
func (t *Transport) Send(_ context.Context, m link.Message) error {
	select {
	case c := <-t.client:
		t.client <- c
		if !c.IsConnectionOpen() {
			return link.ErrOffline
		}
		c.Publish(m.Topic, m.QoS, false, m.Payload) // its token proves nothing
		return nil
	default:
		return link.ErrOffline
	}
}

// Run keeps a connection until ctx ends.
func (t *Transport) Run(ctx context.Context) error {
	wait := retryLeast
	for ctx.Err() == nil {
		began := time.Now()
		err := t.session(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if time.Since(began) > time.Minute {
			wait = retryLeast
		}
		t.c.Log.Debug("no connection to the broker", "broker", t.c.Broker, "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(wait/2 + rand.N(wait)): // thousands of boxes come back at once
		}
		wait = min(2*wait, retryMost)
	}
	return nil
}

// session is one connection, from dialling to its end.
func (t *Transport) session(ctx context.Context) error {
	lost := make(chan error, 1)
	client := paho.NewClient(t.options(ctx, lost))
	defer client.Disconnect(uint(quiesce / time.Millisecond)) // a connection that comes up after we gave up, too
	if err := settled(ctx, client.Connect(), dialTimeout+5*time.Second); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	if err := t.subscribe(ctx, client); err != nil {
		return err
	}
	t.client <- client
	t.tell(ctx, link.Event{Kind: link.Connected})
	var err error
	select {
	case <-ctx.Done():
	case err = <-lost:
	}
	<-t.client
	t.tell(ctx, link.Event{Kind: link.Lost, Err: err})
	return err
}

// tell waits for room; after the end nobody may be there to make any.
func (t *Transport) tell(ctx context.Context, e link.Event) {
	select {
	case t.events <- e:
		return
	default:
	}
	select {
	case t.events <- e:
	case <-ctx.Done():
	}
}

func (t *Transport) options(ctx context.Context, lost chan error) *paho.ClientOptions {
	o := paho.NewClientOptions()
	o.AddBroker(t.c.Broker)
	o.SetClientID(t.c.ClientID).SetCleanSession(true).SetProtocolVersion(4)
	o.SetAutoReconnect(false).SetConnectRetry(false).SetResumeSubs(false)
	o.SetKeepAlive(keepAlive).SetPingTimeout(pingTimeout).SetWriteTimeout(writeLimit).SetConnectTimeout(dialTimeout)
	o.SetOrderMatters(true)
	o.SetDefaultPublishHandler(t.take)
	o.SetConnectionLostHandler(func(_ paho.Client, err error) { lost <- err })
	if t.c.Will.Topic != "" {
		o.SetBinaryWill(t.c.Will.Topic, t.c.Will.Payload, 1, false)
	}
	o.SetCustomOpenConnectionFn(func(u *url.URL, _ paho.ClientOptions) (net.Conn, error) { return t.open(ctx, u) })
	return o
}

// take hands a message over and never blocks: what has no room is lost, and the
// protocol above does without it.
func (t *Transport) take(_ paho.Client, m paho.Message) {
	select {
	case t.events <- link.Event{Message: link.Message{Topic: m.Topic(), Payload: m.Payload(), QoS: m.Qos()}}:
	default:
	}
}

func (t *Transport) subscribe(ctx context.Context, client paho.Client) error {
	for _, f := range t.c.Topics {
		token := client.Subscribe(f.Filter, f.QoS, nil)
		if err := settled(ctx, token, dialTimeout); err != nil {
			return fmt.Errorf("subscribe to %s: %w", f.Filter, err)
		}
		if st, ok := token.(*paho.SubscribeToken); ok && st.Result()[f.Filter] == 0x80 { // paho gives no error for this
			return fmt.Errorf("subscribe to %s: refused by the broker", f.Filter)
		}
	}
	return nil
}

func settled(ctx context.Context, token paho.Token, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return errors.New("no answer from the broker")
	case <-token.Done():
		return token.Error()
	}
}

// open dials, with a deadline on every write, pings included.
func (t *Transport) open(ctx context.Context, u *url.URL) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	dial := t.c.Dial
	if dial == nil {
		dial = dialTCP
	}
	raw, err := dial(ctx, u.Host)
	if err != nil {
		return nil, err
	}
	conn := net.Conn(&deadlined{raw})
	if t.c.TLS == nil {
		return conn, nil
	}
	secure := tls.Client(conn, t.c.TLS)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secure, nil
}

// deadlined gives every write a deadline. It never closes the connection itself.
type deadlined struct{ net.Conn }

func (d *deadlined) Write(p []byte) (int, error) {
	if err := d.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil {
		return 0, err
	}
	return d.Conn.Write(p)
}
