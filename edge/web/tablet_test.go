package web_test

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/edge/web"
	"github.com/tyngo/tyngo/sync/ui/uitest"
)

var shots = flag.String("shots", "", "write screenshots into this directory")

var tabletSize = uitest.Screen{Width: 1280, Height: 800}

// signedIn opens the page and signs in.
func signedIn(t testing.TB, browser *uitest.Browser, b *fakeBox, screen uitest.Screen) *uitest.Page {
	t.Helper()
	p := browser.Page(t, screen)
	p.Go(b.URL)
	p.Type("input[name=code]", "abcdefghjk")
	p.TapText("Sign in")
	p.Wait(`document.querySelector("[data-table]") !== null`)
	return p
}

// marks is the marks of the ticket's lines, top down.
const marks = `[...document.querySelectorAll(".ticket .mark")].map(m => m.dataset.mark).join(" ")`

func waitMarks(t testing.TB, p *uitest.Page, want string) {
	t.Helper()
	p.Wait(marks + ` === "` + want + `"`)
}

func TestTablet(t *testing.T) {
	t.Parallel()
	browser := uitest.Open(t)

	t.Run("AWrongCodeIsToldInWords", func(t *testing.T) {
		b := newFakeBox(t)
		p := browser.Page(t, tabletSize)
		p.Go(b.URL)
		p.Type("input[name=code]", "wrong")
		p.TapText("Sign in")
		p.See("A code has ten letters or digits")
		p.Type("input[name=code]", "wrong")
		p.TapText("Sign in")
		p.See("This code is wrong, too old or was used already.")
		p.Do(uitest.Clear("input[name=code]"))
		p.Type("input[name=code]", "tooooOFTEN")
		p.TapText("Sign in")
		p.See("Too many tries. Wait one minute")
		b.goAway()
		p.TapText("Sign in")
		p.See("No answer. Check that this device")
		b.comeBack()
		p.Do(uitest.Clear("input[name=code]"))
		p.Type("input[name=code]", "abcde-fghjk")
		p.TapText("Sign in")
		p.See("Needs you")
		p.TapText("Show who is signed in")
		p.TapText("Sign out")
		p.See("A manager gets a code")
	})

	t.Run("AnOrderGoesFromTheTabletToPaper", func(t *testing.T) {
		b := newFakeBox(t)
		p := signedIn(t, browser, b, tabletSize)
		p.Tap(`[data-table="5"]`)
		p.See("Nothing ordered yet. Tap a dish.")
		p.TapText("Burritos")
		p.TapText("Chicken Burrito")
		p.TapText("Guacamole")
		p.Wait(`document.querySelector(".adjust").getBoundingClientRect().bottom <= document.querySelector(".sheet-foot").getBoundingClientRect().top`) // in sight beside 37 others
		p.TapText("Black beans")
		p.See("choose 1 · 1 missing") // of the tortillas
		p.TapText("Corn tortilla")
		p.Gone("missing")
		p.Type("input[name=note]", "no onions please")
		p.Tap(`.sheet-foot [aria-label="One more"]`)
		p.See("$22.50") // 2 x (8.75 + 2.50)
		p.TapText("Done")
		p.Wait(`document.querySelector(".sheet") === null`)
		p.Type("[data-search]", "horch")
		p.TapText("Horchata")
		p.See("Send 3")
		waitMarks(t, p, "draft draft")

		p.TapText("Send 3")
		waitMarks(t, p, "safe safe")
		p.See("Order 214")
		p.See("waits for the printer")
		b.print("printed", "")
		waitMarks(t, p, "paper paper")
		p.See("$23.27") // (2 x 8.75 + 4.00) and tax, as the box says: the screen had guessed otherwise

		b.with(func() {
			o := b.orders[0]
			if o.table != 5.0 {
				t.Errorf("table %v", o.table)
			}
			if got := o.lines[0]["modifications"]; !reflect.DeepEqual(got, []string{"Guacamole", "Black beans", "Corn tortilla", "no onions please"}) {
				t.Errorf("modifications %v", got)
			}
			if want := []string{"order.open", "order.add_lines", "order.send"}; !reflect.DeepEqual(b.taken, want) {
				t.Errorf("the box did %v", b.taken)
			}
		})

		// A second round goes to the same order, and its lines wait for their own ticket.
		p.Do(uitest.Clear("[data-search]"))
		p.TapText("Sides")
		p.TapText("Plantains")
		p.TapText("Send 1")
		waitMarks(t, p, "paper paper safe")
		b.print("printed", "")
		waitMarks(t, p, "paper paper paper")
	})

	t.Run("AnOrderMovesOnAndOnlyLegally", func(t *testing.T) {
		b := newFakeBox(t)
		p := signedIn(t, browser, b, tabletSize)
		order(p, "12", "Mains", "Hanger steak")
		p.See("Placed")
		for _, step := range []struct{ button, status string }{{"Start cooking", "preparing"}, {"Mark ready", "ready"}, {"Mark served", "served"}} {
			p.Tap(".steps .btn")
			p.Wait(`document.querySelector("[data-status]").dataset.status === "` + step.status + `"`)
		}
		p.Wait(`document.querySelector(".steps") === null`)
		p.TapText("Back to the tables")
		p.Wait(`document.querySelector('[data-table="12"]').classList.contains("is-free")`)

		order(p, "14", "Mains", "Enchiladas")
		p.TapText("Cancel order")
		p.See("Cancel order 215?")
		p.Tap(".btn-danger-solid")
		p.Wait(`document.querySelector("[data-status]").dataset.status === "cancelled"`)

		// Somebody else was faster: the refusal is told in words.
		order(p, "15", "Mains", "Enchiladas")
		b.with(func() { b.orders[2].moved = "ready" })
		p.TapText("Start cooking")
		p.See("An order that is ready cannot become preparing.")
	})

	t.Run("NothingIsLostOrDoubledWhileTheBoxIsAway", func(t *testing.T) {
		b := newFakeBox(t)
		p := signedIn(t, browser, b, tabletSize)
		p.Tap(`[data-table="7"]`)
		p.TapText("Mains")
		p.TapText("Hanger steak")
		p.TapText("Half chicken")
		b.goAway()
		p.See("Box is not answering, since")
		p.TapText("Send 2 when back")
		waitMarks(t, p, "draft draft")
		p.See("Not sent: 2 dishes")
		p.See("They stay here and send by themselves.")
		p.Wait(`document.querySelector("[data-send]").innerText.includes("Sends when back")`)
		p.TapText("Back to the tables")
		p.See("2 dishes wait for the box")

		b.with(func() { b.deaf = 2 }) // back, but two answers get lost after the work was done
		b.comeBack()
		p.Gone("Box is not answering")
		p.Tap(`[data-table="7"]`)
		waitMarks(t, p, "safe safe")
		b.print("printed", "")
		waitMarks(t, p, "paper paper")

		b.with(func() {
			if len(b.orders) != 1 || len(b.orders[0].lines) != 2 {
				t.Errorf("%d orders", len(b.orders))
			}
			if want := []string{"order.open", "order.add_lines", "order.send"}; !reflect.DeepEqual(b.taken, want) {
				t.Errorf("the box did %v", b.taken)
			}
			ids := map[string]int{}
			for _, post := range b.posts {
				for _, id := range post {
					ids[id]++
				}
			}
			if len(ids) != 3 || len(b.posts) < 5 {
				t.Errorf("three commands and two lost answers: ids %v in %d requests", ids, len(b.posts))
			}
		})
	})

	t.Run("WhatTheBoxRefusesComesBackWithWords", func(t *testing.T) {
		b := newFakeBox(t)
		p := signedIn(t, browser, b, tabletSize)
		b.with(func() {
			b.soldOut[b.menu["categories"].([]object)[5]["items"].([]string)[3]] = "is sold out"
			b.notNow["order.add_lines"] = 2 // and the disk is full for a moment: that is no refusal
		})
		p.Tap(`[data-table="3"]`)
		p.TapText("Mains")
		p.TapText("Hanger steak")
		p.TapText("Fish of the day")
		p.TapText("Send 2")
		p.See("Fish of the day is sold out.")
		waitMarks(t, p, "draft problem")
		p.Tap(`.has-problem button`)
		p.Tap(`.sheet-foot .btn-quiet`)
		p.TapText("Send 1")
		waitMarks(t, p, "safe")
		b.with(func() {
			if want := []string{"order.open", "order.add_lines", "order.send"}; !reflect.DeepEqual(b.taken, want) {
				t.Errorf("the box did %v", b.taken)
			}
		})
	})

	t.Run("ALostSessionLosesNoDish", func(t *testing.T) {
		b := newFakeBox(t)
		p := signedIn(t, browser, b, tabletSize)
		p.Tap(`[data-table="3"]`)
		p.TapText("Mains")
		p.TapText("Hanger steak")
		p.TapText("Enchiladas")
		b.with(func() { b.strangers = true })
		p.TapText("Send 2")
		p.See("2 dishes are on this tablet and not sent.")
		p.Type("input[name=code]", signInCode)
		p.TapText("Sign in")
		waitMarks(t, p, "safe safe")
		b.with(func() {
			if want := []string{"order.open", "order.add_lines", "order.send"}; !reflect.DeepEqual(b.taken, want) {
				t.Errorf("the box did %v", b.taken)
			}
		})
	})

	t.Run("LinesThatTheKitchenDidNotGetAreSentAgain", func(t *testing.T) {
		b := newFakeBox(t)
		p := signedIn(t, browser, b, tabletSize)
		b.with(func() { b.noSend = "No station cooks this." })
		p.Tap(`[data-table="3"]`)
		p.TapText("Mains")
		p.TapText("Hanger steak")
		p.TapText("Send 1")
		waitMarks(t, p, "problem problem") // the line's, and that of the words
		p.See("No station cooks this.")
		p.See("Safe on the box, not in the kitchen yet.")
		p.TapText("Send again")
		waitMarks(t, p, "safe")
		b.print("printed", "")
		waitMarks(t, p, "paper")
	})

	t.Run("AnOrderClosedElsewhereLeavesItsUnsentDishesHere", func(t *testing.T) {
		b := newFakeBox(t)
		p := signedIn(t, browser, b, tabletSize)
		order(p, "6", "Mains", "Hanger steak")
		p.TapText("Enchiladas")
		p.See("Send 1")
		b.with(func() {
			b.orders[0].status = "cancelled"
			b.tell("order.status_changed", b.orders[0].id)
		})
		p.Wait(`document.querySelector(".strip .chosen").innerText.trim() === "New"`)
		p.TapText("Send 1")
		waitMarks(t, p, "safe")
		p.See("Order 215")
	})

	t.Run("PrinterTroubleIsToldOnTheLineAndTheFloor", func(t *testing.T) {
		b := newFakeBox(t)
		p := signedIn(t, browser, b, tabletSize)
		order(p, "4", "Sides", "Rice")
		b.print("queued", "The printer has no paper. Put in a new roll.")
		waitMarks(t, p, "problem problem")
		p.See("Not printed at Hot line. Nothing was lost.")
		b.shine(light("box", "ok", ""), light("kitchen", "bad", "Grill printer, no paper"), light("hq", "warn", "214 waiting"))
		p.See("Kitchen: Grill printer, no paper")
		p.See("HQ: 214 waiting")
		p.TapText("Back to the tables")
		p.Wait(`document.querySelector('[data-table="4"]').classList.contains("in-trouble")`)
		p.See("Not printed at Hot line. Nothing was lost.")
		b.print("printed", "")
		p.Wait(`!document.querySelector('[data-table="4"]').classList.contains("in-trouble")`)
	})

	t.Run("AnotherTabletsOrderAppears", func(t *testing.T) {
		b := newFakeBox(t)
		one := signedIn(t, browser, b, tabletSize)
		two := signedIn(t, browser, b, uitest.Screen{Width: 390, Height: 844, Touch: true})
		order(one, "9", "Sides", "Rice")
		two.Wait(`document.querySelector('[data-table="9"]').classList.contains("is-placed")`)
		two.Tap(`[data-table="9"]`)
		two.Tap(".drawer")
		two.See("Order 214")
	})
}

// order sends one dish from a table, from the floor or from another table.
func order(p *uitest.Page, table, category, dish string) {
	p.Do(uitest.Script(`document.querySelector('[aria-label="Back to the tables"]')?.click()`))
	p.Tap(`[data-table="` + table + `"]`)
	p.TapText(category)
	p.TapText(dish)
	p.TapText("Send 1")
	p.Wait(`document.querySelector("[data-status]") !== null`)
}

func TestTroublePage(t *testing.T) {
	t.Parallel()
	site, err := web.Site()
	if err != nil {
		t.Fatal(err)
	}
	box := web.Troubled(site, []web.Problem{{What: `printer "Grill" is set up wrong`, Do: "Orders are safe. Ask a manager to choose the printer again."}})
	w := httptest.NewRecorder()
	box.ServeHTTP(w, httptest.NewRequest("GET", "/anything", nil))
	for _, want := range []string{"The box runs, but printer &#34;Grill&#34; is set up wrong.", "Orders are safe."} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || w.Header().Get("Content-Security-Policy") == "" {
		t.Errorf("status %d, headers %v", w.Code, w.Header())
	}
}

func TestModules(t *testing.T) {
	uitest.Node(t, "tablet")
	uitest.Node(t, "audit")
	uitest.Node(t, "people")
}

func TestTypes(t *testing.T) {
	uitest.Types(t, filepath.Join("tablet", "jsconfig.json"))
	uitest.Types(t, filepath.Join("audit", "jsconfig.json"))
	uitest.Types(t, filepath.Join("people", "jsconfig.json"))
	uitest.Types(t, filepath.Join("documents", "jsconfig.json"))
}

func TestWords(t *testing.T) {
	uitest.Words(t, "../../sync/ui/kit", "tablet")
	uitest.Words(t, "../../sync/ui/kit", "audit")
	uitest.Words(t, "../../sync/ui/kit", "people")
	uitest.Words(t, "../../sync/ui/kit", "documents")
}
