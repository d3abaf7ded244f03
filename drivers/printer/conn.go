package printer

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/tyngo/tyngo/sync/fault"
)

const (
	dialWait  = 3 * time.Second
	keepAlive = 15 * time.Second // ends a wedge of the printer's network card
	// A small send buffer keeps "accepted" near to what the printer has taken.
	sendBuffer = 8 << 10
)

// patience is how long a Conn waits for what.
type patience struct {
	answer  time.Duration // to DLE EOT; TCP loses nothing, so one question and a long wait instead of two
	perhaps time.Duration // to DLE EOT, by a printer that perhaps never answers
	accept  time.Duration // of one byte, while the printer is online
	proof   time.Duration // on top of the time for printing
	end     time.Duration // of the other side, after our FIN
}

// inKitchens is the patience that printing in a restaurant needs.
var inKitchens = patience{answer: 2 * time.Second, perhaps: 300 * time.Millisecond, accept: 10 * time.Second, proof: 5 * time.Second, end: 500 * time.Millisecond}

// Conn is one connection to one printer. One owner prints through it, one slip
// after the other. It is not mended but opened again.
type Conn struct {
	net     net.Conn
	profile Profile
	turn    chan struct{} // holds one token: whoever writes to the printer
	wait    patience

	// of the writer, who has the turn
	fresh  bool // nothing was sent here yet
	silent bool // it did not answer, and need not

	answers chan byte     // to DLE EOT
	changed chan struct{} // wakes the one who waits for the proof
	done    chan struct{} // closed when the reader has ended
	closing sync.Once

	mu     sync.Mutex
	status Status // as the printer said last
	proof  int    // the last process ID since it was reset to 0
	cause  error  // why the reader ended
}

// Open connects to the printer of a URL such as tcp://192.168.1.40:9100?profile=epson80.
// The port may be left out (9100) and so may the profile (epson80). The faults are
// printer_address and printer_unreachable.
func Open(ctx context.Context, address string) (*Conn, error) {
	host, profile, err := parseURL(address)
	if err != nil {
		return nil, err
	}
	dialer := net.Dialer{Timeout: dialWait, KeepAlive: keepAlive}
	nc, err := dialer.DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, unreachable(err)
	}
	if t, ok := nc.(*net.TCPConn); ok {
		t.SetWriteBuffer(sendBuffer) // a kernel that refuses only makes Sent less exact
	}
	c := &Conn{
		net: nc, profile: profile, turn: make(chan struct{}, 1), wait: inKitchens, fresh: true,
		answers: make(chan byte, 16), changed: make(chan struct{}, 1), done: make(chan struct{}),
	}
	go c.read() // Close waits for it
	return c, nil
}

func parseURL(address string) (host string, p Profile, err error) {
	bad := func(what string) error {
		return fault.New(fault.Invalid, "printer_address", "This is not the address of a printer: "+what+".")
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", p, bad("it cannot be read")
	}
	if u.Scheme != "tcp" {
		return "", p, bad("it must begin with tcp://")
	}
	if u.Hostname() == "" || u.User != nil || u.Path != "" && u.Path != "/" {
		return "", p, bad("it must be tcp://host:port")
	}
	port, name := u.Port(), u.Query().Get("profile")
	if port == "" {
		port = "9100"
	}
	if name == "" {
		name = "epson80"
	}
	p, ok := ProfileOf(name)
	if !ok {
		return "", p, bad("there is no kind of printer called " + name)
	}
	return net.JoinHostPort(u.Hostname(), port), p, nil
}

// Profile is the kind of printer that the URL named.
func (c *Conn) Profile() Profile { return c.profile }

// Close ends the connection politely: a printer whose socket is simply dropped
// stays deaf for half a minute or more. It waits for the reader. A slip being
// printed becomes unknown.
func (c *Conn) Close() error {
	c.closing.Do(func() {
		if t, ok := c.net.(*net.TCPConn); ok && t.CloseWrite() == nil {
			timer := time.NewTimer(c.wait.end)
			defer timer.Stop()
			select {
			case <-c.done:
			case <-timer.C:
			}
		}
		c.net.Close()
	})
	<-c.done
	return nil
}

// drop ends a connection that is of no more use; Close still waits for the reader.
func (c *Conn) drop() { c.net.Close() }

// read hears the printer out until the connection ends.
func (c *Conn) read() {
	defer close(c.done)
	var p parser
	buf := make([]byte, 512)
	for {
		n, err := c.net.Read(buf)
		for _, b := range buf[:n] {
			if r, ok := p.feed(b); ok {
				c.hear(r)
			}
		}
		if err != nil {
			c.mu.Lock()
			c.cause = err
			c.mu.Unlock()
			return
		}
	}
}

func (c *Conn) hear(r reply) {
	switch r.kind {
	case realtime:
		select {
		case c.answers <- r.bytes[0]:
		default: // nobody asked that often
		}
		return
	case asb:
		c.mu.Lock()
		c.status = fromASB(r.bytes)
		c.mu.Unlock()
	case processID:
		if n, ok := r.number(); ok {
			c.mu.Lock()
			c.proof = n
			c.mu.Unlock()
		}
	}
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

func (c *Conn) last() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

// unreachable is the fault of a connection that has ended.
func (c *Conn) unreachable() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return unreachable(c.cause)
}

func unreachable(cause error) error {
	if cause == nil || errors.Is(cause, io.EOF) {
		cause = errors.New("the printer closed the connection")
	}
	return fault.Wrap(cause, fault.Unavailable, "printer_unreachable", "The printer does not answer on the network. Check its power and its cable.")
}
