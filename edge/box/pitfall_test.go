package box_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/id"
)

// What other systems got wrong, one test each; where a promise has its test elsewhere,
// it is not here.

// TestTwoWaitersAtOneOrderLoseNothing: both add to it at once, from two tablets that
// have both seen it empty.
func TestTwoWaitersAtOneOrderLoseNothing(t *testing.T) {
	t.Parallel()
	const each = 15
	h := boxtest.Start(t, boxtest.Twice)
	o := id.New[id.Order]().String()
	command := func(typ, data string) string {
		return fmt.Sprintf(`{"commands":[{"id":%q,"type":%q,"order":%q,"data":%s}]}`, id.New[id.Command](), typ, o, data)
	}
	if a := h.Do("POST", "/api/v1/commands", command("order.open", `{"tableNumber":5}`)); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	var wg sync.WaitGroup
	for _, waiter := range []string{"Ana", "Bo"} {
		mine := "Bearer " + h.Mint("server", waiter)
		wg.Go(func() {
			for range each {
				line := fmt.Sprintf(`{"lines":[{"line":%q,"menuItemId":%q,"quantity":1}]}`, id.New[id.Line](), boxtest.Chips)
				if a := h.Do("POST", "/api/v1/commands", command("order.add_lines", line), "Authorization", mine); a.Status != 200 || strings.Contains(string(a.Body), "problem") {
					t.Errorf("%s: %d %s", waiter, a.Status, a.Body)
				}
			}
		})
	}
	wg.Wait()
	got := get(h, o)
	if want := fmt.Sprintf("%.2f", 2*each*2.15); len(got.Items) != 2*each || string(got.TotalAmount) != want {
		t.Errorf("%d lines of %d, %s of %s", len(got.Items), 2*each, got.TotalAmount, want)
	}
	replays(h, "check_line")
}

// TestANewMenuLeavesWhatWasSaidOfTheDay: the kitchen ran out of something and the
// manager made something else cheap; a menu that is published meanwhile, with another
// price, takes neither back, and an open check keeps what it was rung with.
func TestANewMenuLeavesWhatWasSaidOfTheDay(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice)
	rung, a := place(h, ringing(boxtest.Bowl, 1, ""))
	if a.Status != 201 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	must(h, "PUT", "/api/v1/menu/items/"+boxtest.Bowl+"/availability", `{"available":false}`)
	must(h, "PUT", "/api/v1/menu/items/"+boxtest.Chips+"/price", `{"price":100}`)
	must(h, "PUT", "/api/v1/menu/document", fmt.Sprintf(`{"currency":"USD","items":[{"id":%q,"name":"Bowl","price":12},{"id":%q,"name":"Chips","price":3}]}`, boxtest.Bowl, boxtest.Chips))
	if price, available, _ := menuOf(h).item(t, boxtest.Bowl); available || price != 1200 {
		t.Errorf("the bowl is sold again: %v, at %d", available, price)
	}
	if _, a := place(h, ringing(boxtest.Bowl, 1, "")); a.Status != 422 {
		t.Errorf("it can be ordered: %d %s", a.Status, a.Body)
	}
	if o, a := place(h, ringing(boxtest.Chips, 1, "")); a.Status != 201 || string(o.TotalAmount) != "1.00" {
		t.Errorf("the price of the day is gone: %d %s", a.Status, a.Body)
	}
	if again := get(h, rung.OrderID); string(again.TotalAmount) != string(rung.TotalAmount) {
		t.Errorf("an open check costs %s, was rung at %s", again.TotalAmount, rung.TotalAmount)
	}
	must(h, "PUT", "/api/v1/menu/items/"+boxtest.Bowl+"/availability", `{"available":true}`)
	if o, a := place(h, ringing(boxtest.Bowl, 1, "")); a.Status != 201 || string(o.TotalAmount) != "12.00" {
		t.Errorf("back again: %d %s", a.Status, a.Body)
	}
	replays(h, "guest_check")
}
