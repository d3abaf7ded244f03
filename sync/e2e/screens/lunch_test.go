package main

import (
	"flag"
	"os"
	"testing"

	"github.com/tyngo/tyngo/sync/e2e/lunch"
	"github.com/tyngo/tyngo/sync/ui/uitest"
)

var shots = flag.String("shots", "", "write screenshots into this directory")

// A menu that a real lunch makes: a hundred items, two of one name with different
// prices, long names, forty modifiers in one group.
func TestARealMenuFitsOnEveryScreen(t *testing.T) {
	t.Parallel()
	file, err := os.Open("../../../packaging/demo/data/lunch-orders.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	orders, err := lunch.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	menu, err := orders.Menu()
	if err != nil {
		t.Fatal(err)
	}
	browser := openBrowser(t)
	h := newHouse(t)
	h.publish("/api/v1/menu/document", string(menu))
	check := func(p *uitest.Page, name string) {
		t.Helper()
		if wrong := p.Layout(); wrong != "" {
			t.Errorf("%s: %s", name, wrong)
		}
		p.Shot(*shots, name)
	}
	for _, s := range []struct {
		name   string
		screen uitest.Screen
	}{
		{"lunch-tablet", tabletScreen}, {"lunch-portrait", uitest.Screen{Width: 800, Height: 1280, Touch: true}}, {"lunch-phone", phoneScreen},
		{"lunch-zoomed", uitest.Screen{Width: 640, Height: 400}}, // a tablet at 200 %
	} {
		p := h.tablet(browser, s.name, s.screen)
		p.Tap(`[data-table="12"]`)
		for i := range uitest.Eval[int](p, `document.querySelectorAll(".category").length`) {
			p.Do(uitest.Script(`document.querySelectorAll(".category")[` + string(rune('0'+i)) + `].click()`))
			check(p, s.name+"-"+string(rune('a'+i)))
		}
		p.Do(uitest.Script(`[...document.querySelectorAll(".category")].find(c => c.innerText.includes("Burrito")).click()`))
		p.Do(uitest.Script(`document.querySelector(".tile").click()`))
		p.Wait(`document.querySelector(".sheet") !== null`)
		p.Do(uitest.Script(`[...document.querySelectorAll(".modifier")].slice(0, 12).forEach(m => m.click())`))
		check(p, s.name+"-sheet")
		p.TapText("Done")
		p.Wait(`document.querySelector(".sheet") === null`)
		for range 22 {
			p.Do(uitest.Script(`document.querySelector(".category").click()`), uitest.Script(`document.querySelector(".tile").click()`))
			p.Do(uitest.Script(`document.querySelector(".sheet .btn-ink")?.click()`))
		}
		p.Wait(`document.querySelector(".sheet") === null`)
		check(p, s.name+"-many")
		if s.screen.Width < 900 {
			p.Tap(".drawer")
			check(p, s.name+"-drawer")
		}
	}
}
