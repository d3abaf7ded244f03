package main

import (
	"strings"
	"testing"
	"time"

	"github.com/tyngo/tyngo/sync/ui/uitest"
)

// TestAManagerKeepsThePeople on their page: adds, changes, takes out of service and brings
// back; what is wrong is said at its field, and a list of head office is read only.
func TestAManagerKeepsThePeople(t *testing.T) {
	t.Parallel()
	browser := openBrowser(t)
	for name, size := range map[string]uitest.Screen{"tablet": {Width: 1280, Height: 800}, "phone": {Width: 390, Height: 844, Touch: true, Dark: true}} {
		t.Run(name, func(t *testing.T) { keepPeople(t, browser, name, size) })
	}
}

func keepPeople(t *testing.T, browser *uitest.Browser, on string, size uitest.Screen) {
	h := newHouse(t)
	h.hire(1, "Ana Ruiz", "manager", "8302")
	p := h.shared(browser, "Office", size)
	enter(p, "Ana Ruiz", "8302")
	p.See("Needs you")
	p.TapText("Show who is signed in")
	p.Leads(func() { p.Tap(`a[href="/people"]`) })
	p.See("1 person works here")

	p.TapText("Add somebody")
	p.Wait(`document.activeElement.matches(".sheet")`) // it has risen
	p.TapText("Save")
	p.Wait(`document.querySelector(".field.invalid input")?.name === "name"`)
	p.See("A name has 1 to 60 characters.")
	look(t, p, on+"-people-1-wrong")
	p.Type("input[name=name]", "Bo Li")
	p.TapText("Cook")
	p.Type("input[name=pin]", "1234")
	p.TapText("Save")
	p.Wait(`document.querySelector(".field.invalid input")?.name === "pin"`)
	p.See("This PIN is the first that somebody would try.")
	p.Do(uitest.Clear("input[name=pin]"))
	p.Type("input[name=pin]", "4471")
	p.TapText("Save")
	p.Wait(`document.querySelector(".sheet") === null`)
	p.See("2 people work here")
	look(t, p, on+"-people-2-list")
	if list := h.people(); !strings.Contains(list, `"name":"Bo Li","role":"cook","active":true,"hasPin":true`) {
		t.Errorf("%s", list)
	}

	sheet := func(button string) {
		t.Helper()
		p.TapText(button)
		p.Wait(`document.activeElement.matches(".sheet")`)
	}
	sheet("Change Bo Li")
	p.Do(uitest.Clear("input[name=name]"))
	p.Type("input[name=name]", "Bo")
	p.TapText("Bartender")
	look(t, p, on+"-people-3-change")
	p.TapText("Save")
	p.Wait(`document.querySelector('[data-person="Bo"]')?.innerText.includes("Bartender")`)
	sheet("Change Ana Ruiz")
	p.TapText("Server")
	p.TapText("Save")
	p.See("Nobody is a manager: nobody could give PINs or close the day.") // she is the last one
	p.TapText("Not now")
	p.Wait(`document.querySelector(".sheet") === null`)

	sheet("Change Bo")
	p.TapText("Take out of service")
	p.See("Take Bo out of service?")
	look(t, p, on+"-people-4-out")
	p.Tap(".sheet .btn-danger-solid")
	p.See("Work here no more")
	if list := h.people(); !strings.Contains(list, `"name":"Bo","role":"bartender","active":false`) {
		t.Errorf("%s", list)
	}
	sheet("Bring Bo back")
	p.TapText("Save")
	p.Gone("Work here no more")
	if list := h.people(); !strings.Contains(list, `"name":"Bo","role":"bartender","active":true,"hasPin":true`) {
		t.Errorf("%s", list)
	}

	h.publish("/api/v1/documents/staff/owner", `{"owner":"hq"}`)
	p.Reload()
	p.See("This list belongs to head office and is changed there.")
	if can := uitest.Eval[bool](p, `document.body.innerText.includes("Add somebody")`); can {
		t.Error("somebody can be added to a list of head office")
	}
	sheet("Give Bo a PIN")
	if can := uitest.Eval[bool](p, `document.querySelector("input[name=name]") !== null`); can {
		t.Error("a list of head office can be changed")
	}
	p.Type("input[name=pin]", "9053")
	look(t, p, on+"-people-5-office")
	p.TapText("Save")
	p.Wait(`document.querySelector(".sheet") === null`)

	p.Leads(func() { later(p, time.Minute) }) // she put the tablet down here
	p.See("Who works here?")
	enter(p, "Bo", "9053")
	p.See("Needs you")
	p.Go(h.url() + "/people")
	p.See("Only a manager sees this page.")
}

// people is who works here, as the box tells it.
func (h *house) people() string {
	h.T.Helper()
	return string(h.Do("GET", "/api/v1/people", "").Body)
}
