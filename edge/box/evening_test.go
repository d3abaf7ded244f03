package box_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/edge/floor"
	"github.com/tyngo/tyngo/edge/journal"
	booked "github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/id"
)

// TestAnyEveningOnTheFloorReplaysToTheSameTables: commands at random, most of them
// possible, some not; whatever came of them, every party that sits has tables of its
// own and all the orders that stand there.
func TestAnyEveningOnTheFloorReplaysToTheSameTables(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t)
	r := rand.New(rand.NewPCG(7, 0))
	tables := []string{"1", "12", "B4", "5"}
	done := 0
	for range 200 {
		f := floorOf(t, h)
		table := func() string { return tables[r.IntN(len(tables))] }
		party := func() (p id.Party) {
			if len(f.Parties) > 0 {
				p = f.Parties[r.IntN(len(f.Parties))].ID
			}
			return p
		}
		var checks []booked.Brief
		for _, p := range f.Parties {
			checks = append(checks, p.Checks...)
		}
		for _, list := range f.Alone {
			checks = append(checks, list...)
		}
		slices.SortFunc(checks, func(a, b booked.Brief) int { return int(a.OpenedAt - b.OpenedAt) })
		check := booked.Brief{}
		if len(checks) > 0 {
			check = checks[r.IntN(len(checks))]
		}
		m := journal.Meta{Command: id.New[id.Command]()}
		var err error
		switch r.IntN(14) {
		case 0, 1:
			_, err = h.Floor.Do(t.Context(), m, floor.Seat{Party: id.New[id.Party](), Tables: []string{table()}, Covers: 1 + r.IntN(6)})
		case 2:
			_, err = h.Floor.Do(t.Context(), m, floor.Change{Party: party(), Covers: 1 + r.IntN(6)})
		case 3:
			_, err = h.Floor.Do(t.Context(), m, floor.BringCheck{Party: party()})
		case 4:
			_, err = h.Floor.Do(t.Context(), m, floor.Leave{Party: party()})
		case 5, 6:
			_, err = h.Floor.Do(t.Context(), m, floor.Clear{Table: table()})
		case 7:
			_, err = h.Floor.Do(t.Context(), m, floor.Move{Party: party(), To: table()})
		case 8:
			_, err = h.Floor.Do(t.Context(), m, floor.MoveOrder{Order: check.ID, To: table()})
		case 9:
			_, err = h.Floor.Do(t.Context(), m, floor.Join{Party: party(), Table: table()})
		case 10:
			_, err = h.Floor.Do(t.Context(), m, floor.Split{Party: party(), Table: table(), Into: id.New[id.Party](), Covers: r.IntN(3)})
		case 11:
			_, err = h.Floor.Do(t.Context(), m, floor.Wait{Party: id.New[id.Party](), Covers: 2, Minutes: 10})
		case 12:
			ordersAt(h, table())
		case 13:
			to := []booked.Status{booked.StatusPreparing, booked.StatusReady, booked.StatusServed, booked.StatusServed, booked.StatusCancelled}[r.IntN(5)]
			_, err = h.Orders.Do(t.Context(), m, check.ID, booked.SetStatus{To: to})
		}
		if err == nil {
			done++
		}
		holds(t, floorOf(t, h))
		if t.Failed() {
			return
		}
	}
	if done < 40 {
		t.Errorf("only %d of 200 commands were done", done)
	}
	replays(h, "party", "floor_table", "party_check")
}

func floorOf(t testing.TB, h *boxtest.House) (f *floor.Floor) {
	t.Helper()
	if err := h.DB.View(t.Context(), func(q *sqlite.Snapshot) (err error) { f, err = floor.Load(q); return err }); err != nil {
		t.Fatal(err)
	}
	return f
}

func holds(t testing.TB, f *floor.Floor) {
	t.Helper()
	seen := map[string]bool{}
	for _, p := range f.Parties {
		if p.Waits() != (len(p.Tables) == 0) || p.Covers < 1 {
			t.Errorf("party %s of %d at %v", p.ID, p.Covers, p.Tables)
		}
		for _, table := range p.Tables {
			if seen[table] || len(f.Alone[table]) > 0 {
				t.Errorf("table %s is there twice, or has orders of nobody: %v", table, f.Alone[table])
			}
			seen[table] = true
		}
		for _, c := range p.Checks {
			if c.Status != booked.StatusCancelled && !slices.Contains(p.Tables, c.Table) {
				t.Errorf("order %s at %s is of who sits at %v", c.Number, c.Table, p.Tables)
			}
		}
	}
}
