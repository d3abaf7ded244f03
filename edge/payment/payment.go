// Package payment is the till: how guests pay a check, with what, and what they get back;
// tips; gift cards.
//
// The box alone decides, with no line to anywhere: what is taken is on its disk before
// anybody says thank you. Nothing is edited and nothing deleted: a refund, a void and
// another tip are facts and rows of their own, and what was paid of a check is their sum.
// Who pays has the check alone (order.Lease); what a check owes is package order's.
//
// A tip is nobody's revenue. Card numbers never come in here: four digits at most.
package payment

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Tenders that take no network.
const (
	Cash         = "cash"
	CardTerminal = "card_terminal" // one that the box does not speak to; its slip is noted
	HouseAccount = "house_account" // the guest pays later
	GiftCard     = "gift_card"
	RoomCharge   = "room_charge" // the hotel puts it on the room's bill
)

// Tenders are all of them.
var Tenders = []string{Cash, CardTerminal, HouseAccount, GiftCard, RoomCharge}

// Bounds of what is said about payments.
const (
	mostAmount    = money.Amount(1_000_000_000_000) // of one payment: sums of many fit
	maxReference  = 40
	maxReason     = 120
	minCardDigits = 8
	maxCardDigits = 24
)

// Permit is by whose right something is done that may take another's word.
type Permit = order.Permit

// Command is a wish about the money of one check.
type Command interface{ command() }

// Book is where guests pay.
type Book struct {
	journal *journal.Journal
	orders  *order.Book
	venues  *venue.Book
	now     func() time.Time
}

// NewBook makes a book.
func NewBook(j *journal.Journal, orders *order.Book, v *venue.Book, now func() time.Time) *Book {
	return &Book{j, orders, v, now}
}

// world is what is decided on beside the wish.
type world struct {
	account *order.Account
	made    id.Payment // of the command
	venue   *venue.Venue
	coin    money.Amount
	day     string
	paid    *Payment  // the payment that the command names
	card    *Card     // the gift card that it names, or that paid
	drawer  id.Drawer // where who does it puts cash; none: into the pocket
	laid    *Drawer   // where the payment lies that the command names; nil: in none
}

var (
	errUnknown = fault.New(fault.NotFound, "order_unknown", "There is no such order here.")
	errPayment = fault.New(fault.NotFound, "payment_unknown", "There is no such payment of this check.")
	errLease   = fault.New(fault.Conflict, "lease_needed", "Take the check for this tablet first: open it to be paid, then try again.")
	errOver    = fault.New(fault.Conflict, "check_over", "This check is over: it was cancelled, or merged into another one.")
	errClosed  = fault.New(fault.Conflict, "check_closed", "This check is paid and closed. Reopen it first.")
	errReason  = fault.Newf(fault.Invalid, "reason_missing", "Say why, in at most %d characters.", maxReason).At("body.reason", "is missing, or too long")
)

// Do does one command on the money of a check.
func (b *Book) Do(ctx context.Context, m journal.Meta, o id.Order, c Command) (journal.Receipt, error) {
	r, err := b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		if err := b.mayTouch(o, m.Device, c); err != nil {
			return nil, err
		}
		w, err := b.read(tx, m, o, c)
		if err != nil {
			return nil, err
		}
		facts, err := decide(c, w)
		if err != nil {
			return nil, err
		}
		act, permit := actOf(o, facts, c)
		if act.Action == "" {
			return facts, nil
		}
		act.Staff, act.Device = m.Staff, m.Device
		more, err := staff.Allow(tx, act, permit.Role, w.venue.Limit(permit.Role, act.Action), permit.Approval, b.now())
		return append(more, facts...), err
	})
	if err != nil || len(r.Events) == 0 || r.Repeated {
		return r, err
	}
	if _, closed := r.Events[len(r.Events)-1].Payload.(event.OrderClosed); closed {
		_ = b.orders.Release(o, m.Device) // nobody pays it any more; where the lease is over, or is another's by now, there is nothing to give back
	}
	return r, nil
}

// mayTouch refuses who does not have the check: to take money takes the lease, all else
// that nobody else has it.
func (b *Book) mayTouch(o id.Order, d id.Device, c Command) error {
	lease, ok := b.orders.LeaseOf(o)
	switch _, takes := c.(Take); {
	case ok && lease.Device != d:
		return order.ErrLeased
	case !ok && takes:
		return errLease
	}
	return nil
}

// actOf is what a command comes to that may take another's word.
func actOf(o id.Order, facts []event.Payload, c Command) (act staff.Act, permit Permit) {
	for _, p := range facts {
		switch p := p.(type) {
		case event.PaymentRefunded:
			act = staff.Act{Action: staff.PaymentRefund, Order: o, Amount: p.Amount + p.Tip}
		case event.PaymentVoided:
			act = staff.Act{Action: staff.PaymentVoid, Order: o, Amount: p.Amount + p.Tip}
		}
	}
	switch c := c.(type) {
	case Refund:
		permit = c.Permit
	case Void:
		permit = c.Permit
	}
	return act, permit
}

// Ask asks for another's word on a refund or a void.
func (b *Book) Ask(ctx context.Context, people *staff.Book, m journal.Meta, o id.Order, c Command, role, reason string) (approval id.Approval, r journal.Receipt, err error) {
	var act staff.Act
	var most money.Amount
	if err := b.journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		w, err := b.read(q, m, o, c)
		if err != nil {
			return err
		}
		facts, err := decide(c, w)
		if err != nil {
			return err
		}
		act, _ = actOf(o, facts, c)
		most = w.venue.Limit(role, act.Action)
		return nil
	}); err != nil {
		return approval, r, err
	}
	return people.Ask(ctx, m, act, role, most, reason)
}

// read reads what a command needs to know.
func (b *Book) read(q sqlite.Queryer, m journal.Meta, o id.Order, c Command) (w world, err error) {
	if w.account, err = order.AccountOf(q, o); err != nil {
		return w, err
	}
	if w.account == nil {
		return w, errUnknown
	}
	if w.venue, err = b.venues.Active(q); err != nil {
		return w, err
	}
	w.made, w.coin, w.day = id.Made[id.Payment](m.Command, 0), w.venue.Rules.Coin, w.venue.Day(b.now())
	if w.drawer, err = drawerOf(q, m.Staff); err != nil {
		return w, err
	}
	var of id.Payment
	switch c := c.(type) {
	case Take:
		if c.Tender == GiftCard {
			card, _, err := cardOf(c.Card)
			if err != nil {
				return w, err
			}
			w.card, err = LoadCard(q, card)
			return w, err
		}
	case Refund:
		of = c.Payment
	case Void:
		of = c.Payment
	case Retip:
		of = c.Payment
	}
	if !of.IsZero() {
		if w.paid, err = load(q, w.account.Seq, of); err != nil {
			return w, err
		}
		if w.paid == nil {
			return w, errPayment
		}
		if !w.paid.Drawer.IsZero() {
			if w.laid, err = LoadDrawer(q, w.paid.Drawer); err != nil {
				return w, err
			}
		}
	}
	return w, nil
}

// decide answers the facts that a command makes, or why not. It is pure.
func decide(c Command, w world) ([]event.Payload, error) {
	switch c := c.(type) {
	case Take:
		return take(c, w)
	case Refund:
		return refund(c, w)
	case Void:
		return void(c, w)
	case Retip:
		return retip(c, w)
	}
	return nil, fault.Newf(fault.Invalid, "command_unknown", "%T is no command on a payment.", c)
}

// text checks a line that people read: a reason, a reference.
func text(s string, most int) (string, bool) {
	s = strings.Join(strings.Fields(s), " ")
	return s, utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, unicode.IsControl)
}

func reasonOf(s string) (string, error) {
	s, ok := text(s, maxReason)
	if !ok || s == "" {
		return "", errReason
	}
	return s, nil
}

// referenceOf is what a slip says. A card number is refused: it is never kept.
func referenceOf(s string) (string, error) {
	s, ok := text(s, maxReference)
	switch {
	case !ok:
		return "", fault.Newf(fault.Invalid, "reference", "A reference has at most %d characters.", maxReference).At("body.reference", "is too long, or no text")
	case isCardNumber(s):
		return "", fault.New(fault.Invalid, "card_number", "This looks like the number of a card, which is never kept. Note the number of the slip.").At("body.reference", "looks like the number of a card")
	}
	return s, nil
}

// isCardNumber says whether a text holds 13 to 19 digits whose check digit is that of a
// card, by themselves or in groups that follow each other, whatever is before and after.
func isCardNumber(s string) bool {
	groups := strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	for i := range groups {
		digits := ""
		for _, g := range groups[i:] {
			if digits += g; len(digits) > 19 {
				break
			}
			if len(digits) >= 13 && checks(digits) {
				return true
			}
		}
	}
	return false
}

// checks says whether the last digit of a number is the check digit of a card.
func checks(digits string) bool {
	sum := 0
	for i := range digits {
		n := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}
