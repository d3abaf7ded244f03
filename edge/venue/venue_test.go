package venue_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/venue"
)

func place(t *testing.T, zone, start string) *venue.Venue {
	t.Helper()
	v, err := venue.Parse(fmt.Appendf(nil, `{"restaurant":"0198f000-0000-7000-8000-000000000001","name":"Luz","currency":"USD","zone":%q,"day_start":%q,
		"stations":[{"id":"0198f000-0000-7000-8000-000000000021","name":"Hot line"},{"id":"0198f000-0000-7000-8000-000000000022","name":"Bar"}],
		"sections":[{"name":"Room","tables":[{"name":"B4"}]}]}`, zone, start))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheBusinessDayBeginsWhenThePlaceSays(t *testing.T) {
	for _, c := range []struct{ zone, start, at, day string }{
		{"America/New_York", "04:00", "2026-11-24T08:59:59Z", "2026-11-23"}, // 3:59:59
		{"America/New_York", "04:00", "2026-11-24T09:00:00Z", "2026-11-24"},
		{"America/New_York", "00:00", "2026-11-24T04:59:59Z", "2026-11-23"},
		{"America/New_York", "00:00", "2026-11-24T05:00:00Z", "2026-11-24"},
		// The clocks go forward at 2:00 on 8 March: 2:30 does not exist, 3:00 is past it.
		{"America/New_York", "02:30", "2026-03-08T06:59:59Z", "2026-03-07"},
		{"America/New_York", "02:30", "2026-03-08T07:00:00Z", "2026-03-08"},
		// They go back at 2:00 on 1 November: 1:30 comes twice, and the first one counts.
		{"America/New_York", "01:30", "2026-11-01T05:29:59Z", "2026-10-31"},
		{"America/New_York", "01:30", "2026-11-01T05:30:00Z", "2026-11-01"},
		{"Europe/London", "04:00", "2026-03-29T02:59:59Z", "2026-03-28"}, // 3:59:59 in summer time
		{"Europe/London", "04:00", "2026-03-29T03:00:00Z", "2026-03-29"},
		{"Australia/Lord_Howe", "04:00", "2026-10-03T16:59:59Z", "2026-10-03"}, // half an hour of summer time
		{"Australia/Lord_Howe", "04:00", "2026-10-03T17:00:00Z", "2026-10-04"},
		{"Asia/Tokyo", "05:00", "2026-01-01T19:59:59Z", "2026-01-01"},
		{"Asia/Tokyo", "05:00", "2026-01-01T20:00:00Z", "2026-01-02"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		v := place(t, c.zone, c.start)
		if got := v.Day(at); got != c.day {
			t.Errorf("%s, day starts %s, %s (%s there): %s, want %s", c.zone, c.start, c.at, v.Local(at).Format("15:04"), got, c.day)
		}
	}
}

// In the hour that comes twice the day must not go back to the day before.
func TestTheBusinessDayNeverGoesBack(t *testing.T) {
	for _, zone := range []string{"America/New_York", "Europe/London", "Australia/Lord_Howe"} {
		for _, start := range []string{"00:00", "00:30", "01:00", "01:30", "01:45", "02:00", "02:30", "03:00", "04:00"} {
			v := place(t, zone, start)
			last := ""
			for at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2026; at = at.Add(15 * time.Minute) {
				day := v.Day(at)
				if day < last {
					t.Fatalf("%s, day starts %s: at %s (%s there) after %s comes %s", zone, start, at, v.Local(at), last, day)
				}
				last = day
			}
		}
	}
}

func TestStationsAndTablesAreFoundAsPeopleSayThem(t *testing.T) {
	v := place(t, "America/Chicago", "04:00")
	if s := v.Station(" bar "); s.Name != "Bar" {
		t.Errorf("bar is %s", s.Name)
	}
	if s := v.Station("Nowhere"); s.Name != "Hot line" {
		t.Errorf("a station that is not there is %s, want the first", s.Name)
	}
	if tb, ok := v.Table("b4"); !ok || tb.Name != "B4" {
		t.Errorf("b4 is %v", tb)
	}
}
