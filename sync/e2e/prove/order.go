package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/tyngo/tyngo/sync/e2e/rig"
)

// special is a dish that nobody of the lunch orders, so that it may be out.
const special = "0198f000-0000-7000-8000-00000000f00d"

const (
	cutFor     = 5 * time.Second // of the line between box and broker
	printerFor = 2 * time.Second // without power
	paperMost  = 60 * time.Second
	tellMost   = 20 * time.Second // until a wish of head office is done
)

// order is the lunch of two organisations at one head office, with wishes of head
// office in the middle of it, and everything broken once: the line, the box, a
// printer, head office.
func order(s *stage) error {
	at := rig.Below(filepath.Join(s.dir, "one"))
	r, l, err := s.restaurant(at)
	if err != nil {
		return err
	}
	defer r.Kill()
	other, l2, err := s.second(r)
	if err != nil {
		return err
	}
	defer other.Kill()
	done := s.promise("head office's wishes are done, once, in the middle of it")
	v := s.verdicts()
	paper := s.promise("every line of every order is on paper, as often as it was ordered; what nobody knows of is a POSSIBLE COPY elsewhere")
	apart := s.promise("an organisation sees nothing of another")
	if err := addSpecial(s, r); err != nil {
		return err
	}
	n := s.size(300, len(s.orders))
	l.allow(n)
	l2.allow(n / 4)
	bar := s.bar(n, "orders")
	pace := 20 * time.Second / time.Duration(len(s.orders))
	l.begin(s, pace)
	l2.begin(s, 4*pace)
	for _, step := range []struct {
		after int // percent of the orders
		do    func() error
	}{
		{10, func() error { return s.wishes(r, done) }},
		{25, func() error { r.Line.Cut(); return nil }},
		{45, func() error { r.Box.Kill(); return r.Box.Again(s.ctx) }},
		{60, func() error { return plug(s, r.Hot, true) }},
		{75, func() error { r.Cloud.Kill(); return r.Cloud.Again(s.ctx) }},
	} {
		if err := s.until(l, n*step.after/100, bar.Set); err != nil {
			return err
		}
		if err := step.do(); err != nil {
			return err
		}
		switch step.after {
		case 25:
			time.AfterFunc(cutFor, r.Line.Mend)
		case 60:
			if err := s.moment(printerFor, printerFor+time.Second); err != nil {
				return err
			}
			if err := plug(s, r.Hot, false); err != nil {
				return err
			}
		}
	}
	if err := s.until(l, n, bar.Set); err != nil {
		return err
	}
	l.end()
	l2.end()
	if err := s.onPaper(r, paper); err != nil {
		return err
	}
	if err := s.apart(r, other, l2, apart); err != nil {
		return err
	}
	if err := other.Box.Stop(); err != nil {
		return err
	}
	return v.judge(s, r, l, at)
}

// second starts a restaurant of another organisation at the same head office.
func (s *stage) second(r *rig.Restaurant) (*rig.Restaurant, *load, error) {
	at := rig.Below(filepath.Join(s.dir, "two"))
	other, err := rig.JoinRestaurant(s.ctx, s.bin, at, s.orders, s.log, r.Cloud, "Another house")
	if err != nil {
		return nil, nil, err
	}
	other.Client.HTTP = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * clients}, Timeout: 20 * time.Second}
	return other, &load{r: other, acked: map[int]string{}}, nil
}

// until waits until so many orders were acknowledged.
func (s *stage) until(l *load, n int, show func(int) error) error {
	for {
		have := len(l.so())
		_ = show(min(have, int(l.most.Load()))) // a bar that cannot be drawn stops nothing
		if err := l.last(); err != nil {
			return err
		}
		if have >= n {
			return nil
		}
		if err := s.moment(10*time.Millisecond, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

// addSpecial puts a dish on the menu that nobody orders.
func addSpecial(s *stage, r *rig.Restaurant) error {
	var menu map[string]any
	if err := r.Client.Get(s.ctx, "/api/v1/menu/document", &menu); err != nil {
		return err
	}
	items, _ := menu["items"].([]any)
	menu["items"] = append(items, map[string]any{"id": special, "name": "Special of the day", "price": 14.5})
	raw, err := json.Marshal(menu)
	if err != nil {
		return err
	}
	status, said, err := r.Client.Do(s.ctx, "PUT", "/api/v1/menu/document", raw)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("publish the menu: %d %s", status, said)
	}
	return err
}

// wishes: head office puts an item out, is given the venue, and renames it.
func (s *stage) wishes(r *rig.Restaurant, p *promise) error {
	place := "/api/v1/restaurants/" + r.Claim.RestaurantID
	put := func(c *rig.Client, path string, body any, want int) error {
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		status, said, err := c.Do(s.ctx, "PUT", path, raw)
		if err == nil && status != want {
			err = fmt.Errorf("PUT %s: %d %s", path, status, said)
		}
		return err
	}
	began := time.Now()
	if err := put(r.Office, place+"/items/"+special+"/availability", map[string]bool{"available": false}, http.StatusAccepted); err != nil {
		return err
	}
	out := func() error {
		var m struct {
			Items []struct {
				MenuItemID string
				Available  bool
			}
		}
		if err := r.Client.Get(s.ctx, "/api/v1/menu", &m); err != nil {
			return err
		}
		for _, i := range m.Items {
			if i.MenuItemID == special && !i.Available {
				return nil
			}
		}
		return errors.New("the item is still on the tablets")
	}
	p.try(s.within(tellMost, out))
	took := time.Since(began)
	var venue map[string]any
	if err := errors.Join(put(r.Client, "/api/v1/documents/venue/owner", map[string]string{"owner": "hq"}, http.StatusOK),
		s.within(tellMost, func() error { return r.Office.Get(s.ctx, place+"/documents/venue", &venue) })); err != nil {
		return err
	}
	venue["name"] = "Lunch at the harbor"
	if err := put(r.Office, place+"/documents/venue", venue, http.StatusAccepted); err != nil {
		return err
	}
	p.try(s.within(tellMost, func() error {
		var v struct{ Name string }
		err := r.Client.Get(s.ctx, "/api/v1/venue", &v)
		if err == nil && v.Name != "Lunch at the harbor" {
			err = fmt.Errorf("the venue is called %q", v.Name)
		}
		return err
	}))
	p.tried, p.found = "an item out (86), a new venue document", fmt.Sprintf("kept; the item was out after %d ms", took.Milliseconds())
	return nil
}

// plug pulls the plug of a printer, or puts it back.
func plug(s *stage, p *rig.Printer, off bool) error {
	req, err := http.NewRequestWithContext(s.ctx, http.MethodPost, fmt.Sprintf("%s/fault/power?on=%t", p.Web, off), nil)
	if err != nil {
		return err
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	if res.StatusCode >= 400 {
		err = fmt.Errorf("the printer's plug: %s", res.Status)
	}
	return errors.Join(err, res.Body.Close())
}

// onPaper waits for the printers and compares their paper with the orders.
func (s *stage) onPaper(r *rig.Restaurant, p *promise) error {
	var list []rig.Order
	if !p.try(s.within(paperMost, func() (err error) {
		if list, _, err = r.OnBox(s.ctx); err != nil {
			return err
		}
		for _, o := range list {
			for _, k := range o.Tickets {
				if k.State != "printed" {
					return fmt.Errorf("check %s at %s is %s", o.Number, k.Station, k.State)
				}
			}
		}
		return nil
	})) {
		return nil
	}
	names := map[string]bool{}
	for _, o := range list {
		for _, i := range o.Items {
			names[i.Name] = true
		}
	}
	paper, err := rig.ReadPaper(names, r.Hot.Folder, r.Cold.Folder)
	if err != nil {
		return err
	}
	p.try(paper.Missing(list))
	p.tried = fmt.Sprintf("%d slips of %d orders", paper.N, len(list))
	p.found = fmt.Sprintf("kept, with copies of %d checks", len(paper.Copies))
	return nil
}

// apart asks each organisation for the other's things, and holds the figures of the
// second one, which are its own orders and no more.
func (s *stage) apart(r, other *rig.Restaurant, l2 *load, p *promise) error {
	want := l2.sums()
	p.try(s.within(s.patience(), func() error {
		there, err := other.AtOffice(s.ctx)
		if err == nil {
			err = differ(there, want)
		}
		return err
	}))
	p.try(s.within(s.patience(), func() error { return other.Chains(s.ctx) }))
	asked := 0
	for _, side := range [][2]*rig.Restaurant{{r, other}, {other, r}} {
		mine, theirs := side[0], side[1]
		end, err := theirs.End(s.ctx)
		if err != nil {
			return err
		}
		for _, path := range []string{"/api/v1/restaurants", "/api/v1/boxes", "/api/v1/today", "/api/v1/quarantine",
			"/api/v1/restaurants/" + theirs.Claim.RestaurantID + "/documents", "/api/v1/restaurants/" + theirs.Claim.RestaurantID + "/documents/venue",
			"/api/v1/restaurants/" + theirs.Claim.RestaurantID + "/directives"} {
			_, raw, err := mine.Office.Do(s.ctx, "GET", path, nil)
			if err == nil && (bytes.Contains(raw, []byte(theirs.Claim.RestaurantID)) || bytes.Contains(raw, []byte(end.Box))) {
				err = fmt.Errorf("GET %s shows the other organisation: %.200s", path, raw)
			}
			p.try(err)
			asked++
		}
	}
	p.tried = fmt.Sprintf("%s of the second, and %d requests for the other's things", money(want), asked)
	return nil
}
