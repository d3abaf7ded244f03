package order

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Projector keeps guest_check and check_line.
func Projector() journal.Projector {
	return journal.Projector{Name: "order", Run: project}
}

// project stores facts that follow each other. An order that is opened, rung and sent
// by one command is written once, not once a line.
func project(tx *sqlite.Tx, run []event.Event) (err error) {
	for n := 0; len(run) > 0 && err == nil; run = run[n:] {
		n = 1
		switch p := run[0].Payload.(type) {
		case event.OrderOpened:
			n, err = opened(tx, run, p)
		case event.LineAdded:
			n, err = rung(tx, run, p.Order)
		case event.OrderSent:
			err = orderSent(tx, run[0], p)
		case event.StatusChanged:
			err = statusChanged(tx, run[0], p)
		case event.OrderMoved:
			err = moved(tx, run[0], p)
		default:
			err = changed(tx, run[0])
		}
	}
	return err
}

// linesOfRun are the lines with which a run begins that are of one order, and their sum.
func linesOfRun(run []event.Event, o id.Order) (lines []event.LineAdded, sum money.Amount) {
	for _, e := range run {
		p, ok := e.Payload.(event.LineAdded)
		if !ok || p.Order != o {
			break
		}
		lines = append(lines, p)
		sum += p.Amount
	}
	return lines, sum
}

// opened stores an order with the lines and the first send that follow at once, and
// answers how many facts that was.
func opened(tx *sqlite.Tx, run []event.Event, p event.OrderOpened) (n int, err error) {
	first := run[0]
	lines, total := linesOfRun(run[1:], p.Order)
	n = 1 + len(lines)
	status, minutes, placed := StatusOpen, 0, any(nil)
	var sent event.OrderSent
	if p.Status != "" {
		status = Status(p.Status)
	}
	owed := event.Owed{Total: total}
	if n < len(run) {
		if r, ok := run[n].Payload.(event.Reckoned); ok && r.Order == p.Order && len(r.Owed) == 1 && r.Owed[0].Order == p.Order {
			owed = r.Owed[0]
			n++
		}
	}
	if n < len(run) {
		if s, ok := run[n].Payload.(event.OrderSent); ok && s.Order == p.Order {
			status, minutes, placed, sent = StatusPlaced, s.Minutes, run[n].At, s
			n++
		}
	}
	visit := first.Seq
	if !p.From.IsZero() {
		if err := tx.QueryRow("SELECT visit_seq FROM guest_check WHERE id = ?", p.From).Scan(&visit); err != nil {
			return n, fmt.Errorf("find the visit of %s: %w", p.From, err)
		}
		if err := discountsGo(tx, visit, p.From, p.Order); err != nil {
			return n, err
		}
	}
	if _, err := tx.Exec(`INSERT INTO guest_check (id, series, number, type, table_name, off_plan, customer, source, device, status,
		total, minutes, day, opened_at, opened_seq, changed_seq, placed_at, lines, visit_seq, covers, server, discounts, charges, taxes)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.Order, p.Number.Series, p.Number.N, p.Type, p.Table, p.OffPlan, p.Customer, p.Source, first.Device, status,
		int64(owed.Total), minutes, first.Day, first.At, first.Seq, run[n-1].Seq, placed, len(lines), visit, p.Covers, first.Staff,
		int64(owed.Discounts), int64(owed.Charges), int64(owed.Taxes)); err != nil {
		return n, err
	}
	return n, insertLines(tx, first.Seq, 1, lines, sent.Lines, run[n-1].Seq)
}

// rung stores the lines of one order with which a run begins.
func rung(tx *sqlite.Tx, run []event.Event, o id.Order) (n int, err error) {
	var seq, before int64
	if err := tx.QueryRow("SELECT opened_seq, lines FROM guest_check WHERE id = ?", o).Scan(&seq, &before); err != nil {
		return 0, fmt.Errorf("find order %s: %w", o, err)
	}
	lines, sum := linesOfRun(run, o)
	if err := insertLines(tx, seq, before+1, lines, nil, 0); err != nil {
		return 0, err
	}
	_, err = tx.Exec("UPDATE guest_check SET lines = lines + ?, total = total + ?, changed_seq = ? WHERE opened_seq = ?", len(lines), int64(sum), run[len(lines)-1].Seq, seq)
	return len(lines), err
}

// lineRows are the statements for so many lines.
var lineRows = sqlite.Inserts("INSERT INTO check_line (check_seq, n, id, item, name, quantity, unit_price, amount, modifiers, notes, station, prep, part_of, made, sent, tax_class, course, counted, seats, held, changed)",
	"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", 8)

// insertLines writes the rows of lines from number n on; sent says which fact 'at' sent to
// the kitchen.
func insertLines(tx *sqlite.Tx, check, n int64, lines []event.LineAdded, sent []id.Line, at int64) error {
	for some := range slices.Chunk(lines, len(lineRows)-1) {
		args := make([]any, 0, 21*len(some))
		for _, p := range some {
			changed := int64(0)
			if slices.Contains(sent, p.Line) {
				p.Sent, p.Held, changed = true, false, at
			}
			args = append(args, check, n, p.Line, p.Item, p.Name, p.Quantity, int64(p.UnitPrice), int64(p.Amount), list(p.Modifiers), list(p.Notes),
				p.Station, p.PrepMinutes, p.PartOf, !p.SetMenu, p.Sent, p.TaxClass, p.Course, p.Counted, list(p.Seats), p.Held, changed)
			n++
		}
		if _, err := tx.Exec(lineRows[len(some)], args...); err != nil {
			return err
		}
	}
	return nil
}

// The key is asked for first: with a SELECT inside, SQLite makes a table of the rows that an UPDATE will change.
const setSent = "UPDATE check_line SET sent = 1, held = 0, changed = ? WHERE check_seq = ? AND sent = 0 AND instr(?, id)"

func orderSent(tx *sqlite.Tx, e event.Event, p event.OrderSent) error {
	seq, err := Seq(tx, p.Order)
	if err != nil {
		return err
	}
	// The lines of one check are few: looking for each id in the list costs less than making a table of the list.
	if _, err := tx.Exec(setSent, e.Seq, seq, list(p.Lines)); err != nil {
		return err
	}
	_, err = tx.Exec("UPDATE guest_check SET status = 'placed', total = ?, minutes = ?, placed_at = ?, changed_seq = ? WHERE opened_seq = ?", int64(p.Total), p.Minutes, e.At, e.Seq, seq)
	return err
}

func statusChanged(tx *sqlite.Tx, e event.Event, p event.StatusChanged) error {
	query := "UPDATE guest_check SET status = ?1, changed_seq = ?2 WHERE id = ?3"
	if Status(p.To) == StatusReady {
		query = "UPDATE guest_check SET status = ?1, changed_seq = ?2, ready_at = ?4 WHERE id = ?3"
		_, err := tx.Exec(query, p.To, e.Seq, p.Order, e.At)
		return err
	}
	_, err := tx.Exec(query, p.To, e.Seq, p.Order)
	return err
}

// list is a list as JSON text; none is [].
func list[T any](v []T) string {
	if len(v) == 0 {
		return "[]"
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // a list of plain structs and texts always encodes
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}
