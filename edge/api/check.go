package api

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// checkCommand is what a tablet wishes of a check: which permission it takes, and how its
// data is read.
type checkCommand struct {
	permission string
	read       func(data json.RawMessage, c money.Currency) (order.Command, error)
}

// wish makes a checkCommand of how its data becomes a command.
func wish[T any](permission string, is func(d T, c money.Currency) (order.Command, error)) checkCommand {
	return checkCommand{permission, func(data json.RawMessage, c money.Currency) (order.Command, error) {
		var d T
		if err := strict(data, &d); err != nil {
			return nil, err
		}
		return is(d, c)
	}}
}

// Data of commands.
type (
	openData struct {
		TableNumber Table       `json:"tableNumber"`
		CustomerID  id.Customer `json:"customerId"`
		Type        string      `json:"type"`
		Covers      int         `json:"covers"`
	}
	linesData struct {
		Lines []struct {
			Line          id.Line  `json:"line"`
			MenuItemID    id.Item  `json:"menuItemId"`
			Quantity      int64    `json:"quantity"`
			Modifications []string `json:"modifications"`
			Modifiers     []pick   `json:"modifiers"`
			Combo         []part   `json:"combo"`
			Seats         []int    `json:"seats"`
			Course        string   `json:"course"`
			Hold          bool     `json:"hold"`
			Price         Decimal  `json:"price"`
		} `json:"lines"`
	}
	lineData struct {
		Line     id.Line   `json:"line"`
		Rev      *int64    `json:"rev"`
		Quantity *int64    `json:"quantity"`
		Notes    *[]string `json:"notes"`
		Seats    *[]int    `json:"seats"`
		Course   *string   `json:"course"`
	}
	someLinesData struct {
		Lines  []id.Line `json:"lines"`
		Course string    `json:"course"`
		Off    bool      `json:"off"`
	}
	voidData struct {
		Line     id.Line     `json:"line"`
		Rev      *int64      `json:"rev"`
		Quantity int64       `json:"quantity"`
		Reason   string      `json:"reason"`
		Approval id.Approval `json:"approval"`
	}
	discountData struct {
		Line     id.Line     `json:"line"`
		Name     string      `json:"name"`
		Percent  json.Number `json:"percent"`
		Amount   json.Number `json:"amount"`
		Reason   string      `json:"reason"`
		Approval id.Approval `json:"approval"`
	}
	splitData struct {
		Lines []struct {
			Line  id.Line `json:"line"`
			Parts int64   `json:"parts"`
			Of    int64   `json:"of"`
		} `json:"lines"`
		BySeats bool `json:"bySeats"`
	}
	partData struct {
		Evenly  int           `json:"evenly"`
		Amounts []json.Number `json:"amounts"`
	}
)

// checkCommands are all of them, by type.
var checkCommands = map[string]checkCommand{
	"order.open": wish(staff.OrderWrite, func(d openData, _ money.Currency) (order.Command, error) {
		return order.Open{Table: string(d.TableNumber), Customer: d.CustomerID, Source: "tablet", As: d.Type, Covers: d.Covers}, nil
	}),
	"order.add_lines": wish(staff.OrderWrite, addLines),
	"order.send":      wish(staff.OrderWrite, func(struct{}, money.Currency) (order.Command, error) { return order.Send{}, nil }),
	"order.set_status": wish(staff.OrderStatus, func(d struct {
		Status   string      `json:"status"`
		Approval id.Approval `json:"approval"`
	}, _ money.Currency) (order.Command, error) {
		to, err := order.ParseStatus(d.Status)
		return order.SetStatus{To: to, Permit: order.Permit{Approval: d.Approval}}, err
	}),
	"order.change_line": wish(staff.OrderWrite, func(d lineData, _ money.Currency) (order.Command, error) {
		return order.ChangeLine(d), nil
	}),
	"order.remove_line": wish(staff.OrderWrite, func(d struct {
		Line id.Line `json:"line"`
		Rev  *int64  `json:"rev"`
	}, _ money.Currency) (order.Command, error) {
		return order.RemoveLine(d), nil
	}),
	"order.hold": wish(staff.OrderWrite, func(d someLinesData, _ money.Currency) (order.Command, error) { return order.Hold(d), nil }),
	"order.fire": wish(staff.OrderWrite, func(d someLinesData, _ money.Currency) (order.Command, error) {
		return order.Fire{Lines: d.Lines, Course: d.Course}, nil
	}),
	"order.void_line": wish(staff.OrderWrite, func(d voidData, _ money.Currency) (order.Command, error) {
		return order.VoidLine{Line: d.Line, Rev: d.Rev, Quantity: d.Quantity, Reason: d.Reason, Permit: order.Permit{Approval: d.Approval}}, nil
	}),
	"order.discount": wish(staff.OrderWrite, discountOf),
	"order.comp": wish(staff.OrderWrite, func(d struct {
		Line     id.Line     `json:"line"`
		Reason   string      `json:"reason"`
		Approval id.Approval `json:"approval"`
	}, _ money.Currency) (order.Command, error) {
		return order.Give{Line: d.Line, Comp: true, Reason: d.Reason, Permit: order.Permit{Approval: d.Approval}}, nil
	}),
	"order.remove_discount": wish(staff.OrderWrite, func(d struct {
		Discount id.Discount `json:"discount"`
	}, _ money.Currency) (order.Command, error) {
		return order.TakeBack(d), nil
	}),
	"order.set_covers": wish(staff.OrderWrite, func(d struct {
		Covers int `json:"covers"`
	}, _ money.Currency) (order.Command, error) {
		return order.SetCovers(d), nil
	}),
	"order.set_server": wish(staff.OrderWrite, func(d struct {
		Server id.Staff `json:"server"`
	}, _ money.Currency) (order.Command, error) {
		return order.SetServer(d), nil
	}),
	"order.repeat": wish(staff.OrderWrite, func(d struct {
		Lines []id.Line `json:"lines"`
	}, _ money.Currency) (order.Command, error) {
		return order.Repeat(d), nil
	}),
	"order.split": wish(staff.OrderWrite, func(d splitData, _ money.Currency) (order.Command, error) {
		c := order.Split{BySeats: d.BySeats}
		for _, l := range d.Lines {
			c.Lines = append(c.Lines, order.Piece(l))
		}
		return c, nil
	}),
	"order.part": wish(staff.OrderWrite, func(d partData, cur money.Currency) (order.Command, error) {
		c := order.Part{Evenly: d.Evenly}
		for i, a := range d.Amounts {
			n, err := cur.ParseDecimal(a.String())
			if err != nil {
				return nil, badField(fmt.Sprintf("data.amounts[%d]", i), err.Error())
			}
			c.Amounts = append(c.Amounts, n)
		}
		return c, nil
	}),
	"order.close": wish(staff.PaymentTake, func(struct{}, money.Currency) (order.Command, error) { return order.Close{}, nil }),
	"order.reopen": wish(staff.PaymentTake, func(d struct {
		Reason   string      `json:"reason"`
		Approval id.Approval `json:"approval"`
	}, _ money.Currency) (order.Command, error) {
		return order.Reopen{Reason: d.Reason, Permit: order.Permit{Approval: d.Approval}}, nil
	}),
	"order.merge": wish(staff.OrderWrite, func(d struct {
		Into id.Order `json:"into"`
	}, _ money.Currency) (order.Command, error) {
		return order.Merge(d), nil
	}),
	"order.transfer": wish(staff.OrderWrite, func(d struct {
		Lines []id.Line `json:"lines"`
		To    id.Order  `json:"to"`
	}, _ money.Currency) (order.Command, error) {
		return order.Transfer(d), nil
	}),
}

func addLines(d linesData, cur money.Currency) (order.Command, error) {
	c := order.AddLines{Lines: []order.NewLine{}}
	for i, l := range d.Lines {
		chosen, err := picks(fmt.Sprintf("lines[%d].modifiers", i), l.Modifiers)
		if err != nil {
			return nil, err
		}
		combo, err := parts(fmt.Sprintf("lines[%d].combo", i), l.Combo)
		if err != nil {
			return nil, err
		}
		price, err := amountOf(fmt.Sprintf("lines[%d].price", i), l.Price, cur)
		if err != nil {
			return nil, err
		}
		c.Lines = append(c.Lines, order.NewLine{Line: l.Line, Item: l.MenuItemID, Quantity: l.Quantity, Modifications: l.Modifications, Picks: chosen, Combo: combo,
			Seats: l.Seats, Course: l.Course, Held: l.Hold, Price: price})
	}
	return c, nil
}

func discountOf(d discountData, cur money.Currency) (_ order.Command, err error) {
	c := order.Give{Line: d.Line, Name: d.Name, Reason: d.Reason, Permit: order.Permit{Approval: d.Approval}}
	if d.Percent != "" {
		if c.Rate, err = money.ParsePercent(d.Percent.String()); err != nil {
			return nil, badField("data.percent", err.Error())
		}
	}
	if d.Amount != "" {
		if c.Amount, err = cur.ParseDecimal(d.Amount.String()); err != nil {
			return nil, badField("data.amount", err.Error())
		}
	}
	return c, nil
}

type leaseIn struct {
	OrderID string `path:"orderId" format:"uuid"`
}

type leaseOut struct {
	Body struct {
		OrderID string `json:"orderId" format:"uuid"`
		Until   string `json:"until" format:"date-time" doc:"Ask again before then, as long as somebody pays"`
	}
}

// lease gives a check to a tablet while somebody pays there: others may not change it.
func (a *API) lease(ctx context.Context, in *leaseIn) (*leaseOut, error) {
	o, err := a.knownOrder(ctx, in.OrderID)
	if err != nil {
		return nil, err
	}
	l, err := a.Orders.Lease(o, door.Who(ctx).Device)
	if err != nil {
		return nil, err
	}
	out := &leaseOut{}
	out.Body.OrderID, out.Body.Until = o.String(), moment(l.Until)
	return out, nil
}

// release gives it back.
func (a *API) release(ctx context.Context, in *leaseIn) (*struct{}, error) {
	o, err := a.knownOrder(ctx, in.OrderID)
	if err != nil {
		return nil, err
	}
	return nil, a.Orders.Release(o, door.Who(ctx).Device)
}

// askWish is the command on which another's word is asked.
func askWish(action, line, percent, amount string, quantity int64, cur money.Currency) (order.Command, error) {
	l, err := optional[id.Line]("body.lineId", line)
	if err != nil {
		return nil, err
	}
	const why = "asked" // the reason goes with the command itself
	switch action {
	case staff.OrderCancel:
		return order.SetStatus{To: order.StatusCancelled}, nil
	case staff.OrderReopen:
		return order.Reopen{Reason: why}, nil
	case staff.OrderVoid:
		return order.VoidLine{Line: l, Quantity: quantity, Reason: why}, nil
	case staff.OrderComp:
		return order.Give{Line: l, Comp: true, Reason: why}, nil
	case staff.OrderDiscount:
		return discountOf(discountData{Line: l, Percent: json.Number(strings.TrimSpace(percent)), Amount: json.Number(strings.TrimSpace(amount)), Reason: why}, cur)
	}
	return nil, fault.Newf(fault.Invalid, "action_unknown", "%.20q needs nobody's word.", action)
}
