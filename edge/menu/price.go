package menu

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tyngo/tyngo/edge/sqlite"
	"github.com/tyngo/tyngo/edge/venue"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Moment is the menu at one time, for one type of order: what is sold, and at which
// price. A price of the day comes before the first price level that holds, and that
// before the usual price.
type Moment struct {
	*Menu
	Over  Overlay
	Level string // the price level; empty: none
	parts map[string]bool
}

// Now is the menu in force at a time, with what lies over it.
func (b *Book) Now(q sqlite.Queryer, v *venue.Venue, at time.Time, typ string) (*Moment, error) {
	m, err := b.Active(q)
	if err != nil {
		return nil, err
	}
	over, err := Now(q, v.Day(at))
	if err != nil {
		return nil, err
	}
	return m.At(at, v.Location(), typ, over), nil
}

// At is the menu at a time on the clock of loc.
func (m *Menu) At(at time.Time, loc *time.Location, typ string, over Overlay) *Moment {
	n := &Moment{Menu: m, Over: over, parts: map[string]bool{}}
	if m == nil {
		return n
	}
	for _, p := range m.Dayparts {
		for _, w := range p.Windows {
			if w.Holds(at, loc) {
				n.parts[p.Name] = true
				break
			}
		}
	}
	for _, l := range m.Levels {
		if (len(l.Types) == 0 || slices.Contains(l.Types, typ)) && n.in(l.Dayparts) {
			n.Level = l.Name
			break
		}
	}
	return n
}

// in reports whether one of some dayparts is now; where there are none, always.
func (n *Moment) in(dayparts []string) bool {
	return len(dayparts) == 0 || slices.ContainsFunc(dayparts, func(d string) bool { return n.parts[d] })
}

// Price is what an item costs, without its modifiers, and the level that said so.
func (n *Moment) Price(it *Item) (p money.Amount, level string) {
	if p, ok := n.Over.PriceOfDay(it.ID); ok {
		return p, ""
	}
	if p, ok := it.Prices[n.Level]; ok {
		return p, n.Level
	}
	return it.Price, ""
}

// ModifierPrice is what one of a modifier costs, as it is.
func (n *Moment) ModifierPrice(m *Modifier) money.Amount {
	if p, ok := m.Prices[n.Level]; ok {
		return p
	}
	return m.Price
}

// String names this state of the menu: it is another where anything that it shows is.
func (n *Moment) String() string {
	return fmt.Sprint(n.Level, slices.Sorted(maps.Keys(n.parts)), n.Over.Day, n.Over.Stamp)
}

// Unsold says why an item cannot be sold in a quantity; empty: it can.
func (n *Moment) Unsold(it *Item, quantity int64) string {
	switch left, counted, _ := n.Over.Left(it); {
	case n.Over.Out(it.ID), counted && left <= 0:
		return "is out (86): " + it.Name
	case counted && left < quantity:
		return fmt.Sprintf("there are %d left: %s", left, it.Name)
	case !n.in(it.Dayparts):
		return "is not sold at this time of the day: " + it.Name
	}
	return ""
}

// Pick is a modifier that was chosen.
type Pick struct {
	Modifier id.Modifier
	Quantity int64  // 0: one
	Pre      string // no, extra, side; empty: as it is
	Picks    []Pick // of the groups of the modifier
	Where    string // the member that said so; empty: that of its place
}

// MaxPicks bounds the modifiers of a line.
const MaxPicks = 100

// wrong is a mistake in what was chosen.
type wrong struct{ where, why string }

// Choose decides what modifiers come to: each with its price, and the price of all.
// portions are those that other lines of the same command take. where names the
// member that is wrong: .modifiers[2].quantity.
func (n *Moment) Choose(it *Item, picks []Pick, quantity int64, portions map[id.Modifier]int64) (list []event.Modified, price money.Amount, where, why string) {
	c := chosen{n: n, times: quantity, portions: portions}
	if w := c.groups(it.Groups, picks, id.Modifier{}, 1, ".modifiers", 0); w != nil {
		return nil, 0, w.where, w.why
	}
	return c.list, c.price, "", ""
}

type chosen struct {
	n        *Moment
	times    int64 // the quantity of the line
	portions map[id.Modifier]int64
	list     []event.Modified
	price    money.Amount
}

// groups takes what was chosen of some groups. times is how often all of it is had.
func (c *chosen) groups(groups []*Group, picks []Pick, under id.Modifier, times int64, at string, depth int) *wrong {
	if depth > doc.MaxNesting {
		return &wrong{at, "goes deeper than the menu"}
	}
	count := map[*Group]int64{}
	for k, p := range picks {
		at := cmp.Or(p.Where, fmt.Sprintf("%s[%d]", at, k))
		mod, ok := c.n.Modifier(p.Modifier)
		if !ok || !slices.Contains(groups, mod.Group) {
			return &wrong{at + ".modifierId", "is no choice of this item"}
		}
		if p.Quantity < 0 {
			return &wrong{at + ".quantity", "must be 1 or more"}
		}
		p.Quantity = max(p.Quantity, 1)
		if most := int64(mod.Most); p.Quantity > maxTimes || most > 0 && p.Quantity > most {
			return &wrong{at + ".quantity", fmt.Sprintf("%s can be had %d times at most", mod.Name, cap64(most, maxTimes))}
		}
		was := count[mod.Group]
		if p.Pre != "no" {
			count[mod.Group] += p.Quantity
		}
		if w := c.one(mod, p, under, times, min(max(int64(mod.Group.Free)-was, 0), p.Quantity), at, depth); w != nil {
			return w
		}
	}
	for _, g := range groups {
		for _, mod := range g.Modifiers { // what comes with it, where the group asks for more
			if count[g] < int64(g.Min) && mod.Default && c.there(mod) && !slices.ContainsFunc(picks, func(p Pick) bool { return p.Modifier == mod.ID }) {
				free := min(max(int64(g.Free)-count[g], 0), 1)
				count[g]++
				if w := c.one(mod, Pick{Modifier: mod.ID, Quantity: 1}, under, times, free, at, depth); w != nil {
					return w
				}
			}
		}
		switch n := count[g]; {
		case n < int64(g.Min):
			return &wrong{at, fmt.Sprintf("need a choice of %s: %d at least, %d chosen", g.Name, g.Min, n)}
		case g.Max > 0 && n > int64(g.Max):
			return &wrong{at, fmt.Sprintf("have too much of %s: %d at most, %d chosen", g.Name, g.Max, n)}
		}
	}
	return nil
}

// there reports whether one more of a modifier can be had.
func (c *chosen) there(mod *Modifier) bool {
	left, counted := c.n.Over.LeftOf(mod.ID)
	return !counted || c.portions[mod.ID] < left
}

// maxTimes bounds how often a modifier is had.
const maxTimes = 99

func cap64(n, most int64) int64 {
	if n == 0 {
		return most
	}
	return min(n, most)
}

// one takes one modifier, of which some are free, and what is chosen of its groups.
func (c *chosen) one(mod *Modifier, p Pick, under id.Modifier, times, free int64, at string, depth int) *wrong {
	unit, err := c.n.ModifierPrice(mod), error(nil)
	switch p.Pre {
	case "", "side":
	case "no":
		unit = 0
	case "extra":
		if mod.Modifier.Extra != "" {
			unit = mod.Extra
		} else if unit, err = unit.Times(2); err != nil {
			return &wrong{at, "makes the price too large"}
		}
	default:
		return &wrong{at + ".pre", fmt.Sprintf("%.20q is none of: no, extra, side", p.Pre)}
	}
	m := event.Modified{Modifier: mod.ID, Name: mod.Name, Pre: p.Pre, Under: under}
	all := p.Quantity * times
	if all > 1 {
		m.Quantity = all
	}
	if left, counted := c.n.Over.LeftOf(mod.ID); counted && p.Pre != "no" {
		m.Counted = true
		if c.portions[mod.ID] += all * c.times; left <= 0 {
			return &wrong{at, "is out (86): " + mod.Name}
		} else if c.portions[mod.ID] > left {
			return &wrong{at, fmt.Sprintf("there are %d left: %s", left, mod.Name)}
		}
	}
	amount, err := unit.Times((p.Quantity - free) * times)
	if err == nil {
		m.Price = amount
		c.price, err = c.price.Plus(amount)
	}
	if err != nil {
		return &wrong{at, "makes the price too large"}
	}
	if c.list = append(c.list, m); len(c.list) > MaxPicks {
		return &wrong{at, fmt.Sprintf("one line takes %d modifiers", MaxPicks)}
	}
	if p.Pre == "no" {
		if len(p.Picks) > 0 {
			return &wrong{at + ".modifiers", "are of something that is left away"}
		}
		return nil
	}
	return c.groups(mod.Groups, p.Picks, mod.ID, all, at+".modifiers", depth+1)
}
