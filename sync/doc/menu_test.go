package doc_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/fault"
)

const u4 = "0198f000-0000-7000-8000-0000000000a4"

// richMenu has one of everything that a menu can say.
const richMenu = `{"currency":"USD","languages":["es"],
 "dayparts":[{"name":"Happy hour","names":{"es":"Hora feliz"},"times":[{"days":["mon","fri"],"from":"16:00","to":"18:30"},{"from":"22:00","to":"01:00"}]}],
 "price_levels":[{"name":"Happy","dayparts":["Happy hour"],"types":["dine_in"]}],
 "categories":[{"name":"Burgers","names":{"es":"Hamburguesas"}}],
 "items":[
  {"id":"` + u1 + `","name":"Burger, large","of":"Burger","variant":"Large","price":12,"prices":{"Happy":9.5},"category":"Burgers","course":"Mains","tax_class":"Food",
   "allergens":["gluten"],"dayparts":["Happy hour"],"portions":[{"days":["sat"],"n":30},{"n":20}],"modifier_groups":["Temperature"]},
  {"id":"` + u2 + `","name":"Lunch deal","price":15,"combo":[{"name":"Main","choose":1,"choices":[{"item":"` + u1 + `","price":1.5}]}]}],
 "modifier_groups":[
  {"name":"Temperature","min":1,"max":2,"free":1,"modifiers":[{"id":"` + u3 + `","name":"Medium","names":{"es":"Al punto"},"default":true,"most":2,"price":1,"prices":{"Happy":0.5},"extra":1.5,"allergens":["milk"],"modifier_groups":["Sauce"]}]},
  {"name":"Sauce","modifiers":[{"id":"` + u4 + `","name":"Blue cheese","price":2}]}]}`

func parseMenu(b []byte) error { _, err := doc.ParseMenu(b); return err }

func TestEveryRuleOfAMenuIsHeldAtItsPlace(t *testing.T) {
	refuses(t, parseMenu, richMenu, [][3]string{
		{`["es"]`, `["spanish please"]`, "languages[0]"}, {`["es"]`, `["es","es"]`, "languages[1]"}, {`["es"]`, `[]`, "dayparts[0].names"},
		{`"16:00"`, `"4pm"`, "dayparts[0].times[0]"}, {`"18:30"`, `"24:30"`, "dayparts[0].times[0]"}, {`["mon","fri"]`, `["Monday"]`, "dayparts[0].times[0]"},
		{`[{"days":["mon","fri"],"from":"16:00","to":"18:30"},{"from":"22:00","to":"01:00"}]`, `[]`, "dayparts[0].times"},
		{`"dayparts":["Happy hour"],"types"`, `"dayparts":["Lunch"],"types"`, "price_levels[0].dayparts[0]"}, {`["dine_in"]`, `["drive_in"]`, "price_levels[0].types[0]"},
		{`{"name":"Happy",`, `{"name":"Happier",`, "items[0].prices"}, {`{"Happy":9.5}`, `{"Happy":-1}`, "items[0].prices.Happy"}, {`{"Happy":9.5}`, `{"Happy":9.555}`, "items[0].prices.Happy"},
		{`"variant":"Large",`, ``, "items[0].variant"}, {`["gluten"]`, `[""]`, "items[0].allergens[0]"}, {`"gluten"],"dayparts":["Happy hour"]`, `"gluten"],"dayparts":["Dawn"]`, "items[0].dayparts[0]"},
		{`"n":30`, `"n":-1`, "items[0].portions[0].n"}, {`["sat"]`, `["sab"]`, "items[0].portions[0].days"},
		{`"choose":1`, `"choose":-1`, "items[1].combo[0].choose"}, {`{"item":"` + u1 + `","price":1.5}`, `{"item":"` + u2 + `"}`, "items[1].combo[0].choices[0].item"},
		{`{"item":"` + u1 + `","price":1.5}`, `{"item":"` + u4 + `"}`, "items[1].combo[0].choices[0].item"}, {`[{"item":"` + u1 + `","price":1.5}]`, `[]`, "items[1].combo[0].choices"},
		{`"min":1,"max":2`, `"min":2,"max":1`, "modifier_groups[0].min"}, {`"min":1,"max":2`, `"min":3,"max":4`, "modifier_groups[0].min"}, {`"free":1`, `"free":-1`, "modifier_groups[0].free"},
		{`"most":2`, `"most":100`, "modifier_groups[0].modifiers[0].most"}, {`"extra":1.5`, `"extra":1.555`, "modifier_groups[0].modifiers[0].extra"},
		{`["Sauce"]`, `["Salsa"]`, "modifier_groups[0].modifiers[0].modifier_groups[0]"}, {`["Sauce"]`, `["Temperature"]`, "modifier_groups[0].modifiers[0].modifier_groups[0]"},
		{`{"name":"Sauce","modifiers"`, `{"name":"Temperature","modifiers"`, "modifier_groups[1].name"}, {`"names":{"es":"Al punto"}`, `"names":{"es":""}`, "modifier_groups[0].modifiers[0].names.es"},
		{`"course":"Mains"`, `"course":" "`, "items[0].course"}, {`"category":"Burgers"`, `"category":"Burgers","photo":"me.jpg"`, "items[0].photo"},
	})
}

// A menu that is edited by hand is mended by hand: a mistake says its line.
func TestAMistakeSaysItsLine(t *testing.T) {
	_, err := doc.ParseMenu([]byte(strings.Replace(strings.Replace(richMenu, `"free":1`, `"free":-1`, 1), `"price":15`, `"price":-15`, 1)))
	want := map[string]string{"items[1].price": "line 8: ", "modifier_groups[0].free": "line 10: "}
	f := fault.Of(err)
	for _, m := range f.Fields {
		if !strings.HasPrefix(m.Message, want[m.Where]) || want[m.Where] == "" {
			t.Errorf("%s: %s", m.Where, m.Message)
		}
	}
	if len(f.Fields) != len(want) {
		t.Errorf("%+v", f.Fields)
	}
	_, err = doc.ParseMenu([]byte("{\"currency\":\"USD\",\n\"items\":[\n{\"name\":\"a\"}]}"))
	for _, m := range fault.Of(err).Fields { // what is missing is in the line of what it is missing from
		if !strings.HasPrefix(m.Message, "line 3: is missing") {
			t.Errorf("%s: %s", m.Where, m.Message)
		}
	}
}

// Groups within groups are few, and a file of them that lead everywhere is read at once.
func TestGroupsThatLeadToEachOtherAreRefusedAtOnce(t *testing.T) {
	const n = 60
	var groups, modifiers []string
	for i := range n {
		modifiers = append(modifiers, fmt.Sprintf(`{"name":"m%d","modifier_groups":["g%d"]}`, i, i))
	}
	for i := range n {
		groups = append(groups, fmt.Sprintf(`{"name":"g%d","modifiers":[%s]}`, i, strings.Join(modifiers, ",")))
	}
	if f := fault.Of(parseMenu([]byte(`{"currency":"USD","items":[],"modifier_groups":[` + strings.Join(groups, ",") + `]}`))); len(f.Fields) != 100 {
		t.Errorf("%d mistakes: %s", len(f.Fields), f.Message)
	}
	chain := func(n int) string {
		var groups []string
		for i := range n {
			inner := ""
			if i < n-1 {
				inner = fmt.Sprintf(`,"modifier_groups":["g%d"]`, i+1)
			}
			groups = append(groups, fmt.Sprintf(`{"name":"g%d","modifiers":[{"id":"0198f000-0000-7000-8000-0000000000b%d","name":"m"%s}]}`, i, i, inner))
		}
		return `{"currency":"USD","items":[],"modifier_groups":[` + strings.Join(groups, ",") + `]}`
	}
	if err := parseMenu([]byte(chain(doc.MaxNesting))); err != nil {
		t.Errorf("%d groups within groups: %v", doc.MaxNesting, fault.Of(err).Fields)
	}
	if err := parseMenu([]byte(chain(doc.MaxNesting + 1))); err == nil {
		t.Errorf("%d groups within groups are taken", doc.MaxNesting+1)
	}
}

// The menu in docs/menu.md is one that is taken.
func TestTheMenuInTheDocumentationIsGood(t *testing.T) {
	raw, err := os.ReadFile("../../docs/menu.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "```json\n")
	example, _, ok := strings.Cut(rest, "```")
	if err := parseMenu([]byte(example)); err != nil || !ok {
		t.Errorf("%v %+v", err, fault.Of(err).Fields)
	}
}
