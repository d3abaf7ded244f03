package web_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/web"
	"github.com/tyngo/tyngo/sync/ui/uitest"
)

// evening fills the box with the evening of the mockups.
func (b *fakeBox) evening() {
	add := func(table any, status string, minutes int, lines map[string]int, tickets string) {
		o := &fakeOrder{id: fmt.Sprintf("0192f0c1-0000-7000-9000-%012d", len(b.orders)), table: table, status: status, number: 190 + len(b.orders),
			at: time.Now().Add(-time.Duration(minutes) * time.Minute), tickets: []object{}}
		for _, i := range b.menu["items"].([]object) {
			if n := lines[i["name"].(string)]; n > 0 {
				price := float64(i["price"].(int)) / 100
				o.lines = append(o.lines, object{"lineId": fmt.Sprintf("%s-%d", o.id, len(o.lines)), "name": i["name"], "quantity": n, "modifications": []string{}, "amount": price * float64(n), "sent": true})
			}
		}
		ticket := object{"ticketId": o.id + "t", "number": fmt.Sprintf("K-%d", 2280+len(b.orders)), "kind": "new", "station": "Hot line", "state": tickets}
		asked := []any{}
		for _, l := range o.lines {
			asked = append(asked, l["lineId"])
		}
		ticket["lines"] = asked
		if tickets == "queued" {
			ticket["problem"] = "The printer has no paper. Put in a new roll."
		}
		o.tickets = append(o.tickets, ticket)
		b.orders = append(b.orders, o)
	}
	b.with(func() {
		add(1, "preparing", 22, map[string]int{"Half chicken": 2, "House red": 2}, "printed")
		add(2, "preparing", 71, map[string]int{"Hanger steak": 3}, "printed")
		add(5, "ready", 31, map[string]int{"Hanger steak": 4, "House margarita": 3}, "printed")
		add(8, "placed", 4, map[string]int{"Enchiladas": 4}, "printing")
		add(10, "preparing", 52, map[string]int{"Tasting board for two": 8}, "printed")
		add(12, "preparing", 37, map[string]int{"Guacamole & chips": 1, "Charred corn": 1, "House margarita": 2, "Agua fresca": 2}, "printed")
		add(12, "placed", 3, map[string]int{"Churros": 2}, "sent")
		add(15, "preparing", 9, map[string]int{"Burrito bowl": 2}, "queued")
		add("B1", "preparing", 16, map[string]int{"Lager": 3}, "printed")
		add(nil, "placed", 2, map[string]int{"Chicken Burrito": 2}, "printed")
		add(nil, "ready", 14, map[string]int{"Taco trio, pick three": 1}, "printed")
	})
}

func check(t testing.TB, p *uitest.Page, name string) {
	t.Helper()
	p.Wait(`[...document.querySelectorAll(".sheet")].every(e => e.getAnimations().every(a => a.playState === "finished"))`)
	if wrong := p.Layout(); wrong != "" {
		t.Errorf("%s: %s", name, wrong)
	}
	p.Shot(*shots, name)
}

// closeSheet presses Escape, once the sheet has the focus.
func closeSheet(p *uitest.Page) {
	p.Wait(`document.activeElement.closest(".sheet") !== null`)
	p.Key(uitest.Escape)
}

func TestScreens(t *testing.T) {
	t.Parallel()
	browser := uitest.Open(t)
	for _, s := range []struct {
		name   string
		screen uitest.Screen
	}{
		{"tablet-light", uitest.Screen{Width: 1280, Height: 752}}, // with a system bar
		{"tablet-dark", uitest.Screen{Width: 1280, Height: 800, Dark: true}},
		{"phone-light", uitest.Screen{Width: 390, Height: 844, Touch: true}},
		{"phone-dark", uitest.Screen{Width: 390, Height: 844, Dark: true, Touch: true}},
		{"portrait-light", uitest.Screen{Width: 800, Height: 1280, Touch: true}},
	} {
		if s.screen.Dark && *shots == "" {
			continue // the same layout: only an eye can tell the difference
		}
		t.Run(s.name, func(t *testing.T) {
			phone := s.screen.Width <= 900
			b := newFakeBox(t)
			p := browser.Page(t, s.screen)
			p.Go(b.URL)
			p.See("Sign in")
			check(t, p, s.name+"-1-signin")
			b.evening()
			b.with(b.sits)
			p.Type("input[name=code]", signInCode)
			p.TapText("Sign in")
			p.See("Needs you")
			check(t, p, s.name+"-2-floor")

			p.Tap("[data-waitlist]")
			p.See("About 25 min by the tables")
			check(t, p, s.name+"-8-waitlist")
			p.Tap("[data-waitlist-seat]")
			p.See("Seat party 7, 4 guests")
			check(t, p, s.name+"-8-choosing")
			p.TapText("Cancel")
			p.Tap(`[data-table="4"]`) // to clear
			p.See("It is clear")
			closeSheet(p)
			p.Gone("It is clear")
			p.Tap(`[data-table="10"]`)
			p.Tap("[data-guests]")
			p.See("Split off 11")
			check(t, p, s.name+"-8-party")
			closeSheet(p)
			p.Gone("Split off 11")
			p.TapText("Back to the tables")
			p.Tap(`[data-table="16"]`)
			p.Tap("[data-guests]")
			p.See("Ana Ruiz")
			check(t, p, s.name+"-8-seat")
			closeSheet(p)
			p.Gone("Ana Ruiz")
			p.TapText("Back to the tables")
			b.with(func() { b.placed(); b.tell("venue.published", "") })
			if s.screen.Width > 900 {
				p.Wait(`document.querySelector(".plan-drawn") !== null`)
			}
			check(t, p, s.name+"-8-plan")

			p.Tap(`[data-table="12"]`)
			p.TapText("Tacos")
			for range 2 { // two of one line
				p.TapText("Carnitas")
			}
			p.TapText("Mains")
			p.TapText("Hanger steak")
			p.TapText("Burritos")
			p.TapText("Chicken Burrito")
			p.Wait(`document.querySelector(".sheet-photo")?.naturalWidth === 600`)
			for _, m := range []string{"Brown rice", "Corn tortilla", "Cheese", "Guacamole"} {
				p.TapText(m)
			}
			p.Type("input[name=note]", "no onions please")
			check(t, p, s.name+"-4-sheet")
			p.TapText("Done")
			p.Wait(`document.querySelector(".sheet") === null`)
			p.TapText("Tacos")
			check(t, p, s.name+"-3-order")
			if phone {
				p.Tap(".drawer")
				check(t, p, s.name+"-3-ticket")
			}

			b.goAway()
			p.See("Box is not answering")
			p.TapText("Send 4 when back")
			p.Wait(`document.querySelector(".band") !== null`)
			check(t, p, s.name+"-5-away")
			b.comeBack()
			p.Gone("Box is not answering")
			p.Wait(`document.querySelector(".mark-draft") === null`)

			p.TapText("Back to the")
			if phone {
				p.TapText("Back to the tables")
			}
			b.shine(light("box", "ok", ""), light("kitchen", "bad", "Bar printer, no paper"), light("hq", "warn", "214 waiting"))
			p.Tap(`[data-table="15"]`)
			if phone {
				p.Tap(".drawer")
			}
			p.See("The printer has no paper.")
			p.Tap(".lights-button")
			check(t, p, s.name+"-6-trouble")
			p.Tap(".popover-scrim")
			p.TapText("Cancel order")
			check(t, p, s.name+"-7-cancel")
		})
	}
}

func TestTroubleScreens(t *testing.T) {
	t.Parallel()
	site, err := web.Site()
	if err != nil {
		t.Fatal(err)
	}
	box := httptest.NewServer(web.Troubled(site, []web.Problem{
		{What: "printer “Grill” is set up wrong", Do: "Orders are safe. Ask a manager to choose the printer again under Printers."},
		{What: "its disk has only 40 MB left", Do: "Nothing was lost. Take the box off the backup job, or call for help: 555 0100."},
	}))
	defer box.Close()
	browser := uitest.Open(t)
	for _, dark := range []bool{false, true} {
		if dark && *shots == "" {
			continue
		}
		for _, width := range []int64{1280, 390} {
			p := browser.Page(t, uitest.Screen{Width: width, Height: 800, Dark: dark})
			p.Go(box.URL)
			p.See("The box runs, but printer “Grill” is set up wrong.")
			check(t, p, fmt.Sprintf("trouble-%d-dark-%t", width, dark))
		}
	}
}
