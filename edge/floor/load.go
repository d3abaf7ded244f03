package floor

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/order"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/staff"
	"github.com/tyngo/tyngo/sync/id"
)

// Load reads the floor as it is now.
func Load(q sqlite.Queryer) (*Floor, error) {
	f := &Floor{At: map[string]*Party{}, Dirty: map[string]time.Time{}, Alone: map[string][]order.Brief{}, begun: map[string][]id.Order{}, byID: map[id.Party]*Party{}}
	if err := f.parties(q); err != nil {
		return nil, fmt.Errorf("read parties: %w", err)
	}
	if err := f.tables(q); err != nil {
		return nil, fmt.Errorf("read tables: %w", err)
	}
	taken, err := f.checks(q)
	if err != nil {
		return nil, err
	}
	open, err := order.AtTables(q)
	for _, o := range open {
		switch {
		case taken[o.ID]:
		case o.Open():
			f.Alone[o.Table] = append(f.Alone[o.Table], o)
		default:
			f.begun[o.Table] = append(f.begun[o.Table], o.ID)
		}
	}
	return f, err
}

func (f *Floor) parties(q sqlite.Queryer) error {
	return sqlite.Each(q, `SELECT id, series, number, covers, server, minutes, customer, came_at, seated_at, served_at, check_at
		FROM party WHERE state IN ('waiting', 'seated') ORDER BY seq`, nil, func(scan sqlite.Scan) error {
		p := &Party{}
		var came, seated, served, check int64
		err := scan(&p.ID, &p.Number.Series, &p.Number.N, &p.Covers, &p.Server, &p.Minutes, &p.Customer, &came, &seated, &served, &check)
		p.CameAt, p.SeatedAt, p.ServedAt, p.CheckAt = moment(came), moment(seated), moment(served), moment(check)
		f.Parties = append(f.Parties, p)
		f.byID[p.ID] = p
		return err
	})
}

func (f *Floor) tables(q sqlite.Queryer) error {
	return sqlite.Each(q, "SELECT name, party, at FROM floor_table ORDER BY seq, name", nil, func(scan sqlite.Scan) error {
		var name string
		var party id.Party
		var at int64
		if err := scan(&name, &party, &at); err != nil {
			return err
		}
		if p := f.byID[party]; p != nil {
			p.Tables = append(p.Tables, name)
			f.At[name] = p
		} else {
			f.Dirty[name] = moment(at)
		}
		return nil
	})
}

// checks reads the orders of the parties that sit.
func (f *Floor) checks(q sqlite.Queryer) (taken map[id.Order]bool, err error) {
	taken = map[id.Order]bool{}
	var list []id.Order
	var of []*Party
	if err := sqlite.Each(q, "SELECT check_id, party FROM party_check ORDER BY check_id", nil, func(scan sqlite.Scan) error {
		var o id.Order
		var party id.Party
		err := scan(&o, &party)
		list, of = append(list, o), append(of, f.byID[party])
		return err
	}); err != nil {
		return nil, fmt.Errorf("read the orders of parties: %w", err)
	}
	for i, o := range list {
		b, err := order.BriefOf(q, o)
		if err != nil {
			return nil, err
		}
		if taken[o] = true; b != nil && of[i] != nil {
			of[i].Checks = append(of[i].Checks, *b)
		}
	}
	for _, p := range f.Parties { // as they were opened
		slices.SortFunc(p.Checks, func(a, b order.Brief) int {
			return cmp.Or(cmp.Compare(a.OpenedAt, b.OpenedAt), cmp.Compare(a.Number.N, b.Number.N))
		})
	}
	return taken, nil
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// world reads what a command needs to know.
func (b *Book) world(tx *sqlite.Tx, m journal.Meta, c Command) (w World, err error) {
	w.Staff = m.Staff
	if w.Venue, err = b.venues.Active(tx); err != nil {
		return w, err
	}
	switch c := c.(type) {
	case Seat:
		return w, errors.Join(known(tx, c.Party, &w.Known), works(tx, c.Server, &w.Works))
	case Change:
		return w, works(tx, c.Server, &w.Works)
	case Split:
		return w, known(tx, c.Into, &w.Known)
	case MoveOrder:
		w.Order, err = order.BriefOf(tx, c.Order)
	case Wait:
		day, err := b.venues.Day(tx, b.now())
		if err != nil {
			return w, err
		}
		w.Number.Series = b.series
		return w, errors.Join(known(tx, c.Party, &w.Known),
			tx.QueryRow("SELECT coalesce(max(number), 0) + 1 FROM party WHERE day = ? AND series = ? AND number > 0", day, b.series).Scan(&w.Number.N))
	}
	return w, err
}

// known reports whether a party was there before.
func known(q sqlite.Queryer, p id.Party, yes *bool) error {
	return q.QueryRow("SELECT EXISTS (SELECT 1 FROM party WHERE id = ?)", p).Scan(yes)
}

// works reports whether somebody works here.
func works(q sqlite.Queryer, who id.Staff, yes *bool) (err error) {
	if who.IsZero() {
		return nil
	}
	*yes, err = staff.Works(q, who)
	return err
}
