package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
)

// twin is an organisation whose data look like those of every other twin.
type twin struct {
	c   store.Scope
	box store.Box
	j   *Journal
}

const consumer = "sales"

// twinIn makes one of everything in a new organisation.
func twinIn(t testing.TB, s *store.Store) twin {
	t.Helper()
	c := Organisation(t, s, "Taquería")
	b := Box(t, s, c, Restaurant(t, c, "Riverside"))
	j := NewJournal(b.ID).some(t, 3)
	j.Append(t, Now, Day, event.Event{ID: j.Events[0].ID, Type: "order.sent", V: 1, Data: []byte(`{}`)})
	j.Upload(t, s, b, 4)
	must(t, c.AddCode(t.Context(), hash("code"+b.ID.String()), "Ana", Now))
	must(t, c.AddClaim(t.Context(), hash("claim"+b.ID.String()), b.Restaurant, id.Box{}, Now))
	write(t, s, func(tx *store.Tx) error {
		return errors.Join(
			tx.SetPresence(b, store.Presence{Online: true, Since: Now, Boot: j.Boot, Head: 4, Heard: Now, Software: "1.2"}),
			tx.SetFolded(consumer, b, 1, 2), tx.SetState(consumer, b, "k", "v"), tx.Quarantine(consumer, b, 1, 2, "odd", Now),
			tx.Add(b.Organisation, store.Cell{Restaurant: b.Restaurant, Day: Day, Hour: 12, Metric: "sales", N: 1075}),
			tx.SetPlace(b.Organisation, store.Place{Restaurant: b.Restaurant, SaidAt: 1, SaidBy: b.ID, Name: "Riverside", Currency: "USD", Zone: "America/Chicago"}),
			tx.LastOrder(b.Organisation, b.Restaurant, 7, "214", 1075),
			tx.AddCertificate(b.Organisation, store.Certificate{Serial: "0a" + b.ID.String(), Box: b.ID, Key: hash("key"), Expires: Now.Add(time.Hour)}, Now))
	})
	shelf(t, s, b)
	room(t, s, b)
	regular(t, s, b)
	return twin{c, b, j}
}

// reads asks, with the rights of an organisation, about a twin's things.
var reads = map[string]func(t testing.TB, s *store.Store, c store.Scope, of twin) any{
	"Scope.Name": func(t testing.TB, _ *store.Store, c store.Scope, _ twin) any {
		name, err := c.Name(t.Context())
		return said(t, len(name) > 0, err)
	},
	"Scope.Restaurants": func(t testing.TB, _ *store.Store, c store.Scope, _ twin) any {
		list, err := c.Restaurants(t.Context())
		return said(t, list, err)
	},
	"Scope.Restaurant": func(t testing.TB, _ *store.Store, c store.Scope, of twin) any {
		r, err := c.Restaurant(t.Context(), of.box.Restaurant)
		return said(t, r, err)
	},
	"Scope.Standings": func(t testing.TB, _ *store.Store, c store.Scope, _ twin) any {
		list, err := c.Standings(t.Context())
		return said(t, list, err)
	},
	"Scope.Places": func(t testing.TB, _ *store.Store, c store.Scope, _ twin) any {
		list, err := c.Places(t.Context())
		return said(t, list, err)
	},
	"Scope.Cells": func(t testing.TB, _ *store.Store, c store.Scope, of twin) any {
		list, err := c.Cells(t.Context(), of.box.Restaurant, Day, "")
		return said(t, list, err)
	},
	"Scope.Quarantined": func(t testing.TB, _ *store.Store, c store.Scope, _ twin) any {
		n, err := c.Quarantined(t.Context())
		return said(t, n, err)
	},
	"Scope.Asides": func(t testing.TB, _ *store.Store, c store.Scope, _ twin) any {
		list, err := c.Asides(t.Context(), 10)
		return said(t, len(list), err)
	},
	"Tx.Cursor": inTx(func(tx *store.Tx, b store.Box) (any, error) { return tx.Cursor(b) }),
	"Tx.Events": inTx(func(tx *store.Tx, b store.Box) (any, error) {
		list, err := tx.Events(b, 1, 0, 100)
		return len(list), err
	}),
	"Tx.EventsOf": inTx(func(tx *store.Tx, b store.Box) (any, error) {
		list, last, err := tx.EventsOf(b, 1, 0, 100, nil)
		return [2]int64{int64(len(list)), last}, err
	}),
	"Tx.BatchEnds": inTx(func(tx *store.Tx, b store.Box) (any, error) { return tx.BatchEnds(b, 1) }),
	"Tx.Folded": inTx(func(tx *store.Tx, b store.Box) (any, error) {
		epoch, seq, err := tx.Folded(consumer, b)
		return [2]int64{epoch, seq}, err
	}),
	"Tx.State":      inTx(func(tx *store.Tx, b store.Box) (any, error) { return tx.State(consumer, b, "k") }),
	"Tx.Duplicates": inTx(func(tx *store.Tx, b store.Box) (any, error) { return tx.Duplicates(b, 1, 0, 100) }),
	"Tx.HasKey":     inTx(func(tx *store.Tx, b store.Box) (any, error) { return tx.HasKey(b.Organisation, b.ID, hash("key")) }),
}

// lists answer about a whole organisation.
const lists = " Scope.Name Scope.Restaurants Scope.Standings Scope.Places Scope.Quarantined Scope.Asides Tx.BoxesOf "

// said is an answer as it can be compared; that there is no such thing is one.
func said(t testing.TB, v any, err error) any {
	t.Helper()
	if errors.Is(err, store.ErrNone) {
		return "none"
	}
	must(t, err)
	return fmt.Sprintf("%+v", v)
}

func inTx(ask func(*store.Tx, store.Box) (any, error)) func(testing.TB, *store.Store, store.Scope, twin) any {
	return func(t testing.TB, s *store.Store, c store.Scope, of twin) (out any) {
		t.Helper()
		b := of.box
		b.Organisation = c.Organisation()
		read(t, s, func(tx *store.Tx) error {
			v, err := ask(tx, b)
			out = said(t, v, err)
			return nil
		})
		return out
	}
}

func readsApart(t *testing.T, p Place) {
	s := p(t)
	t.Cleanup(func() { must(t, s.Close()) })
	a := twinIn(t, s)
	alone := map[string]any{}
	for name, ask := range reads {
		alone[name] = ask(t, s, a.c, a)
	}
	b := twinIn(t, s)
	nothing := twin{c: s.In(id.New[id.Organisation]()), box: store.Box{ID: id.New[id.Box](), Restaurant: id.New[id.Restaurant]()}}
	for name, ask := range reads {
		if got := ask(t, s, a.c, a); got != alone[name] {
			t.Errorf("%s answers %v once another organisation is there, and %v before", name, got, alone[name])
		}
		none := ask(t, s, nothing.c, nothing)
		if none == alone[name] {
			t.Errorf("%s answers %v, whether anything is there or not: this proves nothing", name, none)
		}
		for who, c := range map[string]store.Scope{"an organisation without anything": nothing.c, "nobody": s.In(id.Organisation{}), "the other organisation": b.c} {
			if who == "the other organisation" && strings.Contains(lists, " "+name+" ") {
				continue // it asks for its own
			}
			if got := ask(t, s, c, a); got != none {
				t.Errorf("%s tells %s %v", name, who, got)
			}
		}
	}
}

func writesApart(t *testing.T, p Place) {
	s := p(t)
	t.Cleanup(func() { must(t, s.Close()) })
	a, b := twinIn(t, s), twinIn(t, s)
	before := map[string]any{}
	for name, ask := range reads {
		before[name] = ask(t, s, a.c, a)
	}
	foreign := a.box // a's box, as b would name it
	foreign.Organisation = b.c.Organisation()
	write(t, s, func(tx *store.Tx) error {
		_, err := tx.Dark(foreign, a.j.Boot, Now)
		serials, e := tx.Revoke(b.c.Organisation(), a.box.ID, Now)
		if len(serials) > 0 {
			t.Errorf("another organisation took %v back", serials)
		}
		return errors.Join(err, e, tx.Heard(foreign, 99, Now), tx.SetState(consumer, foreign, "k", ""), tx.SetFolded(consumer, foreign, 1, 9),
			tx.LastOrder(b.c.Organisation(), a.box.Restaurant, 99, "99", 99), tx.SetPlace(b.c.Organisation(), store.Place{Restaurant: a.box.Restaurant, SaidAt: 99, SaidBy: a.box.ID, Name: "Mine"}),
			tx.Add(b.c.Organisation(), store.Cell{Restaurant: a.box.Restaurant, Day: Day, Hour: 12, Metric: "sales", N: 5}),
			tx.SetFloorParty(foreign, store.FloorParty{ID: sitting.ID, Covers: 99}), tx.SetFloorTable(foreign, store.FloorTable{Name: "12"}), tx.SetFloorOrder(foreign, store.FloorOrder{ID: ordered.ID}),
			tx.DropFloorParty(foreign, sitting.ID), tx.FreeFloorTable(foreign, "12"), tx.DropFloorOrder(foreign, ordered.ID), tx.DropFloorOrders(foreign, "9999-12-31"),
			tx.SetPresence(foreign, store.Presence{Boot: a.j.Boot, Since: Now, Heard: Now}), erase(tx, b.c.Organisation(), vera(a.box.ID)))
	})
	for what, do := range map[string]func() error{
		"another organisation's box was taken": func() error {
			return s.Write(t.Context(), func(tx *store.Tx) error { return tx.AddBox(foreign, Now) })
		},
		"a claim for another organisation's restaurant was made": func() error {
			return b.c.AddClaim(t.Context(), hash("sly"), a.box.Restaurant, id.Box{}, Now)
		},
		"another organisation's restaurant was added again": func() error {
			return b.c.AddRestaurant(t.Context(), store.Restaurant{ID: a.box.Restaurant, Name: "Mine"}, Now)
		},
	} {
		if err := do(); err == nil {
			t.Error(what)
		}
	}
	for name, ask := range reads {
		if got := ask(t, s, a.c, a); got != before[name] {
			t.Errorf("%s answers %v after another organisation wrote, and %v before", name, got, before[name])
		}
	}
}

// elsewhere is what is no read inside an organisation, and why.
const elsewhere = `
	Store.Close Store.Write Store.Read Store.In Store.Ping Scope.Organisation
	Store.Organisations Store.AddOrganisation Store.FindOrAdd Store.Boxes Store.Behind Store.AllDark Store.Unfold whole-program
	Store.Box Tx.Box Store.Certificate Store.Revoked who-a-box-is
	Store.Redeem Store.Session Store.EndSession who-a-session-is Tx.Claim Tx.UseClaim who-a-code-is
	Scope.AddRestaurant Scope.AddCode Scope.AddClaim writes
	Tx.Append Tx.SetPresence Tx.Dark Tx.Heard Tx.AddBox Tx.AddCertificate Tx.Revoke writes
	Scope.Body Scope.Piece Tx.Document by-content-see-documents
	Tx.AddDirective Tx.Answered Tx.PutPiece Tx.PutDocument Tx.DropDocument Tx.SetInForce Tx.NamesDocument Tx.SetOwner writes
	Tx.SetFolded Tx.SetState Tx.Add Tx.SetPlace Tx.LastOrder Tx.Quarantine Tx.Release writes
	Tx.SetFloorParty Tx.SetFloorTable Tx.SetFloorOrder Tx.DropFloorParty Tx.FreeFloorTable Tx.DropFloorOrder Tx.DropFloorOrders writes
	Tx.PutGuestKey Tx.EraseGuest Tx.NameGuest writes Store.Scrub whole-program `

func known(t *testing.T, _ Place) {
	names := map[string]bool{}
	for _, name := range strings.Fields(elsewhere) {
		names[name] = true
	}
	for prefix, v := range map[string]any{"Store.": &store.Store{}, "Scope.": store.Scope{}, "Tx.": &store.Tx{}} {
		for m := range reflect.TypeOf(v).Methods() {
			name := prefix + m.Name
			if _, read := reads[name]; !read && !names[name] {
				t.Errorf("%s is not known to this suite: a read belongs into the table of reads", name)
			}
		}
	}
}
