package api

import (
	"context"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/payment"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/sync/door"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// paymentOut is a payment as it became.
type paymentOut struct {
	PaymentID  string      `json:"paymentId" format:"uuid"`
	Tender     string      `json:"tender" enum:"cash,card_terminal,house_account,gift_card,room_charge"`
	Status     string      `json:"status" enum:"created,collecting,authorised,unknown,captured,settled,declined,cancelled,voided,refunded_part,refunded_all"`
	Amount     Decimal     `json:"amount" doc:"Of the check, as it was taken"`
	Tip        Decimal     `json:"tip,omitempty" doc:"Beside it"`
	Rounding   Decimal     `json:"rounding,omitempty" doc:"Of cash: what coins made of the amount"`
	Tendered   Decimal     `json:"tendered,omitempty" doc:"Of cash: what the guest gave"`
	Change     Decimal     `json:"change,omitempty" doc:"Of cash: what the guest got back"`
	Reference  string      `json:"reference,omitempty"`
	Last4      string      `json:"last4,omitempty"`
	CustomerID string      `json:"customerId,omitempty" format:"uuid" doc:"Of house_account: who pays later"`
	TakenBy    string      `json:"takenBy,omitempty" format:"uuid"`
	Day        string      `json:"businessDay"`
	At         string      `json:"at" format:"date-time"`
	Refunds    []refundOut `json:"refunds"`
}

type refundOut struct {
	RefundID string  `json:"refundId" format:"uuid"`
	Amount   Decimal `json:"amount" doc:"Of the check"`
	Tip      Decimal `json:"tip,omitempty"`
	Rounding Decimal `json:"rounding,omitempty" doc:"Of cash: given back are amount, tip and this"`
	Reason   string  `json:"reason"`
	Day      string  `json:"businessDay"`
	At       string  `json:"at" format:"date-time"`
}

type paymentsOut struct {
	Body struct {
		Payments []paymentOut `json:"payments"`
		Total    Decimal      `json:"totalAmount"`
		Paid     Decimal      `json:"paidAmount" doc:"Of the total, without what was given back"`
		Tips     Decimal      `json:"tipAmount"`
		Owed     Decimal      `json:"owedAmount" doc:"Still to be paid; below 0: to be given back"`
		Closed   bool         `json:"closed"`
		Currency string       `json:"currency"`
	}
}

// payments are what was paid of a check, and what it owes.
func (a *API) payments(ctx context.Context, in *orderIn) (*paymentsOut, error) {
	o, err := id.Parse[id.Order](in.OrderID)
	if err != nil {
		return nil, badField("path.orderId", err.Error())
	}
	out := &paymentsOut{}
	err = a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		place, err := a.Venues.Active(q)
		if err != nil {
			return err
		}
		acc, err := order.AccountOf(q, o)
		if err != nil {
			return err
		}
		if acc == nil {
			return errNoOrder
		}
		list, err := payment.Of(q, acc.Seq, 0)
		b := &out.Body
		b.Payments, b.Currency, b.Closed = []paymentOut{}, string(place.Money), acc.ClosedDay != ""
		b.Total, b.Paid, b.Tips, b.Owed = decimal(place.Money, acc.Total), decimal(place.Money, acc.Paid), decimal(place.Money, acc.Tips), decimal(place.Money, acc.Owes())
		for _, p := range list {
			b.Payments = append(b.Payments, showPayment(p, place.Money))
		}
		return err
	})
	return out, err
}

func showPayment(p *payment.Payment, c money.Currency) paymentOut {
	out := paymentOut{PaymentID: p.ID.String(), Tender: p.Tender, Status: string(p.State), Amount: decimal(c, p.Amount), Tip: some(c, p.Tip), Rounding: some(c, p.Rounding),
		Reference: p.Reference, Last4: p.Last4, CustomerID: p.Account.String(), TakenBy: p.Staff.String(), Day: p.Day, At: moment(p.At), Refunds: []refundOut{}}
	if p.Tender == payment.Cash {
		out.Tendered, out.Change = decimal(c, p.Tendered), decimal(c, p.Change)
	}
	for _, r := range p.Refunds {
		out.Refunds = append(out.Refunds, refundOut{r.ID.String(), decimal(c, r.Amount), some(c, r.Tip), some(c, r.Rounding), r.Reason, r.Day, moment(r.At)})
	}
	return out
}

type takeIn struct {
	Keyed
	OrderID string `path:"orderId" format:"uuid"`
	RawBody []byte
	Body    struct {
		Tender    string  `json:"tender" enum:"cash,card_terminal,house_account,gift_card,room_charge"`
		Amount    Decimal `json:"amount,omitempty" doc:"Of the check; absent: what it owes, or as much of it as there is"`
		Tip       Decimal `json:"tip,omitempty" doc:"Beside it"`
		Tendered  Decimal `json:"tendered,omitempty" doc:"Of cash: what the guest gives; absent: just that"`
		Reference string  `json:"reference,omitempty" maxLength:"80" doc:"Of the terminal's slip; the room of room_charge"`
		Last4     string  `json:"last4,omitempty" maxLength:"4" doc:"Last digits of the card at the terminal"`
		GiftCard  string  `json:"giftCard,omitempty" maxLength:"40" doc:"The number of the gift card"`
		Customer  string  `json:"customerId,omitempty" format:"uuid" doc:"Of house_account: who pays later"`
		KeepOpen  bool    `json:"keepOpen,omitempty" doc:"The check stays open although it owes nothing any more"`
	}
}

type takenOut struct {
	Body struct {
		PaymentID string  `json:"paymentId" format:"uuid"`
		OrderID   string  `json:"orderId" format:"uuid"`
		Status    string  `json:"status" enum:"captured"`
		Amount    Decimal `json:"amount"`
		Tip       Decimal `json:"tip"`
		Rounding  Decimal `json:"rounding" doc:"Of cash: what coins made of the amount"`
		Change    Decimal `json:"change" doc:"Of cash: what the guest gets back"`
		Owed      Decimal `json:"owedAmount" doc:"Still to be paid of the check"`
		Closed    bool    `json:"closed" doc:"The check is paid and done with"`
		Seq       int64   `json:"seq" doc:"The fact that it came to: it is on the disk of the box"`
	}
}

// takePayment takes money. A repeated request with its key is answered the same, and takes
// nothing.
func (a *API) takePayment(ctx context.Context, in *takeIn) (*takenOut, error) {
	o, err := id.Parse[id.Order](in.OrderID)
	if err != nil {
		return nil, badField("path.orderId", err.Error())
	}
	place, err := a.place(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	wish := payment.Take{Tender: b.Tender, Reference: b.Reference, Last4: b.Last4, Card: b.GiftCard, KeepOpen: b.KeepOpen}
	if wish.Account, err = optional[id.Customer]("body.customerId", b.Customer); err != nil {
		return nil, err
	}
	if wish.Amount, err = amountOf("body.amount", b.Amount, place.Money); err != nil {
		return nil, err
	}
	if wish.Tendered, err = amountOf("body.tendered", b.Tendered, place.Money); err != nil {
		return nil, err
	}
	tip, err := amountOf("body.tip", b.Tip, place.Money)
	if err != nil {
		return nil, err
	}
	if tip != nil {
		wish.Tip = *tip
	}
	r, err := a.Payments.Do(ctx, in.meta(ctx, "POST /api/v1/orders/"+in.OrderID+"/payments", in.RawBody), o, wish)
	if err != nil {
		return nil, err
	}
	out := &takenOut{}
	for _, e := range r.Events {
		switch p := e.Payload.(type) {
		case event.PaymentTaken:
			t := &out.Body
			t.PaymentID, t.OrderID, t.Status, t.Seq = p.Payment.String(), in.OrderID, string(payment.Captured), r.Seq
			t.Amount, t.Tip, t.Rounding = decimal(place.Money, p.Amount), decimal(place.Money, p.Tip), decimal(place.Money, p.Rounding)
			t.Change, t.Owed = decimal(place.Money, p.Change), decimal(place.Money, p.Owes)
		case event.OrderClosed:
			out.Body.Closed = true
		}
	}
	return out, nil
}

// OfPayment names a payment of a check.
type OfPayment struct {
	Keyed
	OrderID   string `path:"orderId" format:"uuid"`
	PaymentID string `path:"paymentId" format:"uuid"`
}

func (in OfPayment) ids() (o id.Order, p id.Payment, err error) {
	if o, err = id.Parse[id.Order](in.OrderID); err != nil {
		return o, p, badField("path.orderId", err.Error())
	}
	if p, err = id.Parse[id.Payment](in.PaymentID); err != nil {
		err = badField("path.paymentId", err.Error())
	}
	return o, p, err
}

func (in OfPayment) metaOf(ctx context.Context, method, what string, body []byte) journal.Meta {
	return in.meta(ctx, method+" /api/v1/orders/"+in.OrderID+"/payments/"+in.PaymentID+"/"+what, body)
}

type refundIn struct {
	OfPayment
	RawBody []byte
	Body    struct {
		Amount    Decimal `json:"amount,omitempty" doc:"Of the check; with no tip either: all that is left of the payment"`
		Tip       Decimal `json:"tip,omitempty" doc:"Of the tip"`
		Reason    string  `json:"reason" maxLength:"200"`
		Reference string  `json:"reference,omitempty" maxLength:"80" doc:"Of the terminal's slip"`
		Approval  string  `json:"approvalId,omitempty" format:"uuid" doc:"A manager's word, where it takes one"`
	}
}

type refundedOut struct {
	Body struct {
		RefundID  string  `json:"refundId" format:"uuid"`
		PaymentID string  `json:"paymentId" format:"uuid"`
		Amount    Decimal `json:"amount"`
		Tip       Decimal `json:"tip"`
		Rounding  Decimal `json:"rounding" doc:"Of cash: given back are amount, tip and this"`
		Seq       int64   `json:"seq"`
	}
}

func (a *API) refundPayment(ctx context.Context, in *refundIn) (*refundedOut, error) {
	o, p, err := in.ids()
	if err != nil {
		return nil, err
	}
	place, err := a.place(ctx)
	if err != nil {
		return nil, err
	}
	wish := payment.Refund{Payment: p, Reason: in.Body.Reason, Reference: in.Body.Reference, Permit: payment.Permit{Role: door.Who(ctx).Role}}
	if wish.Amount, err = amountOf("body.amount", in.Body.Amount, place.Money); err != nil {
		return nil, err
	}
	if wish.Tip, err = amountOf("body.tip", in.Body.Tip, place.Money); err != nil {
		return nil, err
	}
	if wish.Approval, err = optional[id.Approval]("body.approvalId", in.Body.Approval); err != nil {
		return nil, err
	}
	r, err := a.Payments.Do(ctx, in.metaOf(ctx, "POST", "refund", in.RawBody), o, wish)
	if err != nil {
		return nil, err
	}
	out := &refundedOut{}
	for _, e := range r.Events {
		if f, ok := e.Payload.(event.PaymentRefunded); ok {
			b := &out.Body
			b.RefundID, b.PaymentID, b.Seq = f.Refund.String(), in.PaymentID, r.Seq
			b.Amount, b.Tip, b.Rounding = decimal(place.Money, f.Amount), decimal(place.Money, f.Tip), decimal(place.Money, f.Rounding)
		}
	}
	return out, nil
}

type voidIn struct {
	OfPayment
	RawBody []byte
	Body    struct {
		Reason   string `json:"reason" maxLength:"200"`
		Approval string `json:"approvalId,omitempty" format:"uuid" doc:"A manager's word, where it takes one"`
	}
}

func (a *API) voidPayment(ctx context.Context, in *voidIn) (*availabilityOut, error) {
	o, p, err := in.ids()
	if err != nil {
		return nil, err
	}
	wish := payment.Void{Payment: p, Reason: in.Body.Reason, Permit: payment.Permit{Role: door.Who(ctx).Role}}
	if wish.Approval, err = optional[id.Approval]("body.approvalId", in.Body.Approval); err != nil {
		return nil, err
	}
	r, err := a.Payments.Do(ctx, in.metaOf(ctx, "POST", "void", in.RawBody), o, wish)
	return changed(r.Seq, err)
}

type tipIn struct {
	OfPayment
	RawBody []byte
	Body    struct {
		Tip Decimal `json:"tip" doc:"What the guest wrote; 0: none"`
	}
}

func (a *API) putTip(ctx context.Context, in *tipIn) (*availabilityOut, error) {
	o, p, err := in.ids()
	if err != nil {
		return nil, err
	}
	place, err := a.place(ctx)
	if err != nil {
		return nil, err
	}
	tip, err := place.Money.ParseDecimal(string(in.Body.Tip))
	if err != nil {
		return nil, badField("body.tip", err.Error())
	}
	r, err := a.Payments.Do(ctx, in.metaOf(ctx, "PUT", "tip", in.RawBody), o, payment.Retip{Payment: p, Tip: tip})
	return changed(r.Seq, err)
}

// askPayment is the command on a payment on which another's word is asked.
func askPayment(action, of string, amount, tip Decimal, c money.Currency) (payment.Command, error) {
	p, err := id.Parse[id.Payment](of)
	if err != nil {
		return nil, badField("body.paymentId", err.Error())
	}
	const why = "asked" // the reason goes with the command itself
	if action == staff.PaymentVoid {
		return payment.Void{Payment: p, Reason: why}, nil
	}
	wish := payment.Refund{Payment: p, Reason: why}
	if wish.Amount, err = amountOf("body.amount", amount, c); err != nil {
		return nil, err
	}
	wish.Tip, err = amountOf("body.tip", tip, c)
	return wish, err
}

// receiptPaid is what a guest reads of a payment.
type receiptPaid struct {
	Tender   string  `json:"tender"`
	Amount   Decimal `json:"amount" doc:"Of the check"`
	Tip      Decimal `json:"tip,omitempty"`
	Rounding Decimal `json:"rounding,omitempty"`
	Tendered Decimal `json:"tendered,omitempty"`
	Change   Decimal `json:"change,omitempty"`
	Last4    string  `json:"last4,omitempty"`
	Refunded Decimal `json:"refunded,omitempty" doc:"What was given back, with its tip and rounding"`
}

// showPaid puts on a receipt how it was paid.
func (a *API) showPaid(q *sqlite.Snapshot, out *Receipt, r *order.Receipt, at int64) error {
	list, err := payment.Of(q, r.Opened, at)
	if err != nil {
		return err
	}
	c := r.Place.Money
	for _, p := range list {
		if !p.Stands() {
			continue
		}
		line := receiptPaid{Tender: p.Tender, Amount: decimal(c, p.Amount), Tip: some(c, p.Tip), Rounding: some(c, p.Rounding), Last4: p.Last4,
			Refunded: some(c, p.Refunded+p.RefundedTip+p.RefundedRounding)}
		if p.Tender == payment.Cash {
			line.Tendered, line.Change = decimal(c, p.Tendered), decimal(c, p.Change)
		}
		out.Payments = append(out.Payments, line)
	}
	if len(list) > 0 {
		out.Paid, out.Tips, out.Owed = decimal(c, r.Paid), some(c, r.Tips), some(c, r.Bill.Total-r.Paid)
	}
	return nil
}
