package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/e2e/rig"
	"github.com/tyngo/tyngo/sync/id"
)

// request is the JSON of an order, as a program that knows nothing else reads it.
type request struct {
	RestaurantID string      `json:"restaurantId"`
	TableNumber  json.Number `json:"tableNumber"`
	Items        []struct {
		MenuItemID    string   `json:"menuItemId"`
		Quantity      int64    `json:"quantity"`
		Modifications []string `json:"modifications"`
	} `json:"items"`
}

// answer is the JSON that the box answers.
type answer struct {
	OrderID       string      `json:"orderId"`
	Number        string      `json:"number"`
	Status        string      `json:"status"`
	RestaurantID  string      `json:"restaurantId"`
	TableNumber   json.Number `json:"tableNumber,omitempty"`
	EstimatedTime string      `json:"estimatedTime"`
	Items         []struct {
		LineID        string      `json:"lineId"`
		MenuItemID    string      `json:"menuItemId"`
		Name          string      `json:"name"`
		Quantity      int64       `json:"quantity"`
		Modifications []string    `json:"modifications"`
		UnitPrice     json.Number `json:"unitPrice"`
		Amount        json.Number `json:"amount"`
		Sent          bool        `json:"sent"`
	} `json:"items"`
	TotalAmount json.Number `json:"totalAmount"`
	Currency    string      `json:"currency"`
	CreatedAt   string      `json:"createdAt"`
}

// bareServe is the limit of HTTP: chi, the same JSON in and out, a token that is
// verified once and then known, and a bare commit of the same rows. It ends with ctx.
func bareServe(ctx context.Context, dir string) (err error) {
	if err := sqlite.Prepare(); err != nil { // this process has the settings of the box's, too
		return err
	}
	leave, err := leavings(ctx, filepath.Join(dir, "bare.db"))
	if err != nil {
		return err
	}
	b, err := openBare(ctx, filepath.Join(dir, "bare.db"), leave)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	raw, err := os.ReadFile(filepath.Join(dir, "answer.json"))
	if err != nil {
		return err
	}
	var say answer
	if err := json.Unmarshal(raw, &say); err != nil {
		return err
	}
	keys, err := door.OpenKeys(filepath.Join(dir, "token.key"), "tyngo-edge", time.Now)
	if err != nil {
		return err
	}
	var known sync.Map
	var n atomic.Int64
	r := chi.NewRouter()
	r.Post("/api/v1/orders", func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if _, ok := known.Load(token); !ok {
			if _, err := keys.Verify(token); err != nil {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			known.Store(token, true)
		}
		var in request
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&in); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		command := id.Derived[id.Command](r.Header.Get("Idempotency-Key"))
		if err := b.do(int(n.Add(1)), command); err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(say) // the client is gone
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]string{"address": "http://" + l.Addr().String()}); err != nil {
		return err
	}
	s := &http.Server{Handler: r, ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return s.Close()
	}
}

// client posts orders to a box from this process.
type client struct {
	rig.Client
	bodies [][]byte
}

func (b *bench) client(base, token, restaurant string) (*client, error) {
	c := &client{Client: rig.Client{Base: base, Token: token, HTTP: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128}}}}
	for n, o := range b.three {
		body, err := o.Body(n, restaurant)
		if err != nil {
			return nil, err
		}
		c.bodies = append(c.bodies, body)
	}
	return c, nil
}

// order posts one order under a new key.
func (c *client) order(ctx context.Context, n int) ([]byte, error) {
	status, raw, err := c.Do(ctx, http.MethodPost, "/api/v1/orders", c.bodies[n%len(c.bodies)], "Idempotency-Key", id.New[id.Command]().String())
	if err == nil && status != http.StatusCreated {
		err = fmt.Errorf("%d %s", status, raw)
	}
	return raw, err
}

// restaurantOf is the id of the restaurant that a box serves.
func restaurantOf(ctx context.Context, c *rig.Client) (string, error) {
	var v struct {
		Restaurant string `json:"restaurant"`
	}
	err := c.Get(ctx, "/api/v1/venue", &v)
	if err == nil && v.Restaurant == "" {
		err = errors.New("the venue names no restaurant")
	}
	return v.Restaurant, err
}

// open starts the real box of a directory and answers a client of it.
func (b *bench) open(dir string) (*rig.Box, *client, error) {
	x, err := rig.StartBox(b.ctx, b.bin, dir, nil, "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	token, err := x.Token(b.ctx, "manager", "bench")
	var restaurant string
	if err == nil {
		restaurant, err = restaurantOf(b.ctx, &rig.Client{Base: x.URL, Token: token})
	}
	if err != nil {
		x.Kill()
		return nil, nil, err
	}
	c, err := b.client(x.URL, token, restaurant)
	return x, c, err
}

// http is (b): orders over HTTP beside an empty handler with the same JSON, token
// check and a bare commit. Each is a process of its own; the load comes from here.
func (b *bench) http() error {
	dir := filepath.Join(b.dir, "http")
	inside, _, err := b.captured(dir)
	if err != nil {
		return err
	}
	if err := errors.Join(inside.Close(), copyFile(filepath.Join(dir, "bare.db"), filepath.Join(dir, "template.db"))); err != nil {
		return err
	}
	x, mine, err := b.open(filepath.Join(dir, "box"))
	if err != nil {
		return err
	}
	defer x.Kill()
	raw, err := mine.order(b.ctx, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "answer.json"), bytes.TrimSpace(raw), 0o600),
		copyFile(filepath.Join(dir, "box", "token.key"), filepath.Join(dir, "token.key"))); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var at struct{ Address string }
	p, err := rig.Start(b.ctx, "bare server", &at, nil, self, "-bare", dir)
	if err != nil {
		return err
	}
	defer p.Kill()
	theirs, err := b.client(at.Address, mine.Token, "0198f000-0000-7000-8000-000000000001")
	if err != nil {
		return err
	}
	for _, callers := range []int{1, 8, 64} {
		if err := b.httpPair(callers, mine, theirs); err != nil {
			return err
		}
	}
	return b.httpTail(dir, mine)
}

// httpTail is the slowest order in a hundred of 8 callers, beside bare commits: by as
// many callers, which is judged, and by one alone, where a commit waits for nobody.
func (b *bench) httpTail(dir string, mine *client) error {
	single := filepath.Join(dir, "single.db")
	if err := copyFile(filepath.Join(dir, "template.db"), single); err != nil {
		return err
	}
	leave, err := leavings(b.ctx, single)
	if err != nil {
		return err
	}
	limit, err := openBare(b.ctx, single, leave)
	if err != nil {
		return err
	}
	defer func() { _ = limit.close() }()
	const callers, commits = 8, 20
	for _, beside := range []int{callers, 1} {
		orders, bare, err := b.inTurn(func(span time.Duration) (burst, error) {
			return drive(callers, span, func(_, n int) error { _, err := mine.order(b.ctx, n); return err })
		}, func(span time.Duration) (burst, error) {
			return drive(beside, span/3, func(_, n int) error { return limit.do(n, id.New[id.Command]()) })
		})
		if err != nil {
			return err
		}
		bound := medians(bare)
		for i := range bound {
			bound[i] *= commits
		}
		row := pair(fmt.Sprintf("orders over HTTP, %d callers, p99", callers), "ms", fmt.Sprintf("%d bare commits of %d callers, p50", commits, beside), tails(orders), bound)
		if beside == callers {
			row = row.atMost(1)
		}
		b.add(row)
	}
	return nil
}

func (b *bench) httpPair(callers int, mine, theirs *client) error {
	posts := func(c *client) func(time.Duration) (burst, error) {
		return func(span time.Duration) (burst, error) {
			return drive(callers, span, func(_, n int) error { _, err := c.order(b.ctx, n); return err })
		}
	}
	my, their, err := b.inTurn(posts(mine), posts(theirs))
	if err != nil {
		return err
	}
	name := fmt.Sprintf("orders over HTTP, %d callers", callers)
	b.add(pair(name, "orders/s", "empty handler and bare commit", rates(my), rates(their)).atLeast(0.7))
	b.add(pair(name+", p99 beside its limit's", "ms", "empty handler and bare commit", tails(my), tails(their)))
	return nil
}
