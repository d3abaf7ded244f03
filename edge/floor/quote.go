package floor

import (
	"fmt"
	"slices"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/room"
)

const (
	stayUnknown = 60 * time.Minute // that a party sits, until five of this box have left
	stayLeast   = 20 * time.Minute
	stayMost    = 3 * time.Hour
	stays       = 20              // parties of whom it is the middle
	soonest     = 5 * time.Minute // who is over the usual time may leave any minute
	step        = 5               // minutes: nobody believes 23
)

// Stay is how long a party usually sits: the middle of the last ones.
func Stay(q sqlite.Queryer) (time.Duration, error) {
	var list []int64
	err := sqlite.Each(q, "SELECT left_at - seated_at FROM party WHERE state = 'left' AND left_at > 0 ORDER BY left_at DESC LIMIT ?", []any{stays}, func(scan sqlite.Scan) error {
		var ms int64
		err := scan(&ms)
		list = append(list, ms)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("read how long parties sat: %w", err)
	}
	if len(list) < 5 {
		return stayUnknown, nil
	}
	slices.Sort(list)
	return min(max(time.Duration(list[len(list)/2])*time.Millisecond, stayLeast), stayMost), nil
}

// Quote is how many minutes guests are told who come now: the tables large enough are
// given in turn to those who wait, and each is free again when its party has sat as
// long as parties do. ok is false where no table is large enough.
func (f *Floor) Quote(v *venue.Venue, covers int, stay time.Duration, now time.Time) (minutes int, ok bool) {
	var free []time.Duration // of the tables that are large enough: until then
	for _, s := range v.Sections {
		for _, t := range s.Tables {
			if t.Seats < covers && t.Seats > 0 {
				continue
			}
			state, since := f.State(t.Name)
			if p := f.At[t.Name]; p != nil {
				since = p.SeatedAt
			}
			wait := time.Duration(0)
			if state != room.Free && state != room.Dirty {
				wait = max(stay-now.Sub(since), soonest)
			}
			free = append(free, wait)
		}
	}
	if len(free) == 0 {
		return 0, false
	}
	ahead := 0
	for _, p := range f.waiting() {
		if p.Covers >= covers || p.Covers*2 > covers { // who wants much smaller tables is not in the way
			ahead++
		}
	}
	for range ahead { // each takes the next one, for as long as they stay
		slices.Sort(free)
		free[0] += stay
	}
	m := int(slices.Min(free).Minutes() + 0.999)
	return min((m+step-1)/step*step, MaxMinutes), true
}
