package event

import (
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Facts of money that changed hands. Their business day is that of the fact, whatever day
// the check was opened on. Nothing is edited: a refund, a void and another tip are facts of
// their own, and name the payment that they are of. A tip is nobody's revenue.

// PaymentTaken: a guest paid a check, or a part of it, with one tender.
type PaymentTaken struct {
	Payment   id.Payment   `json:"payment"`
	Order     id.Order     `json:"order"`
	Tender    string       `json:"tender"` // cash, card_terminal, house_account, gift_card, room_charge
	Currency  string       `json:"currency"`
	Amount    money.Amount `json:"amount"`              // what the check owes less, minor units
	Tip       money.Amount `json:"tip,omitempty"`       // beside it
	Rounding  money.Amount `json:"rounding,omitempty"`  // of cash: what coins make of the amount; below 0: less
	Tendered  money.Amount `json:"tendered,omitempty"`  // of cash: what the guest gave
	Change    money.Amount `json:"change,omitempty"`    // of cash: what the guest got back: tendered - amount - rounding - tip
	Reference string       `json:"reference,omitempty"` // of the terminal's slip; the room
	Last4     string       `json:"last4,omitempty"`     // last digits of the card
	Card      id.GiftCard  `json:"card,omitzero"`       // of gift_card
	Account   id.Customer  `json:"account,omitzero"`    // of house_account: who pays later
	Drawer    id.Drawer    `json:"drawer,omitzero"`     // where cash lies; none: with who took it
	Server    id.Staff     `json:"server,omitzero"`     // who served: whose tip it is
	Owes      money.Amount `json:"owes"`                // the check, after it
}

// PaymentRefunded: some of a payment was given back, by the same tender.
type PaymentRefunded struct {
	Refund    id.Payment   `json:"refund"`
	Payment   id.Payment   `json:"payment"`
	Order     id.Order     `json:"order"`
	Tender    string       `json:"tender"`
	Currency  string       `json:"currency"`
	Amount    money.Amount `json:"amount"`              // above 0
	Tip       money.Amount `json:"tip,omitempty"`       // of the tip
	Rounding  money.Amount `json:"rounding,omitempty"`  // of cash: given back is amount + rounding + tip
	Reference string       `json:"reference,omitempty"` // of the terminal's slip
	Reason    string       `json:"reason"`
	Card      id.GiftCard  `json:"card,omitzero"`
	Account   id.Customer  `json:"account,omitzero"`
	Drawer    id.Drawer    `json:"drawer,omitzero"` // out of which cash came
	Server    id.Staff     `json:"server,omitzero"`
}

// PaymentVoided: a payment never was, all of it: a mistake of the same business day.
type PaymentVoided struct {
	Void     id.Payment   `json:"void"`
	Payment  id.Payment   `json:"payment"`
	Order    id.Order     `json:"order"`
	Tender   string       `json:"tender"`
	Currency string       `json:"currency"`
	Amount   money.Amount `json:"amount"` // as it was taken
	Tip      money.Amount `json:"tip,omitempty"`
	Rounding money.Amount `json:"rounding,omitempty"`
	Reason   string       `json:"reason"`
	Card     id.GiftCard  `json:"card,omitzero"`
	Account  id.Customer  `json:"account,omitzero"`
	Drawer   id.Drawer    `json:"drawer,omitzero"`
	Server   id.Staff     `json:"server,omitzero"`
}

// TipChanged: a guest wrote another tip on the slip.
type TipChanged struct {
	Change   id.Payment   `json:"change"`
	Payment  id.Payment   `json:"payment"`
	Order    id.Order     `json:"order"`
	Tender   string       `json:"tender"`
	Currency string       `json:"currency"`
	Was      money.Amount `json:"was"`
	Tip      money.Amount `json:"tip"`
	Server   id.Staff     `json:"server,omitzero"`
}

// OrderClosed: a check owes nothing, and is done with. The kitchen may still be at it.
type OrderClosed struct {
	Order  id.Order     `json:"order"`
	Status string       `json:"status"` // of the order
	Total  money.Amount `json:"total"`  // what was paid
	Tips   money.Amount `json:"tips,omitempty"`
}

// OrderReopened: a closed check can be changed and paid again; its payments stay.
type OrderReopened struct {
	Order  id.Order     `json:"order"`
	Status string       `json:"status"`
	Total  money.Amount `json:"total"`
	Reason string       `json:"reason"`
}

// GiftCardLoaded: somebody paid for what a gift card is worth now. That is owed, no revenue.
type GiftCardLoaded struct {
	Card      id.GiftCard  `json:"card"`
	Last4     string       `json:"last4"` // of its number
	Issued    bool         `json:"issued,omitempty"`
	Amount    money.Amount `json:"amount"`
	Currency  string       `json:"currency"`
	Tender    string       `json:"tender"` // cash, card_terminal
	Reference string       `json:"reference,omitempty"`
	Drawer    id.Drawer    `json:"drawer,omitzero"`
}

func (PaymentTaken) Kind() (string, int)    { return "payment.taken", 1 }
func (PaymentRefunded) Kind() (string, int) { return "payment.refunded", 1 }
func (PaymentVoided) Kind() (string, int)   { return "payment.voided", 1 }
func (TipChanged) Kind() (string, int)      { return "payment.tip_changed", 1 }
func (OrderClosed) Kind() (string, int)     { return "order.closed", 1 }
func (OrderReopened) Kind() (string, int)   { return "order.reopened", 1 }
func (GiftCardLoaded) Kind() (string, int)  { return "gift_card.loaded", 1 }
