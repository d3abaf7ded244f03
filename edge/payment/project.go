package payment

import (
	"encoding/json"
	"fmt"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Projector keeps payments, gift cards, drawers and checkouts.
func Projector() journal.Projector {
	return journal.Projector{Name: "payment", Apply: func(tx *sqlite.Tx, e event.Event) error {
		if err := projectDrawer(tx, e); err != nil {
			return err
		}
		switch p := e.Payload.(type) {
		case event.PaymentTaken:
			if err := insert(tx, e, row{id: p.Payment, kind: "payment", order: p.Order, amount: p.Amount, tip: p.Tip, rounding: p.Rounding, tendered: p.Tendered, change: p.Change, currency: p.Currency,
				tender: p.Tender, note: Note{Reference: p.Reference, Last4: p.Last4}, card: p.Card, account: p.Account, drawer: p.Drawer, server: p.Server}); err != nil {
				return err
			}
			return spend(tx, e, p.Card, p.Amount+p.Tip)
		case event.PaymentRefunded:
			if err := insert(tx, e, row{id: p.Refund, kind: "refund", of: p.Payment, order: p.Order, amount: -p.Amount, tip: -p.Tip, rounding: -p.Rounding, currency: p.Currency,
				tender: p.Tender, note: Note{Reference: p.Reference, Reason: p.Reason}, card: p.Card, account: p.Account, drawer: p.Drawer, server: p.Server}); err != nil {
				return err
			}
			return spend(tx, e, p.Card, -p.Amount-p.Tip)
		case event.PaymentVoided:
			if err := insert(tx, e, row{id: p.Void, kind: "void", of: p.Payment, order: p.Order, amount: -p.Amount, tip: -p.Tip, rounding: -p.Rounding, currency: p.Currency,
				tender: p.Tender, note: Note{Reason: p.Reason}, card: p.Card, account: p.Account, drawer: p.Drawer, server: p.Server}); err != nil {
				return err
			}
			return spend(tx, e, p.Card, -p.Amount-p.Tip)
		case event.TipChanged:
			return insert(tx, e, row{id: p.Change, kind: "tip", of: p.Payment, order: p.Order, tip: p.Tip - p.Was, currency: p.Currency, tender: p.Tender, server: p.Server})
		case event.ServerCheckedOut:
			return checkedOut(tx, e, p)
		case event.GiftCardLoaded:
			_, err := tx.Exec(`INSERT INTO gift_card (id, last4, balance, loaded, issued_at, seq) VALUES (?1, ?2, ?3, ?3, ?4, ?5)
				ON CONFLICT (id) DO UPDATE SET balance = balance + ?3, loaded = loaded + ?3, seq = ?5`, p.Card, p.Last4, int64(p.Amount), e.At, e.Seq)
			return err
		}
		return nil
	}}
}

// row is what a fact writes into payments.
type row struct {
	id, of                                  id.Payment
	kind                                    string
	order                                   id.Order
	amount, tip, rounding, tendered, change money.Amount
	currency, tender                        string
	note                                    Note
	card                                    id.GiftCard
	account                                 id.Customer
	drawer                                  id.Drawer
	server                                  id.Staff
}

func insert(tx *sqlite.Tx, e event.Event, r row) error {
	check, err := order.Seq(tx, r.order)
	if err != nil {
		return err
	}
	of, who := e.Seq, e.Staff
	if !r.of.IsZero() {
		var took id.Staff
		if err := tx.QueryRow("SELECT seq, staff FROM payments WHERE check_seq = ? AND id = ? AND kind = 'payment'", check, r.of).Scan(&of, &took); err != nil {
			return fmt.Errorf("find payment %s: %w", r.of, err)
		}
		if r.kind == "void" { // it leaves the pocket that it never was in; who voided it is in the fact
			who = took
		}
	}
	note, err := json.Marshal(r.note)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO payments (seq, id, kind, of_seq, order_id, check_seq, amount, tip, rounding, tendered, change, currency, status, payment_method,
		created_at, processed_at, metadata, card, account, drawer, staff, server, device, day)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'captured', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Seq, r.id, r.kind, of, r.order, check, int64(r.amount), int64(r.tip), int64(r.rounding), int64(r.tendered), int64(r.change), r.currency, r.tender,
		e.At, e.At, string(note), r.card, r.account, r.drawer, who, r.server, e.Device, e.Day); err != nil {
		return err
	}
	state := Voided
	switch r.kind {
	case "refund":
		p, err := load(tx, check, r.of)
		if err != nil || p == nil {
			return err
		}
		state = p.State
	case "void":
	default:
		return nil
	}
	_, err = tx.Exec("UPDATE payments SET status = ? WHERE seq = ?", state, of)
	return err
}

// spend takes off a gift card what was paid with it; below 0: gives it back.
func spend(tx *sqlite.Tx, e event.Event, card id.GiftCard, n money.Amount) error {
	if card.IsZero() {
		return nil
	}
	_, err := tx.Exec("UPDATE gift_card SET balance = balance - ?, seq = ? WHERE id = ?", int64(n), e.Seq, card)
	return err
}
