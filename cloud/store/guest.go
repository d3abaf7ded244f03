package store

import (
	"context"
	"errors"
	"time"

	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// GuestKey is the key of a guest of one box.
type GuestKey struct {
	Box      id.Box
	ID       id.GuestKey
	Customer id.Customer
	Secret   []byte
}

// PutGuestKey keeps a key, unless its guest is erased.
func (t *Tx) PutGuestKey(b Box, k GuestKey, now time.Time) error {
	if erased, err := t.GuestErased(b.Organisation, k.Customer); err != nil || erased {
		return err
	}
	_, err := t.exec("INSERT INTO guest_key (organisation_id, box, id, customer, secret, made) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		b.Organisation.Bytes(), b.ID.Bytes(), k.ID.Bytes(), k.Customer.Bytes(), k.Secret, now.UnixMilli())
	return err
}

// GuestKeys are the keys that a box left here for a guest.
func (t *Tx) GuestKeys(b Box, c id.Customer) (list []GuestKey, err error) {
	err = t.each("SELECT box, id, customer, secret FROM guest_key WHERE organisation_id = ? AND customer = ? AND box = ? ORDER BY id",
		[]any{b.Organisation.Bytes(), c.Bytes(), b.ID.Bytes()}, keysInto(&list))
	return list, err
}

func keysInto(list *[]GuestKey) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var k GuestKey
		err := scan(&k.Box, &k.ID, &k.Customer, &k.Secret)
		*list = append(*list, k)
		return err
	}
}

// CountGuestKeys is how many keys a box left here.
func (t *Tx) CountGuestKeys(b Box) (n int, err error) {
	err = t.row("SELECT count(*) FROM guest_key WHERE organisation_id = ? AND box = ?", b.Organisation.Bytes(), b.ID.Bytes()).Scan(&n)
	return n, err
}

// GuestErased reports whether a guest is erased.
func (t *Tx) GuestErased(org id.Organisation, c id.Customer) (bool, error) {
	var at int64
	err := none(t.row("SELECT at FROM guest_tombstone WHERE organisation_id = ? AND customer = ?", org.Bytes(), c.Bytes()).Scan(&at))
	if errors.Is(err, ErrNone) {
		return false, nil
	}
	return err == nil, err
}

// EraseGuest deletes the keys of a guest for good; fresh reports whether they were not
// erased before. Scrub must follow.
func (t *Tx) EraseGuest(org id.Organisation, c id.Customer, now time.Time) (fresh bool, err error) {
	n, err := t.exec("INSERT INTO guest_tombstone (organisation_id, customer, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", org.Bytes(), c.Bytes(), now.UnixMilli())
	if err == nil {
		_, err = t.exec("DELETE FROM guest_key WHERE organisation_id = ? AND customer = ?", org.Bytes(), c.Bytes())
	}
	return n > 0, err
}

// NameGuest notes that a fact says something of a guest.
func (t *Tx) NameGuest(b Box, c id.Customer, epoch, seq int64) error {
	_, err := t.exec("INSERT INTO guest_fact (organisation_id, customer, box, epoch, seq) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		b.Organisation.Bytes(), c.Bytes(), b.ID.Bytes(), epoch, seq)
	return err
}

// Guest is what is here of a guest: facts that only the keys open.
type Guest struct {
	Erased bool
	Keys   []GuestKey
	Facts  []GuestFact // of a box in its order
}

// GuestFact is one of them.
type GuestFact struct {
	Box   id.Box
	Event event.Event
}

// Guest is what is here of a guest.
func (c Scope) Guest(ctx context.Context, guest id.Customer) (g Guest, err error) {
	err = c.s.Read(ctx, func(t *Tx) error {
		g = Guest{}
		if g.Erased, err = t.GuestErased(c.org, guest); err != nil {
			return err
		}
		if err := t.each("SELECT box, id, customer, secret FROM guest_key WHERE organisation_id = ? AND customer = ? ORDER BY box, id", []any{c.key(), guest.Bytes()}, keysInto(&g.Keys)); err != nil {
			return err
		}
		return t.each(`SELECT e.box, e.body FROM guest_fact f JOIN event e ON e.organisation_id = f.organisation_id AND e.box = f.box AND e.epoch = f.epoch AND e.seq = f.seq
			WHERE f.organisation_id = ? AND f.customer = ? ORDER BY e.at, f.box, f.epoch, f.seq`, []any{c.key(), guest.Bytes()}, func(scan func(...any) error) error {
			var f GuestFact
			var body []byte
			if err := scan(&f.Box, &body); err != nil {
				return err
			}
			f.Event, err = event.Parse(body)
			g.Facts = append(g.Facts, f)
			return err
		})
	})
	return g, err
}

// BoxesOf are all boxes of an organisation.
func (t *Tx) BoxesOf(org id.Organisation) (list []Box, err error) {
	err = t.each("SELECT id, organisation_id, restaurant_id FROM box WHERE organisation_id = ? ORDER BY id", []any{org.Bytes()}, func(scan func(...any) error) error {
		var b Box
		err := scan(&b.ID, &b.Organisation, &b.Restaurant)
		list = append(list, b)
		return err
	})
	return list, err
}

// Scrub lets nothing of what was deleted stay in a file of the engine.
func (s *Store) Scrub(ctx context.Context) error {
	if s.dialect.Scrub == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dialect.Scrub(ctx, s.write)
}
