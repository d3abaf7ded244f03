package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
	"github.com/tyngo/tyngo/sync/openapi"
)

const (
	refusedShare = 4                      // one request of so many is of somebody who may not
	quietFor     = 200 * time.Millisecond // without a new fact
	quietMost    = 60 * time.Second
	neverMost    = 3 // operations that a few requests may never do
)

// asks are the promises about answers, which are the same for every API.
type asks struct {
	described, refused, unchanged, done *promise
}

func (s *stage) asks(of string) *asks {
	return &asks{
		described: s.promise(of + ": no request is answered with an error of the server, and each answer is as OpenAPI describes it"),
		refused:   s.promise(of + ": who may not is answered 401 or 403, as the published table says"),
		unchanged: s.promise(of + ": and nothing is changed by it"),
		done:      s.promise(of + ": every operation is done now and then, so that it was tried in earnest"),
	}
}

// fuzz asks a restaurant and its head office for everything that they describe, by
// everybody, with good, nearly good and hostile requests, and looks at what is left.
func fuzz(s *stage) (err error) {
	at := rig.Below(s.dir)
	r, _, err := s.restaurant(at)
	if err != nil {
		return err
	}
	defer r.Kill()
	n, rounds := s.size(80, 10_000), s.size(4, 20)
	if s.requests > 0 {
		n = s.requests
	}
	here, there := s.asks("the box"), s.asks("head office")
	apart := s.promise("head office: an organisation reads and changes nothing of another")
	v := s.afterwards()
	f, err := s.boxField(r)
	if err != nil {
		return err
	}
	o, err := s.officeField(r)
	if err != nil {
		return err
	}
	before, err := v.begin(s, r)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(s.seek, "head office") { // what is sought there is not found here
		if err := errors.Join(f.playBox(r, here, n, rounds), f.restore(r)); err != nil {
			return err
		}
	}
	if err := o.playOffice(r, there, apart, n, rounds); err != nil {
		return err
	}
	return v.judge(s, f, r, at, before)
}

// read reads what an API says of itself.
func (s *stage) read(base string) (*openapi.Document, error) {
	_, raw, err := (&rig.Client{Base: base}).Do(s.ctx, "GET", "/api/openapi.json", nil)
	if err != nil {
		return nil, err
	}
	return openapi.Read(raw)
}

func (s *stage) field(base string) (*field, error) {
	api, err := s.read(base)
	return &field{stage: s, base: base, api: api, hits: map[string]int{},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}, Timeout: time.Minute,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, err
}

// csv are bodies for what takes a table.
var csv = []string{"name,price\nChips,2.5\n", "id,name\n,\n", "name\n\"", "name,price,price\n", "name,price:Happy\nx,1\n", "name,modifier_groups\nRibs,Sauces; Temperature\n", "\ufeffname;price\nChips;2,50\n", ""}

// picture is a small photo.
func picture() (string, error) {
	var b strings.Builder
	err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64)))
	return b.String(), err
}

// boxField is the API of a box, with people that it knows.
func (s *stage) boxField(r *rig.Restaurant) (*field, error) {
	f, err := s.field(r.Box.URL)
	if err != nil {
		return nil, err
	}
	var used string
	var spare []string
	if f.askers, used, spare, err = s.atBox(r.Box); err != nil {
		return nil, err
	}
	_, venue, e1 := r.Client.Do(s.ctx, "GET", "/api/v1/venue", nil)
	_, menu, e2 := r.Client.Do(s.ctx, "GET", "/api/v1/menu/document", nil)
	var m struct {
		Items          []struct{ ID string }
		ModifierGroups []struct{ Modifiers []struct{ ID string } } `json:"modifier_groups"`
	}
	if err := errors.Join(e1, e2, json.Unmarshal(menu, &m)); err != nil {
		return nil, err
	}
	g := &f.gen
	g.Document, g.Named = f.api, map[string][]string{"restaurantId": {r.Claim.RestaurantID}, "code": {used}, "device": spare, "pin": {"4711", "8302"}, "owner": {"box", "box", "hq"}, "kind": {"menu", "venue", "staff"}}
	for _, i := range m.Items[:min(12, len(m.Items))] {
		g.Named["menuItemId"] = append(g.Named["menuItemId"], i.ID)
	}
	for _, group := range m.ModifierGroups {
		for _, x := range group.Modifiers {
			g.Named["modifierId"] = append(g.Named["modifierId"], x.ID)
		}
	}
	for i := range 8 {
		g.Named["personId"] = append(g.Named["personId"], fmt.Sprintf("0198f000-0000-7000-8000-00000000e%03d", i))
	}
	g.Known = slices.Concat(g.Named["personId"], g.Named["menuItemId"], []string{r.Claim.RestaurantID, "0198f000-0000-7000-8000-0000000000ff"})
	people := fmt.Sprintf(`{"people":[{"id":%q,"name":"Ana","role":"manager"},{"id":%q,"name":"Bo","role":"cook"}]}`, g.Named["personId"][0], g.Named["personId"][1])
	g.Base = map[string][]string{"/api/v1/people/document": {people}, "/api/v1/menu/document": {string(menu)}, "/api/v1/menu/check": {string(menu)}, "/api/v1/venue": {string(venue)}}
	for n := range 20 {
		body, err := r.Orders[n].Body(n, r.Claim.RestaurantID)
		if err != nil {
			return nil, err
		}
		g.Base["/api/v1/orders"] = append(g.Base["/api/v1/orders"], string(body))
	}
	dot, err := picture()
	if err != nil {
		return nil, err
	}
	g.Named["sha256"] = []string{fmt.Sprintf("%x", sha256.Sum256([]byte(dot)))}
	g.Plain = map[string][]string{"/api/v1/photos": {dot, dot, dot[:20], ""}, "/api/v1/menu/items.csv": csv, "/api/v1/menu/items.csv/check": csv}
	return f, nil
}

// restore has a manager put good documents in force again, which the box owns, and
// everything back that is out.
func (f *field) restore(r *rig.Restaurant) error {
	must := func(path, body string) error {
		status, said, err := r.Client.Do(f.ctx, "PUT", path, []byte(body))
		if err == nil && status != http.StatusOK && !bytes.Contains(said, []byte("owner_same")) {
			err = fmt.Errorf("a manager cannot put things right: PUT %s: %d %s", path, status, said)
		}
		return err
	}
	for _, c := range [][2]string{{"/api/v1/documents/menu/owner", `{"owner":"box"}`}, {"/api/v1/documents/venue/owner", `{"owner":"box"}`}, {"/api/v1/documents/staff/owner", `{"owner":"box"}`},
		{"/api/v1/venue", f.gen.Base["/api/v1/venue"][0]}, {"/api/v1/menu/document", f.gen.Base["/api/v1/menu/document"][0]}} {
		if err := must(c[0], c[1]); err != nil {
			return err
		}
	}
	for _, who := range f.gen.Named["personId"][:2] { // somebody to enter at a page
		if err := errors.Join(must("/api/v1/people/"+who, `{"name":"Ana","role":"server","active":true}`), must("/api/v1/people/"+who+"/pin", `{"pin":"4711"}`)); err != nil {
			return err
		}
	}
	boss := "/api/v1/people/" + f.gen.Named["personId"][2]
	if err := errors.Join(must(boss, `{"name":"Mia","role":"manager","active":true}`), must(boss+"/pin", `{"pin":"8302"}`)); err != nil {
		return err
	}
	for _, i := range f.gen.Named["menuItemId"] {
		if err := errors.Join(must("/api/v1/menu/items/"+i+"/availability", `{"available":true}`), must("/api/v1/menu/items/"+i+"/portions", `{"left":null}`)); err != nil {
			return err
		}
	}
	for _, m := range f.gen.Named["modifierId"] {
		if err := must("/api/v1/menu/modifiers/"+m+"/portions", `{"left":null}`); err != nil {
			return err
		}
	}
	return nil
}

// orders places good orders, which the requests of a round then speak of.
func (f *field) orders(r *rig.Restaurant, round int) error {
	const each = 8
	f.gen.Named["orderId"], f.gen.Named["order"] = nil, nil
	lines := []string{}
	for n := round * each; n < (round+1)*each; n++ {
		raw, _, err := r.Place(f.ctx, n)
		var o struct{ OrderID string }
		if err == nil {
			err = json.Unmarshal(raw, &o)
		}
		if err != nil {
			return err
		}
		f.gen.Named["orderId"] = append(f.gen.Named["orderId"], o.OrderID)
		item := f.gen.Named["menuItemId"][n%len(f.gen.Named["menuItemId"])]
		wish := fmt.Sprintf("0198f000-0000-7000-8%03x-%012x", round, n)
		for i, c := range []string{`"order.open","data":{"tableNumber":5}`, `"order.add_lines","data":{"lines":[{"line":"` + wish + `","menuItemId":"` + item + `","quantity":2}]}`,
			`"order.send"`, `"order.set_status","data":{"status":"preparing"}`} {
			order := o.OrderID
			if i < 3 && n%2 == 0 {
				order = wish
			}
			lines = append(lines, fmt.Sprintf(`{"commands":[{"id":"%s%d","order":"%s","type":%s}]}`, wish[:35], i, order, c))
		}
	}
	f.gen.Named["order"] = f.gen.Named["orderId"]
	f.gen.Base["/api/v1/commands"] = lines
	return nil
}

// playBox plays at the box: in each round those who may not, then those who may.
func (f *field) playBox(r *rig.Restaurant, p *asks, n, rounds int) error {
	if err := f.letIn(r); err != nil {
		return err
	}
	bar := f.bar(rounds, "the box")
	for round := range rounds {
		if err := errors.Join(f.restore(r), f.floor(r), f.orders(r, round), f.guests(r, round), f.approvals(), f.till(r)); err != nil {
			return err
		}
		if f.late = round == rounds-1; f.late {
			if err := f.ended(); err != nil {
				return err
			}
		}
		if err := f.leave(); err != nil {
			return err
		}
		head, err := f.quiet(r)
		if err != nil {
			return err
		}
		if err := f.play(2*round, n/rounds/refusedShare, f.mayNot, func(j job, r openapi.Request, a openapi.Answer) { f.turnedAway(p, j, r, a) }); err != nil {
			return err
		}
		p.unchanged.try(f.madeNothing(r, head))
		if err := f.play(2*round+1, n/rounds-n/rounds/refusedShare, f.mayAsk, func(j job, r openapi.Request, a openapi.Answer) {
			p.described.try(told(j, r, f.api.Judge(j.op, a)))
		}); err != nil {
			return err
		}
		_ = bar.Add(1) // a bar that cannot be drawn stops nothing
	}
	f.say(p)
	return nil
}

// undone are operations of which nothing is left to be done by those who ask here: the
// codes are used up, the time is not in doubt, pages stay signed in, and a box that the
// network does not reach lets nobody in over plain HTTP.
var undone = []string{"GET /enrol", "GET /ca.crt", "POST /session", "DELETE /session", "POST /api/v1/clock/confirm", "POST /api/v1/quarantine/retry", "POST /api/v1/boxes/{box}/revoke"}

// mayNot and mayAsk choose who asks. The page that signs out is one of those who did.
func (f *field) mayNot(o *openapi.Operation, a asker) bool { return !a.may(f.api, o) }
func (f *field) mayAsk(o *openapi.Operation, a asker) bool {
	return a.may(f.api, o) && o.Name() != "DELETE /session" && !a.other && f.grows(o, a)
}

// grows leaves what adds to a list for ever, of which every other answer is made, to
// those who do nothing else.
func (f *field) grows(o *openapi.Operation, a asker) bool {
	return a.only == o.Name() || a.only == "" && o.Name() != addRestaurant
}

// turnedAway judges the answer to somebody who may not.
func (f *field) turnedAway(p *asks, j job, r openapi.Request, a openapi.Answer) {
	f.refused++
	err := f.api.Judge(j.op, a)
	p.described.try(told(j, r, err))
	switch {
	case a.Status != http.StatusUnauthorized && a.Status != http.StatusForbidden:
		err = fmt.Errorf("is answered %d: %.200s", a.Status, a.Body)
	case j.by.proof == "" && a.Status != http.StatusUnauthorized:
		err = fmt.Errorf("whose proof is worth nothing is answered %d: %.200s", a.Status, a.Body)
	}
	p.refused.try(told(j, r, err))
}

// ended waits until the token that had to end has ended.
func (f *field) ended() error {
	for _, a := range f.askers {
		if wait := time.Until(a.from); wait > 0 && !a.from.IsZero() {
			if err := f.moment(wait, wait+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// leave lets whoever entered at a page leave it, so that its role is its own again.
func (f *field) leave() error {
	for _, a := range f.askers {
		if a.proof == "session" {
			if _, _, err := ask(f.ctx, f.client, f.base, openapi.Request{Method: "POST", Path: "/api/v1/people/leave"}, a); err != nil {
				return err
			}
		}
	}
	return nil
}

// quiet waits until the box makes no more facts by itself, and answers its last one.
func (f *field) quiet(r *rig.Restaurant) (head int64, err error) {
	err = f.within(quietMost, func() error {
		a, err := r.End(f.ctx)
		if err == nil {
			err = f.moment(quietFor, quietFor+1)
		}
		if err != nil {
			return err
		}
		b, err := r.End(f.ctx)
		if err == nil && a.Head != b.Head {
			err = fmt.Errorf("the box makes facts by itself: %d, then %d", a.Head, b.Head)
		}
		head = b.Head
		return err
	})
	return head, err
}

// madeNothing looks for facts after head that somebody made; the box alone may have
// gone on, with a slip that came out.
func (f *field) madeNothing(r *rig.Restaurant, head int64) error {
	var audit struct {
		Facts []struct {
			Seq          int64
			Type, Device string
			Data         json.RawMessage
		}
	}
	if err := r.Client.Get(f.ctx, "/api/v1/audit?limit=100", &audit); err != nil {
		return err
	}
	for _, e := range audit.Facts {
		if e.Seq > head && (e.Device != "" && e.Device != "00000000-0000-0000-0000-000000000000" || bytes.Contains(e.Data, []byte("device.introduced"))) {
			return fmt.Errorf("there is fact %d, %s by %s: %.200s", e.Seq, e.Type, e.Device, e.Data)
		}
	}
	return nil
}

// say writes what was tried.
func (f *field) say(p *asks) {
	ops := f.api.Operations()
	var never []string
	expected := 0
	for _, o := range ops {
		if slices.Contains(undone, o.Name()) {
			continue
		}
		if expected++; f.hits[o.Name()] == 0 {
			never = append(never, o.Name())
		}
	}
	p.described.tried = fmt.Sprintf("%d requests of %d operations by %d askers", f.asked, len(ops), len(f.askers))
	if f.kept() {
		p.described.found = fmt.Sprintf("kept; the slowest answer took %d ms (%s)", f.long.Milliseconds(), f.slow)
	}
	p.refused.tried = fmt.Sprintf("%d of them", f.refused)
	p.unchanged.tried = fmt.Sprintf("after each of %d rounds of them", p.unchanged.tries)
	p.done.tried = fmt.Sprintf("%d operations", expected)
	done := 0
	for _, n := range maps.All(f.hits) {
		done += n
	}
	p.done.found = fmt.Sprintf("kept, %d requests in all", done)
	var err error
	if len(never) > f.size(neverMost, 0) {
		err = fmt.Errorf("never done: %s", strings.Join(never, ", "))
	}
	p.done.try(err)
}
