package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
)

// clients is how many tablets order at once.
const clients = 8

// load is tablets that order all the time, and repeat what was not answered.
type load struct {
	r       *rig.Restaurant
	n       atomic.Int64    // orders begun
	most    atomic.Int64    // orders that may be begun; 0: as many as there is time for
	ctx     context.Context // of the orders that are under way
	leave   context.CancelFunc
	stop    chan struct{}
	done    sync.WaitGroup
	mu      sync.Mutex
	acked   map[int]string // order id by the number of the order
	refused []error
	asked   int // requests that it took
}

// allow lets the tablets begin so many orders more: a proof that is slow on a slow
// machine must not become a longer one.
func (l *load) allow(n int) { l.most.Store(l.n.Load() + int64(n)) }

// next is the number of the next order; false where there may be none now.
func (l *load) next() (int, bool) {
	for {
		n, most := l.n.Load(), l.most.Load()
		if most > 0 && n >= most {
			return 0, false
		}
		if l.n.CompareAndSwap(n, n+1) {
			return int(n), true
		}
	}
}

// begin starts the tablets; pace is the least time between two orders of all. A
// load goes on where another one stopped.
func (l *load) begin(s *stage, pace time.Duration) {
	l.ctx, l.leave = context.WithCancel(s.ctx)
	l.stop = make(chan struct{})
	tick := time.NewTicker(pace)
	for range clients {
		l.done.Go(func() {
			for {
				select {
				case <-l.stop:
					return
				case <-s.ctx.Done():
					return
				case <-tick.C:
					if n, ok := l.next(); ok {
						l.order(n)
					}
				}
			}
		})
	}
	stop := l.stop
	go func() {
		<-stop
		tick.Stop()
	}()
}

// end stops the tablets; what they began is answered.
func (l *load) end() {
	close(l.stop)
	l.done.Wait()
	l.leave()
}

// giveUp stops the tablets, and what they began is not answered: a promise is broken.
func (l *load) giveUp() {
	l.leave()
	l.end()
}

// order places order n.
func (l *load) order(n int) {
	raw, asked, err := l.r.Place(l.ctx, n)
	var o struct{ OrderID string }
	if err == nil {
		err = json.Unmarshal(raw, &o)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked += asked
	if err != nil {
		l.refused = append(l.refused, err)
		return
	}
	l.acked[n] = o.OrderID
}

// so is what was acknowledged so far.
func (l *load) so() map[int]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.acked)
}

// sums are what the acknowledged orders come to.
func (l *load) sums() (s rig.Sums) {
	for n := range l.so() {
		s.Orders++
		s.Cents += int64(l.r.Orders[n%len(l.r.Orders)].Total())
	}
	return s
}

func money(s rig.Sums) string {
	return fmt.Sprintf("%d orders, $%d.%02d", s.Orders, s.Cents/100, s.Cents%100)
}

// restaurant starts one at places, with tablets that do not order yet.
func (s *stage) restaurant(at rig.Places) (*rig.Restaurant, *load, error) {
	r, err := rig.StartRestaurant(s.ctx, s.bin, at, s.orders, s.log)
	if err != nil {
		return nil, nil, err
	}
	r.Client.HTTP = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * clients}, Timeout: 20 * time.Second}
	return r, &load{r: r, acked: map[int]string{}}, nil
}

// last is the last order that was refused for good; nil: none was.
func (l *load) last() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.refused) == 0 {
		return nil
	}
	return l.refused[len(l.refused)-1]
}
