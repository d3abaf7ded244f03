package e2e

import (
	"bytes"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/tyngo/tyngo/"

var update = flag.Bool("update", false, "write the import table into ARCHITECTURE.md")

func rows() map[string]row {
	m := map[string]row{}
	for _, f := range house {
		for _, r := range f.rows {
			m[r.pkg] = r
		}
	}
	return m
}

// goFiles calls fn for every Go file of the module. Files are read one by one and
// not by the go command, so that the test cache sees every change.
func goFiles(t testing.TB, fn func(path string)) {
	t.Helper()
	err := filepath.WalkDir(root(), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") || d.Name() == "bin" || d.Name() == "testdata" || d.Name() == "node_modules") && path != root() {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") {
			fn(path)
		}
		return nil
	})
	check(t, err)
}

func rel(path string) string {
	r, err := filepath.Rel(root(), path)
	if err != nil {
		panic(err)
	}
	return filepath.ToSlash(r)
}

// within reports whether an import path is one of a list, or below one of it.
func within(path, list string) (entry string, ok bool) {
	for _, e := range strings.Fields(list) {
		if path == e || strings.HasPrefix(path, e+"/") && strings.Contains(e, ".") {
			return e, true
		}
	}
	return "", false
}

func TestNobodyImportsWhatTheHouseDoesNotAllow(t *testing.T) {
	table, used := rows(), map[string]bool{}
	goFiles(t, func(path string) {
		pkg := filepath.ToSlash(filepath.Dir(rel(path)))
		r, ok := table[pkg]
		if !ok {
			t.Errorf("%s has no row in the import table (house_test.go)", pkg)
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		check(t, err)
		test := strings.HasSuffix(path, "_test.go")
		for _, spec := range f.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			check(t, err)
			ours, mine := strings.CutPrefix(imp, module)
			switch {
			case mine:
				allowed := r.ours
				if test {
					allowed += " " + r.tests + " " + pkg
				}
				e, ok := within(ours, allowed)
				if !ok {
					t.Errorf("%s imports %s", rel(path), ours)
				}
				used[pkg+" "+e] = true
			case imp == "net/http" || strings.Contains(strings.Split(imp, "/")[0], "."):
				allowed := r.outside
				if test {
					allowed += " " + testOutside
					if pkg == "sync/e2e" {
						allowed += " modernc.org/sqlite" // looks into the files of stopped programs
					}
				}
				e, ok := within(imp, allowed)
				if !ok {
					t.Errorf("%s imports %s", rel(path), imp)
				}
				used[pkg+" "+e] = true
				for wall, inside := range walls {
					if _, is := within(imp, wall); is && !test {
						if _, ok := within(pkg, inside); !ok {
							t.Errorf("%s goes through the wall around %s", rel(path), wall)
						}
					}
				}
			}
		}
	})
	for pkg, r := range table {
		for _, e := range strings.Fields(r.ours + " " + r.outside + " " + r.tests) {
			if !used[pkg+" "+e] {
				t.Errorf("the row of %s allows %s, which nothing of it imports", pkg, e)
			}
		}
	}
}

func TestEdgeAndCloudMeetInSyncAlone(t *testing.T) {
	for pkg, r := range rows() {
		for _, e := range strings.Fields(r.ours + " " + r.tests) {
			half, other := strings.Split(pkg, "/")[0], strings.Split(e, "/")[0]
			switch {
			case half == "edge" && other == "cloud", half == "cloud" && other == "edge":
				t.Errorf("%s imports %s", pkg, e)
			case half == "drivers" && other != "drivers" && e != "sync/fault":
				t.Errorf("the driver %s imports %s", pkg, e)
			case half == "sync" && other != "sync" && !strings.HasPrefix(pkg, "sync/e2e"):
				t.Errorf("%s imports %s", pkg, e)
			}
		}
	}
}

// A package may import only from its own floor or a lower one.
func TestNoFloorStandsOnAHigherOne(t *testing.T) {
	level := map[string]int{}
	for i, f := range house {
		for _, r := range f.rows {
			level[r.pkg] = i
		}
	}
	for pkg, r := range rows() {
		for _, e := range strings.Fields(r.ours) {
			if level[e] > level[pkg] {
				t.Errorf("%s (%s) imports %s (%s)", pkg, house[level[pkg]].name, e, house[level[e]].name)
			}
		}
	}
}

const (
	begin = "<!-- the import table: go generate ./sync/e2e -->\n"
	end   = "<!-- end of the import table -->\n"
)

// table is the house as Markdown.
func table() string {
	var b strings.Builder
	for _, f := range house {
		fmt.Fprintf(&b, "\n**%s**\n\n| package | is | imports of ours | from outside |\n|---|---|---|---|\n", f.name)
		for _, r := range f.rows {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.pkg, r.is, strings.Join(strings.Fields(r.ours), " "), strings.Join(strings.Fields(r.outside), " "))
		}
	}
	return b.String() + "\n"
}

func TestTheHouseIsPrinted(t *testing.T) {
	path := filepath.Join(root(), "ARCHITECTURE.md")
	raw, err := os.ReadFile(path)
	check(t, err)
	head, rest, ok := bytes.Cut(raw, []byte(begin))
	_, foot, ok2 := bytes.Cut(rest, []byte(end))
	if !ok || !ok2 {
		t.Fatal("ARCHITECTURE.md has no place for the import table")
	}
	want := append(append(append(append(head, begin...), table()...), end...), foot...)
	if bytes.Equal(raw, want) {
		return
	}
	if !*update {
		t.Fatal("ARCHITECTURE.md shows another import table: go generate ./sync/e2e")
	}
	check(t, os.WriteFile(path, want, 0o644))
}
