package api

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/fault"
)

// asideMost is how many facts are listed and tried at once.
const asideMost = 500

type asidesOut struct {
	Body struct {
		Facts []asideOut `json:"facts"`
	}
}

type asideOut struct {
	Box          string          `json:"box"`
	RestaurantID string          `json:"restaurantId"`
	Restaurant   string          `json:"restaurant"`
	Epoch        int64           `json:"epoch"`
	Seq          int64           `json:"seq"`
	Type         string          `json:"type"`
	For          string          `json:"for" doc:"Who could not fold it: sales, catalog, stdout"`
	Reason       string          `json:"reason"`
	Since        int64           `json:"since" doc:"UTC milliseconds"`
	Fact         json.RawMessage `json:"fact,omitempty" doc:"As the box wrote it"`
}

// asides lists the facts that could not be folded.
func (a *API) asides(ctx context.Context, _ *struct{}) (*asidesOut, error) {
	c := a.scope(ctx)
	list, err := c.Asides(ctx, asideMost)
	if err != nil {
		return nil, err
	}
	restaurants, err := c.Restaurants(ctx)
	if err != nil {
		return nil, err
	}
	out := &asidesOut{}
	out.Body.Facts = []asideOut{}
	for _, x := range list {
		o := asideOut{Box: x.Box.ID.String(), RestaurantID: x.Box.Restaurant.String(), Epoch: x.Epoch, Seq: x.Seq, Type: x.Type, For: x.Consumer,
			Reason: x.Reason, Since: x.At.UnixMilli()}
		if json.Valid(x.Body) {
			o.Fact = x.Body
		}
		for _, r := range restaurants {
			if r.ID == x.Box.Restaurant {
				o.Restaurant = r.Name
			}
		}
		out.Body.Facts = append(out.Body.Facts, o)
	}
	return out, nil
}

type retriedOut struct {
	Body struct {
		Folded int `json:"folded"`
		Left   int `json:"left"`
	}
}

// retry folds what was set aside once more: a newer program may understand it.
func (a *API) retry(ctx context.Context, _ *struct{}) (*retriedOut, error) {
	list, err := a.scope(ctx).Asides(ctx, asideMost)
	if err != nil {
		return nil, err
	}
	out := &retriedOut{}
	for _, x := range list {
		if err := a.again(ctx, x); err != nil {
			a.Log.Warn("a fact stays aside", "box", x.Box.ID, "seq", x.Seq, "for", x.Consumer, "err", err)
			out.Body.Left++
			continue
		}
		out.Body.Folded++
	}
	return out, ctx.Err()
}

func (a *API) again(ctx context.Context, x store.Aside) error {
	f, ok := a.Followers[x.Consumer]
	if !ok {
		return fault.Newf(fault.Conflict, "no_consumer", "%s does not run.", x.Consumer)
	}
	if err := f.Again(ctx, x.Box, x.Epoch, x.Seq); err != nil && !errors.Is(err, rollup.ErrGone) {
		return err
	}
	return nil
}
