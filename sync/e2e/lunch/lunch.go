// Package lunch turns a file of real orders into a restaurant: a menu, a venue,
// and the orders as the public API takes them.
//
// The file is tab-separated with the columns order_id, quantity, item_name,
// choice_description and item_price, as TheUpshot/chipotle published it. The
// price is that of the line; the menu has one item per item and unit price.
package lunch

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Currency of the orders.
const Currency = money.Currency("USD")

// Order is one real order.
type Order struct {
	ID    string
	Lines []Line
}

// Line is one line of it, with everything at one unit price.
type Line struct {
	Quantity int64
	Name     string
	Choices  []string
	Unit     money.Amount
}

// Orders are all of a file.
type Orders []Order

var columns = []string{"order_id", "quantity", "item_name", "choice_description", "item_price"}

// Bounds of the file: a line in bytes, and what the box takes of an order.
const (
	lineMost          = 64 << 10
	linesMost         = 500
	modificationsMost = 50
	nameMost          = 80 // characters
)

// Read reads a file; a bad line is an error that names it.
func Read(r io.Reader) (Orders, error) {
	in := bufio.NewScanner(r)
	in.Buffer(nil, lineMost)
	var all Orders
	at := map[string]int{}
	for n := 1; in.Scan(); n++ {
		fields := strings.Split(strings.TrimRight(in.Text(), "\r"), "\t")
		if n == 1 {
			if !slices.Equal(fields, columns) {
				return nil, fmt.Errorf("line 1: the columns are %q, want %q", fields, columns)
			}
			continue
		}
		if len(fields) == 1 && fields[0] == "" {
			continue
		}
		if len(fields) != len(columns) {
			return nil, fmt.Errorf("line %d: %d columns, want %d", n, len(fields), len(columns))
		}
		lines, err := parse(fields)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		i, ok := at[fields[0]]
		if !ok {
			i = len(all)
			at[fields[0]] = i
			all = append(all, Order{ID: fields[0]})
		}
		if all[i].Lines = append(all[i].Lines, lines...); len(all[i].Lines) > linesMost {
			return nil, fmt.Errorf("line %d: order %s has more than %d lines, which no check takes", n, fields[0], linesMost)
		}
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("there are no orders in it")
	}
	return all, nil
}

// parse reads one row. A price that does not divide by the quantity makes lines
// of two unit prices that add up to it.
func parse(f []string) ([]Line, error) {
	quantity, err := strconv.ParseInt(f[1], 10, 64)
	if err != nil || quantity < 1 || quantity > 999 {
		return nil, fmt.Errorf("quantity %q is not 1 to 999", f[1])
	}
	name := fit(f[2])
	if name == "" {
		return nil, fmt.Errorf("item_name is empty")
	}
	price, err := Currency.ParseDecimal(strings.ReplaceAll(strings.TrimPrefix(strings.TrimSpace(f[4]), "$"), ",", ""))
	if err != nil || price < 0 {
		return nil, fmt.Errorf("item_price %q is no price", f[4])
	}
	choices := split(f[3])
	if len(choices) > modificationsMost {
		return nil, fmt.Errorf("choice_description has %d choices, and a line of an order takes %d", len(choices), modificationsMost)
	}
	var lines []Line
	for _, unit := range price.Split(int(quantity)) {
		if n := len(lines); n > 0 && lines[n-1].Unit == unit {
			lines[n-1].Quantity++
			continue
		}
		lines = append(lines, Line{1, name, choices, unit})
	}
	return lines, nil
}

// fit makes a name that a menu takes: one line, and a long one is cut, with a mark
// that tells it from others that begin like it.
func fit(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if r := []rune(s); len(r) > nameMost {
		mark := fmt.Sprintf("… %x", sha256.Sum256([]byte(s)))[:len("… ")+6]
		s = string(r[:nameMost-utf8.RuneCountInString(mark)]) + mark
	}
	return s
}

// split takes a choice such as "[Salsa, [Rice, Cheese]]" apart.
func split(s string) (choices []string) {
	if s == "NULL" {
		return nil
	}
	for _, c := range strings.Split(strings.NewReplacer("[", "", "]", "").Replace(s), ",") {
		if c = fit(c); c != "" {
			choices = append(choices, c)
		}
	}
	return choices
}

// Total is what all orders come to.
func (o Orders) Total() (total money.Amount) {
	for _, x := range o {
		total += x.Total()
	}
	return total
}

// Lines counts the lines as the file has them.
func (o Orders) Lines() (n int) {
	for _, x := range o {
		n += len(x.Lines)
	}
	return n
}

// Items counts the pieces.
func (o Orders) Items() (n int64) {
	for _, x := range o {
		for _, l := range x.Lines {
			n += l.Quantity
		}
	}
	return n
}

// Total is what one order comes to.
func (o Order) Total() (total money.Amount) {
	for _, l := range o.Lines {
		total += money.Amount(l.Quantity) * l.Unit
	}
	return total
}

// ItemID is the menu item of a line.
func (l Line) ItemID() id.Item {
	return id.Derived[id.Item]("lunch item", l.Name, strconv.FormatInt(int64(l.Unit), 10))
}

// Stations of the restaurant.
const (
	Hot  = "Hot line"
	Cold = "Cold line"
)

// kinds sorts dishes into categories, the station that makes them and the minutes
// that takes: the first word that occurs in the name decides.
var kinds = []struct {
	word, category, station string
	minutes                 int
}{
	{"Burrito", "Burritos", Hot, 8}, {"Bowl", "Bowls", Hot, 8}, {"Tacos", "Tacos", Hot, 9}, {"Salad", "Salads", Hot, 7},
	{"Chips", "Chips & sides", Cold, 2}, {"Side", "Chips & sides", Cold, 2},
	{"Soda", "Drinks", Cold, 1}, {"Drink", "Drinks", Cold, 1}, {"Water", "Drinks", Cold, 1}, {"Izze", "Drinks", Cold, 1}, {"Nectar", "Drinks", Cold, 1},
}

// Menu is the menu from which every order can be rung: choices are modifiers at no
// price, since the price of the line holds them.
func (o Orders) Menu() ([]byte, error) {
	items, groups := map[id.Item]doc.Item{}, map[string]map[string]bool{}
	for _, x := range o {
		for _, l := range x.Lines {
			it := doc.Item{ID: l.ItemID(), Name: l.Name, Price: json.Number(Currency.Decimal(l.Unit)), Category: "Other", Station: Cold, PrepMinutes: 5}
			for _, k := range kinds {
				if strings.Contains(l.Name, k.word) {
					it.Category, it.Station, it.PrepMinutes = k.category, k.station, k.minutes
					break
				}
			}
			if groups[l.Name] == nil {
				groups[l.Name] = map[string]bool{}
			}
			for _, c := range l.Choices {
				groups[l.Name][c] = true
			}
			items[it.ID] = it
		}
	}
	m := doc.Menu{Currency: string(Currency)}
	for name, choices := range groups {
		if len(choices) == 0 {
			continue
		}
		g := doc.ModifierGroup{Name: name}
		folded := map[string]bool{}
		for c := range choices {
			if k := doc.Fold(c); !folded[k] {
				folded[k] = true
				g.Modifiers = append(g.Modifiers, doc.Modifier{ID: id.Derived[id.Modifier]("lunch modifier", name, k), Name: c})
			}
		}
		slices.SortFunc(g.Modifiers, func(a, b doc.Modifier) int { return cmp.Compare(a.Name, b.Name) })
		m.Groups = append(m.Groups, g)
	}
	for _, it := range items {
		if len(groups[it.Name]) > 0 {
			it.Groups = []string{it.Name}
		}
		m.Items = append(m.Items, it)
	}
	slices.SortFunc(m.Groups, func(a, b doc.ModifierGroup) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(m.Items, func(a, b doc.Item) int {
		return cmp.Or(cmp.Compare(rank(a.Category), rank(b.Category)), cmp.Compare(a.Name, b.Name), cmp.Compare(len(a.Price), len(b.Price)), cmp.Compare(a.Price, b.Price))
	})
	return json.MarshalIndent(m, "", " ")
}

// rank is the place of a category on the screen.
func rank(category string) int {
	for i, k := range kinds {
		if k.category == category {
			return i
		}
	}
	return len(kinds)
}

// tables is how many tables the restaurant has; every third order is to go.
const tables = 24

// Venue is the restaurant with its printers.
func Venue(restaurant, name, hot, cold string) ([]byte, error) {
	v := doc.Venue{Name: name, Currency: string(Currency), Zone: "America/Chicago", Locale: "en-US", DayStart: "04:00",
		Printers: []doc.Printer{
			{ID: id.Derived[id.Printer]("lunch", "hot"), Name: "Hot", URL: hot}, {ID: id.Derived[id.Printer]("lunch", "cold"), Name: "Cold", URL: cold}},
		Stations: []doc.Station{
			{ID: id.Derived[id.Station]("lunch", Hot), Name: Hot, Printer: "Hot", Fallback: "Cold"},
			{ID: id.Derived[id.Station]("lunch", Cold), Name: Cold, Printer: "Cold", Fallback: "Hot"}},
		Sections: []doc.Section{{Name: "Dining room"}, {Name: "Terrace"}},
	}
	if restaurant != "" {
		r, err := id.Parse[id.Restaurant](restaurant)
		if err != nil {
			return nil, err
		}
		v.Restaurant = r
	}
	for n := range tables {
		s := &v.Sections[n*2/tables]
		s.Tables = append(s.Tables, doc.Table{Name: strconv.Itoa(n + 1), Seats: 2 + n%3*2})
	}
	return json.MarshalIndent(v, "", " ")
}

// Body is the order as the public API takes it.
func (o Order) Body(n int, restaurant string) ([]byte, error) {
	type item struct {
		MenuItemID    string   `json:"menuItemId"`
		Quantity      int64    `json:"quantity"`
		Modifications []string `json:"modifications,omitempty"`
	}
	body := struct {
		RestaurantID string `json:"restaurantId"`
		TableNumber  int    `json:"tableNumber,omitempty"`
		Items        []item `json:"items"`
	}{RestaurantID: restaurant}
	if n%3 != 2 {
		body.TableNumber = n%tables + 1
	}
	for _, l := range o.Lines {
		body.Items = append(body.Items, item{l.ItemID().String(), l.Quantity, l.Choices})
	}
	return json.Marshal(body)
}

// Key is the idempotency key of the order. An id of a file may be anything, and a
// header holds only ASCII.
func (o Order) Key() string { return fmt.Sprintf("lunch-%x", sha256.Sum256([]byte(o.ID)))[:38] }
