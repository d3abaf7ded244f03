package payment

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Card is a gift card as it is. Its number is kept nowhere: who knows it has the money.
type Card struct {
	ID      id.GiftCard
	Last4   string
	Balance money.Amount
}

// Load issues a gift card, or puts more onto it, for money. That is owed to whoever has the
// card, and no revenue.
type Load struct {
	Number    string
	Amount    money.Amount
	Tender    string // cash, card_terminal
	Reference string
}

var (
	errCard   = fault.New(fault.NotFound, "card_unknown", "There is no gift card of this number here.")
	errNumber = fault.Newf(fault.Invalid, "card_number", "A gift card has %d to %d letters and digits.", minCardDigits, maxCardDigits).At("body.number", "is no number of a gift card")
)

// cardOf is the id of the card that bears a number, however it is written.
func cardOf(number string) (card id.GiftCard, last4 string, err error) {
	n := strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, number))
	if len(n) < minCardDigits || len(n) > maxCardDigits || strings.Trim(n, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return card, "", errNumber
	}
	return id.Derived[id.GiftCard]("gift card", n), n[len(n)-4:], nil
}

// CardOf is what the card of a number is worth.
func CardOf(q sqlite.Queryer, number string) (*Card, error) {
	card, _, err := cardOf(number)
	if err != nil {
		return nil, err
	}
	c, err := LoadCard(q, card)
	if err == nil && c == nil {
		err = errCard
	}
	return c, err
}

// LoadCard reads a gift card; nil where there is none.
func LoadCard(q sqlite.Queryer, card id.GiftCard) (*Card, error) {
	c := &Card{ID: card}
	err := q.QueryRow("SELECT last4, balance FROM gift_card WHERE id = ?", card).Scan(&c.Last4, &c.Balance)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read a gift card: %w", err)
	}
	return c, nil
}

// LoadCard issues or loads a gift card.
func (b *Book) LoadCard(ctx context.Context, m journal.Meta, wish Load) (journal.Receipt, error) {
	return b.journal.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		place, err := b.venues.Active(tx)
		if err != nil {
			return nil, err
		}
		card, last4, err := cardOf(wish.Number)
		if err != nil {
			return nil, err
		}
		now, err := LoadCard(tx, card)
		if err != nil {
			return nil, err
		}
		p := event.GiftCardLoaded{Card: card, Last4: last4, Issued: now == nil, Amount: wish.Amount, Currency: string(place.Money), Tender: wish.Tender}
		if p.Reference, err = referenceOf(wish.Reference); err != nil {
			return nil, err
		}
		switch {
		case wish.Tender != Cash && wish.Tender != CardTerminal:
			return nil, fault.New(fault.Invalid, "tender_unknown", "A gift card is paid for with cash or at the terminal.").At("body.tender", "is none of: cash, card_terminal")
		case wish.Amount <= 0 || wish.Amount > mostAmount || now != nil && now.Balance > mostAmount-wish.Amount:
			return nil, fault.New(fault.Invalid, "amount", "Say what the card is to be worth.").At("body.amount", "is out of bounds")
		case wish.Tender == Cash && wish.Amount%place.Rules.Coin != 0:
			return nil, fault.Newf(fault.Invalid, "coin", "The smallest coin is %s.", place.Money.Decimal(place.Rules.Coin)).At("body.amount", "is no sum of coins")
		}
		if wish.Tender == Cash {
			p.Drawer, err = drawerOf(tx, m.Staff)
		}
		return []event.Payload{p}, err
	})
}
