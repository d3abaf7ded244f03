package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/tyngo/tyngo/sync/id"
)

// ErrNone says that there is no such row, or not for this organisation.
var ErrNone = errors.New("there is no such row")

func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNone
	}
	return err
}

// Organisation owns restaurants.
type Organisation struct {
	ID   id.Organisation
	Name string
}

// Restaurant is a place of an organisation.
type Restaurant struct {
	ID   id.Restaurant
	Name string
}

// Organisations are all of them, the oldest first.
func (s *Store) Organisations(ctx context.Context) (list []Organisation, err error) {
	err = s.Read(ctx, func(t *Tx) error { list, err = t.organisations(); return err })
	return list, err
}

func (t *Tx) organisations() (list []Organisation, err error) {
	err = t.each("SELECT id, name FROM organisation ORDER BY made, id", nil, func(scan func(...any) error) error {
		var o Organisation
		err := scan(&o.ID, &o.Name)
		list = append(list, o)
		return err
	})
	return list, err
}

// FindOrAdd answers the oldest organisation that is the one that is meant; where
// there is none, o is added. Two who ask at once get the same.
func (s *Store) FindOrAdd(ctx context.Context, meant func(Organisation) bool, o Organisation, now time.Time) (found Organisation, err error) {
	err = s.Write(ctx, func(t *Tx) error {
		list, err := t.organisations()
		if err != nil {
			return err
		}
		for _, found = range list {
			if meant(found) {
				return nil
			}
		}
		found = o
		_, err = t.exec("INSERT INTO organisation (id, name, made) VALUES (?, ?, ?)", o.ID.Bytes(), o.Name, now.UnixMilli())
		return err
	})
	return found, err
}

// AddOrganisation adds one.
func (s *Store) AddOrganisation(ctx context.Context, o Organisation, now time.Time) error {
	return s.Write(ctx, func(t *Tx) error {
		_, err := t.exec("INSERT INTO organisation (id, name, made) VALUES (?, ?, ?)", o.ID.Bytes(), o.Name, now.UnixMilli())
		return err
	})
}

// Name is the organisation's name.
func (c Scope) Name(ctx context.Context) (name string, err error) {
	err = c.s.Read(ctx, func(t *Tx) error {
		return t.row("SELECT name FROM organisation WHERE id = ?", c.key()).Scan(&name)
	})
	return name, none(err)
}

// AddRestaurant adds a place.
func (c Scope) AddRestaurant(ctx context.Context, r Restaurant, now time.Time) error {
	return c.s.Write(ctx, func(t *Tx) error {
		_, err := t.exec("INSERT INTO restaurant (organisation_id, id, name, made) VALUES (?, ?, ?, ?)", c.key(), r.ID.Bytes(), r.Name, now.UnixMilli())
		return err
	})
}

// Restaurants are the places by name.
func (c Scope) Restaurants(ctx context.Context) (list []Restaurant, err error) {
	err = c.s.Read(ctx, func(t *Tx) error {
		return t.each("SELECT id, name FROM restaurant WHERE organisation_id = ? ORDER BY name, id", []any{c.key()}, func(scan func(...any) error) error {
			var r Restaurant
			err := scan(&r.ID, &r.Name)
			list = append(list, r)
			return err
		})
	})
	return list, err
}

// Restaurant finds a place by its id.
func (c Scope) Restaurant(ctx context.Context, r id.Restaurant) (out Restaurant, err error) {
	err = c.s.Read(ctx, func(t *Tx) error {
		return t.row("SELECT id, name FROM restaurant WHERE organisation_id = ? AND id = ?", c.key(), r.Bytes()).Scan(&out.ID, &out.Name)
	})
	return out, none(err)
}

// Seat is who sits behind a session at head office.
type Seat struct {
	Organisation id.Organisation
	User         id.User
	Name         string
	Role         string
}

// AddCode keeps the hash of a one-time code.
func (c Scope) AddCode(ctx context.Context, hash [32]byte, name string, expires time.Time) error {
	return c.s.Write(ctx, func(t *Tx) error {
		_, err := t.exec("INSERT INTO code (hash, organisation_id, name, expires) VALUES (?, ?, ?, ?)", hash[:], c.key(), name, expires.UnixMilli())
		return err
	})
}

// Redeem takes a code once and opens a session. ErrNone where the code is not good.
func (s *Store) Redeem(ctx context.Context, code, session [32]byte, role string, now time.Time, life time.Duration) error {
	return s.Write(ctx, func(t *Tx) error {
		var seat Seat
		if err := t.row("DELETE FROM code WHERE hash = ? AND expires >= ? RETURNING organisation_id, name", code[:], now.UnixMilli()).Scan(&seat.Organisation, &seat.Name); err != nil {
			return none(err)
		}
		if _, err := t.exec("DELETE FROM code WHERE expires < ?", now.UnixMilli()); err != nil {
			return err
		}
		if _, err := t.exec("DELETE FROM session WHERE expires < ?", now.UnixMilli()); err != nil {
			return err
		}
		_, err := t.exec("INSERT INTO session (hash, organisation_id, user_id, name, role, expires) VALUES (?, ?, ?, ?, ?, ?)",
			session[:], seat.Organisation.Bytes(), id.New[id.User]().Bytes(), seat.Name, role, now.Add(life).UnixMilli())
		return err
	})
}

// Session is who sits behind a session; ErrNone where it is over.
func (s *Store) Session(ctx context.Context, hash [32]byte, now time.Time) (seat Seat, err error) {
	err = s.Read(ctx, func(t *Tx) error {
		return t.row("SELECT organisation_id, user_id, name, role FROM session WHERE hash = ? AND expires >= ?", hash[:], now.UnixMilli()).
			Scan(&seat.Organisation, &seat.User, &seat.Name, &seat.Role)
	})
	return seat, none(err)
}

// EndSession signs a browser out.
func (s *Store) EndSession(ctx context.Context, hash [32]byte) error {
	return s.Write(ctx, func(t *Tx) error {
		_, err := t.exec("DELETE FROM session WHERE hash = ?", hash[:])
		return err
	})
}
