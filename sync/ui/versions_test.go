package ui_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestVendoredFilesAreWhatVersionsSays(t *testing.T) {
	table, err := os.ReadFile("lib/VERSIONS")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(table)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		column := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(column) != 6 {
			t.Fatalf("VERSIONS: %d columns in %q", len(column), line)
		}
		path := filepath.Join("lib", column[0])
		body, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
			continue
		}
		sum := sha256.Sum256(body)
		if got := hex.EncodeToString(sum[:]); got != column[4] {
			t.Errorf("%s: the sum is %s, VERSIONS says %s", path, got, column[4])
		}
		listed[path] = true
	}
	for _, pattern := range []string{"lib/*", "font/*"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			// Declarations are our own.
			if !listed[f] && f != "lib/VERSIONS" && !strings.HasSuffix(f, ".d.mts") {
				t.Errorf("%s is not in VERSIONS", f)
			}
		}
	}
}

// A browser resolves relative specifiers only: a bare one would break every page.
func TestVendoredModulesImportRelativePathsOnly(t *testing.T) {
	specifier := regexp.MustCompile(`(?:from|import)\s*\(?["']([^"']+)["']`)
	files, err := filepath.Glob("lib/*.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range specifier.FindAllSubmatch(body, -1) {
			path := string(m[1])
			if !strings.HasPrefix(path, "./") {
				t.Errorf("%s imports %q", f, path)
			} else if _, err := os.Stat(filepath.Join("lib", path)); err != nil {
				t.Errorf("%s imports what is not there: %v", f, err)
			}
		}
	}
}

// lucide.mjs holds the icons that the pages name, and no page names one that it lacks.
func TestIconsThatAreNamedExist(t *testing.T) {
	body, err := os.ReadFile("lib/lucide.mjs")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^  "([a-z0-9-]+)":`).FindAllSubmatch(body, -1) {
		have[string(m[1])] = true
	}
	used := map[string]bool{}
	var source strings.Builder
	for _, dir := range []string{"kit", "../../edge/web/tablet", "../../cloud/web/today"} {
		files, err := filepath.Glob(dir + "/*.js")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			js, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(js)
			for _, m := range regexp.MustCompile(`\bicon(?:=|: )"([a-z0-9-]+)"|<\$\{Icon\} name="([a-z0-9-]+)"`).FindAllSubmatch(js, -1) {
				name := string(m[1]) + string(m[2])
				used[name] = true
				if !have[name] {
					t.Errorf("%s names the icon %q, which lucide.mjs lacks", f, name)
				}
			}
		}
	}
	for name := range have {
		if !used[name] && !strings.Contains(source.String(), `"`+name+`"`) {
			t.Errorf("lucide.mjs holds %q, which no page names", name)
		}
	}
}
