package api

import (
	"context"
	"net/http"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
)

// keysIn reads which keys a box brings, or asks for.
func (a *API) keysIn(w http.ResponseWriter, r *http.Request) (b store.Box, in join.GuestKeysRequest, err error) {
	c, err := a.Fleet.Admit(r.Context(), r.TLS, 0)
	if err == nil {
		err = door.Read(w, r, &in)
	}
	if err == nil && len(in.Keys)+len(in.Customers) > join.GuestKeysMost {
		err = fault.Newf(fault.TooLarge, "guest_keys_many", "At most %d keys are taken at once.", join.GuestKeysMost)
	}
	return c.Box, in, err
}

// guestKeys takes keys of a box.
func (a *API) guestKeys(w http.ResponseWriter, r *http.Request) {
	b, in, err := a.keysIn(w, r)
	var out join.GuestKeysAnswer
	if err == nil {
		list := make([]store.GuestKey, 0, len(in.Keys))
		for _, k := range in.Keys {
			list = append(list, store.GuestKey{ID: k.ID, Customer: k.Customer, Secret: k.Secret})
		}
		out.Have, err = a.Guests.Deposit(r.Context(), b, list)
	}
	if err != nil {
		a.boxes.Refuse(w, r, err)
		return
	}
	say(w, http.StatusOK, out)
}

// guestKeysBack gives a box its own keys back.
func (a *API) guestKeysBack(w http.ResponseWriter, r *http.Request) {
	b, in, err := a.keysIn(w, r)
	var out join.GuestKeysAnswer
	if err == nil {
		var list []store.GuestKey
		list, out.Erased, err = a.Guests.Back(r.Context(), b, in.Customers)
		for _, k := range list {
			out.Keys = append(out.Keys, join.GuestKey{ID: k.ID, Customer: k.Customer, Secret: k.Secret})
		}
	}
	if err != nil {
		a.boxes.Refuse(w, r, err)
		return
	}
	say(w, http.StatusOK, out)
}

// OfGuest names a guest in the path.
type OfGuest struct {
	Customer string `path:"customerId" format:"uuid"`
}

func (in OfGuest) id() (id.Customer, error) {
	c, err := id.Parse[id.Customer](in.Customer)
	if err != nil || c.IsZero() {
		err = fault.New(fault.Invalid, "guest", "This is no id of a guest.")
	}
	return c, err
}

type guestOut struct {
	Body struct {
		CustomerID string       `json:"customerId" format:"uuid"`
		Name       string       `json:"name,omitempty"`
		Phone      string       `json:"phone,omitempty"`
		Email      string       `json:"email,omitempty"`
		Note       string       `json:"note,omitempty"`
		KeyPending bool         `json:"keyPending" doc:"More is known, and the key that opens it has not come from its box yet"`
		Consents   []consentOut `json:"consents"`
		Addresses  []addressOut `json:"addresses"`
	}
}

type consentOut struct {
	Purpose string `json:"purpose"`
	Given   bool   `json:"given"`
	Source  string `json:"source"`
	At      int64  `json:"at" doc:"UTC milliseconds"`
}

type addressOut struct {
	AddressID  string `json:"addressId" format:"uuid"`
	Street     string `json:"street"`
	City       string `json:"city,omitempty"`
	PostalCode string `json:"postalCode,omitempty"`
	Directions string `json:"directions,omitempty"`
}

func (a *API) guest(ctx context.Context, in *OfGuest) (*guestOut, error) {
	c, err := in.id()
	if err != nil {
		return nil, err
	}
	g, err := a.Guests.Load(ctx, a.scope(ctx), c)
	if err != nil {
		return nil, err
	}
	out := &guestOut{}
	b := &out.Body
	b.CustomerID, b.Name, b.Phone, b.Email, b.Note, b.KeyPending = c.String(), g.Name, g.Phone, g.Email, g.Note, g.KeyPending
	b.Consents, b.Addresses = []consentOut{}, []addressOut{}
	for _, x := range g.Consents {
		b.Consents = append(b.Consents, consentOut{x.Purpose, x.Given, x.Source, x.At.UnixMilli()})
	}
	for _, x := range g.Addresses {
		b.Addresses = append(b.Addresses, addressOut{x.ID.String(), x.Street, x.City, x.PostalCode, x.Directions})
	}
	return out, nil
}

type erasedOut struct {
	Body struct {
		Done bool `json:"done" doc:"No key of theirs is left at head office; false: it goes on trying. Boxes follow when they are there"`
	}
}

func (a *API) eraseGuest(ctx context.Context, in *OfGuest) (*erasedOut, error) {
	c, err := in.id()
	if err != nil {
		return nil, err
	}
	out := &erasedOut{}
	out.Body.Done, err = a.Guests.Erase(ctx, a.scope(ctx), c, door.Who(ctx).Subject)
	return out, err
}
