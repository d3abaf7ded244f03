package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
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
			out.Body.Tables = append(out.Body.Tables, tableOut{t.Name, t.Seats, s.Name})
		}
	}
	return out, nil
}

type conditional struct {
	IfNoneMatch string `header:"If-None-Match"`
}

type menuOut struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         *menuBody
}

type menuBody struct {
	SHA256     string         `json:"sha256"`
	Currency   string         `json:"currency"`
	Categories []menuCategory `json:"categories"`
	Items      []menuItem     `json:"items"`
}

type menuCategory struct {
	Name  string   `json:"name"`
	Items []string `json:"items"`
}

type menuItem struct {
	MenuItemID  string         `json:"menuItemId"`
	Name        string         `json:"name"`
	Price       int64          `json:"price" doc:"Minor units"`
	PrepMinutes int            `json:"prepMinutes"`
	Station     string         `json:"station,omitempty"`
	Available   bool           `json:"available"`
	Modifiers   []menuModifier `json:"modifiers"`
}

type menuModifier struct {
	ModifierID string `json:"modifierId"`
	Name       string `json:"name"`
	Price      int64  `json:"price" doc:"Minor units, added to the item's"`
	Group      string `json:"group"`
}

func (a *API) menu(ctx context.Context, in *conditional) (*menuOut, error) {
	var m *menu.Menu
	var out menu.Out
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) (err error) {
		if m, err = a.Menus.Active(q); err == nil {
			out, err = menu.OutNow(q)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if m == nil {
		place, err := a.place(ctx)
		if err != nil {
			return nil, err
		}
		return &menuOut{Body: &menuBody{Currency: place.Currency, Categories: []menuCategory{}, Items: []menuItem{}}}, nil
	}
	etag := fmt.Sprintf(`"%s-%d"`, m.SHA256, out.Stamp)
	if in.IfNoneMatch == etag {
		return nil, huma.ErrorWithHeaders(huma.Status304NotModified(), http.Header{"ETag": {etag}, "Cache-Control": {"private, no-cache"}})
	}
	return &menuOut{ETag: etag, CacheControl: "private, no-cache", Body: showMenu(m, out)}, nil
}

func showMenu(m *menu.Menu, out menu.Out) *menuBody {
	b := &menuBody{SHA256: m.SHA256, Currency: string(m.Currency), Categories: []menuCategory{}, Items: make([]menuItem, 0, len(m.Items))}
	for _, c := range m.Categories {
		mc := menuCategory{Name: c.Name}
		for _, i := range c.Items {
			mc.Items = append(mc.Items, i.String())
		}
		b.Categories = append(b.Categories, mc)
	}
	for _, it := range m.Items {
		mi := menuItem{MenuItemID: it.ID.String(), Name: it.Name, Price: int64(it.Price), PrepMinutes: it.PrepMinutes, Station: it.Station,
			Available: !out.Items[it.ID], Modifiers: []menuModifier{}}
		for _, mod := range it.Modifiers {
			mi.Modifiers = append(mi.Modifiers, menuModifier{mod.ID.String(), mod.Name, int64(mod.Price), mod.Group})
		}
		b.Items = append(b.Items, mi)
	}
	return b
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
