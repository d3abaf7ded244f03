package rush

import (
	"encoding/json"
	"strconv"

	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

// Currency of the house.
const Currency = money.Currency("USD")

// Stations of the house.
const (
	grill  = "Grill"
	pantry = "Pantry"
	bar    = "Bar"
)

// Courses, in the order in which they are eaten.
const (
	starters = "Starters"
	mains    = "Mains"
	desserts = "Desserts"
)

// dish is what guests order.
type dish struct {
	name, category, station, course string
	cents                           money.Amount
	minutes                         int
	with                            string // the group of modifiers that it has
	must                            bool   // a choice of it has to be made
}

// choice is a modifier.
type choice struct {
	name  string
	cents money.Amount
}

var groups = map[string][]choice{
	"Cooked": {{"Rare", 0}, {"Medium rare", 0}, {"Medium", 0}, {"Well done", 0}},
	"Side":   {{"Fries", 0}, {"Greens", 0}, {"Truffle fries", 450}},
	"Extras": {{"Burrata", 500}, {"Anchovies", 250}, {"Gluten-free", 300}},
	"Milk":   {{"Oat milk", 75}, {"Decaf", 0}},
}

var dishes = []dish{
	{"Oysters, half dozen", starters, pantry, starters, 2100, 6, "", false},
	{"Beet salad", starters, pantry, starters, 1350, 6, "Extras", false},
	{"Onion soup", starters, grill, starters, 1195, 8, "", false},
	{"Tuna tartare", starters, pantry, starters, 1875, 7, "", false},
	{"Grilled octopus", starters, grill, starters, 1925, 11, "", false},
	{"Bread and butter", starters, pantry, starters, 625, 2, "", false},
	{"Ribeye, 12 oz", mains, grill, mains, 4650, 18, "Cooked", true},
	{"Hanger steak", mains, grill, mains, 3425, 15, "Cooked", true},
	{"Burger", mains, grill, mains, 1995, 13, "Side", true},
	{"Roast chicken", mains, grill, mains, 2895, 17, "Side", true},
	{"Sea bass", mains, grill, mains, 3575, 14, "", false},
	{"Mushroom risotto", mains, pantry, mains, 2450, 16, "Extras", false},
	{"Rigatoni", mains, pantry, mains, 2225, 12, "Extras", false},
	{"Cheesecake", desserts, pantry, desserts, 1125, 3, "", false},
	{"Crème brûlée", desserts, pantry, desserts, 1075, 4, "", false},
	{"Sorbet", desserts, pantry, desserts, 895, 2, "", false},
	{"Espresso", "Coffee", bar, desserts, 395, 2, "Milk", false},
	{"Cappuccino", "Coffee", bar, desserts, 545, 3, "Milk", false},
	{"Sparkling water", "Drinks", bar, "", 650, 1, "", false},
	{"Lemonade", "Drinks", bar, "", 575, 2, "", false},
	{"Draft lager", "Drinks", bar, "", 795, 2, "", false},
	{"House red, glass", "Wine", bar, "", 1250, 2, "", false},
	{"Chablis, glass", "Wine", bar, "", 1595, 2, "", false},
	{"Barolo, bottle", "Wine", bar, "", 8900, 3, "", false},
	{"Negroni", "Wine", bar, "", 1475, 4, "", false},
}

func (d dish) id() id.Item { return id.Derived[id.Item]("rush dish", d.name) }

// strong is taxed as a drink.
func (d dish) strong() bool { return d.category == "Wine" || d.name == "Draft lager" }

// Menu is the menu document of the house.
func Menu() ([]byte, error) {
	m := doc.Menu{Currency: string(Currency)}
	for _, d := range dishes {
		it := doc.Item{ID: d.id(), Name: d.name, Price: decimal(d.cents), Category: d.category, Station: d.station, Course: d.course, PrepMinutes: d.minutes, TaxClass: "Food"}
		if d.strong() {
			it.TaxClass = "Drink"
		}
		if d.with != "" {
			it.Groups = []string{d.with}
		}
		m.Items = append(m.Items, it)
	}
	for _, name := range []string{"Cooked", "Side", "Extras", "Milk"} {
		g := doc.ModifierGroup{Name: name}
		if name == "Cooked" || name == "Side" {
			g.Min, g.Max = 1, 1
		}
		for _, c := range groups[name] {
			x := doc.Modifier{ID: id.Derived[id.Modifier]("rush modifier", name, c.name), Name: c.name}
			if c.cents > 0 {
				x.Price = decimal(c.cents)
			}
			g.Modifiers = append(g.Modifiers, x)
		}
		m.Groups = append(m.Groups, g)
	}
	return json.MarshalIndent(m, "", " ")
}

func decimal(a money.Amount) json.Number { return json.Number(Currency.Decimal(a)) }

// Venue is the venue document of a house with so many tables. Its taxes and charges are
// such that cents have to be rounded and shared all evening. hot prints for the grill,
// cold for pantry and bar; empty ones print nothing.
func Venue(restaurant id.Restaurant, name string, tables int, hot, cold string) ([]byte, error) {
	v := doc.Venue{Restaurant: restaurant, Name: name, Currency: string(Currency), Zone: "America/Chicago", Locale: "en-US", DayStart: "04:00",
		Taxes:    []doc.Tax{{Name: "Sales tax", Percent: "8.875"}, {Name: "Drink tax", Percent: "3.25", Classes: []string{"Drink"}}},
		Charges:  []doc.Charge{{Name: "Service for six and more", Percent: "18", MinCovers: 6, Types: []string{"dine_in"}, TaxClass: "Food"}},
		Rounding: &doc.Rounding{CashStep: "0.05"},
	}
	main, other := "", ""
	if hot != "" {
		main, other = "Hot", "Cold"
		v.Printers = []doc.Printer{{ID: id.Derived[id.Printer]("rush", "hot"), Name: main, URL: hot}, {ID: id.Derived[id.Printer]("rush", "cold"), Name: other, URL: cold}}
	}
	v.Stations = []doc.Station{
		{ID: id.Derived[id.Station]("rush", grill), Name: grill, Printer: main, Fallback: other},
		{ID: id.Derived[id.Station]("rush", pantry), Name: pantry, Printer: other, Fallback: main},
		{ID: id.Derived[id.Station]("rush", bar), Name: bar, Printer: other, Fallback: main}}
	const perRoom = 40
	for n := range tables {
		if n%perRoom == 0 {
			v.Sections = append(v.Sections, doc.Section{Name: "Room " + strconv.Itoa(n/perRoom+1)})
		}
		s := &v.Sections[len(v.Sections)-1]
		s.Tables = append(s.Tables, doc.Table{Name: strconv.Itoa(n + 1), Seats: 2 + n%4*2, X: 120 * (n % 8), Y: 120 * (n % perRoom / 8), Width: 80, Height: 80})
	}
	return json.MarshalIndent(v, "", " ")
}
