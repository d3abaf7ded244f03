package main

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/ui/uitest"
)

func TestTabletOnARealBox(t *testing.T) {
	t.Parallel()
	browser := openBrowser(t)

	t.Run("AnOrderGoesFromTheTabletToPaper", func(t *testing.T) {
		h := newHouse(t)
		p := h.tablet(browser, "Tablet 1", tabletScreen)
		other := h.tablet(browser, "Phone 2", phoneScreen)
		gate := make(chan struct{})
		h.Hot.AtLine(1, func() { <-gate })

		p.Tap(`[data-table="12"]`)
		bowlAndChips(p)
		waitMarks(t, p, "draft draft")
		p.See("$12.90") // 8.75 + 2.00 + 2.15
		p.TapText("Send 2")
		waitMarks(t, p, "safe paper") // the cold line is quicker
		p.See("Order 1")
		other.Wait(`document.querySelector('[data-table="12"]').classList.contains("is-placed")`)
		close(gate)
		waitMarks(t, p, "paper paper")
		p.Reload()
		p.Tap(`[data-table="12"]`)
		waitMarks(t, p, "paper paper")

		if s := h.Hot.Slips()[0].Text; !strings.Contains(s, "TABLE 12") || !strings.Contains(s, "+ Guacamole") || !strings.Contains(s, "NO onions") {
			t.Errorf("the hot line reads:\n%s", s)
		}
		o := h.orders()[0]
		if o.TotalAmount != 12.90 || !reflect.DeepEqual(o.Items[0].Modifications, []string{"Guacamole", "Rice", "no onions"}) {
			t.Errorf("%+v", o)
		}

		for _, step := range []struct{ button, status, tile string }{
			{"Start cooking", "preparing", "is-preparing"}, {"Mark ready", "ready", "is-ready"}, {"Mark served", "served", "is-free"},
		} {
			p.TapText(step.button)
			p.Wait(`document.querySelector("[data-status]").dataset.status === "` + step.status + `"`)
			other.Wait(`document.querySelector('[data-table="12"]').classList.contains("` + step.tile + `")`)
		}
		p.Reload() // what was served is not open
		p.Wait(`document.querySelector('[data-table="12"]')?.classList.contains("is-free")`)
	})

	t.Run("APrinterWithoutPaperIsToldOnItsLinesAndPrintsLater", func(t *testing.T) {
		h := newHouse(t)
		p := h.tablet(browser, "Tablet 1", tabletScreen)
		p.Wait(`document.querySelectorAll(".light-ok").length >= 2`)
		if n := uitest.Eval[int](p, `[...document.querySelectorAll(".light")].filter(l => l.innerText === "HQ").length`); n > 0 {
			t.Error("a light for head office, which this box has not joined")
		}
		h.Cold.PaperOut()
		p.Tap(`[data-table="1"]`)
		bowlAndChips(p)
		p.TapText("Send 2")
		waitMarks(t, p, "paper problem")
		p.See("The printer has no paper. Put in a new roll.")
		p.See("Not printed at Cold line. Nothing was lost.")
		p.Wait(`document.querySelector(".light-bad")?.innerText.includes("Cold: The printer has no paper")`)
		p.TapText("Back to the tables")
		p.Wait(`document.querySelector('[data-table="1"]').classList.contains("in-trouble")`)
		p.Reload()
		p.Tap(`[data-table="1"]`)
		waitMarks(t, p, "paper problem")
		h.Cold.PaperIn()
		waitMarks(t, p, "paper paper")
		p.Wait(`document.querySelector(".light-bad") === null`)
		if n := len(h.Cold.Slips()); n != 1 {
			t.Errorf("%d slips on the cold line", n)
		}
	})

	t.Run("NothingIsLostOrDoubledWhenTheBoxStops", func(t *testing.T) {
		h := newHouse(t)
		p := h.tablet(browser, "Tablet 1", tabletScreen)
		p.Tap(`[data-table="12"]`)
		bowlAndChips(p)
		h.stop()
		p.See("Box is not answering, since")
		p.TapText("Send 2 when back")
		waitMarks(t, p, "draft draft")
		p.See("Not sent: 2 dishes")
		h.deaf.Store(2) // and two answers get lost after the work was done
		h.start()
		waitMarks(t, p, "paper paper")
		p.Gone("Box is not answering")
		p.Gone("Not sent")

		all := h.orders()
		if len(all) != 1 || len(all[0].Items) != 2 || len(all[0].Tickets) != 2 || all[0].TotalAmount != 12.90 {
			t.Errorf("%+v", all)
		}
		if hot, cold := len(h.Hot.Slips()), len(h.Cold.Slips()); hot != 1 || cold != 1 {
			t.Errorf("%d and %d slips", hot, cold)
		}

		// The next order finds the line as it was.
		p.TapText("Sides")
		p.TapText("Chips")
		p.TapText("Send 1")
		waitMarks(t, p, "paper paper paper")
	})

	t.Run("WhatAnotherTabletLeftUnsentIsSentFromHere", func(t *testing.T) {
		h := newHouse(t)
		p := h.tablet(browser, "Tablet 1", tabletScreen)
		cut := h.rung(t, "12")
		p.Wait(`document.querySelector('[data-table="12"]').classList.contains("is-open")`)
		p.See("Some dishes were not sent.")
		p.Tap(`[data-table="12"]`)
		waitMarks(t, p, "problem")
		p.TapText("Send again")
		waitMarks(t, p, "paper")
		p.Gone("Some dishes were not sent.")
		if o := h.orders()[0]; o.OrderID != cut || o.Status != "placed" {
			t.Errorf("%+v", o)
		}
	})

	t.Run("DocumentsThatArePublishedAreThereAtOnce", func(t *testing.T) {
		h := newHouse(t)
		p := h.tablet(browser, "Tablet 1", tabletScreen)
		p.Tap(`[data-table="1"]`)
		p.See("$8.75")
		h.publish("/api/v1/menu/document", strings.Replace(boxtest.Menu, `"price":8.75`, `"price":205.25`, 1))
		p.See("$205.25")
		p.TapText("Stew")
		p.TapText("Sides")
		p.TapText("Chips")
		h.publish("/api/v1/menu/document", strings.Replace(boxtest.Menu, boxtest.Chips, id.New[id.Item]().String(), 1)) // other chips
		p.TapText("Send 2")
		p.See("Chips is not on the menu.")
		waitMarks(t, p, "draft problem")
		p.See("Order 1") // the order was opened before its lines were refused
		p.Tap(".has-problem button")
		p.TapText("Remove")
		p.TapText("Send 1")
		waitMarks(t, p, "paper")

		before := h.unchanged.Load()
		h.publish("/api/v1/venue", strings.Replace(string(boxtest.Venue(h.Hot.URL(), h.Cold.URL())), `{"name":"B4"`, `{"name":"B7","seats":2},{"name":"B4"`, 1))
		p.TapText("Back to the tables")
		p.Wait(`document.querySelector('[data-table="B7"]') !== null`)
		if h.unchanged.Load() == before {
			t.Error("the menu was sent again although it had not changed")
		}
	})
}
