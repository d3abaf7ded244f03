package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Row is one figure. Limit is what the machine did beside it in the same rounds, or
// the bound that it is held against; Ratio is the median of the rounds' ratios, or
// value over bound.
type Row struct {
	Name   string      `json:"name"`
	Value  float64     `json:"value"`
	Unit   string      `json:"unit"`
	Limit  *float64    `json:"limit,omitempty"`
	Of     string      `json:"of,omitempty"` // what the limit is
	Ratio  *float64    `json:"ratio,omitempty"`
	Spread *[2]float64 `json:"spread,omitempty"` // least and most of the ratio, or of the value where there is none
	Floor  string      `json:"floor,omitempty"`
	OK     *bool       `json:"ok,omitempty"` // whether the floor is held; not judged at the short size
}

// Report is one run.
type Report struct {
	Commit  string `json:"commit"`
	Machine string `json:"machine"`
	Date    string `json:"date"`
	Short   bool   `json:"short"`
	Rows    []Row  `json:"rows"`
}

// figure is a value by itself, over rounds.
func figure(name, unit string, rounds ...float64) Row {
	return Row{Name: name, Value: median(rounds), Unit: unit, Spread: spread(rounds)}
}

// pair is a value beside its limit, round by round.
func pair(name, unit, of string, mine, limits []float64) Row {
	ratios := make([]float64, len(mine))
	for i := range mine {
		ratios[i] = mine[i] / limits[i]
	}
	limit, ratio := median(limits), median(ratios)
	return Row{Name: name, Value: median(mine), Unit: unit, Limit: &limit, Of: of, Ratio: &ratio, Spread: spread(ratios)}
}

// against holds a figure against a bound.
func (r Row) against(of string, bound float64) Row {
	ratio := r.Value / bound
	r.Limit, r.Of, r.Ratio, r.Spread = &bound, of, &ratio, nil
	return r
}

// atLeast and atMost are floors of the ratio.
func (r Row) atLeast(f float64) Row { return r.judged(fmt.Sprintf("ratio >= %g", f), *r.Ratio >= f) }
func (r Row) atMost(f float64) Row  { return r.judged(fmt.Sprintf("ratio <= %g", f), *r.Ratio <= f) }

// least and most are floors of the value.
func (r Row) least(f float64) Row { return r.judged(fmt.Sprintf(">= %g %s", f, r.Unit), r.Value >= f) }
func (r Row) most(f float64) Row  { return r.judged(fmt.Sprintf("<= %g %s", f, r.Unit), r.Value <= f) }

func (r Row) judged(floor string, ok bool) Row {
	r.Floor, r.OK = floor, &ok
	return r
}

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	if len(s) == 0 {
		return math.NaN()
	}
	if len(s)%2 == 1 {
		return s[len(s)/2]
	}
	return (s[len(s)/2-1] + s[len(s)/2]) / 2
}

func spread(v []float64) *[2]float64 {
	if len(v) < 2 {
		return nil
	}
	return &[2]float64{slices.Min(v), slices.Max(v)}
}

// percentile is the nearest rank, in milliseconds.
func percentile(took []time.Duration, p float64) float64 {
	if len(took) == 0 {
		return math.NaN()
	}
	s := slices.SortedFunc(slices.Values(took), cmp.Compare[time.Duration])
	i := int(math.Ceil(p/100*float64(len(s)))) - 1
	return float64(s[max(i, 0)]) / float64(time.Millisecond)
}

// missed are the floors that were not held.
func (r *Report) missed() (names []string) {
	for _, row := range r.Rows {
		if row.OK != nil && !*row.OK {
			names = append(names, row.Name)
		}
	}
	return names
}

func (r *Report) write(path string) error {
	raw, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, append(raw, '\n'), 0o644)
}

// table prints the rows for people, as a table that Markdown reads too.
func (r *Report) table(w io.Writer) {
	fmt.Fprintf(w, "Commit %s, %s, %s.\n\n", r.Commit, r.Machine, r.Date)
	fmt.Fprintln(w, "| figure | value | beside it | ratio | spread | floor | held |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|")
	for _, row := range r.Rows {
		cells := []string{row.Name, number(row.Value) + " " + row.Unit, "", "", "", strings.ReplaceAll(strings.ReplaceAll(row.Floor, ">=", "≥"), "<=", "≤"), ""}
		if row.Limit != nil {
			cells[2] = number(*row.Limit) + " " + row.Unit + " (" + row.Of + ")"
		}
		if row.Ratio != nil {
			cells[3] = fmt.Sprintf("%.2f", *row.Ratio)
		}
		if s := row.Spread; s != nil {
			cells[4] = number(s[0]) + " to " + number(s[1])
		}
		if row.OK != nil {
			cells[6] = map[bool]string{true: "yes", false: "NO"}[*row.OK]
		}
		fmt.Fprintln(w, "| "+strings.Join(cells, " | ")+" |")
	}
}

// number is three digits of a number, thousands parted.
func number(v float64) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		return "none"
	case a >= 1000:
		s := fmt.Sprintf("%.0f", v)
		for i := len(s) - 3; i > 0; i -= 3 {
			s = s[:i] + "," + s[i:]
		}
		return s
	case a >= 100:
		return fmt.Sprintf("%.0f", v)
	case a >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
