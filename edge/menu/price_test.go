package menu_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/tyngo/tyngo/edge/menu"
	"github.com/tyngo/tyngo/sync/event"
	"github.com/tyngo/tyngo/sync/id"
	"github.com/tyngo/tyngo/sync/money"
)

func uuid(n int) string { return fmt.Sprintf("0198f000-0000-7000-8000-%012d", n) }

func modifier(n int) id.Modifier { return id.Must[id.Modifier](uuid(n)) }

// A burger place: a required temperature, sauces of which two are free, a side that
// has choices of its own, happy hours on weekdays, breakfast.
var document = `{"currency":"USD",
 "dayparts":[{"name":"Happy hour","times":[{"days":["mon","tue","wed","thu","fri"],"from":"16:00","to":"18:00"}]},
  {"name":"Breakfast","times":[{"from":"07:00","to":"11:00"}]}],
 "price_levels":[{"name":"Happy","dayparts":["Happy hour"],"types":["dine_in"]},{"name":"To go","types":["takeaway"]}],
 "items":[
  {"id":"` + uuid(1) + `","name":"Burger","price":12,"prices":{"Happy":9,"To go":11.5},"modifier_groups":["Temperature","Sauces","Side"]},
  {"id":"` + uuid(2) + `","name":"Pancakes","price":8,"dayparts":["Breakfast"]},
  {"id":"` + uuid(3) + `","name":"Beer","price":6}],
 "modifier_groups":[
  {"name":"Temperature","min":1,"max":1,"modifiers":[{"id":"` + uuid(11) + `","name":"Rare"},{"id":"` + uuid(12) + `","name":"Medium","default":true}]},
  {"name":"Sauces","max":4,"free":2,"modifiers":[{"id":"` + uuid(21) + `","name":"Ketchup","price":0.5,"most":3},{"id":"` + uuid(22) + `","name":"Aioli","price":1,"extra":1.25,"prices":{"Happy":0.75}}]},
  {"name":"Side","max":1,"modifiers":[{"id":"` + uuid(31) + `","name":"Fries","price":3,"modifier_groups":["Dips"]}]},
  {"name":"Dips","min":1,"modifiers":[{"id":"` + uuid(41) + `","name":"Mayonnaise","price":0.25,"default":true},{"id":"` + uuid(42) + `","name":"Truffle","price":2}]}]}`

// moment is the menu in New York; noon on a Tuesday is nobody's daypart.
func moment(t testing.TB, at, typ string) *menu.Moment {
	t.Helper()
	m, err := menu.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	when, err := time.ParseInLocation("2006-01-02 15:04", at, loc)
	if err != nil {
		t.Fatal(err)
	}
	return m.At(when, loc, typ, menu.Overlay{Day: at[:10]})
}

const noon = "2026-11-24 12:00"

func TestThePriceIsThatOfTheFirstLevelThatHolds(t *testing.T) {
	burger, beer := id.Must[id.Item](uuid(1)), id.Must[id.Item](uuid(3))
	for _, c := range []struct {
		at, typ string
		item    id.Item
		price   money.Amount
		level   string
	}{
		{noon, "dine_in", burger, 1200, ""},
		{"2026-11-24 15:59", "dine_in", burger, 1200, ""},
		{"2026-11-24 16:00", "dine_in", burger, 900, "Happy"},
		{"2026-11-24 17:59", "dine_in", burger, 900, "Happy"},
		{"2026-11-24 18:00", "dine_in", burger, 1200, ""},
		{"2026-11-28 16:30", "dine_in", burger, 1200, ""}, // Saturday
		{"2026-11-24 16:30", "takeaway", burger, 1150, "To go"},
		{"2026-11-24 16:30", "dine_in", beer, 600, ""}, // has no price of that level
	} {
		n := moment(t, c.at, c.typ)
		it, _ := n.Item(c.item)
		if p, level := n.Price(it); p != c.price || level != c.level {
			t.Errorf("%s, %s: %s is %d of %q", c.at, c.typ, it.Name, p, level)
		}
	}
	for at, unsold := range map[string]bool{"2026-11-24 10:59": false, "2026-11-24 11:00": true} {
		n := moment(t, at, "dine_in")
		it, _ := n.Item(id.Must[id.Item](uuid(2)))
		if why := n.Unsold(it, 1); (why != "") != unsold || unsold && !strings.Contains(why, "time of the day") {
			t.Errorf("pancakes at %s: %q", at, why)
		}
	}
}

func TestWhatIsChosenComesToAPrice(t *testing.T) {
	pick := func(n int, quantity int64, pre string, inner ...menu.Pick) menu.Pick {
		return menu.Pick{Modifier: modifier(n), Quantity: quantity, Pre: pre, Picks: inner}
	}
	for _, c := range []struct {
		name  string
		at    string
		picks []menu.Pick
		price money.Amount
		list  string // name and price of each
		where string
	}{
		{name: "nothing: what is asked for comes with it", list: "Medium 0"},
		{name: "another temperature", picks: []menu.Pick{pick(11, 1, "")}, list: "Rare 0"},
		{name: "two temperatures", picks: []menu.Pick{pick(11, 1, ""), pick(12, 1, "")}, where: ".modifiers"},
		{name: "no temperature", picks: []menu.Pick{pick(12, 1, "no")}, where: ".modifiers"},
		{name: "two sauces are free", picks: []menu.Pick{pick(21, 1, ""), pick(22, 0, "")}, list: "Ketchup 0,Aioli 0,Medium 0"},
		{name: "the third is not", picks: []menu.Pick{pick(21, 2, ""), pick(22, 1, "")}, price: 100, list: "2 Ketchup 0,Aioli 100,Medium 0"},
		{name: "of three of one the last costs", picks: []menu.Pick{pick(21, 3, "")}, price: 50, list: "3 Ketchup 50,Medium 0"},
		{name: "more than there is of one", picks: []menu.Pick{pick(21, 4, "")}, where: ".modifiers[0].quantity"},
		{name: "more than there is of all", picks: []menu.Pick{pick(21, 3, ""), pick(22, 2, "")}, where: ".modifiers"},
		{name: "extra has its price", picks: []menu.Pick{pick(21, 2, ""), pick(22, 1, "extra")}, price: 125, list: "2 Ketchup 0,extra Aioli 125,Medium 0"},
		{name: "or twice the price", picks: []menu.Pick{pick(22, 2, ""), pick(21, 1, "extra")}, price: 100, list: "2 Aioli 0,extra Ketchup 100,Medium 0"},
		{name: "left away", picks: []menu.Pick{pick(21, 1, "no"), pick(22, 1, "side")}, list: "no Ketchup 0,side Aioli 0,Medium 0"},
		{name: "by the hour", at: "2026-11-24 16:30", picks: []menu.Pick{pick(21, 2, ""), pick(22, 1, "")}, price: 75, list: "2 Ketchup 0,Aioli 75,Medium 0"},
		{name: "a side with its dip", picks: []menu.Pick{pick(31, 1, "", pick(42, 2, ""))}, price: 700, list: "Fries 300,2 Truffle 400,Medium 0"},
		{name: "a side with the dip that comes with it", picks: []menu.Pick{pick(31, 1, "")}, price: 325, list: "Fries 300,Mayonnaise 25,Medium 0"},
		{name: "a dip without its side", picks: []menu.Pick{pick(42, 1, "")}, where: ".modifiers[0].modifierId"},
		{name: "a dip of a sauce", picks: []menu.Pick{pick(22, 1, "", pick(42, 1, ""))}, where: ".modifiers[0].modifiers[0].modifierId"},
		{name: "a dip of no fries", picks: []menu.Pick{pick(31, 1, "no", pick(42, 1, ""))}, where: ".modifiers[0].modifiers"},
		{name: "what is not on the menu", picks: []menu.Pick{pick(99, 1, "")}, where: ".modifiers[0].modifierId"},
		{name: "a word that is none", picks: []menu.Pick{pick(22, 1, "double")}, where: ".modifiers[0].pre"},
		{name: "less than nothing", picks: []menu.Pick{pick(22, -1, "")}, where: ".modifiers[0].quantity"},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := c.at
			if at == "" {
				at = noon
			}
			n := moment(t, at, "dine_in")
			it, _ := n.Item(id.Must[id.Item](uuid(1)))
			list, price, where, why := n.Choose(it, c.picks, 1, map[id.Modifier]int64{})
			if where != c.where || (where != "") != (why != "") {
				t.Fatalf("refused at %q: %s", where, why)
			}
			if where == "" && (price != c.price || said(list) != c.list) {
				t.Errorf("%d for %s", price, said(list))
			}
			var sum money.Amount
			for _, m := range list {
				sum += m.Price
			}
			if sum != price {
				t.Errorf("the parts come to %d and the whole to %d", sum, price)
			}
		})
	}
}

func said(list []event.Modified) string {
	var out []string
	for _, m := range list {
		s := fmt.Sprintf("%s %d", m.Name, m.Price)
		if m.Pre != "" {
			s = m.Pre + " " + s
		}
		if m.Quantity > 0 {
			s = fmt.Sprintf("%d %s", m.Quantity, s)
		}
		out = append(out, s)
	}
	return strings.Join(out, ",")
}
