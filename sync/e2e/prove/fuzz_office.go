package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
	"github.com/tyngo/tyngo/sync/openapi"
)

// Organisations at head office beside the one of the box: one that asks for what is
// the other's, and one that opens a restaurant after the other. A day of thousands of
// restaurants takes seconds to read, and that is not what is proven here.
const (
	stranger      = "Another house"
	founder       = "A chain"
	addRestaurant = "POST /api/v1/restaurants"
)

// officeField is the API of head office, with people of both organisations.
func (s *stage) officeField(r *rig.Restaurant) (*field, error) {
	f, err := s.field(r.Cloud.HQ)
	if err != nil {
		return nil, err
	}
	c := r.Cloud
	ended, err := c.Token(s.ctx, "", "--name", "ended", "--ttl", tokenLife.String())
	if err != nil {
		return nil, err
	}
	over := bearer("", "", ended).void("a token that ended")
	over.from = time.Now().Add(tokenLife + tokenLeeway)
	f.askers = []asker{{name: "nobody"}, over}
	for _, role := range []string{"owner", "viewer", "monitor"} {
		for _, organisation := range []string{"", stranger} {
			token, err := c.Token(s.ctx, organisation, "--role", role, "--name", "fuzz "+role)
			if err != nil {
				return nil, err
			}
			a := bearer("the "+role+"'s token of the one", role, token)
			if a.other = organisation != ""; a.other {
				a.name = "the " + role + "'s token of the other"
			} else if role == "owner" {
				list, err := forged(token)
				if err != nil {
					return nil, err
				}
				f.askers = append(f.askers, list...)
			}
			f.askers = append(f.askers, a)
		}
	}
	token, err := c.Token(s.ctx, founder, "--name", "founder")
	if err != nil {
		return nil, err
	}
	third := bearer("the owner's token of a third", "owner", token)
	third.only = addRestaurant
	f.askers = append(f.askers, third)
	var used string
	page := func(more ...string) string {
		var value string
		if err == nil {
			if used, err = c.Code(s.ctx, "Ana", more...); err == nil {
				value, err = rig.SignIn(s.ctx, c.HQ, used)
			}
		}
		return value
	}
	mine, theirs, left := page(), page("--organisation", stranger), page()
	if err != nil {
		return nil, err
	}
	if a, _, err := ask(s.ctx, f.client, f.base, openapi.Request{Method: "DELETE", Path: "/session"}, cookie("", "", left)); err != nil || a.Status != http.StatusNoContent {
		return nil, fmt.Errorf("sign out: %d %w", a.Status, err)
	}
	other := cookie("a page of the other", "owner", theirs)
	other.other = true
	f.askers = append(f.askers, cookie("a page of the one", "owner", mine), other, cookie("", "", left).void("a page that signed out"))
	place, err := c.AddRestaurant(s.ctx, stranger, "Piazza")
	if err != nil {
		return nil, err
	}
	_, venue, e1 := r.Client.Do(s.ctx, "GET", "/api/v1/venue", nil)
	_, menu, e2 := r.Client.Do(s.ctx, "GET", "/api/v1/menu/document", nil)
	dot, e3 := picture()
	f.gen = openapi.Generator{Document: f.api, Known: []string{r.Claim.RestaurantID, place.RestaurantID, special},
		Named: map[string][]string{"restaurantId": {r.Claim.RestaurantID, r.Claim.RestaurantID, place.RestaurantID}, "menuItemId": {special}, "kind": {"menu", "venue", "staff"}, "code": {used},
			"sha256": {fmt.Sprintf("%x", sha256.Sum256([]byte(dot)))}},
		Base: map[string][]string{"/api/v1/restaurants/{restaurantId}/documents/{kind}": {string(menu), string(venue)},
			"/api/v1/restaurants/{restaurantId}/documents/{kind}/check": {string(menu), string(venue)}},
		Plain: map[string][]string{"/api/v1/photos": {dot, dot, dot[:20], ""}, "/api/v1/restaurants/{restaurantId}/documents/menu/items.csv": csv,
			"/api/v1/restaurants/{restaurantId}/documents/menu/items.csv/check": csv}}
	return f, errors.Join(e1, e2, e3)
}

// secret is how the restaurant of the one is called, which nothing says that the
// other sends.
const secret = "Secret of the first"

// officeRounds sets the guests of rounds at head office apart from those at the box.
const officeRounds = 0x800

// playOffice plays at head office: those who may not, the other organisation, and the one.
func (f *field) playOffice(r *rig.Restaurant, p *asks, apart *promise, n, rounds int) error {
	if err := f.name(r, secret); err != nil {
		return err
	}
	end, err := r.End(f.ctx)
	if err != nil {
		return err
	}
	bar := f.bar(rounds, "head office")
	share, read := n/rounds/refusedShare, 0
	for round := range rounds {
		if f.late = round == rounds-1; f.late {
			if err := f.ended(); err != nil {
				return err
			}
		}
		if err := errors.Join(f.guests(r, officeRounds+round), f.guestsThere(r)); err != nil {
			return err
		}
		was, err := f.belongings(r)
		if err != nil {
			return err
		}
		if err := f.play(3*round, share, f.mayNot, func(j job, r openapi.Request, a openapi.Answer) { f.turnedAway(p, j, r, a) }); err != nil {
			return err
		}
		p.unchanged.try(f.same(r, was))
		if err := f.play(3*round+1, share, func(o *openapi.Operation, a asker) bool {
			return a.other && a.may(f.api, o) && o.Name() != "DELETE /session"
		},
			func(j job, q openapi.Request, a openapi.Answer) {
				p.described.try(told(j, q, f.api.Judge(j.op, a)))
				read++
				var err error
				for _, x := range []string{secret, end.Box, end.Digest} {
					if strings.Contains(string(a.Body), x) {
						err = fmt.Errorf("is told %q of the other organisation: %.300s", x, a.Body)
					}
				}
				if strings.Contains(q.Path, r.Claim.RestaurantID) && a.Status < 300 {
					err = fmt.Errorf("is answered %d about the other's restaurant: %.300s", a.Status, a.Body)
				}
				apart.try(told(j, q, err))
			}); err != nil {
			return err
		}
		apart.try(f.same(r, was))
		if err := f.play(3*round+2, n/rounds-2*share, f.mayAsk, func(j job, r openapi.Request, a openapi.Answer) {
			p.described.try(told(j, r, f.api.Judge(j.op, a)))
		}); err != nil {
			return err
		}
		_ = bar.Add(1) // a bar that cannot be drawn stops nothing
	}
	f.say(p)
	apart.tried = fmt.Sprintf("%d requests of the one's people with what belongs to the other, and the other's belongings after each of %d rounds", read, rounds)
	return nil
}

// name gives the restaurant of the one a name, and waits until head office has it.
func (f *field) name(r *rig.Restaurant, name string) error {
	var venue map[string]any
	if err := r.Client.Get(f.ctx, "/api/v1/venue", &venue); err != nil {
		return err
	}
	venue["name"] = name
	raw, err := json.Marshal(venue)
	if err != nil {
		return err
	}
	status, said, err := r.Client.Do(f.ctx, "PUT", "/api/v1/venue", raw)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("name the restaurant: %d %s", status, said)
	}
	if err != nil {
		return err
	}
	return f.within(foldMost, func() error {
		_, raw, err := r.Office.Do(f.ctx, "GET", "/api/v1/restaurants/"+r.Claim.RestaurantID+"/documents/venue", nil)
		if err == nil && !strings.Contains(string(raw), name) {
			err = errors.New("head office does not have the name yet")
		}
		return err
	})
}

// answered says which wish of head office the box has not answered yet, or which fact
// is not at head office.
func (f *field) answered(r *rig.Restaurant, at string) error {
	var list struct {
		Directives []struct{ Directive, State string }
	}
	if err := r.Office.Get(f.ctx, at+"/directives", &list); err != nil {
		return err
	}
	for _, d := range list.Directives {
		if d.State == "waiting" {
			return fmt.Errorf("the wish %s is not answered", d.Directive)
		}
	}
	return r.Chains(f.ctx)
}

// belongings are what the one has at head office, as it sees it.
func (f *field) belongings(r *rig.Restaurant) (map[string]string, error) {
	out := map[string]string{}
	at := path.Join("/api/v1/restaurants", r.Claim.RestaurantID)
	if err := f.within(foldMost, func() error { return f.answered(r, at) }); err != nil {
		return nil, err
	}
	for _, p := range []string{"/api/v1/restaurants", at + "/documents", at + "/documents/venue", at + "/documents/menu", at + "/directives"} {
		status, raw, err := r.Office.Do(f.ctx, "GET", p, nil)
		if err != nil {
			return nil, err
		}
		out[p] = fmt.Sprintf("%d %s", status, raw)
	}
	return out, nil
}

func (f *field) same(r *rig.Restaurant, was map[string]string) error {
	now, err := f.belongings(r)
	if err != nil {
		return err
	}
	for p, x := range was {
		if now[p] != x {
			return fmt.Errorf("%s was %.200s, and is %.200s", p, x, now[p])
		}
	}
	return nil
}
