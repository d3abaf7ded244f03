package main

import (
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/ui/uitest"
)

// is waits until a table looks like this on a tablet.
func is(p *uitest.Page, table, what, words string) {
	p.Wait(`(() => { const e = document.querySelector('[data-table="` + table + `"]');
		return e.classList.contains("is-` + what + `") && e.innerText.replaceAll("\n", " ").includes("` + words + `"); })()`)
}

func toFloor(p *uitest.Page) {
	p.TapText("Back to the tables")
	p.Wait(`document.querySelector("[data-table]") !== null`)
}

// sheet opens the sheet of a table.
func sheet(p *uitest.Page, table string) {
	p.Tap(`[data-table="` + table + `"]`)
	p.Tap("[data-guests]")
	p.Wait(`document.activeElement.closest(".sheet") !== null`)
}

// TestTwoTabletsSeeOneRoom: what one waiter does at a table, the other sees at once; who
// is second is told in words.
func TestTwoTabletsSeeOneRoom(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if a := h.Do("PUT", "/api/v1/people/0198f000-0000-7000-8000-00000000e001", `{"name":"Ana Ruiz","role":"server","active":true}`); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	browser := openBrowser(t)
	one, two := h.tablet(browser, "Tablet 1", tabletScreen), h.tablet(browser, "Tablet 2", tabletScreen)

	// Guests sit down: three taps, the server named.
	sheet(one, "12")
	one.Tap(`[data-covers="3"]`)
	one.TapText("Ana Ruiz")
	one.Tap("[data-seat]")
	one.Wait(`document.querySelector("[data-guests]").innerText.includes("3")`)
	is(two, "12", "seated", "3")
	two.Wait(`document.querySelector('[data-table="12"] .table-server').innerText === "AR"`)

	// They order, and the other tablet sees that the kitchen has it.
	bowlAndChips(one)
	one.TapText("Send 2")
	waitMarks(t, one, "paper paper")
	is(two, "12", "placed", "Placed")

	// The second waiter joins the next table, and takes it away again.
	sheet(two, "12")
	two.Tap("[data-join]")
	two.See("Join Table 12 with another table")
	two.Tap(`[data-table="B4"]`)
	is(two, "B4", "placed", "12")
	toFloor(one)
	is(one, "B4", "placed", "12")
	sheet(one, "12")
	one.Tap(`[data-split="B4"]`)
	one.Tap(`[data-covers="0"]`)
	one.Tap("[data-split-go]")
	toFloor(one)
	is(two, "B4", "dirty", "To clear")
	two.Tap(`[data-table="B4"]`)
	two.Tap("[data-clear]")
	is(one, "B4", "free", "Seats 1")

	// All of them move; the kitchen gets a slip.
	sheet(one, "12")
	one.Tap("[data-move]")
	one.Tap(`[data-table="1"]`)
	is(one, "1", "placed", "Placed")
	is(two, "1", "placed", "3")
	is(two, "12", "dirty", "To clear")
	h.Until("the slip is out", func() bool {
		for _, s := range h.Hot.Slips() {
			if strings.Contains(s.Text, "MOVED") && strings.Contains(s.Text, "TABLE 1") && strings.Contains(s.Text, "was at 12") {
				return true
			}
		}
		return false
	})

	// Two hosts seat one table: the box says who was second.
	two.Tap(`[data-table="B4"]`)
	two.Tap("[data-guests]")
	two.Wait(`document.activeElement.closest(".sheet") !== null`)
	sheet(one, "B4")
	one.Tap("[data-seat]")
	one.Wait(`document.querySelector("[data-guests]").innerText.includes("1")`)
	two.Wait(`document.querySelector("[data-leave]") !== null`) // its sheet follows
	two.Key(uitest.Escape)
	two.Wait(`document.querySelector(".sheet") === null`)

	// Guests wait, and are seated at the table that was cleared.
	toFloor(one)
	one.Tap("[data-waitlist]")
	one.Tap(`[data-covers="4"]`)
	one.Type("input[data-guest=name]", "Anita Núñez")
	one.Type("input[data-guest=phone]", "+1 312 555 0177")
	one.Tap("[data-waitlist-add]")
	one.Wait(`document.querySelector('[data-waiting="1"]') !== null`)
	one.Key(uitest.Escape)
	one.Wait(`document.querySelector(".sheet") === null`)
	one.Tap(`[data-table="12"]`)
	one.Tap("[data-clear]")
	toFloor(two)
	is(two, "12", "free", "Seats 4")
	two.Tap("[data-waitlist]")
	two.See("Anita Núñez")
	two.Type("input[data-guest=name]", "nunez") // who comes again is known
	two.Tap("[data-guest-found]")
	two.See("Has been here before.")
	two.Tap("[data-waitlist-seat]")
	two.See("Seat party 1, 4 guests")
	two.Tap(`[data-table="12"]`)
	is(one, "12", "seated", "4")
	is(two, "12", "seated", "4")
}

// TestATableIsSeatedWithNoBoxInReach: the wish waits on the tablet and is done once.
func TestATableIsSeatedWithNoBoxInReach(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	browser := openBrowser(t)
	p := h.tablet(browser, "Tablet 1", tabletScreen)
	sheet(p, "12")
	h.stop()
	p.See("Box is not answering")
	p.Tap("[data-seat]")
	toFloor(p)
	is(p, "12", "seated", "4")
	h.deaf.Store(1) // back, but the answer gets lost after the work was done
	h.start()
	p.Gone("Box is not answering")
	h.Until("they sit", func() bool {
		return strings.Contains(string(h.Do("GET", "/api/v1/floor", "").Body), `"state":"seated"`)
	})
	p.Wait(`document.querySelector('[data-table="12"]').classList.contains("is-seated")`)
	if a := h.Do("GET", "/api/v1/audit?type=table.seated", ""); strings.Count(string(a.Body), `"type":"table.seated"`) != 1 {
		t.Errorf("%s", a.Body)
	}
}

// TestAServerSeesWhichTablesAreTheirs: whoever stands at the tablet serves who is seated
// there; a long press on a table opens its sheet.
func TestAServerSeesWhichTablesAreTheirs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const ana = "/api/v1/people/0198f000-0000-7000-8000-00000000e001"
	if a := h.Do("PUT", ana, `{"name":"Ana Ruiz","role":"server","active":true}`); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if a := h.Do("PUT", ana+"/pin", `{"pin":"8302"}`); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if a := h.Do("POST", "/api/v1/parties", `{"tables":["1"],"covers":2}`); a.Status != 201 { // nobody's
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	browser := openBrowser(t)
	p := h.tablet(browser, "Tablet 1", tabletScreen)
	if n := uitest.Await[int](p, `fetch("`+ana+`/enter", {method: "POST", headers: {"Content-Type": "application/json"}, body: '{"pin":"8302"}'}).then(r => r.status)`); n != 204 {
		t.Fatalf("the PIN: %d", n)
	}
	p.Reload()
	p.Wait(`document.querySelector('[data-table="12"]') !== null`)
	p.Do(uitest.Script(`document.querySelector('[data-table="12"]').dispatchEvent(new PointerEvent("pointerdown", {bubbles: true}))`))
	p.Wait(`document.activeElement.closest(".sheet") !== null`)
	p.Tap("[data-seat]")
	is(p, "12", "seated", "AR")
	p.TapText("Mine")
	p.Wait(`[...document.querySelectorAll(".only-mine .not-mine")].map(e => e.dataset.table).join() === "1"`)

	// Two parties become one when somebody says so twice.
	sheet(p, "12")
	p.Tap("[data-join]")
	p.Tap(`[data-table="1"]`)
	p.See("Join table 12 with table 1?")
	p.Tap("[data-join-go]")
	is(p, "1", "seated", "6")
	is(p, "12", "seated", "6")
}
