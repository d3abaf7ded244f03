package rig

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Paper is what came out of printers: how often a dish of a check is on it.
type Paper struct {
	Slips  map[string]map[string]int64 // by number of the check, and dish
	Copies map[string]map[string]int64 // of slips that are headed POSSIBLE COPY
	N      int
}

var (
	checkLine = regexp.MustCompile(`(?m)^Check (\S+) `)
	itemLine  = regexp.MustCompile(`^(\d{1,3}) (\S.*)$`)
)

// ReadPaper reads the slips of folders. names are the dishes: a long one is wrapped.
func ReadPaper(names map[string]bool, folders ...string) (*Paper, error) {
	p := &Paper{Slips: map[string]map[string]int64{}, Copies: map[string]map[string]int64{}}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
		if err != nil {
			return p, err
		}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				return p, err
			}
			if err := p.slip(string(raw), names); err != nil {
				return p, fmt.Errorf("%s: %w", f, err)
			}
		}
	}
	return p, nil
}

func (p *Paper) slip(text string, names map[string]bool) error {
	m := checkLine.FindStringSubmatch(text)
	parts := strings.Split(text, strings.Repeat("─", 48))
	if m == nil || len(parts) < 3 {
		return fmt.Errorf("it is no ticket:\n%s", text)
	}
	p.N++
	into := p.Slips
	if strings.Contains(text, "POSSIBLE COPY") {
		into = p.Copies
	}
	if into[m[1]] == nil {
		into[m[1]] = map[string]int64{}
	}
	dishes(into[m[1]], strings.Split(parts[1], "\n"), names)
	return nil
}

// dishes reads the lines of a slip that begin with a quantity.
func dishes(into map[string]int64, lines []string, names map[string]bool) {
	for i, line := range lines {
		m := itemLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		name := strings.TrimSpace(m[2])
		for k := i + 1; !names[name] && k < len(lines); k++ {
			if more := strings.TrimSpace(lines[k]); strings.HasSuffix(name, "-") {
				name += more
			} else {
				name += " " + more
			}
		}
		n, _ := strconv.ParseInt(m[1], 10, 64)
		into[name] += n
	}
}

// Missing compares orders with the paper: the first dish that is not there as often
// as it was ordered. A copy may stand for a slip of which nobody knew.
func (p *Paper) Missing(list []Order) error {
	for _, o := range list {
		want := map[string]int64{}
		for _, i := range o.Items {
			want[i.Name] += i.Quantity
		}
		for name, n := range want {
			slips, copies := p.Slips[o.Number][name], p.Copies[o.Number][name]
			if slips > n || slips < n && slips+copies < n {
				return fmt.Errorf("check %s: %d %s, on paper %d, on copies %d", o.Number, n, name, slips, copies)
			}
		}
		for name := range p.Slips[o.Number] {
			if want[name] == 0 {
				return fmt.Errorf("check %s: %s is on paper, and nobody ordered it", o.Number, name)
			}
		}
	}
	return nil
}
