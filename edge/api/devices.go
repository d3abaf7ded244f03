package api

import (
	"context"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

type codeIn struct {
	Body struct {
		Role string `json:"role" enum:"tablet,kitchen_screen,customer_display,manager,server,bartender,cook,installer" doc:"What the device is for; or as whom it works while nobody enters a PIN"`
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
	if err := mayLetIn(ctx, in.Body.Role); err != nil {
		return nil, err
	}
	code, err := a.Staff.MakeCode(ctx, in.Body.Role, in.Body.Name)
	out := &codeOut{}
	out.Body.Code, out.Body.Expires = code, a.Now().Add(door.CodeLife).UnixMilli()
	return out, err
}

// mayLetIn refuses who gives a device more than they may themselves.
func mayLetIn(ctx context.Context, role string) error {
	if who := door.Who(ctx); role == "manager" && who.Role != "manager" && !staff.May(who.Role, staff.VenueWrite) {
		return fault.New(fault.Denied, "not_allowed", "Only a manager lets a manager in.")
	}
	return nil
}

type devicesOut struct {
	Body struct {
		Devices []deviceOut `json:"devices"`
	}
}

type deviceOut struct {
	ID       string `json:"device" format:"uuid"`
	Kind     string `json:"kind" enum:"page,program"`
	Name     string `json:"name"`
	Role     string `json:"role"`
	PairedAt string `json:"pairedAt" format:"date-time" doc:"Last let in; a program: first heard"`
	LastSeen string `json:"lastSeen,omitempty" format:"date-time" doc:"Heard last; to five minutes where the box was started since"`
	HasKey   bool   `json:"hasKey" doc:"It holds its own key; not where the page was loaded over plain HTTP"`
	Revoked  bool   `json:"revoked"`
	Person   string `json:"personId,omitempty" format:"uuid" doc:"Who works at it now"`
	This     bool   `json:"this,omitempty" doc:"It is the one that asks"`
}

// devices are the tablets, screens and programs that were let in, the newest first.
func (a *API) devices(ctx context.Context, _ *struct{}) (*devicesOut, error) {
	out := &devicesOut{}
	out.Body.Devices = []deviceOut{}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		list, err := a.Staff.Devices(q)
		for _, d := range list {
			kind := "page"
			if d.Program {
				kind = "program"
			}
			out.Body.Devices = append(out.Body.Devices, deviceOut{d.ID.String(), kind, d.Name, d.Role, moment(d.Paired), moment(d.Seen), d.HasKey, d.Revoked,
				d.Here.String(), d.ID == door.Who(ctx).Device})
		}
		return err
	})
	return out, err
}

type deviceIn struct {
	Keyed
	Device  string `path:"device" format:"uuid"`
	RawBody []byte
	Body    struct {
		Name string `json:"name" minLength:"1" maxLength:"60"`
		Role string `json:"role" enum:"tablet,kitchen_screen,customer_display,manager,server,bartender,cook,installer"`
	}
}

func (a *API) putDevice(ctx context.Context, in *deviceIn) (*availabilityOut, error) {
	d, err := id.Parse[id.Device](in.Device)
	if err != nil {
		return nil, badField("path.device", err.Error())
	}
	if err := mayLetIn(ctx, in.Body.Role); err != nil {
		return nil, err
	}
	r, err := a.Staff.Change(ctx, in.meta(ctx, "PUT /api/v1/devices/"+in.Device, in.RawBody), d, in.Body.Name, in.Body.Role)
	return changed(r.Seq, err)
}

type revokeIn struct {
	Keyed
	Device string `path:"device" format:"uuid"`
}

func (a *API) revoke(ctx context.Context, in *revokeIn) (*publishedOut, error) {
	d, err := id.Parse[id.Device](in.Device)
	if err != nil {
		return nil, badField("path.device", err.Error())
	}
	return published(a.Staff.Revoke(ctx, in.meta(ctx, "POST /api/v1/devices/"+in.Device+"/revoke", nil), d))
}
