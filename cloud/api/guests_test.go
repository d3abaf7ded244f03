package api_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/hq/hqtest"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/join"
	"github.com/tyngo/tyngo/sync/seal"
)

// sealed is a fact whose texts are sealed when it has its id.
type sealed struct {
	event.Payload
	under func(id.Event) event.Payload
}

func (s sealed) Under(e id.Event) (event.Payload, error) { return s.under(e), nil }

// regular is a guest with a key.
type regular struct {
	t    testing.TB
	id   id.Customer
	key  seal.Key
	name join.GuestKey
}

func newRegular(t testing.TB, c id.Customer) regular {
	k := seal.NewKey()
	return regular{t, c, k, join.GuestKey{ID: id.New[id.GuestKey](), Customer: c, Secret: k.Secret()}}
}

// called is the fact of her name, under her key.
func (g regular) called(name string) event.Payload {
	return sealed{event.GuestChanged{}, func(e id.Event) event.Payload {
		s, err := g.key.Seal(e, "name", name)
		check(g.t, err)
		return event.GuestChanged{Customer: g.id, Name: s}
	}}
}

// keys asks about keys as a box does.
func (k *till) keys(o *hqtest.Office, path string, in join.GuestKeysRequest) (out join.GuestKeysAnswer) {
	k.t.Helper()
	raw, err := json.Marshal(in)
	check(k.t, err)
	a := ask(k.t, k.boxes, "POST", o.At.Box+path, string(raw))
	if a.status != http.StatusOK || json.Unmarshal([]byte(a.body), &out) != nil {
		k.t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	return out
}

type guestCard struct {
	Name       string
	KeyPending bool
}

func guest(o *hqtest.Office, token string, c id.Customer) (g guestCard, status int) {
	o.T.Helper()
	a := ask(o.T, http.DefaultClient, "GET", o.At.HQ+"/api/v1/guests/"+c.String(), "", "Authorization", "Bearer "+token)
	if a.status == http.StatusOK {
		check(o.T, json.Unmarshal([]byte(a.body), &g))
	}
	return g, a.status
}

// TestAGuestIsReadAsFarAsKeysOpenThem, by the organisation whose guest it is and nobody else,
// and a box gets back what it left and nothing of another's.
func TestAGuestIsReadAsFarAsKeysOpenThem(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	mine, theirs := token(o, "Taquería", "owner"), token(o, "Osteria", "owner")
	a, b := joinBox(o, o.AddRestaurant(mine, "Riverside")), joinBox(o, o.AddRestaurant(mine, "Hillside"))
	stranger := joinBox(o, o.AddRestaurant(theirs, "Piazza"))
	her := id.New[id.Customer]()
	here, there := newRegular(t, her), newRegular(t, her) // each box has a key of its own
	day := time.Now().UTC().Format(time.DateOnly)
	if _, status := guest(o, mine, her); status != 404 {
		t.Errorf("before anything is known: %d", status)
	}
	a.say(day, here.called("Vera"))
	o.Until("the fact is folded", func() bool { g, status := guest(o, mine, her); return status == 200 && g.KeyPending && g.Name == "" })
	if out := a.keys(o, join.GuestKeysPath, join.GuestKeysRequest{Keys: []join.GuestKey{here.name}}); out.Have != 1 {
		t.Errorf("%+v", out)
	}
	a.keys(o, join.GuestKeysPath, join.GuestKeysRequest{Keys: []join.GuestKey{here.name}}) // again is no mistake
	if g, _ := guest(o, mine, her); g != (guestCard{Name: "Vera"}) {
		t.Errorf("%+v", g)
	}
	b.say(day, there.called("Vera W."))
	o.Until("the other box's fact waits for its key", func() bool { g, _ := guest(o, mine, her); return g == guestCard{"Vera", true} })
	b.keys(o, join.GuestKeysPath, join.GuestKeysRequest{Keys: []join.GuestKey{there.name}})
	if g, _ := guest(o, mine, her); g != (guestCard{Name: "Vera W."}) {
		t.Errorf("%+v", g)
	}
	if _, status := guest(o, theirs, her); status != 404 {
		t.Errorf("another organisation reads her: %d", status)
	}
	wish := join.GuestKeysRequest{Customers: []id.Customer{her, id.New[id.Customer]()}}
	for who, want := range map[*till]string{a: here.name.ID.String(), b: there.name.ID.String(), stranger: ""} {
		var got string
		for _, k := range who.keys(o, join.GuestKeysBackPath, wish).Keys {
			got += k.ID.String()
		}
		if got != want {
			t.Errorf("a box gets %s, want %s", got, want)
		}
	}
	for _, bad := range []string{`{"keys":[{"id":"` + id.New[id.GuestKey]().String() + `","customer":"` + her.String() + `","secret":"AAAA"}]}`,
		`{"keys":[{"id":"","customer":"` + her.String() + `","secret":""}]}`, `{"who":1}`, `[]`, ``} {
		if a := ask(t, a.boxes, "POST", o.At.Box+join.GuestKeysPath, bad); a.status < 400 || a.status >= 500 {
			t.Errorf("%s: %d %s", bad, a.status, a.body)
		}
	}
	many := join.GuestKeysRequest{Customers: make([]id.Customer, join.GuestKeysMost+1)}
	for i := range many.Customers {
		many.Customers[i] = id.New[id.Customer]()
	}
	raw, err := json.Marshal(many)
	check(t, err)
	if a := ask(t, a.boxes, "POST", o.At.Box+join.GuestKeysBackPath, string(raw)); a.status != 413 {
		t.Errorf("too many: %d", a.status)
	}
}

// holding are the files of head office in which one of the texts stands.
func holding(o *hqtest.Office, texts ...[]byte) (list []string) {
	o.T.Helper()
	check(o.T, filepath.WalkDir(o.Config.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, s := range texts {
			if bytes.Contains(raw, s) {
				list = append(list, filepath.Base(path))
			}
		}
		return err
	}))
	return list
}

// waiting are the wishes that a restaurant's boxes were told.
func erasures(o *hqtest.Office, token, restaurant string) (n int) {
	o.T.Helper()
	var out struct{ Directives []struct{ Kind string } }
	a := ask(o.T, http.DefaultClient, "GET", o.At.HQ+"/api/v1/restaurants/"+restaurant+"/directives", "", "Authorization", "Bearer "+token)
	check(o.T, json.Unmarshal([]byte(a.body), &out))
	for _, d := range out.Directives {
		if d.Kind == "guest.erase" {
			n++
		}
	}
	return n
}

// TestAnErasureLeavesNoKeyAtHeadOffice, whoever asked first: its owner, or a box.
func TestAnErasureLeavesNoKeyAtHeadOffice(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"head office", "a box"} {
		o := hqtest.Start(t)
		mine, theirs := token(o, "Taquería", "owner"), token(o, "Osteria", "owner")
		first, second := o.AddRestaurant(mine, "Riverside"), o.AddRestaurant(mine, "Hillside")
		a, b := joinBox(o, first), joinBox(o, second)
		her := id.New[id.Customer]()
		here, there, other := newRegular(t, her), newRegular(t, her), newRegular(t, id.New[id.Customer]())
		day := time.Now().UTC().Format(time.DateOnly)
		a.say(day, here.called("Vera"), other.called("Otto"))
		a.keys(o, join.GuestKeysPath, join.GuestKeysRequest{Keys: []join.GuestKey{here.name, other.name}})
		b.keys(o, join.GuestKeysPath, join.GuestKeysRequest{Keys: []join.GuestKey{there.name}})
		o.Until("she is known", func() bool { g, _ := guest(o, mine, her); return g.Name == "Vera" })
		if len(holding(o, here.key.Secret(), there.key.Secret())) == 0 {
			t.Fatal("her keys are nowhere: the test looks at nothing")
		}
		erase := func(token string) answer {
			return ask(t, http.DefaultClient, "POST", o.At.HQ+"/api/v1/guests/"+her.String()+"/erase", "", "Authorization", "Bearer "+token)
		}
		if a := erase(theirs); a.status != 404 {
			t.Errorf("another organisation erases her: %d %s", a.status, a.body)
		}
		want := [2]int{1, 1} // boxes that are asked to do the same
		if by == "head office" {
			if a := erase(mine); a.status != 200 || !strings.Contains(a.body, `"done":true`) {
				t.Errorf("%d %s", a.status, a.body)
			}
		} else {
			a.say(day, event.GuestErased{Customer: her})
			want[0] = 0 // it did it already
		}
		o.Until("no file holds her keys", func() bool { return len(holding(o, here.key.Secret(), there.key.Secret())) == 0 })
		if _, status := guest(o, mine, her); status != 404 {
			t.Errorf("by %s: she is read: %d", by, status)
		}
		if g, _ := guest(o, mine, other.id); g.Name != "Otto" {
			t.Errorf("by %s: the other guest is %+v", by, g)
		}
		if got := [2]int{erasures(o, mine, first.RestaurantID), erasures(o, mine, second.RestaurantID)}; got != want {
			t.Errorf("by %s: wishes to the boxes: %v, want %v", by, got, want)
		}
		b.keys(o, join.GuestKeysPath, join.GuestKeysRequest{Keys: []join.GuestKey{there.name}}) // it had not heard yet
		if out := b.keys(o, join.GuestKeysBackPath, join.GuestKeysRequest{Customers: []id.Customer{her}}); len(out.Keys) != 0 || len(out.Erased) != 1 {
			t.Errorf("by %s: the box gets %+v", by, out)
		}
		if got := holding(o, there.key.Secret()); len(got) > 0 {
			t.Errorf("by %s: a key that came late is in %q", by, got)
		}
		if a := erase(mine); a.status != 200 {
			t.Errorf("again: %d %s", a.status, a.body)
		}
		if got := [2]int{erasures(o, mine, first.RestaurantID), erasures(o, mine, second.RestaurantID)}; got != want {
			t.Errorf("by %s: again, wishes to the boxes: %v, want %v", by, got, want)
		}
	}
}
