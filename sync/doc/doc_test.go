package doc_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/fault"
)

const (
	u1 = "0198f000-0000-7000-8000-0000000000a1"
	u2 = "0198f000-0000-7000-8000-0000000000a2"
	u3 = "0198f000-0000-7000-8000-0000000000a3"
)

const goodMenu = `{"currency":"USD",
 "items":[{"id":"` + u1 + `","name":"Bowl","price":8.75,"modifier_groups":["Fillings"]}],
 "modifier_groups":[{"name":"Fillings","modifiers":[{"id":"` + u2 + `","name":"Rice"}]}]}`

const goodVenue = `{"restaurant":"` + u1 + `","name":"Luz","currency":"USD","zone":"America/Chicago",
 "printers":[{"id":"` + u2 + `","name":"Hot","url":"tcp://127.0.0.1:9100"}],
 "stations":[{"id":"` + u3 + `","name":"Hot line","printer":"hot"}],
 "address":{"lines":["1 Main St"],"city":"Chicago","country":"US"},"hours":[{"days":["mon"],"from":"11:00","to":"02:00"}],
 "taxes":[{"name":"Sales tax","percent":8.875,"classes":["Food"],"types":["dine_in"],"inclusive":false}],
 "rounding":{"mode":"half_even","level":"line","cash_step":0.05},
 "service_charges":[{"name":"Large parties","percent":18,"min_covers":6,"tax_class":"Food"}],
 "limits":[{"role":"server","action":"order.cancel","most":12.5}],
 "sections":[{"name":"Room","tables":[{"name":"1","seats":2,"shape":"round","x":10,"y":20,"width":80,"height":80}]}]}`

// refuses checks that a document with one thing changed is refused at a place.
func refuses(t *testing.T, parse func([]byte) error, good string, cases [][3]string) {
	t.Helper()
	if err := parse([]byte(good)); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	for _, c := range cases {
		if !strings.Contains(good, c[0]) {
			t.Fatalf("%q is not in the good one", c[0])
		}
		err := parse([]byte(strings.Replace(good, c[0], c[1], 1)))
		f := fault.Of(err)
		if err == nil || f.Kind != fault.Invalid {
			t.Errorf("%s -> %s: %v", c[0], c[1], err)
			continue
		}
		where := f.Message
		for _, m := range f.Fields {
			where += " " + m.Where
		}
		if !strings.Contains(where, c[2]) {
			t.Errorf("%s -> %s: says %q, want %q", c[0], c[1], where, c[2])
		}
	}
}

func TestABadMenuIsRefusedWithThePlaceOfItsMistake(t *testing.T) {
	long := strings.Repeat("x", 81)
	refuses(t, func(b []byte) error { _, err := doc.ParseMenu(b); return err }, goodMenu, [][3]string{
		{`"USD"`, `"XXX"`, "currency"}, {`8.75`, `8.755`, "items[0].price"}, {`8.75`, `-1`, "items[0].price"}, {`8.75`, `1e3`, "items[0].price"},
		{`,"price":8.75`, ``, "items[0].price"}, {`8.75`, `99999999999`, "items[0].price"}, {`"Bowl"`, `" "`, "items[0].name"}, {`"Bowl"`, `"` + long + `"`, "items[0].name"},
		{`"Bowl"`, `"a\u0007b"`, "items[0].name"}, {`["Fillings"]`, `["Sauces"]`, "items[0].modifier_groups[0]"}, {u1, u2 + "x", ""}, {`"id":"` + u1 + `",`, ``, "items[0].id"},
		{`"name":"Bowl"`, `"nmae":"Bowl"`, `unknown field "nmae"`}, {`"name":"Bowl"`, `"name":"Bowl","prep_minutes":-1`, "items[0].prep_minutes"},
		{`{"id":"` + u2 + `","name":"Rice"}`, `{"id":"` + u2 + `","name":"Rice"},{"id":"` + u3 + `","name":"rice "}`, "modifiers[1].name"},
		{`{"id":"` + u2 + `","name":"Rice"}`, `{"id":"` + u2 + `","name":"Rice"},{"id":"` + u2 + `","name":"Beans"}`, "modifiers[1].id"},
		{`]}]}`, `]}]}]`, "after its end"}, {`{"currency"`, `"currency"`, "line 1"},
	})
}

func TestABadVenueIsRefusedWithThePlaceOfItsMistake(t *testing.T) {
	refuses(t, func(b []byte) error { _, err := doc.ParseVenue(b); return err }, goodVenue, [][3]string{
		{`"Luz"`, `""`, "name"}, {`"America/Chicago"`, `"America/Nowhere"`, "zone"}, {`"America/Chicago"`, `""`, "zone"}, {`"America/Chicago"`, `"Local"`, "zone"}, {`"USD"`, `"usdollar"`, "currency"},
		{`"printer":"hot"`, `"printer":"cold"`, "stations[0]"}, {`tcp://127.0.0.1:9100`, `127.0.0.1`, "printers[0].url"}, {`"name":"1"`, `"name":"a table with a long name"`, "tables[0].name"},
		{`{"name":"1",`, `{"name":"b4"},{"name":"B4",`, "tables[1].name"}, {`"name":"Luz"`, `"name":"Luz","day_start":"4:00"`, "day_start"}, {`"name":"Luz"`, `"name":"Luz","locale":"english please"`, "locale"},
		{`"restaurant":"` + u1 + `"`, `"restaurant":""`, "restaurant"}, {`"seats":2`, `"seats":-1`, "seats"},
		{`"round"`, `"heart"`, "tables[0].shape"}, {`"x":10`, `"x":-10`, "tables[0]"}, {`"y":20`, `"y":200000`, "tables[0]"}, {`"11:00"`, `"11"`, "hours[0]"}, {`["mon"]`, `["monday"]`, "hours[0]"},
		{`8.875`, `108.875`, "taxes[0].percent"}, {`8.875`, `-1`, "taxes[0].percent"}, {`8.875`, `8.8755555`, "taxes[0].percent"}, {`"Sales tax"`, `""`, "taxes[0].name"},
		{`["dine_in"]`, `["delivered"]`, "taxes[0].types[0]"}, {`["Food"]`, `[""]`, "taxes[0].classes[0]"}, {`"half_even"`, `"bankers"`, "rounding.mode"}, {`"level":"line"`, `"level":"table"`, "rounding.level"},
		{`0.05`, `0.055`, "rounding.cash_step"}, {`0.05`, `0`, "rounding.cash_step"}, {`"percent":18`, `"percent":118`, "service_charges[0].percent"}, {`"min_covers":6`, `"min_covers":-6`, "service_charges[0].min_covers"},
		{`"most":12.5`, `"most":12.555`, "limits[0].most"}, {`"role":"server"`, `"role":"manager"`, "limits[0].role"}, {`order.cancel`, `order.eat`, "limits[0].action"},
		{`["1 Main St"]`, `[]`, "address.lines"}, {`"US"`, `"USA"`, "address.country"}, {`[{"name":"Sales tax"`, `[{"name":"Sales tax","percent":1},{"name":"Sales tax"`, "taxes[1].name"},
	})
}

func TestEveryMistakeIsListedAtOnce(t *testing.T) {
	_, err := doc.ParseMenu([]byte(`{"currency":"USD","items":[{"name":"","price":1},{"id":"` + u1 + `","name":"a","price":1.001}]}`))
	if f := fault.Of(err); len(f.Fields) != 3 {
		t.Errorf("%+v", f)
	}
	var many strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&many, `{"name":"x%d","price":1},`, i)
	}
	_, err = doc.ParseMenu([]byte(`{"currency":"USD","items":[` + strings.TrimSuffix(many.String(), ",") + `]}`))
	if f := fault.Of(err); len(f.Fields) != 100 {
		t.Errorf("%d of 1000 mistakes are listed", len(f.Fields))
	}
}

func TestADocumentThatIsTooLargeIsRefused(t *testing.T) {
	if _, err := doc.ParseMenu(make([]byte, doc.MaxBytes+1)); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(goodMenu))
	f.Add([]byte(goodVenue))
	f.Add([]byte(richMenu))
	f.Add([]byte(`{"people":[{"id":"0198f000-0000-7000-8000-00000000e001","name":"Ana","role":"manager"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if m, err := doc.ParseMenu(body); err == nil {
			for _, it := range m.Items {
				if m.Amount(it.Price) < 0 {
					t.Errorf("%s costs %d", it.Name, m.Amount(it.Price))
				}
			}
		}
		_, _ = doc.ParseVenue(body)
		if s, err := doc.ParseStaff(body); err == nil && len(s.People) == 0 {
			t.Error("nobody works here")
		}
	})
}

func TestNamesAreComparedAsPeopleReadThem(t *testing.T) {
	for _, same := range [][]string{
		{"Guacamole", "GUACAMOLE", " guacamole ", "\u00a0Guacamole"},
		{"Jalape\u00f1o", "JALAPEN\u0303O", "jalapen\u0303o"},
		{"\u0393\u03a5\u03a1\u039f\u03a3", "\u03b3\u03c5\u03c1\u03bf\u03c2", "\u03b3\u03c5\u03c1\u03bf\u03c3"}, // the two small sigmas
		{"Wei\u00dfwurst", "WEISSWURST", "weisswurst"},
		{"No  ice", "no ice"},
	} {
		for _, s := range same[1:] {
			if doc.Fold(s) != doc.Fold(same[0]) {
				t.Errorf("%q is not %q: %q and %q", s, same[0], doc.Fold(s), doc.Fold(same[0]))
			}
		}
	}
	if doc.Fold("Ma\u00edz") == doc.Fold("Maiz") {
		t.Error("a mark was lost")
	}
}

func TestAFileMayBeginWithAByteOrderMark(t *testing.T) {
	if _, err := doc.ParseMenu([]byte("\ufeff{\"currency\":\"USD\",\"items\":[]}")); err != nil {
		t.Error(err)
	}
}
