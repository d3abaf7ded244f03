package doc

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tyngo/tyngo/sync/hours"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// checking is a menu that is checked: what it names, and what is wrong with it.
type checking struct {
	mistakes
	menu      *Menu
	currency  money.Currency
	languages map[string]bool
	dayparts  map[string]bool
	levels    map[string]bool
	groups    map[string]*ModifierGroup
	depth     map[string]int // of groups within groups
}

func (m *Menu) check() *mistakes {
	c := &checking{menu: m, languages: map[string]bool{}, dayparts: map[string]bool{}, levels: map[string]bool{}, groups: map[string]*ModifierGroup{}, depth: map[string]int{}}
	var err error
	if c.currency, err = money.ParseCurrency(m.Currency); err != nil {
		c.add("currency", "%v", err)
		return &c.mistakes
	}
	m.Currency = string(c.currency)
	n := 0
	for _, g := range m.Groups {
		n += len(g.Modifiers)
	}
	if len(m.Items) > maxItems || len(m.Groups) > maxGroups || n > maxModifiers {
		c.add("items", "at most %d items, %d groups and %d modifiers are taken", maxItems, maxGroups, maxModifiers)
		return &c.mistakes
	}
	c.head()
	for i, g := range m.Groups {
		c.once(c.has(g.Name), fmt.Sprintf("modifier_groups[%d].name", i), g.Name)
		c.groups[g.Name] = &m.Groups[i]
	}
	modifiers := map[id.Modifier]string{}
	for i, g := range m.Groups {
		c.group(fmt.Sprintf("modifier_groups[%d]", i), g, modifiers)
	}
	c.items()
	return &c.mistakes
}

func (c *checking) has(group string) bool { return c.groups[group] != nil }

// once checks a name that must be there once.
func (c *checking) once(there bool, at, name string) {
	if there {
		c.add(at, "%q is there twice", name)
	}
}

// few checks the length of a list; what is too long is not looked into.
func (c *checking) few(at string, n, most int) bool {
	if n > most {
		c.add(at, "has %d entries; at most %d are taken", n, most)
	}
	return n <= most
}

// head checks what the rest of the menu names.
func (c *checking) head() {
	m := c.menu
	if !c.few("languages", len(m.Languages), maxFew) || !c.few("dayparts", len(m.Dayparts), maxFew) || !c.few("price_levels", len(m.Levels), maxLevels) ||
		!c.few("categories", len(m.Categories), maxItems) {
		return
	}
	for i, l := range m.Languages {
		at := fmt.Sprintf("languages[%d]", i)
		if l == "" || !localeForm.MatchString(l) {
			c.add(at, "%.20q is not a language tag such as es or pt-BR", l)
		}
		c.once(c.languages[l], at, l)
		c.languages[l] = true
	}
	for i, d := range m.Dayparts {
		at := fmt.Sprintf("dayparts[%d]", i)
		c.called(at, d.Name, d.Names)
		c.once(c.dayparts[d.Name], at+".name", d.Name)
		c.dayparts[d.Name] = true
		if len(d.Times) == 0 {
			c.add(at+".times", "is missing: a daypart needs a time")
		}
		if !c.few(at+".times", len(d.Times), maxFew) {
			continue
		}
		for j, t := range d.Times {
			if _, err := t.Window(); err != nil {
				c.add(fmt.Sprintf("%s.times[%d]", at, j), "%v", err)
			}
		}
	}
	for i, l := range m.Levels {
		at := fmt.Sprintf("price_levels[%d]", i)
		name(&c.mistakes, at+".name", l.Name)
		c.once(c.levels[l.Name], at+".name", l.Name)
		c.levels[l.Name] = true
		c.inDayparts(at, l.Dayparts)
		for j, t := range l.Types {
			if !slices.Contains(OrderTypes, t) {
				c.add(fmt.Sprintf("%s.types[%d]", at, j), "%.20q is no type of an order: %s", t, strings.Join(OrderTypes, ", "))
			}
		}
	}
	seen := map[string]bool{}
	for i, x := range m.Categories {
		at := fmt.Sprintf("categories[%d]", i)
		c.called(at, x.Name, x.Names)
		c.once(seen[x.Name], at+".name", x.Name)
		seen[x.Name] = true
	}
}

// called checks a name, and those in other languages.
func (c *checking) called(at, first string, names Names) {
	name(&c.mistakes, at+".name", first)
	for _, l := range slices.Sorted(maps.Keys(names)) {
		if !c.languages[l] {
			c.add(at+".names", "%.20q is none of the languages of this menu", l)
		}
		name(&c.mistakes, at+".names."+l, names[l])
	}
}

func (c *checking) inDayparts(at string, list []string) {
	for i, d := range list {
		if !c.dayparts[d] {
			c.add(fmt.Sprintf("%s.dayparts[%d]", at, i), "there is no daypart %.80q", d)
		}
	}
}

// priced checks a price and those of the price levels.
func (c *checking) priced(at string, usual json.Number, levels map[string]json.Number, optional bool) {
	price(&c.mistakes, c.currency, at+".price", usual, optional)
	for _, l := range slices.Sorted(maps.Keys(levels)) {
		if !c.levels[l] {
			c.add(at+".prices", "there is no price level %.80q", l)
		}
		price(&c.mistakes, c.currency, at+".prices."+l, levels[l], optional)
		if levels[l] == "" {
			c.add(at+".prices."+l, "is missing")
		}
	}
}

func (c *checking) allergens(at string, list []string) {
	if !c.few(at+".allergens", len(list), maxFew) {
		return
	}
	for i, a := range list {
		name(&c.mistakes, fmt.Sprintf("%s.allergens[%d]", at, i), a)
	}
}

func (c *checking) group(at string, g ModifierGroup, modifiers map[id.Modifier]string) {
	c.called(at, g.Name, g.Names)
	for _, n := range []struct {
		name string
		is   int
	}{{"min", g.Min}, {"max", g.Max}, {"free", g.Free}} {
		if n.is < 0 || n.is > maxChoices {
			c.add(at+"."+n.name, "must be 0 to %d", maxChoices)
		}
	}
	seen, most, defaults := map[string]bool{}, 0, 0
	for j, mod := range g.Modifiers {
		at := fmt.Sprintf("%s.modifiers[%d]", at, j)
		c.called(at, mod.Name, mod.Names)
		c.priced(at, mod.Price, mod.Prices, true)
		price(&c.mistakes, c.currency, at+".extra", mod.Extra, true)
		c.allergens(at, mod.Allergens)
		if mod.Most < 0 || mod.Most > maxChoices {
			c.add(at+".most", "must be 0 to %d", maxChoices)
		}
		if mod.Most == 0 {
			most += maxChoices
		}
		most += mod.Most
		if mod.Default {
			defaults++
		}
		if mod.ID.IsZero() {
			c.add(at+".id", "is missing; every modifier needs a UUID of its own")
		} else if was, ok := modifiers[mod.ID]; ok {
			c.add(at+".id", "is also %s", was)
		}
		modifiers[mod.ID] = at
		k := Fold(mod.Name)
		c.once(seen[k], at+".name", mod.Name)
		seen[k] = true
		for k, inner := range mod.Groups {
			switch at := fmt.Sprintf("%s.modifier_groups[%d]", at, k); {
			case !c.has(inner):
				c.add(at, "there is no group %.80q", inner)
			case 1+c.deep(inner) > MaxNesting:
				c.add(at, "goes deeper than %d groups, or leads back to itself", MaxNesting)
			}
		}
	}
	switch {
	case g.Max > 0 && g.Min > g.Max:
		c.add(at+".min", "asks for %d, and at most %d are taken", g.Min, g.Max)
	case g.Min > most:
		c.add(at+".min", "asks for %d, and there are only %d to choose", g.Min, most)
	}
	if g.Max > 0 && defaults > g.Max {
		c.add(at+".modifiers", "%d are chosen by default, and at most %d are taken", defaults, g.Max)
	}
}

// deep is how many groups a group leads through, itself counted; one that leads back
// to itself is deeper than any.
func (c *checking) deep(group string) int {
	if n, ok := c.depth[group]; ok {
		return n
	}
	c.depth[group] = MaxNesting + 1 // where it is met again before it is known, it leads there
	most := 1
	if g := c.groups[group]; g != nil {
		for _, m := range g.Modifiers {
			for _, inner := range m.Groups {
				most = max(most, min(1+c.deep(inner), MaxNesting+1))
			}
		}
	}
	c.depth[group] = most
	return most
}

func (c *checking) items() {
	items := map[id.Item]int{}
	for i, it := range c.menu.Items {
		at := fmt.Sprintf("items[%d]", i)
		if it.ID.IsZero() {
			c.add(at+".id", "is missing; every item needs a UUID of its own")
		} else if was, ok := items[it.ID]; ok {
			c.add(at+".id", "is also items[%d]", was)
		}
		items[it.ID] = i
		c.called(at, it.Name, it.Names)
		c.priced(at, it.Price, it.Prices, false)
		c.openPrice(at, it)
		if it.PrepMinutes < 0 || it.PrepMinutes > maxPrep {
			c.add(at+".prep_minutes", "must be 0 to %d", maxPrep)
		}
		for _, text := range []struct{ where, is string }{{".category", it.Category}, {".station", it.Station}, {".course", it.Course}, {".tax_class", it.TaxClass},
			{".of", it.Of}, {".variant", it.Variant}} {
			if text.is != "" {
				name(&c.mistakes, at+text.where, text.is)
			}
		}
		if (it.Of == "") != (it.Variant == "") {
			c.add(at+".variant", "a variant needs both: what it is a variant of, and what tells it from the others")
		}
		if it.Photo != "" && !IsSum(it.Photo) {
			c.add(at+".photo", "a photo is named by the SHA-256 of its bytes, in lower-case hex")
		}
		c.allergens(at, it.Allergens)
		c.inDayparts(at, it.Dayparts)
		for j, p := range it.Portions {
			if _, err := weekdays(p.Days); err != nil {
				c.add(fmt.Sprintf("%s.portions[%d].days", at, j), "%v", err)
			}
			if p.N < 0 || p.N > maxPortions {
				c.add(fmt.Sprintf("%s.portions[%d].n", at, j), "must be 0 to %d", maxPortions)
			}
		}
		for j, g := range it.Groups {
			if !c.has(g) {
				c.add(fmt.Sprintf("%s.modifier_groups[%d]", at, j), "there is no group %.80q", g)
			}
		}
	}
	for i, it := range c.menu.Items {
		for j, p := range it.Combo {
			c.part(fmt.Sprintf("items[%d].combo[%d]", i, j), p, items)
		}
	}
}

// openPrice checks the bounds of a price that is said when the item is rung.
func (c *checking) openPrice(at string, it Item) {
	o := it.OpenPrice
	if o == nil {
		return
	}
	c.priced(at+".open_price", o.Least, nil, true)
	c.priced(at+".open_price", o.Most, nil, true)
	if o.Least != "" && o.Most != "" && c.menu.Amount(o.Least) > c.menu.Amount(o.Most) {
		c.add(at+".open_price.most", "is less than least")
	}
	if len(it.Prices) > 0 || len(it.Combo) > 0 {
		c.add(at+".open_price", "goes neither with prices of levels nor with a set menu")
	}
}

func (c *checking) part(at string, p ComboPart, items map[id.Item]int) {
	c.called(at, p.Name, p.Names)
	if p.Choose < 0 || p.Choose > maxChoices {
		c.add(at+".choose", "must be 0 to %d", maxChoices)
	}
	if len(p.Choices) == 0 {
		c.add(at+".choices", "is missing: there is nothing to choose")
	}
	for k, choice := range p.Choices {
		at := fmt.Sprintf("%s.choices[%d]", at, k)
		price(&c.mistakes, c.currency, at+".price", choice.Price, true)
		if i, ok := items[choice.Item]; !ok {
			c.add(at+".item", "there is no such item")
		} else if len(c.menu.Items[i].Combo) > 0 {
			c.add(at+".item", "%q is a combo itself", c.menu.Items[i].Name)
		}
	}
}

// Window is the time as package hours reads it.
func (t Time) Window() (w hours.Window, err error) {
	if w.Days, err = weekdays(t.Days); err != nil {
		return w, err
	}
	if w.From, err = hours.Parse(t.From); err != nil {
		return w, err
	}
	w.To, err = hours.Parse(t.To)
	return w, err
}

func weekdays(list []string) (days []time.Weekday, err error) {
	for _, s := range list {
		d, err := hours.Weekday(s)
		if err != nil {
			return nil, err
		}
		days = append(days, d)
	}
	return days, nil
}
