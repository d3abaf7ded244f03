package guest

import (
	"context"
	"time"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/seal"
)

// Guest is what the keys open of a guest.
type Guest struct {
	Name, Phone, Email, Note string
	KeyPending               bool // more is known, and no key here opens it
	Consents                 []Consent
	Addresses                []Address
}

// Consent is what a guest allowed, or took back.
type Consent struct {
	Purpose, Source string
	Given           bool
	At              time.Time
}

// Address is where a guest has things delivered.
type Address struct {
	ID                                   id.Address
	Street, City, PostalCode, Directions string
}

// Load reads a guest: what any box of the organisation said, the latest word last.
func (b *Book) Load(ctx context.Context, c store.Scope, guest id.Customer) (*Guest, error) {
	here, err := c.Guest(ctx, guest)
	switch {
	case err != nil:
		return nil, err
	case here.Erased:
		return nil, fault.New(fault.NotFound, "guest_erased", "This guest was erased.")
	case len(here.Facts) == 0:
		return nil, errUnknown
	}
	keys := map[id.Box][]seal.Key{}
	for _, k := range here.Keys {
		key, err := seal.Of(k.Secret)
		if err != nil {
			return nil, err
		}
		keys[k.Box] = append(keys[k.Box], key)
	}
	g := &Guest{}
	for _, f := range here.Facts {
		g.take(f.Event, keys[f.Box])
	}
	return g, nil
}

func (g *Guest) take(e event.Event, keys []seal.Key) {
	whole := true
	open := func(field string, s event.Sealed) (text string, ok bool) {
		for _, k := range keys {
			if text, err := k.Open(e.ID, field, s); err == nil {
				return text, true
			}
		}
		whole = false
		return "", false
	}
	set := func(to *string, field string, s event.Sealed) {
		if s == "" {
			return
		}
		if text, ok := open(field, s); ok {
			*to = text
		}
	}
	switch p := e.Payload.(type) {
	case event.GuestChanged:
		set(&g.Name, "name", p.Name)
		set(&g.Phone, "phone", p.Phone)
		set(&g.Email, "email", p.Email)
		set(&g.Note, "note", p.Note)
	case event.GuestConsented:
		g.Consents = append(without(g.Consents, func(c Consent) bool { return c.Purpose == p.Purpose }), Consent{p.Purpose, p.Source, p.Given, e.Time()})
	case event.GuestAddressSaved:
		a := Address{ID: p.Address}
		set(&a.Street, "street", p.Street)
		set(&a.City, "city", p.City)
		set(&a.PostalCode, "postal_code", p.PostalCode)
		set(&a.Directions, "directions", p.Directions)
		g.Addresses = without(g.Addresses, func(x Address) bool { return x.ID == p.Address })
		if whole {
			g.Addresses = append(g.Addresses, a)
		}
	case event.GuestAddressRemoved:
		g.Addresses = without(g.Addresses, func(x Address) bool { return x.ID == p.Address })
	}
	g.KeyPending = g.KeyPending || !whole
}

// without is a list without what is so.
func without[T any](list []T, so func(T) bool) (rest []T) {
	for _, v := range list {
		if !so(v) {
			rest = append(rest, v)
		}
	}
	return rest
}
