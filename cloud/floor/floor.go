// Package floor is the room of each restaurant as head office sees it: who sits where,
// since when, how many they are, how the table is, and who waits. It folds the facts of
// the floor as the box does, so that both say the same.
//
// Guests are a number of covers and a number on the wait list, never a name. Orders count
// only for how their tables are.
package floor

import (
	"context"
	"errors"
	"slices"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/room"
)

// Room is the room of one box as it is by its facts. Times are UTC milliseconds.
type Room struct {
	Box     id.Box
	Tables  []Table // those of the plan in its order, then those that are not on it
	Parties []Party // who sit, as they came
	Waiting []store.FloorParty
}

// Table is a table and how it is.
type Table struct {
	Name    string
	Section string // empty: it is not on the plan
	Seats   int    // 0: nobody said
	State   room.State
	Since   int64    // of the state; 0 where it is free
	Party   id.Party // who sits there
}

// Party is guests who sit.
type Party struct {
	store.FloorParty
	Tables     []string // as they became theirs
	ServerName string   // empty where head office does not know who that is
}

// Rooms reads the rooms of a restaurant, one a box. What a restaurant's own documents
// (plan, people) would say is left out until they are here.
func Rooms(ctx context.Context, c store.Scope, r id.Restaurant) (list []Room, err error) {
	boxes, err := c.BoxesOf(ctx, r)
	if err != nil {
		return nil, err
	}
	inForce, err := c.InForce(ctx, r)
	if err != nil {
		return nil, err
	}
	for _, b := range boxes {
		f, err := c.Floor(ctx, b.ID)
		if err != nil {
			return nil, err
		}
		plan, people := &doc.Venue{}, &doc.Staff{}
		for _, d := range inForce {
			if d.Box != b.ID || !d.Here {
				continue
			}
			body, err := c.Body(ctx, d.SHA256)
			if errors.Is(err, store.ErrNone) {
				continue
			}
			if err != nil {
				return nil, err
			}
			switch d.Kind {
			case doc.KindVenue:
				plan, err = doc.ParseVenue(body)
			case doc.KindStaff:
				people, err = doc.ParseStaff(body)
			}
			if err != nil {
				return nil, err
			}
		}
		list = append(list, roomOf(f, plan, people))
	}
	return list, nil
}

// at is what stands at a table.
type at struct {
	party *Party // nil: nobody was seated
	dirty int64  // since when; 0: it is not
	alone []room.Order
}

func roomOf(f store.Floor, plan *doc.Venue, people *doc.Staff) Room {
	out := Room{Box: f.Box}
	names := map[id.Staff]string{}
	for _, p := range people.People {
		names[p.ID] = p.Name
	}
	var sit []*Party
	byID := map[id.Party]*Party{}
	for _, p := range f.Parties {
		if p.SeatedAt == 0 {
			out.Waiting = append(out.Waiting, p)
			continue
		}
		byID[p.ID] = &Party{FloorParty: p, ServerName: names[p.Server]}
		sit = append(sit, byID[p.ID])
	}
	tables := map[string]*at{}
	table := func(name string) *at {
		if tables[name] == nil {
			tables[name] = &at{}
		}
		return tables[name]
	}
	for _, t := range f.Tables {
		if p := byID[t.Party]; p != nil {
			p.Tables = append(p.Tables, t.Name)
			table(t.Name).party = p
		} else {
			table(t.Name).dirty = t.At
		}
	}
	orders := map[id.Party][]room.Order{}
	for _, o := range f.Orders {
		said := room.Order{OpenedAt: o.OpenedAt, PlacedAt: o.PlacedAt, Open: o.Rung && o.Status != "served" && o.Status != "merged"}
		if byID[o.Party] != nil {
			orders[o.Party] = append(orders[o.Party], said)
		} else if said.Open {
			t := table(o.Table)
			t.alone = append(t.alone, said)
		}
	}
	show := func(name, section string, seats int) {
		t := Table{Name: name, Section: section, Seats: seats, State: room.Free}
		switch is := tables[name]; {
		case is == nil:
		case is.party != nil:
			p := is.party
			t.State, t.Since = room.Party{SeatedAt: p.SeatedAt, ServedAt: p.ServedAt, CheckAt: p.CheckAt, Orders: orders[p.ID]}.State()
			t.Party = p.ID
		case len(is.alone) > 0:
			t.State, t.Since = room.Alone(is.alone)
		case is.dirty != 0:
			t.State, t.Since = room.Dirty, is.dirty
		}
		out.Tables = append(out.Tables, t)
	}
	planned := map[string]bool{}
	for _, s := range plan.Sections {
		for _, t := range s.Tables {
			planned[t.Name] = true
			show(t.Name, s.Name, t.Seats)
		}
	}
	var others []string
	for name, is := range tables {
		if !planned[name] && (is.party != nil || len(is.alone) > 0) {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	for _, name := range others {
		show(name, "", 0)
	}
	for _, p := range sit {
		out.Parties = append(out.Parties, *p)
	}
	return out
}
