package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/tyngo/tyngo/sync/e2e/sim"
)

// ruleMost is how many histories a broken rule has to be noticed in.
const ruleMost = 400

// replication plays whole histories of boxes and their head office by seeds: the
// real journal, sender, receiver, ingest and directives, and a broker that breaks
// every promise.
func replication(s *stage) error {
	dir, err := memory(s.dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	t, err := sim.Prepare(dir)
	if err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // histories are short, and make much that is soon forgotten
	histories := s.size(60, 20_000)
	whole := s.promise("nothing is lost, doubled, mixed or stuck; a wish is done once and in order")
	covered, err := s.histories(dir, t, whole, histories)
	if err != nil {
		return err
	}
	whole.tried = fmt.Sprintf("%d histories of two boxes", whole.tries)
	every := s.promise("every fault occurred")
	for _, k := range sim.Faults() {
		var none error
		if covered[k] == 0 {
			none = fmt.Errorf("nothing was ever %s", k)
		}
		every.try(none)
	}
	every.tried = ""
	for _, k := range slices.Sorted(maps.Keys(covered)) {
		every.tried += fmt.Sprintf("%s %d, ", k, covered[k])
	}
	every.tried = every.tried[:max(0, len(every.tried)-2)]
	rules := sim.Rules()
	noticed := s.promise("a rule that is broken on purpose is noticed")
	for _, b := range rules {
		noticed.try(notices(b, dir, t))
	}
	noticed.tried = fmt.Sprint(rules)
	return nil
}

// histories plays many, two at a time, and answers what they covered.
func (s *stage) histories(dir string, t sim.Templates, p *promise, n int) (map[string]int, error) {
	covered := map[string]int{}
	first := s.rnd.Uint64() >> 1
	bar := s.bar(n, "histories")
	next := make(chan uint64)
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	for range 2 {
		wg.Go(func() {
			for seed := range next {
				c, err := sim.Play(seed, sim.Whole, dir, t)
				mu.Lock()
				if v := (*sim.Violation)(nil); err == nil || errors.As(err, &v) {
					if !p.try(err) { // the table shows the first
						fmt.Fprintf(s.out, "\n%v (again: go test ./sync/e2e/sim -run Whatever -seeds 1 -seed %d)\n", err, seed)
					}
				} else {
					failed = errors.Join(failed, err)
				}
				for k, n := range c {
					covered[k] += n
				}
				mu.Unlock()
				_ = bar.Add(1) // a bar that cannot be drawn stops nothing
			}
		})
	}
	for i := range n {
		mu.Lock()
		stop := failed != nil || p.broken > 5 || s.ctx.Err() != nil
		mu.Unlock()
		if stop {
			break
		}
		next <- first + uint64(i)
	}
	close(next)
	wg.Wait()
	return covered, errors.Join(failed, s.ctx.Err())
}

// notices plays histories with a broken rule until that shows.
func notices(b sim.Broken, dir string, t sim.Templates) error {
	for seed := uint64(1); seed <= ruleMost; seed++ {
		_, err := sim.Play(seed, b, dir, t)
		if v := (*sim.Violation)(nil); errors.As(err, &v) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("%s: nothing was noticed in %d histories", b, ruleMost)
}

// memory is a directory that no disk slows down: no power is cut here.
func memory(otherwise string) (string, error) {
	const shared = "/dev/shm"
	if info, err := os.Stat(shared); err == nil && info.IsDir() {
		return os.MkdirTemp(shared, "tyngo-prove-")
	}
	dir := filepath.Join(otherwise, "histories")
	return dir, os.MkdirAll(dir, 0o700)
}
