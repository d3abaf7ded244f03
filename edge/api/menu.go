package api

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

type menuIn struct {
	IfNoneMatch string `header:"If-None-Match"`
	Type        string `query:"type" enum:"dine_in,takeaway,delivery,bar_tab" default:"dine_in" doc:"Prices may differ by the type of an order"`
}

type menuOut struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         *menuBody
}

// menuBody is what is sold now, at its prices. Groups stand once, items name them by
// their place: thousands of items share a few.
type menuBody struct {
	SHA256     string         `json:"sha256"`
	Currency   string         `json:"currency"`
	Languages  []string       `json:"languages,omitempty"`
	Level      string         `json:"level,omitempty" doc:"The price level of now"`
	ByType     bool           `json:"byType,omitempty" doc:"Prices differ by the type of an order: ask for each"`
	Categories []menuCategory `json:"categories"`
	Items      []menuItem     `json:"items"`
	Groups     []menuGroup    `json:"groups,omitempty"`
}

type menuCategory struct {
	Name  string    `json:"name"`
	Names doc.Names `json:"names,omitempty" doc:"In other languages"`
	Items []string  `json:"items"`
}

type menuItem struct {
	MenuItemID  string      `json:"menuItemId"`
	Name        string      `json:"name"`
	Names       doc.Names   `json:"names,omitempty"`
	Of          string      `json:"of,omitempty" doc:"What it is a variant of"`
	Variant     string      `json:"variant,omitempty"`
	Price       int64       `json:"price" doc:"Minor units, now"`
	OpenPrice   *openBounds `json:"openPrice,omitempty" doc:"Whoever rings it says what one costs; price is what it usually is, or 0"`
	PrepMinutes int         `json:"prepMinutes,omitempty"`
	Station     string      `json:"station,omitempty"`
	Course      string      `json:"course,omitempty"`
	Allergens   []string    `json:"allergens,omitempty"`
	Photo       string      `json:"photo,omitempty"`
	Available   bool        `json:"available"`
	Left        *int64      `json:"left,omitempty" doc:"Portions; absent: not counted"`
	Groups      []int       `json:"groups,omitempty" doc:"Places in groups"`
	Combo       []menuPart  `json:"combo,omitempty" doc:"It is a set menu: what there is to choose"`
}

type openBounds struct {
	Least int64 `json:"least" doc:"Minor units"`
	Most  int64 `json:"most" doc:"Minor units"`
}

type menuPart struct {
	Name    string       `json:"name"`
	Names   doc.Names    `json:"names,omitempty"`
	Choose  int          `json:"choose"`
	Choices []menuChoice `json:"choices"`
}

type menuChoice struct {
	MenuItemID string `json:"menuItemId"`
	Price      int64  `json:"price,omitempty" doc:"Minor units, on top"`
}

type menuGroup struct {
	Name      string         `json:"name"`
	Names     doc.Names      `json:"names,omitempty"`
	Min       int            `json:"min,omitempty"`
	Max       int            `json:"max,omitempty"`
	Free      int            `json:"free,omitempty"`
	Modifiers []menuModifier `json:"modifiers"`
}

type menuModifier struct {
	ModifierID string    `json:"modifierId"`
	Name       string    `json:"name"`
	Names      doc.Names `json:"names,omitempty"`
	Price      int64     `json:"price,omitempty" doc:"Minor units, added to the item's; absent: nothing"`
	Extra      *int64    `json:"extra,omitempty" doc:"The price of extra, where it is not twice its own"`
	Default    bool      `json:"default,omitempty"`
	Most       int       `json:"most,omitempty"`
	Left       *int64    `json:"left,omitempty" doc:"Portions; absent: not counted"`
	Allergens  []string  `json:"allergens,omitempty"`
	Groups     []int     `json:"groups,omitempty"`
}

// menu is the menu as a tablet shows it now.
func (a *API) menu(ctx context.Context, in *menuIn) (*menuOut, error) {
	var now *menu.Moment
	var place *venue.Venue
	if err := a.Journal.DB().View(ctx, func(q *sqlite.Snapshot) (err error) {
		if place, err = a.Venues.Active(q); err == nil {
			now, err = a.Menus.Now(q, place, a.Now(), in.Type)
		}
		return err
	}); err != nil {
		return nil, err
	}
	if now.Menu == nil {
		return &menuOut{Body: &menuBody{Currency: place.Currency, Categories: []menuCategory{}, Items: []menuItem{}}}, nil
	}
	h := fnv.New64a()
	fmt.Fprint(h, in.Type, now)
	etag := fmt.Sprintf(`"%s-%x"`, now.SHA256, h.Sum64())
	if in.IfNoneMatch == etag {
		return nil, huma.ErrorWithHeaders(huma.Status304NotModified(), http.Header{"ETag": {etag}, "Cache-Control": {"private, no-cache"}})
	}
	return &menuOut{ETag: etag, CacheControl: "private, no-cache", Body: showMenu(now)}, nil
}

func showMenu(n *menu.Moment) *menuBody {
	b := &menuBody{SHA256: n.SHA256, Currency: string(n.Currency), Languages: n.Languages, Level: n.Level, Categories: []menuCategory{}, Items: make([]menuItem, 0, len(n.Items))}
	b.ByType = slices.ContainsFunc(n.Levels, func(l doc.PriceLevel) bool { return len(l.Types) > 0 })
	for _, c := range n.Categories {
		mc := menuCategory{Name: c.Name, Names: c.Names, Items: []string{}}
		for _, i := range c.Items {
			mc.Items = append(mc.Items, i.String())
		}
		b.Categories = append(b.Categories, mc)
	}
	places := make(map[*menu.Group]int, len(n.Groups))
	for i, g := range n.Groups {
		places[g] = i
	}
	at := func(groups []*menu.Group) (list []int) {
		for _, g := range groups {
			list = append(list, places[g])
		}
		return list
	}
	for _, it := range n.Items {
		price, _ := n.Price(it)
		mi := menuItem{MenuItemID: it.ID.String(), Name: it.Name, Names: it.Names, Of: it.Of, Variant: it.Variant, Price: int64(price), PrepMinutes: it.PrepMinutes, Station: it.Station,
			Course: it.Course, Allergens: it.Allergens, Photo: it.Photo, Available: n.Unsold(it, 1) == "", Groups: at(it.Groups)}
		if left, counted, _ := n.Over.Left(it); counted {
			mi.Left = new(max(left, 0))
		}
		if it.Open != nil {
			mi.OpenPrice = &openBounds{int64(it.Open.Least), int64(it.Open.Most)}
		}
		for _, p := range it.Combo {
			mp := menuPart{Name: p.Name, Names: p.Names, Choose: max(1, p.Choose)}
			for _, c := range p.ComboPart.Choices {
				mp.Choices = append(mp.Choices, menuChoice{c.Item.String(), int64(p.Choices[c.Item])})
			}
			mi.Combo = append(mi.Combo, mp)
		}
		b.Items = append(b.Items, mi)
	}
	for _, g := range n.Groups {
		mg := menuGroup{Name: g.Name, Names: g.Names, Min: g.Min, Max: g.Max, Free: g.Free, Modifiers: make([]menuModifier, 0, len(g.Modifiers))}
		for _, m := range g.Modifiers {
			mm := menuModifier{ModifierID: m.ID.String(), Name: m.Name, Names: m.Names, Price: int64(n.ModifierPrice(m)), Default: m.Default, Most: m.Most, Allergens: m.Allergens, Groups: at(m.Groups)}
			if m.Modifier.Extra != "" {
				mm.Extra = new(int64(m.Extra))
			}
			if left, counted := n.Over.LeftOf(m.ID); counted {
				mm.Left = new(max(left, 0))
			}
			mg.Modifiers = append(mg.Modifiers, mm)
		}
		b.Groups = append(b.Groups, mg)
	}
	return b
}

type portionsIn struct {
	Keyed
	Item    string `path:"menuItemId" format:"uuid"`
	RawBody []byte
	Body    portionsBody
}

type modifierPortionsIn struct {
	Keyed
	Modifier string `path:"modifierId" format:"uuid"`
	RawBody  []byte
	Body     portionsBody
}

type portionsBody struct {
	Left *int64 `json:"left" nullable:"true" minimum:"0" maximum:"1000000" doc:"Portions; null: not counted any more"`
}

// setPortions says how many portions of an item are left.
func (a *API) setPortions(ctx context.Context, in *portionsIn) (*availabilityOut, error) {
	item, err := id.Parse[id.Item](in.Item)
	if err != nil {
		return nil, fault.New(fault.Invalid, "item", err.Error())
	}
	m := in.meta(ctx, "PUT /api/v1/menu/items/"+in.Item+"/portions", in.RawBody)
	r, err := a.Menus.SetPortions(ctx, a.Journal, m, menu.PortionsLeft{Item: item, Left: in.Body.Left}, a.today)
	return changed(r.Seq, err)
}

// setModifierPortions is the same for a modifier; none left: it is out (86).
func (a *API) setModifierPortions(ctx context.Context, in *modifierPortionsIn) (*availabilityOut, error) {
	mod, err := id.Parse[id.Modifier](in.Modifier)
	if err != nil {
		return nil, fault.New(fault.Invalid, "modifier", err.Error())
	}
	m := in.meta(ctx, "PUT /api/v1/menu/modifiers/"+in.Modifier+"/portions", in.RawBody)
	r, err := a.Menus.SetPortions(ctx, a.Journal, m, menu.PortionsLeft{Modifier: mod, Left: in.Body.Left}, a.today)
	return changed(r.Seq, err)
}

type priceIn struct {
	Keyed
	Item    string `path:"menuItemId" format:"uuid"`
	RawBody []byte
	Body    struct {
		Price *int64 `json:"price" nullable:"true" minimum:"0" maximum:"1000000000" doc:"Minor units, for this business day; null: its own price again"`
	}
}

// setPrice gives an item another price for the rest of the business day.
func (a *API) setPrice(ctx context.Context, in *priceIn) (*availabilityOut, error) {
	item, err := id.Parse[id.Item](in.Item)
	if err != nil {
		return nil, fault.New(fault.Invalid, "item", err.Error())
	}
	m := in.meta(ctx, "PUT /api/v1/menu/items/"+in.Item+"/price", in.RawBody)
	r, err := a.Menus.SetPrice(ctx, a.Journal, m, menu.DayPrice{Item: item, Price: (*money.Amount)(in.Body.Price)}, a.today)
	return changed(r.Seq, err)
}

func changed(seq int64, err error) (*availabilityOut, error) {
	out := &availabilityOut{}
	out.Body.Seq = seq
	return out, err
}

// today is the business day.
func (a *API) today(q sqlite.Queryer) (string, error) { return a.Venues.Day(q, a.Now()) }
