// Command demo shows the main job on one machine: head office, one box, two
// virtual printers, and a lunch of real orders.
//
//	demo --bin bin --speed 5 --orders packaging/demo/data/lunch-orders.tsv
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/lunch"
	"github.com/tyngo/tyngo/sync/e2e/rig"
	"github.com/tyngo/tyngo/sync/money"
)

type options struct {
	bin, orders, dir string
	speed            float64
	clients, paper   int
	exit             bool
}

func main() {
	var o options
	flag.StringVar(&o.bin, "bin", "bin", "directory of the programs")
	flag.StringVar(&o.orders, "orders", "packaging/demo/data/lunch-orders.tsv", "file of orders to play: order_id, quantity, item_name, choice_description, item_price")
	flag.StringVar(&o.dir, "data", "", "directory to keep everything in; a new temporary one where none")
	flag.Float64Var(&o.speed, "speed", 5, "orders a second; 0: as fast as they are taken")
	flag.IntVar(&o.clients, "clients", 8, "tablets that send at once")
	flag.IntVar(&o.paper, "paper", 200, "speed of the printers, mm a second; 0: at once")
	flag.BoolVar(&o.exit, "exit", false, "end when everything is printed and at head office, instead of waiting for Ctrl-C")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, out io.Writer) (err error) {
	if o.speed < 0 || o.clients < 1 || o.clients > 256 || o.paper < 0 {
		return errors.New("--speed and --paper must not be negative, and --clients 1 to 256")
	}
	f, err := os.Open(o.orders)
	if err != nil {
		return err
	}
	defer f.Close()
	orders, err := lunch.Read(f)
	if err != nil {
		return fmt.Errorf("%s: %w", o.orders, err)
	}
	if o.dir == "" {
		if o.dir, err = os.MkdirTemp("", "tyngo-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(o.dir)
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return err
	}
	if old, err := os.ReadDir(o.dir); err != nil || len(old) > 0 {
		return errors.Join(fmt.Errorf("%s holds something already: give --data a new directory", o.dir), err)
	}
	fmt.Fprintf(out, "%d orders, %d lines, %d items, $%s\n", len(orders), orders.Lines(), orders.Items(), lunch.Currency.Decimal(orders.Total()))
	s := &show{out: out, orders: orders, options: o}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.open(ctx); err != nil {
		return err
	}
	if err := s.tell(ctx); err != nil {
		return err
	}
	go s.codes(ctx)
	if err := s.play(ctx); err != nil {
		return err
	}
	if o.exit {
		return nil
	}
	fmt.Fprintln(out, "Everything goes on. Enter makes new codes, Ctrl-C ends it.")
	<-ctx.Done()
	return nil
}

// show is everything that runs.
type show struct {
	options
	out       io.Writer
	orders    lunch.Orders
	log       *os.File
	cloud     *rig.Cloud
	hot, cold *rig.Printer
	box       *rig.Box
	claim     rig.Claim
	client    *rig.Client
	office    *rig.Client
}

// open starts the programs, the cloud first, and loads the menu.
func (s *show) open(ctx context.Context) error {
	bin := rig.In(s.bin)
	var err error
	if s.log, err = os.Create(filepath.Join(s.dir, "log.jsonl")); err != nil {
		return err
	}
	if s.cloud, err = rig.StartCloud(ctx, bin, filepath.Join(s.dir, "cloud"), s.log,
		"127.0.0.1:8090", "127.0.0.1:8091", "127.0.0.1:8883"); err != nil {
		return err
	}
	if s.hot, err = rig.StartPrinter(ctx, bin, "Hot line", filepath.Join(s.dir, "hot"), "127.0.0.1:9100", "127.0.0.1:9180", s.paper); err != nil {
		return err
	}
	if s.cold, err = rig.StartPrinter(ctx, bin, "Cold line", filepath.Join(s.dir, "cold"), "127.0.0.1:9101", "127.0.0.1:9181", s.paper); err != nil {
		return err
	}
	if s.claim, err = s.cloud.AddRestaurant(ctx, "", "Lunch counter"); err != nil {
		return err
	}
	venue, err := lunch.Venue("", "Lunch counter", s.hot.URL, s.cold.URL)
	if err != nil {
		return err
	}
	home := filepath.Join(s.dir, "box")
	if err := rig.SetUp(ctx, bin, home, "Lunch counter", venue, s.claim); err != nil {
		return err
	}
	if s.box, err = rig.StartBox(ctx, bin, home, s.log, "127.0.0.1:8080"); err != nil {
		return err
	}
	menu, err := s.orders.Menu()
	if err != nil {
		return err
	}
	if err := s.box.ImportMenu(ctx, menu); err != nil {
		return err
	}
	token, err := s.box.Token(ctx, "manager", "demo")
	if err != nil {
		return err
	}
	s.client = &rig.Client{Base: s.box.URL, Token: token}
	if token, err = s.cloud.Token(ctx, ""); err != nil {
		return err
	}
	s.office = &rig.Client{Base: s.cloud.HQ, Token: token}
	return nil
}

// close ends the programs, the box first, so that nothing is said to nobody.
func (s *show) close() (err error) {
	if s.box != nil {
		err = s.box.Stop()
	}
	for _, p := range []*rig.Printer{s.hot, s.cold} {
		if p != nil {
			err = errors.Join(err, p.Stop())
		}
	}
	if s.cloud != nil {
		err = errors.Join(err, s.cloud.Stop())
	}
	if s.log != nil {
		err = errors.Join(err, s.log.Close())
	}
	return err
}

// tell prints where to look and how to order.
func (s *show) tell(ctx context.Context) error {
	body, err := s.orders[0].Body(0, s.claim.RestaurantID)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "\n")
	if err := s.sayCodes(ctx); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "  Hot line      %s   (tickets also in %s)\n  Cold line     %s   (tickets also in %s)\n", s.hot.Web, s.hot.Folder, s.cold.Web, s.cold.Folder)
	fmt.Fprintf(s.out, "\nPlace an order yourself:\n\n  curl -s %s/api/v1/orders -H 'Content-Type: application/json' \\\n    -H 'Authorization: Bearer %s' \\\n    -d '%s'\n\n", s.box.URL, s.client.Token, body)
	return nil
}

// sayCodes prints the pages with new one-time codes.
func (s *show) sayCodes(ctx context.Context) error {
	hq, err := s.cloud.Code(ctx, "Head office")
	if err != nil {
		return err
	}
	tablet, err := s.box.Code(ctx, "server", "Tablet")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "  Head office   %s   code %s\n  Tablet        %s   code %s\n", s.cloud.HQ, hq, s.box.URL, tablet)
	return err
}

// codes makes new ones at every Enter.
func (s *show) codes(ctx context.Context) {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() && ctx.Err() == nil {
		fmt.Fprintln(s.out, strings.Repeat(" ", 78))
		if err := s.sayCodes(ctx); err != nil && ctx.Err() == nil {
			fmt.Fprintln(s.out, "new codes:", err)
		}
	}
}

// settle waits until everything is at head office.
func (s *show) settle(ctx context.Context) error {
	for {
		var today struct {
			Totals []struct{ Sales, Orders int64 }
		}
		var sync struct{ Head, Acked int64 }
		if err := errors.Join(s.office.Get(ctx, "/api/v1/today", &today), s.client.Get(ctx, "/api/v1/sync", &sync)); err != nil {
			return err
		}
		if sync.Head == sync.Acked && len(today.Totals) > 0 && today.Totals[0].Orders >= int64(len(s.orders)) {
			fmt.Fprintf(s.out, "Head office has %d facts of %d, and shows %d orders and $%s today.\n", sync.Acked, sync.Head,
				today.Totals[0].Orders, lunch.Currency.Decimal(money.Amount(today.Totals[0].Sales)))
			return nil
		}
		if !pause(ctx, 200*time.Millisecond) {
			return ctx.Err()
		}
	}
}

// printed waits until every ticket is on paper, and says how many are not.
func (s *show) printed(ctx context.Context) error {
	for said := -1; ; {
		left, done, err := s.tickets(ctx)
		if err != nil {
			return err
		}
		if left == 0 {
			fmt.Fprintf(s.out, "All %d tickets are on paper.\n", done)
			return nil
		}
		if said < 0 || said-left >= 100 {
			fmt.Fprintf(s.out, "%d tickets are on paper, %d to go at %d mm/s.\n", done, left, s.paper)
			said = left
		}
		if !pause(ctx, time.Second) {
			return ctx.Err()
		}
	}
}

// tickets counts those that are on paper and those that are not.
func (s *show) tickets(ctx context.Context) (left, done int, err error) {
	for cursor := ""; ; {
		var page struct {
			Orders []struct{ Tickets []struct{ State string } }
			Cursor string
		}
		if err := s.client.Get(ctx, "/api/v1/orders?limit=500"+cursor, &page); err != nil {
			return 0, 0, err
		}
		for _, o := range page.Orders {
			for _, t := range o.Tickets {
				if t.State == "printed" {
					done++
				} else {
					left++
				}
			}
		}
		if page.Cursor == "" {
			return left, done, nil
		}
		cursor = "&cursor=" + page.Cursor
	}
}

// pause waits a while; false where ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
