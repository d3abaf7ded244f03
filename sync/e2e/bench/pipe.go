package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/tyngo/tyngo/cloud/store/sqlite"
	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/sync/e2e/rig"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/wire"
)

// office starts head office in a directory and joins the box of another to it.
func (b *bench) office(dir, box string) (*rig.Cloud, error) {
	c, err := rig.StartCloud(b.ctx, b.bin, dir, nil, "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	if err := b.join(c, "Bench", box); err != nil {
		c.Kill()
		return nil, err
	}
	return c, nil
}

// join joins a box to a new restaurant of head office.
func (b *bench) join(c *rig.Cloud, name, box string) error {
	claim, err := c.AddRestaurant(b.ctx, "", name)
	if err != nil {
		return err
	}
	return rig.Run(b.ctx, nil, b.bin.Edge, "--json", "sync", "join", "--data", box, "--cloud", claim.Cloud, "--claim", claim.Claim)
}

// stand is how far a box's replication is.
type stand struct{ Head, Acked int64 }

func (c *client) stand(ctx context.Context) (s stand, err error) {
	return s, c.Get(ctx, "/api/v1/sync", &s)
}

// pace is how often the box is asked how far it is.
const pace = time.Millisecond

// until asks until the box says that enough is acknowledged.
func (c *client) until(ctx context.Context, every time.Duration, ok func(stand) bool) error {
	over := time.Now().Add(2 * time.Minute)
	for {
		s, err := c.stand(ctx)
		switch {
		case err != nil:
			return err
		case ok(s):
			return nil
		case time.Now().After(over):
			return fmt.Errorf("after two minutes %d of %d facts are acknowledged", s.Acked, s.Head)
		}
		time.Sleep(every)
	}
}

// rest is (d): from the tablet's 201 to the cloud's ack, one order at a time.
func (b *bench) rest() error {
	dir := filepath.Join(b.dir, "rest")
	inside, err := b.house(filepath.Join(dir, "box"), time.Now, false)
	if err == nil {
		err = inside.Close()
	}
	if err != nil {
		return err
	}
	office, err := b.office(filepath.Join(dir, "cloud"), filepath.Join(dir, "box"))
	if err != nil {
		return err
	}
	defer office.Kill()
	x, c, err := b.open(filepath.Join(dir, "box"))
	if err != nil {
		return err
	}
	defer x.Kill()
	var took []time.Duration
	for n := range b.size.rest {
		one, err := c.toOffice(b.ctx, n)
		if err != nil {
			return err
		}
		took = append(took, one)
	}
	b.add(figure("201 to head office's ack, p50", "ms", percentile(took, 50)).against("promised to head office", 1000))
	b.add(figure("201 to head office's ack, p99", "ms", percentile(took, 99)).against("promised to head office", 1000).atMost(1))
	return nil
}

// toOffice places an order at a moment when nothing is under way, and answers how
// long head office needed for it after the tablet had its 201.
func (c *client) toOffice(ctx context.Context, n int) (time.Duration, error) {
	all := func(s stand) bool { return s.Acked == s.Head }
	if err := c.until(ctx, pace, all); err != nil {
		return 0, err
	}
	time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
	if _, err := c.order(ctx, n); err != nil {
		return 0, err
	}
	start := time.Now()
	err := c.until(ctx, pace, all)
	return time.Since(start), err
}

// drain is (e): a backlog into head office, beside a bare bulk insert of the same
// rows, alone and with 20 orders a second at the box.
func (b *bench) drain() error {
	home := filepath.Join(b.dir, "drain", "box")
	facts, err := b.backlogOf(home)
	if err != nil {
		return err
	}
	events, err := b.events(home, int(facts))
	if err != nil {
		return err
	}
	var alone, bulk, beside []float64
	var calm, busy []time.Duration
	for round := range b.size.rounds {
		dir := filepath.Join(b.dir, "drain", fmt.Sprint(round))
		rate, err := b.bulk(filepath.Join(dir, "bulk.db"), events)
		if err != nil {
			return err
		}
		bulk = append(bulk, rate)
		d, err := b.drained(filepath.Join(dir, "alone"), home, facts, false)
		if err != nil {
			return err
		}
		alone = append(alone, d.rate)
		if d, err = b.drained(filepath.Join(dir, "beside"), home, facts, true); err != nil {
			return err
		}
		beside, calm, busy = append(beside, d.rate), append(calm, d.calm...), append(busy, d.busy...)
	}
	near, err := b.beside(home, facts)
	if err != nil {
		return err
	}
	b.add(pair("backlog into head office", "facts/s", "bare bulk insert", alone, bulk).least(30_000))
	b.add(pair("backlog, 20 orders/s beside it", "facts/s", "bare bulk insert", beside, bulk).least(3_000))
	b.add(figure("a neighbour's 201 to head office's ack while it drains, p50", "ms", percentile(near, 50)).against("promised to head office", 1000))
	b.add(figure("a neighbour's 201 to head office's ack while it drains, p99", "ms", percentile(near, 99)).against("promised to head office", 1000).atMost(1))
	b.add(figure("order at 20/s, p99", "ms", percentile(calm, 99)))
	b.add(figure("order at 20/s while a backlog drains, p99", "ms", percentile(busy, 99)).against("without", percentile(calm, 99)).atMost(2))
	return nil
}

type drained struct {
	rate       float64
	calm, busy []time.Duration
}

// drained copies the box, joins it to a new head office and watches its backlog go.
func (b *bench) drained(dir, home string, facts int64, orders bool) (d drained, err error) {
	box := filepath.Join(dir, "box")
	if err := copyDir(b.ctx, home, box); err != nil {
		return d, err
	}
	office, err := b.office(filepath.Join(dir, "cloud"), box)
	if err != nil {
		return d, err
	}
	defer office.Kill()
	x, c, err := b.open(box)
	if err != nil {
		return d, err
	}
	defer x.Kill()
	ctx, stop := context.WithCancel(b.ctx)
	defer stop()
	placed := make(chan error, 1)
	if orders {
		go func() { var err error; d.busy, err = c.steadily(ctx); placed <- err }()
	} else {
		placed <- nil
	}
	opened := time.Now()
	var first, last time.Time
	var from int64
	if err := c.until(b.ctx, 20*pace, func(s stand) bool { // asking costs the box what draining does
		if from == 0 && s.Acked > 0 {
			first, from = time.Now(), s.Acked
		}
		last = time.Now()
		return s.Acked >= facts
	}); err != nil {
		return d, err
	}
	stop()
	if err := <-placed; err != nil {
		return d, err
	}
	if from >= facts { // it was over before anybody looked
		first, from = opened, 0
	}
	d.rate = float64(facts-from) / last.Sub(first).Seconds()
	if orders { // and as many without a backlog
		ctx, stop := context.WithTimeout(b.ctx, max(last.Sub(first), b.size.span))
		defer stop()
		d.calm, err = c.steadily(ctx)
	}
	return d, err
}

// steadily places 20 orders a second, whatever the box does, until ctx ends.
func (c *client) steadily(ctx context.Context) (took []time.Duration, err error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	var wg sync.WaitGroup
	var mu sync.Mutex
	for n := 0; ; n++ {
		wg.Go(func() {
			start := time.Now()
			_, e := c.order(context.WithoutCancel(ctx), n)
			mu.Lock()
			defer mu.Unlock()
			took, err = append(took, time.Since(start)), errors.Join(err, e)
		})
		select {
		case <-ctx.Done():
			wg.Wait()
			return took, err
		case <-tick.C:
		}
	}
}

// events reads facts of a box that is not running.
func (b *bench) events(dir string, n int) (list []event.Event, err error) {
	x, err := box.New(b.ctx, config(dir, time.Now))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	for after := int64(0); len(list) < n; {
		bodies, _, err := x.Journal.Bodies(b.ctx, after, 1000, 1<<30)
		if err != nil || len(bodies) == 0 {
			return list, err
		}
		for _, body := range bodies {
			e, err := event.Head(body)
			if err != nil {
				return nil, err
			}
			list = append(list, e)
		}
		after += int64(len(bodies))
	}
	return list[:n], nil
}

// bulk is the limit of a drain: the same rows into a new store of head office, in
// statements of 64 rows, a commit for every 1,024.
func (b *bench) bulk(path string, events []event.Event) (rate float64, err error) {
	if err := mkdirFor(path); err != nil {
		return 0, err
	}
	s, err := sqlite.Open(b.ctx, path) // the schema is head office's own
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		return 0, err
	}
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return 0, err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	const many, commit = 64, 1024
	query := func(n int) string {
		return "INSERT INTO event (organisation_id, box, epoch, seq, id, command, type, at, rcv, body, dg) VALUES " +
			strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?), ", n), ", ")
	}
	org, own := id.New[id.Organisation](), id.New[id.Box]()
	began := time.Now()
	for rest := events; len(rest) > 0; {
		tx, err := db.BeginTx(b.ctx, nil)
		if err != nil {
			return 0, err
		}
		st, err := tx.PrepareContext(b.ctx, query(many))
		for n := 0; n < commit && len(rest) > 0 && err == nil; n += many {
			page := rest[:min(many, len(rest))]
			rest = rest[len(page):]
			args := make([]any, 0, 11*len(page))
			for _, e := range page {
				args = append(args, org.Bytes(), own.Bytes(), int64(1), e.Seq, e.ID.Bytes(), e.Command.Bytes(), e.Type, e.At, e.At, e.Body, nil)
			}
			if len(page) == many {
				_, err = st.ExecContext(b.ctx, args...)
			} else {
				_, err = tx.ExecContext(b.ctx, query(len(page)), args...)
			}
		}
		if err = errors.Join(err, st.Close()); err != nil {
			return 0, errors.Join(err, tx.Rollback())
		}
		if err := tx.Commit(); err != nil {
			return 0, err
		}
	}
	return float64(len(events)) / time.Since(began).Seconds(), nil
}

// wire is (f): what a fact costs on the line, in batches as live orders and
// backlogs make them.
func (b *bench) wire() error {
	dir := filepath.Join(b.dir, "wire")
	x, err := b.house(dir, time.Now, true)
	if err != nil {
		return err
	}
	for n := range b.size.leavings {
		err = errors.Join(err, b.visit(x, n))
	}
	if err = errors.Join(err, x.Close()); err != nil {
		return err
	}
	events, err := b.events(dir, 1<<30)
	if err != nil {
		return err
	}
	for _, n := range []int{1, 8, 64} {
		size, count := 0, 0
		own, boot := id.New[id.Box](), id.New[id.Boot]()
		dg := event.Genesis(own)
		for rest := events; len(rest) >= n; rest = rest[n:] {
			batch := wire.Batch{Box: own, Epoch: 1, Boot: boot, From: rest[0].Seq, Prev: dg}
			for _, e := range rest[:n] {
				dg = dg.Next(e.Body)
				batch.Bodies = append(batch.Bodies, e.Body)
			}
			batch.Dg = dg
			size += len(batch.Encode(wire.Reads))
			count += n
		}
		row := figure(fmt.Sprintf("a fact on the wire, in batches of %d", n), "bytes", float64(size)/float64(count))
		if n == 64 {
			row = row.most(80)
		}
		b.add(row)
	}
	return nil
}
