package order

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// changed stores a fact of what was rung before. It comes to the same as Visit.apply.
func changed(tx *sqlite.Tx, e event.Event) error {
	o := event.OrderOf(e.Payload)
	var err error
	switch p := e.Payload.(type) {
	case event.LineChanged:
		err = onLine(tx, e, o, p.Line, "quantity = ?, amount = ?, notes = ?, seats = ?, course = ?", p.Quantity, int64(p.Amount), list(p.Notes), list(p.Seats), p.Course)
	case event.LineRemoved:
		err = onLine(tx, e, o, p.Line, "gone = 'removed'")
	case event.LinesHeld:
		for _, l := range p.Lines {
			err = errors.Join(err, onLine(tx, e, o, l, "held = ?", p.Held))
		}
	case event.LineVoided:
		err = onLine(tx, e, o, p.Line, "voided = voided + ?, amount = amount - ?", p.Quantity, int64(p.Amount))
	case event.LinesShared:
		for _, s := range p.Lines {
			err = errors.Join(err, onLine(tx, e, o, s.Line, "shares = ?", list(s.Shares)))
		}
	case event.LinesMoved:
		for _, m := range p.Lines {
			err = errors.Join(err, onLine(tx, e, o, m.Line, "gone = 'moved'"))
		}
	case event.Discounted:
		err = discounted(tx, e, p)
	case event.DiscountRemoved:
		_, err = tx.Exec("DELETE FROM check_discount WHERE id = ?", p.Discount)
	case event.CoversChanged:
		_, err = tx.Exec("UPDATE guest_check SET covers = ? WHERE id = ?", p.Covers, o)
	case event.ServerChanged:
		_, err = tx.Exec("UPDATE guest_check SET server = ? WHERE id = ?", p.Server, o)
	case event.CheckParted:
		parts := ""
		if p.Evenly > 0 || len(p.Amounts) > 0 {
			parts = list([]event.CheckParted{{Evenly: p.Evenly, Amounts: p.Amounts}})
			parts = parts[1 : len(parts)-1]
		}
		_, err = tx.Exec("UPDATE guest_check SET parts = ? WHERE id = ?", parts, o)
	case event.Reckoned:
		for _, w := range p.Owed {
			_, e1 := tx.Exec("UPDATE guest_check SET total = ?, discounts = ?, charges = ?, taxes = ?, changed_seq = ? WHERE id = ?",
				int64(w.Total), int64(w.Discounts), int64(w.Charges), int64(w.Taxes), e.Seq, w.Order)
			err = errors.Join(err, e1)
		}
	case event.PaymentTaken:
		err = paid(tx, o, p.Amount, p.Tip)
	case event.PaymentRefunded:
		err = paid(tx, o, -p.Amount, -p.Tip)
	case event.PaymentVoided:
		err = paid(tx, o, -p.Amount, -p.Tip)
	case event.TipChanged:
		err = paid(tx, o, 0, p.Tip-p.Was)
	case event.OrderClosed:
		_, err = tx.Exec("UPDATE guest_check SET closed_day = ? WHERE id = ?", e.Day, o)
	case event.OrderReopened:
		_, err = tx.Exec("UPDATE guest_check SET closed_day = '' WHERE id = ?", o)
	case event.CheckMerged:
		err = merged(tx, e, p)
	default:
		return nil
	}
	if err == nil {
		_, err = tx.Exec("UPDATE guest_check SET changed_seq = ? WHERE id = ?", e.Seq, o)
	}
	return err
}

// paid adds to what was paid of a check, and beside it.
func paid(tx *sqlite.Tx, o id.Order, amount, tip money.Amount) error {
	_, err := tx.Exec("UPDATE guest_check SET paid = paid + ?, tips = tips + ? WHERE id = ?", int64(amount), int64(tip), o)
	return err
}

// onLine changes one line of a check that is still there.
func onLine(tx *sqlite.Tx, e event.Event, o id.Order, line id.Line, set string, args ...any) error {
	seq, err := Seq(tx, o)
	if err != nil {
		return err
	}
	_, err = tx.Exec("UPDATE check_line SET "+set+", changed = ? WHERE check_seq = ? AND id = ? AND gone = ''", append(args, e.Seq, seq, line)...)
	return err
}

func discounted(tx *sqlite.Tx, e event.Event, p event.Discounted) error {
	_, err := tx.Exec(`INSERT INTO check_discount (id, visit_seq, line, name, rate, amount, comp, reason, checks, only, seq)
		SELECT ?, visit_seq, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM guest_check WHERE id = ?`,
		p.Discount, p.Line, p.Name, int64(p.Rate), int64(p.Amount), p.Comp, p.Reason, list(p.Checks), list(p.Only), e.Seq, p.Order)
	return err
}

// discountsGo: what a check has off, one that is split off it has, too.
func discountsGo(tx *sqlite.Tx, visit int64, from, to id.Order) error {
	return editDiscounts(tx, visit, from, func(checks []id.Order) []id.Order { return append(checks, to) })
}

// editDiscounts changes the checks of the discounts that name a check.
func editDiscounts(tx *sqlite.Tx, visit int64, check id.Order, with func([]id.Order) []id.Order) error {
	now := map[id.Discount]string{}
	if err := sqlite.Each(tx, "SELECT id, checks FROM check_discount WHERE visit_seq = ? AND instr(checks, ?)", []any{visit, check}, func(scan sqlite.Scan) error {
		var d id.Discount
		var text string
		var checks []id.Order
		if err := scan(&d, &text); err != nil {
			return err
		}
		err := parseList(text, &checks)
		now[d] = list(with(checks))
		return err
	}); err != nil {
		return fmt.Errorf("read the discounts of %s: %w", check, err)
	}
	for d, checks := range now {
		if _, err := tx.Exec("UPDATE check_discount SET checks = ? WHERE id = ?", checks, d); err != nil {
			return err
		}
	}
	return nil
}

// merged gives what a check had to another one.
func merged(tx *sqlite.Tx, e event.Event, p event.CheckMerged) error {
	var visit int64
	if err := tx.QueryRow("SELECT visit_seq FROM guest_check WHERE id = ?", p.Order).Scan(&visit); err != nil {
		return fmt.Errorf("find the visit of %s: %w", p.Order, err)
	}
	type row struct {
		check, n int64
		home     id.Order
		shares   []event.Share
	}
	var rows []row
	if err := sqlite.Each(tx, `SELECT c.opened_seq, l.n, c.id, l.shares FROM guest_check c JOIN check_line l ON l.check_seq = c.opened_seq
		WHERE (c.opened_seq = ?1 OR c.visit_seq = ?1 AND c.visit_seq <> c.opened_seq) AND l.gone = ''`, []any{visit}, func(scan sqlite.Scan) error {
		var r row
		var shares string
		if err := scan(&r.check, &r.n, &r.home, &shares); err != nil {
			return err
		}
		err := parseList(shares, &r.shares)
		rows = append(rows, r)
		return err
	}); err != nil {
		return fmt.Errorf("read the lines of the visit of %s: %w", p.Order, err)
	}
	for _, r := range rows {
		was := r.shares
		if len(was) == 0 {
			was = []event.Share{{Check: r.home, Parts: 1}}
		}
		if !slices.ContainsFunc(was, func(s event.Share) bool { return s.Check == p.Order }) {
			continue
		}
		if _, err := tx.Exec("UPDATE check_line SET shares = ? WHERE check_seq = ? AND n = ?", list(mergedShares(was, r.home, p)), r.check, r.n); err != nil {
			return err
		}
	}
	if err := editDiscounts(tx, visit, p.Order, func(checks []id.Order) []id.Order { return mergedChecks(checks, p) }); err != nil {
		return err
	}
	_, err := tx.Exec("UPDATE guest_check SET status = 'merged', merged_into = ?, changed_seq = ? WHERE id = ?", p.Into, e.Seq, p.Order)
	return err
}
