package rollup

import (
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/money"
)

// Metrics of money that changed hands, in minor units, each also by tender. They count for
// the business day of the fact and the hour at which it was, whenever the order was opened.
const (
	Payments = "payments" // of what orders owe, as they were taken; without those that were voided
	Refunds  = "refunds"  // of that, given back
	Tips     = "tips"     // beside it, without what was given back
	Rounding = "rounding" // what coins made of cash, of refunds, too
	Cards    = "gift_cards"
)

// paid counts what was paid, given back and tipped. What is in the till is payments -
// refunds + tips + rounding, and of gift cards that were sold.
func paid(p *Page, e event.Event) error {
	var tender string
	var payments, refunds, tips, rounding, cards money.Amount
	switch f := e.Payload.(type) {
	case event.PaymentTaken:
		tender, payments, tips, rounding = f.Tender, f.Amount, f.Tip, f.Rounding
	case event.PaymentRefunded:
		tender, refunds, tips, rounding = f.Tender, f.Amount, -f.Tip, -f.Rounding
	case event.PaymentVoided:
		tender, payments, tips, rounding = f.Tender, -f.Amount, -f.Tip, -f.Rounding
	case event.TipChanged:
		tender, tips = f.Tender, f.Tip-f.Was
	case event.GiftCardLoaded:
		tender, cards = f.Tender, f.Amount
	default:
		return nil
	}
	hour, err := localHour(p, e.At)
	if err != nil {
		return err
	}
	for metric, n := range map[string]money.Amount{Payments: payments, Refunds: refunds, Tips: tips, Rounding: rounding, Cards: cards} {
		if n != 0 {
			p.Add(e.Day, hour, metric, "", "", int64(n))
			p.Add(e.Day, hour, metric, ByTender, tender, int64(n))
		}
	}
	return nil
}
