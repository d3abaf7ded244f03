package payment

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// drawn are the moves of docs/payments.md; every other one is illegal.
const drawn = `created>collecting created>captured created>cancelled
	collecting>authorised collecting>captured collecting>declined collecting>cancelled collecting>unknown
	authorised>captured authorised>cancelled authorised>unknown
	unknown>authorised unknown>captured unknown>declined unknown>cancelled
	captured>settled captured>voided captured>refunded_part captured>refunded_all
	settled>refunded_part settled>refunded_all refunded_part>refunded_part refunded_part>refunded_all`

func TestAPaymentMovesAsItIsDrawn(t *testing.T) {
	legal := strings.Fields(drawn)
	for _, from := range States {
		for _, to := range States {
			move := fmt.Sprintf("%s>%s", from, to)
			if is := slices.Contains(legal, move); from.May(to) != is {
				t.Errorf("%s is legal: %v, drawn: %v", move, from.May(to), is)
			}
		}
	}
}

var (
	here = id.Must[id.Order]("0198f000-0000-7000-8000-000000000301")
	pay  = id.Must[id.Payment]("0198f000-0000-7000-8000-000000000601")
)

const (
	today     = "2026-11-24"
	yesterday = "2026-11-23"
)

func place(t testing.TB) *venue.Venue {
	t.Helper()
	v, err := venue.Parse([]byte(`{"restaurant":"0198f000-0000-7000-8000-000000000001","name":"Luz","currency":"USD","zone":"America/Chicago","rounding":{"cash_step":0.05}}`))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func amount(n money.Amount) *money.Amount { return &n }

// A payment in every state, and every wish of it: what is not legal is refused by name.
func TestEveryWishOfAPaymentInEveryState(t *testing.T) {
	v := place(t)
	wishes := map[string]Command{
		"refund all":  Refund{Payment: pay, Reason: "Cold"},
		"refund some": Refund{Payment: pay, Amount: amount(1), Reason: "Cold"},
		"void":        Void{Payment: pay, Reason: "Mistake"},
		"tip":         Retip{Payment: pay, Tip: 700},
	}
	ok := map[string]string{
		"captured":      "refund all, refund some, void, tip",
		"settled":       "refund all, refund some",
		"refunded_part": "refund all, refund some",
	}
	for _, s := range States {
		for name, c := range wishes {
			p := &Payment{ID: pay, Tender: CardTerminal, State: s, Amount: 1000, Tip: 200, Day: today}
			switch s {
			case RefundedPart:
				p.Refunded = 500
			case RefundedAll:
				p.Refunded, p.RefundedTip = 1000, 200
			}
			_, err := decide(c, world{account: &order.Account{ID: here, Status: order.StatusServed, Total: 1000, Paid: 1000}, venue: v, coin: 5, day: today, paid: p})
			if legal := slices.Contains(strings.Split(ok[string(s)], ", "), name); legal != (err == nil) {
				t.Errorf("%s of a payment that is %s: %v", name, s, err)
			} else if err != nil && !fault.Is(err, "payment_over") {
				t.Errorf("%s of a payment that is %s is refused by %v", name, s, err)
			}
		}
	}
}

// A check in every state, and whether it can be paid, and its payments be undone.
func TestEveryWishOfACheckInEveryState(t *testing.T) {
	v := place(t)
	checks := map[string]*order.Account{
		"open":      {Status: order.StatusServed, Total: 1000},
		"part paid": {Status: order.StatusServed, Total: 1000, Paid: 400},
		"paid":      {Status: order.StatusServed, Total: 1000, Paid: 1000},
		"overpaid":  {Status: order.StatusServed, Total: 1000, Paid: 1200},
		"closed":    {Status: order.StatusServed, Total: 1000, Paid: 1000, ClosedDay: today},
		"cancelled": {Status: order.StatusCancelled, Total: 1000},
		"merged":    {Status: order.StatusMerged},
	}
	of := func(day string) *Payment {
		return &Payment{ID: pay, Tender: CardTerminal, State: Captured, Amount: 400, Tip: 100, Day: day}
	}
	for _, c := range []struct {
		name  string
		wish  Command
		paid  *Payment
		codes map[string]string // by check; what is not named is done
	}{
		{"take", Take{Tender: CardTerminal}, nil, map[string]string{"paid": "nothing_owed", "overpaid": "nothing_owed", "closed": "check_closed", "cancelled": "check_over", "merged": "check_over"}},
		{"take too much", Take{Tender: CardTerminal, Amount: amount(1001)}, nil, map[string]string{"open": "more_than_owed", "part paid": "more_than_owed", "paid": "more_than_owed", "overpaid": "more_than_owed",
			"closed": "check_closed", "cancelled": "check_over", "merged": "check_over"}},
		{"a tip alone", Take{Tender: CardTerminal, Amount: amount(0), Tip: 100}, nil, map[string]string{"closed": "check_closed", "cancelled": "check_over", "merged": "check_over"}},
		{"refund", Refund{Payment: pay, Reason: "Cold"}, of(yesterday), nil}, // on a closed check, too, whenever
		{"void", Void{Payment: pay, Reason: "Mistake"}, of(today), map[string]string{"closed": "check_closed"}},
		{"void of yesterday's", Void{Payment: pay, Reason: "Mistake"}, of(yesterday), map[string]string{"open": "day_over", "part paid": "day_over", "paid": "day_over", "overpaid": "day_over", "closed": "day_over",
			"cancelled": "day_over", "merged": "day_over"}},
		{"tip", Retip{Payment: pay, Tip: 300}, of(today), nil},
		{"tip of yesterday's", Retip{Payment: pay, Tip: 300}, of(yesterday), map[string]string{"open": "day_over", "part paid": "day_over", "paid": "day_over", "overpaid": "day_over", "closed": "day_over",
			"cancelled": "day_over", "merged": "day_over"}},
	} {
		for name, a := range checks {
			_, err := decide(c.wish, world{account: a, venue: v, coin: 5, day: today, paid: c.paid})
			if want := c.codes[name]; want == "" && err != nil || want != "" && !fault.Is(err, want) {
				t.Errorf("%s of a check that is %s: %v, want %q", c.name, name, err, want)
			}
		}
	}
}

// What a guest hands over, and what becomes of it.
func TestATenderIsTakenToTheCoin(t *testing.T) {
	v := place(t)
	card := &Card{ID: id.Must[id.GiftCard]("0198f000-0000-7000-8000-000000000701"), Last4: "9471", Balance: 600}
	guest := id.Must[id.Customer]("0198f000-0000-7000-8000-000000000801")
	for _, c := range []struct {
		name   string
		owes   money.Amount
		wish   Take
		card   *Card
		then   event.PaymentTaken // amount, tip, rounding, tendered, change, owes
		closed bool
		code   string
	}{
		{name: "just so in coins, rounded down", owes: 1002, wish: Take{Tender: Cash}, then: event.PaymentTaken{Amount: 1002, Rounding: -2, Tendered: 1000}, closed: true},
		{name: "rounded up, with change", owes: 1003, wish: Take{Tender: Cash, Tendered: amount(2000)}, then: event.PaymentTaken{Amount: 1003, Rounding: 2, Tendered: 2000, Change: 995}, closed: true},
		{name: "with a tip out of the note", owes: 1003, wish: Take{Tender: Cash, Tip: 200, Tendered: amount(2000)}, then: event.PaymentTaken{Amount: 1003, Tip: 200, Rounding: 2, Tendered: 2000, Change: 795}, closed: true},
		{name: "a part in cash", owes: 1003, wish: Take{Tender: Cash, Tendered: amount(500)}, then: event.PaymentTaken{Amount: 500, Tendered: 500, Owes: 503}},
		{name: "a third of it", owes: 1002, wish: Take{Tender: Cash, Amount: amount(334)}, then: event.PaymentTaken{Amount: 334, Rounding: 1, Tendered: 335, Owes: 668}},
		{name: "a part that no coin pays", owes: 1000, wish: Take{Tender: Cash, Amount: amount(2)}, code: "coin"},
		{name: "the rest, that no coin pays", owes: 2, wish: Take{Tender: Cash}, then: event.PaymentTaken{Amount: 2, Rounding: -2}, closed: true},
		{name: "too little for what was said", owes: 1000, wish: Take{Tender: Cash, Amount: amount(500), Tendered: amount(400)}, code: "tendered"},
		{name: "less than the tip", owes: 1000, wish: Take{Tender: Cash, Tip: 500, Tendered: amount(400)}, code: "tendered"},
		{name: "a coin that there is not", owes: 1000, wish: Take{Tender: Cash, Tendered: amount(1001)}, code: "coin"},
		{name: "a tip that no coin makes", owes: 1000, wish: Take{Tender: Cash, Tip: 1}, code: "coin"},
		{name: "less than nothing", owes: 1000, wish: Take{Tender: Cash, Amount: amount(-1)}, code: "amount"},
		{name: "a card with a tip", owes: 1003, wish: Take{Tender: CardTerminal, Tip: 301, Last4: "4242"}, then: event.PaymentTaken{Amount: 1003, Tip: 301, Last4: "4242"}, closed: true},
		{name: "it stays open", owes: 1003, wish: Take{Tender: CardTerminal, KeepOpen: true}, then: event.PaymentTaken{Amount: 1003}},
		{name: "more than it owes by card", owes: 1003, wish: Take{Tender: CardTerminal, Amount: amount(1100)}, code: "more_than_owed"},
		{name: "change of a card", owes: 1003, wish: Take{Tender: CardTerminal, Tendered: amount(2000)}, code: "tendered"},
		{name: "five digits of a card", owes: 1003, wish: Take{Tender: CardTerminal, Last4: "42424"}, code: "last4"},
		{name: "digits of a card for cash", owes: 1000, wish: Take{Tender: Cash, Last4: "4242"}, code: "last4"},
		{name: "a whole card number", owes: 1003, wish: Take{Tender: CardTerminal, Reference: "4242 4242 4242 4242"}, code: "card_number"},
		{name: "a card number with its end", owes: 1003, wish: Take{Tender: CardTerminal, Reference: "4242 4242 4242 4242 12/26"}, code: "card_number"},
		{name: "a card number in between", owes: 1003, wish: Take{Tender: CardTerminal, Reference: "auth 99 4242424242424242 ok"}, code: "card_number"},
		{name: "a slip's number", owes: 1003, wish: Take{Tender: CardTerminal, Reference: "RRN 403512345678"}, then: event.PaymentTaken{Amount: 1003, Reference: "RRN 403512345678"}, closed: true},
		{name: "a gift card that is worth less", owes: 1003, wish: Take{Tender: GiftCard}, card: card, then: event.PaymentTaken{Amount: 600, Card: card.ID, Last4: "9471", Owes: 403}},
		{name: "a gift card with a tip", owes: 500, wish: Take{Tender: GiftCard, Tip: 100}, card: card, then: event.PaymentTaken{Amount: 500, Tip: 100, Card: card.ID, Last4: "9471"}, closed: true},
		{name: "more than there is on it", owes: 1003, wish: Take{Tender: GiftCard, Amount: amount(601)}, card: card, code: "card_short"},
		{name: "an unknown gift card", owes: 1003, wish: Take{Tender: GiftCard}, code: "card_unknown"},
		{name: "an account", owes: 1003, wish: Take{Tender: HouseAccount, Account: guest}, then: event.PaymentTaken{Amount: 1003, Account: guest}, closed: true},
		{name: "nobody's account", owes: 1003, wish: Take{Tender: HouseAccount}, code: "account_missing"},
		{name: "a room", owes: 1003, wish: Take{Tender: RoomCharge, Reference: "214"}, then: event.PaymentTaken{Amount: 1003, Reference: "214"}, closed: true},
		{name: "no room", owes: 1003, wish: Take{Tender: RoomCharge}, code: "room_missing"},
		{name: "seashells", owes: 1003, wish: Take{Tender: "seashells"}, code: "tender_unknown"},
	} {
		facts, err := decide(c.wish, world{account: &order.Account{ID: here, Status: order.StatusServed, Total: c.owes}, venue: v, coin: 5, day: today, made: pay, card: c.card})
		if c.code != "" {
			if !fault.Is(err, c.code) {
				t.Errorf("%s: %v, want %s", c.name, err, c.code)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		c.then.Payment, c.then.Order, c.then.Tender, c.then.Currency = pay, here, c.wish.Tender, "USD"
		if facts[0] != event.Payload(c.then) || len(facts) > 1 != c.closed {
			t.Errorf("%s: %+v, want %+v", c.name, facts, c.then)
		}
	}
}
