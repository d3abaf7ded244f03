// Package menu is what can be sold now: the menu document in force, ready for
// pricing. Prices come from here and never from a client.
//
// A menu does not change: a new document makes a new Menu, and lines keep the
// price that they were rung with.
package menu

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/tyngo/tyngo/edge/journal"
	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/fault"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Menu is the menu in force.
type Menu struct {
	SHA256     string
	Currency   money.Currency
	Items      []*Item // in the document's order
	Categories []Category
	byID       map[id.Item]*Item
}

// Item is a sellable variant.
type Item struct {
	ID          id.Item
	Name        string
	Price       money.Amount
	Category    string
	Station     string // name; empty: the default station
	PrepMinutes int    // 0: not said
	Modifiers   []Modifier
	byName      map[string]*Modifier
}

// Modifier changes an item and perhaps its price.
type Modifier struct {
	ID    id.Modifier
	Name  string
	Group string
	Price money.Amount
}

// Category is a list of items as the document orders them.
type Category struct {
	Name  string
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

// Modifier matches a modification, without regard to case, to a modifier of the item.
func (it *Item) Modifier(text string) (Modifier, bool) {
	m, ok := it.byName[doc.Fold(text)]
	if !ok {
		return Modifier{}, false
	}
	return *m, true
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
	return compile(doc.Sum(body), d), nil
}

func compile(sum string, d *doc.Menu) *Menu {
	m := &Menu{SHA256: sum, Currency: money.Currency(d.Currency), byID: make(map[id.Item]*Item, len(d.Items))}
	groups := map[string]doc.ModifierGroup{}
	for _, g := range d.Groups {
		groups[g.Name] = g
	}
	shared := map[string]*Item{} // items with the same groups share their modifiers
	places := map[string]int{}
	for _, di := range d.Items {
		it := &Item{ID: di.ID, Name: di.Name, Price: d.Amount(di.Price), Category: di.Category, Station: di.Station, PrepMinutes: di.PrepMinutes}
		if it.Category == "" {
			it.Category = Other
		}
		key := fmt.Sprintf("%q", di.Groups)
		if twin, ok := shared[key]; ok {
			it.Modifiers, it.byName = twin.Modifiers, twin.byName
		} else {
			for _, name := range di.Groups {
				for _, mod := range groups[name].Modifiers {
					it.Modifiers = append(it.Modifiers, Modifier{mod.ID, mod.Name, name, d.Amount(mod.Price)})
				}
			}
			it.byName = make(map[string]*Modifier, len(it.Modifiers))
			for i := range it.Modifiers {
				if k := doc.Fold(it.Modifiers[i].Name); it.byName[k] == nil {
					it.byName[k] = &it.Modifiers[i]
				}
			}
			shared[key] = it
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
	return m
}

// Publish puts a menu document in force, as the restaurant itself. A bad one is
// refused whole, with every mistake.
func (b *Book) Publish(ctx context.Context, j *journal.Journal, venues *venue.Book, m journal.Meta, body []byte) (journal.Receipt, error) {
	if _, err := doc.ParseMenu(body); err != nil {
		return journal.Receipt{}, err
	}
	sum := sha256.Sum256(body)
	m.Body = &sum
	return j.Commit(ctx, m, func(tx *sqlite.Tx) ([]event.Payload, error) {
		if err := venue.Owned(tx, doc.KindMenu, venue.Owner); err != nil {
			return nil, err
		}
		facts, err := b.Accept(tx, venues, venue.Owner, body)
		if err != nil {
			return nil, err
		}
		_, err = j.PutDocument(tx, doc.KindMenu, body)
		return facts, err
	})
}

// Accept says what putting a menu document in force comes to, or why it cannot be.
func (b *Book) Accept(tx *sqlite.Tx, venues *venue.Book, owner string, body []byte) ([]event.Payload, error) {
	d, err := doc.ParseMenu(body)
	if err != nil {
		return nil, err
	}
	v, err := venues.Active(tx)
	if err != nil {
		return nil, err
	}
	if string(v.Money) != d.Currency {
		return nil, fault.Newf(fault.Invalid, "menu_currency", "The menu is in %s and the restaurant in %s.", d.Currency, v.Money)
	}
	mods := 0
	for _, g := range d.Groups {
		mods += len(g.Modifiers)
	}
	return []event.Payload{event.MenuPublished{SHA256: doc.Sum(body), Owner: owner, Items: len(d.Items), Modifiers: mods}}, nil
}

// Export is the menu document in force, as it was published; nil where there is none.
func Export(q sqlite.Queryer) (json.RawMessage, error) {
	sum, err := venue.InForce(q, doc.KindMenu)
	if err != nil || sum == "" {
		return nil, err
	}
	return journal.Document(q, sum)
}
