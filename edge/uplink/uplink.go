// Package uplink replicates the journal to head office: it drives the sender of
// package pipe with the journal, a clock and MQTT, and keeps the certificate of
// the box young.
//
// It promises: head office being away is a state, shown, and never in the way of a
// guest; it yields while a command waits for the writer.
package uplink

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"log/slog"
	mrand "math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/link/mqtt"
	"github.com/tyngo/tyngo/sync/pipe"
	"github.com/tyngo/tyngo/sync/wire"
)

// Cursor names the uplink among the consumers of the journal.
const Cursor = "uplink"

const (
	yieldMost = 50 * time.Millisecond // to a command that waits for the writer
	atWork    = 2 * time.Second       // that guests count as ordering after two facts
	longFacts = 1024                  // a backlog of more rests while they do
	restTimes = 60                    // as long as what it just did took
	restMost  = 100 * time.Millisecond
	saveEvery = 10 * time.Second // acked is only a cache
	lookEvery = 2 * time.Second  // for an identity, until the box has joined
	renewLook = time.Minute
)

// Config is what an uplink stands on.
type Config struct {
	Journal     *journal.Journal
	Dir         string // of the identity
	Boot, Prev  id.Boot
	Incarnation string
	Software    string
	InForce     func(q sqlite.Queryer, kind string) (sum string, err error) // the document of a kind
	Directives  map[string]Directive                                        // what head office may wish, by kind
	Documents   map[string]Document                                         // by kind
	Photos      Photos                                                      // of the menu in force
	Guests      Keyring                                                     // nil: the box has no guests
	Heard       func(office time.Time)                                      // what time it is at head office
	OfficeNow   func() time.Time                                            // the same, later
	Doubted     func() bool                                                 // the clock of the box is not believed
	Now         func() time.Time                                            // the box's time
	Steady      func() time.Time                                            // goes on however that is set
	Log         *slog.Logger
}

// Status is how replication is, for lights and figures.
type Status struct {
	State  pipe.State // empty: the box has not joined
	Since  time.Time
	Head   int64
	Acked  int64
	Lag    time.Time // the oldest fact that is not acknowledged waits since; zero: none
	Expiry time.Time // of the certificate
	Err    string    // of the last renewal, empty where it was good
}

// Uplink replicates one box.
type Uplink struct {
	c  Config
	mu sync.Mutex
	st Status

	online chan struct{} // there is a line again
}

// New makes an uplink; Run starts it.
func New(c Config) *Uplink {
	return &Uplink{c: c, st: Status{Since: c.Now()}, online: make(chan struct{}, 1)}
}

// Status is how replication is.
func (u *Uplink) Status() Status {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.st
}

func (u *Uplink) note(change func(*Status)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	was := u.st.State
	change(&u.st)
	if u.st.State == was {
		return
	}
	u.st.Since = u.c.Now()
	if u.st.State == pipe.Online {
		select {
		case u.online <- struct{}{}:
		default:
		}
	}
}

// Run replicates until ctx ends; before the box has joined, it waits.
func (u *Uplink) Run(ctx context.Context) error {
	for {
		i, err := OpenIdentity(u.c.Dir)
		if err == nil {
			return u.joined(ctx, i)
		}
		if !errors.Is(err, ErrNotJoined) {
			u.c.Log.Error("read the identity of this box", "err", err)
			u.note(func(s *Status) { s.State, s.Err = pipe.Refused, err.Error() })
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(lookEvery):
		}
	}
}

// joined runs the transport, the renewal and the sender.
func (u *Uplink) joined(ctx context.Context, i *Identity) error {
	box := u.c.Journal.Box()
	keeper := &keeper{Uplink: u, identity: i, box: box}
	config := join.ClientTLS(join.ByKey(i.CA), nil, u.c.Now)
	config.GetClientCertificate = keeper.certificate
	t := mqtt.New(mqtt.Config{Broker: i.Broker, ClientID: box.String() + "." + u.c.Boot.String(), TLS: config, Log: u.c.Log,
		Topics: []mqtt.Topic{{Filter: wire.Topic(box, wire.Ack)}, {Filter: wire.Topic(box, wire.Down), QoS: 1}, {Filter: wire.Rollcall(wire.Shard(box)), QoS: 1}},
		Will:   link.Message{Topic: wire.Topic(box, wire.Will), Payload: wire.Encode(wire.WillMessage{Boot: u.c.Boot})}})
	var wg sync.WaitGroup
	tctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	wg.Go(func() { t.Run(tctx) })
	wg.Go(func() { keeper.run(ctx) })
	f := NewFollower(u.c, func() bool { return u.Status().State == pipe.Online })
	wg.Go(func() { f.run(ctx) })
	c := newCourier(u, strings.TrimSuffix(i.Cloud, "/"), config)
	wg.Go(func() { c.run(ctx) })
	if u.c.Guests != nil {
		wg.Go(func() { u.keys(ctx, c) })
	}
	err := u.drive(ctx, t, f, c)
	stop()
	wg.Wait()
	return err
}

// Source is the journal as the sender reads it.
func Source(ctx context.Context, j *journal.Journal) pipe.Source { return &source{ctx: ctx, j: j} }

type source struct {
	ctx  context.Context
	j    *journal.Journal
	head int64 // as it was when it was asked last
}

func (s *source) Head() (seq int64, dg event.Digest, err error) {
	if seq, dg, err = s.j.Head(s.ctx); err == nil {
		s.head = seq
	}
	return seq, dg, err
}
func (s *source) Digest(seq int64) (event.Digest, bool, error) {
	return s.j.Digest(s.ctx, seq)
}
func (s *source) Read(after int64, n, bytes int) ([][]byte, event.Digest, error) {
	return s.j.Bodies(s.ctx, after, n, bytes)
}

// driver is the loop around one sender.
type driver struct {
	*Uplink
	follow *Follower
	carry  *courier
	source *source
	sender *pipe.Sender
	link   link.Transport
	saved  int64
	at     time.Time // of the last save
	guests guests
}

func (u *Uplink) drive(ctx context.Context, t link.Transport, f *Follower, c *courier) error {
	var acked int64
	if err := u.c.Journal.DB().View(ctx, func(q *sqlite.Snapshot) (err error) { acked, err = journal.Cursor(q, Cursor); return err }); err != nil {
		return err
	}
	who := pipe.Identity{Box: u.c.Journal.Box(), Epoch: u.c.Journal.Epoch(), Boot: u.c.Boot, Prev: u.c.Prev, Software: u.c.Software, Incarnation: u.c.Incarnation, Wall: u.c.Now}
	src := &source{ctx: context.WithoutCancel(ctx), j: u.c.Journal}
	d := &driver{Uplink: u, follow: f, carry: c, link: t, saved: acked, at: u.c.Steady(), source: src,
		sender: pipe.NewSender(who, src, acked, rand.Reader, mrand.New(mrand.NewPCG(mrand.Uint64(), mrand.Uint64())))}
	return d.loop(ctx)
}

func (d *driver) loop(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		changed := d.c.Journal.Changed()
		d.yield(ctx)
		began := d.c.Steady()
		out, again, err := d.sender.Step(began)
		if err != nil && ctx.Err() == nil {
			d.c.Log.Error("uplink reads the journal", "err", err)
			again = d.c.Steady().Add(time.Second)
		}
		for _, o := range out {
			// What cannot be sent now is sent again: silence rewinds.
			_ = d.link.Send(ctx, link.Message{Topic: wire.Topic(d.c.Journal.Box(), o.Leaf), Payload: o.Payload, QoS: o.QoS})
		}
		if len(out) > 0 {
			d.rest(ctx, began)
		}
		d.report(ctx)
		timer.Reset(max(0, again.Sub(d.c.Steady())))
		if d.sender.Waits() {
			changed = nil // a step for every commit of a rush would send nothing
		}
		select {
		case <-ctx.Done():
			return d.leave(context.WithoutCancel(ctx))
		case e := <-d.link.Events():
			d.take(e)
			for more := true; more; { // all that is there: one step for many acks
				select {
				case e := <-d.link.Events():
					d.take(e)
				default:
					more = false
				}
			}
		case <-changed:
		case <-timer.C:
		}
	}
}

// yield lets commands that wait for the writer go first, for a moment.
func (d *driver) yield(ctx context.Context) {
	for until := d.c.Steady().Add(yieldMost); d.c.Journal.DB().Stats().Waiting.Load() > 0 && d.c.Steady().Before(until) && ctx.Err() == nil; {
		time.Sleep(time.Millisecond)
	}
}

// rest leaves the processors to guests who order while a long backlog goes: reading it
// and packing it takes as much of them as there is, and so does head office's part
// where it is on the same machine.
func (d *driver) rest(ctx context.Context, began time.Time) {
	now := d.c.Steady()
	if pause := d.guests.pause(d.source.head, d.source.head-d.sender.Acked(), now, now.Sub(began)); pause > 0 {
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// guests is whether they order just now: the journal grew twice within a moment.
type guests struct {
	head int64        // of the journal
	grew [2]time.Time // when it did, the last times; zero: not since the start
}

// pause is how long the uplink rests after a step that took so long, with so many
// facts before it.
func (g *guests) pause(head, backlog int64, now time.Time, took time.Duration) time.Duration {
	if head > g.head {
		if g.head > 0 {
			g.grew = [2]time.Time{g.grew[1], now}
		}
		g.head = head
	}
	if g.grew[0].IsZero() || now.Sub(g.grew[0]) > atWork || backlog < longFacts {
		return 0
	}
	return min(restMost, restTimes*took)
}

func (d *driver) take(e link.Event) {
	now := d.c.Steady()
	switch e.Kind {
	case link.Connected:
		d.sender.Connect(now)
	case link.Lost:
		d.sender.Disconnect()
		d.c.Log.Info("no line to head office", "err", e.Err)
	case link.Received:
		if strings.HasSuffix(e.Message.Topic, "/rollcall") {
			d.sender.RollCall(now)
			return
		}
		_, leaf, err := wire.ParseTopic(e.Message.Topic)
		switch {
		case err != nil:
		case leaf == wire.Ack:
			err = d.ack(now, e.Message.Payload)
		case leaf == wire.Down:
			err = d.down(e.Message.Payload)
		}
		if err != nil {
			d.c.Log.Warn("a message of head office", "topic", e.Message.Topic, "err", err)
		}
	}
}

func (d *driver) ack(now time.Time, payload []byte) error {
	a, err := wire.DecodeAck(payload)
	if err != nil {
		return err
	}
	if d.sender.Mine(a.Boot, a.Nonce) {
		d.carry.wanted(a.Want)
		if a.Re == wire.ReHello {
			d.c.Heard(time.UnixMilli(a.Now))
		}
	}
	return d.sender.Ack(now, a)
}

// down hands directives on; where too many wait, they come again.
func (d *driver) down(payload []byte) error {
	m, err := wire.DecodeDown(payload)
	if err != nil || !d.sender.May(m) {
		return err
	}
	select {
	case d.follow.in <- m:
	default:
	}
	return nil
}

// report shows the state and saves acked now and then.
func (d *driver) report(ctx context.Context) {
	if d.sender.State() == pipe.Offline { // nobody asked for it
		if _, _, err := d.source.Head(); err != nil && ctx.Err() == nil {
			d.c.Log.Error("read the head of the journal", "err", err)
		}
	}
	head := d.source.head
	acked := d.sender.Acked()
	now := d.c.Now()
	d.note(func(s *Status) {
		if s.State != d.sender.State() {
			d.c.Log.Info("line to head office", "state", d.sender.State(), "acked", acked)
		}
		s.State, s.Acked = d.sender.State(), acked
		s.Head = head
		switch {
		case s.Acked >= s.Head:
			s.Lag = time.Time{}
		case s.Lag.IsZero():
			s.Lag = now
		}
	})
	if acked != d.saved && d.c.Steady().Sub(d.at) >= saveEvery {
		d.save(ctx)
	}
}

func (d *driver) save(ctx context.Context) {
	acked := d.sender.Acked()
	if err := d.c.Journal.DB().Update(ctx, func(tx *sqlite.Tx) error { return journal.SetCursor(tx, Cursor, acked) }); err != nil {
		d.c.Log.Warn("save what head office acknowledged", "err", err)
		return
	}
	d.saved, d.at = acked, d.c.Steady()
}

// leave says goodbye, so that head office shows the box dark at once.
func (d *driver) leave(ctx context.Context) error {
	d.save(ctx)
	_ = d.link.Send(ctx, link.Message{Topic: wire.Topic(d.c.Journal.Box(), wire.Will), Payload: wire.Encode(wire.WillMessage{Boot: d.c.Boot}), QoS: 1})
	return nil
}

// keeper renews the certificate at half of its life.
type keeper struct {
	*Uplink
	mu       sync.Mutex
	identity *Identity
	box      id.Box
}

func (k *keeper) certificate(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.identity.Cert, nil
}

func (k *keeper) run(ctx context.Context) {
	for {
		k.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-time.After(renewLook):
		}
	}
}

func (k *keeper) look(ctx context.Context) {
	k.mu.Lock()
	next := *k.identity
	k.mu.Unlock()
	k.note(func(s *Status) { s.Expiry = next.Cert.Leaf.NotAfter })
	if k.c.Doubted() || k.c.Now().Before(next.renewAt()) {
		return
	}
	err := next.renew(ctx, k.box, k.c.Now)
	if err != nil {
		if ctx.Err() == nil {
			k.c.Log.Warn("renew the certificate", "expires", next.Cert.Leaf.NotAfter, "err", err)
		}
		k.note(func(s *Status) { s.Err = err.Error() })
		return
	}
	k.c.Log.Info("the certificate was renewed", "expires", next.Cert.Leaf.NotAfter)
	k.mu.Lock()
	k.identity = &next
	k.mu.Unlock()
	k.note(func(s *Status) { s.Err, s.Expiry = "", next.Cert.Leaf.NotAfter })
}
