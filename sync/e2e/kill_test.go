package e2e

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite" // to look into the files of the stopped programs
)

// again empties the receipts of the stopped box and posts every order again with
// its key.
func (r *restaurant) again(want sums) {
	r.t.Helper()
	first := make([][]byte, len(r.orders))
	for n := range r.orders {
		raw, err := r.place(n)
		check(r.t, err)
		first[n] = raw
	}
	check(r.t, r.box.Stop())
	db, err := sql.Open("sqlite", "file:"+filepath.Join(r.box.Dir, "box.db"))
	check(r.t, err)
	res, err := db.Exec("DELETE FROM receipt")
	check(r.t, err)
	if n, _ := res.RowsAffected(); n < int64(len(r.orders)) {
		r.t.Errorf("%d receipts of %d orders", n, len(r.orders))
	}
	check(r.t, db.Close())
	check(r.t, r.box.Again(r.ctx))
	for n := range r.orders {
		raw, err := r.place(n)
		check(r.t, err)
		if !bytes.Equal(raw, first[n]) {
			r.t.Fatalf("order %s is answered\n%s first\n%s", r.orders[n].ID, raw, first[n])
		}
	}
	if _, have := r.onBox(); have != want {
		r.t.Errorf("the box has %+v, want %+v", have, want)
	}
}

// TestKilledUnderLoad: box and cloud are killed five times each, at random
// moments; no acknowledged order is missing or doubled on either.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	r := start(t)
	const kills = 5
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	acked := map[string]string{} // order id by key
	var mu sync.Mutex
	stop := make(chan struct{})
	next := make(chan int)
	go func() {
		defer close(next)
		for n := 0; n < len(r.orders); n++ {
			select {
			case next <- n:
			case <-stop:
				return
			}
		}
	}()
	pace := time.NewTicker(time.Millisecond)
	defer pace.Stop()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := range next {
				raw, err := r.place(n)
				if err != nil {
					t.Error(err)
					return
				}
				var o struct{ OrderID string }
				if err := json.Unmarshal(raw, &o); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				acked[r.orders[n].Key()] = o.OrderID
				mu.Unlock()
				<-pace.C // so that the load outlasts the kills
			}
		})
	}
	for range kills {
		<-time.After(time.Duration(50+rnd.IntN(150)) * time.Millisecond)
		r.box.Kill()
		check(t, r.box.Again(r.ctx))
		<-time.After(time.Duration(50+rnd.IntN(150)) * time.Millisecond)
		r.cloud.Kill()
		check(t, r.cloud.Again(r.ctx))
	}
	close(stop)
	wg.Wait()
	list, have := r.onBox()
	if len(list) != len(acked) {
		t.Errorf("%d orders on the box, %d acknowledged", len(list), len(acked))
	}
	ids := map[string]bool{}
	for _, o := range acked {
		ids[o] = true
	}
	if len(ids) != len(acked) {
		t.Errorf("%d keys came to %d orders", len(acked), len(ids))
	}
	r.until("head office has the same", 60*time.Second, func() error {
		if s, err := r.atOffice(); err != nil || s != have {
			return fmt.Errorf("%+v, box %+v, %w", s, have, err)
		}
		return r.chains()
	})
	t.Logf("%d orders through %d kills of each", len(acked), kills)
}
