package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/tyngo/tyngo/sync/e2e/rig"
	"github.com/tyngo/tyngo/sync/openapi"
)

// Of a room that a round begins with.
const (
	seatedTables = 6 // parties at one table each
	joinedTables = 2 // at which one more party sits
	dirtyTables  = 3
	onWaitlist   = 4
)

// room is a floor as the API shows it.
type room struct {
	Tables []struct {
		Table, State string
		OnPlan       bool
	}
	Parties, Waiting []struct{ PartyID string }
}

// floor lets everybody go, and seats a room of which the requests of a round then speak:
// parties at one table and at two, dirty tables, people who wait.
func (f *field) floor(r *rig.Restaurant) error {
	do := func(method, path, body string) error {
		status, said, err := r.Client.Do(f.ctx, method, path, []byte(body))
		if err == nil && status != http.StatusOK && status != http.StatusCreated {
			err = fmt.Errorf("the room cannot be made: %s %s %s: %d %s", method, path, body, status, said)
		}
		return err
	}
	if err := f.serve(r); err != nil {
		return err
	}
	var was, is room
	if err := r.Client.Get(f.ctx, "/api/v1/floor", &was); err != nil {
		return err
	}
	for _, p := range was.Parties {
		if err := do("POST", "/api/v1/parties/"+p.PartyID+"/leave", ""); err != nil {
			return err
		}
	}
	for _, p := range was.Waiting {
		if err := do("DELETE", "/api/v1/waitlist/"+p.PartyID, ""); err != nil {
			return err
		}
	}
	if err := r.Client.Get(f.ctx, "/api/v1/floor", &was); err != nil {
		return err
	}
	var free []string
	for _, t := range was.Tables {
		if t.OnPlan {
			free = append(free, t.Table)
		}
		if t.State == "dirty" {
			if err := do("POST", "/api/v1/floor/"+t.Table+"/clear", ""); err != nil {
				return err
			}
		}
	}
	if need := seatedTables + joinedTables + dirtyTables; len(free) < need+2 {
		return fmt.Errorf("%d tables are too few for a room of %d", len(free), need)
	}
	slices.Reverse(free) // orders of the round go to the first tables, and whoever orders at a dirty one says that it is clean
	take := func(n int) []string { some := free[:n]; free = free[n:]; return some }
	seat := func(tables []string) error {
		raw, err := json.Marshal(map[string]any{"tables": tables, "covers": 2})
		if err != nil {
			return err
		}
		return do("POST", "/api/v1/parties", string(raw))
	}
	dirty, joined, seated := take(dirtyTables), take(joinedTables), take(seatedTables)
	for _, t := range slices.Concat(dirty, seated) {
		if err := seat([]string{t}); err != nil {
			return err
		}
	}
	if err := seat(joined); err != nil {
		return err
	}
	if err := r.Client.Get(f.ctx, "/api/v1/floor", &is); err != nil {
		return err
	}
	for _, p := range is.Parties[:dirtyTables] { // in the order in which they came
		if err := do("POST", "/api/v1/parties/"+p.PartyID+"/leave", ""); err != nil {
			return err
		}
	}
	for range onWaitlist {
		if err := do("POST", "/api/v1/waitlist", `{"covers":3,"minutes":20}`); err != nil {
			return err
		}
	}
	if err := r.Client.Get(f.ctx, "/api/v1/floor", &is); err != nil {
		return err
	}
	g := &f.gen
	g.Named["partyId"], g.Named["table"] = nil, slices.Concat(dirty, joined, seated[:2], free[:min(len(free), 6)])
	for _, p := range slices.Concat(is.Parties, is.Waiting) {
		g.Named["partyId"] = append(g.Named["partyId"], p.PartyID)
	}
	g.Base["/api/v1/parties"], g.Base["/api/v1/parties/{partyId}/split"] = nil, nil
	for _, t := range free {
		g.Base["/api/v1/parties"] = append(g.Base["/api/v1/parties"], fmt.Sprintf(`{"tables":[%q],"covers":2}`, t))
	}
	for _, t := range joined {
		g.Base["/api/v1/parties/{partyId}/split"] = append(g.Base["/api/v1/parties/{partyId}/split"], fmt.Sprintf(`{"table":%q,"covers":1}`, t))
	}
	return nil
}

// serve ends every order, so that nobody has to stay.
func (f *field) serve(r *rig.Restaurant) error {
	for {
		var page struct {
			Orders []struct{ OrderID string }
		}
		if err := r.Client.Get(f.ctx, "/api/v1/orders?open=true&limit=500", &page); err != nil || len(page.Orders) == 0 {
			return err
		}
		for _, o := range page.Orders {
			for _, to := range []string{"cancelled", "preparing", "ready", "served"} { // what cannot be cancelled is served
				if _, _, err := r.Client.Do(f.ctx, "POST", "/api/v1/orders/"+o.OrderID+"/status", []byte(`{"status":"`+to+`"}`)); err != nil {
					return err
				}
			}
		}
	}
}

// approvals has a server ask for a manager's word on every order of the round, as far as
// a device may ask before it is answered.
func (f *field) approvals() error {
	i := slices.IndexFunc(f.askers, func(a asker) bool { return a.proof == "token" && a.role == "server" })
	var last openapi.Answer
	for _, o := range f.gen.Named["orderId"] {
		a, _, err := ask(f.ctx, f.client, f.base, openapi.Request{Method: "POST", Path: "/api/v1/approvals",
			Body: fmt.Sprintf(`{"action":"order.cancel","orderId":%q,"reason":"they left"}`, o)}, f.askers[i])
		var said struct{ ApprovalID string }
		if err == nil && a.Status < 300 {
			err = json.Unmarshal(a.Body, &said)
		}
		if err != nil {
			return err
		}
		if last = a; said.ApprovalID != "" {
			f.gen.Named["approvalId"] = append(f.gen.Named["approvalId"], said.ApprovalID)
		}
	}
	if len(f.gen.Named["approvalId"]) == 0 {
		return fmt.Errorf("nobody could ask for a manager's word on any of %d orders: %d %.200s", len(f.gen.Named["orderId"]), last.Status, last.Body)
	}
	boss := f.gen.Named["personId"][2]
	f.gen.Base["/api/v1/approvals/{approvalId}/answer"] = []string{fmt.Sprintf(`{"approve":true,"personId":%q,"pin":"8302"}`, boss),
		fmt.Sprintf(`{"approve":false,"reason":"no","personId":%q,"pin":"8302"}`, boss)}
	return nil
}
