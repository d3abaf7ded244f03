package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/tyngo/tyngo/cloud/rollup"
	"github.com/tyngo/tyngo/cloud/store"
	"github.com/tyngo/tyngo/sync/money"
)

// Today is the figures of the present business day of every restaurant.
type Today struct {
	AsOf        int64        `json:"asOf" doc:"UTC milliseconds"`
	Totals      []Total      `json:"totals" doc:"One a currency"`
	Restaurants []Restaurant `json:"restaurants"`
	TopItems    []TopItem    `json:"topItems"`
	Quarantined int          `json:"quarantined" doc:"Facts that could not be folded"`
}

// Total is the sum of the restaurants of one currency.
type Total struct {
	Currency string `json:"currency"`
	Digits   int    `json:"digits"`
	Sales    int64  `json:"sales" doc:"What was sent and not voided, less what was taken off; minor units"`
	Orders   int64  `json:"orders"`
	Average  int64  `json:"average" doc:"Minor units"`
	Owed
}

// Owed is what guests owe: sales + charges + taxes. Discounts are off sales already.
type Owed struct {
	Discounts int64 `json:"discounts" doc:"What was taken off, comps in it, minor units"`
	Charges   int64 `json:"charges" doc:"Service charges, minor units"`
	Taxes     int64 `json:"taxes" doc:"Taxes that prices do not hold, minor units"`
}

// Restaurant is one restaurant's day. Currency is empty where no box ever spoke.
type Restaurant struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Currency string `json:"currency"`
	Digits   int    `json:"digits"`
	Zone     string `json:"zone"`
	Day      string `json:"day"`
	Sales    int64  `json:"sales"`
	Orders   int64  `json:"orders"`
	Average  int64  `json:"average"`
	Owed
	Hours     []Hour     `json:"hours"`
	LastOrder *LastOrder `json:"lastOrder,omitempty"`
	Boxes     []Box      `json:"boxes"`
}

// Hour is the sales of one local hour.
type Hour struct {
	Hour  int   `json:"hour"`
	Sales int64 `json:"sales"`
}

// LastOrder is the latest order of a restaurant.
type LastOrder struct {
	At     int64  `json:"at"`
	Number string `json:"number"`
	Total  int64  `json:"total"`
}

// Box is how one box is. A box that is away is dark since, at least so much behind.
type Box struct {
	ID            string  `json:"id"`
	State         string  `json:"state" enum:"online,dark,never"`
	Since         int64   `json:"since"`
	BehindEvents  int64   `json:"behindEvents"`
	BehindSeconds float64 `json:"behindSeconds"`
	LastHeard     int64   `json:"lastHeard"`
}

// TopItem is an item by what it sold today.
type TopItem struct {
	Name     string `json:"name"`
	Quantity int64  `json:"quantity"`
	Sales    int64  `json:"sales"`
	Currency string `json:"currency"`
	Digits   int    `json:"digits"`
}

// topMost is how many items are told.
const topMost = 10

type todayOut struct{ Body *Today }

func (a *API) today(ctx context.Context, _ *struct{}) (*todayOut, error) {
	t, err := a.figures(ctx, a.scope(ctx))
	return &todayOut{t}, err
}

// figures reads the day of every restaurant of an organisation.
func (a *API) figures(ctx context.Context, c store.Scope) (*Today, error) {
	restaurants, err := c.Restaurants(ctx)
	if err != nil {
		return nil, err
	}
	places, err := c.Places(ctx)
	if err != nil {
		return nil, err
	}
	standings, err := c.Standings(ctx)
	if err != nil {
		return nil, err
	}
	t := &Today{AsOf: a.Now().UnixMilli(), Totals: []Total{}, Restaurants: []Restaurant{}, TopItems: []TopItem{}}
	if t.Quarantined, err = c.Quarantined(ctx); err != nil {
		return nil, err
	}
	items := map[[2]string]*TopItem{}
	for _, r := range restaurants {
		out := Restaurant{ID: r.ID.String(), Name: r.Name, Hours: []Hour{}, Boxes: []Box{}}
		for _, p := range places {
			if p.Restaurant == r.ID {
				if err := a.day(ctx, c, p, &out, items); err != nil {
					return nil, err
				}
			}
		}
		for _, s := range standings {
			if s.Restaurant == r.ID {
				out.Boxes = append(out.Boxes, a.box(s))
			}
		}
		t.Restaurants = append(t.Restaurants, out)
	}
	t.Totals = totals(t.Restaurants)
	for _, it := range items {
		if it.Quantity > 0 {
			t.TopItems = append(t.TopItems, *it)
		}
	}
	slices.SortFunc(t.TopItems, func(x, y TopItem) int {
		return cmp.Or(cmp.Compare(x.Currency, y.Currency), cmp.Compare(y.Sales, x.Sales), cmp.Compare(x.Name, y.Name))
	})
	t.TopItems = t.TopItems[:min(len(t.TopItems), topMost)]
	return t, nil
}

// day reads the sums of a restaurant's present business day.
func (a *API) day(ctx context.Context, c store.Scope, p store.Place, out *Restaurant, items map[[2]string]*TopItem) error {
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		zone = time.UTC // one box's odd word must not take the page from all
	}
	out.Currency, out.Digits, out.Zone = p.Currency, money.Currency(p.Currency).Digits(), p.Zone
	out.Day = a.Now().In(zone).Add(-time.Duration(p.DayStart) * time.Minute).Format(time.DateOnly)
	if p.LastAt > 0 {
		out.LastOrder = &LastOrder{p.LastAt, p.LastNumber, p.LastTotal}
	}
	cells, err := c.Cells(ctx, p.Restaurant, out.Day, "")
	if err != nil {
		return err
	}
	net := func(hour int, n int64) {
		out.Sales += n
		i := slices.IndexFunc(out.Hours, func(h Hour) bool { return h.Hour == hour })
		if i < 0 {
			i, out.Hours = len(out.Hours), append(out.Hours, Hour{Hour: hour})
		}
		out.Hours[i].Sales += n
	}
	for _, x := range cells {
		switch x.Metric {
		case rollup.Orders:
			out.Orders += x.N
		case rollup.Sales:
			net(x.Hour, x.N)
		case rollup.Discount:
			out.Discounts += x.N
			net(x.Hour, -x.N)
		case rollup.Charges:
			out.Charges += x.N
		case rollup.Taxes:
			out.Taxes += x.N
		}
	}
	out.Average = average(out.Sales, out.Orders)
	if cells, err = c.Cells(ctx, p.Restaurant, out.Day, rollup.ByItem); err != nil {
		return err
	}
	for _, x := range cells {
		k := [2]string{p.Currency, x.Key}
		if items[k] == nil {
			items[k] = &TopItem{Name: x.Key, Currency: p.Currency, Digits: out.Digits}
		}
		switch x.Metric {
		case rollup.Sales:
			items[k].Sales += x.N
		case rollup.Quantity:
			items[k].Quantity += x.N
		}
	}
	return nil
}

// average rounds half up; a share of a cent is no money but a figure.
func average(sales, orders int64) int64 {
	if orders == 0 {
		return 0
	}
	return (2*sales + orders) / (2 * orders)
}

func totals(rs []Restaurant) []Total {
	by := map[string]*Total{}
	for _, r := range rs {
		if r.Currency == "" {
			continue
		}
		if by[r.Currency] == nil {
			by[r.Currency] = &Total{Currency: r.Currency, Digits: r.Digits}
		}
		by[r.Currency].Sales += r.Sales
		by[r.Currency].Orders += r.Orders
		by[r.Currency].Discounts += r.Discounts
		by[r.Currency].Charges += r.Charges
		by[r.Currency].Taxes += r.Taxes
	}
	out := []Total{}
	for _, t := range by {
		t.Average = average(t.Sales, t.Orders)
		out = append(out, *t)
	}
	slices.SortFunc(out, func(x, y Total) int {
		return cmp.Or(cmp.Compare(y.Sales, x.Sales), cmp.Compare(x.Currency, y.Currency))
	})
	return out
}

// box says how a box is. What it has and we lack is known only as of its last word.
func (a *API) box(s store.Standing) Box {
	b := Box{ID: s.ID.String(), State: "never"}
	if !s.Known {
		return b
	}
	p := s.Presence
	b.State, b.Since, b.LastHeard = "dark", p.Since.UnixMilli(), p.Heard.UnixMilli()
	if p.Online {
		b.State = "online"
	}
	b.BehindEvents = max(0, p.Head-s.Cursor.Last)
	switch {
	case b.BehindEvents > 0: // its oldest missing fact is younger than our last
		b.BehindSeconds = a.Now().Sub(s.LastAt.Add(p.Clock)).Seconds()
	case s.Cursor.Last > 0: // how long the last fact was under way
		b.BehindSeconds = s.LastRcv.Sub(s.LastAt.Add(p.Clock)).Seconds()
	}
	b.BehindSeconds = float64(int64(max(0, b.BehindSeconds)*10+.5)) / 10
	return b
}

// stream sends the figures whenever they change.
func (a *API) stream(w http.ResponseWriter, r *http.Request) {
	c := a.scope(r.Context())
	a.live(w, r, "today", a.Sales, func(ctx context.Context) (any, error) { return a.figures(ctx, c) })
}
