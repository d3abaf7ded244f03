package main

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/ui/uitest"
)

// choiceID is the id of a thing on the menu of choices.
func choiceID(n string) string { return "0198f000-0000-7000-8000-0000000005" + n }

// choices is a menu on which there is much to choose: a set menu, groups within groups,
// what is free, what can be had twice, another price to take away, another language.
var choices = `{"currency":"USD","languages":["es"],
 "price_levels":[{"name":"To go","types":["takeaway"]}],
 "categories":[{"name":"Burgers","names":{"es":"Hamburguesas"}},{"name":"Deals"}],
 "items":[
  {"id":"` + choiceID("01") + `","name":"Burger","names":{"es":"Hamburguesa"},"price":12,"prices":{"To go":11},"category":"Burgers","station":"Hot line","allergens":["wheat","sesame"],"modifier_groups":["Toppings","Cooked"]},
  {"id":"` + choiceID("02") + `","name":"Soup","names":{"es":"Sopa de jalapeño"},"price":6,"category":"Burgers","station":"Hot line"},
  {"id":"` + choiceID("03") + `","name":"Cola","price":3,"category":"Burgers","station":"Cold line"},
  {"id":"` + choiceID("04") + `","name":"Lemonade","price":4,"category":"Burgers","station":"Cold line"},
  {"id":"` + choiceID("05") + `","name":"Lunch","price":15,"category":"Deals","combo":[
   {"name":"Main","choices":[{"item":"` + choiceID("01") + `"},{"item":"` + choiceID("02") + `"}]},
   {"name":"Drinks","choose":2,"choices":[{"item":"` + choiceID("03") + `"},{"item":"` + choiceID("04") + `","price":1}]}]}],
 "modifier_groups":[
  {"name":"Cooked","min":1,"max":1,"modifiers":[{"id":"` + choiceID("11") + `","name":"Rare"},{"id":"` + choiceID("12") + `","name":"Medium","default":true}]},
  {"name":"Toppings","max":4,"free":1,"modifiers":[
   {"id":"` + choiceID("21") + `","name":"Bacon","price":1.50,"prices":{"To go":1.25},"extra":2,"most":2},
   {"id":"` + choiceID("22") + `","name":"Cheese","price":1,"most":1,"modifier_groups":["Kind of cheese"]},
   {"id":"` + choiceID("23") + `","name":"Pickles","price":0.50}]},
  {"name":"Kind of cheese","min":1,"max":1,"modifiers":[{"id":"` + choiceID("31") + `","name":"Cheddar","allergens":["milk"]},{"id":"` + choiceID("32") + `","name":"Blue","price":0.75}]}]}`

func dishOf(n string) string   { return `[data-item="` + choiceID(n) + `"]` }
func modifier(n string) string { return `[data-modifier="` + choiceID(n) + `"]` }
func taken(n string) string    { return `[data-choice="` + choiceID(n) + `"]` }

// says waits for the price of the sheet.
func says(p *uitest.Page, price string) {
	p.Wait(`document.querySelector(".sheet-price").innerText === "` + price + `"`)
}

func chose(p *uitest.Page) {
	p.TapText("Done")
	p.Wait(`document.querySelector(".sheet") === null`)
}

func TestWhatTheSheetSaysIsWhatTheBoxCharges(t *testing.T) {
	t.Parallel()
	browser := openBrowser(t)
	h := newHouse(t)
	h.publish("/api/v1/menu/document", choices)
	p := h.tablet(browser, "Tablet 1", tabletScreen)
	charged := func(number string) told {
		t.Helper()
		for _, o := range h.orders() {
			if o.Number == number {
				return o
			}
		}
		t.Fatalf("no order %s", number)
		return told{}
	}

	t.Run("ASetMenuIsChosenPartByPart", func(t *testing.T) {
		p.Tap(`[data-table="12"]`)
		p.TapText("Deals")
		p.TapText("Lunch")
		p.See("choose 2 · 2 missing")
		chose(p)
		p.See("Still to choose: Main, Drinks")
		p.TapText("Send 1")
		p.See("Lunch: choose Main, Drinks first.") // and nothing is sent
		p.Tap(".ticket-new .line button")

		p.Tap(taken("02")) // the soup, and then the burger after all
		p.Tap(taken("01"))
		p.Tap(taken("03"))
		p.See("choose 2 · 1 missing")
		p.Tap(taken("04"))
		says(p, "$16.00") // the lemonade costs one more
		p.Tap(taken("04"))
		p.See("Drinks: 2 at most. Take one off first.")
		p.Gone("Take one off first.") // it lies over the sheet

		p.Tap(modifier("22")) // cheese is the first of the toppings: free
		p.See("choose 1 · 1 missing")
		p.Tap(modifier("32"))
		says(p, "$16.75")
		p.Tap(modifier("21"))
		says(p, "$18.25")
		p.Tap(`.adjust [aria-label="One more"]`)
		says(p, "$19.75")
		p.Wait(`document.querySelector('.adjust [aria-label="One more"]').ariaDisabled === "true"`) // twice at most
		p.Tap(`.adjust [data-pre="extra"]`)
		says(p, "$20.75")
		p.Tap(`.sheet-foot [aria-label="One more"]`)
		says(p, "$41.50")
		chose(p)
		if n := len(h.orders()); n != 0 {
			t.Fatalf("%d orders before one was sent", n)
		}
		p.TapText("Send 2")
		waitMarks(t, p, "paper paper paper paper")
		o := charged("1")
		if o.TotalAmount != 41.50 {
			t.Errorf("the sheet said $41.50, the box charges %.2f", o.TotalAmount)
		}
		var names []string
		for _, i := range o.Items {
			names = append(names, i.Name)
		}
		if want := []string{"Lunch", "Burger", "Cola", "Lemonade"}; !reflect.DeepEqual(names, want) {
			t.Errorf("the box has %v", names)
		}
		if got, want := o.Items[1].Modifications, []string{"Cheese", "Blue", "2x extra Bacon", "Medium"}; !reflect.DeepEqual(got, want) {
			t.Errorf("the burger comes with %v", got)
		}
		if s := h.Hot.Slips()[0].Text; !strings.Contains(s, "Bacon") || !strings.Contains(s, "Blue") {
			t.Errorf("the hot line reads:\n%s", s)
		}
	})

	t.Run("SomethingIsLeftAwayAndTheGroupTakesNoMore", func(t *testing.T) {
		p.TapText("New")
		p.TapText("Burgers")
		p.Tap(dishOf("01"))
		says(p, "$12.00")
		p.Tap(modifier("23"))
		says(p, "$12.00") // the first is free
		p.Tap(`.adjust [data-pre="no"]`)
		p.Tap(modifier("21"))
		says(p, "$12.00")
		p.Tap(`.adjust [aria-label="One more"]`)
		says(p, "$13.50")
		p.Tap(modifier("11"))
		p.Tap(modifier("22"))
		p.Tap(modifier("31"))
		says(p, "$14.50")
		p.Tap(modifier("23")) // once more: how it is had
		p.Tap(`.adjust [data-pre="side"]`)
		says(p, "$16.00") // pickles were chosen first, so they are free, and the bacon is not
		p.Tap(modifier("23"))
		p.Wait(`document.querySelector('` + modifier("23") + `').ariaPressed === "false"`)
		p.Tap(modifier("23"))
		says(p, "$15.00") // the last one is not free
		chose(p)
		p.TapText("Send 1")
		waitMarks(t, p, "paper")
		if o := charged("2"); o.TotalAmount != 15 || !reflect.DeepEqual(o.Items[0].Modifications, []string{"2x Bacon", "Cheese", "Cheddar", "Pickles", "Rare"}) {
			t.Errorf("the sheet said $15.00, the box %+v", o)
		}
	})

	t.Run("TakeawayIsAtItsOwnPrices", func(t *testing.T) {
		p.TapText("Back to the tables")
		p.TapText("New takeaway")
		p.TapText("Burgers")
		p.See("$11.00")
		p.Tap(dishOf("01"))
		p.Tap(modifier("22"))
		p.Tap(modifier("31"))
		p.Tap(modifier("21"))
		says(p, "$12.25")
		chose(p)
		p.TapText("Send 1")
		waitMarks(t, p, "paper")
		if o := charged("3"); o.TotalAmount != 12.25 {
			t.Errorf("the sheet said $12.25, the box charges %.2f", o.TotalAmount)
		}
	})
}

func TestTheLanguageOfTheDishesIsChosenAndRemembered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.publish("/api/v1/menu/document", choices)
	p := h.tablet(openBrowser(t), "Tablet 1", tabletScreen)
	p.TapText("Show who is signed in")
	p.Tap(`[data-language="es"]`)
	p.Tap(".popover-scrim")
	p.Reload()
	p.Tap(`[data-table="12"]`)
	p.TapText("Hamburguesas")
	p.Tap(dishOf("01"))
	chose(p)
	p.TapText("Send 1")
	waitMarks(t, p, "paper")
	if s := h.Hot.Slips()[0].Text; !strings.Contains(s, "Burger") {
		t.Errorf("the kitchen reads:\n%s", s) // its own words
	}
}

// TestADishIsFoundInEveryLanguageAndSaysItsAllergensInTheOneChosen: those of what is
// chosen, too.
func TestADishIsFoundInEveryLanguageAndSaysItsAllergensInTheOneChosen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.publish("/api/v1/menu/document", choices)
	p := h.tablet(openBrowser(t), "Tablet 1", tabletScreen)
	allergens := func(want string) {
		t.Helper()
		p.Wait(`document.querySelector(".allergens")?.innerText.replace(/\s+/g, " ").trim() === "` + want + `"`)
	}
	p.Tap(`[data-table="12"]`)
	find := func(typed, dish string) {
		t.Helper()
		if uitest.Eval[bool](p, `document.querySelector(".search-clear") !== null`) {
			p.Tap(".search-clear")
		}
		p.Type(".search input", typed)
		p.Wait(`[...document.querySelectorAll(".dish-grid [data-item]")].map((e) => e.dataset.item).join() === "` + choiceID(dish) + `"`)
	}
	find("JALAPENO", "02") // its name in Spanish, without the accent
	p.Tap(dishOf("02"))
	p.Tap(".ticket-new .line button")
	allergens("No allergens are noted for this dish.")
	p.TapText("Remove")
	find("hambur", "01")
	p.Tap(dishOf("01"))
	allergens("Allergens: wheat, sesame")
	p.Tap(modifier("22"))
	p.Tap(modifier("31"))
	allergens("Allergens: wheat, sesame, milk")
	p.Shot(*shots, "allergens-1")
	chose(p)
	p.TapText("Show who is signed in")
	p.Tap(`[data-language="es"]`)
	p.Tap(".popover-scrim")
	find("burger", "01") // as the menu is written
	p.Tap(".ticket-new .line button")
	allergens("Allergens: trigo, sésamo, leche")
	p.Shot(*shots, "allergens-2")
}

func TestChoicesStayUnderTheFinger(t *testing.T) {
	t.Parallel()
	browser := openBrowser(t)
	for name, screen := range map[string]uitest.Screen{"choices-tablet": tabletScreen, "choices-phone": phoneScreen, "choices-dark": dark(tabletScreen)} {
		if screen.Dark && *shots == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.publish("/api/v1/menu/document", choices)
			p := h.tablet(browser, name, screen)
			p.Tap(`[data-table="12"]`)
			p.TapText("Deals")
			p.TapText("Lunch")
			p.Wait(`document.querySelector(".sheet")?.getAnimations().every(a => a.playState === "finished")`) // it has risen
			p.Shot(*shots, name+"-1")
			for _, at := range []string{taken("01"), taken("03"), taken("04"), modifier("22"), modifier("32"), modifier("21"), `.adjust [data-pre="extra"]`, modifier("23")} {
				p.Do(uitest.Script(`document.querySelector('` + at + `').scrollIntoView({block: "center"})`))
				place := `Math.round(document.querySelector('` + at + `').getBoundingClientRect().top)`
				before := uitest.Eval[int](p, place)
				p.Tap(at)
				p.Wait(`document.querySelector('` + at + `').ariaPressed === "true"`)
				if after := uitest.Eval[int](p, place); after != before {
					t.Errorf("%s moved from %d to %d under the finger", at, before, after)
				}
				if wrong := p.Layout(); wrong != "" {
					t.Errorf("%s: %s", at, wrong)
				}
			}
			p.Shot(*shots, name+"-2")
			p.Do(uitest.Script(`document.querySelector(".sheet-body").scrollTo(0, 0)`))
			p.Shot(*shots, name+"-3")
		})
	}
}
