package main

import (
	"testing"

	"github.com/tyngo/tyngo/sync/ui/uitest"
)

// sendShows says what hides the Send button or its word; "" where nothing does.
const sendShows = `(() => {
	const b = [...document.querySelectorAll("[data-send]")].find(e => e.checkVisibility());
	if (!b) return "there is none";
	const r = b.getBoundingClientRect(), words = b.querySelector(".btn-words"), w = words.getBoundingClientRect();
	if (r.top < 0 || r.left < 0 || r.bottom > innerHeight || r.right > innerWidth) return "outside of the screen: " + JSON.stringify(r);
	if (w.left < r.left || w.right > r.right || w.top < r.top || w.bottom > r.bottom || words.scrollWidth > words.clientWidth + 1) return "its word is cut: " + JSON.stringify([r, w]);
	const top = document.elementFromPoint(w.left + w.width / 2, w.top + w.height / 2);
	return b.contains(top) ? "" : "covered by " + top?.outerHTML.slice(0, 80);
})()`

func TestEverybodyCanOrder(t *testing.T) {
	t.Parallel()
	browser := openBrowser(t)

	t.Run("TextOfTwiceTheSizeDoesNotCutSend", func(t *testing.T) {
		h := newHouse(t)
		for table, s := range map[string]uitest.Screen{"1": tabletScreen, "12": {Width: 1280, Height: 752}, "B4": phoneScreen} {
			p := h.tablet(browser, "Tablet", s)
			p.Tap(`[data-table="` + table + `"]`)
			p.TapText("Sides")
			for range 12 {
				p.TapText("Chips")
			}
			p.Larger(2)
			if wrong := uitest.Eval[string](p, sendShows); wrong != "" {
				t.Errorf("Send at %dx%d: %s", s.Width, s.Height, wrong)
			}
			p.Shot(*shots, "large-"+table)
			p.Tap("[data-send]")
			waitMarks(t, p, "paper")
		}
	})

	t.Run("WithAKeyboardAlone", func(t *testing.T) {
		h := newHouse(t)
		p := h.tablet(browser, "Tablet 1", uitest.Screen{Width: 1280, Height: 800, Still: true})
		p.TabTo(`[data-table="12"]`)
		p.Key(uitest.Enter)
		p.TabTo(".tile")
		p.Key(uitest.Enter)
		p.Wait(`document.activeElement.matches(".sheet")`)
		p.TabTo(".modifier")
		p.Key(" ")
		p.Wait(`document.activeElement.ariaPressed === "true"`)
		p.TabTo(".sheet-foot .btn-ink")
		p.Key(uitest.Enter)
		p.Wait(`document.querySelector(".sheet") === null && document.activeElement.matches(".tile")`)
		p.Key("/")
		p.Wait(`document.activeElement.matches("[data-search]")`)
		p.Key("chips")
		p.TabTo(".tile")
		p.Key(uitest.Enter)
		p.TabTo("[data-send]")
		p.Key(uitest.Enter)
		waitMarks(t, p, "paper paper")
		p.TabTo(".lights-button")
		p.Key(uitest.Enter)
		p.See("What works right now")
		p.Wait(`document.activeElement.matches(".popover")`)
		p.Key(uitest.Escape)
		p.Gone("What works right now")
		p.Wait(`document.activeElement.matches(".lights-button")`)

		if n := uitest.Eval[int](p, `document.getAnimations().filter(a => a.effect.getComputedTiming().duration > 10).length`); n > 0 {
			t.Errorf("%d things move although the person wants none to", n)
		}
	})
}
