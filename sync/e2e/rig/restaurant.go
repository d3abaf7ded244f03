package rig

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/lunch"
)

// Restaurant is one whole system: head office, a box, two printers.
type Restaurant struct {
	Cloud     *Cloud
	Box       *Box
	Hot, Cold *Printer
	Claim     Claim
	Documents *Proxy  // the box's line to head office's address for boxes
	Line      *Proxy  // and to its broker
	joined    bool    // head office is another one's
	Client    *Client // of the box
	Office    *Client
	Orders    lunch.Orders
}

// Places are the directories of a restaurant.
type Places struct{ Cloud, Box, Paper string }

// Below are the places in one directory.
func Below(dir string) Places {
	return Places{filepath.Join(dir, "cloud"), filepath.Join(dir, "box"), dir}
}

// StartRestaurant builds one on free ports, with the menu of the orders; more is
// what head office is told. log, where not nil, gets what the programs log.
func StartRestaurant(ctx context.Context, bin Bin, at Places, orders lunch.Orders, log io.Writer, more ...string) (*Restaurant, error) {
	cloud, err := StartCloud(ctx, bin, at.Cloud, log, free, free, free, more...)
	if err != nil {
		return &Restaurant{}, err
	}
	r, err := JoinRestaurant(ctx, bin, at, orders, log, cloud, "")
	r.joined = false
	if err != nil {
		cloud.Kill()
	}
	return r, err
}

// JoinRestaurant builds one of an organisation at a head office that runs.
func JoinRestaurant(ctx context.Context, bin Bin, at Places, orders lunch.Orders, log io.Writer, cloud *Cloud, organisation string) (r *Restaurant, err error) {
	r = &Restaurant{Orders: orders, Cloud: cloud, joined: true}
	defer func() {
		if err != nil {
			r.Kill()
		}
	}()
	if r.Hot, err = StartPrinter(ctx, bin, "Hot", filepath.Join(at.Paper, "Hot"), free, free, 0); err != nil {
		return r, err
	}
	if r.Cold, err = StartPrinter(ctx, bin, "Cold", filepath.Join(at.Paper, "Cold"), free, free, 0); err != nil {
		return r, err
	}
	if r.Documents, err = NewProxy(strings.TrimPrefix(r.Cloud.Box, "https://")); err != nil {
		return r, err
	}
	if r.Line, err = NewProxy(strings.TrimPrefix(r.Cloud.MQTT, "tls://")); err != nil {
		return r, err
	}
	return r, r.join(ctx, bin, at, log, organisation, "Lunch", r.Hot.URL, r.Cold.URL)
}

// JoinPlain is JoinRestaurant for many: the printers are another one's, and the lines
// to head office go straight there.
func JoinPlain(ctx context.Context, bin Bin, at Places, orders lunch.Orders, log io.Writer, cloud *Cloud, organisation, name, hot, cold string) (r *Restaurant, err error) {
	r = &Restaurant{Orders: orders, Cloud: cloud, joined: true}
	if err = r.join(ctx, bin, at, log, organisation, name, hot, cold); err != nil {
		r.Kill()
	}
	return r, err
}

// join adds the restaurant at head office and starts its box, which joins over the
// lines that can be cut, where there are any.
func (r *Restaurant) join(ctx context.Context, bin Bin, at Places, log io.Writer, organisation, name, hot, cold string) (err error) {
	if r.Claim, err = r.Cloud.AddRestaurant(ctx, organisation, name); err != nil {
		return err
	}
	venue, err := lunch.Venue("", name, hot, cold)
	if err != nil {
		return err
	}
	claim := r.Claim
	if r.Documents != nil {
		claim.Cloud = "https://" + r.Documents.Addr
	}
	if err = SetUp(ctx, bin, at.Box, name, venue, claim); err != nil {
		return err
	}
	if r.Line != nil {
		if err = reroute(filepath.Join(at.Box, "home", "home.json"), "tls://"+r.Line.Addr); err != nil {
			return err
		}
	}
	if r.Box, err = StartBox(ctx, bin, at.Box, log, free); err != nil {
		return err
	}
	return r.open(ctx, organisation)
}

// free is an address on this machine with any port.
const free = "127.0.0.1:0"

// reroute sends a box to its broker over a line that can be cut.
func reroute(path, broker string) error {
	raw, err := os.ReadFile(path)
	var home map[string]any
	if err == nil {
		err = json.Unmarshal(raw, &home)
	}
	if err != nil {
		return err
	}
	home["broker"] = broker
	if raw, err = json.Marshal(home); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	return errors.Join(err, f.Sync(), f.Close()) // a disk may lose its power
}

// open publishes the menu and gets the tokens.
func (r *Restaurant) open(ctx context.Context, organisation string) error {
	menu, err := r.Orders.Menu()
	if err != nil {
		return err
	}
	if err = r.Box.ImportMenu(ctx, menu); err != nil {
		return err
	}
	token, err := r.Box.Token(ctx, "manager", "lunch")
	if err != nil {
		return err
	}
	r.Client = &Client{Base: r.Box.URL, Token: token}
	token, err = r.Cloud.Token(ctx, organisation)
	r.Office = &Client{Base: r.Cloud.HQ, Token: token}
	return err
}

// Kill ends everything that runs, as a power cut would.
func (r *Restaurant) Kill() {
	if r.Box != nil && r.Box.Process != nil {
		r.Box.Kill()
	}
	for _, p := range []*Printer{r.Hot, r.Cold} {
		if p != nil && p.Process != nil {
			p.Kill()
		}
	}
	if r.Cloud != nil && r.Cloud.Process != nil && !r.joined {
		r.Cloud.Kill()
	}
	for _, p := range []*Proxy{r.Documents, r.Line} {
		if p != nil {
			p.Close()
		}
	}
}

// Key is the key of order n, of which there is no end: after the last comes the
// first again, as another order.
func (r *Restaurant) Key(n int) string {
	key := r.Orders[n%len(r.Orders)].Key()
	if round := n / len(r.Orders); round > 0 {
		key = fmt.Sprintf("%s-%d", key, round)
	}
	return key
}

// placeMost is how long an order is repeated.
const placeMost = 60 * time.Second

// Place posts order n until it is answered for good; a box that is away, or does not
// know, is asked again with the same key. The answer, and how often it was asked.
func (r *Restaurant) Place(ctx context.Context, n int) (raw []byte, asked int, err error) {
	o := r.Orders[n%len(r.Orders)]
	body, err := o.Body(n, r.Claim.RestaurantID)
	if err != nil {
		return nil, 0, err
	}
	var final error
	err = Within(placeMost, func() (err error) {
		if final = ctx.Err(); final != nil {
			return nil
		}
		asked++
		var status int
		status, raw, err = r.Client.Do(ctx, "POST", "/api/v1/orders", body, "Idempotency-Key", r.Key(n))
		if err == nil && status != 201 {
			if err = fmt.Errorf("%d %s", status, raw); status != 503 && status != 500 {
				final, err = err, nil
			}
		}
		return err
	})
	if err = errors.Join(err, final); err != nil {
		err = fmt.Errorf("order %s: %w", o.ID, err)
	}
	return raw, asked, err
}

// Sums are orders and money as somebody counts them.
type Sums struct{ Orders, Cents int64 }

func cents(n json.Number) int64 {
	a, _ := lunch.Currency.ParseDecimal(n.String())
	return int64(a)
}

// Order is one as the box shows it.
type Order struct {
	OrderID     string
	Number      string
	Status      string
	TotalAmount json.Number
	Items       []struct {
		Name     string
		Quantity int64
	}
	Tickets []struct{ State, Station string }
}

// OnBox reads every order of the box.
func (r *Restaurant) OnBox(ctx context.Context) (list []Order, s Sums, err error) {
	for cursor := ""; ; {
		var page struct {
			Orders []Order
			Cursor string
		}
		if err := r.Client.Get(ctx, "/api/v1/orders?limit=500"+cursor, &page); err != nil {
			return nil, s, err
		}
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
	return list, s, nil
}

// AtOffice is what head office shows, over every day it knows of: a test may run
// over midnight, so both days are asked by the rollup's total of the box.
func (r *Restaurant) AtOffice(ctx context.Context) (s Sums, err error) {
	var today struct {
		Totals      []struct{ Orders, Sales int64 }
		Quarantined int
	}
	if err := r.Office.Get(ctx, "/api/v1/today", &today); err != nil {
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

// End is how far a box is, and what it knows of head office.
type End struct {
	Box, Digest string
	Head, Acked int64
}

// End asks the box.
func (r *Restaurant) End(ctx context.Context) (e End, err error) {
	err = r.Client.Get(ctx, "/api/v1/sync", &e)
	return e, err
}

// Chains compares both ends of the replication.
func (r *Restaurant) Chains(ctx context.Context) error {
	here, err := r.End(ctx)
	if err != nil {
		return err
	}
	var there struct {
		Boxes []struct {
			Box, Digest string
			Last        int64
		}
	}
	if err := r.Office.Get(ctx, "/api/v1/boxes", &there); err != nil {
		return err
	}
	if len(there.Boxes) != 1 || there.Boxes[0].Box != here.Box || there.Boxes[0].Last != here.Head || there.Boxes[0].Digest != here.Digest || here.Acked != here.Head {
		return fmt.Errorf("box %+v, head office %+v", here, there.Boxes)
	}
	return nil
}
