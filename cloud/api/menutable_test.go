package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/hq/hqtest"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
)

// TestATableChangesTheMenuThatItWasMadeOf: its version is the menu's, every mistake has
// its line, and what is published says over which menu it goes.
func TestATableChangesTheMenuThatItWasMadeOf(t *testing.T) {
	t.Parallel()
	o := hqtest.Start(t)
	claim := o.AddRestaurant(o.Token, "Harbor")
	k := joinBox(o, claim)
	table := "/api/v1/restaurants/" + claim.RestaurantID + "/documents/menu/items.csv"
	try := func(method, path, body string, headers ...string) answer {
		return ask(t, http.DefaultClient, method, o.At.HQ+path, body, append(headers, "Authorization", "Bearer "+o.Token, "Content-Type", "text/csv")...)
	}
	refused(t, "no menu yet", try("GET", table, ""), 404)
	refused(t, "a table of no menu", try("PUT", table, "name,price\nChips,2.50\n"), 404)

	menu := []byte(`{"currency":"USD","items":[{"id":"0198f000-0000-7000-8000-000000000101","name":"Chips","price":2.5,"prep_minutes":3}]}`)
	check(t, o.Store.Write(t.Context(), func(tx *store.Tx) error {
		b, err := tx.Box(k.Box)
		check(t, err)
		sum, err := tx.PutDocument(b.Organisation, menu, time.Now())
		check(t, err)
		return tx.SetInForce(b, store.InForce{Kind: doc.KindMenu, SHA256: sum, Owner: "hq", At: time.Now()})
	}))
	a := try("GET", table, "")
	tag := `"` + doc.Sum(menu) + `"`
	if a.status != 200 || a.header.Get("ETag") != tag || !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") || !strings.Contains(a.body, "0198f000-0000-7000-8000-000000000101,Chips,2.5,") {
		t.Fatalf("%d %v %s", a.status, a.header, a.body)
	}
	bad := try("POST", table+"/check", "name,price\nChips,cheap\nSalsa,1\n,2\n")
	refused(t, "a table with mistakes", bad, 422)
	if !strings.Contains(bad.body, "line 2: ") {
		t.Errorf("%s", bad.body)
	}
	bad = try("PUT", table, "name,price\nChips,2.50\nSalsa,-1\n,2\n")
	refused(t, "a table with mistakes", bad, 422)
	for _, line := range []string{"line 3: ", "line 4: "} {
		if !strings.Contains(bad.body, line) {
			t.Errorf("%s is not in %s", line, bad.body)
		}
	}

	good := strings.Replace(a.body, "Chips,2.5,", "Chips,2.75,", 1)
	var would struct {
		InForce string
		Changes []doc.Change
	}
	check(t, json.Unmarshal([]byte(try("POST", table+"/check", good).body), &would))
	if want := (doc.Change{Where: "items[Chips].price", Was: "2.5", Will: "2.75"}); `"`+would.InForce+`"` != tag || len(would.Changes) != 1 || would.Changes[0] != want {
		t.Errorf("%+v", would)
	}
	if said := refused(t, "over another menu", try("PUT", table, good, "If-Match", `"`+doc.Sum([]byte("another"))+`"`), 409); !strings.Contains(said, "changed since") {
		t.Error(said)
	}
	for _, header := range []string{"", tag} {
		if a := try("PUT", table, good, "If-Match", header); a.status != http.StatusAccepted {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	restaurant, err := id.Parse[id.Restaurant](claim.RestaurantID)
	check(t, err)
	org, err := o.Accounts.Organisation(t.Context(), "")
	check(t, err)
	list, err := o.Store.In(org.ID).Directives(t.Context(), restaurant, 10)
	check(t, err)
	if len(list) != 2 {
		t.Fatalf("%d directives", len(list))
	}
	for _, d := range list {
		var body struct{ SHA256 string }
		check(t, json.Unmarshal(d.Body, &body))
		published, err := o.Store.In(org.ID).Body(t.Context(), body.SHA256)
		check(t, err)
		m, err := doc.ParseMenu(published)
		check(t, err)
		if m.Items[0].Price != "2.75" || m.Items[0].PrepMinutes != 3 || !strings.Contains(string(d.Precondition), doc.Sum(menu)) {
			t.Errorf("%s over %s", published, d.Precondition)
		}
	}
}
