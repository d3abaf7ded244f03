package e2e

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/lunch"
	"github.com/tyngo/tyngo/sync/e2e/rig"
)

// restaurant is one whole system: head office, a box, two printers.
type restaurant struct {
	t         testing.TB
	ctx       context.Context
	whole     *rig.Restaurant
	cloud     *rig.Cloud
	box       *rig.Box
	hot, cold *rig.Printer
	claim     rig.Claim
	documents *rig.Proxy  // the box's line to head office's address for boxes
	client    *rig.Client // of the box
	office    *rig.Client
	orders    lunch.Orders
}

func realOrders(t testing.TB) lunch.Orders {
	t.Helper()
	f, err := os.Open(filepath.Join(root(), "packaging/demo/data/lunch-orders.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	o, err := lunch.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// start builds a restaurant on free ports.
func start(t testing.TB) *restaurant {
	t.Helper()
	return startIn(t, t.TempDir())
}

// startIn builds it in a directory; more is what head office is told.
func startIn(t testing.TB, dir string, more ...string) *restaurant {
	t.Helper()
	x, err := rig.StartRestaurant(context.Background(), bin, rig.Below(dir), realOrders(t), nil, more...)
	check(t, err)
	t.Cleanup(x.Kill)
	return &restaurant{t: t, ctx: context.Background(), whole: x, cloud: x.Cloud, box: x.Box, hot: x.Hot, cold: x.Cold, claim: x.Claim,
		documents: x.Documents, client: x.Client, office: x.Office, orders: x.Orders}
}

// place posts one order until it is answered for good.
func (r *restaurant) place(n int) ([]byte, error) {
	raw, _, err := r.whole.Place(r.ctx, n)
	return raw, err
}

// play posts orders [from, to) by clients at once.
func (r *restaurant) play(clients, from, to int) {
	r.t.Helper()
	next := make(chan int)
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for n := range next {
				if _, err := r.place(n); err != nil {
					r.t.Error(err)
				}
			}
		})
	}
	for n := from; n < to; n++ {
		next <- n
	}
	close(next)
	wg.Wait()
}

// until waits for something that the system does by itself.
func (r *restaurant) until(what string, most time.Duration, ok func() error) {
	r.t.Helper()
	if err := rig.Within(most, ok); err != nil {
		r.t.Fatalf("after %v still not: %s: %v\nbox: %s\nhead office: %s", most, what, err, last(r.box.Log()), last(r.cloud.Log()))
	}
}

func last(s string) string { return s[max(0, len(s)-3000):] }

// sums are orders and money as somebody counts them.
type sums struct{ Orders, Cents int64 }

// onBox reads every order of the box.
func (r *restaurant) onBox() ([]rig.Order, sums) {
	r.t.Helper()
	list, s, err := r.whole.OnBox(r.ctx)
	check(r.t, err)
	return list, sums(s)
}

func (r *restaurant) atOffice() (sums, error) {
	s, err := r.whole.AtOffice(r.ctx)
	return sums(s), err
}

func (r *restaurant) chains() error { return r.whole.Chains(r.ctx) }
