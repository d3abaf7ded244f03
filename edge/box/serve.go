package box

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/edge/web"
	"github.com/tyngo/tyngo/sync/datadir"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/ui"
)

// again is how long a box that cannot start waits before it tries again.
const again = 3 * time.Second

// Serve runs a box until ctx ends. HTTP comes up first: while the box cannot
// start, its page says why, and it tries again by itself.
func Serve(ctx context.Context, c Config, at Listen) error {
	site, err := web.Site()
	if err != nil {
		return err
	}
	l, err := listen("--listen", at.Local)
	if err != nil {
		return err
	}
	if at.HTTPS != "" {
		if c.lan, err = openLAN(c, at, site); err != nil {
			return errors.Join(err, l.Close())
		}
	}
	var front atomic.Pointer[http.Handler]
	swap := func(h http.Handler) { front.Store(&h) }
	swap(troubled(site, fault.New(fault.Unavailable, "starting", "The box is starting.")))
	product := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*front.Load()).ServeHTTP(w, r) })
	s := newServers(ctx, c)
	defer s.cut()
	s.serve(l, c.lan.local(product, site), nil)
	var border sync.WaitGroup
	defer border.Wait()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if n := c.lan; n != nil {
		s.serve(n.https, n.secure(product), n.tls())
		if n.plain != nil {
			s.serve(n.plain, n.unproven(product), nil)
		}
		border.Go(func() { _ = n.Run(ctx) })
	}
	at.Started(l.Addr())

	over := make(chan error, 1)
	go func() { over <- live(ctx, c, l.Addr(), site, swap, s.drain) }()
	select {
	case err = <-s.failed:
		if undrained(err) != nil {
			stop(err)
		}
		err = errors.Join(undrained(err), <-over)
	case err = <-over:
	}
	return errors.Join(err, s.drain())
}

// drainMost is how long requests that are under way may take after the stop.
const drainMost = 5 * time.Second

// live opens the box, and opens it again while that fails.
func live(ctx context.Context, c Config, addr net.Addr, site *ui.Site, swap func(http.Handler), drain func() error) error {
	for {
		err := session(ctx, c, addr, swap, drain)
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

// session is one opened box, from start to stop. The database is closed when the
// workers are home and the last request has its answer.
func session(ctx context.Context, c Config, addr net.Addr, swap func(http.Handler), drain func() error) (err error) {
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
	c.lan.open(b)
	swap(b.API)
	c.Log.Info("box is open", "box", b.Journal.Box(), "boot", b.Boot.Boot, "incarnation", b.Boot.Series, "address", addr)
	end := func() error { b.API.Stop(); return drain() }
	drained := make(chan error, 1)
	undo := context.AfterFunc(ctx, func() { drained <- end() })
	err = b.Work(ctx)
	if undo() {
		drained <- end()
	}
	if err = errors.Join(err, <-drained); err != nil {
		return &runError{err}
	}
	return nil
}

// troubled is the page of a box that cannot start.
func troubled(site *ui.Site, err error) http.Handler {
	f := fault.Of(err)
	switch {
	case errors.Is(err, syscall.ENOSPC):
		f = fault.New(fault.Unavailable, "disk_full", "The disk of the box is full. Make room on it, or call the engineer.")
	case errors.Is(err, syscall.EROFS):
		f = fault.New(fault.Unavailable, "disk_read_only", "The disk of the box cannot be written to. Call the engineer.")
	}
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
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if path := r.URL.Path; strings.HasPrefix(path, "/api/") || path == "/ready" || path == "/metrics" {
			door.Write(w, fault.New(fault.Unavailable, f.Code, f.Message)) // programs read no page
			return
		}
		page.ServeHTTP(w, r)
	})
	return mux
}
