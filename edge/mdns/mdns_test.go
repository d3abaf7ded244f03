package mdns_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/mdns"
	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/net/ipv4"
)

// run runs a responder on real sockets until the test ends.
func run(t *testing.T, r *mdns.Responder) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- r.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// loopback is the interface of that name.
func loopback(t *testing.T) *net.Interface {
	t.Helper()
	places, err := mdns.Loopback()()
	if err != nil || len(places) != 1 {
		t.Fatalf("loopback: %v, %v", places, err)
	}
	i, err := net.InterfaceByIndex(places[0].Index)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// asker is a machine on the loopback interface: with an ephemeral port, as browsers
// of Android ask, or as a member of the group.
func asker(t *testing.T, member bool) *ipv4.PacketConn {
	t.Helper()
	at := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}
	if member {
		at = net.UDPAddrFromAddrPort(mdns.Group)
	}
	c, err := net.ListenUDP("udp4", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	p := ipv4.NewPacketConn(c)
	if err := errors.Join(p.SetMulticastInterface(loopback(t)), p.SetMulticastLoopback(true)); err != nil {
		t.Fatal(err)
	}
	if member {
		if err := p.JoinGroup(loopback(t), at); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// hear waits for a message that is as wished.
func hear(t *testing.T, p *ipv4.PacketConn, until time.Time, want func(dnsmessage.Message) bool) bool {
	t.Helper()
	buf := make([]byte, 9000)
	for {
		if err := p.SetReadDeadline(until); err != nil {
			t.Fatal(err)
		}
		n, _, _, err := p.ReadFrom(buf)
		if err != nil {
			return false
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:n]) == nil && want(m) {
			return true
		}
	}
}

// says reports whether a message gives the name an address, with a TTL.
func says(ip string, ttl uint32) func(dnsmessage.Message) bool {
	return func(m dnsmessage.Message) bool {
		for _, a := range m.Answers {
			body, ok := a.Body.(*dnsmessage.AResource)
			if ok && m.Response && a.Header.Name.String() == name+"." && a.Header.TTL == ttl && netip.AddrFrom4(body.A).String() == ip {
				return true
			}
		}
		return false
	}
}

func ask(t *testing.T, p *ipv4.PacketConn) {
	t.Helper()
	if _, err := p.WriteTo(message(t, false, name, dnsmessage.TypeA, 1), nil, net.UDPAddrFromAddrPort(mdns.Group)); err != nil {
		t.Fatal(err)
	}
}

// asked asks until it is answered.
func asked(t *testing.T, p *ipv4.PacketConn, want func(dnsmessage.Message) bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		ask(t, p)
		if hear(t, p, time.Now().Add(200*time.Millisecond), want) {
			return
		}
	}
	t.Fatal("nobody answers")
}

func TestABrowserOfAndroidFindsTheBox(t *testing.T) {
	member, browser := asker(t, true), asker(t, false)
	r := responder(t, mdns.Loopback())
	stop := run(t, r)
	asked(t, browser, func(m dnsmessage.Message) bool { return m.ID == 4711 && says("127.0.0.1", 10)(m) })
	if !hear(t, member, time.Now().Add(10*time.Second), says("127.0.0.1", 120)) {
		t.Error("it was not announced")
	}
	if words := r.Trouble(); words != "" {
		t.Error(words)
	}
	stop()
	if !hear(t, member, time.Now().Add(10*time.Second), says("127.0.0.1", 0)) {
		t.Error("it did not say good bye")
	}
}

func TestANewAddressIsAnnouncedAndAnotherMachineIsAWord(t *testing.T) {
	member := asker(t, true)
	var moved atomic.Bool
	r := responder(t, func() ([]mdns.Place, error) {
		places, err := mdns.Loopback()()
		if moved.Load() {
			places[0].At = append(places[0].At, netip.MustParsePrefix("127.0.0.2/8"))
		}
		return places, err
	})
	run(t, r)
	if !hear(t, member, time.Now().Add(10*time.Second), says("127.0.0.1", 120)) {
		t.Fatal("it was not announced")
	}
	moved.Store(true)
	if !hear(t, member, time.Now().Add(20*time.Second), says("127.0.0.2", 120)) {
		t.Error("the new address was not announced")
	}
	other := message(t, true, "", 0, 0, record{name, dnsmessage.TypeA, "192.168.1.66", 120})
	for end := time.Now().Add(10 * time.Second); r.Trouble() == ""; {
		if time.Now().After(end) {
			t.Fatal("another machine with the name was not noticed")
		}
		if _, err := asker(t, false).WriteTo(other, nil, net.UDPAddrFromAddrPort(mdns.Group)); err != nil {
			t.Fatal(err)
		}
		hear(t, member, time.Now().Add(50*time.Millisecond), func(dnsmessage.Message) bool { return false })
	}
}

func TestANetworkThatFailsIsSaidAndServiceGoesOn(t *testing.T) {
	broken := errors.New("no interfaces today")
	r, err := mdns.New(mdns.Config{Name: name, Look: func() ([]mdns.Place, error) { return nil, broken }, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	stop := run(t, r)
	for end := time.Now().Add(10 * time.Second); r.Trouble() == "" && time.Now().Before(end); {
		<-time.After(5 * time.Millisecond)
	}
	if r.Trouble() == "" {
		t.Error("nothing is said")
	}
	stop() // answers at once, however long it would have waited
}
