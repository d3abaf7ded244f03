package doc

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Menu is everything that can be sold. Prices are decimals of its currency.
type Menu struct {
	Currency string          `json:"currency"` // ISO 4217; must be the venue's
	Items    []Item          `json:"items"`
	Groups   []ModifierGroup `json:"modifier_groups,omitempty"`
}

// Item is one sellable variant: what has a price of its own.
type Item struct {
	ID          id.Item     `json:"id"`
	Name        string      `json:"name"`
	Price       json.Number `json:"price"`
	Category    string      `json:"category,omitempty"`
	Station     string      `json:"station,omitempty"`      // name of a station; none: the default one
	PrepMinutes int         `json:"prep_minutes,omitempty"` // 0: not said
	Groups      []string    `json:"modifier_groups,omitempty"`
}

// ModifierGroup is a named list of modifiers, shared by items.
type ModifierGroup struct {
	Name      string     `json:"name"`
	Modifiers []Modifier `json:"modifiers"`
}

// Modifier changes an item and perhaps its price.
type Modifier struct {
	ID    id.Modifier `json:"id"`
	Name  string      `json:"name"`
	Price json.Number `json:"price,omitempty"` // none: no price
}

// Bounds of a menu.
const (
	maxItems    = 20_000
	maxGroups   = 20_000
	maxName     = 80 // characters
	maxPrep     = 24 * 60
	maxPriceAbs = 1_000_000_000 // minor units
)

// ParseMenu reads and checks a menu; every mistake is listed.
func ParseMenu(body []byte) (*Menu, error) {
	var m Menu
	if err := decodeStrict(body, &m, "menu_invalid", "menu"); err != nil {
		return nil, err
	}
	return &m, m.check().fault("menu_invalid", "menu")
}

func (m *Menu) check() *mistakes {
	var bad mistakes
	cur, err := money.ParseCurrency(m.Currency)
	if err != nil {
		bad.add("currency", "%v", err)
		return &bad
	}
	m.Currency = string(cur)
	if len(m.Items) > maxItems || len(m.Groups) > maxGroups {
		bad.add("items", "at most %d items and %d groups are taken", maxItems, maxGroups)
		return &bad
	}
	groups := map[string]bool{}
	modifiers := map[id.Modifier]string{}
	for i, g := range m.Groups {
		at := fmt.Sprintf("modifier_groups[%d]", i)
		name(&bad, at+".name", g.Name)
		if groups[g.Name] {
			bad.add(at+".name", "%q is there twice", g.Name)
		}
		groups[g.Name] = true
		seen := map[string]bool{}
		for j, mod := range g.Modifiers {
			at := fmt.Sprintf("%s.modifiers[%d]", at, j)
			name(&bad, at+".name", mod.Name)
			price(&bad, cur, at+".price", mod.Price, true)
			if mod.ID.IsZero() {
				bad.add(at+".id", "is missing; every modifier needs a UUID of its own")
			} else if was, ok := modifiers[mod.ID]; ok {
				bad.add(at+".id", "is also %s", was)
			}
			modifiers[mod.ID] = at
			if k := Fold(mod.Name); seen[k] {
				bad.add(at+".name", "%q is there twice in %q", mod.Name, g.Name)
			} else {
				seen[k] = true
			}
		}
	}
	m.checkItems(&bad, cur, groups)
	return &bad
}

func (m *Menu) checkItems(bad *mistakes, cur money.Currency, groups map[string]bool) {
	items := map[id.Item]string{}
	for i, it := range m.Items {
		at := fmt.Sprintf("items[%d]", i)
		name(bad, at+".name", it.Name)
		price(bad, cur, at+".price", it.Price, false)
		if it.ID.IsZero() {
			bad.add(at+".id", "is missing; every item needs a UUID of its own")
		} else if was, ok := items[it.ID]; ok {
			bad.add(at+".id", "is also %s", was)
		}
		items[it.ID] = at
		if it.PrepMinutes < 0 || it.PrepMinutes > maxPrep {
			bad.add(at+".prep_minutes", "must be 0 to %d", maxPrep)
		}
		if it.Category != "" {
			name(bad, at+".category", it.Category)
		}
		if it.Station != "" {
			name(bad, at+".station", it.Station)
		}
		for j, g := range it.Groups {
			if !groups[g] {
				bad.add(fmt.Sprintf("%s.modifier_groups[%d]", at, j), "there is no group %q", g)
			}
		}
	}
}

// name checks a text that people see: not empty, not too long, no control characters.
func name(bad *mistakes, at, s string) {
	switch {
	case strings.TrimSpace(s) == "":
		bad.add(at, "is missing")
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl):
		bad.add(at, "contains characters that cannot be shown")
	case utf8.RuneCountInString(s) > maxName:
		bad.add(at, "has more than %d characters", maxName)
	}
}

func price(bad *mistakes, cur money.Currency, at string, n json.Number, optional bool) {
	if n == "" {
		if !optional {
			bad.add(at, "is missing")
		}
		return
	}
	a, err := cur.ParseDecimal(n.String())
	if err != nil {
		bad.add(at, "%v", err)
	} else if a > maxPriceAbs || a < -maxPriceAbs || a < 0 && !optional {
		bad.add(at, "%s is out of bounds", n)
	}
}

// Amount is the price in minor units; a checked document has no error here.
func (m *Menu) Amount(n json.Number) money.Amount {
	if n == "" {
		return 0
	}
	a, _ := money.Currency(m.Currency).ParseDecimal(n.String())
	return a
}

// Fold is the form in which names are compared: without regard to case, to how a
// letter with its marks is written, and to outer or doubled blanks.
func Fold(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
		return strings.ToLower(s)
	}
	return norm.NFC.String(cases.Fold().String(norm.NFC.String(s)))
}
