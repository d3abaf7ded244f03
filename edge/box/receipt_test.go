package box_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/tyngo/tyngo/edge/box/boxtest"
	"github.com/tyngo/tyngo/sync/doc"
)

var update = flag.Bool("update", false, "write the golden files")

// ids are what is another one every time.
var (
	ids  = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	seqs = regexp.MustCompile(`"seq":[1-9][0-9]*`)
)

// TestAReceiptIsWrittenAsItsGoldenFile: data alone; the printing is another's matter.
func TestAReceiptIsWrittenAsItsGoldenFile(t *testing.T) {
	t.Parallel()
	h := boxtest.Start(t, boxtest.Twice, boxtest.At(func() time.Time { return time.Date(2026, 11, 24, 19, 30, 0, 0, time.UTC) }))
	taxed(h, func(v *doc.Venue) {
		sales(v)
		v.Address = &doc.Address{Lines: []string{"14 Harbor Street"}, City: "Chicago", Region: "IL", Postal: "60601", Country: "US"}
		v.Phone = "+1 312 555 0114"
		v.Rounding = &doc.Rounding{CashStep: "0.05"}
	})
	w := waiter{h: h}
	o := w.opens(`{"tableNumber":12,"covers":6}`)
	w.rings(o, boxtest.Bowl, 2, `,"modifications":["Guacamole","no onions"],"seats":[1,2]`)
	w.rings(o, boxtest.Chips, 1, `,"seats":[2]`)
	w.rings(o, boxtest.Chips, 2, `,"seats":[1]`)
	cold := w.rings(o, boxtest.Bowl, 2, `,"seats":[1]`)
	w.does("order.send", o, "{}")
	w.does("order.void_line", o, fmt.Sprintf(`{"line":%q,"quantity":1,"reason":"Wrong dish"}`, cold))
	w.does("order.comp", o, fmt.Sprintf(`{"line":%q,"reason":"Cold"}`, cold))
	w.does("order.discount", o, `{"percent":10,"name":"Neighbours","reason":"Card shown"}`)
	golden(t, h, o, "receipt.json")
	w.does("order.part", o, `{"evenly":3}`)
	w.does("order.split", o, `{"bySeats":true}`)
	golden(t, h, o, "receipt-first.json")
	golden(t, h, w.others(o)[0], "receipt-second.json")
}

func golden(t *testing.T, h *boxtest.House, order, name string) {
	t.Helper()
	a := h.Do("GET", "/api/v1/orders/"+order+"/receipt", "")
	var b bytes.Buffer
	body := seqs.ReplaceAll(ids.ReplaceAll(a.Body, []byte("ID")), []byte(`"seq":1`)) // printers tell of slips meanwhile
	if err := json.Indent(&b, body, "", "  "); err != nil || a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	b.WriteByte('\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(want, b.Bytes()) {
		t.Errorf("%s is %v\n%s", name, err, b.String())
	}
}
