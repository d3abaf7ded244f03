package store

import (
	"context"
	"time"

	"github.com/tyngo/tyngo/sync/id"
)

// Box is where a box belongs.
type Box struct {
	ID           id.Box
	Organisation id.Organisation
	Restaurant   id.Restaurant
}

// Box finds where a box belongs; ErrNone where it never joined.
func (s *Store) Box(ctx context.Context, b id.Box) (out Box, err error) {
	err = s.Read(ctx, func(t *Tx) (err error) { out, err = t.Box(b); return err })
	return out, err
}

// Box finds where a box belongs.
func (t *Tx) Box(b id.Box) (out Box, err error) {
	err = t.row("SELECT id, organisation_id, restaurant_id FROM box WHERE id = ?", b.Bytes()).Scan(&out.ID, &out.Organisation, &out.Restaurant)
	return out, none(err)
}

// Boxes are all boxes, for whoever starts to listen.
func (s *Store) Boxes(ctx context.Context) (list []Box, err error) {
	err = s.Read(ctx, func(t *Tx) error {
		return t.each("SELECT id, organisation_id, restaurant_id FROM box ORDER BY id", nil, func(scan func(...any) error) error {
			var b Box
			err := scan(&b.ID, &b.Organisation, &b.Restaurant)
			list = append(list, b)
			return err
		})
	})
	return list, err
}

// Claim is a claim code, found by its hash.
type Claim struct {
	Organisation id.Organisation
	Restaurant   id.Restaurant
	Replaces     id.Box // none: the box keeps its own id
	Expires      time.Time
	Box          id.Box // who used it; none: nobody yet
	Key          []byte // SHA-256 of the key that used it
	Certificate  []byte // what it was answered
}

// AddClaim keeps the hash of a claim code. ErrNone where the restaurant is not the
// organisation's.
func (c Scope) AddClaim(ctx context.Context, hash [32]byte, r id.Restaurant, replaces id.Box, expires time.Time) error {
	return c.s.Write(ctx, func(t *Tx) error {
		var one int
		if err := t.row("SELECT 1 FROM restaurant WHERE organisation_id = ? AND id = ?", c.key(), r.Bytes()).Scan(&one); err != nil {
			return none(err)
		}
		_, err := t.exec("INSERT INTO claim (organisation_id, hash, restaurant_id, replaces, expires) VALUES (?, ?, ?, ?, ?)",
			c.key(), hash[:], r.Bytes(), replaces.Bytes(), expires.UnixMilli())
		return err
	})
}

// Claim finds a claim code by its hash.
func (t *Tx) Claim(hash [32]byte) (c Claim, err error) {
	var expires int64
	err = t.row("SELECT organisation_id, restaurant_id, replaces, expires, box, key_sha256, certificate FROM claim WHERE hash = ?", hash[:]).
		Scan(&c.Organisation, &c.Restaurant, &c.Replaces, &expires, &c.Box, &c.Key, &c.Certificate)
	c.Expires = time.UnixMilli(expires)
	return c, none(err)
}

// UseClaim notes who used a claim code and what it was answered. ErrNone where it
// was used already.
func (t *Tx) UseClaim(hash [32]byte, b id.Box, key [32]byte, certificate []byte) error {
	n, err := t.exec("UPDATE claim SET box = ?, key_sha256 = ?, certificate = ? WHERE hash = ? AND box IS NULL", b.Bytes(), key[:], certificate, hash[:])
	if err == nil && n == 0 {
		err = ErrNone
	}
	return err
}

// AddBox makes a box known, or moves it to another restaurant of its organisation.
// ErrNone where it is another organisation's.
func (t *Tx) AddBox(b Box, now time.Time) error {
	n, err := t.exec(`INSERT INTO box (organisation_id, id, restaurant_id, joined) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET restaurant_id = excluded.restaurant_id WHERE box.organisation_id = excluded.organisation_id`,
		b.Organisation.Bytes(), b.ID.Bytes(), b.Restaurant.Bytes(), now.UnixMilli())
	if err == nil && n == 0 {
		err = ErrNone
	}
	return err
}

// Certificate is one that was issued.
type Certificate struct {
	Serial  string
	Box     id.Box
	Key     [32]byte
	Expires time.Time
	Revoked bool
}

// AddCertificate notes an issued certificate.
func (t *Tx) AddCertificate(org id.Organisation, c Certificate, now time.Time) error {
	_, err := t.exec("INSERT INTO certificate (organisation_id, serial, box, key_sha256, made, expires) VALUES (?, ?, ?, ?, ?, ?)",
		org.Bytes(), c.Serial, c.Box.Bytes(), c.Key[:], now.UnixMilli(), c.Expires.UnixMilli())
	return err
}

// Revoke takes back every good certificate of a box, and answers their serials.
func (t *Tx) Revoke(org id.Organisation, b id.Box, now time.Time) (serials []string, err error) {
	err = t.each("UPDATE certificate SET revoked = ? WHERE organisation_id = ? AND box = ? AND revoked = 0 RETURNING serial",
		[]any{now.UnixMilli(), org.Bytes(), b.Bytes()}, func(scan func(...any) error) error {
			var s string
			err := scan(&s)
			serials = append(serials, s)
			return err
		})
	return serials, err
}

// Certificate finds an issued certificate by its serial.
func (s *Store) Certificate(ctx context.Context, serial string) (c Certificate, err error) {
	err = s.Read(ctx, func(t *Tx) error {
		var revoked, expires int64
		var key []byte
		err := t.row("SELECT serial, box, key_sha256, expires, revoked FROM certificate WHERE serial = ?", serial).Scan(&c.Serial, &c.Box, &key, &expires, &revoked)
		copy(c.Key[:], key)
		c.Expires, c.Revoked = time.UnixMilli(expires), revoked != 0
		return err
	})
	return c, none(err)
}

// Revocation is a certificate that was taken back.
type Revocation struct {
	Serial string
	At     time.Time
}

// Revoked are the certificates that were taken back and would still be good now.
func (s *Store) Revoked(ctx context.Context, now time.Time) (list []Revocation, err error) {
	err = s.Read(ctx, func(t *Tx) error {
		return t.each("SELECT serial, revoked FROM certificate WHERE revoked > 0 AND expires > ? ORDER BY serial", []any{now.UnixMilli()}, func(scan func(...any) error) error {
			var r Revocation
			var at int64
			err := scan(&r.Serial, &at)
			r.At = time.UnixMilli(at)
			list = append(list, r)
			return err
		})
	})
	return list, err
}

// HasKey reports whether a box was given a certificate for this key that was not
// taken back; one that has ended still proves the key.
func (t *Tx) HasKey(org id.Organisation, b id.Box, key [32]byte) (there bool, err error) {
	var n int
	err = t.row("SELECT count(*) FROM certificate WHERE organisation_id = ? AND box = ? AND key_sha256 = ? AND revoked = 0", org.Bytes(), b.Bytes(), key[:]).Scan(&n)
	return n > 0, err
}
