package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
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
	r := &restaurant{t: t, ctx: context.Background(), orders: realOrders(t)}
	var err error
	r.cloud, err = rig.StartCloud(r.ctx, bin, filepath.Join(dir, "cloud"), nil, "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0", more...)
	check(t, err)
	t.Cleanup(func() { r.cloud.Kill() })
	for name, p := range map[string]**rig.Printer{"Hot": &r.hot, "Cold": &r.cold} {
		*p, err = rig.StartPrinter(r.ctx, bin, name, filepath.Join(dir, name), "127.0.0.1:0", "", 0)
		check(t, err)
		t.Cleanup((*p).Kill)
	}
	r.claim, err = r.cloud.AddRestaurant(r.ctx, "", "Lunch")
	check(t, err)
	r.documents, err = rig.NewProxy(strings.TrimPrefix(r.cloud.Box, "https://"))
	check(t, err)
	t.Cleanup(r.documents.Close)
	venue, err := lunch.Venue("", "Lunch", r.hot.URL, r.cold.URL)
	check(t, err)
	claim := r.claim
	claim.Cloud = "https://" + r.documents.Addr
	check(t, rig.SetUp(r.ctx, bin, filepath.Join(dir, "box"), "Lunch", venue, claim))
	r.box, err = rig.StartBox(r.ctx, bin, filepath.Join(dir, "box"), nil, "127.0.0.1:0")
	check(t, err)
	t.Cleanup(func() { r.box.Kill() })
	menu, err := r.orders.Menu()
	check(t, err)
	check(t, r.box.ImportMenu(r.ctx, menu))
	token, err := r.box.Token(r.ctx, "manager", "lunch")
	check(t, err)
	r.client = &rig.Client{Base: r.box.URL, Token: token}
	token, err = r.cloud.Token(r.ctx, "")
	check(t, err)
	r.office = &rig.Client{Base: r.cloud.HQ, Token: token}
	return r
}

// place posts one order until it is answered for good; a box that is away, or does
// not know, is asked again with the same key.
func (r *restaurant) place(n int) ([]byte, error) {
	body, err := r.orders[n].Body(n, r.claim.RestaurantID)
	if err != nil {
		return nil, err
	}
	var raw []byte
	var final error
	err = rig.Within(60*time.Second, func() (err error) {
		var status int
		status, raw, err = r.client.Do(r.ctx, "POST", "/api/v1/orders", body, "Idempotency-Key", r.orders[n].Key())
		if err == nil && status != 201 {
			if err = fmt.Errorf("%d %s", status, raw); status != 503 && status != 500 {
				final, err = err, nil
			}
		}
		return err
	})
	if err = errors.Join(err, final); err != nil {
		err = fmt.Errorf("order %s: %w", r.orders[n].ID, err)
	}
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

func cents(n json.Number) int64 {
	a, _ := lunch.Currency.ParseDecimal(n.String())
	return int64(a)
}

type boxOrder struct {
	Number      string
	Status      string
	TotalAmount json.Number
	Items       []struct {
		Name     string
		Quantity int64
	}
	Tickets []struct{ State, Station string }
}

// onBox reads every order of the box.
func (r *restaurant) onBox() (list []boxOrder, s sums) {
	r.t.Helper()
	for cursor := ""; ; {
		var page struct {
			Orders []boxOrder
			Cursor string
		}
		check(r.t, r.client.Get(r.ctx, "/api/v1/orders?limit=500"+cursor, &page))
		list = append(list, page.Orders...)
		if page.Cursor == "" {
			break
		}
		cursor = "&cursor=" + page.Cursor
	}
	for _, o := range list {
		s.Orders++
		s.Cents += cents(o.TotalAmount)
	}
	return list, s
}

// atOffice is what head office shows, over every day it knows of: a test may run
// over midnight, so both days are asked by the rollup's total of the box.
func (r *restaurant) atOffice() (s sums, err error) {
	var today struct {
		Totals      []struct{ Orders, Sales int64 }
		Quarantined int
	}
	if err := r.office.Get(r.ctx, "/api/v1/today", &today); err != nil {
		return s, err
	}
	for _, t := range today.Totals {
		s.Orders += t.Orders
		s.Cents += t.Sales
	}
	if today.Quarantined > 0 {
		err = fmt.Errorf("%d facts were set aside", today.Quarantined)
	}
	return s, err
}

// chains compares both ends of the replication.
func (r *restaurant) chains() error {
	var here struct {
		Box, Digest string
		Head, Acked int64
	}
	var there struct {
		Boxes []struct {
			Box, Digest string
			Last        int64
		}
	}
	if err := r.client.Get(r.ctx, "/api/v1/sync", &here); err != nil {
		return err
	}
	if err := r.office.Get(r.ctx, "/api/v1/boxes", &there); err != nil {
		return err
	}
	if len(there.Boxes) != 1 || there.Boxes[0].Box != here.Box || there.Boxes[0].Last != here.Head || there.Boxes[0].Digest != here.Digest || here.Acked != here.Head {
		return fmt.Errorf("box %+v, head office %+v", here, there.Boxes)
	}
	return nil
}

// paper is what came out of a printer: dishes by check.
type paper map[string]map[string]int64

var (
	checkLine = regexp.MustCompile(`(?m)^Check (\S+) `)
	itemLine  = regexp.MustCompile(`^(\d{1,3}) (\S.*)$`)
)

// read reads the slips of a folder. names are the dishes: a long one is wrapped.
func (p paper) read(t testing.TB, folder string, names map[string]bool) (slips, copies int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	check(t, err)
	for _, f := range files {
		raw, err := os.ReadFile(f)
		check(t, err)
		text := string(raw)
		slips++
		if strings.Contains(text, "POSSIBLE COPY") {
			copies++
			continue
		}
		m := checkLine.FindStringSubmatch(text)
		parts := strings.Split(text, strings.Repeat("─", 48))
		if m == nil || len(parts) < 3 {
			t.Fatalf("%s is no ticket:\n%s", f, text)
		}
		if p[m[1]] == nil {
			p[m[1]] = map[string]int64{}
		}
		p.dishes(m[1], strings.Split(parts[1], "\n"), names)
	}
	return slips, copies
}

// dishes reads the lines of a slip that begin with a quantity.
func (p paper) dishes(check string, lines []string, names map[string]bool) {
	for i, line := range lines {
		m := itemLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		name := strings.TrimSpace(m[2])
		for k := i + 1; !names[name] && k < len(lines); k++ {
			if more := strings.TrimSpace(lines[k]); strings.HasSuffix(name, "-") {
				name += more
			} else {
				name += " " + more
			}
		}
		n, _ := strconv.ParseInt(m[1], 10, 64)
		p[check][name] += n
	}
}
