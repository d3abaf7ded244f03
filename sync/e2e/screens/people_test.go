package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/ui/uitest"
)

func (h *house) hire(n int, name, role, pin string) {
	h.T.Helper()
	at := fmt.Sprintf("/api/v1/people/0198f000-0000-7000-8000-00000000e%03d", n)
	for path, body := range map[string]string{at: fmt.Sprintf(`{"name":%q,"role":%q,"active":true}`, name, role)} {
		if a := h.Do("PUT", path, body); a.Status != 200 {
			h.T.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	if a := h.Do("PUT", at+"/pin", fmt.Sprintf(`{"pin":%q}`, pin)); a.Status != 200 {
		h.T.Fatalf("%d %s", a.Status, a.Body)
	}
}

// shared opens the page as a tablet of the house: nobody works there yet.
func (h *house) shared(browser *uitest.Browser, name string, size uitest.Screen) *uitest.Page {
	h.T.Helper()
	code, err := h.Staff.MakeCode(h.T.Context(), "tablet", name)
	if err != nil {
		h.T.Fatal(err)
	}
	p := browser.Page(h.T, size)
	p.Go(h.url() + "#code=" + code) // as the link of a picture on a screen would
	p.TapText("Sign in")
	p.See("Who works here?")
	return p
}

// key types a PIN on the pad.
func key(p *uitest.Page, pin string) {
	for _, n := range pin {
		at := int(n - '0')
		if at == 0 {
			at = 11 // below the eight
		}
		p.Tap(fmt.Sprintf(".pin-key:nth-child(%d)", at))
	}
}

func enter(p *uitest.Page, name, pin string) {
	p.Tap(fmt.Sprintf(`[data-person=%q]`, name))
	key(p, pin)
	p.Tap(".pin-go")
}

func look(t testing.TB, p *uitest.Page, name string) {
	t.Helper()
	if wrong := p.Layout(); wrong != "" {
		t.Errorf("%s: %s", name, wrong)
	}
	p.Shot(*shots, name)
}

// TestAManagersWordGoesFromTabletToTablet: a server may not cancel what the kitchen has;
// she asks, the manager sees it at his tablet at once, and what he says comes back live.
func TestAManagersWordGoesFromTabletToTablet(t *testing.T) {
	t.Parallel()
	browser := openBrowser(t)
	h := newHouse(t)
	h.hire(1, "Ana Ruiz", "manager", "8302")
	h.hire(2, "Bo", "server", "11234")
	h.hire(3, "Cyrus Cole", "cook", "90210")
	size := uitest.Screen{Width: 1280, Height: 800}
	bo := h.shared(browser, "Bar", size)
	look(t, bo, "people-1-who")
	enter(bo, "Bo", "4321")
	bo.See("This PIN is wrong.")
	look(t, bo, "people-2-pin")
	key(bo, "11234")
	bo.Tap(".pin-go")
	bo.See("Needs you")
	ana := h.shared(browser, "Office", uitest.Screen{Width: 1280, Height: 800, Dark: true})
	enter(ana, "Ana Ruiz", "8302")
	ana.See("Needs you")

	rung := func() {
		bo.Tap(`[data-table="12"]`)
		bo.TapText("Sides")
		bo.TapText("Chips")
		bo.TapText("Send 1")
		bo.Wait(`document.querySelector("[data-status=placed]") !== null`)
		bo.TapText("Cancel order")
		bo.See("Its dishes come off the bill")
		bo.Tap(".sheet .btn-danger-solid")
		bo.See("This takes a manager")
	}
	rung()
	bo.TapText("Rung twice")
	look(t, bo, "people-3-why")
	bo.TapText("Ask a manager")
	bo.See("Waiting for an answer")
	look(t, bo, "people-4-asked")
	ana.TapText("1 request waits for you")
	ana.See("Rung twice")
	look(t, ana, "people-5-requests")
	ana.TapText("Refuse")
	ana.Gone("Rung twice")
	bo.See("Ana Ruiz said no.")
	look(t, bo, "people-6-refused")
	bo.TapText("Wrong table")
	bo.TapText("Ask a manager")
	ana.TapText("1 request waits for you")
	ana.TapText("Approve")
	bo.See("Ana Ruiz agreed.")
	bo.Wait(`document.querySelector("[data-status=cancelled]") !== null`)
	bo.Wait(`document.querySelector(".sheet") === null`)
	if o := h.orders(); len(o) != 1 || o[0].Status != "cancelled" {
		t.Errorf("%+v", o)
	}

	// The manager stands beside her: the same by PIN at her tablet, where she works on.
	bo.TapText("Back to the tables")
	rung()
	bo.TapText("The kitchen cannot make it")
	bo.TapText("A manager is here")
	bo.See("Approve")
	key(bo, "8302")
	look(t, bo, "people-7-here")
	bo.Tap(".pin-go")
	bo.See("Ana Ruiz agreed.")
	bo.Wait(`document.querySelector("[data-status=cancelled]") !== null`)
	bo.Wait(`document.querySelector(".sheet") === null`)
	a := h.Do("GET", "/api/v1/audit?type=order.status_changed", "")
	if strings.Count(string(a.Body), `"approvedBy":"0198f000-0000-7000-8000-00000000e001"`) != 2 || strings.Count(string(a.Body), `"staff":"0198f000-0000-7000-8000-00000000e002"`) != 2 {
		t.Errorf("%s", a.Body)
	}

	ana.TapText("Show who is signed in")
	look(t, ana, "people-9-manager")
	ana.Leads(func() { ana.Tap(`a[href="/audit"]`) })
	ana.Wait(`[...document.querySelectorAll("[data-fact]")].filter(e => e.innerText.includes("Bo") && e.innerText.includes("approved by Ana Ruiz")).length >= 2`)
	ana.Gone("family.") // each kind of fact has a name
	ana.Shot(*shots, "people-10-audit")

	// Her shift ends at the box while she rings: it waits for who enters a PIN, and is sent in their name.
	bo.TapText("Back to the tables")
	bo.Tap(`[data-table="1"]`)
	bo.TapText("Sides")
	bo.TapText("Chips")
	if err := h.Staff.Leave(t.Context(), id.Must[id.Device](h.devices()["Bar"].Device)); err != nil {
		t.Fatal(err)
	}
	bo.TapText("Send 1")
	bo.See("Who works here?")
	enter(bo, "Bo", "11234")
	bo.Wait(`document.querySelector("[data-status=placed]") !== null`)

	// She ends her work; five wrong PINs shut her out of this tablet, and it says how long.
	bo.TapText("Show who is signed in")
	bo.TapText("End Bo's work here")
	bo.See("Who works here?")
	for range 6 {
		enter(bo, "Bo", "4321")
		bo.Wait(`document.querySelectorAll(".pin-dot.full").length === 0 && document.querySelector(".pin-problem").textContent !== ""`)
	}
	bo.See("Too many wrong PINs. Try again in")
	look(t, bo, "people-8-locked")
}

// TestAManagerKeepsTheDevices: adds one by a code, renames it, shuts it out.
func TestAManagerKeepsTheDevices(t *testing.T) {
	t.Parallel()
	browser := openBrowser(t)
	for name, size := range map[string]uitest.Screen{"tablet": {Width: 1280, Height: 800}, "phone": {Width: 390, Height: 844, Touch: true}} {
		t.Run(name, func(t *testing.T) { keepDevices(t, browser, name, size) })
	}
}

func keepDevices(t *testing.T, browser *uitest.Browser, on string, size uitest.Screen) {
	h := newHouse(t)
	h.hire(1, "Ana Ruiz", "manager", "8302")
	h.hire(2, "Bo", "server", "11234")
	p := h.shared(browser, "Office", size)
	look(t, p, on+"-0-who")
	p.Tap(`[data-person="Bo"]`)
	look(t, p, on+"-0-pin")
	if size.Touch {
		p.TapText("Back to the tables")
	}
	enter(p, "Ana Ruiz", "8302")
	p.See("Needs you")
	p.TapText("Show who is signed in")
	look(t, p, on+"-devices-1-me")
	p.TapText("Devices")
	p.See("this one")
	p.TapText("Add a device")
	p.Wait(`document.activeElement.matches(".sheet")`) // it has risen
	p.Type("input[name=device]", "Terrace")
	p.TapText("Kitchen screen")
	p.See("cancels nothing")
	look(t, p, on+"-devices-2-new")
	p.TapText("Make a code")
	p.See("It works once.")
	look(t, p, on+"-devices-3-code")
	code := uitest.Eval[string](p, `document.querySelector("[data-code]").textContent`)
	other := browser.Page(t, uitest.Screen{Width: 1280, Height: 800})
	other.Go(h.url())
	other.Type("input[name=code]", strings.ToLower(code))
	other.TapText("Sign in")
	other.Wait(`document.querySelector("[data-table]") !== null`)
	p.TapText("Done")
	p.Wait(`document.querySelector('[data-device="Terrace"]') !== null`)
	look(t, p, on+"-devices-4-list")
	p.TapText("Change Terrace")
	p.Wait(`document.activeElement.matches(".sheet")`)
	p.Do(uitest.Clear("input[name=device]"))
	p.Type("input[name=device]", "Pass")
	p.TapText("Save")
	p.Wait(`document.querySelector('[data-device="Pass"]') !== null`)
	p.TapText("Shut out Pass")
	p.See("signed out at once")
	look(t, p, on+"-devices-5-revoke")
	p.TapText("Keep it")
	p.Wait(`document.querySelector(".sheet") === null`)

	// A guests' screen sees no orders; one that becomes a tablet goes on by itself.
	guests, err := h.Staff.MakeCode(t.Context(), "customer_display", "Window")
	if err != nil {
		t.Fatal(err)
	}
	window := browser.Page(t, uitest.Screen{Width: 1280, Height: 800})
	window.Go(h.url() + "#code=" + guests)
	window.TapText("Sign in")
	window.See("Nothing to show here")
	if a := h.Do("PUT", "/api/v1/devices/"+h.devices()["Window"].Device, `{"name":"Window","role":"tablet"}`); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	window.See("Who works here?")

	p.TapText("Shut out Pass")
	p.Wait(`document.activeElement.matches(".sheet")`)
	p.Tap(".sheet .btn-danger-solid")
	other.See("A manager gets a code")
	p.Wait(`document.querySelector('[data-device="Pass"]') === null`)
	p.See("1 device was shut out.")
	if d := h.devices()["Pass"]; !d.Revoked || d.Role != "kitchen_screen" {
		t.Errorf("%+v", d)
	}
}
