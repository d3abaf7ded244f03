package payment

import (
	"strings"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Take takes money of a guest for a check: all that it owes, or a part. What is more than
// it owes is a tip, or the change of cash.
type Take struct {
	Tender    string
	Amount    *money.Amount // of the check; nil: what it owes, or as much of it as there is
	Tip       money.Amount  // beside it
	Tendered  *money.Amount // of cash: what the guest gave; nil: just that
	Reference string        // of the terminal's slip; the room of room_charge
	Last4     string        // of card_terminal: the last digits of the card
	Card      string        // of gift_card: its number
	Account   id.Customer   // of house_account: who pays later
	KeepOpen  bool          // the check stays open although nothing is owed any more
}

func (Take) command() {}

func take(wish Take, w world) ([]event.Payload, error) {
	a := w.account
	switch {
	case a.ClosedDay != "":
		return nil, errClosed
	case !a.Open():
		return nil, errOver
	}
	p := event.PaymentTaken{Payment: w.made, Order: a.ID, Tender: wish.Tender, Currency: string(w.venue.Money), Tip: wish.Tip, Server: a.Server}
	if err := bounded(wish); err != nil {
		return nil, err
	}
	p.Amount = max(a.Owes(), 0)
	if wish.Amount != nil {
		p.Amount = *wish.Amount
	}
	if err := noted(&p, wish); err != nil {
		return nil, err
	}
	var err error
	switch wish.Tender {
	case Cash:
		err = cash(&p, wish, w)
	case GiftCard:
		err = redeem(&p, wish, w)
	}
	switch {
	case err != nil:
		return nil, err
	case p.Amount == 0 && p.Tip == 0:
		return nil, fault.New(fault.Conflict, "nothing_owed", "This check owes nothing. Close it.")
	case p.Amount > max(a.Owes(), 0):
		return nil, fault.Newf(fault.Conflict, "more_than_owed", "This check owes %s. What a guest gives beside that is a tip: say so.", w.venue.Money.Decimal(max(a.Owes(), 0)))
	}
	p.Owes = a.Owes() - p.Amount
	facts := []event.Payload{p}
	if p.Owes == 0 && !wish.KeepOpen {
		closed := a.Closed()
		closed.Tips += p.Tip
		facts = append(facts, closed)
	}
	return facts, nil
}

// bounded refuses amounts that no guest pays.
func bounded(wish Take) error {
	for _, x := range []struct {
		at string
		n  *money.Amount
	}{{"amount", wish.Amount}, {"tip", &wish.Tip}, {"tendered", wish.Tendered}} {
		if x.n != nil && (*x.n < 0 || *x.n > mostAmount) {
			return fault.New(fault.Invalid, x.at, "An amount is not below nothing, and not absurd.").At("body."+x.at, "is out of bounds")
		}
	}
	if wish.Tendered != nil && wish.Tender != Cash {
		return fault.New(fault.Invalid, "tendered", "Change is given for cash alone.").At("body.tendered", "is of cash alone")
	}
	return nil
}

// noted puts on a payment what its tender needs to be found again.
func noted(p *event.PaymentTaken, wish Take) (err error) {
	if p.Reference, err = referenceOf(wish.Reference); err != nil {
		return err
	}
	if wish.Last4 != "" && (wish.Tender != CardTerminal || len(wish.Last4) != 4 || strings.Trim(wish.Last4, "0123456789") != "") {
		return fault.New(fault.Invalid, "last4", "Of a card at the terminal, the last four digits are noted, and no more.").At("body.last4", "must be four digits, of card_terminal")
	}
	p.Last4 = wish.Last4
	switch wish.Tender {
	case Cash, CardTerminal, GiftCard:
	case HouseAccount:
		if p.Account = wish.Account; p.Account.IsZero() {
			return fault.New(fault.Invalid, "account_missing", "Say whose account it goes on.").At("body.customerId", "is missing")
		}
	case RoomCharge:
		if p.Reference == "" {
			return fault.New(fault.Invalid, "room_missing", "Say which room it goes on.").At("body.reference", "is missing")
		}
	default:
		return fault.Newf(fault.Invalid, "tender_unknown", "%.20q is none of: %s.", wish.Tender, strings.Join(Tenders, ", ")).At("body.tender", "is unknown")
	}
	return nil
}

// cash is what coins make of a payment: the amount to the nearest coin, which is this
// tender's matter and no tax's, and the change.
func cash(p *event.PaymentTaken, wish Take, w world) error {
	if p.Amount > mostAmount {
		return fault.New(fault.Conflict, "amount", "Nobody pays this much in cash at once. Say how much of it.")
	}
	p.Drawer = w.drawer
	due, err := p.Amount.ToStep(w.coin)
	if err != nil {
		return err
	}
	for _, n := range []*money.Amount{&wish.Tip, wish.Tendered} {
		if n != nil && *n%w.coin != 0 {
			return fault.Newf(fault.Invalid, "coin", "The smallest coin is %s.", w.venue.Money.Decimal(w.coin)).At("body", "is no sum of coins")
		}
	}
	p.Tendered = due + wish.Tip
	if wish.Tendered != nil {
		p.Tendered = *wish.Tendered
	}
	if p.Tendered < due+wish.Tip { // a part of what is owed, or too little for what was said
		if p.Amount = p.Tendered - wish.Tip; wish.Amount != nil || p.Amount <= 0 {
			return fault.Newf(fault.Invalid, "tendered", "That is %s too little.", w.venue.Money.Decimal(due+wish.Tip-p.Tendered)).At("body.tendered", "is too little")
		}
		due = p.Amount
	}
	if due == 0 && p.Amount > 0 && p.Amount < w.account.Owes() { // else a check is paid in parts, each of nothing
		return fault.Newf(fault.Invalid, "coin", "The smallest coin is %s. Take more of what is owed at once.", w.venue.Money.Decimal(w.coin)).At("body.amount", "is less than a coin")
	}
	p.Rounding, p.Change = due-p.Amount, p.Tendered-due-wish.Tip
	return nil
}

// redeem takes of a gift card what it is worth, at most.
func redeem(p *event.PaymentTaken, wish Take, w world) error {
	if w.card == nil {
		return errCard
	}
	if wish.Amount == nil {
		p.Amount = min(p.Amount, max(w.card.Balance-wish.Tip, 0))
	}
	if p.Amount+p.Tip > w.card.Balance || w.card.Balance == 0 {
		return fault.Newf(fault.Conflict, "card_short", "There are %s on this card.", w.venue.Money.Decimal(w.card.Balance))
	}
	p.Card, p.Last4 = w.card.ID, w.card.Last4
	return nil
}
