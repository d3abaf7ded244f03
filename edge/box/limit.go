package box

import (
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"
)

// How many connections the network may hold at once. A tablet has one for all that it
// does (HTTP/2), a browser without that six: thirty tablets behind one address, as a router
// makes of them, need sixty at most. All together cost 30 MB of memory and half of the 1,024
// files that a program may have open; one address alone is far from shutting the others out.
const (
	connsEach = 64
	connsAll  = 512
)

// limited is a listener that closes what is too many at once, from one address and in all.
// What is open stays.
type limited struct {
	*net.TCPListener
	now func() time.Time
	log *slog.Logger

	mu   sync.Mutex
	open map[netip.Addr]int
	all  int
	said time.Time // that some were refused
}

func limit(l net.Listener, now func() time.Time, log *slog.Logger) *limited {
	return &limited{TCPListener: l.(*net.TCPListener), now: now, log: log, open: map[netip.Addr]int{}}
}

// Accept waits for a connection that is not too many.
func (l *limited) Accept() (net.Conn, error) {
	for {
		c, err := l.AcceptTCP()
		if err != nil {
			return nil, err
		}
		from := c.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
		if l.take(from) {
			return &counted{TCPConn: c, gone: sync.OnceFunc(func() { l.give(from) })}, nil
		}
		_, _ = c.SetLinger(0), c.Close() // nothing is kept of it, nor of why that failed
	}
}

// take counts one more, where there may be one more.
func (l *limited) take(from netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[from] < connsEach && l.all < connsAll {
		l.open[from]++
		l.all++
		return true
	}
	if now := l.now(); now.Sub(l.said) > time.Minute { // the log is not flooded, too
		l.said = now
		l.log.Warn("too many connections: more are refused", "from", from, "of_it", l.open[from], "all", l.all)
	}
	return false
}

func (l *limited) give(from netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.open[from]--; l.open[from] == 0 {
		delete(l.open, from)
	}
}

// counted is a connection that was counted.
type counted struct {
	*net.TCPConn
	gone func()
}

// Close ends it, and makes room for another.
func (c *counted) Close() error {
	defer c.gone()
	return c.TCPConn.Close()
}
