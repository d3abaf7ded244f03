package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
)

// TestTheLunchOfOneRestaurant: 1,834 real orders by 8 clients are on the box, on
// paper and at head office, to the cent.
func TestTheLunchOfOneRestaurant(t *testing.T) {
	t.Parallel()
	r := start(t)
	began := time.Now()
	r.play(8, 0, len(r.orders))
	took := time.Since(began)
	want := sums{int64(len(r.orders)), int64(r.orders.Total())}
	if want != (sums{1834, 3450016}) {
		t.Fatalf("the file holds %+v", want)
	}
	list, have := r.onBox()
	if have != want {
		t.Errorf("the box has %+v, want %+v", have, want)
	}
	r.until("head office has everything", 30*time.Second, func() error {
		if s, err := r.atOffice(); err != nil || s != want {
			return fmt.Errorf("%+v, %w", s, err)
		}
		return nil
	})
	r.until("every ticket is on paper", 120*time.Second, func() error {
		list, _ = r.onBox()
		for _, o := range list {
			if len(o.Tickets) == 0 {
				return fmt.Errorf("check %s has no ticket", o.Number)
			}
			for _, k := range o.Tickets {
				if k.State != "printed" {
					return fmt.Errorf("check %s at %s: %s", o.Number, k.Station, k.State)
				}
			}
		}
		return nil
	})
	names, pieces := map[string]bool{}, int64(0)
	for _, o := range list {
		for _, i := range o.Items {
			names[i.Name] = true
			pieces += i.Quantity
		}
	}
	printed, err := rig.ReadPaper(names, r.hot.Folder, r.cold.Folder)
	check(t, err)
	if len(printed.Copies) > 0 {
		t.Errorf("copies with nothing broken: %v", printed.Copies)
	}
	if err := printed.Missing(list); err != nil {
		t.Error(err)
	}
	if pieces != 4972 {
		t.Errorf("%d pieces, want 4972", pieces)
	}
	r.until("both chains are equal", 20*time.Second, r.chains)
	t.Logf("%d orders in %v (%.0f/s), %d slips", len(list), took.Round(time.Millisecond), float64(len(list))/took.Seconds(), printed.N)

	t.Run("a minute later the box is small", func(t *testing.T) {
		<-time.After(60 * time.Second) // the promise is about a minute later
		rss, err := r.box.RSS()
		check(t, err)
		t.Logf("%.1f MB", float64(rss)/(1<<20))
		if rss >= 60<<20 {
			t.Errorf("the box takes %d MB", rss>>20)
		}
	})
	t.Run("it is ready in less than a second", func(t *testing.T) {
		for _, how := range []string{"stopped", "killed"} {
			if how == "killed" {
				r.box.Kill()
			} else {
				check(t, r.box.Stop())
			}
			began := time.Now()
			check(t, r.box.Again(r.ctx))
			if took := time.Since(began); took > time.Second {
				t.Errorf("%s, it was ready after %v", how, took)
			} else {
				t.Logf("%s, it was ready after %v", how, took)
			}
		}
	})
	t.Run("every order again, without receipts: nothing new", func(t *testing.T) {
		r.again(want)
	})
}
