package api

import (
	"context"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
)

type tablesOut struct {
	Body struct {
		Tables []tableOut `json:"tables"`
	}
}

type tableOut struct {
	Table   string `json:"table"`
	Seats   int    `json:"seats,omitempty"`
	Section string `json:"section"`
	Shape   string `json:"shape,omitempty" enum:"round,square,rectangle"`
	X       int    `json:"x,omitempty" doc:"Of the plan of its section, centimetres"`
	Y       int    `json:"y,omitempty"`
	Width   int    `json:"width,omitempty"`
	Height  int    `json:"height,omitempty"`
}

func (a *API) tables(ctx context.Context, _ *struct{}) (*tablesOut, error) {
	place, err := a.place(ctx)
	if err != nil {
		return nil, err
	}
	out := &tablesOut{}
	out.Body.Tables = []tableOut{}
	for _, s := range place.Sections {
		for _, t := range s.Tables {
			out.Body.Tables = append(out.Body.Tables, tableOut{t.Name, t.Seats, s.Name, t.Shape, t.X, t.Y, t.Width, t.Height})
		}
	}
	return out, nil
}

type documentIn struct {
	Keyed
	RawBody []byte
	Body    document
}

// document is any JSON object; the package that owns its kind checks it.
type document struct{}

// UnmarshalJSON leaves the reading to the owner.
func (*document) UnmarshalJSON([]byte) error { return nil }

// Schema says object.
func (document) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}

// documentOut is a document byte for byte: its name is the hash of its bytes.
type documentOut struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

type publishedOut struct {
	Body struct {
		Seq int64 `json:"seq" doc:"The fact that put it in force"`
	}
}

func (a *API) menuDocument(ctx context.Context, _ *struct{}) (*documentOut, error) {
	var body json.RawMessage
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) (err error) { body, err = menu.Export(q); return err })
	if err == nil && body == nil {
		err = fault.New(fault.NotFound, "no_menu", "There is no menu yet. Import one.")
	}
	return &documentOut{"application/json", body}, err
}

func (a *API) putMenu(ctx context.Context, in *documentIn) (*publishedOut, error) {
	return published(a.Menus.Publish(ctx, a.Journal, a.Venues, in.meta(ctx, "PUT /api/v1/menu/document", in.RawBody), clone(in.RawBody)))
}

func (a *API) venue(ctx context.Context, _ *struct{}) (*documentOut, error) {
	var body json.RawMessage
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		sum, err := venue.InForce(q, doc.KindVenue)
		if err != nil {
			return err
		}
		if sum == "" {
			return venue.ErrNotSetUp
		}
		body, err = journal.Document(q, sum)
		return err
	})
	return &documentOut{"application/json", body}, err
}

func (a *API) staffDocument(ctx context.Context, _ *struct{}) (*documentOut, error) {
	var body json.RawMessage
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) (err error) { body, err = staff.Export(q); return err })
	if err == nil && body == nil {
		err = fault.New(fault.NotFound, "no_staff", "Nobody works here yet. Add somebody, or import a list.")
	}
	return &documentOut{"application/json", body}, err
}

func (a *API) putStaff(ctx context.Context, in *documentIn) (*publishedOut, error) {
	return published(a.Staff.Publish(ctx, in.meta(ctx, "PUT /api/v1/people/document", in.RawBody), clone(in.RawBody), door.Who(ctx).Role))
}

func (a *API) putVenue(ctx context.Context, in *documentIn) (*publishedOut, error) {
	return published(a.Venues.Publish(ctx, a.Journal, in.meta(ctx, "PUT /api/v1/venue", in.RawBody), clone(in.RawBody)))
}

// clone keeps a body beyond the request, whose buffer is used again.
func clone(b []byte) []byte { return append([]byte(nil), b...) }

func published(r journal.Receipt, err error) (*publishedOut, error) {
	out := &publishedOut{}
	out.Body.Seq = r.Seq
	return out, err
}
