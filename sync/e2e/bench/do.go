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
	took []time.Duration // one an answer
	span time.Duration
}

func (b burst) rate() float64           { return float64(len(b.took)) / b.span.Seconds() }
func (b burst) at(p float64) float64    { return percentile(b.took, p) }
func (b burst) and(more burst) burst    { return burst{append(b.took, more.took...), b.span + more.span} }
func rates(l []burst) (out []float64)   { return each(l, burst.rate) }
func tails(l []burst) (out []float64)   { return each(l, func(b burst) float64 { return b.at(99) }) }
func medians(l []burst) (out []float64) { return each(l, func(b burst) float64 { return b.at(50) }) }

func each(l []burst, f func(burst) float64) (out []float64) {
	for _, b := range l {
		out = append(out, f(b))
	}
	return out
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
	out := burst{span: time.Since(began)}
	for _, t := range took {
		out.took = append(out.took, t...)
	}
	return out, errors.Join(errs...)
}

// inTurn runs two sides in rounds. In each they take turns in short slices, the one
// and the other first, so that what else the machine does meets both.
func (b *bench) inTurn(one, two func(span time.Duration) (burst, error)) (ones, twos []burst, err error) {
	span := b.size.span / time.Duration(b.size.slices)
	for range b.size.rounds {
		var got [2]burst
		for n := range b.size.slices {
			for k := range 2 {
				side := (n + k) % 2
				more, err := []func(time.Duration) (burst, error){one, two}[side](span)
				if err = errors.Join(b.ctx.Err(), err); err != nil {
					return nil, nil, err
				}
				got[side] = got[side].and(more)
			}
		}
		ones, twos = append(ones, got[0]), append(twos, got[1])
	}
	return ones, twos, nil
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
		mine, theirs, err := b.inTurn(func(span time.Duration) (burst, error) {
			return drive(callers, span, func(_, n int) error { _, err := b.place(x, n); return err })
		}, func(span time.Duration) (burst, error) {
			return drive(callers, span, func(_, n int) error { return limit.do(n, id.New[id.Command]()) })
		})
		if err != nil {
			return err
		}
		row := pair(fmt.Sprintf("order.Book.Do, %d callers", callers), "orders/s", "bare group commit", rates(mine), rates(theirs))
		if callers == 64 {
			row = row.atLeast(0.5)
		}
		b.add(row)
		b.add(figure(fmt.Sprintf("order.Book.Do, %d callers, p99", callers), "ms", tails(mine)...))
		b.add(figure(fmt.Sprintf("bare commit, %d callers, p50", callers), "ms", medians(theirs)...))
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
