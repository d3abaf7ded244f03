package payment

import (
	"context"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Gateway is the border to whoever moves money over a network. A tender that has one
// begins with a fact and a row of work, is worked on outside of every transaction, and ends
// with a fact; none of the tenders here needs one. A timeout is no answer: the payment is
// Unknown until Find says what became of it, and no second attempt is made before.
type Gateway interface {
	// Charge takes an amount, once for a payment however often it is called.
	Charge(ctx context.Context, p id.Payment, amount money.Amount, c money.Currency) (State, error)
	// Find says what became of a payment.
	Find(ctx context.Context, p id.Payment) (State, error)
	// Refund gives back of a payment, once for a refund.
	Refund(ctx context.Context, refund, p id.Payment, amount money.Amount) (State, error)
}
