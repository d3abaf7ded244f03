// Package mdns answers for one name on the networks of the box (RFC 6762), so that a
// tablet finds https://tyngo-….local with no name server and no internet.
//
// It says what interfaces have which addresses, follows them when they change, and
// answers browsers of Android, which ask as a plain resolver does (section 6.7). It
// promises: the name is never given up or changed, for it is the box's for life; who
// else uses it is said in Trouble; it never answers a network that it does not stand
// in. It knows IPv4 alone, and says that there is nothing else, so that nobody waits.
package mdns

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/net/ipv4"
)

// group is where everybody asks and answers.
var group = netip.AddrPortFrom(netip.AddrFrom4([4]byte{224, 0, 0, 251}), 5353)

const (
	tick       = time.Second      // between two announcements
	lookEvery  = 5                // ticks between two looks at the interfaces
	announced  = 2                // times that a new address is said
	again      = 10 * time.Second // before the socket is opened again
	foreignFor = 10 * time.Minute // that another machine with our name is remembered
	packetMost = 9000             // bytes (section 17)
	waiting    = 64               // packets that wait to be read; more are lost, and asked again
)

// Config is what a responder answers for. Name, Look, Now and Log are required.
type Config struct {
	Name string // tyngo-7k2qd9.local
	Look func() ([]Place, error)
	Now  func() time.Time
	Log  *slog.Logger
}

// Place is one interface and its IPv4 addresses, with their networks.
type Place struct {
	Index int
	At    []netip.Prefix
}

// Responder answers for one name.
type Responder struct {
	c    Config
	name dnsmessage.Name

	mu      sync.Mutex
	failed  error     // why nobody is answered
	foreign time.Time // another machine answered to our name
}

// New makes a responder; Run runs it.
func New(c Config) (*Responder, error) {
	name, err := dnsmessage.NewName(strings.TrimSuffix(c.Name, ".") + ".")
	if err != nil {
		return nil, fmt.Errorf("the name %q: %w", c.Name, err)
	}
	return &Responder{c: c, name: name}, nil
}

// Trouble is why tablets may not find the name, in words for staff; empty where all
// is well.
func (r *Responder) Trouble() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.failed != nil:
		return "The network does not hear the name of this box. Tablets that know it go on. Call the engineer."
	case !r.foreign.IsZero() && r.c.Now().Sub(r.foreign).Abs() < foreignFor:
		return "Another machine on the network says that it is this box. Call the engineer."
	}
	return ""
}

// Run answers until ctx ends. What goes wrong with the network is no error: it tries
// again, and Trouble says so.
func (r *Responder) Run(ctx context.Context) error {
	for {
		err := r.answerAll(ctx)
		if ctx.Err() != nil {
			return nil
		}
		r.mu.Lock()
		news := r.failed == nil
		r.failed = err
		r.mu.Unlock()
		if news {
			r.c.Log.Warn("the name of the box is not announced", "name", r.c.Name, "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(again):
		}
	}
}

// packet is one message as it came.
type packet struct {
	raw   []byte
	from  netip.AddrPort
	index int
}

// station is the responder with an open socket.
type station struct {
	*Responder
	conn   *ipv4.PacketConn
	places map[int]*place
	joined map[int]bool
}

// place is one interface on which we answer.
type place struct {
	Place
	say  int       // announcements that are still to come
	said time.Time // to everybody
}

func (r *Responder) answerAll(ctx context.Context) error {
	c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(group)) // shared with other responders of the machine
	if err != nil {
		return err
	}
	s := &station{Responder: r, conn: ipv4.NewPacketConn(c), places: map[int]*place{}, joined: map[int]bool{}}
	heard, ended := make(chan packet, waiting), make(chan error, 1)
	if err := errors.Join(s.conn.SetControlMessage(ipv4.FlagInterface, true), s.conn.SetMulticastTTL(255), s.conn.SetTTL(255), s.conn.SetMulticastLoopback(true), s.look()); err != nil {
		return errors.Join(err, c.Close())
	}
	go func() { ended <- s.read(heard) }()
	defer func() {
		s.goodbye()
		c.Close()
		<-ended
	}()
	ticks := time.NewTicker(tick)
	defer ticks.Stop()
	s.announce()
	for n := 1; ; {
		select {
		case <-ctx.Done():
			return nil
		case p := <-heard:
			s.hear(p)
		case err := <-ended:
			ended <- err // for the one above
			return err
		case <-ticks.C:
			if n++; n%lookEvery == 0 {
				if err := s.look(); err != nil {
					return err
				}
			}
			s.announce()
			r.mu.Lock()
			r.failed = nil
			r.mu.Unlock()
		}
	}
}

// read takes what comes until the socket is closed.
func (s *station) read(heard chan<- packet) error {
	buf := make([]byte, packetMost)
	for {
		n, cm, from, err := s.conn.ReadFrom(buf)
		if err != nil {
			return err
		}
		at, ok := from.(*net.UDPAddr)
		if !ok || cm == nil {
			continue
		}
		select {
		case heard <- packet{append([]byte(nil), buf[:n]...), at.AddrPort(), cm.IfIndex}:
		default:
		}
	}
}

// look finds the interfaces and their addresses; what is new is announced.
func (s *station) look() error {
	found, err := s.c.Look()
	if err != nil {
		return fmt.Errorf("the interfaces: %w", err)
	}
	now := map[int]*place{}
	var deaf error
	for _, f := range found {
		p := s.places[f.Index]
		if p == nil || !equal(p.At, f.At) {
			p = &place{Place: f, say: announced}
		}
		now[f.Index] = p
		if s.joined[f.Index] {
			continue
		}
		if err := s.conn.JoinGroup(&net.Interface{Index: f.Index}, net.UDPAddrFromAddrPort(group)); err != nil {
			deaf = fmt.Errorf("join the interface %d: %w", f.Index, err) // one of many is left out, and tried again
			continue
		}
		s.joined[f.Index] = true
	}
	for index := range s.joined { // an interface that comes back is another one
		if now[index] == nil {
			_ = s.conn.LeaveGroup(&net.Interface{Index: index}, net.UDPAddrFromAddrPort(group)) // it may be gone already
			delete(s.joined, index)
		}
	}
	s.places = now
	if len(s.joined) == 0 {
		return deaf
	}
	return nil
}

func equal(a, b []netip.Prefix) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// announce says addresses that are new.
func (s *station) announce() {
	for _, p := range s.places {
		if p.say > 0 {
			p.say--
			s.send(p, s.all(p.Place, ttl), group)
		}
	}
}

// goodbye takes the name back from what others remember.
func (s *station) goodbye() {
	for _, p := range s.places {
		s.send(p, s.all(p.Place, 0), group)
	}
}

// hear answers one packet.
func (s *station) hear(k packet) {
	p := s.places[k.index]
	if p == nil {
		return
	}
	if s.ours(k.from.Addr()) && k.from.Port() == group.Port() {
		return // what we said ourselves
	}
	a := s.answerTo(k.raw, k.from, p.Place, s.ours)
	switch {
	case a.foreign:
		s.mu.Lock()
		news := s.c.Now().Sub(s.foreign).Abs() >= foreignFor
		s.foreign = s.c.Now()
		s.mu.Unlock()
		if news {
			s.c.Log.Warn("another machine answers to the name of this box", "name", s.c.Name, "from", k.from)
		}
	case a.raw == nil:
	case a.to == group:
		if now := s.c.Now(); now.Sub(p.said).Abs() >= time.Second { // everybody heard it a moment ago
			p.said = now
			s.send(p, a.raw, group)
		}
	default:
		s.send(p, a.raw, a.to)
	}
}

func (s *station) ours(a netip.Addr) bool {
	for _, p := range s.places {
		if p.has(a) {
			return true
		}
	}
	return false
}

// send sends on one interface. An interface that is down says so when it is up again.
func (s *station) send(p *place, raw []byte, to netip.AddrPort) {
	if len(p.At) == 0 {
		return
	}
	if _, err := s.conn.WriteTo(raw, &ipv4.ControlMessage{IfIndex: p.Index}, net.UDPAddrFromAddrPort(to)); err != nil {
		s.c.Log.Debug("the name could not be said", "interface", p.Index, "to", to, "err", err)
	}
}
