package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
)

// card is the menu of Luz & Maíz: category, station, groups of modifiers, items
// with their prices.
var card = []struct{ category, station, groups, items string }{
	{"Small plates", "Cold", "Without", "Guacamole & chips 11.50, Charred corn 8.50, Queso fundido 9.75, Shrimp ceviche 14.00, Chips & three salsas 6.50, Jícama & lime 7.25, Tostada of smoked trout 12.75"},
	{"Tacos", "Grill", "Tortilla, Change", "Carnitas 4.50, Al pastor 4.75, Barbacoa 5.25, Pollo asado 4.50, Baja fish 5.75, Chipotle shrimp 6.25, Rajas & crema 4.25, Nopales 4.25, Oyster mushroom 4.95, Lengua 5.50, Chorizo & potato 4.75, Squash blossom 4.95, Quesabirria (3 pcs) 15.75, Taco trio (pick three) 13.50, Baja trio 16.50, Vegan trio 12.75, Kids’ taco plate 8.50, Tasting board for two 32.00"},
	{"Bowls", "Grill", "Filling, Beans, Salsa, Extras", "Burrito bowl 14.50, Chicken bowl 13.50, Veggie bowl 12.00, Chipotle salmon bowl 17.25"},
	{"Burritos", "Grill", "Filling, Beans, Salsa, Extras", "Chicken burrito 12.25, Carnitas burrito 12.75, Steak burrito 13.75, Veggie burrito 11.25, Jalapeño burrito 12.45"},
	{"Mains", "Grill", "Done, Change", "Hanger steak 27.00, Half chicken 19.50, Enchiladas 17.00, Fish of the day 24.00, Mole with turkey 22.50"},
	{"Sides", "Cold", "", "Rice 3.00, Black beans 3.00, Plantains 5.00, Slaw 3.50"},
	{"Desserts", "Cold", "", "Churros 7.50, Flan 6.50, Tres leches 8.00"},
	{"Soft drinks", "Bar", "", "Agua fresca 3.50, Horchata 4.00, Cola 3.25, Sparkling water 3.00, Coffee 3.25"},
	{"Beer & wine", "Bar", "", "Draft lager 7.00, Dark ale 7.50, House red 9.00, House white 9.00"},
	{"Cocktails", "Bar", "Change", "House margarita 12.00, Paloma 11.50, Mezcal mule 13.00"},
}

var groups = map[string]string{
	"Tortilla": "Corn tortilla, Wheat tortilla",
	"Change":   "No crema, No cotija, No onions, No cilantro, Extra slaw 0.75, Extra salsa, Salt on the side, Cut in half",
	"Without":  "No cotija, No crema, No onions, No chili",
	"Filling":  "Carnitas, Al pastor, Pollo asado, Barbacoa 1.50, Mushroom, Shrimp 2.75, Lengua, No filling",
	"Beans":    "Pinto, Black, Refried, No beans",
	"Salsa":    "Roja, Verde, Mango 1.50, Habanero 1.50",
	"Extras":   "Guacamole 2.50, Queso 1.50, Crema 0.75, Red onion, Jalapeños, Avocado 2.25, Charred corn 1.25, Cotija 0.75",
	"Done":     "Rare, Medium rare, Medium, Well done",
}

// luzMenu is the card as a menu document.
func luzMenu() []byte {
	m := doc.Menu{Currency: "USD"}
	for name, list := range groups {
		g := doc.ModifierGroup{Name: name}
		for _, text := range strings.Split(list, ", ") {
			mod, price := priced(text)
			g.Modifiers = append(g.Modifiers, doc.Modifier{ID: id.Derived[id.Modifier](name, mod), Name: mod, Price: json.Number(price)})
		}
		m.Groups = append(m.Groups, g)
	}
	for _, c := range card {
		for _, text := range strings.Split(c.items, ", ") {
			name, price := priced(text)
			it := doc.Item{ID: itemID(name), Name: name, Price: json.Number(price), Category: c.category, Station: c.station, PrepMinutes: 12}
			if c.groups != "" {
				it.Groups = strings.Split(c.groups, ", ")
			}
			m.Items = append(m.Items, it)
		}
	}
	raw, err := json.Marshal(m)
	if err != nil {
		panic(err) // plain structs always encode
	}
	return raw
}

func itemID(name string) id.Item { return id.Derived[id.Item]("luz", name) }

// priced cuts the price off the end of a text, where there is one.
func priced(text string) (name, price string) {
	at := strings.LastIndex(text, " ")
	if at < 0 || strings.Trim(text[at+1:], "0123456789.") != "" {
		return text, ""
	}
	return text[:at], text[at+1:]
}

// menuOf is the menu that restaurants serve.
func menuOf(path string) ([]byte, error) {
	if path == "" {
		return luzMenu(), nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the menu: %w", err)
	}
	return raw, nil
}
