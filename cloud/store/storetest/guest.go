package storetest

import (
	"bytes"
	"errors"
	"testing"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/id"
)

// vera is a guest of a box, and gone one who was.
func vera(b id.Box) id.Customer { return id.Derived[id.Customer]("vera", b.String()) }
func gone(b id.Box) id.Customer { return id.Derived[id.Customer]("gone", b.String()) }

// regular makes both known to a box.
func regular(t testing.TB, s *store.Store, b store.Box) {
	t.Helper()
	v := vera(b.ID)
	write(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.PutGuestKey(b, keyOf(v), Now), tx.NameGuest(b, v, 1, 1), tx.NameGuest(b, v, 1, 1), erase(tx, b.Organisation, gone(b.ID)))
	})
}

func keyOf(c id.Customer) store.GuestKey {
	return store.GuestKey{ID: id.New[id.GuestKey](), Customer: c, Secret: bytes.Repeat([]byte{7}, 32)}
}

func erase(tx *store.Tx, org id.Organisation, c id.Customer) error {
	_, err := tx.EraseGuest(org, c, Now)
	return err
}

func init() {
	for name, ask := range map[string]func(testing.TB, *store.Store, store.Scope, twin) any{
		"Scope.Guest": func(t testing.TB, _ *store.Store, c store.Scope, of twin) any {
			g, err := c.Guest(t.Context(), vera(of.box.ID))
			return said(t, g, err)
		},
		"Tx.GuestKeys":      inTx(func(tx *store.Tx, b store.Box) (any, error) { return tx.GuestKeys(b, vera(b.ID)) }),
		"Tx.CountGuestKeys": inTx(func(tx *store.Tx, b store.Box) (any, error) { return tx.CountGuestKeys(b) }),
		"Tx.GuestErased":    inTx(func(tx *store.Tx, b store.Box) (any, error) { return tx.GuestErased(b.Organisation, gone(b.ID)) }),
		"Tx.BoxesOf":        inTx(func(tx *store.Tx, b store.Box) (any, error) { return tx.BoxesOf(b.Organisation) }),
	} {
		reads[name] = ask
	}
}

// guests: a key is kept until its guest is erased, and never again after that.
func guests(t *testing.T, p Place) {
	s, c, b := one(t, p)
	vera := vera(b.ID)
	j := NewJournal(b.ID).some(t, 3)
	j.Upload(t, s, b, 3)
	other := keyOf(id.New[id.Customer]())
	regular(t, s, b)
	write(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.PutGuestKey(b, other, Now), tx.PutGuestKey(b, other, Now))
	})
	g, err := c.Guest(t.Context(), vera)
	must(t, err)
	if g.Erased || len(g.Keys) != 1 || g.Keys[0].Box != b.ID || len(g.Facts) != 1 || g.Facts[0].Event.Seq != 1 {
		t.Errorf("%+v", g)
	}
	count := func(want int) {
		t.Helper()
		read(t, s, func(tx *store.Tx) error {
			n, err := tx.CountGuestKeys(b)
			if n != want {
				t.Errorf("%d keys, want %d", n, want)
			}
			return err
		})
	}
	count(2)
	for _, want := range []bool{true, false} {
		write(t, s, func(tx *store.Tx) error {
			fresh, err := tx.EraseGuest(b.Organisation, vera, Now)
			if fresh != want {
				t.Errorf("erased for the first time: %v", fresh)
			}
			return err
		})
	}
	write(t, s, func(tx *store.Tx) error { return tx.PutGuestKey(b, keyOf(vera), Now) })
	must(t, s.Scrub(t.Context()))
	count(1)
	if g, err = c.Guest(t.Context(), vera); err != nil || !g.Erased || len(g.Keys) != 0 || len(g.Facts) != 1 {
		t.Errorf("%+v, %v", g, err)
	}
}
