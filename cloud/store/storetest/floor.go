package storetest

import (
	"errors"
	"reflect"
	"testing"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/id"
)

// The same in every organisation, so that a read that forgets whose it is finds both.
var (
	sitting = store.FloorParty{ID: id.Must[id.Party]("0198f000-0000-7000-8000-00000000a001"), Covers: 4, Server: id.Must[id.Staff]("0198f000-0000-7000-8000-00000000a002"),
		CameAt: 1, SeatedAt: 2, ServedAt: 3, CheckAt: 4, Seq: 5}
	taken   = store.FloorTable{Name: "12", Party: sitting.ID, At: 2, Seq: 5}
	ordered = store.FloorOrder{ID: id.Must[id.Order]("0198f000-0000-7000-8000-00000000a003"), Table: "12", Party: sitting.ID, Status: "served", Rung: true, Day: Day, OpenedAt: 2, PlacedAt: 3, Seq: 6}
)

// room has one party with its order at one table.
func room(t testing.TB, s *store.Store, b store.Box) {
	t.Helper()
	write(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.SetFloorParty(b, sitting), tx.SetFloorTable(b, taken), tx.SetFloorOrder(b, ordered))
	})
}

func init() {
	for name, ask := range map[string]func(testing.TB, *store.Store, store.Scope, twin) any{
		"Scope.Floor": func(t testing.TB, _ *store.Store, c store.Scope, of twin) any {
			f, err := c.Floor(t.Context(), of.box.ID)
			f.Box = id.Box{} // of the question
			return said(t, f, err)
		},
		"Tx.FloorParty": inTx(func(tx *store.Tx, b store.Box) (any, error) { return tx.FloorParty(b, sitting.ID) }),
		"Tx.FloorTable": inTx(func(tx *store.Tx, b store.Box) (any, error) { return tx.FloorTable(b, "12") }),
		"Tx.FloorOrder": inTx(func(tx *store.Tx, b store.Box) (any, error) { return tx.FloorOrder(b, ordered.ID) }),
	} {
		reads[name] = ask
	}
}

// floors: the room of a box is what was last said of it; who is gone leaves orders that
// are nobody's, and those that were served are forgotten with their day.
func floors(t *testing.T, p Place) {
	s, c, b := one(t, p)
	other := Box(t, s, c, b.Restaurant)
	room(t, s, b)
	room(t, s, other)
	is := func(what string, want store.Floor) {
		t.Helper()
		want.Box = b.ID
		got, err := c.Floor(t.Context(), b.ID)
		if must(t, err); !reflect.DeepEqual(got, want) {
			t.Errorf("%s it is\n%+v, want\n%+v", what, got, want)
		}
	}
	whole := store.Floor{Parties: []store.FloorParty{sitting}, Tables: []store.FloorTable{taken}, Orders: []store.FloorOrder{ordered}}
	is("at first", whole)
	waits := store.FloorParty{ID: id.New[id.Party](), Number: "7", Covers: 2, Minutes: 20, CameAt: 9, Seq: 9}
	more := ordered
	more.ID, more.Party, more.Status, more.Seq = id.New[id.Order](), id.Party{}, "placed", 11
	dirty := store.FloorTable{Name: "B4", At: 9, Seq: 10}
	write(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.SetFloorParty(b, waits), tx.SetFloorTable(b, dirty), tx.SetFloorOrder(b, more))
	})
	is("then", store.Floor{Parties: []store.FloorParty{sitting, waits}, Tables: []store.FloorTable{taken, dirty}, Orders: []store.FloorOrder{more, ordered}})
	write(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.DropFloorParty(b, sitting.ID), tx.FreeFloorTable(b, "12"), tx.DropFloorOrders(b, Day))
	})
	left := ordered
	left.Party = id.Party{}
	is("after they left", store.Floor{Parties: []store.FloorParty{waits}, Tables: []store.FloorTable{dirty}, Orders: []store.FloorOrder{more, left}})
	write(t, s, func(tx *store.Tx) error { return tx.DropFloorOrders(b, "2026-11-26") })
	is("the next day", store.Floor{Parties: []store.FloorParty{waits}, Tables: []store.FloorTable{dirty}, Orders: []store.FloorOrder{more}})
	write(t, s, func(tx *store.Tx) error { return tx.DropFloorOrder(b, more.ID) })
	is("in the end", store.Floor{Parties: []store.FloorParty{waits}, Tables: []store.FloorTable{dirty}})
	if f, err := c.Floor(t.Context(), other.ID); err != nil || len(f.Parties)+len(f.Tables)+len(f.Orders) != 3 || f.Orders[0] != ordered {
		t.Errorf("another box's room is %+v, %v", f, err)
	}
	must(t, s.Unfold(t.Context(), "floor", true))
	is("forgotten", store.Floor{})
}
