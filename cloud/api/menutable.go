package api

import (
	"context"

	"github.com/tyngo/tyngo/sync/door"
)

type tableIn struct {
	InRestaurant
	RawBody []byte `contentType:"text/csv"`
}

type publishTableIn struct {
	InRestaurant
	Matching
	RawBody []byte `contentType:"text/csv"`
}

// menuTable is the items of the menu in force as a table; its version is the menu's.
func (a *API) menuTable(ctx context.Context, in *InRestaurant) (*rawOut, error) {
	r, err := a.known(ctx, *in)
	if err != nil {
		return nil, err
	}
	sum, table, err := a.Catalog.MenuTable(ctx, a.scope(ctx), r)
	return &rawOut{`"` + sum + `"`, "text/csv; charset=utf-8", table}, err
}

// publishMenuTable publishes the menu in force with the items of a table.
func (a *API) publishMenuTable(ctx context.Context, in *publishTableIn) (*directivesOut, error) {
	r, err := a.known(ctx, in.InRestaurant)
	if err != nil {
		return nil, err
	}
	seen, err := in.seen()
	if err != nil {
		return nil, err
	}
	list, err := a.Catalog.PublishTable(ctx, a.scope(ctx), r, in.RawBody, seen, door.Who(ctx).Subject)
	if err != nil {
		return nil, err
	}
	return showDirectives(list), nil
}

// checkMenuTable says what a table would change, and publishes nothing.
func (a *API) checkMenuTable(ctx context.Context, in *tableIn) (*checkOut, error) {
	r, err := a.known(ctx, in.InRestaurant)
	if err != nil {
		return nil, err
	}
	return checked(a.Catalog.CheckTable(ctx, a.scope(ctx), r, in.RawBody))
}
