package box_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/sqlite"
)

// serve runs the whole program on the data of a stopped house.
func serve(t *testing.T, dir string) (base string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	addr, over := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		over <- box.Serve(ctx, box.Config{Dir: dir, Now: time.Now, Log: slog.New(slog.DiscardHandler), SQLite: sqlite.Config{ReserveBytes: -1}},
			box.Listen{Local: "127.0.0.1:0", Started: func(a net.Addr) { addr <- a }})
	}()
	base = "http://" + (<-addr).String()
	return base, func() error { cancel(); return <-over }
}

// await asks until the box answers as wished.
func await(t *testing.T, path string, status int) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		res, err := http.Get(path)
		if err == nil {
			res.Body.Close()
			if res.StatusCode == status {
				return
			}
		}
		select {
		case <-deadline:
			t.Fatalf("after 20 s %s still not %d: %v %v", path, status, res, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func TestAStopAnswersWhatWasTakenIn(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	h.Stop()
	base, stop := serve(t, h.Dir)
	await(t, base+"/ready", http.StatusOK)
	var done, other atomic.Int64
	var callers sync.WaitGroup
	enough := make(chan struct{})
	for range 24 {
		callers.Go(func() {
			for {
				r, _ := http.NewRequest("POST", base+"/api/v1/orders", strings.NewReader(seed))
				r.Header.Set("Authorization", "Bearer "+h.Token)
				r.Header.Set("Content-Type", "application/json")
				res, err := http.DefaultClient.Do(r)
				if err != nil {
					return // nobody listens any more
				}
				body, _ := io.ReadAll(res.Body)
				res.Body.Close()
				if res.StatusCode != http.StatusCreated {
					other.Add(1)
					t.Errorf("%d %s", res.StatusCode, body)
				} else if done.Add(1) == 120 {
					close(enough)
				}
			}
		})
	}
	r, _ := http.NewRequest("GET", base+"/api/v1/stream", nil)
	r.Header.Set("Authorization", "Bearer "+h.Token)
	page, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	<-enough
	began := time.Now()
	if err := stop(); err != nil {
		t.Errorf("the stop: %v", err)
	}
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("the stop took %v with a page open", took)
	}
	callers.Wait()
	h.Open()
	if got := int64(count(h)); got < done.Load() {
		t.Errorf("%d orders were promised and %d are there", done.Load(), got)
	}
}

func count(h *boxtest.House) (n int) {
	h.T.Helper()
	if err := h.DB.View(h.T.Context(), func(q *sqlite.Snapshot) error {
		return q.QueryRow("SELECT count(*) FROM guest_check").Scan(&n)
	}); err != nil {
		h.T.Fatal(err)
	}
	return n
}

func TestABoxThatCannotStartAnswersProgramsWithAProblem(t *testing.T) {
	t.Parallel()
	base, stop := serve(t, t.TempDir()) // never set up
	await(t, base+"/health", http.StatusOK)
	for path, want := range map[string]string{"/api/v1/orders": "application/problem+json", "/ready": "application/problem+json", "/": "text/html; charset=utf-8"} {
		res, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := res.Header.Get("Content-Type"); res.StatusCode != http.StatusServiceUnavailable || got != want {
			t.Errorf("%s: %d %s", path, res.StatusCode, got)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
