package box

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/edge/web"
	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/ui"
)

// again is how long a box that cannot start waits before it tries again.
const again = 3 * time.Second

// Serve runs a box until ctx ends. HTTP comes up first: while the box cannot
// start, its page says why, and it tries again by itself.
func Serve(ctx context.Context, c Config, listen string, started func(addr net.Addr)) error {
	site, err := web.Site()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	var front atomic.Pointer[http.Handler]
	swap := func(h http.Handler) { front.Store(&h) }
	swap(troubled(site, fault.New(fault.Unavailable, "starting", "The box is starting.")))
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*front.Load()).ServeHTTP(w, r) }),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 90 * time.Second, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(c.Log.Handler(), slog.LevelWarn), BaseContext: func(net.Listener) context.Context { return ctx }}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	started(l.Addr())

	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	over := make(chan error, 1)
	go func() { over <- live(ctx, c, l.Addr(), site, swap) }()
	select {
	case err = <-failed:
		stop(err)
		err = errors.Join(err, <-over)
	case err = <-over:
	}
	shut, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if e := srv.Shutdown(shut); e != nil {
		err = errors.Join(err, srv.Close())
	}
	return err
}

// live opens the box, and opens it again while that fails.
func live(ctx context.Context, c Config, addr net.Addr, site *ui.Site, swap func(http.Handler)) error {
	for {
		err := session(ctx, c, addr, swap)
		if ctx.Err() != nil || err == nil {
			return ignoreEnd(ctx, err)
		}
		var running *runError
		if errors.As(err, &running) {
			return running.err
		}
		c.Log.Error("the box cannot start", "err", err)
		swap(troubled(site, err))
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(again):
		}
	}
}

// runError is an error of a box that had started: it ends the program.
type runError struct{ err error }

func (e *runError) Error() string { return e.err.Error() }

func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, venue.ErrNotSetUp)) {
		return nil
	}
	return err
}

// session is one opened box, from start to stop.
func session(ctx context.Context, c Config, addr net.Addr, swap func(http.Handler)) (err error) {
	b, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	if err := b.Ready(ctx); err != nil {
		return err
	}
	forget, err := datadir.NoteAddress(c.Dir, "http://"+addr.String())
	if err != nil {
		return err
	}
	defer forget()
	swap(b.API)
	c.Log.Info("box is open", "box", b.Journal.Box(), "boot", b.Boot.Boot, "incarnation", b.Boot.Series, "address", addr)
	if err := b.Work(ctx); err != nil {
		return &runError{err}
	}
	return nil
}

// troubled is the page of a box that cannot start.
func troubled(site *ui.Site, err error) http.Handler {
	f := fault.Of(err)
	p := web.Problem{What: "it cannot open its data", Do: f.Message}
	switch f.Code {
	case "not_set_up":
		p = web.Problem{What: "it does not know its restaurant yet", Do: "Nothing is lost. Run tyngo-edge setup on this machine; this page goes on by itself."}
	case "starting":
		p = web.Problem{What: "it is still starting", Do: "Wait a moment; this page goes on by itself."}
	case "internal":
		p.Do = "What was ordered is on its disk. Call the engineer; the log says more."
	}
	page := web.Troubled(site, []web.Problem{p})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, "{\"status\":\"ok\",\"version\":%q}\n", Version)
	})
	mux.Handle("/", page)
	return mux
}
