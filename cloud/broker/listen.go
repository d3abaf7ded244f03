package broker

import (
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"
)

// patient is a listener that never gives up: mochi stops to listen at the first
// error, such as no file descriptor being free for a moment. It knows what is
// open: mochi waits at its end for connections that never said CONNECT.
type patient struct {
	net.Listener
	log *slog.Logger

	mu    sync.Mutex
	over  bool
	open  map[*conn]struct{}
	begun sync.WaitGroup // connections that mochi has not begun to read
}

const (
	acceptLeast = 5 * time.Millisecond
	acceptMost  = time.Second
)

func listen(l net.Listener, log *slog.Logger) *patient {
	return &patient{Listener: l, log: log, open: map[*conn]struct{}{}}
}

// Accept gives every new connection a while to shake hands and say CONNECT;
// mochi's keep-alive takes over from there.
func (p *patient) Accept() (net.Conn, error) {
	for wait := acceptLeast; ; wait = min(2*wait, acceptMost) {
		raw, err := p.Listener.Accept()
		if err == nil {
			c := &conn{Conn: raw, of: p}
			if err = errors.Join(p.keep(c), c.SetReadDeadline(time.Now().Add(handshakeFor))); err == nil {
				return c, nil
			}
			err = errors.Join(err, c.Close())
		}
		if errors.Is(err, net.ErrClosed) {
			return nil, err
		}
		p.log.Warn("a box could not connect", "err", err)
		time.Sleep(wait)
	}
}

// shut ends the listener and all its connections. mochi counts a connection just
// before it reads it, and must not do so while it waits for the count to be zero.
func (p *patient) shut() error {
	p.mu.Lock()
	p.over = true
	p.mu.Unlock()
	err := p.Listener.Close()
	p.begun.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		_ = c.Conn.Close() // it is gone either way
	}
	return err
}

func (p *patient) keep(c *conn) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		c.begin.Do(func() {}) // nobody waits for it
		return net.ErrClosed
	}
	p.begun.Add(1)
	p.open[c] = struct{}{}
	return nil
}

// conn lets go of a box that takes nothing: every write has a deadline of its own,
// which mochi's, longer ones for reading do not move. mochi goes on after a write
// that failed, so the connection ends here.
type conn struct {
	net.Conn
	of    *patient
	begin sync.Once
}

func (c *conn) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

func (c *conn) SetWriteDeadline(time.Time) error { return nil }

func (c *conn) Read(b []byte) (int, error) {
	c.begin.Do(c.of.begun.Done)
	return c.Conn.Read(b)
}

func (c *conn) Write(b []byte) (int, error) {
	if err := c.Conn.SetWriteDeadline(time.Now().Add(writeFor)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Write(b)
	if err != nil {
		err = errors.Join(err, c.Conn.Close())
	}
	return n, err
}

func (c *conn) Close() error {
	c.begin.Do(c.of.begun.Done)
	c.of.mu.Lock()
	delete(c.of.open, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}
