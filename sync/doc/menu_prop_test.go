package doc_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/id"
	"pgregory.net/rapid"
)

var (
	word  = rapid.StringMatching(`[A-Za-zéñ"';,&<>=+@ -]{0,12}[a-zé0-9]`)
	price = rapid.Custom(func(t *rapid.T) json.Number {
		return json.Number(fmt.Sprintf("%d.%02d", rapid.IntRange(0, 999).Draw(t, "dollars"), rapid.IntRange(0, 99).Draw(t, "cents")))
	})
)

// drawn is any menu that is good, by edits as a person makes them.
func drawn(t *rapid.T) *doc.Menu {
	m := &doc.Menu{Currency: "USD", Items: []doc.Item{}}
	next := 0
	fresh := func() string { next++; return fmt.Sprintf("0198f000-0000-7000-8000-%012d", next) }
	some := func(of []string, label string) (list []string) {
		for _, s := range of {
			if rapid.Bool().Draw(t, label) {
				list = append(list, s)
			}
		}
		return list
	}
	var parts, levels, groups []string
	for range rapid.IntRange(1, 40).Draw(t, "edits") {
		switch rapid.IntRange(0, 8).Draw(t, "edit") {
		case 0:
			parts = append(parts, fmt.Sprintf("Part %d", len(parts)))
			m.Dayparts = append(m.Dayparts, doc.Daypart{Name: parts[len(parts)-1], Times: []doc.Time{{Days: some([]string{"mon", "sat"}, "day"), From: "16:00", To: "02:00"}}})
		case 1:
			levels = append(levels, fmt.Sprintf("Level; %d", len(levels)))
			m.Levels = append(m.Levels, doc.PriceLevel{Name: levels[len(levels)-1], Dayparts: some(parts, "part"), Types: some([]string{"dine_in", "takeaway"}, "type")})
		case 2:
			if len(m.Languages) < 2 {
				m.Languages = append(m.Languages, []string{"es", "pt-BR"}[len(m.Languages)])
			}
		case 3:
			g := doc.ModifierGroup{Name: fmt.Sprintf(`Group %d; \ or none`, len(groups)), Max: rapid.IntRange(0, 3).Draw(t, "max"), Modifiers: []doc.Modifier{}}
			for i := range rapid.IntRange(0, 3).Draw(t, "modifiers") {
				mod := doc.Modifier{ID: id.Must[id.Modifier](fresh()), Name: fmt.Sprintf("Choice %d", i), Most: rapid.IntRange(0, 2).Draw(t, "most")}
				if rapid.Bool().Draw(t, "costs") {
					mod.Price = price.Draw(t, "price")
				}
				g.Modifiers = append(g.Modifiers, mod)
			}
			groups, m.Groups = append(groups, g.Name), append(m.Groups, g)
		case 4, 5, 6:
			it := doc.Item{ID: id.Must[id.Item](fresh()), Name: word.Draw(t, "name"), Price: price.Draw(t, "price"), Course: rapid.SampledFrom([]string{"", "Mains"}).Draw(t, "course"),
				PrepMinutes: rapid.IntRange(0, 30).Draw(t, "prep"), Dayparts: some(parts, "part"), Groups: some(groups, "group"), Allergens: some([]string{"milk", "nuts"}, "allergen")}
			if rapid.Bool().Draw(t, "a few") {
				it.Portions = []doc.Portions{{N: 20}}
			}
			for _, l := range some(levels, "level") {
				if it.Prices == nil {
					it.Prices = map[string]json.Number{}
				}
				it.Prices[l] = price.Draw(t, "price")
			}
			for _, l := range some(m.Languages, "language") {
				if it.Names == nil {
					it.Names = doc.Names{}
				}
				it.Names[l] = word.Draw(t, "name")
			}
			m.Items = append(m.Items, it)
		case 7:
			if n := len(m.Items); n > 0 {
				m.Items[rapid.IntRange(0, n-1).Draw(t, "item")].Price = price.Draw(t, "price")
			}
		case 8:
			if n := len(m.Items); n > 1 {
				at := rapid.IntRange(0, n-1).Draw(t, "item")
				m.Items = append(m.Items[:at], m.Items[at+1:]...)
			}
		}
	}
	return m
}

// TestAMenuThatGoesOutAndComesBackIsTheSame, as a document and as a table.
func TestAMenuThatGoesOutAndComesBackIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawn(t)
		body, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		back, err := doc.ParseMenu(body)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if d := cmp.Diff(m, back); d != "" {
			t.Fatalf("as a document: %s", d)
		}
		table, err := m.CSV()
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Items) == 0 {
			return
		}
		again, err := m.WithCSV(table)
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		if d := cmp.Diff(m, again); d != "" {
			t.Fatalf("as a table: %s\n%s", d, table)
		}
	})
}

func FuzzTable(f *testing.F) {
	m, err := doc.ParseMenu([]byte(richMenu))
	if err != nil {
		f.Fatal(err)
	}
	table, err := m.CSV()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(table)
	f.Add([]byte("name,price\nBowl,9\n"))
	f.Fuzz(func(t *testing.T, table []byte) {
		got, err := m.WithCSV(table)
		if err != nil {
			return
		}
		body, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := doc.ParseMenu(body); err != nil {
			t.Errorf("a table was taken that makes no menu: %v", err)
		}
	})
}

// TestTheSchemaIsThatOfTheDocuments: docs/menu.schema.json is published, and made here.
func TestTheSchemaIsThatOfTheDocuments(t *testing.T) {
	const path = "../../docs/menu.schema.json"
	got, err := doc.MenuSchema()
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(got) != string(want) {
		t.Errorf("the schema is another (%v): UPDATE=1 go test ./sync/doc", err)
	}
}
