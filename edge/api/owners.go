package api

import (
	"context"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

type availabilityIn struct {
	Keyed
	Item    string `path:"menuItemId" format:"uuid"`
	RawBody []byte
	Body    struct {
		Available bool `json:"available" doc:"false: the item is out (86)"`
	}
}

type availabilityOut struct {
	Body struct {
		Seq int64 `json:"seq,omitempty" doc:"The fact that it came to; none where it was so already"`
	}
}

// setAvailability puts an item out, or back.
func (a *API) setAvailability(ctx context.Context, in *availabilityIn) (*availabilityOut, error) {
	item, err := id.Parse[id.Item](in.Item)
	if err != nil {
		return nil, fault.New(fault.Invalid, "item", err.Error())
	}
	r, err := a.Menus.SetAvailable(ctx, a.Journal, in.meta(ctx, "PUT /api/v1/menu/items/"+in.Item+"/availability", in.RawBody),
		menu.Availability{Item: item, Available: in.Body.Available})
	return changed(r.Seq, err)
}

type ownersOut struct {
	Body struct {
		Documents []ownerOut `json:"documents"`
	}
}

type ownerOut struct {
	Kind    string       `json:"kind"`
	Owner   string       `json:"owner" enum:"box,hq,pos"`
	SHA256  string       `json:"sha256,omitempty" doc:"The document in force"`
	Offered string       `json:"offered,omitempty" doc:"The document that head office would put in force"`
	Changes []doc.Change `json:"changes,omitempty" doc:"What that would change"`
}

// owners says whose each kind of document is, and what head office would change.
func (a *API) owners(ctx context.Context, _ *struct{}) (*ownersOut, error) {
	out := &ownersOut{}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		for _, kind := range doc.Kinds {
			o, err := ownerOf(q, kind)
			if err != nil {
				return err
			}
			out.Body.Documents = append(out.Body.Documents, o)
		}
		return nil
	})
	return out, err
}

func ownerOf(q sqlite.Queryer, kind string) (o ownerOut, err error) {
	o.Kind = kind
	if o.Owner, err = venue.OwnerOf(q, kind); err != nil {
		return o, err
	}
	if o.SHA256, err = venue.InForce(q, kind); err != nil {
		return o, err
	}
	if o.Offered, err = venue.Offered(q, kind); err != nil || o.Offered == "" {
		return o, err
	}
	offered, err := journal.Document(q, o.Offered)
	if err != nil {
		return o, err
	}
	now := []byte("{}")
	switch {
	case kind == doc.KindStaff: // is what the box knows, also where it never was a document
		if list, err := staff.Export(q); err != nil {
			return o, err
		} else if list != nil {
			now = list
		}
	case o.SHA256 != "":
		if now, err = journal.Document(q, o.SHA256); err != nil {
			return o, err
		}
	}
	o.Changes, err = doc.Diff(now, offered)
	return o, err
}

type ownerIn struct {
	Keyed
	Kind    string `path:"kind" enum:"venue,menu,staff"`
	RawBody []byte
	Body    struct {
		Owner   string `json:"owner" enum:"box,hq,pos"`
		Offered string `json:"offered,omitempty" doc:"The offered document whose changes were looked at; another one since then is refused"`
	}
}

// setOwner gives a kind of document to another owner. What head office offered
// is put in force with it, so it must be what the manager saw.
func (a *API) setOwner(ctx context.Context, in *ownerIn) (*publishedOut, error) {
	return published(a.Journal.Commit(ctx, in.meta(ctx, "PUT /api/v1/documents/"+in.Kind+"/owner", in.RawBody), func(tx *sqlite.Tx) ([]event.Payload, error) {
		offered, err := venue.Offered(tx, in.Kind)
		if err != nil {
			return nil, err
		}
		if in.Body.Owner == venue.HQ && offered != in.Body.Offered {
			return nil, fault.Newf(fault.Conflict, "offer_changed", "Head office offers another %s than the one that was looked at. Look at its changes again.", in.Kind)
		}
		return venue.Given(tx, in.Kind, in.Body.Owner, func(tx *sqlite.Tx, body []byte) ([]event.Payload, error) {
			switch in.Kind {
			case doc.KindMenu:
				return a.Menus.Accept(tx, a.Venues, venue.HQ, body)
			case doc.KindStaff:
				return a.Staff.Accept(tx, body)
			}
			return a.Venues.Accept(tx, venue.HQ, body)
		})
	}))
}
