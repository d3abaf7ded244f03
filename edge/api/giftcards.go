package api

import (
	"context"

	"github.com/tyngo/tyngo/edge/payment"
	"github.com/tyngo/tyngo/edge/sqlite"
)

// giftCardOut is a gift card as it is.
type giftCardOut struct {
	Body struct {
		Last4    string  `json:"last4" doc:"Of its number, which is kept nowhere"`
		Balance  Decimal `json:"balance"`
		Currency string  `json:"currency"`
	}
}

type loadCardIn struct {
	Keyed
	RawBody []byte
	Body    struct {
		Number    string  `json:"number" maxLength:"40" doc:"8 to 24 letters and digits"`
		Amount    Decimal `json:"amount" doc:"What it is worth more from now on"`
		Tender    string  `json:"tender" enum:"cash,card_terminal"`
		Reference string  `json:"reference,omitempty" maxLength:"80" doc:"Of the terminal's slip"`
	}
}

// loadGiftCard issues a gift card, or puts more onto it.
func (a *API) loadGiftCard(ctx context.Context, in *loadCardIn) (*giftCardOut, error) {
	place, err := a.place(ctx)
	if err != nil {
		return nil, err
	}
	amount, err := place.Money.ParseDecimal(string(in.Body.Amount))
	if err != nil {
		return nil, badField("body.amount", err.Error())
	}
	if _, err := a.Payments.LoadCard(ctx, in.meta(ctx, "POST /api/v1/gift-cards", in.RawBody),
		payment.Load{Number: in.Body.Number, Amount: amount, Tender: in.Body.Tender, Reference: in.Body.Reference}); err != nil {
		return nil, err
	}
	return a.cardOf(ctx, in.Body.Number)
}

type cardIn struct {
	Body struct {
		Number string `json:"number" maxLength:"40"`
	}
}

func (a *API) giftCard(ctx context.Context, in *cardIn) (*giftCardOut, error) {
	return a.cardOf(ctx, in.Body.Number)
}

func (a *API) cardOf(ctx context.Context, number string) (*giftCardOut, error) {
	out := &giftCardOut{}
	err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) error {
		place, err := a.Venues.Active(q)
		if err != nil {
			return err
		}
		c, err := payment.CardOf(q, number)
		if err == nil {
			out.Body.Last4, out.Body.Balance, out.Body.Currency = c.Last4, decimal(place.Money, c.Balance), string(place.Money)
		}
		return err
	})
	return out, err
}
