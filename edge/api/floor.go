package api

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/tyngo/tyngo/edge/floor"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

type floorOut struct {
	Body struct {
		Tables  []floorTable `json:"tables"`
		Parties []partyOut   `json:"parties" doc:"Who sits, in the order in which they came"`
		Waiting []waitingOut `json:"waiting" doc:"The wait list, who came first is first"`
	}
}

// floorTable is how a table is; where it stands is on the plan.
type floorTable struct {
	Table   string `json:"table"`
	OnPlan  bool   `json:"onPlan"`
	State   string `json:"state" enum:"free,seated,ordered,served,check_printed,dirty"`
	Since   string `json:"since,omitempty" format:"date-time" doc:"Of the state; a free table has none"`
	PartyID string `json:"partyId,omitempty" format:"uuid"`
}

type partyOut struct {
	PartyID     string   `json:"partyId" format:"uuid"`
	Tables      []string `json:"tables"`
	Covers      int      `json:"covers" doc:"How many guests they are"`
	ServerID    string   `json:"serverId,omitempty" format:"uuid"`
	ServerName  string   `json:"serverName,omitempty"`
	SeatedAt    string   `json:"seatedAt" format:"date-time"`
	CheckAt     string   `json:"checkAt,omitempty" format:"date-time" doc:"Since when the check is before them"`
	Orders      []string `json:"orders" doc:"Their orderIds, cancelled ones left out"`
	TotalAmount Decimal  `json:"totalAmount" doc:"Of these orders"`
}

type waitingOut struct {
	PartyID    string `json:"partyId" format:"uuid"`
	Number     string `json:"number" doc:"What people call them"`
	Covers     int    `json:"covers"`
	Minutes    int    `json:"minutes" doc:"That they were told"`
	Since      string `json:"since" format:"date-time"`
	CustomerID string `json:"customerId,omitempty" format:"uuid" doc:"In whose name they wait"`
	Name       string `json:"name,omitempty" doc:"Of that guest, for who may know; absent: unknown, or erased"`
	KeyPending bool   `json:"keyPending,omitempty" doc:"The name is known, and its key has not come from head office yet"`
}

// floor is the room as it is now.
func (a *API) floor(ctx context.Context, _ *struct{}) (*floorOut, error) {
	out := &floorOut{}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		place, err := a.Venues.Active(q)
		if err != nil {
			return err
		}
		f, err := floor.Load(q)
		if err != nil {
			return err
		}
		people, err := staff.Employees(q)
		if err != nil {
			return err
		}
		showFloor(out, f, place, people)
		return a.nameWaiting(ctx, q, out.Body.Waiting)
	})
	return out, err
}

// nameWaiting says who waits, to those who may know.
func (a *API) nameWaiting(ctx context.Context, q *sqlite.Snapshot, list []waitingOut) (err error) {
	if !staff.May(door.Who(ctx).Role, staff.GuestRead) {
		return nil
	}
	for i := range list {
		w := &list[i]
		if w.CustomerID == "" {
			continue
		}
		c, err := id.Parse[id.Customer](w.CustomerID)
		if err != nil {
			return err
		}
		if w.Name, err = a.Guests.Name(q, c); err != nil {
			return err
		}
		if w.KeyPending, err = a.Guests.Pending(q, c); err != nil {
			return err
		}
	}
	return nil
}

func showFloor(out *floorOut, f *floor.Floor, place *venue.Venue, people []staff.Employee) {
	b := &out.Body
	b.Tables, b.Parties, b.Waiting = []floorTable{}, []partyOut{}, []waitingOut{}
	for _, t := range f.Tables(place) {
		state, since := f.State(t)
		_, planned := place.Table(t)
		row := floorTable{Table: t, OnPlan: planned, State: string(state), Since: moment(since)}
		if p := f.At[t]; p != nil {
			row.PartyID = p.ID.String()
		}
		b.Tables = append(b.Tables, row)
	}
	names := map[id.Staff]string{}
	for _, e := range people {
		names[e.ID] = e.Name
	}
	for _, p := range f.Parties {
		if p.Waits() {
			b.Waiting = append(b.Waiting, waitingOut{PartyID: p.ID.String(), Number: p.Number.String(), Covers: p.Covers, Minutes: p.Minutes, Since: moment(p.CameAt), CustomerID: p.Customer.String()})
			continue
		}
		o := partyOut{PartyID: p.ID.String(), Tables: p.Tables, Covers: p.Covers, ServerID: p.Server.String(), ServerName: names[p.Server],
			SeatedAt: moment(p.SeatedAt), CheckAt: moment(p.CheckAt), Orders: []string{}}
		var total money.Amount
		for _, c := range p.Checks {
			if c.Status != order.StatusCancelled && c.Status != order.StatusMerged {
				o.Orders = append(o.Orders, c.ID.String())
				total += c.Total
			}
		}
		o.TotalAmount = decimal(place.Money, total)
		b.Parties = append(b.Parties, o)
	}
}

type quoteIn struct {
	Covers int `query:"covers" required:"true" minimum:"1" maximum:"999"`
}

type quoteOut struct {
	Body struct {
		Minutes *int `json:"minutes" nullable:"true" doc:"null: no table is large enough"`
	}
}

// quote says how long a party would wait that comes now.
func (a *API) quote(ctx context.Context, in *quoteIn) (*quoteOut, error) {
	out := &quoteOut{}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		place, err := a.Venues.Active(q)
		if err != nil {
			return err
		}
		f, err := floor.Load(q)
		if err != nil {
			return err
		}
		stay, err := floor.Stay(q)
		if m, ok := f.Quote(place, in.Covers, stay, a.Now()); ok {
			out.Body.Minutes = &m
		}
		return err
	})
	return out, err
}

// floorData is the data of all commands of the floor; each takes what it needs.
type floorData struct {
	Party  id.Party    `json:"partyId"`
	Into   id.Party    `json:"intoPartyId"`
	Tables []string    `json:"tables"`
	Table  Table       `json:"table"`
	Covers int         `json:"covers"`
	Server id.Staff    `json:"serverId"`
	Mins   int         `json:"minutes"`
	Guest  id.Customer `json:"customerId"`
}

// floorCommands reads what a tablet wishes about the floor.
var floorCommands = map[string]func(o id.Order, d floorData) floor.Command{
	"order.move": func(o id.Order, d floorData) floor.Command { return floor.MoveOrder{Order: o, To: string(d.Table)} },
	"table.seat": func(_ id.Order, d floorData) floor.Command {
		return floor.Seat{Party: d.Party, Tables: d.Tables, Covers: d.Covers, Server: d.Server}
	},
	"table.change": func(_ id.Order, d floorData) floor.Command {
		return floor.Change{Party: d.Party, Covers: d.Covers, Server: d.Server}
	},
	"table.bring_check": func(_ id.Order, d floorData) floor.Command { return floor.BringCheck{Party: d.Party} },
	"table.leave":       func(_ id.Order, d floorData) floor.Command { return floor.Leave{Party: d.Party} },
	"table.clear":       func(_ id.Order, d floorData) floor.Command { return floor.Clear{Table: string(d.Table)} },
	"table.move":        func(_ id.Order, d floorData) floor.Command { return floor.Move{Party: d.Party, To: string(d.Table)} },
	"table.join":        func(_ id.Order, d floorData) floor.Command { return floor.Join{Party: d.Party, Table: string(d.Table)} },
	"table.split": func(_ id.Order, d floorData) floor.Command {
		return floor.Split{Party: d.Party, Table: string(d.Table), Into: d.Into, Covers: d.Covers}
	},
	"waitlist.add": func(_ id.Order, d floorData) floor.Command {
		return floor.Wait{Party: d.Party, Covers: d.Covers, Minutes: d.Mins, Customer: d.Guest}
	},
	"waitlist.drop": func(_ id.Order, d floorData) floor.Command { return floor.GiveUp{Party: d.Party} },
}

func (a *API) floorCommand(ctx context.Context, cmd id.Command, c command, read func(id.Order, floorData) floor.Command, tp string) (journal.Receipt, error) {
	who := door.Who(ctx)
	if !staff.May(who.Role, staff.FloorWrite) {
		return journal.Receipt{}, fault.New(fault.Denied, "not_allowed", "You may not do this. Ask a manager.")
	}
	var d floorData
	data := c.Data
	if len(data) == 0 {
		data = json.RawMessage("{}")
	}
	if err := strict(data, &d); err != nil {
		return journal.Receipt{}, err
	}
	o, err := optional[id.Order]("order", c.Order)
	if err != nil {
		return journal.Receipt{}, err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%s", c.Type, c.Order, c.Data))
	return a.Floor.Do(ctx, journal.Meta{Command: cmd, Device: who.Device, Staff: who.Staff, TP: traceparent(tp), Body: &sum}, read(o, d))
}
