package floor

import (
	"cmp"
	"errors"
	"log/slog"
	"time"

	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// Consumer is the name of the follower of the floor.
const Consumer = "floor"

// Follow makes the follower of who sits where, who waits, and what stands at tables.
func Follow(s *store.Store, changed func() <-chan struct{}, now func() time.Time, log *slog.Logger) *rollup.Follower {
	f := rollup.Follow(s, Consumer, fold, changed, now, log)
	for _, p := range []event.Payload{event.OrderOpened{}, event.LineAdded{}, event.OrderSent{}, event.StatusChanged{}, event.CheckMerged{}, event.OrderMoved{},
		event.TableSeated{}, event.TableChanged{}, event.CheckBrought{}, event.TableLeft{}, event.TableCleared{}, event.TableMoved{}, event.TableJoined{}, event.TableSplit{},
		event.WaitlistJoined{}, event.WaitlistLeft{}} {
		typ, _ := p.Kind()
		f.Only = append(f.Only, typ)
	}
	return f
}

// today is the business day of the latest order of a box.
type today struct {
	Day string `json:"day"`
}

// fold does with the tables of head office what the box does with its own.
func fold(p *rollup.Page, e event.Event) error {
	if f, ok := e.Payload.(event.OrderOpened); ok && f.Table != "" {
		was, err := rollup.Recall[today](p, "day")
		if err != nil {
			return err
		}
		if was == nil || was.Day < e.Day {
			rollup.Remember(p, "day", &today{e.Day})
			if was != nil {
				p.Later(func(t *store.Tx) error { return t.DropFloorOrders(p.Box, was.Day) })
			}
		}
	}
	p.Later(func(t *store.Tx) error { return (&hand{t, p.Box, e}).write() })
	return nil
}

// hand writes what one fact of a box means.
type hand struct {
	t   *store.Tx
	box store.Box
	e   event.Event
}

func (h *hand) write() error {
	switch p := h.e.Payload.(type) {
	case event.OrderOpened:
		return h.opened(p)
	case event.LineAdded:
		return h.order(p.Order, func(o *store.FloorOrder) bool { was := o.Rung; o.Rung = true; return !was })
	case event.OrderSent:
		return h.sent(p)
	case event.StatusChanged:
		return h.status(p)
	case event.CheckMerged:
		return h.order(p.Order, func(o *store.FloorOrder) bool { o.Status = "merged"; return true })
	case event.OrderMoved:
		return h.orderMoved(p)
	case event.TableSeated:
		return h.seated(p)
	case event.TableChanged:
		return h.party(p.Party, func(x *store.FloorParty) { x.Covers, x.Server = p.Covers, p.Server })
	case event.CheckBrought:
		return h.party(p.Party, func(x *store.FloorParty) { x.CheckAt = h.e.At })
	case event.TableLeft:
		return errors.Join(h.t.DropFloorParty(h.box, p.Party), h.empty(p.Tables, p.Dirty))
	case event.TableCleared:
		return h.empty([]string{p.Table}, nil)
	case event.TableMoved:
		return errors.Join(h.empty(p.From, p.Dirty), h.occupy(p.Party, p.To))
	case event.TableJoined:
		return h.joined(p)
	case event.TableSplit:
		return h.split(p)
	case event.WaitlistJoined:
		return h.t.SetFloorParty(h.box, store.FloorParty{ID: p.Party, Number: p.Number.String(), Covers: p.Covers, Minutes: p.Minutes, CameAt: h.e.At, Seq: h.e.Seq})
	case event.WaitlistLeft:
		return h.t.DropFloorParty(h.box, p.Party)
	}
	return nil
}

// order changes an order that stands at a table, where with says that it did.
func (h *hand) order(o id.Order, with func(*store.FloorOrder) bool) error {
	x, err := h.t.FloorOrder(h.box, o)
	if errors.Is(err, store.ErrNone) {
		return nil
	}
	if err != nil || !with(&x) {
		return err
	}
	return h.t.SetFloorOrder(h.box, x)
}

// party changes a party that is here.
func (h *hand) party(p id.Party, with func(*store.FloorParty)) error {
	x, err := h.t.FloorParty(h.box, p)
	if errors.Is(err, store.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	with(&x)
	return h.t.SetFloorParty(h.box, x)
}

// sits is who sits at a table. An order that comes to a dirty one says that somebody
// cleared it.
func (h *hand) sits(table string) (id.Party, error) {
	x, err := h.t.FloorTable(h.box, table)
	if errors.Is(err, store.ErrNone) {
		return id.Party{}, nil
	}
	if err == nil && x.Party.IsZero() {
		err = h.t.FreeFloorTable(h.box, table)
	}
	return x.Party, err
}

func (h *hand) opened(p event.OrderOpened) error {
	if p.Table == "" {
		return nil
	}
	party, err := h.sits(p.Table)
	if err != nil {
		return err
	}
	return h.t.SetFloorOrder(h.box, store.FloorOrder{ID: p.Order, Table: p.Table, Party: party, Status: cmp.Or(p.Status, "open"), Day: h.e.Day, OpenedAt: h.e.At, Seq: h.e.Seq})
}

// sent: what is on the check that was brought is not all any more.
func (h *hand) sent(p event.OrderSent) error {
	var party id.Party
	if err := h.order(p.Order, func(o *store.FloorOrder) bool {
		o.Status, o.PlacedAt, party = "placed", h.e.At, o.Party
		return true
	}); err != nil || party.IsZero() {
		return err
	}
	return h.party(party, func(x *store.FloorParty) { x.CheckAt = 0 })
}

func (h *hand) status(p event.StatusChanged) error {
	if p.To == "cancelled" { // it cannot change any more, and counts at no table
		return h.t.DropFloorOrder(h.box, p.Order)
	}
	var party id.Party
	if err := h.order(p.Order, func(o *store.FloorOrder) bool {
		o.Status, party = p.To, o.Party
		return true
	}); err != nil || party.IsZero() || p.To != "served" {
		return err
	}
	return h.party(party, func(x *store.FloorParty) { x.ServedAt = h.e.At })
}

// orderMoved gives an order to who sits where it stands now; where that is another
// party, no check that was brought is right any more.
func (h *hand) orderMoved(p event.OrderMoved) error {
	o, err := h.t.FloorOrder(h.box, p.Order)
	if errors.Is(err, store.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	at, err := h.t.FloorTable(h.box, p.To)
	if err != nil && !errors.Is(err, store.ErrNone) {
		return err
	}
	o.Table = p.To
	was := o.Party
	if was == at.Party {
		return h.t.SetFloorOrder(h.box, o)
	}
	if o.Party, err = h.sits(p.To); err != nil {
		return err
	}
	if err := h.t.SetFloorOrder(h.box, o); err != nil {
		return err
	}
	for _, x := range []id.Party{was, o.Party} {
		if err := h.party(x, func(x *store.FloorParty) { x.CheckAt = 0 }); err != nil {
			return err
		}
	}
	return nil
}

func (h *hand) own(party id.Party, orders []id.Order) error {
	for _, o := range orders {
		if err := h.order(o, func(o *store.FloorOrder) bool { o.Party = party; return true }); err != nil {
			return err
		}
	}
	return nil
}

func (h *hand) occupy(party id.Party, tables ...string) error {
	for _, t := range tables {
		if err := h.t.SetFloorTable(h.box, store.FloorTable{Name: t, Party: party, At: h.e.At, Seq: h.e.Seq}); err != nil {
			return err
		}
	}
	return nil
}

// empty frees tables; those that are dirty are to be cleared.
func (h *hand) empty(tables, dirty []string) error {
	for _, t := range tables {
		if err := h.t.FreeFloorTable(h.box, t); err != nil {
			return err
		}
	}
	return h.occupy(id.Party{}, dirty...)
}

func (h *hand) seated(p event.TableSeated) error {
	x, err := h.t.FloorParty(h.box, p.Party)
	if errors.Is(err, store.ErrNone) {
		x, err = store.FloorParty{ID: p.Party, CameAt: h.e.At, Seq: h.e.Seq}, nil
	}
	x.Covers, x.Server, x.SeatedAt = p.Covers, p.Server, h.e.At
	return errors.Join(err, h.t.SetFloorParty(h.box, x), h.occupy(p.Party, p.Tables...), h.own(p.Party, p.Checks))
}

func (h *hand) joined(p event.TableJoined) error {
	var other store.FloorParty
	if !p.Other.IsZero() {
		var err error
		if other, err = h.t.FloorParty(h.box, p.Other); err != nil && !errors.Is(err, store.ErrNone) {
			return err
		}
	}
	return errors.Join(h.party(p.Party, func(x *store.FloorParty) {
		x.Covers, x.ServedAt = p.Covers, max(x.ServedAt, other.ServedAt)
		if !p.Other.IsZero() {
			x.CheckAt = 0
		}
	}), h.occupy(p.Party, p.Tables...), h.own(p.Party, p.Checks), h.t.DropFloorParty(h.box, p.Other))
}

func (h *hand) split(p event.TableSplit) error {
	var was store.FloorParty
	if err := h.party(p.Party, func(x *store.FloorParty) {
		x.Covers, x.CheckAt = p.Stay, 0
		was = *x
	}); err != nil {
		return err
	}
	if p.Into.IsZero() {
		var dirty []string
		if p.Dirty {
			dirty = []string{p.Table}
		}
		return h.empty([]string{p.Table}, dirty)
	}
	into := store.FloorParty{ID: p.Into, Covers: p.Covers, Server: p.Server, CameAt: h.e.At, SeatedAt: was.SeatedAt, ServedAt: was.ServedAt, Seq: h.e.Seq}
	return errors.Join(h.t.SetFloorParty(h.box, into), h.occupy(p.Into, p.Table), h.own(p.Into, p.Checks))
}
