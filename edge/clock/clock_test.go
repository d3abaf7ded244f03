package clock_test

import (
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/clock"
	"pgregory.net/rapid"
)

// machine has a clock that somebody sets, and a time that passes.
type machine struct {
	wall   time.Time
	passed time.Duration
}

func (m *machine) pass(d time.Duration)  { m.wall, m.passed = m.wall.Add(d), m.passed+d }
func (m *machine) Wall() time.Time       { return m.wall }
func (m *machine) Passed() time.Duration { return m.passed }
func (m *machine) clock() *clock.Clock   { return clock.New(m.Wall, m.Passed) }

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func TestAClockIsDoubtedWhenItCannotBeRight(t *testing.T) {
	for _, c := range []struct {
		name string
		wall time.Time
		last time.Time
		want clock.Doubt
		now  time.Time
	}{
		{"it goes on", noon, noon.Add(-time.Hour), clock.None, noon},
		{"a little behind", noon.Add(-2 * time.Minute), noon, clock.None, noon.Add(-2 * time.Minute)},
		{"behind", noon.Add(-2*time.Minute - time.Second), noon, clock.Behind, noon},
		{"a flat battery", time.Unix(0, 0), noon, clock.Behind, noon},
		{"a day off", noon.Add(36 * time.Hour), noon, clock.None, noon.Add(36 * time.Hour)},
		{"ahead", noon.Add(36*time.Hour + time.Second), noon, clock.Ahead, noon},
		{"a new box", noon, time.Time{}, clock.None, noon},
		{"a new box with a flat battery", time.Unix(0, 0), time.Time{}, clock.Behind, clock.Earliest},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &machine{wall: c.wall}
			k := m.clock()
			k.Start(c.last)
			if why, _ := k.Doubted(); why != c.want || !k.Now().Equal(c.now) {
				t.Errorf("doubt %q, now %v", why, k.Now())
			}
			m.pass(time.Hour)
			if !k.Now().Equal(c.now.Add(time.Hour)) {
				t.Errorf("an hour later it is %v", k.Now())
			}
		})
	}
}

func TestAClockThatIsSetWhileTheBoxRunsIsDoubted(t *testing.T) {
	for _, by := range []time.Duration{-24 * time.Hour, -6 * time.Minute, -4 * time.Minute, 4 * time.Minute, 6 * time.Minute, 400 * 24 * time.Hour} {
		m := &machine{wall: noon}
		k := m.clock()
		k.Start(noon)
		m.pass(time.Minute)
		k.Now()
		m.pass(time.Minute)
		m.wall = m.wall.Add(by)
		now, want := k.Now(), clock.None
		if by.Abs() > 5*time.Minute {
			want = clock.Jumped
			if !now.Equal(noon.Add(2 * time.Minute)) {
				t.Errorf("set by %v: it is %v", by, now)
			}
		}
		if why, _ := k.Doubted(); why != want {
			t.Errorf("set by %v: doubt %q", by, why)
		}
	}
}

func TestAConfirmedTimeCounts(t *testing.T) {
	m := &machine{wall: time.Unix(0, 0)}
	k := m.clock()
	k.Start(noon)
	if _, ok := k.Office(); ok {
		t.Error("head office was heard")
	}
	k.Hear(noon.Add(-time.Hour))
	m.pass(time.Minute)
	at, ok := k.Office()
	if !ok || !at.Equal(noon.Add(-59*time.Minute)) {
		t.Fatalf("at head office it is %v", at)
	}
	k.Confirm(at)
	m.pass(time.Minute)
	if why, _ := k.Doubted(); why != clock.None || !k.Now().Equal(noon.Add(-58*time.Minute)) {
		t.Errorf("doubt %q, now %v", why, k.Now())
	}
	m.wall = noon.Add(-58 * time.Minute) // NTP sets the machine right: that parts from before, and is confirmed anew
	if why, _ := k.Doubted(); why != clock.Jumped || !k.Now().Equal(noon.Add(-58*time.Minute)) {
		t.Errorf("doubt %q, now %v", why, k.Now())
	}
}

// Whatever somebody does to the clock of the machine, the time of the box goes on
// with the time that passes, give or take what a clock may part.
func TestTimeGoesOnWhateverHappensToTheWall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{wall: noon}
		k := m.clock()
		k.Start(noon)
		last := k.Now()
		for range rapid.IntRange(1, 50).Draw(t, "steps") {
			d := time.Duration(rapid.Int64Range(0, int64(2*time.Hour)).Draw(t, "passes"))
			m.pass(d)
			if rapid.Bool().Draw(t, "set") {
				m.wall = m.wall.Add(time.Duration(rapid.Int64Range(-int64(1000*time.Hour), int64(1000*time.Hour)).Draw(t, "by")))
			}
			now := k.Now()
			if off := now.Sub(last) - d; off < -5*time.Minute || off > 5*time.Minute {
				t.Fatalf("%v passed, and the box says %v", d, now.Sub(last))
			}
			last = now
		}
	})
}
