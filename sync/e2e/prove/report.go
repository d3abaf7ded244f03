package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"text/tabwriter"
)

// Row is one promise: what was tried, what was promised, what was found.
type Row struct {
	Name     string `json:"name"`
	Promised string `json:"promised"`
	Found    string `json:"found"`
	OK       bool   `json:"ok"`
}

// report is what a proof ends with.
type report struct {
	Proof   string `json:"proof"`
	What    string `json:"what"`
	Commit  string `json:"commit"`
	Date    string `json:"date"`
	Small   bool   `json:"small"`
	Partial bool   `json:"partial,omitempty"` // of another size than the full one
	Seed    uint64 `json:"seed,string"`
	Seconds int    `json:"seconds"`
	Rows    []Row  `json:"rows"`
}

// OK reports whether every promise was kept, and there was one.
func (r *report) OK() bool {
	for _, row := range r.Rows {
		if !row.OK {
			return false
		}
	}
	return len(r.Rows) > 0
}

func (r Row) verdict() string {
	switch {
	case r.OK:
		return "ok"
	case r.Found == untried:
		return "not tried"
	}
	return "BROKEN"
}

func (r *report) print(out io.Writer) {
	fmt.Fprintf(out, "\n%s: %s (commit %s, seed %d, %d s)\n\n", r.Proof, r.What, r.Commit, r.Seed, r.Seconds)
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "PROMISED\tTRIED\tFOUND\t")
	for _, row := range r.Rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", row.Promised, row.Name, oneLine(row.Found), row.verdict())
	}
	_ = w.Flush() // to a terminal
}

// foundMost is how much of what was found the table shows; the file has all.
const foundMost = 300

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > foundMost {
		s = s[:foundMost] + " …"
	}
	return s
}

func (r *report) save(path string) error {
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(raw, '\n'), 0o644)
}

// holds reports whether a proof held at a commit already.
func holds(path, commit string, small bool) bool {
	raw, err := os.ReadFile(path)
	var r report
	return err == nil && json.Unmarshal(raw, &r) == nil && r.OK() && !r.Partial && r.Commit == commit && (small || !r.Small) && !strings.HasSuffix(commit, changed)
}

// changed marks a commit with changes on top, which says little.
const changed = " with changes"

// commit names the source that is proven.
func commit(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return "unknown" + changed
	}
	name := string(bytes.TrimSpace(out))
	if out, err = exec.CommandContext(ctx, "git", "status", "--porcelain", "--untracked-files=no", "--", "*.go", "*.sql", "*.js", "go.mod").Output(); err != nil || len(out) > 0 {
		name += changed
	}
	return name
}

// page puts the table into a document, in the place of the last one of this proof.
// A run of the tests' size is no news.
func (r *report) page(path string) error {
	if path == "" || r.Small {
		return nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	begin, end := fmt.Sprintf("<!-- prove %s -->\n", r.Proof), fmt.Sprintf("<!-- end of %s -->\n", r.Proof)
	head, rest, ok := bytes.Cut(raw, []byte(begin))
	_, foot, ok2 := bytes.Cut(rest, []byte(end))
	if !ok || !ok2 {
		return fmt.Errorf("%s has no place for the proof %q: it is between %q and %q", path, r.Proof, begin, end)
	}
	var b bytes.Buffer
	b.Write(head)
	fmt.Fprintf(&b, "%sCommit %s, %s, seed %d, %d s.\n\n| promised | tried | found | |\n|---|---|---|---|\n", begin, r.Commit, r.Date, r.Seed, r.Seconds)
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", row.Promised, row.Name, strings.ReplaceAll(oneLine(row.Found), "|", `\|`), row.verdict())
	}
	b.WriteString(end)
	b.Write(foot)
	return os.WriteFile(path, b.Bytes(), 0o644)
}
