package box

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/tyngo/tyngo/edge/api"
	"github.com/tyngo/tyngo/edge/cert"
	"github.com/tyngo/tyngo/edge/mdns"
	"github.com/tyngo/tyngo/sync/ui"
)

// Origin is how tablets reach a box.
type Origin = api.Origin

// lan is the border to the other machines of the restaurant: the name of the box,
// its certificates, and who hears of them. It outlives a box that is opened again,
// so that the page of one that cannot start is reached, too.
type lan struct {
	dir     string
	site    *ui.Site
	log     *slog.Logger
	now     func() time.Time
	https   net.Listener
	plain   net.Listener // nil: none
	look    func() ([]mdns.Place, error)
	started func(Origin)
	wake    chan struct{}

	renewing  sync.Mutex // one at a time makes authority and leaf
	mu        sync.Mutex
	authority *cert.Authority
	responder *mdns.Responder
	name      string                               // of the open box; empty before
	time      func() (now time.Time, doubted bool) // the same
	at        []netip.Addr
	failed    error // of the authority or the leaf
	since     time.Time
}

const (
	lanDir   = "lan"            // of the data directory; never in backups
	lanEvery = 10 * time.Second // between two looks at time and addresses
)

// openLAN listens for tablets.
func openLAN(c Config, at Listen, site *ui.Site) (n *lan, err error) {
	n = &lan{dir: filepath.Join(c.Dir, lanDir), site: site, log: c.Log, now: c.Now, started: at.Origin, wake: make(chan struct{}, 1), since: c.Now()}
	l, err := listen("--https", at.HTTPS)
	if err != nil {
		return nil, err
	}
	n.https = limit(l, c.Now, c.Log)
	if at.HTTP != "" {
		l, err := listen("--http", at.HTTP)
		if err != nil {
			return nil, errors.Join(err, n.https.Close())
		}
		n.plain = limit(l, c.Now, c.Log)
	}
	switch a := n.https.Addr().(*net.TCPAddr).AddrPort().Addr().Unmap(); {
	case a.IsLoopback():
		n.look = mdns.Loopback()
	case a.IsUnspecified():
		n.look = mdns.Networks(netip.Addr{})
	default:
		n.look = mdns.Networks(a)
	}
	if a, err := cert.Open(n.dir); !errors.Is(err, cert.ErrNone) {
		n.know(a, err)
	}
	return n, nil
}

// know takes the authority, or why there is none.
func (n *lan) know(a *cert.Authority, err error) {
	var r *mdns.Responder
	if err == nil {
		r, err = mdns.New(mdns.Config{Name: a.Name(), Look: n.look, Now: n.now, Log: n.log})
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if err != nil && n.failed == nil {
		n.log.Error("tablets cannot come in", "err", err)
	}
	if n.failed = err; err == nil && n.authority == nil {
		n.authority, n.responder = a, r
	}
}

// open gives the border an open box, whose id and time it needs.
func (n *lan) open(b *Box) {
	if n == nil {
		return
	}
	n.mu.Lock()
	n.name = cert.Name(b.Journal.Box())
	n.time = func() (time.Time, bool) { return b.Clock.Now(), b.doubted() }
	n.mu.Unlock()
	n.renew()
	n.poke()
}

// poke makes Run look at once.
func (n *lan) poke() {
	if n == nil {
		return
	}
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// Run renews the certificate and answers for the name until ctx ends.
func (n *lan) Run(ctx context.Context) error {
	every := time.NewTicker(lanEvery)
	defer every.Stop()
	var answering sync.WaitGroup
	defer answering.Wait()
	begun := false
	for {
		n.renew()
		n.mu.Lock()
		r := n.responder
		n.mu.Unlock()
		if r != nil && !begun {
			begun = true
			answering.Go(func() { _ = r.Run(ctx) }) // it answers until ctx ends, whatever happens
		}
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		case <-n.wake:
		}
	}
}

// renew makes the authority where there is none, and the next certificate where it is
// time for it. What failed, on a full disk as an example, is tried again.
func (n *lan) renew() {
	n.renewing.Lock()
	defer n.renewing.Unlock()
	n.mu.Lock()
	name, known := n.name, n.authority != nil
	n.mu.Unlock()
	if !known && name != "" {
		n.know(cert.Make(n.dir, name))
	}
	defer n.tell()
	places, err := n.look()
	n.mu.Lock()
	defer n.mu.Unlock()
	if err == nil {
		n.at = n.at[:0]
		for _, p := range places {
			for _, a := range p.At {
				n.at = append(n.at, a.Addr())
			}
		}
	}
	if n.authority == nil || n.time == nil {
		return
	}
	now, doubted := n.time()
	made, err := n.authority.Renew(now, doubted, n.at)
	if err != nil && n.failed == nil {
		n.log.Error("renew the certificate of the box", "err", err)
	}
	n.failed = err
	if made {
		leaf := n.authority.Leaf().Leaf
		n.log.Info("the box has a new certificate", "name", n.authority.Name(), "from", leaf.NotBefore, "until", leaf.NotAfter, "addresses", fmt.Sprint(leaf.IPAddresses))
	}
}

// tell says once how tablets reach the box.
func (n *lan) tell() {
	n.mu.Lock()
	tell := n.started
	if n.authority == nil || n.time == nil {
		tell = nil
	}
	if tell != nil {
		n.started = nil
	}
	n.mu.Unlock()
	if tell != nil {
		tell(n.status())
	}
}

// tls shows the leaf of the moment.
func (n *lan) tls() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		if a := n.known(); a != nil {
			if leaf := a.Leaf(); leaf != nil {
				return leaf, nil
			}
		}
		return nil, errors.New("this box has no certificate yet")
	}}
}

func (n *lan) known() *cert.Authority {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.authority
}

// origin is https://tyngo-7k2qd9.local, with the port where it is not that of https;
// empty before the name is known.
func (n *lan) origin() string {
	a := n.known()
	if a == nil {
		return ""
	}
	return "https://" + withPort(a.Name(), n.https, "443")
}

// withPort is a host and the port of a listener, which is left out where it is usual.
func withPort(host string, l net.Listener, usual string) string {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if port == usual {
		return host
	}
	return net.JoinHostPort(host, port)
}

// status is how tablets reach the box.
func (n *lan) status() (o Origin) {
	a := n.known()
	if a == nil {
		return Origin{Words: n.light().Words}
	}
	o = originOf(a)
	o.Origin, o.Words = n.origin(), n.light().Words
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.plain != nil {
		for _, ip := range n.at {
			o.Enrol = append(o.Enrol, "http://"+withPort(ip.String(), n.plain, "80"))
		}
	}
	return o
}

// originOf is what an authority says of itself.
func originOf(a *cert.Authority) Origin {
	o := Origin{Name: a.Name(), Fingerprint: a.Fingerprint(), Enrol: []string{}}
	if leaf := a.Leaf(); leaf != nil {
		o.Until = leaf.Leaf.NotAfter.UnixMilli()
	}
	return o
}

// originStatus is the same of a box that may not serve tablets at all.
func (b *Box) originStatus() (Origin, error) {
	if b.lan != nil {
		return b.lan.status(), nil
	}
	const off = "This box does not serve tablets of the network. Start it with: tyngo-edge serve --https :443"
	a, err := cert.Open(filepath.Join(b.Dir, lanDir))
	if errors.Is(err, cert.ErrNone) {
		return Origin{Name: cert.Name(b.Journal.Box()), Enrol: []string{}, Words: off}, nil
	}
	if err != nil {
		return Origin{}, err
	}
	o := originOf(a)
	o.Words = off
	return o, nil
}

// light says what keeps tablets out; State is ok where nothing does.
func (n *lan) light() api.Light {
	l := api.Light{Name: "lan", State: "ok", Since: n.since.UnixMilli()}
	n.mu.Lock()
	a, r, at, failed, tell := n.authority, n.responder, len(n.at), n.failed, n.time
	n.mu.Unlock()
	switch {
	case a == nil && failed != nil:
		l.State, l.Words = "bad", "Tablets cannot come in: the certificate of the box cannot be made or read. Call the engineer."
	case a == nil:
		l.State, l.Words = "warn", "The box is starting."
	case a.Leaf() == nil:
		l.State, l.Words = "bad", "Tablets cannot come in before the time is known. Confirm the time at the box."
	case failed != nil:
		l.State, l.Words = "warn", "The certificate of the box is not on its disk. Tablets go on. Call the engineer."
	case tell != nil && past(tell, a):
		l.State, l.Words = "bad", "The certificate of the box is too old for tablets, and the time is in doubt. Confirm the time at the box."
	case at == 0:
		l.State, l.Words = "bad", "The box is on no network. Check its cable."
	case r != nil && r.Trouble() != "":
		l.State, l.Words = "warn", r.Trouble()
	}
	return l
}

// past reports whether the time is outside of the leaf's life.
func past(tell func() (time.Time, bool), a *cert.Authority) bool {
	now, _ := tell()
	leaf := a.Leaf().Leaf
	return now.After(leaf.NotAfter) || now.Before(leaf.NotBefore)
}

// fingerprint is the lines in which people compare it: two groups each.
func fingerprint(s string) (lines []string) {
	groups := strings.Fields(s)
	for len(groups) >= 2 {
		lines = append(lines, groups[0]+" "+groups[1])
		groups = groups[2:]
	}
	return lines
}
