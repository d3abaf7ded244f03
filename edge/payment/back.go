package payment

import (
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Refund gives back of a payment, by its tender: all that is left of it, or a part. On a
// closed check, too, whenever that was.
type Refund struct {
	Payment   id.Payment
	Amount    *money.Amount // of the check; both nil: all that is left
	Tip       *money.Amount // of the tip
	Reference string        // of the terminal's slip
	Reason    string
	Permit
}

// Void says that a payment never was: a mistake, on its business day, of a check that is
// not closed.
type Void struct {
	Payment id.Payment
	Reason  string
	Permit
}

// Retip says what the guest wrote on the slip, on the business day of the payment.
type Retip struct {
	Payment id.Payment
	Tip     money.Amount
}

func (Refund) command() {}
func (Void) command()   {}
func (Retip) command()  {}

func refund(wish Refund, w world) ([]event.Payload, error) {
	p := w.paid
	reason, err := reasonOf(wish.Reason)
	if err != nil {
		return nil, err
	}
	left, tip := p.Amount-p.Refunded, p.Tip-p.RefundedTip
	f := event.PaymentRefunded{Refund: w.made, Payment: p.ID, Order: w.account.ID, Tender: p.Tender, Currency: p.Currency,
		Reason: reason, Card: p.Card, Account: p.Account, Server: p.Server}
	switch {
	case wish.Amount == nil && wish.Tip == nil:
		f.Amount, f.Tip = left, tip
	case wish.Amount != nil:
		f.Amount = *wish.Amount
	}
	if wish.Tip != nil {
		f.Tip = *wish.Tip
	}
	if f.Reference, err = referenceOf(wish.Reference); err != nil {
		return nil, err
	}
	to := RefundedPart
	if f.Amount == left && f.Tip == tip {
		to = RefundedAll
	}
	switch {
	case !p.State.May(to):
		return nil, fault.Newf(fault.Conflict, "payment_over", "This payment is %s.", p.State.in())
	case f.Amount < 0 || f.Tip < 0 || f.Amount == 0 && f.Tip == 0:
		return nil, fault.New(fault.Invalid, "amount", "Say how much is given back.").At("body.amount", "must be more than nothing")
	case f.Amount > left || f.Tip > tip:
		return nil, fault.Newf(fault.Conflict, "more_than_paid", "Of this payment %s are left, and %s of its tip.", w.venue.Money.Decimal(left), w.venue.Money.Decimal(tip))
	}
	if p.Tender == Cash {
		f.Drawer = w.drawer
		if f.Rounding, err = roundingBack(p, f, w.coin); err != nil {
			return nil, err
		}
	}
	return []event.Payload{f}, nil
}

// roundingBack is what coins make of a refund. The parts of a payment come to what was
// taken for it: each is what coins make of all parts so far, without those before it.
func roundingBack(p *Payment, f event.PaymentRefunded, coin money.Amount) (money.Amount, error) {
	if f.Tip%coin != 0 {
		return 0, fault.New(fault.Invalid, "coin", "There are no coins for this.").At("body.tip", "is no sum of coins")
	}
	to := p.Amount + p.Rounding
	if so := p.Refunded + f.Amount; so < p.Amount {
		var err error
		if to, err = so.ToStep(coin); err != nil {
			return 0, err
		}
		to = min(to, p.Amount+p.Rounding)
	}
	return to - (p.Refunded + p.RefundedRounding) - f.Amount, nil
}

func void(wish Void, w world) ([]event.Payload, error) {
	p := w.paid
	reason, err := reasonOf(wish.Reason)
	switch {
	case err != nil:
		return nil, err
	case !p.State.May(Voided):
		return nil, fault.Newf(fault.Conflict, "payment_over", "This payment is %s. Refund what is left of it.", p.State.in())
	case p.Day != w.day:
		return nil, fault.New(fault.Conflict, "day_over", "This payment is of another business day. Refund it.")
	case w.account.ClosedDay != "":
		return nil, errClosed
	case w.laid != nil && w.laid.State != DrawerOpen:
		return nil, fault.Newf(fault.Conflict, "drawer_state", "The drawer %s in which this lies is %s. Refund it.", w.laid.Name, w.laid.State)
	}
	return []event.Payload{event.PaymentVoided{Void: w.made, Payment: p.ID, Order: w.account.ID, Tender: p.Tender, Currency: p.Currency,
		Amount: p.Amount, Tip: p.Tip, Rounding: p.Rounding, Reason: reason, Card: p.Card, Account: p.Account, Drawer: p.Drawer, Server: p.Server}}, nil
}

func retip(wish Retip, w world) ([]event.Payload, error) {
	p := w.paid
	switch {
	case p.Tender == Cash || p.Tender == GiftCard:
		return nil, fault.New(fault.Conflict, "tip_fixed", "Only a tip on a slip is written later. Take this one by itself.")
	case p.State != Captured:
		return nil, fault.Newf(fault.Conflict, "payment_over", "This payment is %s.", p.State.in())
	case p.Day != w.day:
		return nil, fault.New(fault.Conflict, "day_over", "This payment is of another business day: its tips are paid out.")
	case wish.Tip < 0 || wish.Tip > mostAmount:
		return nil, fault.New(fault.Invalid, "tip", "A tip is not below nothing, and not absurd.").At("body.tip", "is out of bounds")
	case wish.Tip == p.Tip:
		return nil, fault.New(fault.Conflict, "nothing_changes", "That is so already.")
	}
	return []event.Payload{event.TipChanged{Change: w.made, Payment: p.ID, Order: w.account.ID, Tender: p.Tender, Currency: p.Currency, Was: p.Tip, Tip: wish.Tip, Server: p.Server}}, nil
}
