package api

import (
	"context"

	"github.com/tyngo/tyngo/edge/guest"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// guestOut is what is known of a guest.
type guestOut struct {
	CustomerID string       `json:"customerId" format:"uuid"`
	Name       string       `json:"name,omitempty"`
	Phone      string       `json:"phone,omitempty"`
	Email      string       `json:"email,omitempty"`
	Note       string       `json:"note,omitempty"`
	KeyPending bool         `json:"keyPending" doc:"More is known, and the key that opens it has not come from head office yet"`
	Consents   []consentOut `json:"consents"`
	Addresses  []addressOut `json:"addresses"`
	Visits     int          `json:"visits" doc:"Orders in this guest's name"`
	LastVisit  string       `json:"lastVisit,omitempty" format:"date-time"`
}

type consentOut struct {
	Purpose string `json:"purpose" enum:"email,sms,phone,post,profile"`
	Given   bool   `json:"given"`
	Source  string `json:"source" enum:"in_person,paper,phone,web"`
	At      string `json:"at" format:"date-time"`
}

type addressOut struct {
	AddressID  string `json:"addressId" format:"uuid"`
	Street     string `json:"street"`
	City       string `json:"city,omitempty"`
	PostalCode string `json:"postalCode,omitempty"`
	Directions string `json:"directions,omitempty"`
}

func showGuest(g *guest.Guest) guestOut {
	o := guestOut{CustomerID: g.ID.String(), Name: g.Name, Phone: g.Phone, Email: g.Email, Note: g.Note, KeyPending: g.KeyPending,
		Consents: []consentOut{}, Addresses: []addressOut{}, Visits: g.Visits, LastVisit: moment(g.LastVisit)}
	for _, c := range g.Consents {
		o.Consents = append(o.Consents, consentOut{c.Purpose, c.Given, c.Source, moment(c.At)})
	}
	for _, a := range g.Addresses {
		o.Addresses = append(o.Addresses, addressOut{a.ID.String(), a.Street, a.City, a.PostalCode, a.Directions})
	}
	return o
}

// OfGuest is the part of a request that names a guest.
type OfGuest struct {
	Customer string `path:"customerId" format:"uuid" doc:"Minted by whoever names them first: a UUIDv7"`
}

func (in OfGuest) id() (id.Customer, error) {
	c, err := id.Parse[id.Customer](in.Customer)
	if err == nil && c.IsZero() {
		return c, badField("path.customerId", "is nobody")
	}
	if err != nil {
		err = badField("path.customerId", err.Error())
	}
	return c, err
}

type oneGuestOut struct{ Body guestOut }

func (a *API) guest(ctx context.Context, in *OfGuest) (*oneGuestOut, error) {
	c, err := in.id()
	if err != nil {
		return nil, err
	}
	out := &oneGuestOut{}
	err = a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		g, err := a.Guests.Load(q, c)
		if err == nil {
			out.Body = showGuest(g)
		}
		return err
	})
	return out, err
}

type putGuestIn struct {
	Keyed
	OfGuest
	RawBody []byte
	Body    struct {
		Name  *string `json:"name,omitempty" maxLength:"80" doc:"Absent: as it is; empty: known no more"`
		Phone *string `json:"phone,omitempty" maxLength:"32"`
		Email *string `json:"email,omitempty" maxLength:"254"`
		Note  *string `json:"note,omitempty" maxLength:"500" doc:"Free text, such as what they cannot eat"`
	}
}

func (a *API) putGuest(ctx context.Context, in *putGuestIn) (*availabilityOut, error) {
	c, err := in.id()
	if err != nil {
		return nil, err
	}
	b := in.Body
	r, err := a.Guests.Save(ctx, in.meta(ctx, "PUT /api/v1/guests/"+in.Customer, in.RawBody), c, guest.Change{Name: b.Name, Phone: b.Phone, Email: b.Email, Note: b.Note})
	return changed(r.Seq, err)
}

type consentIn struct {
	Keyed
	OfGuest
	Purpose string `path:"purpose" enum:"email,sms,phone,post,profile" doc:"What for"`
	RawBody []byte
	Body    struct {
		Given  bool   `json:"given" doc:"false: it is taken back"`
		Source string `json:"source" enum:"in_person,paper,phone,web" doc:"How they said so"`
	}
}

func (a *API) putConsent(ctx context.Context, in *consentIn) (*availabilityOut, error) {
	c, err := in.id()
	if err != nil {
		return nil, err
	}
	r, err := a.Guests.Consent(ctx, in.meta(ctx, "PUT /api/v1/guests/"+in.Customer+"/consents/"+in.Purpose, in.RawBody), c, in.Purpose, in.Body.Given, in.Body.Source)
	return changed(r.Seq, err)
}

// OfAddress names an address of a guest.
type OfAddress struct {
	Keyed
	OfGuest
	Address string `path:"addressId" format:"uuid" doc:"Minted here: a UUIDv7"`
}

func (in OfAddress) ids() (c id.Customer, address id.Address, err error) {
	if c, err = in.id(); err != nil {
		return c, address, err
	}
	if address, err = id.Parse[id.Address](in.Address); err != nil {
		err = badField("path.addressId", err.Error())
	}
	return c, address, err
}

type addressIn struct {
	OfAddress
	RawBody []byte
	Body    struct {
		Street     string `json:"street" minLength:"1" maxLength:"120" doc:"With the number of the house"`
		City       string `json:"city,omitempty" maxLength:"120"`
		PostalCode string `json:"postalCode,omitempty" maxLength:"20"`
		Directions string `json:"directions,omitempty" maxLength:"500" doc:"For who brings it"`
	}
}

func (a *API) putAddress(ctx context.Context, in *addressIn) (*availabilityOut, error) {
	c, address, err := in.ids()
	if err != nil {
		return nil, err
	}
	b := in.Body
	r, err := a.Guests.SaveAddress(ctx, in.meta(ctx, "PUT /api/v1/guests/"+in.Customer+"/addresses/"+in.Address, in.RawBody), c,
		guest.Address{ID: address, Street: b.Street, City: b.City, PostalCode: b.PostalCode, Directions: b.Directions})
	return changed(r.Seq, err)
}

func (a *API) removeAddress(ctx context.Context, in *OfAddress) (*availabilityOut, error) {
	c, address, err := in.ids()
	if err != nil {
		return nil, err
	}
	r, err := a.Guests.RemoveAddress(ctx, in.meta(ctx, "DELETE /api/v1/guests/"+in.Customer+"/addresses/"+in.Address, nil), c, address)
	return changed(r.Seq, err)
}

// searchIn is a body: names stand in no address and no log.
type searchIn struct {
	Body struct {
		Name  string `json:"name,omitempty" maxLength:"80" doc:"How words of the name begin; accents and capitals do not matter"`
		Phone string `json:"phone,omitempty" maxLength:"32" doc:"How the phone ends, such as its last four digits"`
		Limit int    `json:"limit,omitempty" minimum:"1" maximum:"100" doc:"20 where it is absent"`
	}
}

type foundOut struct {
	Body struct {
		Guests []foundGuest `json:"guests"`
	}
}

type foundGuest struct {
	CustomerID string `json:"customerId" format:"uuid"`
	Name       string `json:"name,omitempty"`
	Phone      string `json:"phone,omitempty"`
	Email      string `json:"email,omitempty"`
}

func (a *API) searchGuests(ctx context.Context, in *searchIn) (*foundOut, error) {
	most := in.Body.Limit
	if most == 0 {
		most = 20
	}
	out := &foundOut{}
	out.Body.Guests = []foundGuest{}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		list, err := a.Guests.Search(q, in.Body.Name, in.Body.Phone, most)
		for _, f := range list {
			out.Body.Guests = append(out.Body.Guests, foundGuest{f.ID.String(), f.Name, f.Phone, f.Email})
		}
		return err
	})
	return out, err
}

type guestExportOut struct {
	Body struct {
		Guest   guestOut    `json:"guest"`
		Orders  []*Order    `json:"orders"`
		Ratings []ratingOut `json:"ratings"`
	}
}

// exportGuest is everything that is known of a guest.
func (a *API) exportGuest(ctx context.Context, in *OfGuest) (*guestExportOut, error) {
	c, err := in.id()
	if err != nil {
		return nil, err
	}
	out := &guestExportOut{}
	out.Body.Orders, out.Body.Ratings = []*Order{}, []ratingOut{}
	err = a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		place, err := a.Venues.Active(q)
		if err != nil {
			return err
		}
		g, err := a.Guests.Load(q, c)
		if err != nil {
			return err
		}
		out.Body.Guest = showGuest(g)
		orders, err := guest.Orders(q, c)
		if err != nil {
			return err
		}
		for _, o := range orders {
			v, err := order.Load(q, o)
			if err != nil {
				return err
			}
			if v != nil {
				out.Body.Orders = append(out.Body.Orders, show(v, place))
			}
		}
		ratings, err := a.Guests.Ratings(q, c)
		for _, r := range ratings {
			out.Body.Ratings = append(out.Body.Ratings, showRating(r))
		}
		return err
	})
	return out, err
}

type eraseGuestIn struct {
	Keyed
	OfGuest
}

type eraseGuestOut struct {
	Body struct {
		Seq  int64 `json:"seq,omitempty" doc:"The fact of the wish; absent: they were erased before"`
		Done bool  `json:"done" doc:"false: the wish is on the disk, and the box goes on trying"`
	}
}

func (a *API) eraseGuest(ctx context.Context, in *eraseGuestIn) (*eraseGuestOut, error) {
	c, err := in.id()
	if err != nil {
		return nil, err
	}
	r, done, err := a.Guests.Erase(ctx, in.meta(ctx, "POST /api/v1/guests/"+in.Customer+"/erase", nil), c)
	out := &eraseGuestOut{}
	out.Body.Seq, out.Body.Done = r.Seq, done
	return out, err
}

type ratingOut struct {
	OrderID string `json:"orderId" format:"uuid"`
	Stars   int    `json:"stars" minimum:"1" maximum:"5"`
	Comment string `json:"comment,omitempty"`
	At      string `json:"at" format:"date-time"`
}

func showRating(r guest.Rating) ratingOut {
	return ratingOut{r.Order.String(), r.Stars, r.Comment, moment(r.At)}
}

type rateIn struct {
	Keyed
	OrderID string `path:"orderId" format:"uuid"`
	RawBody []byte
	Body    struct {
		Stars   int    `json:"stars" minimum:"1" maximum:"5"`
		Comment string `json:"comment,omitempty" maxLength:"500" doc:"In their words"`
	}
}

func (a *API) rate(ctx context.Context, in *rateIn) (*availabilityOut, error) {
	o, err := id.Parse[id.Order](in.OrderID)
	if err != nil {
		return nil, badField("path.orderId", err.Error())
	}
	r, err := a.Guests.Rate(ctx, in.meta(ctx, "PUT /api/v1/orders/"+in.OrderID+"/rating", in.RawBody), o, in.Body.Stars, in.Body.Comment)
	return changed(r.Seq, err)
}

type oneRatingOut struct{ Body ratingOut }

func (a *API) rating(ctx context.Context, in *orderIn) (*oneRatingOut, error) {
	o, err := id.Parse[id.Order](in.OrderID)
	if err != nil {
		return nil, badField("path.orderId", err.Error())
	}
	out := &oneRatingOut{}
	err = a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		r, err := a.Guests.RatingOf(q, o)
		if err == nil && r == nil {
			err = fault.New(fault.NotFound, "not_rated", "This visit was not rated.")
		}
		if err == nil {
			out.Body = showRating(*r)
		}
		return err
	})
	return out, err
}
