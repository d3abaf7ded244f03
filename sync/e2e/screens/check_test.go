package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/ui/uitest"
)

// checkSeen is an order with what became of its lines.
type checkSeen struct {
	OrderID, Status             string
	TotalAmount, DiscountAmount json.Number
	Items                       []struct {
		Name             string
		Quantity, Voided int64
		Amount           json.Number
	}
}

func (h *house) check() (c checkSeen) {
	h.T.Helper()
	var list struct{ Orders []checkSeen }
	h.Do("GET", "/api/v1/orders", "").JSON(h.T, &list)
	if len(list.Orders) != 1 {
		h.T.Fatalf("%d orders", len(list.Orders))
	}
	return list.Orders[0]
}

// A server rings a fish by its weight, voids a dish that the kitchen has, with a reason and
// a manager's word, gives another one away, and takes something off the fish: at a tablet
// and at a phone. Nothing is left to remember: the sheet says what a thing needs.
func TestAServerPutsACheckRightWithAManagersWord(t *testing.T) {
	t.Parallel()
	browser := openBrowser(t)
	for name, size := range map[string]uitest.Screen{"tablet": {Width: 1280, Height: 800}, "phone": {Width: 390, Height: 844, Touch: true, Dark: true}} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.hire(1, "Ana Ruiz", "manager", "8302")
			h.hire(2, "Bo", "server", "11234")
			h.publish("/api/v1/menu/document", strings.Replace(boxtest.Menu, `"name":"Stew","price":12,`, `"name":"Whole fish","price":0,"open_price":{"least":5,"most":80},`, 1))
			p := h.shared(browser, "Bar", size)
			ticket := func() {
				if size.Touch {
					p.TapText("Show the order")
				}
			}
			enter(p, "Bo", "11234")
			if size.Touch {
				p.Wait(`document.querySelector('[data-table="12"]') !== null`)
			} else {
				p.See("Needs you")
			}
			p.Tap(`[data-table="12"]`)
			dish := func(category, item string) {
				p.Tap(fmt.Sprintf(`.category:nth-child(%s)`, category))
				p.Tap(fmt.Sprintf(`[data-item=%q]`, item))
			}
			dish("2", boxtest.Chips)
			p.Tap(fmt.Sprintf(`[data-item=%q]`, boxtest.Chips))
			dish("1", boxtest.Stew)
			p.See("What one costs")
			p.Type("input[name=price]", "3")
			p.See("$5.00 to $80.00")
			p.Wait(`document.querySelector("input[name=price]").ariaInvalid === "true"`)
			p.Type("input[name=price]", "1.5")
			says(p, "$31.50")
			look(t, p, name+"-check-1-open-price")
			chose(p)
			p.TapText("Send 3")
			ticket()
			p.Wait(`document.querySelectorAll(".ticket-sent .line button").length === 2`)
			line := func(of string) {
				p.Wait(fmt.Sprintf(`[...document.querySelectorAll(".ticket-sent .line button")].some(b => b.innerText.includes(%q))`, of))
				p.Do(uitest.Script(fmt.Sprintf(`[...document.querySelectorAll(".ticket-sent .line button")].find(b => b.innerText.includes(%q)).click()`, of)))
			}
			line("Chips")
			p.See("The kitchen has 2 of it.")
			p.Tap("[data-void]")
			p.See("Say why first.")
			p.TapText("Wrong dish")
			look(t, p, name+"-check-2-sent-line")
			p.Tap("[data-void]")
			p.See("This takes a manager")
			p.See("$2.15")
			look(t, p, name+"-check-3-word")
			byPIN := func() {
				p.TapText("A manager is here")
				p.See("Approve")
				key(p, "8302")
				p.Tap(".pin-go")
				p.See("Ana Ruiz agreed.")
				p.Wait(`document.querySelector(".sheet") === null`)
			}
			byPIN()
			p.See("1 voided")
			if c := h.check(); c.Items[0].Quantity != 1 || c.Items[0].Voided != 1 || c.TotalAmount != "33.65" {
				t.Errorf("%+v", c)
			}
			line("Chips")
			p.TapText("Not as it should be")
			p.Tap("[data-comp]")
			p.See("This takes a manager")
			byPIN()
			p.Wait(`document.querySelector(".ticket-foot .total").innerText.includes("$31.50")`)
			line("Whole fish")
			p.TapText("Took too long")
			p.Tap(`[data-percent="20"]`)
			p.See("Discount on order")
			p.See("$6.30")
			byPIN()
			p.Wait(`document.querySelector(".ticket-foot .total").innerText.includes("$25.20")`)
			p.See("$8.45 off")
			look(t, p, name+"-check-4-right")
			if c := h.check(); c.TotalAmount != "25.20" || c.DiscountAmount != "8.45" {
				t.Errorf("%+v", c)
			}
			line("Whole fish")
			p.Tap("[data-again]")
			p.Wait(`document.querySelector(".ticket-foot .total").innerText.includes("$56.70")`)
			var paper string
			for _, slip := range h.Cold.Slips() {
				paper += slip.Text
			}
			if !strings.Contains(paper, "VOID") || !strings.Contains(paper, "Wrong dish") {
				t.Errorf("the kitchen was not told:\n%s", paper)
			}
		})
	}
}
