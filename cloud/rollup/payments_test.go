package rollup_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/store/storetest"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// tenders are the sums of money of a day: in all, and by tender.
func (b *books) tenders(day string) (list []string) {
	b.t.Helper()
	for _, dim := range []string{"", rollup.ByTender} {
		cells, err := b.c.Cells(b.t.Context(), b.r, day, dim)
		b.check(err)
		for _, c := range cells {
			if c.N != 0 && c.Metric != rollup.Orders && c.Metric != rollup.Sales && c.Metric != rollup.Quantity {
				list = append(list, fmt.Sprintf("%s %s %d", c.Metric, c.Key, c.N))
			}
		}
	}
	slices.Sort(list)
	return list
}

// TestMoneyCountsByTenderForItsOwnDay: a payment of yesterday's order counts today, and so
// does what is given back; what was voided never was.
func TestMoneyCountsByTenderForItsOwnDay(t *testing.T) {
	b := newBooks(t)
	k := b.till()
	o := k.open()
	k.send(o, 2003, k.line(o, "Taco", 1, 2003))
	cash, card, wrong := id.New[id.Payment](), id.New[id.Payment](), id.New[id.Payment]()
	k.say(event.PaymentTaken{Payment: cash, Order: o, Tender: "cash", Amount: 1003, Rounding: 2, Tip: 200, Tendered: 1205, Currency: "USD", Owes: 1000})
	k.say(event.PaymentTaken{Payment: wrong, Order: o, Tender: "card_terminal", Amount: 999, Tip: 50, Currency: "USD", Owes: 1})
	k.say(event.PaymentVoided{Void: id.New[id.Payment](), Payment: wrong, Order: o, Tender: "card_terminal", Amount: 999, Tip: 50, Currency: "USD", Reason: "Wrong table"})
	k.say(event.GiftCardLoaded{Card: id.New[id.GiftCard](), Last4: "9471", Issued: true, Amount: 5000, Currency: "USD", Tender: "cash"})
	k.at, k.day = k.at.Add(25*time.Hour), next
	k.say(event.PaymentTaken{Payment: card, Order: o, Tender: "card_terminal", Amount: 1000, Tip: 100, Currency: "USD"})
	k.say(event.TipChanged{Change: id.New[id.Payment](), Payment: card, Order: o, Tender: "card_terminal", Was: 100, Tip: 300, Currency: "USD"})
	k.say(event.PaymentRefunded{Refund: id.New[id.Payment](), Payment: cash, Order: o, Tender: "cash", Amount: 503, Rounding: 2, Tip: 100, Currency: "USD", Reason: "Cold"})
	b.up(k)
	b.fold()
	for day, want := range map[string][]string{
		storetest.Day: {"gift_cards  5000", "gift_cards cash 5000", "payments  1003", "payments cash 1003", "rounding  2", "rounding cash 2", "tips  200", "tips cash 200"},
		next: {"payments  1000", "payments card_terminal 1000", "refunds  503", "refunds cash 503", "rounding  -2", "rounding cash -2",
			"tips  200", "tips card_terminal 300", "tips cash -100"},
	} {
		if got := b.tenders(day); !slices.Equal(got, want) {
			t.Errorf("%s has\n%q, want\n%q", day, got, want)
		}
	}
	if n := b.aside(); n != 0 {
		t.Errorf("%d facts were set aside", n)
	}
}
