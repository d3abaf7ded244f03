package api

import (
	"context"
	"time"

	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/id"
)

const (
	approvalsFor  = 15 * time.Minute // that a request is told after it was asked
	approvalsMost = 50
)

type approvalsOut struct {
	Body struct {
		Approvals []approvalOut `json:"approvals"`
	}
}

type approvalOut struct {
	ID        string       `json:"approvalId" format:"uuid"`
	Action    string       `json:"action" enum:"order.cancel,order.void,order.comp,order.discount,order.reopen,payment.refund,payment.void,drawer.pay_out,drawer.over"`
	Order     string       `json:"orderId,omitempty" format:"uuid"`
	Number    string       `json:"number,omitempty" doc:"What people call the order"`
	Table     Table        `json:"tableNumber,omitempty"`
	Amount    Decimal      `json:"amount"`
	Reason    string       `json:"reason,omitempty"`
	State     string       `json:"state" enum:"asked,given,refused,withdrawn,used,expired"`
	AskedBy   *namedPerson `json:"askedBy,omitempty" doc:"absent: nobody had signed in"`
	Device    string       `json:"device" format:"uuid"`
	AskedAt   string       `json:"askedAt" format:"date-time"`
	Until     string       `json:"until" format:"date-time" doc:"When the question, or the yes, is of no use any more"`
	By        *namedPerson `json:"answeredBy,omitempty"`
	Answer    string       `json:"answer,omitempty" doc:"Why not"`
	Mine      bool         `json:"mine" doc:"I asked"`
	MayAnswer bool         `json:"mayAnswer" doc:"It waits, and I may answer without another PIN"`
}

type namedPerson struct {
	ID   string `json:"personId" format:"uuid"`
	Name string `json:"name"`
}

// named is somebody with their name; nil for nobody.
func (a *API) named(ctx context.Context, who id.Staff) (p *namedPerson, err error) {
	err = a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		names, err := names(q)
		p = names(who)
		return err
	})
	return p, err
}

// names finds people by id.
func names(q *sqlite.Snapshot) (func(id.Staff) *namedPerson, error) {
	list, err := staff.Employees(q)
	byID := make(map[id.Staff]string, len(list))
	for _, e := range list {
		byID[e.ID] = e.Name
	}
	return func(who id.Staff) *namedPerson {
		if who.IsZero() {
			return nil
		}
		return &namedPerson{who.String(), byID[who]}
	}, err
}

// showApprovals makes the public shape of requests.
func (a *API) showApprovals(ctx context.Context, q *sqlite.Snapshot, list []staff.Approval) ([]approvalOut, error) {
	out := []approvalOut{}
	place, err := a.Venues.Active(q)
	if err != nil {
		return nil, err
	}
	named, err := names(q)
	if err != nil {
		return nil, err
	}
	who := door.Who(ctx)
	for _, r := range list {
		o := approvalOut{ID: r.ID.String(), Action: r.Action, Order: r.Order.String(), Amount: decimal(place.Money, r.Amount), Reason: r.Reason, State: r.State,
			AskedBy: named(r.Staff), Device: r.Device.String(), AskedAt: moment(r.Asked), Until: moment(r.Until), By: named(r.By), Answer: r.Answer}
		o.Mine = r.Staff == who.Staff && r.Device == who.Device
		o.MayAnswer = r.State == "asked" && !who.Staff.IsZero() && who.Staff != r.Staff && staff.May(who.Role, r.Action)
		if v, err := order.Load(q, r.Order); err != nil {
			return nil, err
		} else if v != nil {
			o.Number, o.Table = v.Number.String(), Table(v.Table)
		}
		out = append(out, o)
	}
	return out, nil
}

// approvals are the requests of the last minutes, the newest first.
func (a *API) approvals(ctx context.Context, _ *struct{}) (*approvalsOut, error) {
	out := &approvalsOut{}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		now := a.Now()
		list, err := staff.Approvals(q, now.Add(-approvalsFor), now, approvalsMost)
		if err != nil {
			return err
		}
		out.Body.Approvals, err = a.showApprovals(ctx, q, list)
		return err
	})
	return out, err
}

type approvalIn struct {
	Approval string `path:"approvalId" format:"uuid"`
}

type oneApprovalOut struct{ Body approvalOut }

func (a *API) approval(ctx context.Context, in *approvalIn) (*oneApprovalOut, error) {
	approval, err := id.Parse[id.Approval](in.Approval)
	if err != nil {
		return nil, badField("path.approvalId", err.Error())
	}
	return a.oneApproval(ctx, approval)
}

func (a *API) oneApproval(ctx context.Context, approval id.Approval) (*oneApprovalOut, error) {
	out := &oneApprovalOut{}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		r, err := staff.LoadApproval(q, approval, a.Now())
		if err != nil {
			return err
		}
		list, err := a.showApprovals(ctx, q, []staff.Approval{r})
		if err == nil {
			out.Body = list[0]
		}
		return err
	})
	return out, err
}

type askIn struct {
	Keyed
	RawBody []byte
	Body    struct {
		Action   string  `json:"action" enum:"order.cancel,order.void,order.comp,order.discount,order.reopen,payment.refund,payment.void,drawer.pay_out,drawer.over" doc:"What I want to do: cancel an order that the kitchen has, void of a line that was sent, comp a line, give a discount, reopen a closed check, refund or void a payment, take cash out of a drawer, close one that is over or short"`
		Order    string  `json:"orderId,omitempty" format:"uuid" doc:"Absent: of a drawer"`
		Drawer   string  `json:"drawerId,omitempty" format:"uuid"`
		Line     string  `json:"lineId,omitempty" format:"uuid" doc:"Of which line; of a discount absent: off the check"`
		Quantity int64   `json:"quantity,omitempty" minimum:"1" maximum:"999" doc:"Of a void: how many; absent: all"`
		Payment  string  `json:"paymentId,omitempty" format:"uuid" doc:"Of a refund or a void: of which payment"`
		Tip      Decimal `json:"tip,omitempty" doc:"Of a refund: of the tip"`
		Percent  Decimal `json:"percent,omitempty" doc:"Of a discount, or"`
		Amount   Decimal `json:"amount,omitempty" doc:"Of a discount, of a refund, or what is taken out of a drawer"`
		Reason   string  `json:"reason,omitempty" maxLength:"120" doc:"Why, for the manager"`
	}
}

func (a *API) askApproval(ctx context.Context, in *askIn) (*oneApprovalOut, error) {
	if in.Body.Action == staff.DrawerPayOut || in.Body.Action == staff.DrawerOver {
		return a.askOfDrawer(ctx, in)
	}
	o, err := id.Parse[id.Order](in.Body.Order)
	if err != nil {
		return nil, badField("body.orderId", err.Error())
	}
	place, err := a.place(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	m := in.meta(ctx, "POST /api/v1/approvals", in.RawBody)
	if b.Action == staff.PaymentRefund || b.Action == staff.PaymentVoid {
		wish, err := askPayment(b.Action, b.Payment, b.Amount, b.Tip, place.Money)
		if err != nil {
			return nil, err
		}
		approval, _, err := a.Payments.Ask(ctx, a.Staff, m, o, wish, door.Who(ctx).Role, b.Reason)
		if err != nil {
			return nil, err
		}
		return a.oneApproval(ctx, approval)
	}
	wish, err := askWish(b.Action, b.Line, string(b.Percent), string(b.Amount), b.Quantity, place.Money)
	if err != nil {
		return nil, err
	}
	approval, _, err := a.Orders.Ask(ctx, a.Staff, m, o, wish, door.Who(ctx).Role, b.Reason)
	if err != nil {
		return nil, err
	}
	return a.oneApproval(ctx, approval)
}

// askOfDrawer asks for another's word on a drawer.
func (a *API) askOfDrawer(ctx context.Context, in *askIn) (*oneApprovalOut, error) {
	d, err := id.Parse[id.Drawer](in.Body.Drawer)
	if err != nil {
		return nil, badField("body.drawerId", err.Error())
	}
	place, err := a.place(ctx)
	if err != nil {
		return nil, err
	}
	wish, err := askDrawer(in.Body.Action, in.Body.Amount, place.Money)
	if err != nil {
		return nil, err
	}
	approval, _, err := a.Payments.AskDrawer(ctx, a.Staff, in.meta(ctx, "POST /api/v1/approvals", in.RawBody), d, wish, door.Who(ctx).Role, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return a.oneApproval(ctx, approval)
}

type answerIn struct {
	Keyed
	Approval string `path:"approvalId" format:"uuid"`
	Body     struct {
		Approve bool   `json:"approve"`
		Reason  string `json:"reason,omitempty" maxLength:"120" doc:"Why not"`
		Person  string `json:"personId,omitempty" format:"uuid" doc:"Who answers at this device by PIN; absent: who is signed in"`
		PIN     string `json:"pin,omitempty" maxLength:"8" pattern:"^[0-9]*$"`
	}
}

// answerApproval says yes or no. No receipt is kept: it would hold a fast hash of a PIN.
func (a *API) answerApproval(ctx context.Context, in *answerIn) (*oneApprovalOut, error) {
	approval, err := id.Parse[id.Approval](in.Approval)
	if err != nil {
		return nil, badField("path.approvalId", err.Error())
	}
	m := in.meta(ctx, "POST /api/v1/approvals/"+in.Approval+"/answer", nil)
	m.Body = nil
	if in.Body.Person != "" {
		who, err := id.Parse[id.Staff](in.Body.Person)
		if err != nil {
			return nil, badField("body.personId", err.Error())
		}
		if err := a.Staff.Prove(ctx, Keyed{}.meta(ctx, "", nil), who, in.Body.PIN); err != nil {
			return nil, err
		}
		m.Staff = who
	}
	if _, err := a.Staff.Answer(ctx, m, approval, in.Body.Approve, in.Body.Reason); err != nil {
		return nil, err
	}
	return a.oneApproval(ctx, approval)
}

type withdrawIn struct {
	Keyed
	Approval string `path:"approvalId" format:"uuid"`
}

func (a *API) withdrawApproval(ctx context.Context, in *withdrawIn) (*oneApprovalOut, error) {
	approval, err := id.Parse[id.Approval](in.Approval)
	if err != nil {
		return nil, badField("path.approvalId", err.Error())
	}
	if _, err := a.Staff.Withdraw(ctx, in.meta(ctx, "POST /api/v1/approvals/"+in.Approval+"/withdraw", nil), approval); err != nil {
		return nil, err
	}
	return a.oneApproval(ctx, approval)
}
