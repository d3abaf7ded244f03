package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/ui/uitest"
)

// boxPage signs in at the box, on one of its pages.
func (r *restaurant) boxPage(browser *uitest.Browser, path, role string, screen uitest.Screen) *uitest.Page {
	r.t.Helper()
	code, err := r.box.Code(r.ctx, role, "Office "+role)
	check(r.t, err)
	p := browser.Page(r.t, screen)
	p.Go(r.box.URL + path)
	p.Type("input[name=code]", strings.ReplaceAll(strings.ToLower(code), "-", ""))
	p.TapText("Sign in")
	return p
}

func TestAManagerReadsTheAudit(t *testing.T) {
	browser := uitest.Open(t)
	r := start(t)
	var orders []string
	for n := range 60 {
		raw, err := r.place(n)
		check(t, err)
		var o struct{ OrderID string }
		check(t, json.Unmarshal(raw, &o))
		orders = append(orders, o.OrderID)
	}
	p := r.boxPage(browser, "/audit", "manager", uitest.Screen{Width: 1280, Height: 800})
	p.Wait(`document.querySelectorAll("[data-fact]").length === 100`)
	facts := func(n string) { t.Helper(); p.Wait(`document.querySelectorAll("[data-fact]").length ` + n) }
	choose := func(name, value string) {
		t.Helper()
		p.Do(uitest.Script(fmt.Sprintf(`(() => { const s = document.querySelector("[name=%s]"); s.value = %q; s.dispatchEvent(new Event("change", {bubbles: true})) })()`, name, value)))
	}

	// Older ones, and no fact twice or left out.
	p.TapText("Show older ones")
	facts("=== 200")
	p.Wait(`(() => { const n = [...document.querySelectorAll("[data-fact]")].map(e => +e.dataset.fact); return n.every((x, i) => i === 0 || x === n[i - 1] - 1) })()`)

	// One kind, one order, one device; each line opens its fact.
	choose("type", "menu.")
	p.Wait(`document.querySelectorAll("[data-fact]").length > 0 && [...document.querySelectorAll(".line-what b")].every(b => b.textContent === "Menu")`)
	p.See("published")
	choose("type", "order.")
	p.Wait(`[...document.querySelectorAll(".line-what b")].every(b => b.textContent === "Order") && document.querySelectorAll("[data-fact]").length > 10`)
	p.Tap("[data-fact] summary")
	p.See("Only this order")
	last := orders[len(orders)-1]
	p.See(last)
	p.Shot(*shots, "audit-1-open")
	p.TapText("Only this order")
	p.Wait(fmt.Sprintf(`document.querySelector("[data-order]")?.dataset.order === %q`, last))
	p.Wait(fmt.Sprintf(`[...document.querySelectorAll("[data-fact] pre")].length > 0 && [...document.querySelectorAll("[data-fact] pre")].every(e => e.textContent.includes(%q))`, last))
	p.See("lunch") // the program that placed it
	p.Shot(*shots, "audit-2-order")

	// The address is the filter.
	p.Reload()
	p.Wait(fmt.Sprintf(`document.querySelector("[data-order]")?.dataset.order === %q`, last))
	p.TapText("Show everything")
	p.Wait(`document.querySelector("[data-order]") === null && document.querySelectorAll("[data-fact]").length === 100`)
	choose("day", "1999-01-01")
	p.See("Nothing that fits.")
	p.TapText("Show everything")
	facts("=== 100")
	p.TabTo("[data-fact] summary")
	p.Key(uitest.Enter)
	p.Wait(`document.querySelector("[data-fact] details").open`)

	// Who may not is told so.
	q := r.boxPage(browser, "/audit", "server", uitest.Screen{Width: 390, Height: 844, Touch: true})
	q.See("You may not do this. Ask a manager.")
	if n := uitest.Eval[int](q, `document.querySelectorAll("[data-fact]").length`); n != 0 {
		t.Errorf("a server sees %d facts", n)
	}
	for _, size := range [][2]int64{{1280, 800}, {390, 844}} {
		q := r.boxPage(browser, "/audit", "manager", uitest.Screen{Width: size[0], Height: size[1], Dark: true, Touch: size[0] < 700})
		q.Wait(`document.querySelectorAll("[data-fact]").length === 100`)
		if wide := uitest.Eval[int](q, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
			t.Errorf("at %d it is %d wider than the screen", size[0], wide)
		}
		q.Shot(*shots, fmt.Sprintf("audit-3-dark-%d", size[0]))
	}
}
