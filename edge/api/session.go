package api

import (
	"context"
	"net/http"

	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/door"
)

// signIn takes a one-time code and gives the browser a session.
func (a *API) signIn(w http.ResponseWriter, r *http.Request) {
	secret, err := func() (string, error) {
		if err := a.door.Try(r); err != nil {
			return "", err
		}
		var in door.Pairing
		if err := door.Read(w, r, &in); err != nil {
			return "", err
		}
		if err := in.Check(door.Origin(r)); err != nil {
			return "", err
		}
		return a.Staff.Redeem(r.Context(), in)
	}()
	if err != nil {
		a.door.Refuse(w, r, err)
		return
	}
	a.door.Tried(r)
	a.door.SignIn(w, r, secret)
	w.WriteHeader(http.StatusNoContent)
}

// signOut ends the session of the browser.
func (a *API) signOut(w http.ResponseWriter, r *http.Request) {
	if err := a.Staff.SignOut(r.Context(), a.door.SignOut(w, r)); err != nil {
		a.door.Refuse(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

type meOut struct {
	Body struct {
		Device      string       `json:"device"`
		Name        string       `json:"name"`
		Role        string       `json:"role" doc:"Of the person; where nobody signed in, of the device"`
		StaffID     string       `json:"staffId,omitempty" format:"uuid" doc:"Who stands at this device"`
		Person      *namedPerson `json:"person,omitempty" doc:"Who entered a PIN here"`
		May         []string     `json:"may" doc:"What that role may do"`
		Restaurant  where        `json:"restaurant"`
		Incarnation string       `json:"incarnation"`
		Seq         int64        `json:"seq" doc:"Last fact of the box: where a stream can begin"`
	}
}

type where struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Currency string `json:"currency"`
	Digits   int    `json:"digits" doc:"Minor digits of the currency"`
	Zone     string `json:"zone"`
	Locale   string `json:"locale"`
}

func (a *API) me(ctx context.Context, _ *struct{}) (*meOut, error) {
	place, err := a.place(ctx)
	if err != nil {
		return nil, err
	}
	seq, _, err := a.Journal.Head(ctx)
	if err != nil {
		return nil, err
	}
	who := door.Who(ctx)
	out := &meOut{}
	b := &out.Body
	if b.May = staff.Permissions(who.Role); !who.Staff.IsZero() {
		if b.Person, err = a.named(ctx, who.Staff); err != nil {
			return nil, err
		}
	}
	b.Device, b.Name, b.Role, b.Incarnation, b.Seq = who.Device.String(), who.Name, who.Role, a.Series, seq
	b.Restaurant, b.StaffID = whereIs(place), who.Staff.String()
	return out, nil
}

func whereIs(v *venue.Venue) where {
	return where{v.Restaurant.String(), v.Name, v.Currency, v.Money.Digits(), v.Zone, v.Locale}
}
