package lunch_test

import (
	"os"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/doc"
	"github.com/tyngo/tyngo/sync/e2e/lunch"
)

func TestTheRealOrders(t *testing.T) {
	f, err := os.Open("../../../packaging/demo/data/lunch-orders.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	o, err := lunch.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(o) != 1834 || o.Lines() != 4622 || o.Items() != 4972 || o.Total() != 3450016 {
		t.Errorf("%d orders, %d lines, %d items, $%s", len(o), o.Lines(), o.Items(), lunch.Currency.Decimal(o.Total()))
	}
	menu, err := o.Menu()
	if err != nil {
		t.Fatal(err)
	}
	m, err := doc.ParseMenu(menu)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d items, %d groups", len(m.Items), len(m.Groups))
	again, err := o.Menu()
	if err != nil || string(again) != string(menu) {
		t.Error("the menu is another one the second time")
	}
}

func TestAPriceThatDoesNotDivideStillAddsUp(t *testing.T) {
	o, err := lunch.Read(strings.NewReader("order_id\tquantity\titem_name\tchoice_description\titem_price\n7\t3\tTea\tNULL\t$10.00 \n"))
	if err != nil || o.Total() != 1000 || o.Items() != 3 || len(o[0].Lines) != 2 {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestAnyFileWithTheseColumnsMakesAMenu(t *testing.T) {
	long := strings.Repeat("ラーメン ", 40)
	o, err := lunch.Read(strings.NewReader("order_id\tquantity\titem_name\tchoice_description\titem_price\r\n" +
		"é 1\t2\t" + long + "a\t[" + long + ", " + long + "x]\t$1,000.50\r\n" +
		"é 1\t1\t" + long + "b\t\t0\r\n" +
		"2\t1\t a  \x07\xff b \t[Salsa, salsa]\t$1\n"))
	if err != nil {
		t.Fatal(err)
	}
	menu, err := o.Menu()
	if err != nil {
		t.Fatal(err)
	}
	m, err := doc.ParseMenu(menu)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Items) != 3 || o.Total() != 100150 || o[1].Lines[0].Name != "a \uFFFD b" {
		t.Errorf("%d items, %d cents, %q", len(m.Items), o.Total(), o[1].Lines[0].Name)
	}
}

func TestABadLineIsNamed(t *testing.T) {
	const head = "order_id\tquantity\titem_name\tchoice_description\titem_price\n1\t1\tTea\tNULL\t$1.00\n"
	for bad, want := range map[string]string{
		"":                           "no orders",
		"a\tb\n":                     "line 1",
		head + "2\t0\tTea\tNULL\t$1": "line 3: quantity",
		head + "2\tx\tTea\tNULL\t$1": "line 3: quantity",
		head + "2\t1\t\tNULL\t$1":    "line 3: item_name",
		head + "2\t1\tTea\tNULL\t€1": "line 3: item_price",
		head + "2\t1\tTea\tNULL":     "line 3: 4 columns",
		head + "2\t1\tTea\t[" + strings.Repeat("a,", 51) + "]\t$1": "line 3: choice_description has 51",
		head + strings.Repeat("2\t1\tTea\tNULL\t$1\n", 501):        "line 503: order 2",
	} {
		if _, err := lunch.Read(strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", bad, err, want)
		}
	}
}
