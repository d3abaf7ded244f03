package e2e

import (
	"context"
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
