package payment

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Payment is one payment as it became: with its tip of now, and what was given back.
type Payment struct {
	ID               id.Payment
	Seq              int64
	Tender           string
	State            State
	Currency         string
	Amount           money.Amount // of the check, as it was taken
	Tip              money.Amount
	Rounding         money.Amount // of cash: what coins made of the amount
	Tendered, Change money.Amount // of cash
	Refunded         money.Amount // of the amount
	RefundedTip      money.Amount
	RefundedRounding money.Amount
	Card             id.GiftCard
	Account          id.Customer
	Drawer           id.Drawer
	Staff            id.Staff // who took it
	Server           id.Staff // whose tip it is
	Day              string   // its business day
	At               time.Time
	Refunds          []Back
	Note
}

// Note is what is noted of a payment beside its sums.
type Note struct {
	Reference string `json:"reference,omitempty"`
	Last4     string `json:"last4,omitempty"`
	Reason    string `json:"reason,omitempty"`
}

// Back is one refund.
type Back struct {
	ID                    id.Payment
	Amount, Tip, Rounding money.Amount // above 0: to the guest
	Reason                string
	Day                   string
	At                    time.Time
}

// load reads one payment of a check; nil where it has none of this id.
func load(q sqlite.Queryer, check int64, p id.Payment) (*Payment, error) {
	list, err := Of(q, check, 0)
	for _, have := range list {
		if have.ID == p {
			return have, err
		}
	}
	return nil, err
}

// Of reads the payments of a check by the fact that opened it, as they were after fact at;
// 0: as they are.
func Of(q sqlite.Queryer, check, at int64) (list []*Payment, err error) {
	by := map[int64]*Payment{}
	err = sqlite.Each(q, `SELECT seq, id, kind, of_seq, amount, tip, rounding, tendered, change, currency, payment_method, created_at, metadata, card, account, drawer, staff, server, day
		FROM payments WHERE check_seq = ? AND (? = 0 OR seq <= ?) ORDER BY seq`, []any{check, at, at}, func(scan sqlite.Scan) error {
		var r Payment
		var kind, note string
		var of, ms int64
		if err := scan(&r.Seq, &r.ID, &kind, &of, &r.Amount, &r.Tip, &r.Rounding, &r.Tendered, &r.Change, &r.Currency, &r.Tender, &ms, &note,
			&r.Card, &r.Account, &r.Drawer, &r.Staff, &r.Server, &r.Day); err != nil {
			return err
		}
		r.At = time.UnixMilli(ms).UTC()
		if err := json.Unmarshal([]byte(note), &r.Note); err != nil {
			return err
		}
		p := by[of]
		switch {
		case kind == "payment":
			r.State = Captured
			by[r.Seq] = &r
			list = append(list, &r)
		case p == nil:
			return fmt.Errorf("%s %s is of no payment of this check", kind, r.ID)
		case kind == "tip":
			p.Tip += r.Tip
		case kind == "void":
			p.State = Voided
		case kind == "refund":
			p.Refunded, p.RefundedTip, p.RefundedRounding = p.Refunded-r.Amount, p.RefundedTip-r.Tip, p.RefundedRounding-r.Rounding
			p.Refunds = append(p.Refunds, Back{r.ID, -r.Amount, -r.Tip, -r.Rounding, r.Reason, r.Day, r.At})
			p.State = p.refunded()
		}
		return nil
	})
	if err != nil {
		err = fmt.Errorf("read payments: %w", err)
	}
	return list, err
}

// refunded is the state of a payment of which something was given back.
func (p *Payment) refunded() State {
	if p.Refunded == p.Amount && p.RefundedTip == p.Tip {
		return RefundedAll
	}
	return RefundedPart
}

// Stands says that the payment is still there, whatever was given back of it.
func (p *Payment) Stands() bool { return p.State != Voided }
