package doc

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Menu is everything that can be sold. Prices are decimals of its currency. What
// has a name for people may have it in other languages, too.
type Menu struct {
	Currency   string          `json:"currency"`               // ISO 4217; must be the venue's
	Languages  []string        `json:"languages,omitempty"`    // BCP 47, of the names beside the first
	Dayparts   []Daypart       `json:"dayparts,omitempty"`     // breakfast, lunch, happy hour
	Levels     []PriceLevel    `json:"price_levels,omitempty"` // the first one that holds gives the price
	Categories []Category      `json:"categories,omitempty"`   // in the order of the screen; what items name beside comes after
	Items      []Item          `json:"items"`
	Groups     []ModifierGroup `json:"modifier_groups,omitempty"`
}

// Names are the names of one thing in other languages, by their tag.
type Names map[string]string

// Daypart is a part of the week, on the clock on the restaurant's wall.
type Daypart struct {
	Name  string `json:"name"`
	Names Names  `json:"names,omitempty"`
	Times []Time `json:"times"`
}

// Time is a time of the week. Where To is not after From it ends on the next day.
type Time struct {
	Days []string `json:"days,omitempty"` // mon, tue, wed, thu, fri, sat, sun; none: every day
	From string   `json:"from"`           // HH:MM
	To   string   `json:"to"`             // HH:MM; 24:00 is the end of the day
}

// PriceLevel is a list of prices beside the usual ones. It holds when everything
// that it names does.
type PriceLevel struct {
	Name     string   `json:"name"`
	Dayparts []string `json:"dayparts,omitempty"` // in one of them; none: at any time
	Types    []string `json:"types,omitempty"`    // dine_in, takeaway, delivery, bar_tab; none: of any type
}

// Category is a page of the order screen.
type Category struct {
	Name  string `json:"name"`
	Names Names  `json:"names,omitempty"`
}

// Item is one sellable variant: what has a price of its own.
type Item struct {
	ID          id.Item                `json:"id"`
	Name        string                 `json:"name"`
	Names       Names                  `json:"names,omitempty"`
	Price       json.Number            `json:"price"`
	Prices      map[string]json.Number `json:"prices,omitempty"`     // by price level
	OpenPrice   *OpenPrice             `json:"open_price,omitempty"` // whoever rings it says what one costs
	Of          string                 `json:"of,omitempty"`         // what it is a variant of: all variants share one button
	Variant     string                 `json:"variant,omitempty"`    // and what tells it from the others: Large
	Category    string                 `json:"category,omitempty"`
	Station     string                 `json:"station,omitempty"` // name of a station; none: the default one
	Course      string                 `json:"course,omitempty"`  // such as Starters
	TaxClass    string                 `json:"tax_class,omitempty"`
	PrepMinutes int                    `json:"prep_minutes,omitempty"` // 0: not said
	Allergens   []string               `json:"allergens,omitempty"`
	Photo       string                 `json:"photo,omitempty"`    // SHA-256 of a document
	Dayparts    []string               `json:"dayparts,omitempty"` // sold in one of them; none: at any time
	Portions    []Portions             `json:"portions,omitempty"` // how many there are, day by day
	Groups      []string               `json:"modifier_groups,omitempty"`
	Combo       []ComboPart            `json:"combo,omitempty"`
}

// OpenPrice is what may be asked for one of an item whose price is said when it is rung:
// a fish by its weight, a cake that somebody brought.
type OpenPrice struct {
	Least json.Number `json:"least,omitempty"` // none: nothing
	Most  json.Number `json:"most,omitempty"`  // none: what any item may cost
}

// Portions is how many of an item there are at the beginning of a business day.
type Portions struct {
	Days []string `json:"days,omitempty"` // none: every day
	N    int64    `json:"n"`
}

// ComboPart is a choice in a set menu. What is chosen is made by its own station and
// costs nothing but the choice's price.
type ComboPart struct {
	Name    string   `json:"name"`
	Names   Names    `json:"names,omitempty"`
	Choose  int      `json:"choose,omitempty"` // how many; 0: one
	Choices []Choice `json:"choices"`
}

// Choice is an item that can be chosen in a set menu.
type Choice struct {
	Item  id.Item     `json:"item"`
	Price json.Number `json:"price,omitempty"` // on top; none: nothing
}

// ModifierGroup is a named list of modifiers, shared by items.
type ModifierGroup struct {
	Name      string     `json:"name"`
	Names     Names      `json:"names,omitempty"`
	Min       int        `json:"min,omitempty"`  // of it at least; 1 and more: required
	Max       int        `json:"max,omitempty"`  // and at most; 0: no bound
	Free      int        `json:"free,omitempty"` // the first ones that cost nothing
	Modifiers []Modifier `json:"modifiers"`
}

// Modifier changes an item and perhaps its price.
type Modifier struct {
	ID        id.Modifier            `json:"id"`
	Name      string                 `json:"name"`
	Names     Names                  `json:"names,omitempty"`
	Price     json.Number            `json:"price,omitempty"`   // none: no price
	Prices    map[string]json.Number `json:"prices,omitempty"`  // by price level
	Extra     json.Number            `json:"extra,omitempty"`   // the price of extra; none: twice its price
	Default   bool                   `json:"default,omitempty"` // comes with the item; chosen where the group asks for more than was
	Most      int                    `json:"most,omitempty"`    // how often it can be had; 0: as often as the group takes
	Allergens []string               `json:"allergens,omitempty"`
	Groups    []string               `json:"modifier_groups,omitempty"` // what there is to choose in turn
}

// Bounds of a menu.
const (
	maxItems     = 20_000
	maxGroups    = 20_000
	maxModifiers = 200_000
	maxName      = 80 // characters
	maxPrep      = 24 * 60
	MaxPrice     = 1_000_000_000 // minor units
	maxChoices   = 99            // of a group, of a modifier, of a part of a combo
	maxLevels    = 32
	maxFew       = 100 // languages, dayparts, times, categories of an item's lists
	maxPortions  = 1_000_000
	MaxNesting   = 4 // groups within groups
)

// ParseMenu reads and checks a menu; every mistake is listed, with its line.
func ParseMenu(body []byte) (*Menu, error) {
	var m Menu
	if err := decodeStrict(body, &m, "menu_invalid", "menu"); err != nil {
		return nil, err
	}
	bad := m.check()
	bad.locate(body)
	return &m, bad.fault("menu_invalid", "menu")
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
	} else if a > MaxPrice || a < -MaxPrice || a < 0 && !optional {
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
