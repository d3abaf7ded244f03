package api

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/tyngo/tyngo/cloud/floor"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/id"
)

// Floor is the tables of a restaurant as they are by what its boxes said.
type Floor struct {
	AsOf  int64  `json:"asOf" doc:"UTC milliseconds"`
	Rooms []Room `json:"rooms" doc:"One a box"`
}

// Room is the tables of one box. Of a box that is away it is as of its last word.
type Room struct {
	Box     Box       `json:"box"`
	Tables  []Table   `json:"tables" doc:"Those of the plan in its order, then those that are not on it"`
	Parties []Party   `json:"parties" doc:"Who sits, in the order in which they came"`
	Waiting []Waiting `json:"waiting" doc:"The wait list, who came first is first"`
}

// Table is a table and how it is.
type Table struct {
	Table   string `json:"table"`
	Section string `json:"section,omitempty" doc:"None: it is not on the plan"`
	Seats   int    `json:"seats,omitempty"`
	State   string `json:"state" enum:"free,seated,ordered,served,check_printed,dirty"`
	Since   int64  `json:"since,omitempty" doc:"Of the state, UTC milliseconds; a free table has none"`
	Party   string `json:"partyId,omitempty" format:"uuid"`
}

// Party is guests who sit.
type Party struct {
	Party      string   `json:"partyId" format:"uuid"`
	Tables     []string `json:"tables"`
	Covers     int      `json:"covers" doc:"How many guests they are"`
	ServerID   string   `json:"serverId,omitempty" format:"uuid"`
	ServerName string   `json:"serverName,omitempty" doc:"Where head office has the restaurant's list of staff"`
	SeatedAt   int64    `json:"seatedAt" doc:"UTC milliseconds"`
	CheckAt    int64    `json:"checkAt,omitempty" doc:"Since when the check is before them, UTC milliseconds"`
}

// Waiting is guests who wait for a table.
type Waiting struct {
	Party   string `json:"partyId" format:"uuid"`
	Number  string `json:"number" doc:"What people call them; no names are kept"`
	Covers  int    `json:"covers"`
	Minutes int    `json:"minutes" doc:"That they were told"`
	Since   int64  `json:"since" doc:"UTC milliseconds"`
}

type floorOut struct{ Body *Floor }

func (a *API) floor(ctx context.Context, in *InRestaurant) (*floorOut, error) {
	r, err := a.known(ctx, *in)
	if err != nil {
		return nil, err
	}
	f, err := a.rooms(ctx, a.scope(ctx), r)
	return &floorOut{f}, err
}

// floorStream sends the tables of a restaurant whenever they change.
func (a *API) floorStream(w http.ResponseWriter, r *http.Request) {
	where, err := a.known(r.Context(), InRestaurant{chi.URLParam(r, "restaurantId")})
	if err != nil {
		a.door.Refuse(w, r, err)
		return
	}
	c := a.scope(r.Context())
	a.live(w, r, "floor", a.Floor, func(ctx context.Context) (any, error) { return a.rooms(ctx, c, where) })
}

func (a *API) rooms(ctx context.Context, c store.Scope, r id.Restaurant) (*Floor, error) {
	rooms, err := floor.Rooms(ctx, c, r)
	if err != nil {
		return nil, err
	}
	standings, err := c.Standings(ctx)
	if err != nil {
		return nil, err
	}
	out := &Floor{AsOf: a.Now().UnixMilli(), Rooms: []Room{}}
	for _, x := range rooms {
		room := Room{Tables: []Table{}, Parties: []Party{}, Waiting: []Waiting{}}
		for _, s := range standings {
			if s.ID == x.Box {
				room.Box = a.box(s)
			}
		}
		for _, t := range x.Tables {
			room.Tables = append(room.Tables, Table{t.Name, t.Section, t.Seats, string(t.State), t.Since, t.Party.String()})
		}
		for _, p := range x.Parties {
			room.Parties = append(room.Parties, Party{p.ID.String(), p.Tables, p.Covers, p.Server.String(), p.ServerName, p.SeatedAt, p.CheckAt})
		}
		for _, p := range x.Waiting {
			room.Waiting = append(room.Waiting, Waiting{p.ID.String(), p.Number, p.Covers, p.Minutes, p.CameAt})
		}
		out.Rooms = append(out.Rooms, room)
	}
	return out, nil
}
