package pipe_test

import (
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/link/linktest"
	"github.com/tyngo/tyngo/sync/pipe"
)

// TestASlowHeadOfficeIsNotAskedAgainAndAgain: answers that take seconds are waited
// for. Five facts a second go on all the time.
func TestASlowHeadOfficeIsNotAskedAgainAndAgain(t *testing.T) {
	for _, way := range []time.Duration{5 * time.Millisecond, 100 * time.Millisecond, 700 * time.Millisecond, 1100 * time.Millisecond, 3 * time.Second} {
		t.Run(way.String(), func(t *testing.T) {
			w := newWorld(1, linktest.Faults{Least: way}, pipe.NoDefect)
			w.calm = true
			begin := w.now
			const minutes = 5
			made := 0
			run := func(until time.Time) {
				for w.now.Before(until) {
					for ; made < int(w.now.Sub(begin)/(200*time.Millisecond)) && w.now.Before(begin.Add(minutes*time.Minute)); made++ {
						w.journal.add(w.rnd)
					}
					if err := w.pass(); err != nil {
						t.Fatal(err)
					}
					if err := w.holds(); err != nil {
						t.Fatal(err)
					}
				}
			}
			run(begin.Add(time.Minute))
			hellos, carried, facts := w.hellos, w.carried, made
			run(begin.Add(minutes * time.Minute))
			if n := w.hellos - hellos; n > 2*(minutes-1)+2 {
				t.Errorf("%d HELLOs in the %d minutes after the first", n, minutes-1)
			}
			if sent, new := w.carried-carried, made-facts; sent > new+new/5 {
				t.Errorf("%d facts were sent %d times", new, sent)
			}
			run(w.now.Add(2*way + 5*time.Second))
			if head, _, _ := w.journal.Head(); w.sender.Acked() != head {
				t.Errorf("at the end %d of %d facts are acknowledged", w.sender.Acked(), head)
			}
		})
	}
}
