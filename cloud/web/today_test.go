package web_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/tyngo/tyngo/sync/ui/uitest"
)

var shots = flag.String("shots", "", "write screenshots into this directory")

func signedIn(t testing.TB, browser *uitest.Browser, f *fakeHQ, screen uitest.Screen) *uitest.Page {
	t.Helper()
	p := browser.Page(t, screen)
	p.Go(f.URL)
	p.Type("input[name=code]", "abcdefghjk")
	p.TapText("Sign in")
	p.Wait(`document.querySelector("[data-row]") !== null`)
	return p
}

const rows = `[...document.querySelectorAll("[data-row]")].map(r => r.dataset.row).join(" ")`

func TestToday(t *testing.T) {
	t.Parallel()
	browser := uitest.Open(t)
	f := newFakeHQ(t)
	p := signedIn(t, browser, f, uitest.Screen{Width: 1440, Height: 900})

	t.Run("ShowsTheFiguresAndWhatTheyLack", func(t *testing.T) {
		for _, text := range []string{"$50,621", "2,536", "$19.96", "7 of 10 live", "Oldest waiting 48 min", "Behind 214 events, 4 min", "Dark 48 min", "Never heard",
			"until 6:54 pm", "As of 7:42:08 pm, restaurant time", "Tue 24 Nov", "Lakeside is dark", "Chicken Burrito", "Luz & Maíz",
			"$1,214 off, $882.10 service, $4,493 tax"} {
			p.See(text)
		}
		p.Wait(`document.querySelectorAll(".cell").length === 10`)
		p.Wait(`document.querySelectorAll('[data-row=r8] .bars rect[fill^="url"]').length === 1`) // 7 pm at Lakeside is not known
	})

	t.Run("ChangesInPlaceWithAWash", func(t *testing.T) {
		p.Do(uitest.Script(`window.total = document.querySelector('[data-card=sales] .figure')`))
		f.change(func(today object) {
			today["totals"].([]object)[0]["sales"] = 5062550
			today["asOf"] = asOf.UnixMilli() + 1000
		})
		p.See("$50,626")
		p.See("As of 7:42:09 pm")
		p.Wait(`window.total === document.querySelector('[data-card=sales] .figure') && window.total.querySelector(".wash") !== null`)
	})

	t.Run("AtMostOnceASecond", func(t *testing.T) {
		p.Do(uitest.Script(`window.changes = []; new MutationObserver(() => window.changes.push(performance.now()))
			.observe(document.querySelector('[data-card=orders] .figure'), {childList: true, subtree: true, characterData: true})`))
		for i := range 20 {
			f.change(func(today object) { today["totals"].([]object)[0]["orders"] = 3000 + i })
		}
		p.See("3,019")
		if n := uitest.Eval[int](p, `window.changes.length`); n < 1 || n > 2 {
			t.Errorf("20 events at once changed the figure %d times", n)
		}
	})

	t.Run("RowsStayUnderThePointer", func(t *testing.T) {
		p.Wait(rows + `.startsWith("r0 r1 r2")`)
		p.Do(uitest.Script(`document.querySelector(".table-scroll").dispatchEvent(new PointerEvent("pointerenter"))`))
		f.change(func(object) { f.restaurant(2)["sales"] = 999900 })
		p.See("$9,999")
		p.Wait(rows + `.startsWith("r0 r1 r2")`)
		p.Do(uitest.Script(`document.querySelector(".table-scroll").dispatchEvent(new PointerEvent("pointerleave"))`))
		p.Wait(rows + `.startsWith("r2 r0 r1")`)
	})

	t.Run("ALostLineIsSaid", func(t *testing.T) {
		f.goAway()
		p.See("Not live since 7:42:")
		p.See("$50,626")
		f.comeBack()
		p.Gone("Not live since")
	})

	t.Run("CurrenciesAreNotAddedUp", func(t *testing.T) {
		f.change(abroad)
		p.See("MX$18,400")
		p.See("All 9 in USD")
		p.See("All 1 in MXN")
		p.See("hours in each restaurant's time")
	})
}

func TestScreens(t *testing.T) {
	t.Parallel()
	browser := uitest.Open(t)
	for _, dark := range []bool{false, true} {
		if dark && *shots == "" {
			continue // the same layout: only an eye can tell the difference
		}
		for _, size := range [][2]int64{{1440, 900}, {390, 844}} {
			name := fmt.Sprintf("hq-%d-dark-%t", size[0], dark)
			t.Run(name, func(t *testing.T) {
				f := newFakeHQ(t)
				p := signedIn(t, browser, f, uitest.Screen{Width: size[0], Height: size[1], Dark: dark, Touch: size[0] < 700})
				check := func(part string) {
					if wide := uitest.Eval[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
						t.Errorf("%s is %d wider than the screen", part, wide)
					}
					p.Shot(*shots, name+part)
				}
				check("-1-today")
				f.change(func(today object) { abroad(today); today["quarantined"] = 3 })
				p.See("3 events set aside")
				p.TapText("Show")
				p.See("could not count them")
				p.See("cannot unmarshal string")
				check("-3-aside")
				p.TapText("Try again")
				p.Gone("events set aside")
				f.goAway()
				p.See("Not live since")
				check("-2-lost")
			})
		}
	}
	t.Run("EmptyAndHealthy", func(t *testing.T) {
		f := newFakeHQ(t)
		f.change(func(today object) { today["restaurants"] = today["restaurants"].([]object)[:3] })
		p := signedIn(t, browser, f, uitest.Screen{Width: 1440, Height: 900})
		p.See("Nothing needs a look.")
		p.Shot(*shots, "hq-healthy")
		f.change(func(today object) {
			today["restaurants"], today["topItems"], today["totals"] = []object{}, []object{}, []object{}
		})
		p.See("No restaurant has joined yet. Add one")
		p.Shot(*shots, "hq-empty")
	})
}

func TestModules(t *testing.T) {
	uitest.Node(t, "today")
	uitest.Node(t, "documents")
	uitest.Node(t, "floor")
}

func TestTypes(t *testing.T) {
	uitest.Types(t, filepath.Join("today", "jsconfig.json"))
	uitest.Types(t, filepath.Join("documents", "jsconfig.json"))
	uitest.Types(t, filepath.Join("floor", "jsconfig.json"))
}

func TestWords(t *testing.T) {
	uitest.Words(t, "../../sync/ui/kit", "today")
	uitest.Words(t, "../../sync/ui/kit", "today", "documents")
	uitest.Words(t, "../../sync/ui/kit", "today", "floor")
}
