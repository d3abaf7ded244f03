package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/tyngo/tyngo/sync/e2e/rig"
	"github.com/tyngo/tyngo/sync/id"
)

// till makes what the requests of a round about money speak of: payments on an order,
// a gift card, somebody whose guests have paid, and drawers that are open, being counted
// and counted.
func (f *field) till(r *rig.Restaurant) (err error) {
	g := &f.gen
	do := func(method, path, body string, into any) {
		status, said, e := r.Client.Do(f.ctx, method, path, []byte(body))
		if err == nil && e == nil && into != nil && status >= 300 {
			e = fmt.Errorf("the till cannot be made: %s %s %s: %d %s", method, path, body, status, said)
		}
		if err = errors.Join(err, e); err == nil && into != nil {
			err = json.Unmarshal(said, into)
		}
	}
	g.Named["paymentId"], g.Named["drawerId"] = nil, nil
	pay := func(order, body string, times int) {
		do(http.MethodPost, "/api/v1/orders/"+order+"/lease", "", &struct{}{})
		for range times {
			var p struct{ PaymentID string }
			do(http.MethodPost, "/api/v1/orders/"+order+"/payments", body, &p)
			g.Named["paymentId"] = append(g.Named["paymentId"], p.PaymentID)
		}
		do(http.MethodDelete, "/api/v1/orders/"+order+"/lease", "", nil)
	}
	order := g.Named["orderId"][0]
	pay(order, `{"tender":"card_terminal","amount":0,"tip":0.10,"keepOpen":true}`, 6)
	for _, what := range []string{"refund", "void", "tip"} { // its payments are of no other order
		g.Named["POST /api/v1/orders/{orderId}/payments/{paymentId}/"+what+" orderId"] = []string{order}
		g.Named["PUT /api/v1/orders/{orderId}/payments/{paymentId}/"+what+" orderId"] = []string{order}
	}
	do(http.MethodPost, "/api/v1/gift-cards", `{"number":"GIFT00001","amount":5,"tender":"cash"}`, &struct{}{})
	var have struct{ Drawers []struct{ DrawerID string } }
	do(http.MethodGet, "/api/v1/drawers", "", &have)
	for _, d := range have.Drawers { // whatever they are, they are closed
		for _, c := range [][3]string{{"DELETE", "/count"}, {"POST", "/count"}, {"PUT", "/count", `{"coins":[]}`}, {"POST", "/close", `{"comment":"Over"}`}} {
			do(c[0], "/api/v1/drawers/"+d.DrawerID+c[1], c[2], nil)
		}
	}
	person := func(n int) string { return fmt.Sprintf("0198f000-0000-7000-8000-00000000d%03d", n) }
	const leaves = 9
	for n := range leaves + 1 {
		do(http.MethodPut, "/api/v1/people/"+person(n), fmt.Sprintf(`{"name":"Till %d","role":"server","active":true}`, n), nil)
	}
	served := g.Named["orderId"][1]
	do(http.MethodPost, "/api/v1/commands", fmt.Sprintf(`{"commands":[{"id":%q,"type":"order.set_server","order":%q,"data":{"server":%q}}]}`, id.New[id.Command](), served, person(leaves)), &struct{}{})
	pay(served, `{"tender":"card_terminal","tip":0.10}`, 1)
	const people = "PUT /api/v1/drawers/{drawerId}/people drawerId"
	g.Named[people] = nil
	for n := range 6 {
		var d struct{ DrawerID string }
		do(http.MethodPost, "/api/v1/drawers", fmt.Sprintf(`{"name":"Drawer %d","float":50,"people":[%q]}`, n, person(n)), &d)
		for _, c := range [][3]string{{"POST", "/count"}, {"PUT", "/count", `{"coins":[{"value":50,"n":1}]}`}}[:n%3] {
			do(c[0], "/api/v1/drawers/"+d.DrawerID+c[1], c[2], nil)
		}
		if g.Named["drawerId"] = append(g.Named["drawerId"], d.DrawerID); n%3 == 0 {
			g.Named[people] = append(g.Named[people], d.DrawerID)
		}
	}
	at := "/api/v1/orders/{orderId}"
	for path, bodies := range map[string][]string{
		at + "/payments":                    {`{"tender":"cash","amount":0.05}`, `{"tender":"gift_card","giftCard":"GIFT00001","amount":0.01}`},
		at + "/payments/{paymentId}/refund": {`{"tip":0.01,"reason":"Cold"}`}, at + "/payments/{paymentId}/void": {`{"reason":"Mistake"}`}, at + "/payments/{paymentId}/tip": {`{"tip":1}`, `{"tip":0.5}`},
		"/api/v1/gift-cards/balance": {`{"number":"GIFT00001"}`},
		"/api/v1/gift-cards":         {`{"number":"GIFT00001","amount":1,"tender":"cash"}`}, "/api/v1/checkout": {`{"personId":"` + person(leaves) + `"}`},
		"/api/v1/drawers":                   {`{"name":"Patio","float":50,"people":["` + person(leaves-1) + `"]}`},
		"/api/v1/drawers/{drawerId}/people": {`{"people":["` + person(leaves-2) + `"]}`},
		"/api/v1/drawers/{drawerId}/moves":  {`{"move":"drop","amount":1}`, `{"move":"pay_in","amount":2,"reason":"Change"}`, `{"move":"no_sale","reason":"Change"}`},
		"/api/v1/drawers/{drawerId}/count":  {`{"coins":[{"value":20,"n":2},{"value":5,"n":2}]}`}, "/api/v1/drawers/{drawerId}/close": {`{"comment":"Fell behind the bar"}`},
	} {
		g.Base[path] = bodies
	}
	return err
}
