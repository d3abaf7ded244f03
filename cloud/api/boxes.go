package api

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"

	"github.com/tyngo/tyngo/cloud/account"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

// certificate is which box a connection is; one that is too old still gets to the
// route that renews it.
func (a *API) certificate(ctx context.Context, s *tls.ConnectionState) (door.Principal, error) {
	c, err := a.Fleet.Admit(ctx, s, join.RenewLate)
	return door.Principal{Subject: c.ID.String(), Box: c.ID, Organisation: c.Organisation}, err
}

// claim lets a box in by a code.
func (a *API) claim(w http.ResponseWriter, r *http.Request) {
	answer, err := func() (join.ClaimAnswer, error) {
		if err := a.boxes.Try(r); err != nil {
			return join.ClaimAnswer{}, err
		}
		var in join.ClaimRequest
		if err := door.Read(w, r, &in); err != nil {
			return join.ClaimAnswer{}, err
		}
		return a.Fleet.Claim(r.Context(), in)
	}()
	if err != nil {
		a.boxes.Refuse(w, r, err)
		return
	}
	a.boxes.Tried(r)
	answer.Broker = a.Broker()
	a.Log.Info("a box joined", "box", answer.Box, "restaurant", answer.Restaurant)
	say(w, http.StatusOK, answer)
}

// renew gives a box its next certificate.
func (a *API) renew(w http.ResponseWriter, r *http.Request) {
	var in join.RenewRequest
	err := door.Read(w, r, &in)
	var answer join.RenewAnswer
	if err == nil {
		answer, err = a.Fleet.Renew(r.Context(), r.TLS, in.CSR)
	}
	if err != nil {
		a.boxes.Refuse(w, r, err)
		return
	}
	say(w, http.StatusOK, answer)
}

// scope is the part of whoever asks.
func (a *API) scope(ctx context.Context) store.Scope { return a.Store.In(door.Who(ctx).Organisation) }

type restaurantsOut struct {
	Body struct {
		Restaurants []restaurantOut `json:"restaurants"`
	}
}

type restaurantOut struct {
	ID   string `json:"restaurantId"`
	Name string `json:"name"`
}

func (a *API) restaurants(ctx context.Context, _ *struct{}) (*restaurantsOut, error) {
	list, err := a.scope(ctx).Restaurants(ctx)
	out := &restaurantsOut{}
	out.Body.Restaurants = []restaurantOut{}
	for _, r := range list {
		out.Body.Restaurants = append(out.Body.Restaurants, restaurantOut{r.ID.String(), r.Name})
	}
	return out, err
}

type addRestaurantIn struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"80"`
	}
}

type claimOut struct {
	Body struct {
		RestaurantID string `json:"restaurantId"`
		Name         string `json:"name"`
		Cloud        string `json:"cloud" doc:"Address of head office for boxes"`
		Claim        string `json:"claim" doc:"Good once, for fifteen minutes"`
	}
}

func (a *API) addRestaurant(ctx context.Context, in *addRestaurantIn) (*claimOut, error) {
	if err := account.CheckName(in.Body.Name); err != nil {
		return nil, err
	}
	r := store.Restaurant{ID: id.New[id.Restaurant](), Name: in.Body.Name}
	if err := a.scope(ctx).AddRestaurant(ctx, r, a.Now()); err != nil {
		return nil, err
	}
	return a.newClaim(ctx, r.ID, id.Box{})
}

type addClaimIn struct {
	RestaurantID string `path:"restaurantId" format:"uuid"`
	Body         struct {
		Replaces string `json:"replaces,omitempty" format:"uuid" doc:"The box whose place the new one takes"`
	}
}

func (a *API) addClaim(ctx context.Context, in *addClaimIn) (*claimOut, error) {
	r, err := id.Parse[id.Restaurant](in.RestaurantID)
	if err != nil {
		return nil, fault.New(fault.Invalid, "restaurant", err.Error())
	}
	var old id.Box
	if in.Body.Replaces != "" {
		if old, err = id.Parse[id.Box](in.Body.Replaces); err != nil {
			return nil, fault.New(fault.Invalid, "box", err.Error())
		}
	}
	return a.newClaim(ctx, r, old)
}

func (a *API) newClaim(ctx context.Context, r id.Restaurant, replaces id.Box) (*claimOut, error) {
	code, err := a.Fleet.NewClaim(ctx, a.scope(ctx), r, replaces)
	if err != nil {
		return nil, err
	}
	place, err := a.scope(ctx).Restaurant(ctx, r)
	out := &claimOut{}
	out.Body.RestaurantID, out.Body.Name, out.Body.Cloud, out.Body.Claim = r.String(), place.Name, a.BoxURL(), code.String()
	return out, err
}

type boxesOut struct {
	Body struct {
		Boxes []boxOut `json:"boxes"`
	}
}

type boxOut struct {
	Box          string `json:"box"`
	RestaurantID string `json:"restaurantId"`
	Epoch        int64  `json:"epoch"`
	Last         int64  `json:"last" doc:"Last fact stored"`
	Digest       string `json:"digest" doc:"Of the history up to last"`
	Online       bool   `json:"online"`
}

func (a *API) listBoxes(ctx context.Context, _ *struct{}) (*boxesOut, error) {
	list, err := a.scope(ctx).Standings(ctx)
	out := &boxesOut{}
	out.Body.Boxes = []boxOut{}
	for _, s := range list {
		out.Body.Boxes = append(out.Body.Boxes, boxOut{s.ID.String(), s.Restaurant.String(), s.Cursor.Epoch, s.Cursor.Last, s.Cursor.Dg.String(), s.Presence.Online})
	}
	return out, err
}

type revokeIn struct {
	Box string `path:"box" format:"uuid"`
}

type revokeOut struct{}

func (a *API) revoke(ctx context.Context, in *revokeIn) (*revokeOut, error) {
	b, err := id.Parse[id.Box](in.Box)
	if err != nil {
		return nil, fault.New(fault.Invalid, "box", err.Error())
	}
	known, err := a.Store.Box(ctx, b)
	if err != nil && !errors.Is(err, store.ErrNone) {
		return nil, err
	}
	if err != nil || known.Organisation != door.Who(ctx).Organisation {
		return nil, fault.New(fault.NotFound, "box_unknown", "There is no such box in this organisation.")
	}
	if err := a.Fleet.Revoke(ctx, a.scope(ctx), b); err != nil {
		return nil, fmt.Errorf("revoke box %s: %w", b, err)
	}
	return &revokeOut{}, nil
}
