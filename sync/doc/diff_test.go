package doc_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tyngo/tyngo/sync/doc"
)

func TestADiffNamesWhatAPersonWouldName(t *testing.T) {
	was := `{"name":"Luz","tax":0.1,"sections":[{"name":"Room","tables":[{"name":"1","seats":2},{"name":"2","seats":4}]}],
		"items":[{"id":"a","name":"Water","price":1},{"id":"0b0b","name":"Water","price":2},{"id":"c","name":"Tea"}],"days":["mo","tu"]}`
	will := `{"name":"Luz","tax":0.10,"sections":[{"name":"Terrace","tables":[]},{"name":"Room","tables":[{"name":"2","seats":6},{"name":"1","seats":2}]}],
		"items":[{"id":"c","name":"Chai"},{"id":"0b0b","name":"Water","price":3},{"id":"a","name":"Water","price":1}],"days":["mo"]}`
	got, err := doc.Diff([]byte(was), []byte(will))
	if err != nil {
		t.Fatal(err)
	}
	want := []doc.Change{
		{Where: "days[1]", Was: `"tu"`},
		{Where: "items[Chai].name", Was: `"Tea"`, Will: `"Chai"`}, // another name is no other dish
		{Where: "items[Water 0b0b].price", Was: "2", Will: "3"},
		{Where: "sections[Room].tables[2].seats", Was: "4", Will: "6"},
		{Where: "sections[Terrace].name", Will: `"Terrace"`},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestADiffIsNoLongerThanAPersonReads(t *testing.T) {
	will := `{"list":[` + strings.TrimSuffix(strings.Repeat("1,", 700), ",") + `]}`
	got, err := doc.Diff([]byte(`{}`), []byte(will))
	if err != nil || len(got) != 501 || got[500].Where != "and 200 more" {
		t.Errorf("%d changes, %v", len(got), err)
	}
	if _, err := doc.Diff([]byte(`{}`), []byte(`{`)); err == nil {
		t.Error("what is no document is compared")
	}
}

func TestADiffOfNumbersIsOneOfAmounts(t *testing.T) {
	for _, c := range []struct {
		was, will string
		n         int
	}{{"7.40", "7.4", 0}, {"7.0", "7", 0}, {"7", "7.00", 0}, {"7.40", "7.04", 1}, {"70", "7", 1}, {"100", "1.00", 1}, {`"7.40"`, `"7.4"`, 1}, {"-0.50", "-0.5", 0}, {"0.50", "-0.5", 1}} {
		got, err := doc.Diff([]byte(`{"price":`+c.was+`}`), []byte(`{"price":`+c.will+`}`))
		if err != nil || len(got) != c.n {
			t.Errorf("%s to %s: %v %v", c.was, c.will, got, err)
		}
	}
}
