package box_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box"
)

func dialer(from string) *net.Dialer {
	return &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 10 * time.Second}
}

// dial connects from an address of this machine.
func dial(t *testing.T, from, to string) net.Conn {
	t.Helper()
	c, err := dialer(from).DialContext(t.Context(), "tcp", to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// refused reports whether one more connection is closed by the other side, which never speaks first.
func refused(t *testing.T, from, to string) bool {
	t.Helper()
	c, err := dialer(from).DialContext(t.Context(), "tcp", to)
	if errors.Is(err, syscall.ECONNRESET) {
		return true // closed before it was looked at
	}
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetReadDeadline(time.Now().Add(3 * time.Second)); err != nil {
		t.Fatal(err)
	}
	_, err = c.Read(make([]byte, 1))
	timeout, ok := err.(net.Error)
	return err != nil && !(ok && timeout.Timeout())
}

// TestAFloodFromOneAddressShutsNobodyElseOut: what is too many is closed at once, what is
// open goes on, other devices come in, and the flood's own address, once it ends.
func TestAFloodFromOneAddressShutsNobodyElseOut(t *testing.T) {
	t.Parallel()
	h := stopped(t)
	s := lan(t, box.Config{Dir: h.Dir})
	der := s.ca()
	client := func(from string) *http.Client {
		c := s.tablet(der, nil)
		c.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(addr)
			if err != nil {
				return nil, err
			}
			return dialer(from).DialContext(ctx, network, "127.0.0.1:"+port)
		}
		return c
	}
	const flood, other = "127.0.0.9", "127.0.0.8"
	for name, at := range map[string]string{"https": s.Origin.Origin, "http": s.Enrol[0]} {
		_, port, err := net.SplitHostPort(at[len(name)+3:])
		if err != nil {
			t.Fatal(err)
		}
		var open []net.Conn
		for range box.ConnsEach {
			open = append(open, dial(t, flood, "127.0.0.1:"+port))
		}
		for range 200 {
			if !refused(t, flood, "127.0.0.1:"+port) {
				t.Fatalf("%s: more than %d of one address are held", name, box.ConnsEach)
			}
		}
		if status, _, _ := do(t, client(other), "GET", at+"/health", ""); status != 200 {
			t.Errorf("%s: another device is answered %d", name, status)
		}
		for _, c := range open {
			c.Close()
		}
		back := time.Now().Add(20 * time.Second)
		for {
			res, err := client(flood).Get(at + "/health")
			if err == nil {
				res.Body.Close()
				break
			}
			if time.Now().After(back) {
				t.Fatalf("%s: when the flood is over its address stays shut out: %v", name, err)
			}
		}
	}
}

// TestManyAddressesTogetherHaveALimit, too: what one gives back another may have.
func TestManyAddressesTogetherHaveALimit(t *testing.T) {
	t.Parallel()
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := box.Limit(plain)
	defer l.Close()
	accepted := make(chan net.Conn, box.ConnsAll+1)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	var held []net.Conn
	for i := range box.ConnsAll {
		dial(t, fmt.Sprintf("127.0.1.%d", 1+i/box.ConnsEach), l.Addr().String())
		held = append(held, <-accepted)
	}
	if !refused(t, "127.0.2.1", l.Addr().String()) {
		t.Fatalf("more than %d are held", box.ConnsAll)
	}
	if err := held[0].Close(); err != nil {
		t.Fatal(err)
	}
	_ = held[0].Close() // a second time gives nothing back
	dial(t, "127.0.2.1", l.Addr().String())
	held[0] = <-accepted
	if !refused(t, "127.0.2.2", l.Addr().String()) {
		t.Error("closed twice, one connection makes room for two")
	}
	for _, c := range held {
		c.Close()
	}
}
