package box_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
)

// wall is a machine's clock that somebody sets.
type wall struct {
	mu sync.Mutex
	by time.Duration
}

func (w *wall) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.by)
}

func (w *wall) set(to time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.by = time.Until(to)
}

// house on a machine whose clock is set by hand; the time that passes is real.
func clockHouse(t *testing.T) (*boxtest.House, *wall) {
	t.Helper()
	w, start := &wall{}, time.Now()
	return boxtest.Start(t, boxtest.At(w.now), boxtest.Elapsed(func() time.Duration { return time.Since(start) })), w
}

func ring(t *testing.T, h *boxtest.House) {
	t.Helper()
	if a := h.Do("POST", "/api/v1/orders", `{"restaurantId":"`+boxtest.Restaurant+`","items":[{"menuItemId":"`+boxtest.Chips+`","quantity":1}]}`); a.Status != 201 {
		t.Fatalf("an order is answered %d %s", a.Status, a.Body)
	}
}

func facts(t *testing.T, h *boxtest.House) (list []event.Event) {
	t.Helper()
	if err := h.DB.View(t.Context(), func(q *sqlite.Snapshot) (err error) { list, err = journal.Since(q, 0, 1000); return err }); err != nil {
		t.Fatal(err)
	}
	return list
}

func clockLight(t *testing.T, h *boxtest.House) string {
	t.Helper()
	var out struct {
		Lights []struct{ Name, Words string }
	}
	h.Do("GET", "/api/v1/lights", "").JSON(t, &out)
	for _, l := range out.Lights {
		if l.Name == "clock" {
			return l.Words
		}
	}
	return ""
}

// The battery is flat: the box starts in 1970, takes orders on its last day, says
// so, and a manager's word sets it right.
func TestABoxWithAFlatBatteryServesAndAsks(t *testing.T) {
	h, w := clockHouse(t)
	ring(t, h)
	before := facts(t, h)
	last := before[len(before)-1]
	h.Stop()
	w.set(time.Unix(0, 0))
	h.Open()
	ring(t, h)
	list := facts(t, h)
	e := list[len(before)]
	if e.At < last.At || e.At > last.At+time.Minute.Milliseconds() || e.Day != last.Day {
		t.Errorf("an order in doubt is at %v of %s, the last fact was at %v of %s", e.Time(), e.Day, last.Time(), last.Day)
	}
	if words := clockLight(t, h); !strings.Contains(words, "Orders go on") || !strings.Contains(words, "1969") && !strings.Contains(words, "1970") {
		t.Errorf("the light says %q", words)
	}
	if a := h.Do("POST", "/api/v1/clock/confirm", `{}`); a.Status != 422 {
		t.Errorf("1970 was confirmed: %d %s", a.Status, a.Body)
	}
	token, err := box.Token(h.Config, "manager", "later", 30*24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	h.Token = token
	at := time.Now().Add(72 * time.Hour).UTC().Truncate(time.Second)
	if a := h.Do("POST", "/api/v1/clock/confirm", `{"at":"`+at.Format(time.RFC3339)+`"}`); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if words := clockLight(t, h); words != "" {
		t.Errorf("the light still says %q", words)
	}
	ring(t, h)
	list = facts(t, h)
	e = list[len(list)-1]
	if e.Time().Before(at) || e.Time().After(at.Add(time.Minute)) || e.Day == last.Day {
		t.Errorf("an order after the confirmation is at %v of %s, want %v", e.Time(), e.Day, at)
	}
	if a := h.Do("POST", "/api/v1/clock/confirm", `{}`); a.Status != 409 {
		t.Errorf("a clock that is fine was confirmed: %d %s", a.Status, a.Body)
	}
}

// The date was set a month ahead, and head office knows better: the time of facts
// goes back, once, by one fact.
func TestHeadOfficesTimeEndsTheDoubt(t *testing.T) {
	h, w := clockHouse(t)
	ring(t, h)
	h.Stop()
	w.set(time.Now().Add(30 * time.Hour))
	h.Open()
	ring(t, h) // a day off is no reason to doubt, and this fact is too late
	h.Stop()
	w.set(time.Now())
	h.Open() // now the clock is behind the last fact
	if clockLight(t, h) == "" {
		t.Fatal("nothing is said of a clock that went back a day")
	}
	h.Clock.Hear(time.Now())
	h.Until("the time is confirmed", func() bool { return clockLight(t, h) == "" })
	ring(t, h)
	list := facts(t, h)
	confirmed := 0
	for i, e := range list[1:] {
		if c, ok := e.Payload.(event.ClockConfirmed); ok {
			if confirmed++; c.By != "hq" || e.At != c.To {
				t.Errorf("the doubt ended with %s", e.Body)
			}
		} else if e.At < list[i].At {
			t.Errorf("fact %d, %s, is earlier than the one before", e.Seq, e.Type)
		}
	}
	if confirmed != 1 {
		t.Errorf("the time was confirmed %d times", confirmed)
	}
	if off := time.Since(list[len(list)-1].Time()); off < 0 || off > time.Minute {
		t.Errorf("the last order is %v old", off)
	}
}
