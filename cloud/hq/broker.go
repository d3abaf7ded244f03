package hq

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os/exec"
	"time"

	"github.com/tyngo/tyngo/cloud/broker"
	"github.com/tyngo/tyngo/cloud/fleet"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
	"github.com/tyngo/tyngo/sync/link"
	"github.com/tyngo/tyngo/sync/link/mqtt"
	"github.com/tyngo/tyngo/sync/wire"
)

// connect starts the embedded broker, or connects to an external one.
func (o *Office) connect() (run []func(context.Context) error, address string, err error) {
	if o.Broker != "" {
		t, err := o.external()
		if err != nil {
			return nil, "", err
		}
		o.transport.Transport = t
		run = append(run, t.Run)
		if o.Papers != "" {
			k := &keeper{office: o, gone: make(chan id.Box, goneRoom)}
			o.Fleet.OnRevoked(func(b id.Box, _ []string) { k.revoked(b) })
			run = append(run, k.Run)
		} else {
			o.Log.Warn("no directory for the papers of the broker: a box that is shut out can go on there (serve --broker-papers)")
		}
		return run, o.Broker, nil
	}
	l, err := net.Listen("tcp", o.MQTT)
	if err != nil {
		return nil, "", fmt.Errorf("listen for MQTT: %w", err)
	}
	b, err := broker.Start(l, o.CA.TLS(true), func(ctx context.Context, s *tls.ConnectionState) (id.Box, error) {
		c, err := o.Fleet.Admit(ctx, s, 0)
		return c.ID, err
	}, o.Log)
	if err != nil {
		return nil, "", errors.Join(err, l.Close())
	}
	o.transport.Transport = b
	o.Fleet.OnRevoked(func(box id.Box, _ []string) { b.Kick(box) })
	return append(run, b.Run), "tls://" + o.reach(l.Addr()), nil
}

// external is the transport over a broker that is not ours: ingest has a client
// certificate of its own.
func (o *Office) external() (*mqtt.Transport, error) {
	u, err := url.Parse(o.Broker)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%q is no address of a broker, such as tls://mqtt.example.com:8883", o.Broker)
	}
	var secure *tls.Config
	if u.Scheme != "tcp" {
		secure = o.brokerTLS(o.CA.Ingest)
	}
	return mqtt.New(mqtt.Config{Broker: o.Broker, ClientID: fleet.IngestName, TLS: secure, Log: o.Log, Room: ingestRoom,
		Topics: []mqtt.Topic{{Filter: wire.All(wire.Up), QoS: 1}, {Filter: wire.All(wire.Hello), QoS: 1}, {Filter: wire.All(wire.Will), QoS: 1}}}), nil
}

func (o *Office) brokerTLS(own func() (*tls.Certificate, error)) *tls.Config {
	t := join.ClientTLS(join.ByKey(o.CA.Certificate), nil, o.Now)
	t.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return own() }
	return t
}

const (
	ingestRoom  = 4096        // messages of an external broker that may wait
	goneRoom    = 64          // revoked boxes that may wait for the end of their sessions
	papersEvery = time.Hour   // how often the papers are looked at
	papersAgain = time.Minute // after a failure
	reloadMost  = 30 * time.Second
	reloadPause = time.Second // until a broker that was told to read has read
	standMost   = 20 * time.Second
)

// keeper keeps an external broker's papers good, has it read them, and ends the
// sessions of revoked boxes: brokers look at their list at connects alone.
type keeper struct {
	office *Office
	gone   chan id.Box
}

// revoked tells of a box whose certificates were taken back. Where too many wait,
// its session lasts until it connects again.
func (k *keeper) revoked(b id.Box) {
	select {
	case k.gone <- b:
	default:
		k.office.Log.Warn("too many boxes were shut out at once: this one's session at the broker lasts until it connects again", "box", b)
	}
}

// Run keeps until ctx ends.
func (k *keeper) Run(ctx context.Context) error {
	due := time.NewTimer(0)
	defer due.Stop()
	stale := false // the broker has not read what is there
	var out []id.Box
	for {
		select {
		case <-ctx.Done():
			return nil
		case b := <-k.gone:
			out = append(out, b)
		case <-due.C:
		}
		changed, err := k.office.Fleet.Papers(ctx, k.office.Papers)
		if stale = stale || changed; err == nil && stale {
			err = k.reload(ctx)
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			k.office.Log.Error("the broker has old papers: a box that was shut out may still connect", "dir", k.office.Papers, "err", err)
			due.Reset(papersAgain)
			continue
		}
		stale = false
		for _, b := range out {
			if err := k.end(ctx, b); err != nil {
				k.office.Log.Warn("a session at the broker was not ended", "box", b, "err", err)
			}
		}
		out = nil
		due.Reset(papersEvery)
	}
}

func (k *keeper) reload(ctx context.Context) error {
	if k.office.Reload == "" {
		return nil
	}
	run, cancel := context.WithTimeout(ctx, reloadMost)
	defer cancel()
	if said, err := exec.CommandContext(run, "/bin/sh", "-c", k.office.Reload).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %.300s", k.office.Reload, err, said)
	}
	select {
	case <-ctx.Done():
	case <-time.After(reloadPause):
	}
	return nil
}

// end takes the place of a box at the broker for a moment.
func (k *keeper) end(ctx context.Context, b id.Box) error {
	own, err := k.office.Fleet.Stand(b)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, standMost)
	defer cancel()
	t := mqtt.New(mqtt.Config{Broker: k.office.Broker, ClientID: b.String(), Log: k.office.Log,
		TLS: k.office.brokerTLS(func() (*tls.Certificate, error) { return own, nil })})
	ended := make(chan error, 1)
	go func() { ended <- t.Run(ctx) }()
	select {
	case e := <-t.Events():
		if e.Kind != link.Connected {
			err = fmt.Errorf("the broker did not let head office in: %w", e.Err)
		}
	case <-ctx.Done():
		err = errors.New("no connection to the broker")
	}
	cancel()
	return errors.Join(err, <-ended)
}
