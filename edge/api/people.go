package api

import (
	"context"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
)

type peopleOut struct {
	Body struct {
		People []personOut `json:"people"`
	}
}

type personOut struct {
	ID     string `json:"id" format:"uuid"`
	Name   string `json:"name"`
	Role   string `json:"role"`
	Active bool   `json:"active" doc:"false: works here no more"`
	HasPIN bool   `json:"hasPin"`
	Locked string `json:"lockedUntil,omitempty" format:"date-time" doc:"Too many wrong PINs, here or everywhere"`
	Clock  string `json:"clock" enum:"out,in,break"`
	Job    string `json:"job,omitempty"`
	Since  string `json:"since,omitempty" format:"date-time" doc:"Of the last move of the clock"`
}

// people is who works here.
func (a *API) people(ctx context.Context, _ *struct{}) (*peopleOut, error) {
	out := &peopleOut{}
	out.Body.People = []personOut{}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		list, err := staff.EmployeesAt(q, door.Who(ctx).Device)
		for _, e := range list {
			p := personOut{ID: e.ID.String(), Name: e.Name, Role: e.Role, Active: e.Active, HasPIN: e.HasPIN, Clock: e.Clock, Job: e.Job, Since: moment(e.Since)}
			if e.Locked.After(a.Now()) {
				p.Locked = moment(e.Locked)
			}
			out.Body.People = append(out.Body.People, p)
		}
		return err
	})
	return out, err
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

type personIn struct {
	Keyed
	Person  string `path:"personId" format:"uuid" doc:"Minted by whoever names them first: a UUIDv7"`
	RawBody []byte
	Body    struct {
		Name   string `json:"name" minLength:"1" maxLength:"60"`
		Role   string `json:"role" enum:"manager,server,bartender,cook,installer"`
		Active bool   `json:"active"`
	}
}

func (a *API) putPerson(ctx context.Context, in *personIn) (*availabilityOut, error) {
	who, err := id.Parse[id.Staff](in.Person)
	if err != nil {
		return nil, badField("path.personId", err.Error())
	}
	r, err := a.Staff.Save(ctx, in.meta(ctx, "PUT /api/v1/people/"+in.Person, in.RawBody),
		staff.Employee{ID: who, Name: in.Body.Name, Role: in.Body.Role, Active: in.Body.Active}, door.Who(ctx).Role)
	return changed(r.Seq, err)
}

type pinIn struct {
	Keyed
	Person string `path:"personId" format:"uuid"`
	Body   struct {
		PIN string `json:"pin" minLength:"4" maxLength:"8" pattern:"^[0-9]*$"`
	}
}

// setPIN gives somebody a PIN. No receipt is kept: it would hold a fast hash of few digits.
func (a *API) setPIN(ctx context.Context, in *pinIn) (*availabilityOut, error) {
	who, err := id.Parse[id.Staff](in.Person)
	if err != nil {
		return nil, badField("path.personId", err.Error())
	}
	m := in.meta(ctx, "PUT /api/v1/people/"+in.Person+"/pin", nil)
	m.Body = nil
	r, err := a.Staff.SetPIN(ctx, m, who, in.Body.PIN, door.Who(ctx).Role)
	return changed(r.Seq, err)
}

// enter lets somebody work at this device, until they leave or their shift is over.
func (a *API) enter(ctx context.Context, in *pinIn) (*struct{}, error) {
	who, err := id.Parse[id.Staff](in.Person)
	if err != nil {
		return nil, badField("path.personId", err.Error())
	}
	m := Keyed{}.meta(ctx, "", nil)
	return nil, a.Staff.Enter(ctx, m, who, in.Body.PIN)
}

func (a *API) leave(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, a.Staff.Leave(ctx, door.Who(ctx).Device)
}

type clockIn struct {
	Keyed
	Person  string `path:"personId" format:"uuid"`
	RawBody []byte
	Body    struct {
		What string `json:"what" enum:"in,out,break,resume"`
		Job  string `json:"job,omitempty" maxLength:"60" doc:"What as, such as Bar; of in"`
	}
}

// moveClock moves a time clock: one's own, or, for a manager, anybody's.
func (a *API) moveClock(ctx context.Context, in *clockIn) (*availabilityOut, error) {
	who, err := id.Parse[id.Staff](in.Person)
	if err != nil {
		return nil, badField("path.personId", err.Error())
	}
	if asks := door.Who(ctx); asks.Staff != who && !staff.May(asks.Role, staff.StaffWrite) {
		return nil, fault.New(fault.Denied, "not_allowed", "Sign in with your PIN first. Only a manager moves the clock of others.")
	}
	r, err := a.Staff.Clock(ctx, in.meta(ctx, "POST /api/v1/people/"+in.Person+"/clock", in.RawBody), who, in.Body.What, in.Body.Job)
	return changed(r.Seq, err)
}

type hoursIn struct {
	From string `query:"from" format:"date" doc:"First business day; today where it is absent"`
	To   string `query:"to" format:"date" doc:"Last business day; the first where it is absent"`
}

type hoursOut struct {
	Body struct {
		Entries []hourOut `json:"entries"`
	}
}

type hourOut struct {
	Person string `json:"personId"`
	Seq    int64  `json:"seq" doc:"The fact"`
	What   string `json:"what" enum:"in,out,break,resume"`
	Job    string `json:"job,omitempty"`
	At     string `json:"at" format:"date-time"`
	Day    string `json:"day" format:"date"`
}

// hours are the moves of all time clocks on business days.
func (a *API) hours(ctx context.Context, in *hoursIn) (*hoursOut, error) {
	out := &hoursOut{}
	out.Body.Entries = []hourOut{}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		from, to := in.From, in.To
		if from == "" {
			var err error
			if from, err = a.today(q); err != nil {
				return err
			}
		}
		if to == "" {
			to = from
		}
		list, err := staff.TimeEntries(q, from, to)
		for _, t := range list {
			out.Body.Entries = append(out.Body.Entries, hourOut{t.Employee.String(), t.Seq, t.What, t.Job, moment(t.At), t.Day})
		}
		return err
	})
	return out, err
}
