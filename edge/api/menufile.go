package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/fault"
)

// packed compresses what is large: the menu, for a tablet on a slow WLAN.
func packed(next http.Handler) http.Handler {
	small := middleware.Compress(5, "application/json", "text/csv")(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/api/v1/menu") {
			small.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

type checkOut struct {
	Body struct {
		SHA256  string       `json:"sha256" doc:"The name of the document"`
		Items   int          `json:"items"`
		Changes []doc.Change `json:"changes" doc:"What putting it in force would change"`
	}
}

// checkMenu says what a menu document would change, or all that is wrong with it;
// nothing is put in force.
func (a *API) checkMenu(ctx context.Context, in *documentIn) (*checkOut, error) {
	return a.changes(ctx, func(sqlite.Queryer) ([]byte, error) { return in.RawBody, nil })
}

// checkMenuTable is the same for the items of a table.
func (a *API) checkMenuTable(ctx context.Context, in *tableIn) (*checkOut, error) {
	return a.changes(ctx, func(q sqlite.Queryer) ([]byte, error) { return menu.WithTable(q, a.Venues, in.RawBody) })
}

func (a *API) changes(ctx context.Context, will func(sqlite.Queryer) ([]byte, error)) (*checkOut, error) {
	out := &checkOut{}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		place, err := a.Venues.Active(q)
		if err != nil {
			return err
		}
		body, err := will(q)
		if err != nil {
			return err
		}
		d, err := menu.Fits(body, place)
		if err != nil {
			return err
		}
		now, err := menu.Export(q)
		if err != nil {
			return err
		}
		if now == nil {
			now = []byte("{}")
		}
		out.Body.SHA256, out.Body.Items = doc.Sum(body), len(d.Items)
		out.Body.Changes, err = doc.Diff(now, body)
		if out.Body.Changes == nil {
			out.Body.Changes = []doc.Change{}
		}
		return err
	})
	return out, err
}

func (a *API) menuSchema(context.Context, *struct{}) (*documentOut, error) {
	s, err := doc.MenuSchema()
	return &documentOut{"application/schema+json", s}, err
}

type tableIn struct {
	Keyed
	RawBody []byte `contentType:"text/csv"`
}

// menuTable is the items of the menu in force as a table.
func (a *API) menuTable(ctx context.Context, _ *struct{}) (*documentOut, error) {
	d, err := a.menuInForce(ctx)
	if err != nil {
		return nil, err
	}
	table, err := d.CSV()
	return &documentOut{"text/csv; charset=utf-8", table}, err
}

// putMenuTable publishes the menu in force with the items of a table.
func (a *API) putMenuTable(ctx context.Context, in *tableIn) (*publishedOut, error) {
	m := in.meta(ctx, "PUT /api/v1/menu/items.csv", in.RawBody)
	return published(a.Menus.PublishTable(ctx, a.Journal, a.Venues, m, clone(in.RawBody)))
}

func (a *API) menuInForce(ctx context.Context) (*doc.Menu, error) {
	body, err := a.menuDocument(ctx, nil)
	if err != nil {
		return nil, err
	}
	d, err := doc.ParseMenu(body.Body)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "menu_unread", "The menu in force cannot be read.")
	}
	return d, nil
}
