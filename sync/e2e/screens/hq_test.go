package main

import (
	"testing"
	"time"

	"github.com/tyngo/tyngo/cloud/hq/hqtest"
	"github.com/tyngo/tyngo/edge/box"
	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/ui/uitest"
)

// join joins the box to a head office, which needs it to stand still.
func (h *house) join(o *hqtest.Office, name string) {
	h.T.Helper()
	claim := o.AddRestaurant(o.Token, name)
	h.stop()
	if _, err := box.Join(h.T.Context(), h.Config, claim.Cloud, claim.Claim); err != nil {
		h.T.Fatal(err)
	}
	h.start()
}

// office opens head office's page and signs in with a code of head office.
func office(t testing.TB, browser *uitest.Browser, o *hqtest.Office, screen uitest.Screen) *uitest.Page {
	t.Helper()
	var code struct{ Code string }
	if status := o.Do(o.Token, "POST", "/api/v1/codes", map[string]string{"name": "Regional ops"}, &code); status != 201 {
		t.Fatalf("make a code: %d", status)
	}
	p := browser.Page(t, screen)
	p.Go(o.At.HQ)
	p.Type("input[name=code]", code.Code)
	p.TapText("Sign in")
	p.Wait(`document.querySelector(".hq") !== null`)
	return p
}

func TestHeadOfficeSeesARealBox(t *testing.T) {
	browser := openBrowser(t)
	h := newHouse(t) // first: the box chooses how its process locks files
	o := hqtest.Start(t)
	p := office(t, browser, o, deskScreen)
	p.See("No restaurant has joined yet.")
	o.AddRestaurant(o.Token, "Hillcrest") // its box never speaks
	h.join(o, "Harbor")
	p.Wait(`document.querySelector("[data-health=live]") !== null`)
	p.See("Hillcrest was never heard")
	p.Wait(`document.querySelectorAll("[data-health=never]").length === 1`)

	tablet := h.tablet(browser, "Tablet 1", tabletScreen)
	tablet.Wait(`[...document.querySelectorAll(".light-ok")].some(l => l.innerText === "HQ")`)
	tablet.Tap(`[data-table="12"]`)
	bowlAndChips(tablet)

	t.Run("ASaleIsThereWithinASecond", func(t *testing.T) {
		p.Do(uitest.Script(`window.seen = new Promise(done => {
			const look = () => document.querySelector("[data-card=sales]").innerText.includes("$12.90") && done(Date.now());
			new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true});
		})`))
		tablet.Do(uitest.Script(`addEventListener("click", e => e.target.closest("[data-send]") && (window.tapped = Date.now()), true)`))
		tablet.TapText("Send 2")
		p.See("$12.90")
		tapped := uitest.Eval[int64](tablet, `window.tapped`)
		seen := uitest.Await[int64](p, `window.seen`)
		took := time.Duration(seen-tapped) * time.Millisecond
		t.Logf("from the finger to head office: %v", took)
		if took > time.Second {
			t.Errorf("from the finger to head office: %v", took)
		}
		p.Wait(`document.querySelector("[data-card=orders] .kpi-value").innerText === "1"`)
		p.See("Chicken Bowl")
	})

	t.Run("ABoxThatStopsIsDarkAndComesBack", func(t *testing.T) {
		h.stop()
		p.Wait(`document.querySelector("[data-health=dark]") !== null`)
		p.See("Harbor is dark")
		p.See("$12.90") // what is known stays
		h.start()
		p.Wait(`document.querySelector("[data-health=live]") !== null`)
		p.Gone("is dark")
	})

	t.Run("ItsTablesAreTheBoxs", func(t *testing.T) { seesTheRoom(t, h, o, browser) })

	t.Run("HeadOfficeAwayIsALightAndNothingElse", func(t *testing.T) {
		o.Stop()
		p.See("Not live since")
		tablet.Wait(`document.querySelector(".light-warn")?.innerText.startsWith("HQ: ")`)
		if a := h.Do("POST", "/api/v1/orders", `{"restaurantId":"`+boxtest.Restaurant+`","items":[{"menuItemId":"`+boxtest.Chips+`","quantity":1}]}`); a.Status != 201 {
			t.Errorf("an order while head office is away: %d", a.Status)
		}
		tablet.Wait(`/HQ: \d+ waiting/.test(document.querySelector(".light-warn")?.innerText)`)
	})

	t.Run("RebuiltItSaysTheSame", func(t *testing.T) { rebuilds(t, h, o) })
}
