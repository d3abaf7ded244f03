package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tyngo/tyngo/sync/id"
)

// readMost is the longest that a read may take, at its 99th of a hundred, in ms.
const readMost = 20

// reads asks a box with a year behind it for everything that can be read, and holds the
// slowest of it.
func (b *bench) reads(long string, a *aged) error {
	paths, err := b.readable(a)
	if err != nil {
		return err
	}
	var worst Row
	for _, path := range paths {
		var took []time.Duration
		for n := range max(b.size.leavings/2, 20) {
			asked := path(n)
			began := time.Now()
			status, raw, err := a.client.Do(b.ctx, http.MethodGet, asked, nil)
			if err != nil || status != http.StatusOK && status != http.StatusNotFound { // not every visit was rated
				return errors.Join(err, fmt.Errorf("GET %s: %d %.200s", asked, status, raw))
			}
			took = append(took, time.Since(began))
		}
		row := figure("p99 of the slowest read of the API with "+long+" of history", "ms", percentile(took, 99))
		name, _, _ := strings.Cut(path(0), "?")
		b.say("  GET %s: p50 %.1f ms, p99 %.1f ms", path(0), percentile(took, 50), row.Value)
		if strings.Contains(path(0), "limit=500") { // as much as can be asked for at once
			b.add(figure("a page of 500 orders with "+long+" of history, p99", "ms", row.Value))
			continue
		}
		if row.Value > worst.Value || worst.Name == "" {
			worst = row.against(shape(name), readMost).atMost(1)
		}
	}
	b.add(worst)
	return nil
}

// ofSomebody are paths that must be told how many guests come, or who goes home.
var ofSomebody = []string{"/api/v1/waitlist/quote", "/api/v1/checkout"}

// readable are the paths that can be read, each filled with other ids every time.
func (b *bench) readable(a *aged) (list []func(n int) string, err error) {
	var api struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := a.client.Get(b.ctx, "/api/openapi.json", &api); err != nil {
		return nil, err
	}
	orders, err := b.someOrders(a)
	if err != nil {
		return nil, err
	}
	guest := id.New[id.Customer]().String()
	if status, raw, err := a.client.Do(b.ctx, http.MethodPut, "/api/v1/guests/"+guest, []byte(`{"name":"Ana Ruiz"}`)); err != nil || status != http.StatusOK {
		return nil, errors.Join(err, fmt.Errorf("name a guest: %d %s", status, raw))
	}
	var names []string
	for path, ops := range api.Paths {
		if ops["get"] != nil && strings.HasPrefix(path, "/api/v1/") && !strings.HasSuffix(path, "/stream") && !slices.Contains(ofSomebody, path) {
			names = append(names, path)
		}
	}
	names = append(names, "/api/v1/orders?limit=500", "/api/v1/orders?open=true", "/api/v1/orders?status=served&cursor={seq}", "/api/v1/orders?cursor={seq}", "/api/v1/orders?visit={orderId}",
		"/api/v1/orders/{orderId}/bill?at={seq}", "/api/v1/audit?order={orderId}", "/api/v1/audit?staff={orderId}", "/api/v1/audit?type=order.voided", "/api/v1/waitlist/quote?covers=4", "/api/v1/audit?day=2020-01-01")
	slices.Sort(names)
	for _, path := range names {
		fill := func(n int) string {
			o := orders[n%len(orders)]
			return strings.NewReplacer("{orderId}", o.id, "{seq}", fmt.Sprint(o.seq), "{customerId}", guest).Replace(path)
		}
		if !strings.Contains(fill(0), "{") { // of others there is none
			list = append(list, fill)
		}
	}
	return list, nil
}

type someOrder struct {
	id  string
	seq int64 // at which it was there
}

// someOrders are orders of any day.
func (b *bench) someOrders(a *aged) (list []someOrder, err error) {
	var end struct{ Head int64 }
	if err := a.client.Get(b.ctx, "/api/v1/sync", &end); err != nil {
		return nil, err
	}
	for range 100 {
		var page struct{ Orders []struct{ OrderID string } }
		seq := rand.Int64N(max(end.Head-1000, 1))
		if err := a.client.Get(b.ctx, fmt.Sprintf("/api/v1/orders?limit=1&cursor=%d", seq), &page); err != nil {
			return nil, err
		}
		for _, o := range page.Orders {
			list = append(list, someOrder{o.OrderID, seq + 500})
		}
	}
	if len(list) == 0 {
		err = errors.New("there are no orders to read")
	}
	return list, err
}

// shape is a path without its ids.
func shape(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if len(p) == 36 && strings.Count(p, "-") == 4 {
			parts[i] = "…"
		}
	}
	return strings.Join(parts, "/")
}
