package floor

import (
	"slices"

	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
)

// Tables are moved, joined and split here. Orders stay orders, with the prices with
// which they were rung: joined tables are one party, and several checks.

func move(f *Floor, c Move, w World) ([]event.Payload, error) {
	p, err := f.seated(c.Party)
	if err != nil {
		return nil, err
	}
	to, err := planned(c.To, w, "body.table")
	if err != nil {
		return nil, err
	}
	switch at := f.At[to]; {
	case at == p && len(p.Tables) == 1:
		return nil, errSame
	case at != nil && at != p:
		return nil, fault.Newf(fault.Conflict, "table_taken", "Somebody sits at table %s. Choose another one, or join the tables.", to)
	case len(f.Alone[to]) > 0:
		return nil, fault.Newf(fault.Conflict, "table_taken", "Order %s is open at table %s. Choose another one.", f.Alone[to][0].Number, to)
	}
	if err := f.notDirty(to); err != nil {
		return nil, err
	}
	left := slices.DeleteFunc(slices.Clone(p.Tables), func(t string) bool { return t == to })
	facts := []event.Payload{event.TableMoved{Party: p.ID, From: left, To: to, Dirty: p.soiled(left, w), Checks: f.found(to)}}
	for _, o := range p.live() {
		if o.Table != to {
			facts = append(facts, o.Moved(to))
		}
	}
	return facts, nil
}

func moveOrder(f *Floor, c MoveOrder, w World) ([]event.Payload, error) {
	o := w.Order
	if o == nil {
		return nil, errOrder
	}
	to, err := planned(c.To, w, "body.tableNumber")
	switch {
	case err != nil:
		return nil, err
	case o.Type != "dine_in":
		return nil, fault.New(fault.Conflict, "order_takeaway", "This order is takeaway: it has no table.")
	case o.Status == order.StatusCancelled:
		return nil, fault.New(fault.Conflict, "order_cancelled", "This order was cancelled.")
	case o.Table == to:
		return nil, errSame
	}
	if err := f.notDirty(to); err != nil {
		return nil, err
	}
	return []event.Payload{o.Moved(to)}, nil
}

func join(f *Floor, c Join, w World) ([]event.Payload, error) {
	p, err := f.seated(c.Party)
	if err != nil {
		return nil, err
	}
	t, err := planned(c.Table, w, "body.table")
	if err != nil {
		return nil, err
	}
	other := f.At[t]
	if other == p {
		return nil, errSame
	}
	if err := f.notDirty(t); err != nil {
		return nil, err
	}
	fact := event.TableJoined{Party: p.ID, Tables: []string{t}, Covers: p.Covers}
	if other != nil {
		fact.Tables, fact.Other, fact.Covers = other.Tables, other.ID, min(p.Covers+other.Covers, MaxCovers)
		fact.Checks = ids(other.Checks)
	} else {
		fact.Checks = f.found(t)
	}
	if len(p.Tables)+len(fact.Tables) > MaxTables {
		return nil, fault.Newf(fault.Conflict, "tables", "A party sits at %d tables at most.", MaxTables)
	}
	return []event.Payload{fact}, nil
}

func split(f *Floor, c Split, w World) ([]event.Payload, error) {
	p, err := f.seated(c.Party)
	if err != nil {
		return nil, err
	}
	if len(p.Tables) < 2 || !slices.Contains(p.Tables, c.Table) {
		return nil, errNotJoint
	}
	fact := event.TableSplit{Party: p.ID, Table: c.Table, Stay: p.Covers}
	here := slices.DeleteFunc(p.live(), func(o order.Brief) bool { return o.Table != c.Table })
	if c.Covers == 0 {
		if len(here) > 0 {
			return nil, fault.Newf(fault.Conflict, "orders_there", "Order %s is at table %s. Say how many guests stay there, or move the order first.", here[0].Number, c.Table)
		}
		fact.Dirty = len(p.soiled([]string{c.Table}, w)) > 0
		return []event.Payload{fact}, nil
	}
	if err := checkCovers(c.Covers); err != nil {
		return nil, err
	}
	switch {
	case c.Into.IsZero():
		return nil, errMinted
	case w.Known:
		return nil, errOver
	}
	fact.Into, fact.Covers, fact.Server, fact.Stay = c.Into, c.Covers, p.Server, max(1, p.Covers-c.Covers)
	fact.Checks = ids(here)
	return []event.Payload{fact}, nil
}
