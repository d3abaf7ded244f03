// Package rush is a restaurant's evening, lived through over the public API: guests
// come and sit down, order in rounds, change their minds, send things back, share and
// split what they owe, and go. A seed says who does what; how it is mixed is up to the
// tablets, which all work at once.
package rush

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tyngo/tyngo/sync/money"
)

// Device speaks the API of a box as one tablet does.
type Device interface {
	Do(ctx context.Context, method, path string, body []byte, headers ...string) (status int, answer []byte, err error)
}

// Evening is what comes.
type Evening struct {
	Seed       uint64
	Restaurant string
	Tables     int           // numbered from 1, as Venue makes them
	Opened     int           // checks: nobody comes any more when there are so many
	Counter    float64       // of 1: who orders at the counter, at once and to go
	Patience   time.Duration // for which a tablet repeats what is not answered
	Begin      func(n int)   // where not nil: told when the n-th visit begins
}

// Account is what the tablets know when all guests are gone. They have reckoned for
// themselves, by the prices on the menu.
type Account struct {
	Visits, Checks int
	Sent           int          // checks of which something was sent, but those that were split off
	Pieces         int64        // that were sent and not voided
	Gross          money.Amount // of these, before discounts, charges and taxes
	Requests       int
	Repeated       int            // requests that were not answered, and asked again
	Done, Refused  map[string]int // commands by type; by type and code
	Orders         map[string]int // every check that the tablets know of
}

// live is how many visits a tablet has at once.
const live = 6

// room is what all tablets share.
type room struct {
	Evening
	mu     sync.Mutex
	rnd    *rand.Rand
	free   []string // tables
	begun  int
	guests []*visit // who is there
	Account
}

// Serve lets the tablets serve an evening. An error is what no evening may have: an
// answer that the rules do not know.
func (e Evening) Serve(ctx context.Context, tablets []Device) (*Account, error) {
	r := &room{Evening: e, rnd: rand.New(rand.NewPCG(e.Seed, 1)), Account: Account{Done: map[string]int{}, Refused: map[string]int{}, Orders: map[string]int{}}}
	for n := range e.Tables {
		r.free = append(r.free, strconv.Itoa(n+1))
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var wg sync.WaitGroup
	for i, d := range tablets {
		wg.Go(func() {
			if err := (&waiter{room: r, own: d, all: tablets, rnd: rand.New(rand.NewPCG(e.Seed, uint64(i)+2))}).work(ctx); err != nil {
				stop(err) // the first one says why; the others only stop
			}
		})
	}
	wg.Wait()
	return &r.Account, context.Cause(ctx)
}

// next is a visit that begins now; nil: nobody comes now. over: nobody comes any more.
func (r *room) next() (v *visit, over bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.Orders) >= r.Opened {
		return nil, true
	}
	v = &visit{rnd: rand.New(rand.NewPCG(r.Seed, uint64(r.begun)+1<<32)), kind: "takeaway"}
	if v.rnd.Float64() >= r.Counter {
		if len(r.free) == 0 {
			return nil, false
		}
		n := v.rnd.IntN(len(r.free))
		v.kind, v.table = "dine_in", r.free[n]
		r.free = slices.Delete(r.free, n, n+1)
	}
	if r.Begin != nil {
		r.Begin(r.begun)
	}
	v.n = r.begun
	r.begun++
	r.Visits++
	v.plan()
	r.guests = append(r.guests, v)
	return v, false
}

// gone gives the table of a visit to others.
func (r *room) gone(v *visit) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v.table != "" {
		r.free = append(r.free, v.table)
	}
	r.guests = slices.DeleteFunc(r.guests, func(x *visit) bool { return x == v })
}

// takeTable is a free table, for guests who want another one; empty: there is none.
func (r *room) takeTable() (table string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.free) > 0 {
		table, r.free = r.free[0], r.free[1:]
	}
	return table
}

func (r *room) giveTable(table string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free = append(r.free, table)
}

// other locks another visit that is in the middle of its evening; nil: there is none
// that has time.
func (r *room) other(v *visit) *visit {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, i := range v.rnd.Perm(len(r.guests)) {
		if x := r.guests[i]; x != v && x.table != "" && x.mu.TryLock() {
			if x.eats && !x.over {
				return x
			}
			x.mu.Unlock()
		}
	}
	return nil
}

// waiter is one tablet and who holds it.
type waiter struct {
	*room
	own    Device
	all    []Device
	rnd    *rand.Rand
	serves []*visit
}

// work serves until nobody is there any more.
func (w *waiter) work(ctx context.Context) error {
	for {
		over := false
		if len(w.serves) < live {
			var v *visit
			if v, over = w.next(); v != nil {
				w.serves = append(w.serves, v)
			}
		}
		if len(w.serves) == 0 {
			if over {
				return nil
			}
			select { // every table is another waiter's
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(10 * time.Millisecond):
			}
			continue
		}
		i := w.rnd.IntN(len(w.serves))
		v := w.serves[i]
		done, err := w.step(ctx, v)
		if err != nil {
			return fmt.Errorf("visit %d of seed %d: %w", v.n, w.Seed, err)
		}
		if done {
			w.gone(v)
			w.serves = slices.Delete(w.serves, i, i+1)
		}
	}
}

// step does what comes next for a visit, and says whether that was the last.
func (w *waiter) step(ctx context.Context, v *visit) (done bool, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.todo) == 0 {
		v.over = true
		return true, nil
	}
	do := v.todo[0]
	v.todo = v.todo[1:]
	return false, do(&turn{waiter: w, visit: v, ctx: ctx})
}

// note writes something into the account.
func (r *room) note(f func(a *Account)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(&r.Account)
}

// counts adds what was sent, or takes off what was voided.
func (r *room) counts(pieces int64, unit money.Amount) {
	r.note(func(a *Account) { a.Pieces, a.Gross = a.Pieces+pieces, a.Gross+money.Amount(pieces)*unit })
}

// knows remembers checks of a visit.
func (r *room) knows(v *visit, checks ...string) {
	r.note(func(a *Account) {
		for _, c := range checks {
			a.Orders[c] = v.n
		}
		a.Checks = len(a.Orders)
	})
}

// Most names what happened most, for people.
func Most(counts map[string]int) []string {
	list := make([]string, 0, len(counts))
	for k := range counts {
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	for i, k := range list {
		list[i] = fmt.Sprintf("%d %s", counts[k], k)
	}
	return list
}
