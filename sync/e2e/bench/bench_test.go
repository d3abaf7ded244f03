package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tyngo/tyngo/sync/e2e/rig"
)

// The short run takes the same steps as the long one, with the real programs.
func TestTheShortRunMakesEveryRow(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := rig.Build(context.Background(), root, dir); err != nil {
		t.Fatal(err)
	}
	self := filepath.Join(dir, "bench")
	if out, err := exec.Command("go", "build", "-o", self, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	page := filepath.Join(dir, "page.md")
	if err := os.WriteFile(page, []byte("words\n<!-- make bench -->\nof last year\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "bench.json")
	c := exec.Command(self, "-short", "-bin", dir, "-dir", dir, "-out", file, "-keep", dir, "-table", page)
	c.Dir = root
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var r Report
	raw, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(raw, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(page)
	if err != nil || !strings.HasPrefix(string(written), "words\n<!-- make bench -->\nCommit ") || strings.Contains(string(written), "last year") {
		t.Errorf("the page is %q, %v", written, err)
	}
	for _, row := range r.Rows {
		if row.Value <= 0 || math.IsNaN(row.Value) || row.Unit == "" || row.OK != nil {
			t.Errorf("%+v", row)
		}
		if !strings.Contains(string(written), "| "+row.Name+" |") {
			t.Errorf("%s is not on the page", row.Name)
		}
	}
	for _, name := range []string{"fdatasync, 4 KiB appended", "order.Book.Do, 64 callers", "orders over HTTP, 64 callers", "orders over HTTP, 8 callers, p99",
		"201 to head office's ack, p99", "backlog into head office", "backlog, 20 orders/s beside it", "order at 20/s while a backlog drains, p99",
		"a fact on the wire, in batches of 64", "start to ready, 2 days of history", "an order with 2 days of history, 8 callers, p99", "p99 of the slowest read of the API with 2 days of history"} {
		if !slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Name == name }) {
			t.Errorf("there is no row %q", name)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "bench-*")); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

func TestAFloorIsHeldOrNamed(t *testing.T) {
	r := Report{Rows: []Row{
		pair("good", "x/s", "limit", []float64{50, 80, 60}, []float64{100, 100, 100}).atLeast(0.6),
		pair("slow", "x/s", "limit", []float64{50, 80, 59}, []float64{100, 100, 100}).atLeast(0.6),
		figure("long", "ms", 3, 5, 4).against("bound", 2).atMost(1.9),
		figure("heavy", "bytes", 81).most(80), figure("light", "bytes", 80).most(80),
		figure("few", "x/s", 1).least(2), figure("free", "x", 1),
	}}
	if got, want := strings.Join(r.missed(), " "), "slow long heavy few"; got != want {
		t.Errorf("missed are %q, want %q", got, want)
	}
	if row := r.Rows[0]; row.Value != 60 || *row.Ratio != 0.6 || *row.Spread != [2]float64{0.5, 0.8} {
		t.Errorf("%+v", row)
	}
	var b bytes.Buffer
	r.table(&b)
	if !strings.Contains(b.String(), "| slow | 59.0 x/s | 100 x/s (limit) | 0.59 | 0.50 to 0.80 | ratio ≥ 0.6 | NO |") {
		t.Errorf("%s", b.String())
	}
}

// A round's ratio is of its own two sides: a machine that slows down during the run
// changes no ratio.
func TestADriftOfTheMachineChangesNoRatio(t *testing.T) {
	row := pair("x", "x/s", "limit", []float64{80, 40, 20}, []float64{100, 50, 25})
	if *row.Ratio != 0.8 || *row.Spread != [2]float64{0.8, 0.8} {
		t.Errorf("%v %v", *row.Ratio, *row.Spread)
	}
}
