package hours_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/tyngo/tyngo/sync/hours"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func utc(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func minutes(t *testing.T, s string) hours.Minutes {
	t.Helper()
	m, err := hours.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestATimeOfTheDayIsWhenTheClockFirstShowsIt(t *testing.T) {
	for _, c := range []struct{ zone, date, clock, at string }{
		{"America/New_York", "2026-11-24T12:00:00Z", "17:30", "2026-11-24T22:30:00Z"},
		{"America/New_York", "2026-11-24T12:00:00Z", "24:00", "2026-11-25T05:00:00Z"},
		{"America/New_York", "2026-03-08T12:00:00Z", "02:30", "2026-03-08T07:00:00Z"}, // does not exist
		{"America/New_York", "2026-03-08T12:00:00Z", "03:00", "2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-03-08T12:00:00Z", "01:59", "2026-03-08T06:59:00Z"},
		{"America/New_York", "2026-11-01T12:00:00Z", "01:30", "2026-11-01T05:30:00Z"}, // comes twice
		{"America/New_York", "2026-11-01T12:00:00Z", "02:00", "2026-11-01T07:00:00Z"},
		{"Europe/London", "2026-03-29T12:00:00Z", "01:15", "2026-03-29T01:00:00Z"},
		{"Europe/London", "2026-10-25T12:00:00Z", "01:15", "2026-10-25T00:15:00Z"},
		{"Australia/Lord_Howe", "2026-10-04T02:00:00Z", "02:15", "2026-10-03T15:30:00Z"}, // half an hour is left out
		{"Australia/Lord_Howe", "2026-04-05T02:00:00Z", "01:45", "2026-04-04T14:45:00Z"}, // half an hour comes twice
		{"Pacific/Apia", "2011-12-29T22:00:00Z", "12:00", "2011-12-29T22:00:00Z"},        // the day before the day that never was
	} {
		loc := zone(t, c.zone)
		if got := minutes(t, c.clock).On(utc(t, c.date), loc); !got.Equal(utc(t, c.at)) {
			t.Errorf("%s, %s at %s is %s, want %s", c.zone, c.date[:10], c.clock, got.UTC().Format(time.RFC3339), c.at)
		}
	}
}

// TestADaypartOverMidnightAndOverTheChangeOfClocks: each boundary is given with the
// last moment of the one side and the first of the other.
func TestADaypartOverMidnightAndOverTheChangeOfClocks(t *testing.T) {
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	for _, c := range []struct {
		zone, from, to string
		days           []time.Weekday
		at             string
		in             bool
	}{
		{"America/New_York", "07:00", "11:00", week, "2026-11-24T11:59:59Z", false},
		{"America/New_York", "07:00", "11:00", week, "2026-11-24T12:00:00Z", true},
		{"America/New_York", "07:00", "11:00", week, "2026-11-24T15:59:59Z", true},
		{"America/New_York", "07:00", "11:00", week, "2026-11-24T16:00:00Z", false},
		{"America/New_York", "07:00", "11:00", week, "2026-11-28T14:00:00Z", false}, // Saturday
		// Friday's late hours end on Saturday morning, and there are none of Saturday.
		{"America/New_York", "22:00", "02:00", week, "2026-11-28T06:59:59Z", true},
		{"America/New_York", "22:00", "02:00", week, "2026-11-28T07:00:00Z", false},
		{"America/New_York", "22:00", "02:00", week, "2026-11-29T04:00:00Z", false},
		{"America/New_York", "22:00", "02:00", week, "2026-11-30T06:00:00Z", false}, // Sunday night
		// 2:30 does not exist on 8 March: it begins at 3:00, which is then.
		{"America/New_York", "02:30", "05:00", nil, "2026-03-08T06:59:59Z", false},
		{"America/New_York", "02:30", "05:00", nil, "2026-03-08T07:00:00Z", true},
		// 1:30 comes twice on 1 November: what ends then ends the first time.
		{"America/New_York", "22:00", "01:30", nil, "2026-11-01T05:29:59Z", true},
		{"America/New_York", "22:00", "01:30", nil, "2026-11-01T05:30:00Z", false},
		{"America/New_York", "22:00", "01:30", nil, "2026-11-01T06:15:00Z", false}, // 1:15 once more
		{"Australia/Lord_Howe", "02:00", "02:20", nil, "2026-10-03T15:45:00Z", false},
		{"Australia/Lord_Howe", "01:30", "02:45", nil, "2026-10-03T15:29:59Z", true},
		{"Australia/Lord_Howe", "01:30", "02:45", nil, "2026-10-03T15:45:00Z", false},
		{"Europe/London", "00:30", "01:30", nil, "2026-03-29T00:59:59Z", true},
		{"Europe/London", "00:30", "01:30", nil, "2026-03-29T01:00:00Z", false},
		{"Europe/London", "16:00", "16:00", nil, "2026-10-25T03:00:00Z", true}, // all round the clock
		{"Europe/London", "00:00", "24:00", []time.Weekday{time.Sunday}, "2026-10-25T23:59:59Z", true},
		{"Europe/London", "00:00", "24:00", []time.Weekday{time.Sunday}, "2026-10-26T00:00:00Z", false},
	} {
		w := hours.Window{Days: c.days, From: minutes(t, c.from), To: minutes(t, c.to)}
		if got := w.Holds(utc(t, c.at), zone(t, c.zone)); got != c.in {
			t.Errorf("%s, %s to %s: at %s (%s there) it is %v", c.zone, c.from, c.to, c.at, utc(t, c.at).In(zone(t, c.zone)).Format("Mon 15:04:05 MST"), got)
		}
	}
}

// Dayparts that share the day share every moment of the year: none belongs to two,
// none to nobody.
func TestDaypartsThatShareTheDayShareTheYear(t *testing.T) {
	for _, name := range []string{"America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Tokyo"} {
		loc := zone(t, name)
		parts := []hours.Window{{From: 4 * 60, To: 11 * 60}, {From: 11 * 60, To: 16*60 + 30}, {From: 16*60 + 30, To: 22 * 60}, {From: 22 * 60, To: 90}, {From: 90, To: 2*60 + 15}, {From: 2*60 + 15, To: 4 * 60}}
		for at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2026; at = at.Add(7*time.Minute + 30*time.Second) {
			n := 0
			for _, w := range parts {
				if w.Holds(at, loc) {
					n++
				}
			}
			if n != 1 {
				t.Fatalf("%s: %s (%s there) is in %d parts of the day", name, at, at.In(loc), n)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"17:30", "24:00", "7:30", "1730", "-1:00", "23:60", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := hours.Parse(s)
		if err == nil && (m < 0 || m > hours.Midnight || m.String() != s) {
			t.Errorf("%q is %d, which is %s", s, m, m)
		}
	})
}

func TestADayOfTheWeekIsThreeLetters(t *testing.T) {
	for s, want := range map[string]time.Weekday{"mon": time.Monday, "sun": time.Sunday, "sat": time.Saturday} {
		if got, err := hours.Weekday(s); err != nil || got != want {
			t.Errorf("%s is %v, %v", s, got, err)
		}
	}
	if _, err := hours.Weekday("Monday"); err == nil {
		t.Error("Monday is taken")
	}
}
