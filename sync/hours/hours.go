// Package hours is times of the day on the clock on a restaurant's wall: when a
// daypart begins and ends, across midnight and across the change of the clocks.
//
// A wall clock is not a line: twice a year an hour does not exist, or comes twice.
// The rule is one for all: what begins or ends at a time begins or ends when the
// clock of that date first shows it, or, where it never does, when it first shows
// more.
package hours

import (
	"fmt"
	"slices"
	"time"
)

// Minutes are minutes after midnight on the clock on the wall, 0 to 1440.
type Minutes int

// Midnight ends a day.
const Midnight Minutes = 24 * 60

// Parse reads HH:MM. 24:00 is the end of a day.
func Parse(s string) (Minutes, error) {
	digit := func(i int) bool { return s[i] >= '0' && s[i] <= '9' }
	if len(s) != 5 || s[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4) {
		return 0, fmt.Errorf("%.20q is no time of the day, such as 17:30", s)
	}
	h, m := int(s[0]-'0')*10+int(s[1]-'0'), int(s[3]-'0')*10+int(s[4]-'0')
	if m > 59 || h > 24 || h == 24 && m > 0 {
		return 0, fmt.Errorf("%q is no time of the day, such as 17:30", s)
	}
	return Minutes(h*60 + m), nil
}

func (m Minutes) String() string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// On is the moment at which the clock of a date first shows a time or, where it
// never shows it, more. Only the date of d counts, on the clock of loc.
func (m Minutes) On(d time.Time, loc *time.Location) time.Time {
	y, mon, day := d.In(loc).Date()
	wall := time.Date(y, mon, day, 0, int(m), 0, 0, time.UTC)
	// What the clock shows before a change and after it: one of the two is right, or
	// both are, or, in the hour that is left out, none.
	before, after := offset(wall.Add(-day24), loc), offset(wall.Add(day24), loc)
	first, second := wall.Add(-before), wall.Add(-after)
	if second.Before(first) {
		first, second = second, first
	}
	for _, at := range []time.Time{first, second} {
		if offset(at, loc) == wall.Sub(at) {
			return at.In(loc)
		}
	}
	change, _ := second.In(loc).ZoneBounds()
	return change
}

const day24 = 24 * time.Hour

func offset(at time.Time, loc *time.Location) time.Duration {
	_, s := at.In(loc).Zone()
	return time.Duration(s) * time.Second
}

// Window is a time of the week: on some days, from one time to another. Where To is
// not after From it ends on the next day; it belongs to the day on which it begins.
type Window struct {
	Days     []time.Weekday // none: every day
	From, To Minutes
}

// Holds reports whether a moment is in the window, on the clock of loc.
func (w Window) Holds(at time.Time, loc *time.Location) bool {
	today := at.In(loc)
	y, m, d := today.Date()
	for back := range 2 {
		noon := time.Date(y, m, d-back, 12, 0, 0, 0, loc)
		if len(w.Days) > 0 && !slices.Contains(w.Days, noon.Weekday()) {
			continue
		}
		end := noon
		if w.To <= w.From {
			end = time.Date(y, m, d-back+1, 12, 0, 0, 0, loc)
		}
		if !at.Before(w.From.On(noon, loc)) && at.Before(w.To.On(end, loc)) {
			return true
		}
	}
	return false
}

var names = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// Weekday reads mon, tue, …
func Weekday(s string) (time.Weekday, error) {
	for i, n := range names {
		if n == s {
			return time.Weekday(i), nil
		}
	}
	return 0, fmt.Errorf("%.20q is no day of the week: mon, tue, wed, thu, fri, sat, sun", s)
}
