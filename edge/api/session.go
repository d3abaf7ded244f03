package api

import (
	"context"
	"net/http"

	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

// signIn takes a one-time code and gives the browser a session.
func (a *API) signIn(w http.ResponseWriter, r *http.Request) {
	secret, err := func() (string, error) {
		if err := a.door.Try(r); err != nil {
			return "", err
		}
		var in struct {
			Code string `json:"code"`
		}
		if err := door.Read(w, r, &in); err != nil {
			return "", err
		}
		return a.Staff.Redeem(r.Context(), in.Code)
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
		Device      string `json:"device"`
		Name        string `json:"name"`
		Role        string `json:"role"`
		StaffID     string `json:"staffId,omitempty" format:"uuid" doc:"Who stands at this device"`
		Restaurant  where  `json:"restaurant"`
		Incarnation string `json:"incarnation"`
		Seq         int64  `json:"seq" doc:"Last fact of the box: where a stream can begin"`
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
	b.Device, b.Name, b.Role, b.Incarnation, b.Seq = who.Device.String(), who.Name, who.Role, a.Series, seq
	b.Restaurant, b.StaffID = whereIs(place), who.Staff.String()
	return out, nil
}

func whereIs(v *venue.Venue) where {
	return where{v.Restaurant.String(), v.Name, v.Currency, v.Money.Digits(), v.Zone, v.Locale}
}

type codeIn struct {
	Body struct {
		Role string `json:"role" enum:"manager,server,bartender,cook,installer"`
		Name string `json:"name" minLength:"1" maxLength:"60" doc:"Of the tablet or page, as staff call it"`
	}
}

type codeOut struct {
	Body struct {
		Code    string `json:"code" doc:"Good once, for ten minutes"`
		Expires int64  `json:"expires" doc:"UTC milliseconds"`
	}
}

func (a *API) makeCode(ctx context.Context, in *codeIn) (*codeOut, error) {
	if who := door.Who(ctx); in.Body.Role == "manager" && who.Role != "manager" && !staff.May(who.Role, staff.VenueWrite) {
		return nil, fault.New(fault.Denied, "not_allowed", "Only a manager lets a manager in.")
	}
	code, err := a.Staff.MakeCode(ctx, in.Body.Role, in.Body.Name)
	out := &codeOut{}
	out.Body.Code, out.Body.Expires = code, a.Now().Add(door.CodeLife).UnixMilli()
	return out, err
}

type deviceIn struct {
	Keyed
	Device string `path:"device" format:"uuid"`
}

func (a *API) revoke(ctx context.Context, in *deviceIn) (*publishedOut, error) {
	d, err := id.Parse[id.Device](in.Device)
	if err != nil {
		return nil, badField("path.device", err.Error())
	}
	return published(a.Staff.Revoke(ctx, in.meta(ctx, "POST /api/v1/devices/"+in.Device+"/revoke", nil), d))
}
