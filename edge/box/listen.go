package box

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/tyngo/tyngo/sync/fault"
)

// Listen is where a box listens.
type Listen struct {
	Local string // for programs and pages of this machine: plain HTTP
	HTTPS string // for tablets, on the one origin of the box; empty: none
	HTTP  string // beside HTTPS: lets tablets in, and sends all else to the origin; empty: none

	Started func(local net.Addr) // it listens; the box may still be starting
	Origin  func(Origin)         // its tablets' name is known; nil is allowed
}

// servers are the HTTP servers of one program, which end together.
type servers struct {
	c        Config
	requests context.Context
	cut      context.CancelFunc
	all      []*http.Server
	failed   chan error // why each ended
}

// newServers makes none yet. Requests outlive the stop of the program: what was
// taken in is finished and answered.
func newServers(ctx context.Context, c Config) *servers {
	s := &servers{c: c, failed: make(chan error, 3)}
	s.requests, s.cut = context.WithCancel(context.WithoutCancel(ctx))
	return s
}

// listen opens the address that a flag gave.
func listen(flag, at string) (net.Listener, error) {
	l, err := net.Listen("tcp", at)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	return l, nil
}

// serve answers on a listener until drain; over TLS where that is not nil.
func (s *servers) serve(l net.Listener, h http.Handler, t *tls.Config) {
	srv := &http.Server{Handler: h, TLSConfig: t,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 90 * time.Second, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(s.c.Log.Handler(), slog.LevelWarn), BaseContext: func(net.Listener) context.Context { return s.requests }}
	if t != nil { // a tablet that was not let in yet, or a scanner: no matter of ours
		srv.ErrorLog = slog.NewLogLogger(s.c.Log.Handler(), slog.LevelDebug)
	}
	s.all = append(s.all, srv)
	go func() {
		var err error
		if t != nil {
			err = srv.ServeTLS(l, "", "")
		} else {
			err = srv.Serve(l)
		}
		s.failed <- err
	}()
}

// drain refuses what is new and waits for what is under way.
func (s *servers) drain() error {
	most, cancel := context.WithTimeout(s.requests, drainMost)
	defer cancel()
	errs := make([]error, len(s.all))
	var wait sync.WaitGroup
	for i, srv := range s.all {
		wait.Go(func() { errs[i] = srv.Shutdown(most) })
	}
	wait.Wait()
	err := errors.Join(errs...)
	if err != nil {
		s.cut()
		for _, srv := range s.all {
			err = errors.Join(err, srv.Close())
		}
	}
	return err
}

// undrained is why a server ended, where that is not that it was drained.
func undrained(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// elsewhere reports whether a request comes from another machine: neither over the
// loopback interface nor from the address that it was sent to.
func elsewhere(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return true
	}
	at := from.Addr().Unmap()
	to, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return !at.IsLoopback() && !(ok && to.AddrPort().Addr().Unmap() == at)
}

// errPlain is said to other machines on the address that is for this one.
var errPlain = fault.New(fault.Denied, "plain_http", "Over plain HTTP this box speaks to programs of its own machine alone. For tablets, start it with: tyngo-edge serve --https :443")

// hostOf is the host that a request asks for, without the port that https means
// anyway.
func hostOf(r *http.Request) string { return strings.TrimSuffix(strings.ToLower(r.Host), ":443") }
