package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/sync/id"
)

// burst is what callers did in a while.
type burst struct {
	rate float64 // a second
	took []time.Duration
}

// drive lets callers do something again and again for a while, each after its
// answer.
func drive(callers int, span time.Duration, op func(caller, n int) error) (burst, error) {
	var wg sync.WaitGroup
	took := make([][]time.Duration, callers)
	errs := make([]error, callers)
	began := time.Now()
	until := began.Add(span)
	for c := range callers {
		wg.Go(func() {
			for n := c; ; n += callers {
				start := time.Now()
				if start.After(until) {
					return
				}
				if errs[c] = op(c, n); errs[c] != nil {
					return
				}
				took[c] = append(took[c], time.Since(start))
			}
		})
	}
	wg.Wait()
	all := time.Since(began)
	var out burst
	for _, t := range took {
		out.took = append(out.took, t...)
	}
	out.rate = float64(len(out.took)) / all.Seconds()
	return out, errors.Join(errs...)
}

// inTurn runs rounds of two, each time the other first.
func (b *bench) inTurn(what string, one, two func() error) error {
	for round := range b.size.rounds {
		if round%2 == 1 {
			one, two = two, one
		}
		if err := errors.Join(b.ctx.Err(), one()); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if err := two(); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if round%2 == 1 {
			one, two = two, one
		}
	}
	return nil
}

// do is (a): order.Book.Do in process beside bare group commit of the same rows.
func (b *bench) do() error {
	dir := filepath.Join(b.dir, "do")
	x, leave, err := b.captured(dir)
	if err != nil {
		return err
	}
	defer func() { _ = x.Close() }() // it was read to the end
	limit, err := openBare(b.ctx, filepath.Join(dir, "bare.db"), leave)
	if err != nil {
		return err
	}
	defer func() { _ = limit.close() }()
	for _, callers := range []int{1, 8, 64} {
		var mine, theirs, p99, bare50 []float64
		err := b.inTurn("do", func() error {
			r, err := drive(callers, b.size.span, func(_, n int) error { _, err := b.place(x, n); return err })
			mine, p99 = append(mine, r.rate), append(p99, percentile(r.took, 99))
			return err
		}, func() error {
			r, err := drive(callers, b.size.span, func(_, n int) error { return limit.do(n, id.New[id.Command]()) })
			theirs, bare50 = append(theirs, r.rate), append(bare50, percentile(r.took, 50))
			return err
		})
		if err != nil {
			return err
		}
		row := pair(fmt.Sprintf("order.Book.Do, %d callers", callers), "orders/s", "bare group commit", mine, theirs)
		if callers == 64 {
			row = row.atLeast(0.5)
		}
		b.add(row)
		b.add(figure(fmt.Sprintf("order.Book.Do, %d callers, p99", callers), "ms", p99...))
		b.add(figure(fmt.Sprintf("bare commit, %d callers, p50", callers), "ms", bare50...))
	}
	return nil
}

// captured is a box that took orders, and a copy of its database with what they left.
func (b *bench) captured(dir string) (*box.Box, []leaving, error) {
	home := filepath.Join(dir, "box")
	x, err := b.house(home, time.Now, false)
	if err != nil {
		return nil, nil, err
	}
	for n := range b.size.leavings {
		if _, err := b.place(x, n); err != nil {
			return nil, nil, errors.Join(err, x.Close())
		}
	}
	if err := x.Close(); err != nil {
		return nil, nil, err
	}
	copied := filepath.Join(dir, "bare.db")
	if err := copyFile(filepath.Join(home, "box.db"), copied); err != nil {
		return nil, nil, err
	}
	leave, err := leavings(b.ctx, copied)
	if err != nil {
		return nil, nil, err
	}
	x, err = box.New(b.ctx, config(home, time.Now))
	return x, leave, err
}
