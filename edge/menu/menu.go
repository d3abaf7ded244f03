// Package menu is what can be sold now: the menu document in force with what lies
// over it, ready for pricing. Prices come from here and never from a client.
//
// A menu does not change: a new document makes a new Menu, and lines keep the
// price that they were rung with.
package menu

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/hours"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Menu is the menu in force.
type Menu struct {
	SHA256     string
	Currency   money.Currency
	Languages  []string
	Dayparts   []Daypart
	Levels     []doc.PriceLevel
	Items      []*Item  // in the document's order
	Groups     []*Group // in the document's order
	Categories []Category
	Photos     []string // that items name
	byID       map[id.Item]*Item
	modifiers  map[id.Modifier]*Modifier
}

// Daypart is a part of the week, on the clock on the wall.
type Daypart struct {
	Name    string
	Names   doc.Names
	Windows []hours.Window
}

// Item is a sellable variant.
type Item struct {
	doc.Item
	Price  money.Amount
	Prices map[string]money.Amount // by price level
	Open   *Open                   // nil: it has a price of its own
	Groups []*Group
	Combo  []Part
	byName map[string]*Modifier
}

// Open is what one may cost of an item whose price is said when it is rung.
type Open struct{ Least, Most money.Amount }

// Part is a choice in a set menu.
type Part struct {
	doc.ComboPart
	Choices map[id.Item]money.Amount // what each costs on top
}

// Group is what there is to choose of.
type Group struct {
	doc.ModifierGroup
	Modifiers []*Modifier
}

// Modifier changes an item and perhaps its price.
type Modifier struct {
	doc.Modifier
	Group  *Group
	Price  money.Amount
	Prices map[string]money.Amount // by price level
	Extra  money.Amount            // the price of extra, where the document says one
	Groups []*Group
}

// Category is a list of items as the document orders them.
type Category struct {
	Name  string
	Names doc.Names
	Items []id.Item
}

// Other is the category of items that name none.
const Other = "Other"

// Item finds an item by its id.
func (m *Menu) Item(i id.Item) (*Item, bool) {
	if m == nil {
		return nil, false
	}
	it, ok := m.byID[i]
	return it, ok
}

// Modifier finds a modifier by its id.
func (m *Menu) Modifier(i id.Modifier) (*Modifier, bool) {
	if m == nil {
		return nil, false
	}
	mod, ok := m.modifiers[i]
	return mod, ok
}

// Modifier matches a modification, without regard to case, to a modifier of the item.
func (it *Item) Modifier(text string) (*Modifier, bool) {
	m, ok := it.byName[doc.Fold(text)]
	return m, ok
}

// Book finds the menu in force.
type Book struct {
	mu   sync.Mutex
	last *Menu // by content: the name of a document is its hash
}

// Active is the menu in force; nil where there is none.
func (b *Book) Active(q sqlite.Queryer) (*Menu, error) {
	sum, err := venue.InForce(q, doc.KindMenu)
	if err != nil || sum == "" {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.last != nil && b.last.SHA256 == sum {
		return b.last, nil
	}
	body, err := journal.Document(q, sum)
	if err != nil {
		return nil, fmt.Errorf("read menu %s: %w", sum, err)
	}
	m, err := Parse(body)
	if err != nil {
		return nil, fmt.Errorf("read menu %s: %w", sum, err)
	}
	b.last = m
	return m, nil
}

// Parse makes a menu of a document.
func Parse(body []byte) (*Menu, error) {
	d, err := doc.ParseMenu(body)
	if err != nil {
		return nil, err
	}
	return compile(doc.Sum(body), d)
}

func compile(sum string, d *doc.Menu) (*Menu, error) {
	m := &Menu{SHA256: sum, Currency: money.Currency(d.Currency), Languages: d.Languages, Levels: d.Levels, Photos: d.Photos(), byID: make(map[id.Item]*Item, len(d.Items)), modifiers: map[id.Modifier]*Modifier{}}
	for _, x := range d.Dayparts {
		p := Daypart{Name: x.Name, Names: x.Names}
		for _, t := range x.Times {
			w, err := t.Window()
			if err != nil {
				return nil, err
			}
			p.Windows = append(p.Windows, w)
		}
		m.Dayparts = append(m.Dayparts, p)
	}
	groups := m.compileGroups(d)
	places := map[string]int{}
	for _, c := range d.Categories {
		places[c.Name] = len(m.Categories)
		m.Categories = append(m.Categories, Category{Name: c.Name, Names: c.Names})
	}
	shared := map[string]map[string]*Modifier{} // items with the same groups share their names
	for _, di := range d.Items {
		it := &Item{Item: di, Price: d.Amount(di.Price), Prices: amounts(d, di.Prices)}
		if o := di.OpenPrice; o != nil {
			it.Open = &Open{d.Amount(o.Least), doc.MaxPrice}
			if o.Most != "" {
				it.Open.Most = d.Amount(o.Most)
			}
		}
		if it.Category == "" {
			it.Category = Other
		}
		for _, p := range di.Combo {
			part := Part{ComboPart: p, Choices: make(map[id.Item]money.Amount, len(p.Choices))}
			for _, c := range p.Choices {
				part.Choices[c.Item] = d.Amount(c.Price)
			}
			it.Combo = append(it.Combo, part)
		}
		for _, name := range di.Groups {
			it.Groups = append(it.Groups, groups[name])
		}
		key := fmt.Sprintf("%q", di.Groups)
		if it.byName = shared[key]; it.byName == nil {
			it.byName = names(it.Groups)
			shared[key] = it.byName
		}
		m.Items, m.byID[it.ID] = append(m.Items, it), it
		at, ok := places[it.Category]
		if !ok {
			at = len(m.Categories)
			places[it.Category] = at
			m.Categories = append(m.Categories, Category{Name: it.Category})
		}
		m.Categories[at].Items = append(m.Categories[at].Items, it.ID)
	}
	return m, nil
}

func (m *Menu) compileGroups(d *doc.Menu) map[string]*Group {
	groups := make(map[string]*Group, len(d.Groups))
	for _, g := range d.Groups {
		groups[g.Name] = &Group{ModifierGroup: g}
	}
	for _, dg := range d.Groups {
		g := groups[dg.Name]
		m.Groups = append(m.Groups, g)
		for _, dm := range dg.Modifiers {
			mod := &Modifier{Modifier: dm, Group: g, Price: d.Amount(dm.Price), Prices: amounts(d, dm.Prices), Extra: d.Amount(dm.Extra)}
			for _, inner := range dm.Groups {
				mod.Groups = append(mod.Groups, groups[inner])
			}
			g.Modifiers = append(g.Modifiers, mod)
			m.modifiers[mod.ID] = mod
		}
	}
	return groups
}

// names are the modifiers of groups as people write them; of two of one name it is
// the first.
func names(groups []*Group) map[string]*Modifier {
	by := map[string]*Modifier{}
	for _, g := range groups {
		for _, mod := range g.Modifiers {
			if k := doc.Fold(mod.Name); by[k] == nil {
				by[k] = mod
			}
		}
	}
	return by
}

func amounts(d *doc.Menu, by map[string]json.Number) map[string]money.Amount {
	if len(by) == 0 {
		return nil
	}
	out := make(map[string]money.Amount, len(by))
	for level, n := range by {
		out[level] = d.Amount(n)
	}
	return out
}
