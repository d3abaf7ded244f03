package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/ui/uitest"
)

var shots = flag.String("shots", "", "write screenshots into this directory")

// documentsPage signs a page in at head office and opens the documents.
func (r *restaurant) documentsPage(browser *uitest.Browser, screen uitest.Screen) *uitest.Page {
	r.t.Helper()
	code, err := r.cloud.Code(r.ctx, "Ana")
	check(r.t, err)
	p := browser.Page(r.t, screen)
	p.Go(r.cloud.HQ + "/documents?restaurant=" + r.claim.RestaurantID)
	p.Type("input[name=code]", strings.ReplaceAll(strings.ToLower(code), "-", ""))
	p.TapText("Sign in")
	p.Wait(`document.querySelector("[data-kind=menu] .versions") !== null`)
	return p
}

// pick chooses a file for a kind, as a person does in the browser's own dialogue.
func pick(p *uitest.Page, kind, name string, body []byte) {
	text, err := json.Marshal(string(body))
	if err != nil {
		panic(err) // a string always encodes
	}
	p.Do(uitest.Script(fmt.Sprintf(`(() => {
		const input = document.querySelector("[data-kind=%s] input[type=file]"), list = new DataTransfer();
		list.items.add(new File([%s], %q, {type: "application/json"}));
		input.files = list.files;
		input.dispatchEvent(new Event("change", {bubbles: true}));
	})()`, kind, text, name)))
}

// menuOnBox is the menu in force on the box.
func (r *restaurant) menuOnBox() []byte {
	r.t.Helper()
	_, raw, err := r.client.Do(r.ctx, "GET", "/api/v1/menu/document", nil)
	check(r.t, err)
	return raw
}

func TestHeadOfficePublishesFromItsPage(t *testing.T) {
	browser := uitest.Open(t)
	r := start(t)
	p := r.documentsPage(browser, uitest.Screen{Width: 1440, Height: 900})
	owner := func(kind, who string) {
		t.Helper()
		p.Wait(fmt.Sprintf(`document.querySelector("[data-kind=%s] [data-owner=%s]") !== null`, kind, who))
	}
	shot := func(name string) {
		t.Helper()
		if wide := uitest.Eval[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
			t.Errorf("%s is %d wider than the screen", name, wide)
		}
		p.Shot(*shots, "documents-"+name)
	}

	// What the restaurant owns is shown, and how it could be given away; it cannot be published here.
	owner("menu", "box")
	owner("venue", "box")
	p.See("from the restaurant")
	p.See("a manager gives it to head office at the box")
	if n := uitest.Eval[int](p, `document.querySelectorAll("input[type=file]").length`); n != 0 {
		t.Errorf("%d files could be published over the restaurant", n)
	}
	if sum := uitest.Await[string](p, `(async () => { const a = document.querySelector("[data-kind=menu] a[download]"); return await (await fetch(a.href)).text() })()`); sum != string(r.menuOnBox()) {
		t.Error("what is downloaded is not what is in force")
	}
	shot("1-theirs")

	// A manager gives the menu away, on the box's own page.
	r.giveOnPage(browser)
	owner("menu", "hq")
	p.See("Head office's")
	shot("2-ours")

	// Every mistake, with its line.
	menu := r.menuOnBox()
	var wrong map[string]any
	check(t, json.Unmarshal(menu, &wrong))
	for i, edit := range []func(item map[string]any){func(i map[string]any) { i["name"] = "" }, func(i map[string]any) { i["price"] = -1 }, func(i map[string]any) { i["prep_minutes"] = -5 }} {
		edit(wrong["items"].([]any)[i].(map[string]any))
	}
	bad, err := json.MarshalIndent(wrong, "", " ")
	check(t, err)
	pick(p, "menu", "bad.json", bad)
	p.See("Nothing is changed.")
	p.Wait(`document.querySelectorAll(".mistakes li").length >= 3`)
	p.Wait(`[...document.querySelectorAll(".mistakes li")].some(li => /line \d+/.test(li.textContent))`)
	shot("3-mistakes")
	p.TapText("Publish to 1 box")
	p.See("Mend the file first")
	p.Key(uitest.Escape)
	p.Wait(`document.querySelector(".mistakes") === null`)

	// What it would change, and nothing until somebody says so.
	pick(p, "menu", "same.json", menu)
	p.See("This is what is in force already.")
	p.TapText("Cancel")
	p.Wait(`document.querySelector(".publish") === null`)
	var m map[string]any
	check(t, json.Unmarshal(menu, &m))
	first := m["items"].([]any)[0].(map[string]any)
	first["name"] = "Bowl of head office"
	m["items"] = append(m["items"].([]any), map[string]any{"id": "0198f000-0000-7000-8000-00000000f00d", "name": "Special of the day", "price": 14.5})
	good, err := json.MarshalIndent(m, "", " ")
	check(t, err)
	pick(p, "menu", "spring.json", good)
	p.See("4 changes") // of a new dish: its id, its name, its price
	p.See("items[Special of the day].price")
	p.See("Bowl of head office")
	p.See("Special of the day")
	shot("4-changes")
	if !bytes.Equal(r.menuOnBox(), menu) {
		t.Error("a check changed the menu")
	}
	publish := func() {
		t.Helper()
		p.TapText("Publish to 1 box")
		p.Wait(`document.querySelector(".publish") === null && document.querySelector("[data-kind=menu] [data-standing=arrived]") !== null`)
	}
	publish()
	if !bytes.Equal(r.menuOnBox(), good) {
		t.Error("the box has another menu than head office published")
	}
	p.See("from head office")
	shot("5-arrived")
	r.publishTable(p, shot, publish)

	// A box that is away gets it when it is back.
	r.whole.Line.Cut()
	check(t, json.Unmarshal(r.menuOnBox(), &m))
	m["items"].([]any)[0].(map[string]any)["name"] = "Bowl of the evening"
	later, err := json.Marshal(m)
	check(t, err)
	r.until("head office sees that the box is away", 60*time.Second, func() error {
		var today struct {
			Restaurants []struct{ Boxes []struct{ State string } }
		}
		err := r.office.Get(r.ctx, "/api/v1/today", &today)
		if err == nil && today.Restaurants[0].Boxes[0].State != "dark" {
			err = fmt.Errorf("it is %s", today.Restaurants[0].Boxes[0].State)
		}
		return err
	})
	p.Reload() // the page asks every two seconds; a tap may come before
	p.Wait(`document.querySelector("[data-kind=menu] input[type=file]") !== null`)
	pick(p, "menu", "evening.json", later)
	p.See("1 box is away")
	p.TapText("Publish to 1 box")
	p.Wait(`document.querySelector("[data-kind=menu] [data-standing=dark]") !== null`)
	p.See("Goes when the box is back")
	shot("6-away")
	r.whole.Line.Mend()
	p.Wait(`document.querySelector("[data-kind=menu] [data-standing=arrived]") !== null`)
	if !bytes.Equal(r.menuOnBox(), later) {
		t.Error("the box has another menu than head office published while it was away")
	}

	// By keyboard.
	p.TabTo("select")
	p.TabTo("[data-kind=menu] input[type=file]")

	for _, size := range [][2]int64{{1440, 900}, {390, 844}} {
		q := r.documentsPage(browser, uitest.Screen{Width: size[0], Height: size[1], Dark: true, Touch: size[0] < 700})
		if wide := uitest.Eval[int](q, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
			t.Errorf("at %d it is %d wider than the screen", size[0], wide)
		}
		q.Shot(*shots, fmt.Sprintf("documents-7-dark-%d", size[0]))
		pick(q, "menu", "spring.json", good)
		q.See("2 changes") // the name, and the price that came with the table
		q.Shot(*shots, fmt.Sprintf("documents-8-dark-%d-changes", size[0]))
	}
}

// publishTable changes a price in a spreadsheet of the dishes: mistakes are said by line,
// what would change is seen first, and what has no column stays.
func (r *restaurant) publishTable(p *uitest.Page, shot func(string), publish func()) {
	t := r.t
	t.Helper()
	raw := uitest.Await[string](p, `(async () => { const a = document.querySelector("[data-kind=menu] a[download$=csv]"); return await (await fetch(a.href)).text() })()`)
	rows, err := csv.NewReader(strings.NewReader(raw)).ReadAll()
	check(t, err)
	table := func(price string) []byte {
		var b bytes.Buffer
		rows[1][2] = price
		check(t, csv.NewWriter(&b).WriteAll(rows))
		return b.Bytes()
	}
	pick(p, "menu", "items.csv", table("cheap"))
	p.See("line 2: ")
	shot("5-table-mistakes")
	p.Key(uitest.Escape)
	p.Wait(`document.querySelector(".mistakes") === null`)
	before := r.menuOnBox()
	pick(p, "menu", "items.csv", table("19.75"))
	p.See("1 change")
	p.See("items[Bowl of head office].price")
	shot("5-table-changes")
	publish()
	var was, now map[string]any
	check(t, json.Unmarshal(before, &was))
	check(t, json.Unmarshal(r.menuOnBox(), &now))
	was["items"].([]any)[0].(map[string]any)["price"] = 19.75
	if !reflect.DeepEqual(was, now) {
		t.Error("the table changed more of the menu than the price")
	}
}

// giveOnPage gives the menu to head office on the box's own page: what would change is
// looked at first, and again where head office offers another one meanwhile.
func (r *restaurant) giveOnPage(browser *uitest.Browser) {
	t := r.t
	t.Helper()
	r.boxPage(browser, "/documents", "server", uitest.Screen{Width: 390, Height: 844, Touch: true}).See("Only a manager sees this page.")
	p := r.boxPage(browser, "/documents", "manager", uitest.Screen{Width: 1280, Height: 800, Touch: true})
	shot := func(name string) {
		t.Helper()
		if wide := uitest.Eval[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
			t.Errorf("%s is %d wider than the screen", name, wide)
		}
		p.Shot(*shots, "give-"+name)
	}
	p.Wait(`document.querySelectorAll("[data-owner=box]").length === 3 && document.querySelectorAll("[data-give]").length === 4`)
	var m map[string]any
	check(t, json.Unmarshal(r.menuOnBox(), &m))
	offer := func(name string) {
		t.Helper()
		m["items"].([]any)[0].(map[string]any)["name"] = name
		r.answered(r.ask("/documents/menu", m)[0], "refused", "not_owner")
		r.until(name+" is on the box", 10*time.Second, func() error {
			status, raw, err := r.client.Do(r.ctx, "GET", "/api/v1/documents", nil)
			if err == nil && !bytes.Contains(raw, []byte(name)) {
				err = fmt.Errorf("%d %s", status, raw)
			}
			return err
		})
	}
	offer("Bowl of spring")
	p.See("Head office offers another one, with 1 change")
	shot("1-offer")
	p.Tap("[data-kind=menu] [data-give=hq]")
	p.See("Head office's comes in force at once, with 1 change.")
	p.See("Bowl of spring")
	offer("Bowl of summer")
	p.Tap(".sheet .btn-ink")
	p.See("Head office offers another one meanwhile. Look at its changes again.")
	p.See("Bowl of summer")
	shot("2-another")
	if bytes.Contains(r.menuOnBox(), []byte("Bowl of s")) {
		t.Error("what nobody looked at came in force")
	}
	p.Tap(".sheet .btn-ink")
	p.Wait(`document.querySelector("[data-kind=menu]").dataset.owner === "hq" && document.querySelector(".sheet") === null`)
	if !bytes.Contains(r.menuOnBox(), []byte("Bowl of summer")) {
		t.Error("what was looked at did not come in force")
	}
	shot("3-given")
	p.Tap("[data-kind=menu] [data-give=pos]")
	p.See("What is in force stays in force.")
	if *shots != "" { // the same page: only an eye can tell the difference
		q := r.boxPage(browser, "/documents", "manager", uitest.Screen{Width: 390, Height: 844, Dark: true, Touch: true})
		q.Wait(`document.querySelector("[data-owner=hq]") !== null`)
		q.Shot(*shots, "give-4-dark-390")
	}
}
