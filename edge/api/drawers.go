package api

import (
	"context"
	"fmt"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/payment"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// drawerOut is one session of a cash drawer. Who counts it is not told what should be in it.
type drawerOut struct {
	DrawerID  string      `json:"drawerId" format:"uuid"`
	Name      string      `json:"name"`
	State     string      `json:"state" enum:"open,counting,counted,closed"`
	People    []string    `json:"people" doc:"personIds: whose cash goes there"`
	Float     Decimal     `json:"float"`
	Expected  Decimal     `json:"expected,omitempty" doc:"What should be in it: for managers, and for others after the count"`
	Counted   Decimal     `json:"counted,omitempty"`
	Over      Decimal     `json:"over,omitempty" doc:"Below 0: short"`
	Coins     []drawnCoin `json:"coins,omitempty" doc:"As it was counted"`
	Comment   string      `json:"comment,omitempty"`
	Day       string      `json:"businessDay"`
	OpenedAt  string      `json:"openedAt" format:"date-time"`
	ClosedAt  string      `json:"closedAt,omitempty" format:"date-time"`
	ClosedDay string      `json:"closedDay,omitempty"`
}

type drawnCoin struct {
	Value Decimal `json:"value"`
	N     int64   `json:"n" minimum:"0" maximum:"1000000"`
}

func showDrawer(d *payment.Drawer, c money.Currency, role string) drawerOut {
	out := drawerOut{DrawerID: d.ID.String(), Name: d.Name, State: string(d.State), People: []string{}, Float: decimal(c, d.Float), Comment: d.Comment, Day: d.Day,
		OpenedAt: moment(d.OpenedAt), ClosedAt: moment(d.ClosedAt), ClosedDay: d.ClosedDay}
	for _, p := range d.People {
		out.People = append(out.People, p.String())
	}
	counted := d.State == payment.DrawerCounted || d.State == payment.DrawerClosed
	if counted || staff.May(role, staff.DrawerAny) {
		out.Expected = decimal(c, d.Cash)
	}
	if counted {
		out.Counted, out.Over = decimal(c, d.Counted), decimal(c, d.Counted-d.Cash)
		for _, x := range d.Coins {
			out.Coins = append(out.Coins, drawnCoin{decimal(c, x.Value), x.N})
		}
	}
	return out
}

type drawersOut struct {
	Body struct {
		Drawers []drawerOut `json:"drawers"`
	}
}

// drawers are those that are not closed, and all of this business day.
func (a *API) drawers(ctx context.Context, _ *struct{}) (*drawersOut, error) {
	out := &drawersOut{}
	out.Body.Drawers = []drawerOut{}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		place, err := a.Venues.Active(q)
		if err != nil {
			return err
		}
		list, err := payment.Drawers(q, place.Day(a.Now()))
		for _, d := range list {
			out.Body.Drawers = append(out.Body.Drawers, showDrawer(d, place.Money, door.Who(ctx).Role))
		}
		return err
	})
	return out, err
}

type oneDrawerOut struct{ Body drawerOut }

// doDrawer does a command on a drawer, and shows that.
func (a *API) doDrawer(ctx context.Context, m journal.Meta, d id.Drawer, c payment.DrawerCommand) (*oneDrawerOut, error) {
	role := door.Who(ctx).Role
	if _, err := a.Payments.DoDrawer(ctx, m, d, c, role); err != nil {
		return nil, err
	}
	out := &oneDrawerOut{}
	return out, a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		place, err := a.Venues.Active(q)
		if err != nil {
			return err
		}
		have, err := payment.LoadDrawer(q, d)
		if err == nil && have != nil {
			out.Body = showDrawer(have, place.Money, role)
		}
		return err
	})
}

type openDrawerIn struct {
	Keyed
	RawBody []byte
	Body    struct {
		Name   string   `json:"name" maxLength:"80" doc:"What people call the drawer"`
		Float  Decimal  `json:"float" doc:"What is laid into it"`
		People []string `json:"people,omitempty" maxItems:"50" doc:"personIds: whose cash goes there; absent: mine"`
	}
}

func (a *API) openDrawer(ctx context.Context, in *openDrawerIn) (*oneDrawerOut, error) {
	place, err := a.place(ctx)
	if err != nil {
		return nil, err
	}
	wish := payment.OpenDrawer{Name: in.Body.Name}
	if wish.Float, err = place.Money.ParseDecimal(string(in.Body.Float)); err != nil {
		return nil, badField("body.float", err.Error())
	}
	if wish.People, err = peopleOf(in.Body.People); err != nil {
		return nil, err
	}
	if me := door.Who(ctx).Staff; len(wish.People) == 0 && !me.IsZero() {
		wish.People = []id.Staff{me}
	}
	m := in.meta(ctx, "POST /api/v1/drawers", in.RawBody)
	return a.doDrawer(ctx, m, id.Made[id.Drawer](m.Command, 0), wish)
}

func peopleOf(in []string) (list []id.Staff, err error) {
	for i, s := range in {
		p, err := id.Parse[id.Staff](s)
		if err != nil {
			return nil, badField(fmt.Sprintf("body.people[%d]", i), err.Error())
		}
		list = append(list, p)
	}
	return list, nil
}

// OfDrawer names a session of a drawer.
type OfDrawer struct {
	Keyed
	DrawerID string `path:"drawerId" format:"uuid"`
}

func (in OfDrawer) about(ctx context.Context, what string, body []byte) (m journal.Meta, d id.Drawer, err error) {
	if d, err = id.Parse[id.Drawer](in.DrawerID); err != nil {
		return m, d, badField("path.drawerId", err.Error())
	}
	return in.meta(ctx, "/api/v1/drawers/"+in.DrawerID+"/"+what, body), d, nil
}

type handOverIn struct {
	OfDrawer
	RawBody []byte
	Body    struct {
		People []string `json:"people" maxItems:"50" doc:"personIds: whose cash goes there from now on"`
	}
}

func (a *API) handOverDrawer(ctx context.Context, in *handOverIn) (*oneDrawerOut, error) {
	m, d, err := in.about(ctx, "people", in.RawBody)
	if err != nil {
		return nil, err
	}
	people, err := peopleOf(in.Body.People)
	if err != nil {
		return nil, err
	}
	return a.doDrawer(ctx, m, d, payment.HandOver{People: people})
}

type moveCashIn struct {
	OfDrawer
	RawBody []byte
	Body    struct {
		Move     string  `json:"move" enum:"pay_in,pay_out,drop,tip_out,no_sale" doc:"drop: into the safe; no_sale: it was opened for nothing"`
		Amount   Decimal `json:"amount,omitempty" doc:"Absent: no_sale"`
		Reason   string  `json:"reason,omitempty" maxLength:"200" doc:"Of all but drop and tip_out"`
		Approval string  `json:"approvalId,omitempty" format:"uuid" doc:"A manager's word, where pay_out takes one"`
	}
}

func (a *API) moveCash(ctx context.Context, in *moveCashIn) (*oneDrawerOut, error) {
	m, d, err := in.about(ctx, "moves", in.RawBody)
	if err != nil {
		return nil, err
	}
	place, err := a.place(ctx)
	if err != nil {
		return nil, err
	}
	wish := payment.MoveCash{Move: in.Body.Move, Reason: in.Body.Reason}
	amount, err := amountOf("body.amount", in.Body.Amount, place.Money)
	if err != nil {
		return nil, err
	}
	if amount != nil {
		wish.Amount = *amount
	}
	if wish.Approval, err = optional[id.Approval]("body.approvalId", in.Body.Approval); err != nil {
		return nil, err
	}
	return a.doDrawer(ctx, m, d, wish)
}

// beginCount has a drawer counted, blind; once more, where it was.
func (a *API) beginCount(ctx context.Context, in *OfDrawer) (*oneDrawerOut, error) {
	m, d, err := in.about(ctx, "count", nil)
	if err != nil {
		return nil, err
	}
	return a.doDrawer(ctx, m, d, payment.BeginCount{})
}

// dropCount leaves it uncounted.
func (a *API) dropCount(ctx context.Context, in *OfDrawer) (*oneDrawerOut, error) {
	m, d, err := in.about(ctx, "uncount", nil)
	if err != nil {
		return nil, err
	}
	return a.doDrawer(ctx, m, d, payment.DropCount{})
}

type countIn struct {
	OfDrawer
	RawBody []byte
	Body    struct {
		Coins []drawnCoin `json:"coins" maxItems:"100" doc:"How many there are of each coin and note"`
	}
}

func (a *API) countDrawer(ctx context.Context, in *countIn) (*oneDrawerOut, error) {
	m, d, err := in.about(ctx, "counted", in.RawBody)
	if err != nil {
		return nil, err
	}
	place, err := a.place(ctx)
	if err != nil {
		return nil, err
	}
	wish := payment.Count{Coins: []event.Coin{}}
	for i, x := range in.Body.Coins {
		value, err := place.Money.ParseDecimal(string(x.Value))
		if err != nil {
			return nil, badField(fmt.Sprintf("body.coins[%d].value", i), err.Error())
		}
		wish.Coins = append(wish.Coins, event.Coin{Value: value, N: x.N})
	}
	return a.doDrawer(ctx, m, d, wish)
}

type closeDrawerIn struct {
	OfDrawer
	RawBody []byte
	Body    struct {
		Comment  string `json:"comment,omitempty" maxLength:"200" doc:"Where something is missing or too much"`
		Approval string `json:"approvalId,omitempty" format:"uuid" doc:"A manager's word, where that is above the limit"`
	}
}

func (a *API) closeDrawer(ctx context.Context, in *closeDrawerIn) (*oneDrawerOut, error) {
	m, d, err := in.about(ctx, "close", in.RawBody)
	if err != nil {
		return nil, err
	}
	wish := payment.CloseDrawer{Comment: in.Body.Comment}
	if wish.Approval, err = optional[id.Approval]("body.approvalId", in.Body.Approval); err != nil {
		return nil, err
	}
	return a.doDrawer(ctx, m, d, wish)
}

// askDrawer is the command on a drawer on which another's word is asked.
func askDrawer(action string, amount Decimal, c money.Currency) (payment.DrawerCommand, error) {
	const why = "asked" // the reason goes with the command itself
	if action == staff.DrawerOver {
		return payment.CloseDrawer{Comment: why}, nil
	}
	n, err := amountOf("body.amount", amount, c)
	if err != nil || n == nil {
		return nil, badField("body.amount", "is missing, or no amount")
	}
	return payment.MoveCash{Move: "pay_out", Amount: *n, Reason: why}, nil
}
