package box_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/doc"
)

type owed struct {
	Seq   int64
	Rules string
	Lines []struct {
		Amount, Net json.Number
		Taxes       []struct {
			Name   string
			Amount json.Number
		}
	}
	ServiceCharges        []struct{ Name string }
	Subtotal, Total, Cash json.Number
	Taxes                 []struct {
		Name                  string
		Percent, Base, Amount json.Number
	}
	Steps []struct{ Kind, Name, Exact string }
}

func bill(h *boxtest.House, order string, at int64) (b owed) {
	h.T.Helper()
	path := "/api/v1/orders/" + order + "/bill"
	if at > 0 {
		path += fmt.Sprintf("?at=%d", at)
	}
	h.Do("GET", path, "").JSON(h.T, &b)
	return b
}

// taxed gives the house other rules.
func taxed(h *boxtest.House, change func(v *doc.Venue)) {
	h.T.Helper()
	var v doc.Venue
	if err := json.Unmarshal(boxtest.Venue(h.Hot.URL(), h.Cold.URL()), &v); err != nil {
		h.T.Fatal(err)
	}
	change(&v)
	raw, err := json.Marshal(v)
	if err != nil {
		h.T.Fatal(err)
	}
	must(h, "PUT", "/api/v1/venue", string(raw))
}

func ordered(h *boxtest.House, body string) string {
	h.T.Helper()
	var o struct{ OrderID string }
	h.Do("POST", "/api/v1/orders", body).JSON(h.T, &o)
	return o.OrderID
}

const bowlAndChips = `{"restaurantId":"` + boxtest.Restaurant + `","tableNumber":"12","items":[{"menuItemId":"` + boxtest.Bowl + `","quantity":2},{"menuItemId":"` + boxtest.Chips + `","quantity":1}]}`

func TestEveryCentOfABillIsExplained(t *testing.T) {
	h := boxtest.Start(t, boxtest.Twice)
	taxed(h, func(v *doc.Venue) {
		v.Taxes = []doc.Tax{{Name: "Sales tax", Percent: "8.875"}}
		v.Charges = []doc.Charge{{Name: "Kitchen", Percent: "3"}, {Name: "Large tables", Percent: "18", MinCovers: 6}}
		v.Rounding = &doc.Rounding{CashStep: "0.05"}
	})
	b := bill(h, ordered(h, bowlAndChips), 0) // 2 × 8.75 + 2.15 = 19.65; 3 % is 0.5895; 8.875 % of the lines is 1.7439375
	if b.Subtotal != "19.65" || len(b.ServiceCharges) != 1 || b.Taxes[0].Amount != "1.74" || b.Taxes[0].Base != "19.65" || b.Total != "21.98" || b.Cash != "22.00" {
		t.Errorf("%+v", b)
	}
	if s := b.Steps; len(s) != 3 || s[0].Exact != "0.5895" || s[1].Exact != "1.7439375" || s[2].Kind != "cash" {
		t.Errorf("it was reckoned so: %+v", s)
	}
	if l := b.Lines; l[0].Amount != "17.50" || l[0].Taxes[0].Amount != "1.55" || l[1].Taxes[0].Amount != "0.19" {
		t.Errorf("a line's share: %+v", l)
	}
}

// An open check keeps the rules with which it was opened, and says years later by which.
func TestAnotherTaxIsOnTheNextOrderAndNotOnThisOne(t *testing.T) {
	h := boxtest.Start(t, boxtest.Twice)
	rate := func(percent json.Number) func(*doc.Venue) {
		return func(v *doc.Venue) { v.Taxes = []doc.Tax{{Name: "Tax", Percent: percent, Inclusive: true}} }
	}
	before := ordered(h, bowlAndChips)
	taxed(h, rate("10"))
	now := ordered(h, bowlAndChips)
	taxed(h, rate("20"))
	next := ordered(h, bowlAndChips)
	for order, want := range map[string]json.Number{now: "1.79", next: "3.27"} {
		if b := bill(h, order, 0); b.Total != "19.65" || b.Taxes[0].Amount != want {
			t.Errorf("want %s: %+v", want, b)
		}
	}
	if b := bill(h, before, 0); len(b.Taxes) != 0 || b.Total != "19.65" || b.Rules == bill(h, now, 0).Rules {
		t.Errorf("before there were taxes: %+v", b)
	}
}

func TestABillCanBeSeenAsItWas(t *testing.T) {
	h := boxtest.Start(t, boxtest.Twice)
	o := ordered(h, bowlAndChips)
	was := bill(h, o, 0)
	must(h, "POST", "/api/v1/orders/"+o+"/status", `{"status":"cancelled"}`)
	if b := bill(h, o, 0); b.Total != "0.00" || len(b.Lines) != 0 || b.Seq <= was.Seq {
		t.Errorf("who cancelled owes %+v", b)
	}
	if b := bill(h, o, was.Seq); b.Total != "19.65" || len(b.Lines) != 2 {
		t.Errorf("before, it was %+v", b)
	}
	for _, at := range []string{"1", "0", "-1", "x"} {
		if a := h.Do("GET", "/api/v1/orders/"+o+"/bill?at="+at, ""); a.Status != 404 && a.Status != 422 {
			t.Errorf("at %s: %d %s", at, a.Status, a.Body)
		}
	}
	if a := h.Do("GET", "/api/v1/orders/0198f000-0000-7000-8000-00000000dddd/bill", ""); a.Status != 404 {
		t.Errorf("of no order: %d", a.Status)
	}
}
