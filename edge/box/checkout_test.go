package box_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/tyngo/tyngo/sync/doc"
)

type wentHome struct {
	Code                   string
	Checks                 int
	Sales, Tips, Cash, Due json.Number
	Tenders                []struct{ Tender, Amount, Tip json.RawMessage }
	TipOuts                []struct {
		Name   string
		Amount json.Number
	}
	OpenChecks []struct{ OrderID string }
	Drawers    []string
	Done       bool
}

func (f *shift) goes(at *tablet, method, query, body string) (w wentHome) {
	f.T.Helper()
	_, answer := at.do(method, "/api/v1/checkout"+query, body)
	if err := json.Unmarshal([]byte(answer), &w); err != nil {
		f.T.Fatalf("%v: %s", err, answer)
	}
	return w
}

// TestAServerGoesHomeWithTheirTips: what is in the pocket is handed in without the tips, of
// which others have their part; checks that are open are handed over first.
func TestAServerGoesHomeWithTheirTips(t *testing.T) {
	f := openShift(t)
	taxed(f.House, func(v *doc.Venue) {
		v.TipOuts = []doc.TipOut{{Name: "Bar", Percent: "10"}, {Name: "Kitchen", Percent: "1", Of: "sales"}}
	})
	serves := func(o string, at *tablet, who string) {
		t.Helper()
		at.want(200, `"seq"`, "POST", "/api/v1/commands", fmt.Sprintf(`{"commands":[{"id":%q,"type":"order.set_server","order":%q,"data":{"server":%q}}]}`, fresh(), o, personOf(who)))
	}
	served := func(n int, body string) {
		t.Helper()
		o := f.bowl(n)
		serves(o, f.bo, bo)
		f.bo.want(200, "", "POST", "/api/v1/orders/"+o+"/lease", "")
		f.bo.want(201, `"closed":true`, "POST", "/api/v1/orders/"+o+"/payments", body)
	}
	if w := f.goes(f.bo, "POST", "", `{}`); w.Code != "nothing_taken" {
		t.Errorf("before the evening: %+v", w)
	}
	served(2, `{"tender":"cash","tip":2,"tendered":20}`) // 17.50
	served(4, `{"tender":"card_terminal","tip":8}`)      // 35.00
	open := f.bowl(1)
	serves(open, f.bo, bo)
	if w := f.goes(f.bo, "GET", "", ""); len(w.OpenChecks) != 1 || w.OpenChecks[0].OrderID != open || w.Done {
		t.Errorf("a check is open: %+v", w)
	}
	if w := f.goes(f.bo, "POST", "", `{}`); w.Code != "checks_open" {
		t.Errorf("a check is open: %+v", w)
	}
	serves(open, f.bo, cy)
	if w := f.goes(f.cy, "GET", "?personId="+personOf(bo), ""); w.Code != "not_allowed" {
		t.Errorf("looked at by another server: %+v", w)
	}
	d := f.drawer(f.bo, 201, "POST", "", `{"name":"Bar","float":0}`)
	if w := f.goes(f.bo, "POST", "", `{}`); w.Code != "drawer_held" {
		t.Errorf("a drawer is open: %+v", w)
	}
	f.drawer(f.bo, 200, "POST", "/"+d.DrawerID+"/count", "")
	f.drawer(f.bo, 200, "PUT", "/"+d.DrawerID+"/count", `{"coins":[]}`)
	f.drawer(f.bo, 200, "POST", "/"+d.DrawerID+"/close", `{}`)
	w := f.goes(f.bo, "POST", "", `{}`)
	// 19.50 in the pocket, 10.00 of tips; 1.00 to the bar, and 0.53 of 52.50 to the kitchen
	if !w.Done || w.Checks != 2 || w.Sales != "52.50" || w.Tips != "10.00" || w.Cash != "19.50" || w.Due != "11.03" || len(w.TipOuts) != 2 || w.TipOuts[1].Amount != "0.53" || len(w.Tenders) != 2 {
		t.Errorf("goes home: %+v", w)
	}
	if w := f.goes(f.bo, "POST", "", `{}`); w.Code != "nothing_taken" {
		t.Errorf("goes home twice: %+v", w)
	}
	served(1, `{"tender":"card_terminal","tip":1}`) // was called back
	if w := f.goes(f.boss, "GET", "?personId="+personOf(bo), ""); w.Checks != 1 || w.Sales != "8.75" || w.Due != "-0.81" {
		t.Errorf("the rest of the evening: %+v", w)
	}
	replays(f.House, "checkout")
}

// TestWhatIsVoidedLeavesThePocketThatItWasIn: a manager undoes a server's mistake; the cash
// was never there, and it is the server who does not hand it in.
func TestWhatIsVoidedLeavesThePocketThatItWasIn(t *testing.T) {
	f := openShift(t)
	wrong := f.pay(f.bo, 1, `{"tender":"cash","keepOpen":true}`)
	f.pay(f.bo, 2, `{"tender":"cash"}`)
	f.bo.want(204, "", "DELETE", wrong[:len("/api/v1/orders/")+36]+"/lease", "")
	f.boss.want(200, "", "POST", wrong+"/void", `{"reason":"Wrong table"}`)
	if w := f.goes(f.boss, "GET", "?personId="+personOf(bo), ""); w.Cash != "17.50" || w.Due != "17.50" {
		t.Errorf("the server hands in %s of %s, took 17.50 and what was voided", w.Due, w.Cash)
	}
	if w := f.goes(f.boss, "GET", "", ""); w.Cash != "0.00" || w.Due != "0.00" {
		t.Errorf("the manager, who took nothing, hands in %s of %s", w.Due, w.Cash)
	}
	replays(f.House, "payments")
}
