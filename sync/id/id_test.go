package id_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/id"
)

func TestSameCommandMakesTheSameThings(t *testing.T) {
	c := id.New[id.Command]()
	a, b := id.Made[id.Line](c, 0), id.Made[id.Line](c, 0)
	if a != b {
		t.Fatalf("one command made %s and %s", a, b)
	}
	if a == id.Made[id.Line](c, 1) {
		t.Fatal("two things of one command have one id")
	}
	if a.String()[14] != '8' {
		t.Fatalf("%s is not a UUIDv8", a)
	}
}

func TestDerivedPartsCannotRunIntoEachOther(t *testing.T) {
	if id.Derived[id.Command]("ab", "c") == id.Derived[id.Command]("a", "bc") {
		t.Fatal("'ab','c' and 'a','bc' have one id")
	}
}

func TestIDsReadBackFromJSONAndSQL(t *testing.T) {
	want := id.New[id.Order]()
	b, err := json.Marshal(map[string]id.Order{"o": want, "none": {}})
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]id.Order
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if got["o"] != want || !got["none"].IsZero() {
		t.Fatalf("%s came back as %v", b, got)
	}
	for _, src := range []any{want.String(), want.Bytes(), []byte(want.String()), strings.ToUpper(want.String())} {
		var o id.Order
		if err := o.Scan(src); err != nil || o != want {
			t.Errorf("scan %v: %v, %v", src, o, err)
		}
	}
}

func TestWhatIsNoUUIDIsRefused(t *testing.T) {
	for _, s := range []string{"", "x", "{" + id.New[id.Order]().String() + "}", strings.Repeat("0", 37), "urn:uuid:0198c0de-0000-7000-8000-000000000000"} {
		if _, err := id.Parse[id.Order](s); err == nil {
			t.Errorf("%q was taken", s)
		}
	}
}

func TestWhatComesOfOneFactLiesBesideIt(t *testing.T) {
	fact, later := id.New[id.Event](), id.Must[id.Event]("fffffff0-0000-7000-8000-000000000001")
	a, b := id.Following[id.Ticket](fact, "grill"), id.Following[id.Ticket](fact, "bar")
	if a == b || a != id.Following[id.Ticket](fact, "grill") {
		t.Fatalf("two parts of one fact have the ids %s and %s", a, b)
	}
	if a == id.Following[id.Ticket](later, "grill") {
		t.Fatal("two facts have one id")
	}
	for _, got := range []id.Ticket{a, b} {
		if got.String()[:13] != fact.String()[:13] || got.String()[14] != '8' {
			t.Errorf("%s does not begin with the time of %s, or is no UUIDv8", got, fact)
		}
	}
}
