package floor

import (
	"fmt"
	"slices"

	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// World is what Decide may know beside the floor itself.
type World struct {
	Venue  *venue.Venue
	Staff  id.Staff     // who wishes; none: nobody said
	Known  bool         // the party that the command mints was there before
	Works  bool         // the server whom the command names works here
	Order  *order.Brief // the one that the command names; nil: there is none
	Number event.Number // the next of the wait list
}

var (
	errParty    = fault.New(fault.NotFound, "party_unknown", "These guests are not here any more.")
	errWaits    = fault.New(fault.Conflict, "party_waits", "These guests wait for a table. Seat them first.")
	errOver     = fault.New(fault.Conflict, "party_known", "These guests were here before. Begin again.")
	errMinted   = fault.New(fault.Invalid, "party_id", "A party's id is minted by the tablet.").At("body.partyId", "must be a UUIDv7")
	errWorks    = fault.New(fault.Invalid, "server_unknown", "Nobody of this id works here.").At("body.serverId", "is nobody who works here")
	errNothing  = fault.New(fault.Conflict, "nothing_ordered", "Nothing was ordered here yet, so there is no check.")
	errSame     = fault.New(fault.Conflict, "same_table", "They are at this table already.")
	errNotJoint = fault.New(fault.Conflict, "not_joined", "This table is not joined with others.")
	errOrder    = fault.New(fault.NotFound, "order_unknown", "There is no such order here.")
	errFull     = fault.Newf(fault.Conflict, "waitlist_full", "%d parties wait already.", MaxWaiting)
)

// Decide answers the facts that a command makes of the floor, or why not.
func Decide(f *Floor, c Command, w World) ([]event.Payload, error) {
	switch c := c.(type) {
	case Seat:
		return seat(f, c, w)
	case Change:
		return change(f, c, w)
	case BringCheck:
		return bringCheck(f, c)
	case Leave:
		return leave(f, c, w)
	case Clear:
		return clear(f, c)
	case Move:
		return move(f, c, w)
	case MoveOrder:
		return moveOrder(f, c, w)
	case Join:
		return join(f, c, w)
	case Split:
		return split(f, c, w)
	case Wait:
		return wait(f, c, w)
	case GiveUp:
		return giveUp(f, c)
	}
	return nil, fmt.Errorf("command %T is unknown", c)
}

func seat(f *Floor, c Seat, w World) ([]event.Payload, error) {
	p := f.Party(c.Party)
	switch {
	case c.Party.IsZero():
		return nil, errMinted
	case p != nil && !p.Waits():
		return nil, fault.New(fault.Conflict, "party_seated", "These guests sit already.")
	case p == nil && w.Known:
		return nil, errOver
	case len(c.Tables) == 0 || len(c.Tables) > MaxTables:
		return nil, fault.Newf(fault.Invalid, "tables", "Guests sit at 1 to %d tables.", MaxTables).At("body.tables", fmt.Sprintf("must have 1 to %d tables", MaxTables))
	case !c.Server.IsZero() && !w.Works:
		return nil, errWorks
	}
	if err := checkCovers(c.Covers); err != nil {
		return nil, err
	}
	fact := event.TableSeated{Party: c.Party, Covers: c.Covers, Server: c.Server}
	if fact.Server.IsZero() {
		fact.Server = w.Staff
	}
	for i, name := range c.Tables {
		t, err := f.free(name, w, fmt.Sprintf("body.tables[%d]", i))
		if err != nil {
			return nil, err
		}
		if slices.Contains(fact.Tables, t) {
			return nil, fault.Newf(fault.Invalid, "table_twice", "Table %s is there twice.", t).At(fmt.Sprintf("body.tables[%d]", i), "is there twice")
		}
		fact.Tables = append(fact.Tables, t)
		fact.Checks = append(fact.Checks, f.found(t)...)
	}
	return []event.Payload{fact}, nil
}

// planned is a table by its name on the plan.
func planned(name string, w World, at string) (string, error) {
	t, ok := w.Venue.Table(name)
	if !ok {
		return "", fault.Newf(fault.Invalid, "table_unknown", "There is no table %.40q on the plan.", name).At(at, "is not on the plan")
	}
	return t.Name, nil
}

// free is a table at which guests may be seated.
func (f *Floor) free(name string, w World, at string) (string, error) {
	t, err := planned(name, w, at)
	if err != nil {
		return "", err
	}
	if f.At[t] != nil {
		return "", fault.Newf(fault.Conflict, "table_taken", "Somebody sits at table %s. Choose another one, or join the tables.", t)
	}
	return t, f.notDirty(t)
}

func (f *Floor) notDirty(table string) error {
	if _, dirty := f.Dirty[table]; dirty {
		return fault.Newf(fault.Conflict, "table_dirty", "Table %s must be cleared first.", table)
	}
	return nil
}

func checkCovers(n int) error {
	if n < 1 || n > MaxCovers {
		return fault.Newf(fault.Invalid, "covers", "A party has 1 to %d guests.", MaxCovers).At("body.covers", fmt.Sprintf("must be 1 to %d", MaxCovers))
	}
	return nil
}

// seated finds a party that sits.
func (f *Floor) seated(id id.Party) (*Party, error) {
	p := f.Party(id)
	switch {
	case p == nil:
		return nil, errParty
	case p.Waits():
		return nil, errWaits
	}
	return p, nil
}

func change(f *Floor, c Change, w World) ([]event.Payload, error) {
	p, err := f.seated(c.Party)
	if err != nil {
		return nil, err
	}
	fact := event.TableChanged{Party: p.ID, Tables: p.Tables, Covers: p.Covers, Server: p.Server}
	if c.Covers != 0 {
		if err := checkCovers(c.Covers); err != nil {
			return nil, err
		}
		fact.Covers = c.Covers
	}
	if !c.Server.IsZero() {
		if !w.Works {
			return nil, errWorks
		}
		fact.Server = c.Server
	}
	return []event.Payload{fact}, nil
}

func bringCheck(f *Floor, c BringCheck) ([]event.Payload, error) {
	p, err := f.seated(c.Party)
	if err != nil {
		return nil, err
	}
	var total money.Amount
	sent := false
	for _, o := range p.live() {
		sent = sent || o.PlacedAt > 0
		if total, err = total.Plus(o.Total); err != nil {
			return nil, fault.New(fault.Invalid, "total_too_large", "The total of this table is too large to be true.")
		}
	}
	if !sent {
		return nil, errNothing
	}
	return []event.Payload{event.CheckBrought{Party: p.ID, Tables: p.Tables, Total: total}}, nil
}

func leave(f *Floor, c Leave, w World) ([]event.Payload, error) {
	p, err := f.seated(c.Party)
	if err != nil {
		return nil, err
	}
	for _, o := range p.Checks {
		if o.Open() {
			return nil, fault.Newf(fault.Conflict, "orders_open", "Order %s is %s. Serve it, or cancel it, before they leave.", o.Number, o.Status)
		}
	}
	return []event.Payload{event.TableLeft{Party: p.ID, Tables: p.Tables, Dirty: p.soiled(p.Tables, w)}}, nil
}

// soiled are those of a party's tables that must be cleared when it is gone: none,
// where nothing was sent to the kitchen, and none that is not on the plan.
func (p *Party) soiled(tables []string, w World) (dirty []string) {
	if !slices.ContainsFunc(p.Checks, func(o order.Brief) bool { return o.PlacedAt > 0 }) {
		return nil
	}
	for _, t := range tables {
		if _, ok := w.Venue.Table(t); ok {
			dirty = append(dirty, t)
		}
	}
	return dirty
}

// live are the orders of a party that count.
func (p *Party) live() (list []order.Brief) {
	for _, o := range p.Checks {
		if o.Status != order.StatusCancelled {
			list = append(list, o)
		}
	}
	return list
}

func clear(f *Floor, c Clear) ([]event.Payload, error) {
	if _, dirty := f.Dirty[c.Table]; !dirty {
		return nil, fault.Newf(fault.Conflict, "table_not_dirty", "Table %.40s has been cleared.", c.Table)
	}
	return []event.Payload{event.TableCleared{Table: c.Table}}, nil
}

func wait(f *Floor, c Wait, w World) ([]event.Payload, error) {
	switch {
	case c.Party.IsZero():
		return nil, errMinted
	case w.Known:
		return nil, errOver
	case c.Minutes < 0 || c.Minutes > MaxMinutes:
		return nil, fault.Newf(fault.Invalid, "minutes", "Guests are told 0 to %d minutes.", MaxMinutes).At("body.minutes", fmt.Sprintf("must be 0 to %d", MaxMinutes))
	case len(f.waiting()) >= MaxWaiting:
		return nil, errFull
	}
	if err := checkCovers(c.Covers); err != nil {
		return nil, err
	}
	return []event.Payload{event.WaitlistJoined{Party: c.Party, Number: w.Number, Covers: c.Covers, Minutes: c.Minutes, Customer: c.Customer}}, nil
}

func (f *Floor) waiting() (list []*Party) {
	for _, p := range f.Parties {
		if p.Waits() {
			list = append(list, p)
		}
	}
	return list
}

func giveUp(f *Floor, c GiveUp) ([]event.Payload, error) {
	p := f.Party(c.Party)
	switch {
	case p == nil:
		return nil, errParty
	case !p.Waits():
		return nil, fault.New(fault.Conflict, "party_seated", "These guests sit already.")
	}
	return []event.Payload{event.WaitlistLeft{Party: p.ID}}, nil
}

// found are the orders at a table that are those of whoever comes to it.
func (f *Floor) found(table string) []id.Order {
	return slices.Concat(ids(f.Alone[table]), f.begun[table])
}

func ids(list []order.Brief) (out []id.Order) {
	for _, o := range list {
		out = append(out, o.ID)
	}
	return out
}
