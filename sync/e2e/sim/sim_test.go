package sim_test

import (
	"errors"
	"flag"
	"maps"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/tyngo/tyngo/sync/e2e/sim"
)

var (
	seeds = flag.Int("seeds", 50, "histories to play")
	first = flag.Uint64("seed", 1, "the first one")
)

func prepared(t testing.TB) (string, sim.Templates) {
	t.Helper()
	dir := t.TempDir()
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() { // no power is cut here, and memory is fast
		if d, err := os.MkdirTemp("/dev/shm", "tyngo-sim-"); err == nil {
			t.Cleanup(func() { os.RemoveAll(d) })
			dir = d
		}
	}
	tmpl, err := sim.Prepare(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir, tmpl
}

// TestWhateverHappensNothingIsLostOrDoubled plays histories.
func TestWhateverHappensNothingIsLostOrDoubled(t *testing.T) {
	dir, tmpl := prepared(t)
	covered := map[string]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	next := make(chan uint64)
	for range 2 {
		wg.Go(func() {
			for seed := range next {
				c, err := sim.Play(seed, sim.Whole, dir, tmpl)
				if err != nil {
					t.Errorf("%v (again: go test ./sync/e2e/sim -seeds 1 -seed %d)", err, seed)
				}
				mu.Lock()
				for k, n := range c {
					covered[k] += n
				}
				mu.Unlock()
			}
		})
	}
	for n := range *seeds {
		if t.Failed() && n > 20 {
			break
		}
		next <- *first + uint64(n)
	}
	close(next)
	wg.Wait()
	for _, k := range slices.Sorted(maps.Keys(covered)) {
		t.Logf("%-20s %d", k, covered[k])
	}
	for _, k := range sim.Faults() {
		if covered[k] == 0 && *seeds >= 100 {
			t.Errorf("nothing was ever %s", k)
		}
	}
}

// TestABrokenRuleIsNoticed: a simulation that finds nothing must be able to find
// something.
func TestABrokenRuleIsNoticed(t *testing.T) {
	dir, tmpl := prepared(t)
	rules := sim.Rules()
	if *seeds < 20 {
		rules = rules[:sim.Soon]
	}
	for _, b := range rules {
		t.Run(string(b), func(t *testing.T) {
			for seed := uint64(1); seed <= 400; seed++ {
				_, err := sim.Play(seed, b, dir, tmpl)
				if v := (*sim.Violation)(nil); errors.As(err, &v) {
					t.Log(v)
					return
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			t.Error("nothing was noticed in 400 histories")
		})
	}
}

// TestASeedIsAHistory: a failing seed must fail again, in another process, too.
func TestASeedIsAHistory(t *testing.T) {
	t.Parallel()
	play := func(seed uint64) map[string]int {
		dir, tmpl := prepared(t)
		covered, err := sim.Play(seed, sim.Whole, dir, tmpl)
		if err != nil {
			t.Fatal(err)
		}
		return covered
	}
	for seed := uint64(1); seed <= 4; seed++ {
		if once, again := play(seed), play(seed); !maps.Equal(once, again) {
			t.Errorf("seed %d was %v, and then %v", seed, once, again)
		}
	}
}
