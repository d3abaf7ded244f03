package floor

import (
	"errors"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// Projector keeps party, floor_table and party_check. An order that is opened or moved
// to a table belongs to the party that sits there; one at a dirty table says that
// somebody cleared it.
func Projector() journal.Projector {
	return journal.Projector{Name: "floor", Apply: func(tx *sqlite.Tx, e event.Event) error {
		switch p := e.Payload.(type) {
		case event.OrderOpened:
			if p.Table == "" {
				return nil
			}
			return belong(tx, p.Order, p.Table)
		case event.OrderSent: // what is on the check is not all any more
			_, err := tx.Exec("UPDATE party SET check_at = 0 WHERE check_at > 0 AND "+ofOrder, p.Order)
			return err
		case event.StatusChanged:
			if order.Status(p.To) != order.StatusServed {
				return nil
			}
			_, err := tx.Exec("UPDATE party SET served_at = ?2 WHERE "+ofOrder, p.Order, e.At)
			return err
		case event.OrderMoved:
			return orderMoved(tx, p)
		case event.TableSeated:
			return seated(tx, e, p)
		case event.TableChanged:
			return exec(tx, "UPDATE party SET covers = ?, server = ? WHERE id = ?", p.Covers, p.Server, p.Party)
		case event.CheckBrought:
			return exec(tx, "UPDATE party SET check_at = ? WHERE id = ?", e.At, p.Party)
		case event.TableLeft:
			return errors.Join(
				exec(tx, "UPDATE party SET state = 'left', left_at = ? WHERE id = ?", e.At, p.Party),
				exec(tx, "DELETE FROM party_check WHERE party = ?", p.Party),
				empty(tx, e, p.Tables, p.Dirty))
		case event.TableCleared:
			return empty(tx, e, []string{p.Table}, nil)
		case event.TableMoved:
			return errors.Join(empty(tx, e, p.From, p.Dirty), occupy(tx, e, p.Party, p.To), own(tx, p.Party, p.Checks...))
		case event.TableJoined:
			return joined(tx, e, p)
		case event.TableSplit:
			return parted(tx, e, p)
		case event.WaitlistJoined:
			return exec(tx, `INSERT INTO party (id, state, series, number, covers, minutes, customer, day, came_at, seq) VALUES (?, 'waiting', ?, ?, ?, ?, ?, ?, ?, ?)`,
				p.Party, p.Number.Series, p.Number.N, p.Covers, p.Minutes, p.Customer, e.Day, e.At, e.Seq)
		case event.WaitlistLeft:
			return exec(tx, "UPDATE party SET state = 'gone', left_at = ? WHERE id = ?", e.At, p.Party)
		}
		return nil
	}}
}

// ofOrder is the party whose order is parameter 1.
const ofOrder = "id = (SELECT party FROM party_check WHERE check_id = ?1)"

func exec(tx *sqlite.Tx, query string, args ...any) error {
	_, err := tx.Exec(query, args...)
	return err
}

// belong notes whose an order is that stands at a table.
func belong(tx *sqlite.Tx, o id.Order, table string) error {
	var party id.Party
	var row bool
	if err := sqlite.Each(tx, "SELECT party FROM floor_table WHERE name = ?", []any{table}, func(scan sqlite.Scan) error {
		row = true
		return scan(&party)
	}); err != nil || !row {
		return err
	}
	if party.IsZero() {
		return exec(tx, "DELETE FROM floor_table WHERE name = ?", table)
	}
	return own(tx, party, o)
}

// orderMoved gives an order to who sits where it stands now; where that is another
// party, no check that was brought is right any more.
func orderMoved(tx *sqlite.Tx, p event.OrderMoved) error {
	var was, now id.Party
	if err := errors.Join(
		tx.QueryRow("SELECT coalesce((SELECT party FROM party_check WHERE check_id = ?), '')", p.Order).Scan(&was),
		tx.QueryRow("SELECT coalesce((SELECT party FROM floor_table WHERE name = ?), '')", p.To).Scan(&now)); err != nil || was == now {
		return err
	}
	return errors.Join(
		exec(tx, "UPDATE party SET check_at = 0 WHERE check_at > 0 AND id IN (?, ?)", was, now),
		exec(tx, "DELETE FROM party_check WHERE check_id = ?", p.Order),
		belong(tx, p.Order, p.To))
}

func own(tx *sqlite.Tx, party id.Party, checks ...id.Order) error {
	for _, o := range checks {
		if err := exec(tx, "INSERT INTO party_check (check_id, party) VALUES (?1, ?2) ON CONFLICT (check_id) DO UPDATE SET party = excluded.party", o, party); err != nil {
			return err
		}
	}
	return nil
}

func occupy(tx *sqlite.Tx, e event.Event, party id.Party, tables ...string) error {
	for _, t := range tables {
		if err := exec(tx, `INSERT INTO floor_table (name, party, at, seq) VALUES (?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET party = excluded.party, at = excluded.at, seq = excluded.seq`, t, party, e.At, e.Seq); err != nil {
			return err
		}
	}
	return nil
}

// empty frees tables; those that are dirty are to be cleared.
func empty(tx *sqlite.Tx, e event.Event, tables, dirty []string) error {
	for _, t := range tables {
		if err := exec(tx, "DELETE FROM floor_table WHERE name = ?", t); err != nil {
			return err
		}
	}
	return occupy(tx, e, id.Party{}, dirty...)
}

func seated(tx *sqlite.Tx, e event.Event, p event.TableSeated) error {
	return errors.Join(
		exec(tx, `INSERT INTO party (id, state, covers, server, day, came_at, seated_at, seq) VALUES (?1, 'seated', ?2, ?3, ?4, ?5, ?5, ?6)
			ON CONFLICT (id) DO UPDATE SET state = 'seated', covers = excluded.covers, server = excluded.server, seated_at = excluded.seated_at`,
			p.Party, p.Covers, p.Server, e.Day, e.At, e.Seq),
		occupy(tx, e, p.Party, p.Tables...),
		own(tx, p.Party, p.Checks...))
}

func joined(tx *sqlite.Tx, e event.Event, p event.TableJoined) error {
	return errors.Join(
		exec(tx, "UPDATE party SET state = 'joined', left_at = ? WHERE id = ?", e.At, p.Other),
		exec(tx, `UPDATE party SET covers = ?2, check_at = CASE WHEN ?3 = '' THEN check_at ELSE 0 END,
			served_at = max(served_at, coalesce((SELECT served_at FROM party WHERE id = ?3), 0)) WHERE id = ?1`, p.Party, p.Covers, p.Other),
		occupy(tx, e, p.Party, p.Tables...),
		own(tx, p.Party, p.Checks...))
}

func parted(tx *sqlite.Tx, e event.Event, p event.TableSplit) error {
	var dirty []string
	if p.Dirty {
		dirty = []string{p.Table}
	}
	if err := exec(tx, "UPDATE party SET covers = ?, check_at = 0 WHERE id = ?", p.Stay, p.Party); err != nil || p.Into.IsZero() {
		return errors.Join(err, empty(tx, e, []string{p.Table}, dirty))
	}
	return errors.Join(
		exec(tx, `INSERT INTO party (id, state, covers, server, day, came_at, seated_at, served_at, seq)
			SELECT ?1, 'seated', ?2, ?3, ?4, ?5, seated_at, served_at, ?6 FROM party WHERE id = ?7`,
			p.Into, p.Covers, p.Server, e.Day, e.At, e.Seq, p.Party),
		occupy(tx, e, p.Into, p.Table),
		own(tx, p.Into, p.Checks...))
}
