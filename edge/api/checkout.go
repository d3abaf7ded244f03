package api

import (
	"context"

	"github.com/tyngo/tyngo/edge/payment"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// checkoutOut is what somebody took since they last went home.
type checkoutOut struct {
	Body struct {
		PersonID string       `json:"personId" format:"uuid"`
		Checks   int          `json:"checks" doc:"On which their guests paid"`
		Sales    Decimal      `json:"sales" doc:"What their guests paid of checks, without what they got back"`
		Tips     Decimal      `json:"tips"`
		Tenders  []tenderLine `json:"tenders"`
		TipOuts  []tipLine    `json:"tipOuts" doc:"Of their tips, to others"`
		Cash     Decimal      `json:"cash" doc:"That they have in the pocket"`
		Due      Decimal      `json:"due" doc:"That they hand in: cash without tips, with tip-outs; below 0: that they get"`
		Open     []openCheck  `json:"openChecks" doc:"To be closed, or handed over (order.set_server)"`
		Drawers  []string     `json:"drawers" doc:"That they have: to be closed, or handed over"`
		Done     bool         `json:"done" doc:"They went home"`
	}
}

type tenderLine struct {
	Tender string  `json:"tender"`
	Amount Decimal `json:"amount"`
	Tip    Decimal `json:"tip"`
}

type tipLine struct {
	Name   string  `json:"name"`
	Amount Decimal `json:"amount"`
}

type openCheck struct {
	OrderID string `json:"orderId" format:"uuid"`
	Number  string `json:"number"`
	Table   Table  `json:"tableNumber,omitempty"`
}

func showCheckout(out *checkoutOut, p event.ServerCheckedOut, c money.Currency) {
	b := &out.Body
	b.PersonID, b.Checks, b.Sales, b.Tips, b.Cash, b.Due = p.Server.String(), p.Checks, decimal(c, p.Sales), decimal(c, p.Tips), decimal(c, p.Cash), decimal(c, p.Due)
	b.Tenders, b.TipOuts, b.Open, b.Drawers = []tenderLine{}, []tipLine{}, []openCheck{}, []string{}
	for _, t := range p.Tenders {
		b.Tenders = append(b.Tenders, tenderLine{t.Tender, decimal(c, t.Amount), decimal(c, t.Tip)})
	}
	for _, t := range p.TipOuts {
		b.TipOuts = append(b.TipOuts, tipLine{t.Name, decimal(c, t.Amount)})
	}
}

// whose is who goes home: oneself, or anybody for who may see all drawers.
func whose(ctx context.Context, person string) (who id.Staff, err error) {
	me := door.Who(ctx)
	if who, err = optional[id.Staff]("personId", person); err != nil {
		return who, err
	}
	if who.IsZero() {
		who = me.Staff
	}
	switch {
	case who.IsZero():
		return who, badField("personId", "is missing: nobody signed in here")
	case who != me.Staff && !staff.May(me.Role, staff.DrawerAny):
		return who, fault.New(fault.Denied, "not_allowed", "This is somebody else's. Ask a manager.")
	}
	return who, nil
}

type checkoutIn struct {
	Person string `query:"personId" format:"uuid" doc:"Absent: me"`
}

func (a *API) checkout(ctx context.Context, in *checkoutIn) (*checkoutOut, error) {
	who, err := whose(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	out := &checkoutOut{}
	return out, a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		place, err := a.Venues.Active(q)
		if err != nil {
			return err
		}
		c, err := payment.CheckoutOf(q, place, who)
		if err != nil {
			return err
		}
		showCheckout(out, c.ServerCheckedOut, place.Money)
		for _, o := range c.Open {
			out.Body.Open = append(out.Body.Open, openCheck{o.ID.String(), o.Number.String(), Table(o.Table)})
		}
		for _, d := range c.Drawers {
			out.Body.Drawers = append(out.Body.Drawers, d.ID.String())
		}
		return nil
	})
}

type checkOutIn struct {
	Keyed
	RawBody []byte
	Body    struct {
		Person string `json:"personId,omitempty" format:"uuid" doc:"Absent: me"`
	}
}

func (a *API) checkOut(ctx context.Context, in *checkOutIn) (*checkoutOut, error) {
	who, err := whose(ctx, in.Body.Person)
	if err != nil {
		return nil, err
	}
	place, err := a.place(ctx)
	if err != nil {
		return nil, err
	}
	r, err := a.Payments.CheckOut(ctx, in.meta(ctx, "POST /api/v1/checkout", in.RawBody), who)
	if err != nil {
		return nil, err
	}
	out := &checkoutOut{}
	for _, e := range r.Events {
		if p, ok := e.Payload.(event.ServerCheckedOut); ok {
			showCheckout(out, p, place.Money)
			out.Body.Done = true
		}
	}
	return out, nil
}
