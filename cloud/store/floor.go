package store

import (
	"context"

	"github.com/tyngo/tyngo/sync/id"
)

// FloorParty is guests who wait or sit at a box's tables. Times are UTC milliseconds.
type FloorParty struct {
	ID       id.Party
	Number   string // of the wait list; empty: they never waited
	Covers   int
	Server   id.Staff // none: nobody said
	Minutes  int      // that they were told to wait
	CameAt   int64
	SeatedAt int64 // 0: they wait
	ServedAt int64
	CheckAt  int64
	Seq      int64 // the first fact about them
}

// FloorTable is a table at which somebody sits, or that is dirty.
type FloorTable struct {
	Name  string
	Party id.Party // none: it is dirty
	At    int64    // UTC ms
	Seq   int64
}

// FloorOrder is an order at a table.
type FloorOrder struct {
	ID       id.Order
	Table    string
	Party    id.Party // none: nobody was seated there
	Status   string
	Rung     bool // something is on it
	Day      string
	OpenedAt int64 // UTC ms
	PlacedAt int64 // UTC ms of the last send; 0: nothing was sent
	Seq      int64 // the fact that opened it
}

// Floor is the room of one box: who waits and sits in the order in which they came, tables
// in the order in which they became somebody's, orders from the newest.
type Floor struct {
	Box     id.Box
	Parties []FloorParty
	Tables  []FloorTable
	Orders  []FloorOrder
}

const (
	floorPartyColumns = "party, number, covers, server, minutes, came_at, seated_at, served_at, check_at, seq"
	floorTableColumns = "name, party, at, seq"
	floorOrderColumns = "order_id, table_name, party, status, rung, day, opened_at, placed_at, seq"
	floorOrdersMost   = 2000 // that are read; orders that nobody ever moved on pile up
)

func scanFloorParty(scan func(...any) error) (p FloorParty, err error) {
	err = scan(&p.ID, &p.Number, &p.Covers, &p.Server, &p.Minutes, &p.CameAt, &p.SeatedAt, &p.ServedAt, &p.CheckAt, &p.Seq)
	return p, err
}

func scanFloorTable(scan func(...any) error) (f FloorTable, err error) {
	err = scan(&f.Name, &f.Party, &f.At, &f.Seq)
	return f, err
}

func scanFloorOrder(scan func(...any) error) (o FloorOrder, err error) {
	err = scan(&o.ID, &o.Table, &o.Party, &o.Status, &o.Rung, &o.Day, &o.OpenedAt, &o.PlacedAt, &o.Seq)
	return o, err
}

// FloorParty is a party that waits or sits; ErrNone where there is none.
func (t *Tx) FloorParty(b Box, p id.Party) (FloorParty, error) {
	f, err := scanFloorParty(t.row("SELECT "+floorPartyColumns+" FROM floor_party WHERE organisation_id = ? AND box = ? AND party = ?",
		b.Organisation.Bytes(), b.ID.Bytes(), p.Bytes()).Scan)
	return f, none(err)
}

// FloorTable is a table that is not free; ErrNone where it is.
func (t *Tx) FloorTable(b Box, name string) (FloorTable, error) {
	f, err := scanFloorTable(t.row("SELECT "+floorTableColumns+" FROM floor_table WHERE organisation_id = ? AND box = ? AND name = ?",
		b.Organisation.Bytes(), b.ID.Bytes(), name).Scan)
	return f, none(err)
}

// FloorOrder is an order at a table; ErrNone where it is not at one, or not any more.
func (t *Tx) FloorOrder(b Box, o id.Order) (FloorOrder, error) {
	f, err := scanFloorOrder(t.row("SELECT "+floorOrderColumns+" FROM floor_order WHERE organisation_id = ? AND box = ? AND order_id = ?",
		b.Organisation.Bytes(), b.ID.Bytes(), o.Bytes()).Scan)
	return f, none(err)
}

// SetFloorParty keeps a party as it is now.
func (t *Tx) SetFloorParty(b Box, p FloorParty) error {
	_, err := t.exec(`INSERT INTO floor_party (organisation_id, box, party, number, covers, server, minutes, came_at, seated_at, served_at, check_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (organisation_id, box, party) DO UPDATE SET covers = excluded.covers, server = excluded.server, seated_at = excluded.seated_at,
			served_at = excluded.served_at, check_at = excluded.check_at`,
		b.Organisation.Bytes(), b.ID.Bytes(), p.ID.Bytes(), p.Number, p.Covers, p.Server.Bytes(), p.Minutes, p.CameAt, p.SeatedAt, p.ServedAt, p.CheckAt, p.Seq)
	return err
}

// SetFloorTable keeps who sits at a table, or that it is dirty.
func (t *Tx) SetFloorTable(b Box, f FloorTable) error {
	_, err := t.exec(`INSERT INTO floor_table (organisation_id, box, name, party, at, seq) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (organisation_id, box, name) DO UPDATE SET party = excluded.party, at = excluded.at, seq = excluded.seq`,
		b.Organisation.Bytes(), b.ID.Bytes(), f.Name, f.Party.Bytes(), f.At, f.Seq)
	return err
}

// SetFloorOrder keeps an order at a table as it is now.
func (t *Tx) SetFloorOrder(b Box, o FloorOrder) error {
	rung := 0
	if o.Rung {
		rung = 1
	}
	_, err := t.exec(`INSERT INTO floor_order (organisation_id, box, order_id, table_name, party, status, rung, day, opened_at, placed_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (organisation_id, box, order_id) DO UPDATE SET table_name = excluded.table_name, party = excluded.party, status = excluded.status,
			rung = excluded.rung, placed_at = excluded.placed_at`,
		b.Organisation.Bytes(), b.ID.Bytes(), o.ID.Bytes(), o.Table, o.Party.Bytes(), o.Status, rung, o.Day, o.OpenedAt, o.PlacedAt, o.Seq)
	return err
}

// DropFloorParty forgets a party that is gone; its orders stay where they are, nobody's.
func (t *Tx) DropFloorParty(b Box, p id.Party) error {
	org, box := b.Organisation.Bytes(), b.ID.Bytes()
	if _, err := t.exec("UPDATE floor_order SET party = NULL WHERE organisation_id = ? AND box = ? AND party = ?", org, box, p.Bytes()); err != nil {
		return err
	}
	_, err := t.exec("DELETE FROM floor_party WHERE organisation_id = ? AND box = ? AND party = ?", org, box, p.Bytes())
	return err
}

// FreeFloorTable notes that a table is free.
func (t *Tx) FreeFloorTable(b Box, name string) error {
	_, err := t.exec("DELETE FROM floor_table WHERE organisation_id = ? AND box = ? AND name = ?", b.Organisation.Bytes(), b.ID.Bytes(), name)
	return err
}

// DropFloorOrder forgets an order.
func (t *Tx) DropFloorOrder(b Box, o id.Order) error {
	_, err := t.exec("DELETE FROM floor_order WHERE organisation_id = ? AND box = ? AND order_id = ?", b.Organisation.Bytes(), b.ID.Bytes(), o.Bytes())
	return err
}

// DropFloorOrders forgets what was served, or merged into another check, before a business
// day and is nobody's who sits.
func (t *Tx) DropFloorOrders(b Box, before string) error {
	_, err := t.exec("DELETE FROM floor_order WHERE organisation_id = ? AND box = ? AND party IS NULL AND status IN ('served', 'merged') AND day < ?",
		b.Organisation.Bytes(), b.ID.Bytes(), before)
	return err
}

// Floor is the room of a box.
func (c Scope) Floor(ctx context.Context, b id.Box) (f Floor, err error) {
	f.Box = b
	at := []any{c.key(), b.Bytes()}
	err = c.s.Read(ctx, func(t *Tx) error {
		if err := t.each("SELECT "+floorPartyColumns+" FROM floor_party WHERE organisation_id = ? AND box = ? ORDER BY seq", at, func(scan func(...any) error) error {
			p, err := scanFloorParty(scan)
			f.Parties = append(f.Parties, p)
			return err
		}); err != nil {
			return err
		}
		if err := t.each("SELECT "+floorTableColumns+" FROM floor_table WHERE organisation_id = ? AND box = ? ORDER BY seq, name", at, func(scan func(...any) error) error {
			x, err := scanFloorTable(scan)
			f.Tables = append(f.Tables, x)
			return err
		}); err != nil {
			return err
		}
		return t.each("SELECT "+floorOrderColumns+" FROM floor_order WHERE organisation_id = ? AND box = ? ORDER BY seq DESC LIMIT ?", append(at, floorOrdersMost), func(scan func(...any) error) error {
			o, err := scanFloorOrder(scan)
			f.Orders = append(f.Orders, o)
			return err
		})
	})
	return f, err
}
