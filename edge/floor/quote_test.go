package floor_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/floor"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/room"
)

var noon = time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC)

func plan(t testing.TB) *venue.Venue {
	t.Helper()
	v, err := venue.Parse([]byte(`{"restaurant":"0198f000-0000-7000-8000-000000000001","name":"Luz","currency":"USD","zone":"America/Chicago",
		"sections":[{"name":"Room","tables":[{"name":"1","seats":2},{"name":"2","seats":4},{"name":"3","seats":4}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func ago(minutes int) time.Time { return noon.Add(-time.Duration(minutes) * time.Minute) }

// with is a floor where parties sit at tables since so many minutes, and others wait.
func with(sits map[string]int, waiting ...int) *floor.Floor {
	f := &floor.Floor{At: map[string]*floor.Party{}, Dirty: map[string]time.Time{}, Alone: map[string][]order.Brief{}}
	for table, minutes := range sits {
		p := &floor.Party{ID: id.New[id.Party](), Covers: 2, SeatedAt: ago(minutes), Tables: []string{table}}
		f.Parties, f.At[table] = append(f.Parties, p), p
	}
	for _, covers := range waiting {
		f.Parties = append(f.Parties, &floor.Party{ID: id.New[id.Party](), Covers: covers, CameAt: noon})
	}
	return f
}

func TestAQuoteIsWhenTheNextLargeEnoughTableIsUsuallyFree(t *testing.T) {
	for _, c := range []struct {
		what    string
		covers  int
		sits    map[string]int
		waiting []int
		want    string
	}{
		{"a free table", 4, map[string]int{"2": 10}, nil, "0 true"},
		{"the small one does not count", 4, map[string]int{"2": 10, "3": 40}, nil, "20 true"},
		{"who is over the usual time leaves any minute", 4, map[string]int{"2": 10, "3": 200}, nil, "5 true"},
		{"one is before them", 4, map[string]int{"2": 10, "3": 40}, []int{3}, "50 true"},
		{"one who wants less than half is not", 4, map[string]int{"2": 10, "3": 40}, []int{2}, "20 true"},
		{"nothing is large enough", 5, nil, nil, "0 false"},
		{"a party of two may have any", 2, map[string]int{"1": 50, "2": 10, "3": 40}, nil, "10 true"},
		{"minutes are told in fives", 4, map[string]int{"2": 42, "3": 30}, nil, "20 true"},
	} {
		m, ok := with(c.sits, c.waiting...).Quote(plan(t), c.covers, time.Hour, noon)
		if got := fmt.Sprint(m, " ", ok); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

func TestATablesStateIsWhatItsOrdersSay(t *testing.T) {
	brief := func(s order.Status, minutes, lines int) order.Brief {
		b := order.Brief{Status: s, Lines: lines, OpenedAt: ago(minutes + 1).UnixMilli()}
		if s != order.StatusOpen {
			b.PlacedAt = ago(minutes).UnixMilli()
		}
		return b
	}
	for _, c := range []struct {
		what   string
		check  bool
		orders []order.Brief
		want   room.State
		since  int // minutes ago
	}{
		{"nothing ordered", false, nil, room.Seated, 30},
		{"an order without a dish", false, []order.Brief{brief(order.StatusOpen, 5, 0)}, room.Seated, 30},
		{"dishes that were not sent", false, []order.Brief{brief(order.StatusOpen, 5, 1)}, room.Seated, 30},
		{"who waits longest counts", false, []order.Brief{brief(order.StatusReady, 20, 1), brief(order.StatusPlaced, 4, 1)}, room.Ordered, 20},
		{"one is served, one is not", false, []order.Brief{brief(order.StatusServed, 20, 1), brief(order.StatusPlaced, 4, 1)}, room.Ordered, 4},
		{"all is served", false, []order.Brief{brief(order.StatusServed, 20, 1), brief(order.StatusServed, 9, 1)}, room.Served, 9},
		{"all was cancelled", false, []order.Brief{brief(order.StatusCancelled, 20, 1)}, room.Seated, 30},
		{"the check is there", true, []order.Brief{brief(order.StatusServed, 20, 1)}, room.CheckPrinted, 2},
	} {
		p := floor.Party{SeatedAt: ago(30), Checks: c.orders}
		if c.check {
			p.CheckAt = ago(2)
		}
		if s, since := p.State(); s != c.want || !since.Equal(ago(c.since)) {
			t.Errorf("%s: %s since %s, want %s since %d minutes", c.what, s, since, c.want, c.since)
		}
	}
}

func TestWhatIsWishedWithoutSenseIsRefusedInWords(t *testing.T) {
	w := floor.World{Venue: plan(t)}
	f := with(map[string]int{"1": 5})
	fresh := id.New[id.Party]()
	for _, c := range []struct {
		wish floor.Command
		code string
	}{
		{floor.Seat{Party: fresh, Tables: []string{"1"}, Covers: 2}, "table_taken"},
		{floor.Seat{Party: fresh, Tables: []string{"2", "2"}, Covers: 2}, "table_twice"},
		{floor.Seat{Party: fresh, Tables: []string{"9"}, Covers: 2}, "table_unknown"},
		{floor.Seat{Party: fresh, Covers: 2}, "tables"},
		{floor.Seat{Party: fresh, Tables: []string{"2"}}, "covers"},
		{floor.Seat{Party: fresh, Tables: []string{"2"}, Covers: 2, Server: id.New[id.Staff]()}, "server_unknown"},
		{floor.Seat{Tables: []string{"2"}, Covers: 2}, "party_id"},
		{floor.Leave{Party: fresh}, "party_unknown"},
		{floor.Clear{Table: "1"}, "table_not_dirty"},
		{floor.MoveOrder{To: "2"}, "order_unknown"},
		{floor.Wait{Party: fresh, Covers: 2, Minutes: 601}, "minutes"},
		{floor.Wait{Party: fresh, Covers: 1000}, "covers"},
		{floor.GiveUp{Party: fresh}, "party_unknown"},
	} {
		if facts, err := floor.Decide(f, c.wish, w); !fault.Is(err, c.code) || len(facts) > 0 {
			t.Errorf("%+v: %v, %v; want %s", c.wish, facts, err, c.code)
		}
	}
	facts, err := floor.Decide(f, floor.Seat{Party: fresh, Tables: []string{"2", "3"}, Covers: 7}, w)
	if p, ok := facts[0].(event.TableSeated); err != nil || !ok || len(p.Tables) != 2 {
		t.Errorf("%v, %v", facts, err)
	}
}
