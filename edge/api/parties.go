package api

import (
	"context"

	"github.com/tyngo/tyngo/edge/floor"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/sync/id"
)

type floorDone struct {
	Body struct {
		Seq     int64  `json:"seq" doc:"The fact that it came to: it is on the disk of the box"`
		PartyID string `json:"partyId,omitempty" format:"uuid"`
	}
}

func (a *API) doFloor(ctx context.Context, m journal.Meta, p id.Party, c floor.Command) (*floorDone, error) {
	r, err := a.Floor.Do(ctx, m, c)
	if err != nil {
		return nil, err
	}
	out := &floorDone{}
	out.Body.Seq, out.Body.PartyID = r.Seq, p.String()
	return out, nil
}

// minted is the id that a program gave, or one made of its request.
func minted(m journal.Meta, where, s string) (id.Party, error) {
	p, err := optional[id.Party](where, s)
	if err == nil && p.IsZero() {
		p = id.Made[id.Party](m.Command, 0)
	}
	return p, err
}

type seatIn struct {
	Keyed
	RawBody []byte
	Body    struct {
		PartyID  string   `json:"partyId,omitempty" format:"uuid" doc:"Minted here, a UUIDv7; or of the wait list"`
		Tables   []string `json:"tables" minItems:"1" maxItems:"20" doc:"One, or several that were put together"`
		Covers   int      `json:"covers" minimum:"1" maximum:"999"`
		ServerID string   `json:"serverId,omitempty" format:"uuid" doc:"Who serves them; absent: who stands at this device"`
	}
}

func (a *API) seat(ctx context.Context, in *seatIn) (*floorDone, error) {
	m := in.meta(ctx, "POST /api/v1/parties", in.RawBody)
	p, err := minted(m, "body.partyId", in.Body.PartyID)
	if err != nil {
		return nil, err
	}
	server, err := optional[id.Staff]("body.serverId", in.Body.ServerID)
	if err != nil {
		return nil, err
	}
	return a.doFloor(ctx, m, p, floor.Seat{Party: p, Tables: in.Body.Tables, Covers: in.Body.Covers, Server: server})
}

// OfParty is the part of a request that names a party.
type OfParty struct {
	Keyed
	Party string `path:"partyId" format:"uuid"`
}

func (in *OfParty) party(ctx context.Context, what string, body []byte) (p id.Party, m journal.Meta, err error) {
	if p, err = id.Parse[id.Party](in.Party); err != nil {
		err = badField("path.partyId", err.Error())
	}
	return p, in.meta(ctx, "/api/v1/parties/"+in.Party+"/"+what, body), err
}

type changePartyIn struct {
	OfParty
	RawBody []byte
	Body    struct {
		Covers   int    `json:"covers,omitempty" minimum:"1" maximum:"999" doc:"Absent: as it is"`
		ServerID string `json:"serverId,omitempty" format:"uuid" doc:"Absent: as it is"`
	}
}

func (a *API) changeParty(ctx context.Context, in *changePartyIn) (*floorDone, error) {
	p, m, err := in.party(ctx, "change", in.RawBody)
	if err != nil {
		return nil, err
	}
	server, err := optional[id.Staff]("body.serverId", in.Body.ServerID)
	if err != nil {
		return nil, err
	}
	return a.doFloor(ctx, m, p, floor.Change{Party: p, Covers: in.Body.Covers, Server: server})
}

func (a *API) bringCheck(ctx context.Context, in *OfParty) (*floorDone, error) {
	p, m, err := in.party(ctx, "check", nil)
	if err != nil {
		return nil, err
	}
	return a.doFloor(ctx, m, p, floor.BringCheck{Party: p})
}

func (a *API) leaveTable(ctx context.Context, in *OfParty) (*floorDone, error) {
	p, m, err := in.party(ctx, "leave", nil)
	if err != nil {
		return nil, err
	}
	return a.doFloor(ctx, m, p, floor.Leave{Party: p})
}

type toTableIn struct {
	OfParty
	RawBody []byte
	Body    struct {
		Table Table `json:"table"`
	}
}

func (a *API) moveParty(ctx context.Context, in *toTableIn) (*floorDone, error) {
	p, m, err := in.party(ctx, "move", in.RawBody)
	if err != nil {
		return nil, err
	}
	return a.doFloor(ctx, m, p, floor.Move{Party: p, To: string(in.Body.Table)})
}

func (a *API) joinTable(ctx context.Context, in *toTableIn) (*floorDone, error) {
	p, m, err := in.party(ctx, "join", in.RawBody)
	if err != nil {
		return nil, err
	}
	return a.doFloor(ctx, m, p, floor.Join{Party: p, Table: string(in.Body.Table)})
}

type splitIn struct {
	OfParty
	RawBody []byte
	Body    struct {
		Table  Table  `json:"table"`
		Covers int    `json:"covers" minimum:"0" maximum:"999" doc:"How many of them sit there from now on; 0: nobody"`
		Into   string `json:"intoPartyId,omitempty" format:"uuid" doc:"Minted here, a UUIDv7: those who sit there"`
	}
}

func (a *API) splitTable(ctx context.Context, in *splitIn) (*floorDone, error) {
	p, m, err := in.party(ctx, "split", in.RawBody)
	if err != nil {
		return nil, err
	}
	into, err := minted(m, "body.intoPartyId", in.Body.Into)
	if err != nil {
		return nil, err
	}
	if in.Body.Covers > 0 {
		return a.doFloor(ctx, m, into, floor.Split{Party: p, Table: string(in.Body.Table), Into: into, Covers: in.Body.Covers})
	}
	return a.doFloor(ctx, m, id.Party{}, floor.Split{Party: p, Table: string(in.Body.Table)})
}

type clearIn struct {
	Keyed
	Table string `path:"table" maxLength:"200"`
}

func (a *API) clearTable(ctx context.Context, in *clearIn) (*floorDone, error) {
	return a.doFloor(ctx, in.meta(ctx, "POST /api/v1/floor/"+in.Table+"/clear", nil), id.Party{}, floor.Clear{Table: in.Table})
}

type moveOrderIn struct {
	Keyed
	OrderID string `path:"orderId" format:"uuid"`
	RawBody []byte
	Body    struct {
		Table Table `json:"tableNumber"`
	}
}

func (a *API) moveOrder(ctx context.Context, in *moveOrderIn) (*floorDone, error) {
	o, err := id.Parse[id.Order](in.OrderID)
	if err != nil {
		return nil, badField("path.orderId", err.Error())
	}
	return a.doFloor(ctx, in.meta(ctx, "POST /api/v1/orders/"+in.OrderID+"/move", in.RawBody), id.Party{}, floor.MoveOrder{Order: o, To: string(in.Body.Table)})
}

type joinWaitlistIn struct {
	Keyed
	RawBody []byte
	Body    struct {
		PartyID string `json:"partyId,omitempty" format:"uuid" doc:"Minted here, a UUIDv7"`
		Covers  int    `json:"covers" minimum:"1" maximum:"999"`
		Minutes int    `json:"minutes" minimum:"0" maximum:"600" doc:"That they were told"`
		Guest   string `json:"customerId,omitempty" format:"uuid" doc:"In whose name they wait; absent: by their number alone"`
	}
}

func (a *API) joinWaitlist(ctx context.Context, in *joinWaitlistIn) (*floorDone, error) {
	m := in.meta(ctx, "POST /api/v1/waitlist", in.RawBody)
	p, err := minted(m, "body.partyId", in.Body.PartyID)
	if err != nil {
		return nil, err
	}
	c, err := optional[id.Customer]("body.customerId", in.Body.Guest)
	if err != nil {
		return nil, err
	}
	return a.doFloor(ctx, m, p, floor.Wait{Party: p, Covers: in.Body.Covers, Minutes: in.Body.Minutes, Customer: c})
}

func (a *API) leaveWaitlist(ctx context.Context, in *OfParty) (*floorDone, error) {
	p, m, err := in.party(ctx, "drop", nil)
	if err != nil {
		return nil, err
	}
	return a.doFloor(ctx, m, p, floor.GiveUp{Party: p})
}
