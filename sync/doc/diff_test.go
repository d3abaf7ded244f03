package doc_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tyngo/tyngo/sync/doc"
)

func TestADiffNamesWhatAPersonWouldName(t *testing.T) {
	was := `{"name":"Luz","tax":0.1,"sections":[{"name":"Room","tables":[{"name":"1","seats":2},{"name":"2","seats":4}]}],
		"items":[{"id":"a","name":"Water","price":1},{"id":"b","name":"Water","price":2}],"days":["mo","tu"]}`
	will := `{"name":"Luz","tax":0.10,"sections":[{"name":"Terrace","tables":[]},{"name":"Room","tables":[{"name":"2","seats":6},{"name":"1","seats":2}]}],
		"items":[{"id":"b","name":"Water","price":3},{"id":"a","name":"Water","price":1}],"days":["mo"]}`
	got, err := doc.Diff([]byte(was), []byte(will))
	if err != nil {
		t.Fatal(err)
	}
	want := []doc.Change{
		{Where: "days[1]", Was: `"tu"`},
		{Where: "items[b].price", Was: "2", Will: "3"},
		{Where: "sections[Room].tables[2].seats", Was: "4", Will: "6"},
		{Where: "sections[Terrace].name", Will: `"Terrace"`},
		{Where: "tax", Was: "0.1", Will: "0.10"},
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
