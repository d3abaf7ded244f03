package main

import (
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/ui/uitest"
)

type device struct {
	Device, Name, Role, PersonID string
	HasKey, Revoked              bool
}

func (h *house) devices() map[string]device {
	h.T.Helper()
	var out struct{ Devices []device }
	h.Do("GET", "/api/v1/devices", "").JSON(h.T, &out)
	byName := map[string]device{}
	for _, d := range out.Devices {
		byName[d.Name] = d
	}
	return byName
}

// TestATabletHoldsItsOwnKey, which never leaves the browser: signed in again it is the
// same device; shut out it is told at once, and comes back as another one.
func TestATabletHoldsItsOwnKey(t *testing.T) {
	t.Parallel()
	browser := openBrowser(t)
	h := newHouse(t)
	p := h.tablet(browser, "Bar", uitest.Screen{Width: 1280, Height: 800})
	bar := h.devices()["Bar"]
	if !bar.HasKey {
		t.Fatalf("%+v", bar)
	}
	out := uitest.Await[string](p, `new Promise((done) => { const open = indexedDB.open("tyngo-device"); open.onsuccess = () => {
		const ask = open.result.transaction("key").objectStore("key").get("mine"); ask.onsuccess = () => { open.result.close();
		crypto.subtle.exportKey("pkcs8", ask.result.privateKey).then(() => done("the key came out"), (e) => done(e.name)); } } })`)
	if out != "InvalidAccessError" {
		t.Errorf("the private key: %s", out)
	}
	again := func(name string) device {
		t.Helper()
		code, err := h.Staff.MakeCode(t.Context(), "server", name)
		if err != nil {
			t.Fatal(err)
		}
		p.Type("input[name=code]", strings.ToLower(code))
		p.TapText("Sign in")
		p.Wait(`document.querySelector("[data-table]") !== null`)
		return h.devices()[name]
	}
	p.TapText("Show who is signed in")
	p.TapText("Sign out")
	p.See("A manager gets a code")
	if now := again("Terrace"); now.Device != bar.Device || !now.HasKey {
		t.Errorf("%+v was %+v", now, bar)
	}
	if a := h.Do("POST", "/api/v1/devices/"+bar.Device+"/revoke", ""); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	p.See("A manager gets a code")
	if now := again("Found"); now.Device == bar.Device || !now.HasKey {
		t.Errorf("%+v was %+v", now, bar)
	}
	if d := h.devices()["Terrace"]; !d.Revoked {
		t.Errorf("%+v", d)
	}
}
