package main

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/tyngo/tyngo/sync/e2e/rig"
)

const guestsEach = 8 // in a round: some of them are erased in it

// guests makes guests known at the box, each with an address; the requests of a round then
// speak of them. at tells rounds apart.
func (f *field) guests(r *rig.Restaurant, at int) error {
	g := &f.gen
	g.Named["customerId"], g.Named["addressId"] = nil, nil
	for n := range guestsEach {
		guest, address := fmt.Sprintf("0198f000-0000-7000-8%03x-0000000c%04x", at, n), fmt.Sprintf("0198f000-0000-7000-8%03x-0000000a%04x", at, n)
		g.Named["customerId"], g.Named["addressId"] = append(g.Named["customerId"], guest), append(g.Named["addressId"], address)
		for path, body := range map[string]string{"": `{"name":"Ana","phone":"+1 555 0100"}`, "/addresses/" + address: `{"street":"1 Road"}`} {
			status, said, err := r.Client.Do(f.ctx, "PUT", "/api/v1/guests/"+guest+path, []byte(body))
			if err == nil && status != http.StatusOK {
				err = fmt.Errorf("make a guest known: %d %s", status, said)
			}
			if err != nil {
				return err
			}
		}
	}
	g.Base["/api/v1/guests/{customerId}/addresses/{addressId}"] = []string{`{"street":"2 Road"}`}
	g.Base["/api/v1/guests/{customerId}/consents/{purpose}"] = []string{`{"given":true,"source":"paper"}`}
	g.Base["/api/v1/orders/{orderId}/rating"] = []string{`{"stars":4,"comment":"Good"}`}
	return nil
}

// letIn lets pages in, of which requests speak beside the programs, which nobody renames.
// One is not shut out by its name, so that there is one to the end.
func (f *field) letIn(r *rig.Restaurant) error {
	f.gen.Base["/api/v1/devices/{device}"] = []string{`{"name":"Bar","role":"server"}`, `{"name":"Terrace","role":"server"}`}
	f.gen.Named[shutOut] = slices.Clone(f.gen.Named["device"])
	for n := range pagesLost + 1 {
		code, err := r.Box.Code(f.ctx, "server", fmt.Sprintf("Page %d", n))
		if err != nil {
			return err
		}
		page, err := rig.SignIn(f.ctx, r.Box.URL, code)
		if err != nil {
			return err
		}
		d, err := cookie("", "", page).device(f.ctx, r.Box.URL)
		if err != nil {
			return err
		}
		if f.gen.Named["device"] = append(f.gen.Named["device"], d); n < pagesLost {
			f.gen.Named[shutOut] = append(f.gen.Named[shutOut], d)
		}
	}
	return nil
}

const (
	pagesLost = 3
	shutOut   = "POST /api/v1/devices/{device}/revoke device"
)

// guestsThere waits until head office knows those guests.
func (f *field) guestsThere(r *rig.Restaurant) error {
	return f.within(foldMost, func() error {
		for _, g := range f.gen.Named["customerId"] {
			if err := r.Office.Get(f.ctx, "/api/v1/guests/"+g, &struct{}{}); err != nil {
				return err
			}
		}
		return nil
	})
}
