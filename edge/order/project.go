package order

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
)

// Projector keeps guest_check and check_line.
func Projector() journal.Projector {
	return journal.Projector{Name: "order", Apply: func(tx *sqlite.Tx, e event.Event) error {
		switch p := e.Payload.(type) {
		case event.OrderOpened:
			_, err := tx.Exec(`INSERT INTO guest_check (id, series, number, type, table_name, off_plan, customer, source, device, status,
				total, minutes, day, opened_at, opened_seq, changed_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', 0, 0, ?, ?, ?, ?)`,
				p.Order, p.Number.Series, p.Number.N, p.Type, p.Table, p.OffPlan, p.Customer, p.Source, e.Device, e.Day, e.At, e.Seq, e.Seq)
			return err
		case event.LineAdded:
			return lineAdded(tx, e, p)
		case event.OrderSent:
			return orderSent(tx, e, p)
		case event.StatusChanged:
			return statusChanged(tx, e, p)
		case event.OrderMoved:
			return moved(tx, e, p)
		}
		return nil
	}}
}

func lineAdded(tx *sqlite.Tx, e event.Event, p event.LineAdded) error {
	var seq, n int64
	if err := tx.QueryRow("SELECT opened_seq, lines + 1 FROM guest_check WHERE id = ?", p.Order).Scan(&seq, &n); err != nil {
		return fmt.Errorf("find order %s: %w", p.Order, err)
	}
	if _, err := tx.Exec(`INSERT INTO check_line (check_seq, n, id, item, name, quantity, unit_price, amount, modifiers, notes, station, prep, part_of, made)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		seq, n, p.Line, p.Item, p.Name, p.Quantity, int64(p.UnitPrice), int64(p.Amount), list(p.Modifiers), list(p.Notes), p.Station, p.PrepMinutes, p.PartOf, !p.SetMenu); err != nil {
		return err
	}
	_, err := tx.Exec("UPDATE guest_check SET lines = ?, total = total + ?, changed_seq = ? WHERE opened_seq = ?", n, int64(p.Amount), e.Seq, seq)
	return err
}

// The key is asked for first: with a SELECT inside, SQLite makes a table of the rows that an UPDATE will change.
const setSent = "UPDATE check_line SET sent = 1 WHERE check_seq = ? AND sent = 0 AND instr(?, id)"

func orderSent(tx *sqlite.Tx, e event.Event, p event.OrderSent) error {
	seq, err := Seq(tx, p.Order)
	if err != nil {
		return err
	}
	// The lines of one check are few: looking for each id in the list costs less than making a table of the list.
	if _, err := tx.Exec(setSent, seq, list(p.Lines)); err != nil {
		return err
	}
	_, err = tx.Exec("UPDATE guest_check SET status = 'placed', minutes = ?, placed_at = ?, changed_seq = ? WHERE opened_seq = ?", p.Minutes, e.At, e.Seq, seq)
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
