package printer

import (
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\n%s", file, got)
	}
}

func TestSamplesAsTextAndBytes(t *testing.T) {
	for name, doc := range samples() {
		p := models["epson80"]
		golden(t, name+".txt", doc.Text(p))
		golden(t, name+".hex", hex.Dump(doc.lay(p).encode(2291)))
	}
	golden(t, "grill-58.txt", grillTicket().Text(models["generic58"]))
	golden(t, "bar-58.txt", barTicket().Text(models["generic58"]))
	golden(t, "change-t88.txt", changeTicket().Text(models["epson-t88"]))
}
