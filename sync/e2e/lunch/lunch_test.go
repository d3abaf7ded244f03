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
	} {
		if _, err := lunch.Read(strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", bad, err, want)
		}
	}
}
